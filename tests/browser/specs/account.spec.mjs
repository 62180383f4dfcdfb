// The first account, signing in and signing out.
import { ada, fillSetup, fillSignIn, forget, setUp, signIn, signOut } from '../support/account.mjs';
import { composer } from '../support/chat.mjs';
import { expect, test } from '../support/test.mjs';

test('the setup link makes the first account and signs it in', async ({ page, server, locale }) => {
  await setUp(page, server);
  await expect(page.locator('html')).toHaveAttribute('lang', locale === 'zh-CN' ? 'zh-CN' : 'en');
  const me = await page.request.get('/api/users/me');
  expect(await me.json()).toMatchObject({ name: ada.name, email: ada.email, role: 'admin' });
});

test('the setup link is good for one account', async ({ page, server, browser }) => {
  const link = await server.setupPath();
  await setUp(page, server);
  const stranger = await browser.newContext({ baseURL: server.url });
  const visit = await stranger.newPage();
  await visit.goto(link);
  await expect(visit.locator('form[action="/setup"]')).toHaveCount(0);
  await stranger.close();
});

test('whoever is not signed in is sent to the sign-in page and back', async ({ signedIn: page }) => {
  await page.goto('/');
  await signOut(page);
  await expect(page).toHaveURL(/\/login/);
  await page.goto('/settings/tokens');
  await expect(page).toHaveURL(/\/login\?next=/);
  await fillSignIn(page, ada);
  await expect(page).toHaveURL(/\/settings\/tokens$/);
});

test('a path to another site is not followed after signing in', async ({ signedIn: page, server }) => {
  for (const next of ['//example.com/', 'https://example.com/', '/\\example.com', '/\t/example.com']) {
    await forget(page);
    await page.goto(`/login?next=${encodeURIComponent(next)}`);
    await fillSignIn(page, ada);
    await expect(composer(page)).toBeVisible();
    expect(page.url()).toBe(`${server.url}/`);
  }
});

test.describe('what cannot be accepted', () => {
  test.use({ allowedComplaints: [/status of 4\d\d/] });

  test('is shown again with what was typed', async ({ page, server }) => {
    await page.goto(await server.setupPath());
    const form = page.locator('form[action="/setup"]');
    await form.evaluate((element) => element.setAttribute('novalidate', ''));
    await fillSetup(page, { ...ada, password: 'short' });
    await expect(form.locator('[name=name]')).toHaveValue(ada.name);
    await expect(form.locator('[name=email]')).toHaveValue(ada.email);
    await expect(form.locator('[name=password]')).toHaveValue('');
    await fillSetup(page, ada);
    await expect(composer(page)).toBeVisible();
  });

  test('signing in fails with the same words for a wrong password and an unknown address', async ({ signedIn: page }) => {
    const words = [];
    for (const account of [{ ...ada, password: 'not the password' }, { ...ada, email: 'nobody@example.org' }]) {
      await forget(page);
      await page.goto('/login');
      await fillSignIn(page, account);
      await expect(page.locator('form[action="/login"] [name=password]')).toHaveValue('');
      words.push(await page.getByRole('alert').innerText());
    }
    expect(words[0]).toBe(words[1]);
    expect(words[0].trim()).not.toBe('');
    await signIn(page);
  });
});
