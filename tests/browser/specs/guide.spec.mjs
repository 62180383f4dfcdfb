// The guide: read by anybody in either language, its contents following the reading, its exercises checked in place.
import { fillSignIn, ada, forget, setUp } from '../support/account.mjs';
import { expect, test, withoutScript } from '../support/test.mjs';

const current = (page) => page.locator('.toc [aria-current]');

test('is read from the first chapter to the next and back', async ({ page, locale }) => {
  const chinese = locale === 'zh-CN';
  await page.goto('/guide');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(chinese ? '指南' : 'Guide');
  await page.locator('.opening').getByRole('link').click();
  await expect(page).toHaveURL(/\/guide\/getting-started$/);
  const first = await page.getByRole('heading', { level: 1 }).innerText();
  await page.locator('a[rel=next]').click();
  await expect(page).toHaveURL(/\/guide\/pages$/);
  await page.locator('a[rel=prev]').click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(first);
});

test('shows the same chapter in the other language', async ({ page, locale }) => {
  const other = locale === 'zh-CN' ? 'en' : 'zh-CN';
  await page.goto('/guide/errors');
  await page.locator(`form[action="/preferences"] button[value="${other}"]`).click();
  await expect(page).toHaveURL(/\/guide\/errors$/);
  await expect(page.locator('html')).toHaveAttribute('lang', other);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(other === 'en' ? 'Errors' : '错误');
});

test('has a table of contents that leads to each section', async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto('/guide/sessions');
  await page.locator('.toc a[href="#resume"]').click();
  await expect(page).toHaveURL(/#resume$/);
  await expect(page.locator('#resume')).toBeInViewport();
});

test('marks the section being read in its table of contents', { tag: '@script' }, async ({ page }) => {
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.goto('/guide/sessions');
  for (const anchor of ['crud', 'stream', 'models', 'list']) {
    await page.evaluate((id) => document.getElementById(id).scrollIntoView({ behavior: 'instant' }), anchor);
    await expect(current(page)).toHaveAttribute('href', `#${anchor}`);
    await expect(current(page)).toHaveAttribute('aria-current', 'location');
    await expect(current(page)).toBeInViewport();
  }
  await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
  await expect(current(page)).toHaveAttribute('href', '#delete');
});

test('folds its table of contents away on a narrow screen', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto('/guide/sessions');
  await expect(page.locator('.toc')).toBeHidden();
  await page.locator('.toc-fold > summary').click();
  await page.locator('.toc-fold a[href="#cancel"]').click();
  await expect(page.locator('#cancel')).toBeInViewport();
});

test('has examples that are copied with a button', { tag: '@script' }, async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.goto('/guide/getting-started');
  const example = page.locator('figure.code', { hasText: 'api/hello' }).first();
  await example.getByRole('button').click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('curl -sS "$STOA/api/hello"');
});

test('checks an answer and explains it, without an account', async ({ page, javaScriptEnabled }) => {
  await page.goto('/guide/sessions');
  const form = page.locator('#exercise-resume-header');
  const said = form.getByRole('status');
  const field = form.getByRole('textbox');
  for (const [answer, tone] of [['Range', 'warn'], [' ｌａｓｔ－Event-ID ', 'good']]) {
    await field.fill(answer);
    await form.getByRole('button').click();
    await expect(said.locator(`.notice.${tone}`)).toBeVisible();
    await expect(form).toBeInViewport();
    await expect(field).toHaveValue(answer);
    await expect(field).toHaveAccessibleDescription(/.+/);
  }
  await expect(page).toHaveURL(withoutScript({ javaScriptEnabled }) ? /exercises\/resume-header#/ : /\/guide\/sessions$/);
});

test('takes a choice for an answer', async ({ page }) => {
  await page.goto('/guide/sessions');
  const form = page.locator('#exercise-rename-method');
  await form.getByRole('radio', { name: 'PATCH' }).check();
  await form.getByRole('button').click();
  await expect(form.locator('.notice.good')).toBeVisible();
  await expect(form.getByRole('radio', { name: 'PATCH' })).toBeChecked();
});

test('invites to sign in where the rest is for members, and comes back', async ({ page, server }) => {
  await setUp(page, server);
  await forget(page);
  await page.goto('/guide/tokens');
  await expect(page.locator('#keeping')).toHaveCount(0);
  await page.locator('.invitation').getByRole('link').click();
  await fillSignIn(page, ada);
  await expect(page).toHaveURL(/\/guide\/tokens$/);
  await expect(page.locator('#keeping')).toBeAttached();
  await expect(page.locator('.invitation')).toHaveCount(0);
});
