// Members: invited by a link, given another role, shut out and let in again.
import { fillSignIn, postJson, signIn } from '../support/account.mjs';
import { composer } from '../support/chat.mjs';
import { expect, test } from '../support/test.mjs';

const bea = { name: 'Bea 李', email: 'bea@example.org', password: 'correct horse battery staple' };

// A second person's browser beside the administrator's.
const withGuest = test.extend({
  guest: async ({ browser, server, locale, javaScriptEnabled }, use) => {
    const context = await browser.newContext({ baseURL: server.url, locale, javaScriptEnabled });
    await use(await context.newPage());
    await context.close();
  },
});

async function invite(page, email) {
  await page.goto('/users');
  await page.locator('.top a[href="/users/invite"]').click();
  const form = page.locator('form[action="/users/invite"]');
  await form.locator('[name=email]').fill(email);
  await form.getByRole('button').click();
  return page.locator('#secret').innerText();
}

async function accept(guest, link, { name, email, password }) {
  await guest.goto(link);
  const form = guest.locator('main form');
  await form.locator('[name=name]').fill(name);
  if (await form.locator('[name=email]').count()) await form.locator('[name=email]').fill(email);
  await form.locator('[name=password]').fill(password);
  await form.getByRole('button').click();
  await expect(composer(guest)).toBeVisible();
}

async function open(page, name) {
  await page.goto('/users');
  await page.locator('.lines').getByRole('link', { name }).click();
}

withGuest('a guest joins by a link, gets another role, and is out at once when disabled', async ({ signedIn: page, guest }) => {
  await accept(guest, await invite(page, ''), bea);
  await guest.goto('/users');
  await expect(guest.locator('.top a[href="/users/invite"]')).toHaveCount(0);

  await open(page, bea.name);
  await page.locator('select[name=role]').selectOption('admin');
  await page.locator('form[action$="/role"] button').click();
  await expect(page.getByRole('status')).toBeVisible();
  await guest.reload();
  await expect(guest.locator('.top a[href="/users/invite"]')).toBeVisible();

  await page.locator('a[href$="/disable"]').click();
  await page.locator('form.ask button').click();
  await expect(page.locator('.card .badge')).toHaveCount(2);
  await guest.goto('/settings');
  await expect(guest).toHaveURL(/\/login/);
  await fillSignIn(guest, bea);
  await expect(guest.getByRole('alert')).toBeVisible();

  await page.locator('form[action$="/enable"] button').click();
  await expect(page.locator('.card .badge')).toHaveCount(1);
  await signIn(guest, bea);
});

withGuest('a link works once and can be taken back', async ({ signedIn: page, guest }) => {
  const used = await invite(page, bea.email);
  await accept(guest, used, bea);
  expect((await guest.goto(used)).status()).toBe(403);
  const taken = await invite(page, '');
  await page.goto('/users/invite');
  await page.locator('a[href$="/revoke"]').click();
  await page.locator('.ask button').click();
  await expect(page.locator('a[href$="/revoke"]')).toHaveCount(0);
  expect((await guest.goto(taken)).status()).toBe(403);
  await expect(guest.getByRole('heading', { level: 1 })).toHaveText(/invitation|邀请/);
});

withGuest('who was added without a password gets that very account', async ({ signedIn: page, guest }) => {
  const { id } = await postJson(page, '/api/users', { name: 'Bea', email: bea.email, role: 'admin' });
  await open(page, 'Bea');
  await page.locator('form[action="/users/invite"] button').click();
  const link = await page.locator('#secret').innerText();
  await guest.goto(link);
  await expect(guest.locator('[name=name]')).toHaveValue('Bea');
  await accept(guest, link, bea);
  expect(await (await guest.request.get('/api/users/me')).json()).toMatchObject({ id, role: 'admin', name: bea.name });
});
