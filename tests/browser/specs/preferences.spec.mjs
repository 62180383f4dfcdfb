// Theme and language: switched anywhere, remembered, and without leaving the page.
import { forget, setUp } from '../support/account.mjs';
import { ask, expectAnswer } from '../support/chat.mjs';
import { expect, test } from '../support/test.mjs';

const places = {
  'signed out': async ({ page, server }) => {
    await setUp(page, server);
    await forget(page);
    await page.goto('/login?next=%2Fchat%3Fq%3Dsea');
  },
  'in a session': async ({ page, server, javaScriptEnabled }) => {
    await setUp(page, server);
    await ask(page, 'Why?');
    await expectAnswer(page, 'A scripted answer.', { javaScriptEnabled });
  },
};

// What each switch is called in its form, what it can be set to, and where the page shows it.
const switches = [
  { name: 'theme', values: ['dark', 'light'], attribute: 'data-theme' },
  { name: 'locale', values: ['zh-CN', 'en'], attribute: 'lang' },
];

async function choose(page, name, value) {
  const menu = page.locator('.who-am-i summary');
  if (await menu.isVisible()) await menu.click();
  await page.locator(`form[action="/preferences"] button[name=${name}][value="${value}"]`).click();
}

const address = (page) => new URL(page.url()).pathname + new URL(page.url()).search;

for (const [where, open] of Object.entries(places)) {
  for (const { name, values, attribute } of switches) {
    test(`the ${name} is switched ${where}, and the page stays`, async ({ page, server, javaScriptEnabled }) => {
      await open({ page, server, javaScriptEnabled });
      const before = address(page);
      for (const value of values) {
        await choose(page, name, value);
        await expect(page.locator('html')).toHaveAttribute(attribute, value);
        await page.reload();
        await expect(page.locator('html')).toHaveAttribute(attribute, value);
        expect(address(page)).toBe(before);
      }
    });
  }
}
