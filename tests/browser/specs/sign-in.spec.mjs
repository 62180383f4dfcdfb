// Signing in with a real OpenID provider, through its own forms.
import { signIn, signOut } from '../support/account.mjs';
import { composer } from '../support/chat.mjs';
import { ada, expect, providerButton, test } from '../support/identity.mjs';
import { consent, refuse, signInThere, signOutThere } from '../support/provider.mjs';

// The address with code and state that the provider leads back to.
const callback = async (page, server) =>
  (await page.waitForRequest((request) => request.url().startsWith(`${server.url}/api/auth/callback`))).url();

const viewer = (page) => page.locator('.who-am-i .name');

test('somebody signs in at the provider and comes back where they were going', async ({ visitor: page }) => {
  await page.goto('/settings/tokens');
  await expect(page).toHaveURL(/\/login\?next=/);
  await providerButton(page).click();
  await signInThere(page, 'bea');
  await consent(page);
  await expect(page).toHaveURL(/\/settings\/tokens$/);
  await expect(viewer(page)).toHaveText('bea 王');
  await page.goto('/settings');
  await expect(page.getByText('bea@example.org')).toBeVisible();
});

test('signing out ends the session at the provider as well', async ({ visitor: page, server, provider }) => {
  await page.goto('/login');
  await providerButton(page).click();
  await signInThere(page, 'bea');
  await consent(page);
  await expect(composer(page)).toBeVisible();
  await signOut(page);
  await expect(page).toHaveURL(new RegExp(`^${provider.issuer}/`));
  await signOutThere(page);
  await expect(page).toHaveURL(`${server.url}/login`);
  await page.goto('/settings');
  await expect(page).toHaveURL(/\/login\?next=/);
  // The provider asks who it is again.
  await providerButton(page).click();
  await expect(page.locator('[name=login]')).toBeVisible();
});

test('two tabs sign in at the same time, each to its own page', async ({ visitor: first, context }) => {
  const second = await context.newPage();
  await first.goto('/login?next=/settings/tokens');
  await second.goto('/login?next=/settings/devices');
  await providerButton(first).click();
  await providerButton(second).click();
  await signInThere(second, 'bea');
  await consent(second);
  await expect(second).toHaveURL(/\/settings\/devices$/);
  await signInThere(first, 'bea');
  // The provider remembers the consent.
  await expect(first).toHaveURL(/\/settings\/tokens$/);
  await expect(viewer(first)).toHaveText('bea 王');
});

test('the back button and a repeated address lead to the work, not to an error', async ({ visitor: page, server }) => {
  await page.goto('/login?next=/settings/tokens');
  await providerButton(page).click();
  await signInThere(page, 'bea');
  const address = callback(page, server);
  await consent(page);
  await expect(page).toHaveURL(/\/settings\/tokens$/);
  await page.goto(await address);
  await expect(page).toHaveURL(`${server.url}/`);
  await expect(viewer(page)).toHaveText('bea 王');
  await page.goto('/login');
  await expect(page).toHaveURL(`${server.url}/`);
});

test.describe('going back', () => {
  // The provider's own page of a sign-in that is over.
  test.use({ allowedComplaints: [/localhost:\d+\/interaction/] });

  test('to the provider changes nothing here', async ({ visitor: page, server }) => {
    await page.goto('/login');
    await providerButton(page).click();
    await signInThere(page, 'bea');
    await consent(page);
    await expect(composer(page)).toBeVisible();
    await page.goBack();
    await page.goto(server.url);
    await expect(viewer(page)).toHaveText('bea 王');
  });
});

test('a refused consent is said to be one, and the way is kept', async ({ visitor: page }) => {
  await page.goto('/login?next=/settings/tokens');
  await providerButton(page).click();
  await signInThere(page, 'bea');
  await refuse(page);
  await expect(page).toHaveURL(/\/login\?error=auth_failed&reason=identity_access_denied/);
  await expect(page.getByRole('alert')).toContainText(/refused or cancelled|拒绝/);
  await providerButton(page).click();
  await consent(page);
  await expect(page).toHaveURL(/\/settings\/tokens$/);
});

test('an answer to another browser lets nobody in', async ({ visitor: page, browser, server }) => {
  await page.goto('/login');
  await providerButton(page).click();
  await signInThere(page, 'bea');
  const address = callback(page, server);
  await consent(page);
  const other = await browser.newPage({ baseURL: server.url });
  await other.goto(await address);
  await expect(other).toHaveURL(/reason=state_unknown/);
  await expect(other.getByRole('alert')).toBeVisible();
  await other.close();
});

test('a taken address asks for the old account, where the provider can be linked', async ({ visitor: page, server }) => {
  await page.goto('/login');
  await providerButton(page).click();
  await signInThere(page, ada.email.split('@')[0]);
  await consent(page);
  await expect(page).toHaveURL(/reason=identity_email_taken/);

  await signIn(page);
  await page.goto('/settings/identities');
  await page.locator('form[action="/api/auth/link/company"] button').click();
  // Signed in and consented there already.
  await expect(page).toHaveURL(/\/settings\/identities$/);
  await expect(page.locator('.flash')).toBeVisible();
  await expect(page.locator('.lines li')).toContainText('Company 公司');

  await signOut(page);
  await expect(page).toHaveURL(`${server.url}/login`);
  await providerButton(page).click();
  await expect(viewer(page)).toHaveText(ada.name);

  await page.goto('/settings/identities');
  await page.locator('form[action^="/settings/identities/"] button').click();
  await expect(page.locator('.lines li')).toHaveCount(0);
});

test('a provider that is down is said to be', async ({ visitor: page, provider, server }) => {
  await provider.stop();
  await page.goto('/login');
  await providerButton(page).click();
  await expect(page).toHaveURL(/reason=identity_unreachable/);
  await expect(page.getByRole('alert')).toContainText('stoa doctor');
  await expect(page).toHaveURL(new RegExp(`^${server.url}`));
  // The local account is still there.
  await signIn(page);
});
