// A daily budget of tokens: set by an administrator, seen by its member, and kept to.
import { patchJson } from '../support/account.mjs';
import { answers, ask, composer, expectAnswer, expectIdle, lastAnswer, notice, questions } from '../support/chat.mjs';
import { gate } from '../support/script.mjs';
import { expect, test } from '../support/test.mjs';

const spent = /tokens for today|今天的 token 额度/;

const me = async (page) => (await page.request.get('/api/users/me')).json();

async function allow(page, daily_tokens) {
  await patchJson(page, `/api/users/${(await me(page)).id}`, { daily_tokens });
}

test('an administrator sets a budget and sees what of it is spent', async ({ signedIn: page }) => {
  await page.goto(`/users/${(await me(page)).id}`);
  await expect(page.locator('meter')).toHaveCount(0);
  const form = page.locator('form[action$="/budget"]');
  await form.locator('[name=budget]').selectOption('most');
  await form.locator('[name=tokens]').fill('250000');
  await form.getByRole('button').click();
  await expect(page.getByRole('status')).toBeVisible();
  await expect(form.locator('[name=tokens]')).toHaveValue('250000');
  await expect(page.locator('#usage-line')).toContainText('250,000');
  await page.goto('/settings');
  await expect(page.getByRole('meter')).toBeVisible();
  await expect(page.locator('#usage-line')).toContainText('250,000');
});

test.describe('when the day is spent', () => {
  test.use({ allowedComplaints: [/status of 429/] });

  test('what was to be said stays in the box, with the reason, and is sent when there is more', async ({ signedIn: page, javaScriptEnabled }) => {
    await ask(page, 'The first question.');
    await expectIdle(page, { javaScriptEnabled });
    const conversation = page.url().split('#')[0];
    await allow(page, 40);
    await composer(page).fill('The second question.');
    await page.locator('[data-send]').click();
    await expect(page.getByRole('alert')).toContainText(spent);
    await expect(composer(page)).toHaveValue('The second question.');
    await expect(questions(page)).toHaveCount(1);
    if (javaScriptEnabled !== false) {
      await page.goto(conversation);
      await expect(composer(page)).toHaveValue('The second question.');
    }
    await page.goto('/settings');
    await expect(page.locator('#usage-line')).toContainText('40');

    await allow(page, 'unlimited');
    await page.goto(conversation);
    await ask(page, 'The second question.');
    await expectIdle(page, { javaScriptEnabled });
    await expect(answers(page)).toHaveCount(2);
  });

  test('nothing is begun on the home page either', async ({ signedIn: page }) => {
    await allow(page, 0);
    await page.goto('/');
    await composer(page).fill('Anybody there?');
    await page.locator('[data-send]').click();
    await expect(page.getByRole('alert')).toContainText(spent);
    await expect(composer(page)).toHaveValue('Anybody there?');
    await page.goto('/chat');
    await expect(page.locator('main .lines li')).toHaveCount(0);
  });
});

test('an answer that passes the budget stops, keeps its text and can be continued', async ({ signedIn: page, upstream, javaScriptEnabled }) => {
  await allow(page, 60);
  const question = 'Tell me a long story.';
  upstream.script(question, ['Once upon a time ', ...Array.from({ length: 60 }, (_, n) => `chapter ${n} `), gate()]);
  await ask(page, question);
  await expectAnswer(page, 'Once upon a time', { javaScriptEnabled });
  await expectIdle(page, { javaScriptEnabled });
  await expect(notice(page)).toContainText(spent);
  await expect(lastAnswer(page)).not.toContainText('chapter 59');
  await expect(lastAnswer(page).locator('form[action$="/continue"]')).toBeVisible();
});
