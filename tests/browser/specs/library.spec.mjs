// The library: a file given, read, found, downloaded and deleted.
import { readFile } from 'node:fs/promises';
import { giveFile } from '../support/library.mjs';
import { expect, test } from '../support/test.mjs';

const heading = (page) => page.locator('main h1');
const lines = (page) => page.locator('main .lines > li .what > a');

test('a file is given, read, found and downloaded', async ({ signedIn: page, locale }) => {
  const text = '# 柱廊\n\nThe *painted* porch stood in Athens.\n';
  await page.locator('.places a[href="/library"]').click();
  await expect(page.locator('main .empty strong')).toHaveText(locale === 'zh-CN' ? '资料库还是空的' : 'Nothing in your library yet');
  await giveFile(page, { name: 'porch.md', mimeType: 'text/markdown', text });
  await expect(heading(page)).toHaveText('柱廊');
  await expect(page.locator('.flash')).toContainText(locale === 'zh-CN' ? '资料已加入资料库。' : 'The document is in your library.');
  await expect(page.locator('.prose em')).toHaveText('painted');
  const download = page.waitForEvent('download');
  await page.locator('.top a[href$="/raw"]').click();
  const file = await download;
  expect([file.suggestedFilename(), await readFile(await file.path(), 'utf8')]).toEqual(['porch.md', text]);
  await page.goto('/search?q=athens');
  await expect(page.locator('.found a')).toHaveText(['柱廊']);
  await page.goto('/library?q=柱廊');
  await expect(lines(page)).toHaveText(['柱廊']);
});

test('the same file again leads to the one that is there', async ({ signedIn: page }) => {
  await giveFile(page, { text: 'once' });
  const first = page.url();
  await giveFile(page, { text: 'once', title: 'twice' });
  expect(page.url()).toBe(first);
  await page.goto('/library');
  await expect(lines(page)).toHaveText(['note']);
});

test('a title may be given, and deleting asks first', async ({ signedIn: page }) => {
  await giveFile(page, { title: '一份笔记' });
  await expect(heading(page)).toHaveText('一份笔记');
  await page.locator('.more > summary').filter({ visible: true }).last().click();
  await page.locator('a[href$="/delete"]').click();
  await page.locator('main form button.danger').click();
  await expect(page).toHaveURL(/\/library$/);
  await expect(page.locator('main .empty')).toBeVisible();
});

test.describe('a file that cannot be read', () => {
  test.use({ allowedComplaints: [/status of 4\d\d/] });

  test('is refused beside the form, with a way on', async ({ signedIn: page, locale }) => {
    await giveFile(page, { name: 'a.png', mimeType: 'image/png', title: 'A picture' });
    await expect(page.locator('#file-wrong')).toContainText(locale === 'zh-CN' ? '另存为 PDF' : 'as PDF');
    await expect(page.locator('[name=title]')).toHaveValue('A picture');
    await giveFile(page, { name: 'a.pdf', mimeType: 'application/pdf', text: '%PDF-1.7 broken' });
    await expect(page.locator('#file-wrong')).toContainText(locale === 'zh-CN' ? '密码' : 'password');
  });
});

test('a text full of attacks is only text', async ({ signedIn: page }) => {
  const attack = '</title><script>window.hacked=1</script><img src=x onerror=window.hacked=1><b>name</b>';
  await giveFile(page, { name: 'a".txt', text: attack, title: attack });
  for (const path of [new URL(page.url()).pathname, '/library', '/search?q=window']) {
    await page.goto(path);
    expect(await page.evaluate(() => window.hacked)).toBeUndefined();
    await expect(page.locator('main b, main img, main script')).toHaveCount(0);
  }
});
