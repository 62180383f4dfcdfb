// The list of sessions: finding, renaming and deleting them.
import { postJson } from '../support/account.mjs';
import { expect, test } from '../support/test.mjs';

const listed = (page, name) => page.locator('main .lines').getByRole('link', { name, exact: true });
const line = (page, name) => page.locator('main .lines > li').filter({ has: page.getByRole('link', { name, exact: true }) });

// Opens the menu of a line of the list.
async function menu(page, name) {
  await line(page, name).locator('summary').click();
  return line(page, name).locator('.sheet');
}

async function session(page, name, type = 'chat') {
  const { id } = await postJson(page, '/api/chat/sessions', { name, type });
  return id;
}

test('a session is renamed', async ({ signedIn: page }) => {
  const id = await session(page, 'Old name');
  await page.goto(`/chat/${id}/rename`);
  const form = page.locator(`main form[action="/chat/${id}/rename"]`);
  await expect(form.locator('[name=name]')).toHaveValue('Old name');
  await form.locator('[name=name]').fill('新名字 & <b>more</b>');
  await form.getByRole('button').click();
  await page.goto('/chat');
  await expect(listed(page, '新名字 & <b>more</b>')).toBeVisible();
  await expect(listed(page, 'Old name')).toHaveCount(0);
});

test('a session is renamed in the list', async ({ signedIn: page }) => {
  await session(page, 'Old name');
  await page.goto('/chat');
  const form = (await menu(page, 'Old name')).locator('form.rename');
  await form.locator('[name=name]').fill('新名字');
  await form.getByRole('button').click();
  await expect(page).toHaveURL(/\/chat$/);
  await expect(listed(page, '新名字')).toBeVisible();
});

test('a session is deleted after a question, and not before', async ({ signedIn: page }) => {
  const id = await session(page, 'To be deleted');
  await page.goto('/chat');
  await (await menu(page, 'To be deleted')).locator(`a[href="/chat/${id}/delete"]`).click();
  const form = page.locator(`main form[action="/chat/${id}/delete"]`);
  await expect(form).toContainText('To be deleted');
  await form.getByRole('link').click();
  await page.goto('/chat');
  await expect(listed(page, 'To be deleted')).toBeVisible();
  await page.goto(`/chat/${id}/delete`);
  await form.getByRole('button').click();
  await expect(page).toHaveURL((url) => !url.pathname.includes(id));
  await page.goto('/chat');
  await expect(listed(page, 'To be deleted')).toHaveCount(0);
  expect((await page.request.get(`/chat/${id}`)).status()).toBe(404);
});

test('sessions are found by words, Chinese ones too', async ({ signedIn: page }) => {
  for (const name of ['The colour of water', '水的颜色', 'Something else']) await session(page, name);
  await page.goto('/chat');
  for (const [words, found, other] of [
    ['colour', 'The colour of water', 'Something else'],
    ['颜色', '水的颜色', 'The colour of water'],
  ]) {
    const field = page.locator('main input[name=q]');
    await field.fill(words);
    await field.press('Enter');
    await expect(page).toHaveURL(/[?&]q=/);
    await expect(listed(page, found)).toBeVisible();
    await expect(listed(page, other)).toHaveCount(0);
    await expect(page.locator('main input[name=q]')).toHaveValue(words);
  }
});

test('sessions are filtered by type', async ({ signedIn: page }) => {
  await session(page, 'A chat', 'chat');
  await session(page, 'A research', 'deepresearch');
  await page.goto('/chat?type=deepresearch');
  await expect(listed(page, 'A research')).toBeVisible();
  await expect(listed(page, 'A chat')).toHaveCount(0);
  await page.goto('/chat?type=chat');
  await expect(listed(page, 'A chat')).toBeVisible();
  await expect(listed(page, 'A research')).toHaveCount(0);
});

test('all sessions are reached page by page, none twice', async ({ signedIn: page }) => {
  const names = Array.from({ length: 65 }, (_, index) => `Session number ${index}`);
  for (const name of names) await session(page, name);
  await page.goto('/chat');
  const seen = [];
  for (;;) {
    seen.push(...(await page.locator('main .lines').getByRole('link', { name: /^Session number \d+$/ }).allInnerTexts()));
    const more = page.locator('main a[rel=next]');
    if ((await more.count()) === 0) break;
    await page.goto(await more.getAttribute('href'));
  }
  expect(seen.map((name) => name.trim()).toSorted()).toEqual(names.toSorted());
});

test('a session is pinned above the others, and archived away from them', async ({ signedIn: page }) => {
  await session(page, 'The first');
  await session(page, 'The second');
  await page.goto('/chat');
  await (await menu(page, 'The first')).locator('form[action$="/pin"]').getByRole('button').click();
  await expect(page.locator('main .lines > li').first()).toContainText('The first');
  await (await menu(page, 'The first')).locator('form[action$="/archive"]').getByRole('button').click();
  await expect(listed(page, 'The first')).toHaveCount(0);
  await page.goto('/chat?archived=true');
  await expect(listed(page, 'The first')).toBeVisible();
  await expect(listed(page, 'The second')).toHaveCount(0);
});
