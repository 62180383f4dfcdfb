// Artifacts: written, refused, changed, overtaken, compared and deleted.
import { postJson } from '../support/account.mjs';
import { expect, test } from '../support/test.mjs';

const heading = (page) => page.locator('main h1');

async function keep(page, fields = {}) {
  const { artifact } = await postJson(page, '/api/artifacts', { title: 'Notes', kind: 'text', content: 'one\n', ...fields });
  return artifact.id;
}

// Writes the next version as another program would.
async function write(page, id, content, base_version) {
  const origin = new URL(page.url()).origin;
  const answer = await page.request.put(`/api/artifacts/${id}`, { data: { content, base_version }, headers: { origin } });
  expect(answer.status()).toBe(200);
}

const form = (page) => page.locator('main form[method=post]:has([name=content])');
const save = (page) => form(page).locator('button.main');

test('an artifact is written, found by its tag and read', async ({ signedIn: page }) => {
  await page.goto('/artifacts');
  await page.locator('main .empty a').click();
  await form(page).locator('[name=title]').fill('写锁与 WAL');
  await form(page).locator('[name=kind]').selectOption('code');
  await form(page).locator('[name=language]').fill('rust');
  await form(page).locator('[name=content]').fill('fn main() {\n    println!("写锁");\n}\n');
  await form(page).locator('[name=tags]').fill('数据库，rust');
  await save(page).click();
  await expect(heading(page)).toHaveText('写锁与 WAL');
  await expect(page.locator('figure.code[data-lang] code .s')).toHaveText('"写锁"');
  await page.locator('.facts .tag', { hasText: '数据库' }).click();
  await expect(page.locator('main .lines > li .what > a')).toHaveText(['写锁与 WAL']);
});

