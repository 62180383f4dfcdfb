// Sharing a conversation with people who have no account, taking that back, and conversations as files.
import { writeFile } from 'node:fs/promises';
import { ask, expectAnswer, expectIdle } from '../support/chat.mjs';
import { expect, test } from '../support/test.mjs';

async function conversation(page, upstream, javaScriptEnabled) {
  upstream.script('为什么会锁？', ['因为只有**一个写者**。']);
  await ask(page, '为什么会锁？');
  await expectAnswer(page, '一个写者', { javaScriptEnabled });
  await expectIdle(page, { javaScriptEnabled });
  return new URL(page.url()).pathname;
}

test.describe('a chat is shared', () => {
  test.use({ allowedComplaints: [/status of 404/] });

  test('with whoever has the link, until that is taken back', async ({ signedIn: page, upstream, browser, server, javaScriptEnabled, locale }) => {
    const path = await conversation(page, upstream, javaScriptEnabled);
    await page.locator('.top .more > summary').click();
    await page.locator(`.top a[href="${path}/share"]`).click();
    await page.locator(`form[action="${path}/share"] button`).click();
    await expect(page.locator('.flash')).toBeVisible();
    const address = new URL(await page.locator('#address').innerText());

    const elsewhere = await browser.newContext({ baseURL: server.url, javaScriptEnabled, locale });
    const stranger = await elsewhere.newPage();
    await stranger.goto(address.pathname);
    await expect(stranger.locator('.turn')).toHaveCount(2);
    await expect(stranger.locator('.turn .prose').last()).toContainText('一个写者');
    await expect(stranger.locator('meta[name=robots]')).toHaveAttribute('content', /noindex/);
    await expect(stranger.locator('textarea, .side')).toHaveCount(0);

    await page.locator(`a[href="${path}/share/delete"]`).click();
    await page.locator(`form[action="${path}/share/delete"] button`).click();
    await expect(page.locator('#address')).toHaveCount(0);
    expect((await stranger.goto(address.pathname)).status()).toBe(404);
    await elsewhere.close();
  });
});

test('a chat is exported, and its file brings it back', async ({ signedIn: page, upstream, javaScriptEnabled }, info) => {
  const path = await conversation(page, upstream, javaScriptEnabled);
  const links = page.locator('.top a[href*="/export?format="]');
  await expect(links).toHaveCount(3);
  const files = [];
  for (const href of await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))) {
    const answer = await page.request.get(href);
    expect(answer.headers()['content-disposition'], href).toContain('attachment');
    const text = await answer.text();
    expect(text, href).toContain('一个写者');
    files.push({ href, text });
  }
  const file = info.outputPath('chat.json');
  await writeFile(file, files.find(({ href }) => href.endsWith('json')).text);
  await page.goto('/chat');
  await page.locator('main a[href="/chat/import"]').click();
  await page.locator('[name=file]').setInputFiles(file);
  await page.locator('form[enctype] button.main').click();
  await expect(page.locator('.secret[role=status]')).toBeVisible();
  await page.goto('/chat');
  await expect(page.locator('main .lines > li')).toHaveCount(2);
  expect(path).toMatch(/^\/chat\//);
});

test.describe('a file that holds no chats', () => {
  test.use({ allowedComplaints: [/status of 4\d\d/] });

  test('is refused with what to do instead', async ({ signedIn: page }, info) => {
    const file = info.outputPath('wrong.json');
    await writeFile(file, '{"x":1}');
    await page.goto('/chat/import');
    await page.locator('[name=file]').setInputFiles(file);
    await page.locator('form[enctype] button.main').click();
    await expect(page.getByRole('alert')).toContainText('Open WebUI');
    await expect(page.locator('form[enctype] [name=file]')).toBeVisible();
  });
});
