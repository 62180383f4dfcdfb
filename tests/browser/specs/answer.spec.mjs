// Asking, and reading the answer while it is written, with everything that can come between.
import { answers, ask, composer, expectAnswer, expectIdle, lastAnswer, notice, questions, stopButton } from '../support/chat.mjs';
import { cut, error, gate, reasoning, refuse } from '../support/script.mjs';
import { expect, test } from '../support/test.mjs';

const question = 'Why is the sea blue?';

// An answer that stops in the middle until the test lets it go on.
function halves(upstream, options) {
  const middle = gate();
  upstream.script(question, ['The first half. ', middle, 'The second half.'], options);
  return middle;
}

test('an answer is there to read, with its Markdown', async ({ signedIn: page, upstream, javaScriptEnabled }) => {
  upstream.script(question, [
    reasoning('Light, water, absorption.'),
    '## Because of water\n\nWater **absorbs** red.\n\n',
    '| colour | depth |\n|---|---|\n| red | 5 m |\n| blue | 200 m |\n\n',
    '```rust\nfn main() { println!("blue"); }\n```\n\n1. one\n2. two\n',
  ]);
  await ask(page, question);
  await expectAnswer(page, 'two', { javaScriptEnabled });
  await expectIdle(page, { javaScriptEnabled });
  const answer = lastAnswer(page);
  await expect(answer.getByRole('heading', { name: 'Because of water' })).toBeVisible();
  await expect(answer.locator('strong')).toHaveText('absorbs');
  await expect(answer.getByRole('cell', { name: '200 m' })).toBeVisible();
  await expect(answer.locator('pre code')).toContainText('println!("blue")');
  expect(await answer.locator('pre code span').count()).toBeGreaterThan(2);
  await expect(answer.locator('ol > li')).toHaveCount(2);
  await expect(answer.getByText('Light, water, absorption.')).toBeHidden();
  await answer.locator('details summary').first().click();
  await expect(answer.getByText('Light, water, absorption.')).toBeVisible();
});

test('the answer is the same after a reload as it was while it came', { tag: '@script' }, async ({ signedIn: page, upstream }) => {
  upstream.script(question, ['# One\n\nFirst *paragraph*.\n\n', '- a\n- b\n\n', '```js\nlet x = 1;\n```\n\nThe last `word`.']);
  await ask(page, question);
  await expectAnswer(page, 'The last word.');
  await expectIdle(page);
  const live = await lastAnswer(page).locator('.prose').last().innerText();
  await page.reload();
  expect(await lastAnswer(page).locator('.prose').last().innerText()).toBe(live);
});

test('the answer is shown while it is written', { tag: '@script' }, async ({ signedIn: page, upstream }) => {
  const middle = halves(upstream);
  await ask(page, question);
  await expectAnswer(page, 'The first half.');
  await expect(stopButton(page)).toBeVisible();
  await expect(lastAnswer(page)).not.toContainText('The second half.');
  middle.release();
  await expectAnswer(page, 'The second half.');
  await expectIdle(page);
  await expect(questions(page)).toHaveCount(1);
  await expect(answers(page)).toHaveCount(1);
});

test('a reload in the middle of an answer goes on where it was', async ({ signedIn: page, upstream, javaScriptEnabled }) => {
  const middle = halves(upstream);
  await ask(page, question);
  await expectAnswer(page, 'The first half.', { javaScriptEnabled });
  await page.reload();
  await expectAnswer(page, 'The first half.', { javaScriptEnabled });
  middle.release();
  await expectAnswer(page, 'The first half. The second half.', { javaScriptEnabled });
});

test('closing the tab in the middle of an answer loses nothing', async ({ signedIn: page, upstream, context, javaScriptEnabled }) => {
  const middle = halves(upstream);
  await ask(page, question);
  await middle.reached;
  const address = page.url();
  await page.close();
  middle.release();
  const back = await context.newPage();
  await back.goto(address);
  await expectAnswer(back, 'The first half. The second half.', { javaScriptEnabled });
});

test('two tabs follow the same answer', { tag: '@script' }, async ({ signedIn: page, upstream, context }) => {
  const middle = halves(upstream);
  await ask(page, question);
  const other = await context.newPage();
  await other.goto(page.url());
  await expectAnswer(other, 'The first half.');
  middle.release();
  for (const tab of [page, other]) await expectAnswer(tab, 'The first half. The second half.');
});

test('the reasoning is there once, however often the page is opened', { tag: '@script' }, async ({ signedIn: page, upstream }) => {
  const middle = gate();
  upstream.script(question, [reasoning('Light and water.'), 'The first half. ', middle, 'The second half.']);
  await ask(page, question);
  await expectAnswer(page, 'The first half.');
  await page.reload();
  await expectAnswer(page, 'The first half.');
  await expect(lastAnswer(page).locator('.thought div')).toHaveText('Light and water.');
  middle.release();
  await expectAnswer(page, 'The second half.');
  await expect(lastAnswer(page).locator('.thought div')).toHaveText('Light and water.');
});

