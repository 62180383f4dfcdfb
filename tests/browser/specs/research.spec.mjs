// A research on the page: its plan, its steps, its report with every passage behind it, with scripts and without.
import { expect, test } from '../support/test.mjs';
import { research } from '../support/research.mjs';

const answer = (page) => page.locator('.turn:not(.asked)');

test('a research is begun from the sidebar', async ({ signedIn: page }) => {
  const side = page.locator('a[href="/research"]').first();
  await side.click();
  await expect(page.locator('.course li')).toHaveCount(3);
  await expect(page.locator('input[name=type]')).toHaveValue('deepresearch');
  await expect(page.locator('[name=auto_approve]')).not.toBeChecked();
});

test('the home page asks whether to chat or to research', async ({ signedIn: page }) => {
  await page.goto('/');
  await page.locator('.kinds label').last().click();
  await expect(page.locator('input[value=deepresearch]')).toBeChecked();
});

test('a plan is changed, saved and still waits', async ({ signedIn: page, server }) => {
  const { path } = await research({ page, server }, 'waiting');
  await page.goto(path);
  await page.locator('[name=questions]').nth(1).fill('');
  await page.locator('[name=questions]').nth(3).fill('What came of it?');
  await page.locator('#pages').fill('12');
  await page.locator('.plan button[value=edit]').click();
  await expect(page.locator('.flash')).toBeVisible();
  await expect(page.locator('[name=questions]')).toHaveCount(5);
  await expect(page.locator('[name=questions]').nth(2)).toHaveValue('What came of it?');
  await expect(page.locator('#pages')).toHaveValue('12');
});

test.describe('a plan that cannot be so', () => {
  test.use({ allowedComplaints: [/status of 400/] });

  test('stands there as it was typed, with the reason at the field', async ({ signedIn: page, server }) => {
    const { path } = await research({ page, server }, 'waiting');
    await page.goto(path);
    await page.locator('#minutes').fill('all day');
    await page.locator('#brief').fill('Mine');
    await page.locator('.plan button[value=approve]').click();
    await expect(page.locator('#minutes-wrong')).toBeVisible();
    await expect(page.locator('#minutes')).toHaveAttribute('aria-invalid', 'true');
    await expect(page.locator('#minutes')).toHaveValue('all day');
    await expect(page.locator('#brief')).toHaveValue('Mine');
  });
});

test('a plan that is rejected is a card to look at', async ({ signedIn: page, server }) => {
  const { path } = await research({ page, server }, 'waiting');
  await page.goto(path);
  await page.locator('.plan button[value=reject]').click();
  await expect(page.locator('.plan form')).toHaveCount(0);
  await page.locator('.plan summary').click();
  await expect(page.locator('.plan .questions li')).toHaveCount(3);
});

test('more questions are added to a plan', { tag: '@script' }, async ({ signedIn: page, server }) => {
  const { path } = await research({ page, server }, 'waiting');
  await page.goto(path);
  for (let n = 0; n < 2; n += 1) await page.locator('[data-add-question]').click();
  await expect(page.locator('[name=questions]')).toHaveCount(7);
  await expect(page.locator('[name=questions]').last()).toBeFocused();
  await expect(page.locator('[name=questions]').last()).toHaveAttribute('aria-label', /7/);
});

test('all that was done is there after a reload', async ({ signedIn: page, server }) => {
  const { path } = await research({ page, server }, 'running');
  await page.goto(path);
  for (let n = 0; n < 2; n += 1) {
    await expect(page.locator('[data-steps=q1] .step.done:not(.whole)')).toHaveCount(4);
    await expect(page.locator('[data-steps=q2] .step.running:not(.whole)')).toHaveCount(1);
    await page.reload();
  }
});

test('a question that failed is told of in the timeline', async ({ signedIn: page, server }) => {
  const { path } = await research({ page, server }, 'failed');
  await page.goto(path);
  await page.locator('.timeline > summary').click();
  await page.locator('.asked > summary').last().click();
  await expect(page.locator('.step.failed:not(.whole)')).toBeVisible();
});

test('a citation leads to its passage among the sources', { tag: '@plain' }, async ({ signedIn: page, server }) => {
  const { path } = await research({ page, server }, 'report');
  await page.goto(path);
  await page.locator('[data-cite]').nth(1).click();
  await expect(page.locator('.quote:target mark')).toHaveText('nearly perfect in the Stoic discipline');
  await expect(page.locator('.quote:target .around').first()).toBeVisible();
});

