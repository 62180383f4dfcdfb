// Other words, other answers, and the way between them; the rest of an answer that broke off; the end of a branch.
import { answers, ask, expectAnswer, expectIdle, lastAnswer, notice, questions } from '../support/chat.mjs';
import { cut, gate } from '../support/script.mjs';
import { expect, test } from '../support/test.mjs';
import { theRest } from '../support/upstream.mjs';

const question = 'Why is the sea blue?';

const versions = (turn) => turn.locator('.versions');
const act = (turn, ending) => turn.locator(`a[href$="${ending}"], form[action$="${ending}"] button`);
const previous = (turn) => versions(turn).getByRole('button').first();
const next = (turn) => versions(turn).getByRole('button').last();

async function edit(page, turn, words) {
  await turn.hover();
  await act(turn, '/edit').click();
  await expect(page.locator('main textarea')).toBeFocused();
  await page.locator('main textarea').fill(words);
  await page.locator('main form .button.main').click();
}

test('a question is edited, and both ways of asking stay', async ({ signedIn: page, upstream, javaScriptEnabled }) => {
  upstream.script(question, ['Because of water.']);
  await ask(page, question);
  await expectAnswer(page, 'Because of water.', { javaScriptEnabled });
  await expectIdle(page, { javaScriptEnabled });
  await expect(versions(questions(page).first())).toHaveCount(0);
  upstream.script('Why is the sky blue?', ['Because of air.']);
  await edit(page, questions(page).first(), 'Why is the sky blue?');
  await expectAnswer(page, 'Because of air.', { javaScriptEnabled });
  await expectIdle(page, { javaScriptEnabled });
  await expect(questions(page)).toHaveText([/Why is the sky blue\?/]);
  await expect(versions(questions(page).first())).toContainText('2/2');
  await expect(next(questions(page).first())).toBeDisabled();

  await previous(questions(page).first()).click();
  await expect(versions(questions(page).first())).toContainText('1/2');
  await expect(lastAnswer(page)).toContainText('Because of water.');
  await expect(questions(page).first()).toBeInViewport();
  await page.goto('/');
  await page.goBack();
  await page.reload();
  await expect(lastAnswer(page)).toContainText('Because of water.');
});

test('versions are switched with the keyboard alone', async ({ signedIn: page, upstream, javaScriptEnabled }) => {
  upstream.script(question, ['The first answer.']);
  await ask(page, question);
  await expectIdle(page, { javaScriptEnabled });
  upstream.script(question, ['The second answer.']);
  await lastAnswer(page).locator('form[action$="/regenerate"] button').press('Enter');
  await expectAnswer(page, 'The second answer.', { javaScriptEnabled });
  await expectIdle(page, { javaScriptEnabled });
  // The server's own version of the turn has come, and stays.
  await expect(act(lastAnswer(page), '/regenerate').first()).toBeAttached();
  await previous(lastAnswer(page)).focus();
  await page.keyboard.press('Enter');
  await expect(lastAnswer(page)).toContainText('The first answer.');
  await next(lastAnswer(page)).focus();
  await page.keyboard.press('Space');
  await expect(lastAnswer(page)).toContainText('The second answer.');
});

test('another model gives another answer this once', async ({ signedIn: page, upstream, javaScriptEnabled }) => {
  await ask(page, question);
  await expectIdle(page, { javaScriptEnabled });
  await lastAnswer(page).hover();
  await lastAnswer(page).locator('a[href$="/regenerate"]').click();
  await page.locator('select#model').selectOption({ label: 'scripted-2' });
  await page.locator('main form .button.main').click();
  await expectIdle(page, { javaScriptEnabled });
  await expect(lastAnswer(page).locator('.who')).toContainText('scripted-2');
  expect(upstream.requests.filter((body) => body.messages.at(-1).content === question).map((body) => body.model))
    .toEqual(['scripted-1', 'scripted-2']);
  await expect(page.locator('.composer select option:checked')).toHaveText('scripted-1');
});

test('an answer that broke off goes on with one click', async ({ signedIn: page, upstream, javaScriptEnabled }) => {
  upstream.script(question, ['The first half, ', cut()]);
  await ask(page, question);
  await expectIdle(page, { javaScriptEnabled });
  await expect(notice(page)).toBeVisible();
  await act(lastAnswer(page), '/continue').click();
  await expectIdle(page, { javaScriptEnabled });
  await expect(lastAnswer(page).locator('.prose').last()).toHaveText('The first half, A scripted answer.');
  await expect(notice(page)).toHaveCount(0);
  await expect(answers(page)).toHaveCount(1);
  const begun = { role: 'assistant', content: 'The first half, ' };
  expect(upstream.requests.map((body) => body.messages.at(-2))).toContainEqual(begun);
});

test('what was there stays in sight while the answer goes on', { tag: '@script' }, async ({ signedIn: page, upstream }) => {
  upstream.script(question, ['The first half, ', cut()]);
  await ask(page, question);
  await expectIdle(page);
  const middle = gate();
  await expect(notice(page)).toBeVisible();
  upstream.script(theRest, ['and then ', middle, 'the end.']);
  await act(lastAnswer(page), '/continue').click();
  await expectAnswer(page, 'The first half, and then');
  await page.reload();
  await expectAnswer(page, 'The first half, and then');
  middle.release();
  await expectAnswer(page, 'The first half, and then the end.');
});

test('another branch can be read while an answer is made', async ({ signedIn: page, upstream, javaScriptEnabled }) => {
  upstream.script(question, ['The first answer.']);
  await ask(page, question);
  await expectIdle(page, { javaScriptEnabled });
  const middle = gate();
  upstream.script(question, ['The second ', middle, 'answer.']);
  await lastAnswer(page).hover();
  await lastAnswer(page).locator('form[action$="/regenerate"] button').click();
  await expectAnswer(page, 'The second', { javaScriptEnabled });
  await previous(lastAnswer(page)).click();
  await expect(lastAnswer(page)).toContainText('The first answer.');
  middle.release();
  await next(lastAnswer(page)).click();
  await expectAnswer(page, 'The second answer.', { javaScriptEnabled });
});

test('a message is deleted with what follows it, after a question', async ({ signedIn: page, javaScriptEnabled }) => {
  await ask(page, question);
  await expectIdle(page, { javaScriptEnabled });
  await ask(page, 'And the sky?');
  await expectIdle(page, { javaScriptEnabled });
  await questions(page).last().hover();
  await act(questions(page).last(), '/delete').click();
  await expect(page.locator('.sheet-title')).toContainText('And the sky?');
  await expect(page.locator('.lead')).toContainText('2');
  await page.locator('main .button.danger').click();
  await expect(questions(page)).toHaveCount(1);
  await expect(lastAnswer(page)).toContainText('A scripted answer.');
});
