// A conversation as a person sees it: where to write, what was asked, what is answered.
import { expect } from '@playwright/test';

export const composer = (page) => page.locator('textarea[name=content]');
export const stopButton = (page) => page.locator('[data-stop]');
export const questions = (page) => page.locator('.turn.asked');
export const answers = (page) => page.locator('.turn:not(.asked)');
// What is said about an answer that ended early.
export const notice = (page) => page.locator('.turn .notice');
export const lastAnswer = (page) => answers(page).last();

// `shown` is a part of the question as the page shows it, where that is not the question itself.
export async function ask(page, question, shown = question) {
  await composer(page).fill(question);
  await page.locator('[data-send]').click();
  await expect(questions(page).last()).toContainText(shown);
}

// Waits for text in the last answer; without scripts the page is loaded again, as its refresh would do in time.
export async function expectAnswer(page, text, { javaScriptEnabled } = {}) {
  await expect(async () => {
    if (javaScriptEnabled === false) await page.reload();
    await expect(lastAnswer(page)).toContainText(text, { timeout: 2_000 });
  }).toPass({ timeout: 15_000 });
}

// The answer is complete: nothing is left to stop.
export async function expectIdle(page, { javaScriptEnabled } = {}) {
  await expect(async () => {
    if (javaScriptEnabled === false) await page.reload();
    await expect(stopButton(page).filter({ visible: true })).toHaveCount(0, { timeout: 2_000 });
  }).toPass({ timeout: 15_000 });
}
