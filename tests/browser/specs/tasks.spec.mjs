// Tasks: noted down, moved, changed, told when they are due, and deleted.
import { postJson } from '../support/account.mjs';
import { expect, test } from '../support/test.mjs';

const day = 86_400_000;
// A day as a form has it, in the browser's own zone.
const inDays = (days) => {
  const at = new Date(Date.now() + days * day);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
};

const quick = (page) => page.locator('form.quick');
const line = (page, title) => page.locator('li.task').filter({ has: page.getByRole('link', { name: title, exact: true }) });

async function note(page, fields) {
  return (await postJson(page, '/api/tasks', fields)).task.id;
}

test('a task is noted down with a day, and one opens it', async ({ signedIn: page }, info) => {
  await page.goto('/tasks');
  await quick(page).locator('[name=title]').fill('核对引用');
  await quick(page).locator('[name=due]').fill(inDays(3));
  await quick(page).locator('summary').click();
  await quick(page).locator('[name=description]').fill('**每一条**，<script>top.hacked = 1</script>');
  await quick(page).locator('[name=tags]').fill('研究，引用');
  await quick(page).locator('button.main').click();
  await expect(page.locator('.flash')).toBeVisible();
  const due = line(page, '核对引用').locator('.due');
  await expect(due).toHaveText(info.project.name.startsWith('zh') ? '3 天后截止' : 'Due in 3 days');
  await expect(due.locator('time')).toHaveAttribute('datetime', /^\d{4}-\d\d-\d\dT/);
  await expect(due.locator('time')).toHaveAttribute('title', /\d{4}/);
  await line(page, '核对引用').locator('.what > a').click();
  await expect(page.locator('main h1')).toHaveText('核对引用');
  await expect(page.locator('.prose strong')).toHaveText('每一条');
  expect(await page.evaluate(() => window.hacked)).toBeUndefined();
});

test('what is overdue says so, and what is done does not', async ({ signedIn: page }, info) => {
  const due_at = new Date(Date.now() - 2 * day).toISOString();
  await note(page, { title: 'Late', due_at });
  await note(page, { title: 'Done', due_at, status: 'done' });
  await page.goto('/tasks');
  await expect(line(page, 'Late').locator('.due.late')).toHaveText(info.project.name.startsWith('zh') ? '已逾期 2 天' : '2 days overdue');
  await expect(line(page, 'Done').locator('.due')).toBeVisible();
  await expect(line(page, 'Done').locator('.late')).toHaveCount(0);
});

test('a card is moved over the board', async ({ signedIn: page }) => {
  await note(page, { title: '一张卡片' });
  await page.goto('/tasks');
  await page.locator('.top a[href*="view=board"]').click();
  await expect(page.locator('[aria-labelledby=todo]')).toContainText('一张卡片');
  await line(page, '一张卡片').locator('.status > summary').click();
  await line(page, '一张卡片').locator('button[value=in_progress]').click();
  await expect(page).toHaveURL(/view=board/);
  await expect(page.locator('[aria-labelledby=in_progress]')).toContainText('一张卡片');
  await expect(page.locator('[aria-labelledby=todo] li')).toHaveCount(0);
});

test('a task is changed, and a day that was left alone keeps its hour', async ({ signedIn: page }) => {
  const due_at = '2031-05-06T07:08:09.000Z';
  const id = await note(page, { title: 'Before', due_at });
  await page.goto(`/tasks/${id}`);
  await page.locator(`.top a[href="/tasks/${id}/edit"]`).click();
  const form = page.locator(`form[action="/tasks/${id}/edit"]`);
  await form.locator('[name=title]').fill('之后');
  await form.locator('[name=status]').selectOption('cancelled');
  await form.locator('button.main').click();
  await expect(page.locator('main h1')).toHaveText('之后');
  const { task } = await (await page.request.get(`/api/tasks/${id}`)).json();
  expect([task.due_at, task.status]).toEqual([due_at, 'cancelled']);
});

test.describe('what was typed', () => {
  test.use({ allowedComplaints: [/status of 4\d\d/] });

  test('stands there again when it is refused', async ({ signedIn: page }) => {
    await page.goto('/tasks');
    await quick(page).locator('[name=title]').fill('   ');
    await quick(page).locator('summary').click();
    await quick(page).locator('[name=tags]').fill('保留');
    await quick(page).locator('button.main').click();
    await expect(page.locator('#title-wrong')).toBeVisible();
    await expect(quick(page).locator('[name=tags]')).toHaveValue('保留');
    const id = await note(page, { title: 'x' });
    await page.goto(`/tasks/${id}/edit`);
    const form = page.locator(`form[action="/tasks/${id}/edit"]`);
    await form.locator('[name=title]').fill(' ');
    await form.locator('[name=description]').fill('保留我');
    await form.locator('button.main').click();
    await expect(page.locator('#title-wrong')).toBeVisible();
    await expect(form.locator('[name=description]')).toHaveValue('保留我');
  });
});

test('a task is noted down from a chat and leads back to it', async ({ signedIn: page }) => {
  const { id } = await postJson(page, '/api/chat/sessions', { name: '写锁与 WAL' });
  await page.goto(`/chat/${id}`);
  await page.locator('.top .more > summary').click();
  await page.locator(`.top a[href="/tasks?session_id=${id}"]`).click();
  await expect(page.locator('.notice')).toContainText('写锁与 WAL');
  await quick(page).locator('[name=title]').fill('复盘');
  await quick(page).locator('button.main').click();
  await expect(page).toHaveURL(new RegExp(`session_id=${id}`));
  await line(page, '复盘').locator('.what > a').click();
  await page.locator('.facts a.origin').click();
  await expect(page).toHaveURL(new RegExp(`/chat/${id}`));
});

test('a task is deleted after a question, and not before', async ({ signedIn: page }) => {
  const id = await note(page, { title: '要删除的' });
  await page.goto(`/tasks/${id}`);
  await page.locator('.top .more > summary').click();
  await page.locator(`.top a[href="/tasks/${id}/delete"]`).click();
  const question = page.locator('main form.ask');
  await expect(question).toContainText('要删除的');
  await question.getByRole('link').click();
  await expect(page.locator('main h1')).toHaveText('要删除的');
  await page.goto(`/tasks/${id}/delete`);
  await question.getByRole('button').click();
  await expect(page).toHaveURL(/\/tasks$/);
  expect((await page.request.get(`/tasks/${id}`)).status()).toBe(404);
});
