// Every page, in both themes: nothing axe-core objects to, nothing wider than the screen, and a picture to look at.
import { mkdir } from 'node:fs/promises';
import axe from 'axe-core';
import { forget, post, setUp } from '../support/account.mjs';
import { test as elsewhere } from '../support/identity.mjs';
import { pages } from '../support/pages.mjs';
import { expect, test as alone } from '../support/test.mjs';

const screens = new URL('../__screens__/', import.meta.url).pathname;
const widths = [320, 390, 1280];

async function expectAccessible(page, what) {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => window.axe.run({ resultTypes: ['violations'] }));
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map(({ html }) => `    ${html}`).join('\n')}`);
  expect.soft(told, `axe-core on ${what}`).toEqual([]);
}

// The page itself does not scroll sideways; a table or a block of code may, inside itself.
async function expectToFit(page, what) {
  const overflow = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const wide = [...document.body.querySelectorAll('*')].filter((element) => element.getBoundingClientRect().right > clientWidth + 1);
    return [`${scrollWidth} > ${clientWidth}`, ...wide.slice(0, 5).map((element) => element.outerHTML.slice(0, 120))];
  });
  expect.soft(overflow, `sideways overflow on ${what}`).toEqual([]);
}

// The whole page on a screen as high as it, so that what sticks to the screen's edge is at the page's.
async function picture(page, width, name) {
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width, height });
  await page.screenshot({ path: `${screens}${name}` });
}

for (const place of pages) {
  const test = place.elsewhere ? elsewhere : alone;
  test.describe(place.name, () => {
    test.use({ allowedComplaints: place.complains ? [/status of 4\d\d/] : [] });
    test.setTimeout(90_000);

    test('fits, is accessible, and looks as it should', { tag: '@script' }, async ({ page, server, upstream, javaScriptEnabled }, info) => {
      if (!place.anonymous) await setUp(page, server);
      const path = await place.open?.({ page, server, upstream, javaScriptEnabled });
      if (place.signedOut) await forget(page);
      if (!path) await place.show({ page, server });
      await mkdir(screens, { recursive: true });
      for (const theme of ['light', 'dark']) {
        if (path) {
          if (page.url() === 'about:blank') await page.goto(path);
          await post(page, '/preferences', { theme, next: '/' });
          await page.goto(path);
          await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
        }
        for (const width of widths) {
          const what = `${place.name} in ${theme} at ${width} px`;
          await page.setViewportSize({ width, height: width < 768 ? 844 : 900 });
          await expectToFit(page, what);
          if (width !== 390) await expectAccessible(page, what);
          if (width !== 320) {
            await picture(page, width, `${place.name}.${info.project.name}.${theme}.${width}.png`);
          }
        }
      }
    });
  });
}
