// Settings: the profile, the password, tokens and the devices that are signed in.
import { ada, fillSignIn, forget, signIn } from '../support/account.mjs';
import { composer } from '../support/chat.mjs';
import { expect, test } from '../support/test.mjs';

test('the name is changed', async ({ signedIn: page }) => {
  await page.goto('/settings');
  const form = page.locator('form[action="/settings"]:has([name=name])');
  await expect(form.locator('[name=name]')).toHaveValue(ada.name);
  await form.locator('[name=name]').fill('阿达');
  await form.getByRole('button').click();
  await expect(page.locator('main [name=name]')).toHaveValue('阿达');
  const me = await page.request.get('/api/users/me');
  expect((await me.json()).name).toBe('阿达');
});

test('a token is shown once, works, and is revoked', async ({ signedIn: page, playwright, server }) => {
  await page.goto('/settings/tokens');
  const form = page.locator('form[action="/settings/tokens"]');
  await form.locator('[name=name]').fill('my script');
  await form.getByRole('button').click();
  const secret = await page.locator('#secret').innerText();

  const program = await playwright.request.newContext({
    baseURL: server.url,
    extraHTTPHeaders: { authorization: `Bearer ${secret}` },
  });
  expect((await program.get('/api/users/me')).status()).toBe(200);

  await page.goto('/settings/tokens');
  await expect(page.locator('main')).toContainText('my script');
  expect(await page.content()).not.toContain(secret);

  await page.locator('main a[href^="/settings/tokens/"][href$="/delete"]').click();
  await expect(page.locator('.ask')).toContainText('my script');
  await page.locator('.ask button').click();
  await expect(page.locator('main')).not.toContainText('my script');
  expect((await program.get('/api/users/me')).status()).toBe(401);
  await program.dispose();
});

test('a device is signed out from another one', async ({ signedIn: page, browser, server, javaScriptEnabled, locale }) => {
  const elsewhere = await browser.newContext({ baseURL: server.url, javaScriptEnabled, locale });
  const other = await elsewhere.newPage();
  await signIn(other);
  await page.goto('/settings/devices');
  await expect(page.locator('main .lines > li')).toHaveCount(2);
  await page.locator('form[action^="/settings/devices/"][action$="/delete"]').getByRole('button').click();
  await other.goto('/settings');
  await expect(other).toHaveURL(/\/login/);
  await page.goto('/settings');
  await expect(page).toHaveURL(/\/settings$/);
  await elsewhere.close();
});

test.describe('the password', () => {
  test.use({ allowedComplaints: [/status of 4\d\d/] });

  test('is changed by whoever knows it', async ({ signedIn: page }) => {
    const changed = { ...ada, password: 'another horse, another battery' };
    await page.goto('/settings');
    const form = page.locator('form:has([name=current_password])');
    await form.locator('[name=current_password]').fill(ada.password);
    await form.locator('[name=password]').fill(changed.password);
    await form.getByRole('button').click();
    await expect(page.locator('main')).toBeVisible();
    await forget(page);
    await page.goto('/login');
    await fillSignIn(page, ada);
    await expect(page.getByRole('alert')).toBeVisible();
    await signIn(page, changed);
    await expect(composer(page)).toBeVisible();
  });
});
