// The chats at the side of a page, as they change elsewhere.
import { ask, expectIdle } from '../support/chat.mjs';
import { patchJson, postJson } from '../support/account.mjs';
import { gate } from '../support/script.mjs';
import { expect, test } from '../support/test.mjs';

const side = (page) => page.locator('#sessions');
const item = (page, name) => side(page).getByRole('link', { name });

test('a chat that appears, changes or goes elsewhere does so here', { tag: '@script' }, async ({ signedIn: page }) => {
  await page.goto('/');
  const { id } = await postJson(page, '/api/chat/sessions', { name: 'From elsewhere' });
  await expect(item(page, 'From elsewhere')).toBeVisible();
  await patchJson(page, `/api/chat/sessions/${id}`, { name: '来自别处', pinned: true });
  await expect(item(page, '来自别处')).toBeVisible();
  await expect(item(page, 'From elsewhere')).toHaveCount(0);
  await item(page, '来自别处').focus();
  await postJson(page, '/api/chat/sessions', { name: 'Another' });
  await expect(item(page, 'Another')).toBeVisible();
  await expect(item(page, '来自别处'), 'the keyboard stays where it was').toBeFocused();
  await page.request.delete(`/api/chat/sessions/${id}`, { headers: { Origin: new URL(page.url()).origin } });
  await expect(item(page, '来自别处')).toHaveCount(0);
});

test('an answer made elsewhere is marked while it is made, and after that until it is looked at', { tag: '@script' }, async ({ signedIn: page, upstream, context }) => {
  const middle = gate();
  upstream.script('Slowly.', ['Half. ', middle, 'Whole.']);
  const other = await context.newPage();
  await other.goto('/');
  await ask(page, 'Slowly.');
  const id = new URL(page.url()).pathname.split('/').pop();
  const link = side(other).locator(`[data-session="${id}"]`);
  await expect(link.locator('.dot:not(.done)')).toBeVisible();
  middle.release();
  await expectIdle(page);
  await expect(link.locator('.dot.done')).toBeVisible();
  await other.goto('/settings');
  await expect(link.locator('.dot.done'), 'on every page').toBeVisible();
  await link.click();
  await expect(other).toHaveURL(new RegExp(`/chat/${id}`));
  await expect(link.locator('.dot')).toHaveCount(0);
});
