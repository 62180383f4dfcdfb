// Posts: written, previewed, published, read by everybody, followed by feed readers, and taken back.
import { fillSignIn, ada, forget, postJson } from '../support/account.mjs';
import { expect, test } from '../support/test.mjs';

const title = '写锁与 WAL';
const text = '## 一把锁\n\n**写锁**只有一把。\n\n```rust\nfn main() {}\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n';
const form = (page) => page.locator('main form', { has: page.locator('[name=content]') });
const press = (page, action) => form(page).locator(`button[value=${action}]`).click();
const heading = (page) => page.getByRole('heading', { level: 1 });

async function write(page) {
  await page.goto('/posts');
  await page.locator('.top a[href="/posts/new"]').click();
  await form(page).locator('[name=title]').fill(title);
  await form(page).locator('[name=content]').fill(text);
  await form(page).locator('[name=tags]').fill('数据库，wal');
}

test('a draft is previewed, published, read by everybody and stands in the feed', async ({ signedIn: page, server, browser, locale, javaScriptEnabled }) => {
  await write(page);
  await press(page, 'preview');
  await expect(page.locator('.preview strong')).toHaveText('写锁');
  await expect(page.locator('#preview')).toBeInViewport();
  await expect(form(page).locator('[name=tags]')).toHaveValue('数据库，wal');
  await press(page, 'draft');
  await expect(heading(page).last()).toHaveText(title);
  const path = new URL(page.url()).pathname;

  const context = await browser.newContext({ baseURL: server.url, locale, javaScriptEnabled });
  const reader = await context.newPage();
  expect((await reader.goto(path)).status()).toBe(404);
  await page.goto('/posts?drafts=true');
  await page.locator('.shelf').getByRole('link', { name: title }).click();
  await page.locator('.top a[href$="/edit"]').click();
  await press(page, 'publish');
  await expect(page.getByRole('status')).toBeVisible();

  await reader.goto('/posts');
  await expect(reader.locator('.shelf .excerpt')).toHaveText('写锁只有一把。');
  await reader.locator('.shelf a.tag', { hasText: '数据库' }).click();
  await reader.locator('.shelf').getByRole('link', { name: title }).click();
  await expect(reader.locator('.prose table')).toBeVisible();
  await expect(reader.locator('h1')).toHaveAttribute('lang', 'zh-CN');
  expect(await (await reader.request.get('/posts/feed.xml')).text()).toContain(title);
  await context.close();
});

test('whoever is signed out reads on after signing in', async ({ signedIn: page }) => {
  await postJson(page, '/api/posts', { title, content: text });
  await forget(page);
  await page.goto('/posts');
  await page.locator('.shelf').getByRole('link', { name: title }).click();
  const path = new URL(page.url()).pathname;
  await expect(page.locator('a[href$="/edit"]')).toHaveCount(0);
  await page.locator('.public a.push').click();
  await fillSignIn(page, ada);
  await expect(page).toHaveURL((url) => url.pathname === path);
  await expect(page.locator('a[href$="/edit"]')).toBeVisible();
});

test('a post goes back to the drafts and is deleted after a question', async ({ signedIn: page }) => {
  await write(page);
  await press(page, 'publish');
  await page.locator('.top a[href$="/edit"]').click();
  await press(page, 'draft');
  await expect(page.locator('.opening .badge')).toBeVisible();
  await page.locator('.top a[href$="/delete"]').click();
  await page.locator('form.ask button').click();
  await expect(page).toHaveURL(/\/posts$/);
  await page.goto('/posts?drafts=true');
  await expect(page.locator('.empty')).toBeVisible();
});

test.describe('what cannot be accepted', () => {
  test.use({ allowedComplaints: [/status of 4\d\d/] });

  test('is shown again with what was typed', async ({ signedIn: page }) => {
    await write(page);
    await form(page).evaluate((element) => element.setAttribute('novalidate', ''));
    await form(page).locator('[name=title]').fill(' ');
    await press(page, 'publish');
    await expect(form(page).locator('[name=title]')).toHaveAttribute('aria-invalid', 'true');
    await expect(form(page).locator('[name=content]')).toHaveValue(text);
    await form(page).locator('[name=title]').fill(title);
    await press(page, 'publish');
    await expect(heading(page).last()).toHaveText(title);
  });
});