test('code is copied', { tag: '@script' }, async ({ signedIn: page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const id = await keep(page, { kind: 'code', language: 'rust', content: 'fn main() {}\n' });
  await page.goto(`/artifacts/${id}`);
  await page.locator('figure.code [data-copy]').click();
  await expect(page.locator('figure.code [data-copy] span')).toHaveAttribute('role', 'status');
  expect((await page.evaluate(() => navigator.clipboard.readText())).trim()).toBe('fn main() {}');
});

test('the raw text is one link away, and a drawing is only a picture', async ({ signedIn: page }) => {
  const text = await keep(page, { content: '<b>raw</b>\n' });
  await page.goto(`/artifacts/${text}`);
  const raw = await page.request.get(await page.locator('.top a[href*="/raw?"]').first().getAttribute('href'));
  expect([await raw.text(), raw.headers()['content-type']]).toEqual(['<b>raw</b>\n', 'text/plain; charset=utf-8']);
  const content = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9"/><script>top.hacked = 1</script></svg>';
  const drawing = await keep(page, { kind: 'svg', content });
  await page.goto(`/artifacts/${drawing}`);
  await expect(page.locator('img.drawing')).toBeVisible();
  await expect.poll(() => page.locator('img.drawing').evaluate((image) => image.naturalWidth)).toBeGreaterThan(0);
  await expect(page.locator('.prose code')).toContainText('top.hacked = 1');
  expect(await page.evaluate(() => window.hacked)).toBeUndefined();
  await expect(page.locator('.top a[href*="/raw?"]')).toHaveAttribute('href', /download=1/);
});

test.describe('what was typed', () => {
  test.use({ allowedComplaints: [/status of 4\d\d/] });

  test('stands there again when it is refused', async ({ signedIn: page }) => {
    await page.goto('/artifacts/new');
    await form(page).locator('[name=title]').fill('   ');
    await form(page).locator('[name=content]').fill('保留我');
    await save(page).click();
    await expect(page.locator('#title-wrong')).toBeVisible();
    await expect(form(page).locator('[name=content]')).toHaveValue('保留我');
    await form(page).locator('[name=title]').fill('保留');
    await save(page).click();
    await expect(heading(page)).toHaveText('保留');
  });

  test('survives somebody who was faster, and becomes the next version', async ({ signedIn: page }) => {
    const id = await keep(page);
    await page.goto(`/artifacts/${id}/edit`);
    await write(page, id, 'one\ntheirs\n', 1);
    await form(page).locator('[name=content]').fill('one\nmine\n');
    await save(page).click();
    await expect(page.getByRole('alert')).toContainText('2');
    await expect(form(page).locator('[name=content]')).toHaveValue('one\nmine\n');
    await expect(page.locator('#newest')).toHaveValue('one\ntheirs\n');
    await expect(page.locator('.diff del')).toHaveText('− theirs');
    await expect(page.locator('.diff ins')).toHaveText('+ mine');
    const opened = page.waitForEvent('popup');
    await page.locator('.against .facts a').click();
    const elsewhere = await opened;
    await expect(elsewhere.locator('.diff ins')).toHaveText('+ theirs');
    await elsewhere.close();
    await form(page).locator('[name=content]').fill('one\nmine\ntheirs\n');
    await save(page).click();
    await expect(page.locator('.facts')).toContainText('3');
    await expect(page.locator('.prose')).toContainText('mine');
  });

  test('is saved apart from what somebody faster wrote', async ({ signedIn: page }) => {
    const id = await keep(page);
    await page.goto(`/artifacts/${id}/edit`);
    await write(page, id, 'theirs\n', 1);
    await form(page).locator('[name=title]').fill('Mine');
    await form(page).locator('[name=content]').fill('mine\n');
    await save(page).click();
    await form(page).locator('button[formaction]').click();
    await expect(heading(page)).toHaveText('Mine');
    await expect(page).not.toHaveURL(new RegExp(id));
    await page.goto(`/artifacts/${id}`);
    await expect(page.locator('.prose')).toContainText('theirs');
  });
});

test('versions are compared by choosing two, and an old one is taken up again', async ({ signedIn: page }) => {
  const id = await keep(page);
  await write(page, id, 'two\n', 1);
  await write(page, id, 'three\n', 2);
  await page.goto(`/artifacts/${id}/versions`);
  await expect(page.locator('[name=to]:checked')).toHaveValue('3');
  await page.locator('[name=from][value="1"]').check();
  await page.locator('main form button').click();
  await expect(page.locator('.diff del')).toHaveText('− one');
  await expect(page.locator('.diff ins')).toHaveText('+ three');
  await page.goto(`/artifacts/${id}/versions`);
  await page.locator(`a[href$="/diff?from=1&to=2"]`).click();
  await expect(page.locator('.diff ins')).toHaveText('+ two');
  await page.locator('a[rel=next]').click();
  await expect(page.locator('.diff ins')).toHaveText('+ three');
  await page.goto(`/artifacts/${id}?version=1`);
  await page.locator('.notice a[href*="/edit?"]').click();
  await expect(form(page).locator('[name=content]')).toHaveValue('one\n');
  await save(page).click();
  await expect(page.locator('.facts')).toContainText('4');
});

test('an artifact is deleted after a question, and not before', async ({ signedIn: page }) => {
  const id = await keep(page, { title: '要删除的' });
  await page.goto(`/artifacts/${id}`);
  await page.locator('.top .more > summary').click();
  await page.locator(`.top a[href="/artifacts/${id}/delete"]`).click();
  const question = page.locator('main form.ask');
  await expect(question).toContainText('要删除的');
  await question.getByRole('link').click();
  await expect(heading(page)).toHaveText('要删除的');
  await page.goto(`/artifacts/${id}/delete`);
  await question.getByRole('button').click();
  await expect(page).toHaveURL(/\/artifacts$/);
  await expect(page.locator('.flash')).toBeVisible();
  expect((await page.request.get(`/artifacts/${id}`)).status()).toBe(404);
});