test('pointing at a citation shows the passage in its context', { tag: '@script' }, async ({ signedIn: page, server }) => {
  const { path } = await research({ page, server }, 'report');
  await page.goto(path);
  const card = page.locator('.passage-card');
  await page.locator('[data-cite]').nth(1).hover();
  await expect(card.locator('mark')).toHaveText('nearly perfect in the Stoic discipline');
  await expect(card.locator('.around').first()).toContainText('severe school');
  await card.locator('mark').hover();
  await expect(card).toBeVisible();
  await page.mouse.move(0, 0);
  await expect(card).toBeHidden();
});

test('the keyboard reaches the passage and its text', { tag: '@script' }, async ({ signedIn: page, server }) => {
  const { path } = await research({ page, server }, 'report');
  await page.goto(path);
  const link = page.locator('[data-cite]').first();
  await page.locator('.timeline > summary').focus();
  await page.keyboard.press('Tab');
  await expect(link).toBeFocused();
  await expect(page.locator('.passage-card')).toBeVisible();
  await expect(link).toHaveAttribute('aria-describedby', 'passage-card');
  await page.keyboard.press('Tab');
  await expect(page.locator('.passage-card a').first()).toBeFocused();
  await page.keyboard.press('Escape');
  await expect(page.locator('.passage-card')).toBeHidden();
});

test('a citation without a passage and one whose source is gone say so', async ({ signedIn: page, server }) => {
  const { path } = await research({ page, server }, 'report');
  await page.goto(path);
  await expect(page.locator('.report sup.unsupported')).toHaveCount(1);
  await expect(page.locator('.report sup.gone')).toHaveCount(1);
  await expect(page.locator('#sources .quote.unsupported .why')).toBeVisible();
  await expect(page.locator('#sources .quote.gone .why')).toBeVisible();
});

test('the kept text is open at the passage', async ({ signedIn: page, server }) => {
  const { path } = await research({ page, server }, 'report');
  await page.goto(path);
  await page.locator('#sources .quote .open').first().click();
  await expect(page.locator('mark#passage')).toHaveText('He was one who had heard Panaetius');
  await expect(page.locator('mark#passage')).toBeInViewport();
});

test('open questions become tasks', async ({ signedIn: page, server }) => {
  const { path } = await research({ page, server }, 'report');
  await page.goto(path);
  await page.locator('.open-questions button').last().click();
  await expect(page).toHaveURL(new RegExp(path));
  await page.locator('.flash a').click();
  await expect(page.locator('.task')).toHaveCount(2);
});

test('a report is asked about, or made anew', async ({ signedIn: page, server }) => {
  const { path } = await research({ page, server }, 'report');
  await page.goto(path);
  await expect(page.locator('[data-send]')).toHaveCount(2);
  await expect(page.locator('[data-anew]')).toHaveAttribute('name', 'research');
});

test('two reports are compared', async ({ signedIn: page, server }) => {
  const one = await research({ page, server }, 'report');
  await research({ page, server }, 'report', { language: 'zh' });
  await page.goto(one.path);
  await page.locator('.carry a[href$="/compare"]').click();
  await page.locator('.against-form button').click();
  await expect(page.locator('.sides > article')).toHaveCount(2);
  await expect(page.locator('.diff').first()).toBeVisible();
});

test('a page that follows along shows each step as it comes', { tag: '@script' }, async ({ signedIn: page, server }) => {
  const running = await research({ page, server }, 'running');
  await page.goto(running.path);
  await expect(page.locator('[data-steps=q2] .step.running:not(.whole)')).toHaveCount(1);
  await running.tell({ key: 'q2.notes.1', name: 'notes', status: 'done', question: 2, detail: 'All of it', count: 21 });
  await running.tell({ key: 'q3.search.1', name: 'search', status: 'running', question: 3, detail: 'doubts', count: null });
  await expect(page.locator('[data-step="q2.notes.1"].done')).toContainText('21');
  await expect(page.locator('[data-steps=q3] .step.running .detail')).toHaveText('doubts');
  await expect(page.locator('#live')).toContainText('21');
});

test('the printed report has its passages and none of the frame', async ({ signedIn: page, server }) => {
  const { path } = await research({ page, server }, 'report');
  await page.goto(path);
  await page.emulateMedia({ media: 'print' });
  for (const hidden of ['.side', '.plan', '.timeline', '.dock', '.carry', '.acts']) await expect(page.locator(hidden).first()).toBeHidden();
  await expect(page.locator('.report h2').first()).toBeVisible();
  await expect(page.locator('.report-facts')).toBeVisible();
  await expect(page.locator('#sources .quote').first()).toBeVisible();
  await expect(answer(page).locator('.report sup').first()).toBeVisible();
});
