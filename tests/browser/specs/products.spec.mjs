// The catalogue: kept by administrators, read by everybody, the beginning of a research.
import { ada, fillSignIn, forget, postJson } from '../support/account.mjs';
import { expectAnswer } from '../support/chat.mjs';
import { expect, test } from '../support/test.mjs';

const form = (page) => page.locator('main form', { has: page.locator('[name=price]') });
const listed = (page) => page.locator('.shelf h2');

test('a product is added, found by its tags and researched', async ({ signedIn: page, locale, javaScriptEnabled }) => {
  await postJson(page, '/api/products', { name: 'Pencil', tags: ['writing'] });
  await page.goto('/products');
  await page.locator('.top a[href="/products/new"]').click();
  const typed = { name: '机械键盘', description: '**全铝**外壳', price: '1299.5', currency: 'cny', tags: 'hardware, writing' };
  for (const [name, value] of Object.entries(typed)) await form(page).locator(`[name=${name}]`).fill(value);
  await form(page).getByRole('button').click();
  await expect(page.locator('.opening .lead')).toHaveText(locale === 'zh-CN' ? '1,299.50 CNY' : 'CNY 1,299.50');
  await page.locator('.opening a.tag', { hasText: 'writing' }).click();
  await expect(listed(page)).toHaveText(['机械键盘', 'Pencil']);
  await page.locator('.shelf a.tag', { hasText: 'hardware' }).click();
  await expect(listed(page)).toHaveText(['机械键盘']);
  await page.locator('.filter a.tag.set').first().click();
  await page.locator('.filter a.tag.set').first().click();
  await expect(listed(page)).toHaveCount(2);
  await listed(page).first().getByRole('link').click();
  await page.locator('form[action$="/research"] button').click();
  await expect(page).toHaveURL(/\/chat\/[\w-]+/);
  await expectAnswer(page, '机械键盘', { javaScriptEnabled });
  await expect(page.locator('.plan button[value=approve]')).toBeVisible();
  await expect(page.locator('.top h1')).toHaveText('机械键盘');
});

test('whoever is signed out researches a product after signing in', async ({ signedIn: page }) => {
  const { product } = await postJson(page, '/api/products', { name: 'Pencil' });
  await forget(page);
  await page.goto(`/products/${product.id}`);
  await expect(page.locator('a[href$="/edit"]')).toHaveCount(0);
  await page.locator('form[action$="/research"] button').click();
  await fillSignIn(page, ada);
  await expect(page).toHaveURL(new RegExp(`/products/${product.id}$`));
  await page.locator('form[action$="/research"] button').click();
  await expect(page).toHaveURL(/\/chat\/[\w-]+/);
});

test('a product is changed, and deleted after a question', async ({ signedIn: page }) => {
  const { product } = await postJson(page, '/api/products', { name: 'Pencil', price_cents: 100, currency: 'EUR' });
  await page.goto(`/products/${product.id}`);
  await page.locator('.top a[href$="/edit"]').click();
  await expect(form(page).locator('[name=price]')).toHaveValue('1.00');
  await form(page).locator('[name=price]').fill('');
  await form(page).locator('[name=currency]').fill('');
  await form(page).getByRole('button').click();
  await expect(page.locator('.opening .lead')).toHaveCount(0);
  await page.locator('.top a[href$="/delete"]').click();
  await page.locator('form.ask button').click();
  await expect(page).toHaveURL(/\/products$/);
  await expect(page.locator('.empty')).toBeVisible();
});

test.describe('a price that is none', () => {
  test.use({ allowedComplaints: [/status of 4\d\d/] });

  test('is shown again with what is wrong', async ({ signedIn: page }) => {
    await page.goto('/products/new');
    await form(page).locator('[name=name]').fill('Pencil');
    await form(page).locator('[name=price]').fill('a lot');
    await form(page).getByRole('button').click();
    await expect(form(page).locator('[name=price]')).toHaveAccessibleDescription(/.+/);
    await expect(form(page).locator('[name=name]')).toHaveValue('Pencil');
  });
});