test('Stop keeps what was written and stops the upstream', async ({ signedIn: page, upstream, javaScriptEnabled }) => {
  halves(upstream);
  await ask(page, question);
  await expectAnswer(page, 'The first half.', { javaScriptEnabled });
  await stopButton(page).click();
  expect(await upstream.hungUp(question)).toBe(true);
  await expectIdle(page, { javaScriptEnabled });
  await page.reload();
  await expect(lastAnswer(page)).toContainText('The first half.');
  await ask(page, 'And now?');
  await expectAnswer(page, 'A scripted answer.', { javaScriptEnabled });
});

for (const [what, failing] of [
  ['an error in the stream', error('the graphics card is on fire')],
  ['a broken connection', cut()],
]) {
  test(`${what} shows a sentence and keeps what was written`, async ({ signedIn: page, upstream, javaScriptEnabled }) => {
    upstream.script(question, ['The first half. ', failing]);
    await ask(page, question);
    await expectAnswer(page, 'The first half.', { javaScriptEnabled });
    await expectIdle(page, { javaScriptEnabled });
    await expect(notice(page)).toBeVisible();
    await page.reload();
    await expect(lastAnswer(page)).toContainText('The first half.');
    await expect(notice(page)).toBeVisible();
    await expect(page.locator('body')).not.toContainText('graphics card');
  });
}

for (const [status, message] of [
  [401, 'Incorrect API key provided: sk-scripted'],
  [429, 'You exceeded your current quota'],
  [500, 'internal: 10.0.0.7 refused'],
]) {
  test(`an upstream that answers ${status} is explained, and the question stays`, async ({ signedIn: page, upstream, javaScriptEnabled }) => {
    upstream.script(question, [refuse(status, message)], { always: true });
    await ask(page, question);
    await expectIdle(page, { javaScriptEnabled });
    await expect(notice(page)).toBeVisible();
    await expect(page.locator('body')).not.toContainText('sk-scripted');
    await expect(page.locator('body')).not.toContainText('10.0.0.7');
    await page.reload();
    await expect(questions(page)).toHaveText([new RegExp(question.replace('?', '\\?'))]);
  });
}

test('another answer can be asked for', async ({ signedIn: page, upstream, javaScriptEnabled }) => {
  upstream.script(question, ['The first try.']);
  upstream.script(question, ['The second try.']);
  await ask(page, question);
  await expectAnswer(page, 'The first try.', { javaScriptEnabled });
  await expectIdle(page, { javaScriptEnabled });
  await page.locator('form[action$="/regenerate"] button').last().click();
  await expectAnswer(page, 'The second try.', { javaScriptEnabled });
});

test('the chosen model is the one that answers', async ({ signedIn: page, upstream, javaScriptEnabled }) => {
  const model = page.locator('select[name=model]');
  const second = await model.locator('option', { hasText: 'scripted-2' }).getAttribute('value');
  await model.selectOption(second);
  await ask(page, question);
  await expectAnswer(page, 'A scripted answer.', { javaScriptEnabled });
  expect(upstream.requests.find(({ messages }) => messages.at(-1).content === question).model).toBe('scripted-2');
});

test('a killed server has lost nothing of the answer that it had shown', async ({ signedIn: page, upstream, server, javaScriptEnabled }) => {
  halves(upstream);
  await ask(page, question);
  await expectAnswer(page, 'The first half.', { javaScriptEnabled });
  // The log is written at most a coalescing interval after the reader has seen the words.
  await page.waitForTimeout(1_000);
  const address = page.url();
  await page.goto('about:blank');
  await server.kill('SIGKILL');
  await server.launch();
  await page.goto(address);
  await expect(lastAnswer(page)).toContainText('The first half.');
  await expectIdle(page, { javaScriptEnabled });
  await ask(page, 'And now?');
  await expectAnswer(page, 'A scripted answer.', { javaScriptEnabled });
});

test.describe('the composer', { tag: '@script' }, () => {
  test('sends on Enter, breaks the line on Shift+Enter, and leaves an input method alone', async ({ signedIn: page }) => {
    const field = composer(page);
    await field.fill('one');
    await field.dispatchEvent('keydown', { key: 'Enter', code: 'Enter', isComposing: true, keyCode: 229 });
    await field.press('Shift+Enter');
    await field.pressSequentially('two');
    await expect(field).toHaveValue('one\ntwo');
    await expect(page).toHaveURL(/\/$/);
    await field.press('Enter');
    await expect(page).toHaveURL(/\/chat\/[0-9a-f-]{36}/);
    await expect(questions(page).last()).toContainText('two');
  });

  test('keeps a draft across a reload', async ({ signedIn: page }) => {
    await ask(page, question);
    await expectAnswer(page, 'A scripted answer.');
    await composer(page).fill('a thought half');
    await page.reload();
    await expect(composer(page)).toHaveValue('a thought half');
  });

  test('takes nothing that is empty', async ({ signedIn: page }) => {
    await composer(page).fill('   ');
    await composer(page).press('Enter');
    await expect(page).toHaveURL(/\/$/);
  });
});
