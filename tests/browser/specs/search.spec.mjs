// Search over everything of one's own: Chinese too, by kind, page by page, from any page.
import { postJson } from '../support/account.mjs';
import { ask, expectIdle } from '../support/chat.mjs';
import { expect, test } from '../support/test.mjs';

const results = (page) => page.locator('.found > li');
const chip = (page, kind) => page.locator(`.chips a[href*="kind=${kind}"]`);

test('a Chinese word of two characters is found in a message, marked, and leads to it', async ({ signedIn: page, javaScriptEnabled }) => {
  await ask(page, '为什么写锁只有一把？');
  await expectIdle(page, { javaScriptEnabled });
  await page.goto('/');
  await page.locator('.side [name=q]').fill('写锁');
  await page.locator('.side [name=q]').press('Enter');
  await expect(page).toHaveURL(/\/search\?q=/);
  await chip(page, 'message').click();
  await expect(results(page)).toHaveCount(1);
  await expect(results(page).locator('.excerpt mark')).toHaveText('写锁');
  await results(page).getByRole('link').click();
  const message = page.locator(`[id="${new URL(page.url()).hash.slice(1)}"]`);
  await expect(message).toContainText('为什么写锁只有一把？');
  await expect(message).toBeInViewport();
});

test('every kind of thing is found and shown alone', async ({ signedIn: page }) => {
  await postJson(page, '/api/chat/sessions', { name: 'A needle' });
  await postJson(page, '/api/artifacts', { title: 'Needle work', kind: 'text', content: 'x' });
  await postJson(page, '/api/tasks', { title: 'x', description: 'Find the needle' });
  await postJson(page, '/api/posts', { title: 'x', content: 'the **needle**', published: false });
  await page.goto('/search?q=NEEDLE');
  await expect(results(page)).toHaveCount(4);
  await expect(results(page).locator('mark')).toHaveCount(4);
  for (const kind of ['session', 'artifact', 'task', 'post']) {
    await chip(page, kind).click();
    await expect(chip(page, kind)).toHaveAttribute('aria-current', 'page');
    await expect(results(page)).toHaveCount(1);
  }
  await results(page).getByRole('link').click();
  await expect(page.locator('.prose strong')).toHaveText('needle');
});

test('results go on, back to the first, and say so when there are none', async ({ signedIn: page }) => {
  for (let n = 0; n < 25; n += 1) await postJson(page, '/api/chat/sessions', { name: `Needle ${n}` });
  await page.goto('/search');
  await expect(page.locator('.empty')).toBeVisible();
  await page.locator('main [name=q]').fill('needle');
  await page.locator('main [name=q]').press('Enter');
  await expect(results(page)).toHaveCount(20);
  await page.locator('a[rel=next]').click();
  await expect(results(page)).toHaveCount(5);
  await page.locator('.paging a').first().click();
  await expect(results(page)).toHaveCount(20);
  await chip(page, 'task').click();
  await page.locator('.empty a').click();
  await expect(results(page)).toHaveCount(20);
});

test('what is searched for is only text', async ({ signedIn: page }) => {
  const name = '100%_"\' <b>x</b> AND OR * needle';
  await postJson(page, '/api/chat/sessions', { name });
  for (const q of ['100%_', '"', '<b>', 'AND OR *', "'"]) {
    await page.goto(`/search?q=${encodeURIComponent(q)}`);
    await expect(results(page)).toHaveCount(1);
    await expect(results(page).locator('.what a')).toHaveText(name);
  }
  await page.goto(`/search?q=${encodeURIComponent('%%%')}`);
  await expect(results(page)).toHaveCount(0);
});
