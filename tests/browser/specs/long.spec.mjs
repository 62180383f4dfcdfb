// A conversation longer than the model sees: older messages on demand, and a summary that is told of while it is made.
import { ask, expectAnswer, questions } from '../support/chat.mjs';
import { importFile } from '../support/import.mjs';
import { gate } from '../support/script.mjs';
import { expect, test } from '../support/test.mjs';
import { theSummary } from '../support/upstream.mjs';

test.use({ config: '[chat]\nsummaries = true\n' });

const at = '2026-01-01T00:00:00Z';

// Questions and answers in turn, of some 75 tokens each.
function conversation(count) {
  const messages = Array.from({ length: count }, (_, n) => ({
    id: `m${n}`, parent_id: n ? `m${n - 1}` : null, role: n % 2 ? 'assistant' : 'user', status: 'complete', created_at: at,
    content: `Message ${n}. ${'So it goes. '.repeat(24)}`,
  }));
  const session = { id: 's', name: 'A long one', type: 'chat', head_id: messages.at(-1).id, created_at: at, updated_at: at, messages };
  return JSON.stringify({ format: 'stoa.session', version: 1, sessions: [session] });
}

async function open(page) {
  await importFile(page, conversation(120));
  await page.locator('#import a[href="/chat"]').click();
  await page.locator('main').getByRole('link', { name: 'A long one' }).first().click();
  await expect(questions(page).last()).toContainText('Message 118.');
}

test('older messages are a link away', async ({ signedIn: page }) => {
  await open(page);
  await expect(questions(page)).toHaveCount(25);
  await page.locator('.older a').click();
  await expect(questions(page).last()).toContainText('Message 68.');
  await page.locator('.older a').first().click();
  await expect(questions(page).first()).toContainText('Message 0.');
});

test('what no longer fits is summed up before the answer, and shown to nobody', async ({ signedIn: page, upstream, javaScriptEnabled }) => {
  await open(page);
  const middle = gate();
  upstream.script(theSummary, [middle, 'They spoke of whales.']);
  await ask(page, 'And now?');
  await middle.reached;
  const status = page.locator('[data-open] [data-status]');
  if (javaScriptEnabled) await expect(status).toHaveText(/Summing up what was said earlier|正在概括较早的对话/);
  middle.release();
  await expectAnswer(page, 'A scripted answer.', { javaScriptEnabled });
  await expect(page.locator('body')).not.toContainText('whales');
  expect(upstream.requests.at(-1).messages[0].content).toContain('They spoke of whales.');
});
