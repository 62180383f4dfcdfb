// An answer that has to wait for others tells its place, and that it has begun.
import { ask, expectAnswer, expectIdle, lastAnswer } from '../support/chat.mjs';
import { gate } from '../support/script.mjs';
import { expect, test } from '../support/test.mjs';

test.use({ config: '[runs]\nat_once = 1\n' });

const place = {
  'en-US': (number) => `Waiting: number ${number} in the queue`,
  'zh-CN': (number) => `排队中：第 ${number} 位`,
};

test('who waits is told how many come before them', async ({ signedIn: page, context, upstream, locale, javaScriptEnabled }) => {
  const doors = [gate(), gate()];
  upstream.script('First?', [doors[0], 'One.']);
  upstream.script('Second?', ['Half. ', doors[1], 'Two.']);
  upstream.script('Third?', ['Three.']);
  await ask(page, 'First?');
  const tabs = [await context.newPage(), await context.newPage()];
  for (const [index, question] of ['Second?', 'Third?'].entries()) {
    await tabs[index].goto('/');
    await ask(tabs[index], question);
  }
  const status = (tab) => lastAnswer(tab).locator('[data-status]');
  const says = (tab, words) => expect(async () => {
    if (javaScriptEnabled === false) await tab.reload();
    await expect(status(tab)).toHaveText(words, { timeout: 2_000 });
  }).toPass({ timeout: 15_000 });
  await says(tabs[0], place[locale](1));
  await says(tabs[1], place[locale](2));
  doors[0].release();
  await expectAnswer(tabs[0], 'Half.', { javaScriptEnabled });
  await expect(status(tabs[0])).not.toHaveText(place[locale](1));
  await says(tabs[1], place[locale](1));
  doors[1].release();
  for (const tab of tabs) await expectIdle(tab, { javaScriptEnabled });
  await expect(lastAnswer(tabs[1])).toContainText('Three.');
});
