// Chats put in order: tags, pins and the archive; and chats that come from files and leave as files.
import { readFile } from 'node:fs/promises';
import { patchJson, postJson } from '../support/account.mjs';
import { importFile } from '../support/import.mjs';
import { expect, test } from '../support/test.mjs';

const names = (page) => page.locator('main .lines .what > a');
const line = (page, name) => page.locator('main .lines > li').filter({ has: page.getByRole('link', { name, exact: true }) });
const tags = (page, name) => line(page, name).locator('a.tag');

async function menu(page, name) {
  await line(page, name).locator('summary').click();
  return line(page, name).locator('.sheet');
}

async function session(page, name, changes) {
  const { id } = await postJson(page, '/api/chat/sessions', { name });
  if (changes) await patchJson(page, `/api/chat/sessions/${id}`, changes);
  return id;
}

const said = (role, text) => ({ author: { role }, content: { content_type: 'text', parts: [text] } });

const openai = [{
  title: 'From OpenAI 旅行',
  current_node: 'b',
  mapping: {
    root: { parent: null, message: null },
    a: { parent: 'root', message: said('user', 'Where to?') },
    b: { parent: 'a', message: said('assistant', '**Rome**') },
  },
}];

const openWebui = [{
  title: 'From Open WebUI',
  meta: { tags: ['food'] },
  chat: { messages: [{ role: 'user', content: 'How?' }, { role: 'assistant', content: 'Slowly.' }] },
}];

test('a chat gets tags from its menu and is found by them', async ({ signedIn: page }) => {
  const id = await session(page, 'Plans');
  await session(page, 'Something else', { tags: ['work'] });
  await page.goto('/chat?type=chat');
  await (await menu(page, 'Plans')).locator(`a[href^="/chat/${id}/tags"]`).click();
  await page.locator('main input[name=tags]').fill('学习，work、50% "off"');
  await page.locator('main form.ask button').click();
  // Back where the menu was opened.
  await expect(page).toHaveURL(/\/chat\?type=chat$/);
  await expect(page.locator('.flash')).toBeVisible();
  await expect(tags(page, 'Plans')).toHaveText(['学习', 'work', '50% "off"']);
  await tags(page, 'Plans').filter({ hasText: 'work' }).click();
  await expect(names(page)).toHaveCount(2);
  await tags(page, 'Plans').filter({ hasText: '50%' }).click();
  await expect(names(page)).toHaveText(['Plans']);
  await expect(page.locator('.tag.set')).toHaveText(['work', '50% "off"']);
  await page.locator('.tag.set').last().click();
  await expect(names(page)).toHaveCount(2);
  await page.goto(`/chat/${id}/tags`);
  await expect(page.locator('main input[name=tags]')).toHaveValue('学习, work, 50% "off"');
});

test.describe('refused', () => {
  test.use({ allowedComplaints: [/status of 400/] });

  test('tags that are too long stand in the form again', async ({ signedIn: page }) => {
    const id = await session(page, 'Plans');
    await page.goto(`/chat/${id}/tags`);
    const field = page.locator('main input[name=tags]');
    await field.fill(`fine, ${'x'.repeat(51)}`);
    await page.locator('main form.ask button').click();
    await expect(page.locator('#typed-wrong')).toBeVisible();
    await expect(field).toHaveValue(`fine, ${'x'.repeat(51)}`);
    await field.fill('fine');
    await page.locator('main form.ask button').click();
    await expect(page).toHaveURL(new RegExp(`/chat/${id}$`));
  });

  test('a broken file is refused with the place where it breaks, and leaves nothing', async ({ signedIn: page }) => {
    await importFile(page, JSON.stringify(openai, null, 1).slice(0, 60));
    const problem = page.locator('main [role=alert]');
    await expect(problem).toContainText(/line 5, column \d+|第 5 行第 \d+ 列/);
    await expect(page.locator('main input[type=file]')).toBeVisible();
    await importFile(page, '{"x":1}');
    await expect(problem).toBeVisible();
    await page.goto('/chat');
    await expect(names(page)).toHaveCount(0);
  });
});

test('a chat that was put away is found again in the archive', async ({ signedIn: page }) => {
  await session(page, 'Put away', { tags: ['a'] });
  await session(page, 'Kept');
  await page.goto('/chat?tags=a');
  await (await menu(page, 'Put away')).locator('form[action$="/pin"] button').click();
  await expect(line(page, 'Put away').locator('.badge')).toHaveCount(1);
  await (await menu(page, 'Put away')).locator('form[action$="/archive"] button').click();
  await expect(page).toHaveURL(/\/chat\?tags=a$/);
  await expect(names(page)).toHaveCount(0);
  await page.locator('main nav.chips a').last().click();
  await expect(names(page)).toHaveText(['Put away']);
  await expect(line(page, 'Put away').locator('.badge')).toHaveCount(2);
  await (await menu(page, 'Put away')).locator('form[action$="/archive"] button').click();
  await page.goto('/chat');
  await expect(names(page)).toHaveText(['Put away', 'Kept']);
});

for (const [kind, file, title, answer] of [
  ['OpenAI', openai, 'From OpenAI 旅行', 'Rome'],
  ['Open WebUI', openWebui, 'From Open WebUI', 'Slowly.'],
]) {
  test(`chats are imported from ${kind}`, async ({ signedIn: page }) => {
    await importFile(page, JSON.stringify(file));
    await expect(page.locator('#import .secret')).toContainText('2');
    // Nothing was left out.
    await expect(page.locator('#import .secret p')).toHaveCount(2);
    await page.locator('#import a[href="/chat"]').click();
    await names(page).filter({ hasText: title }).click();
    await expect(page.locator('.turn')).toHaveCount(2);
    await expect(page.locator('.turn').last()).toContainText(answer);
  });
}

test('a chat leaves as a file and comes back whole', async ({ signedIn: page }) => {
  await importFile(page, JSON.stringify(openWebui));
  await page.locator('#import a[href="/chat"]').click();
  await names(page).first().click();
  await page.locator('.top summary').click();
  const begun = page.waitForEvent('download');
  await page.locator('.top a[href$="format=json"]').click();
  const download = await begun;
  expect(download.suggestedFilename()).toBe('From Open WebUI.json');
  const file = await readFile(await download.path(), 'utf8');
  expect(JSON.parse(file).sessions[0].tags).toEqual(['food']);
  await importFile(page, file);
  await expect(page.locator('#import .secret')).toBeVisible();
  await page.goto('/chat?tags=food');
  await expect(names(page)).toHaveText(['From Open WebUI', 'From Open WebUI']);
});

test('a long import shows how far it is, and goes on without its page', async ({ signedIn: page }) => {
  const messages = Array.from({ length: 12_000 }, (_, n) => ({ role: n % 2 ? 'assistant' : 'user', content: `message ${n} 消息` }));
  await importFile(page, JSON.stringify([{ title: 'Long', chat: { messages } }]));
  await expect(page).toHaveURL(/\/chat\/import\/[\w-]{36}$/);
  const place = page.url();
  await page.goto('/');
  await page.goto(place);
  // With scripts the part renews itself, without them the whole page does.
  await expect(page.locator('#import .secret')).toContainText(/12,?000/, { timeout: 30_000 });
});
