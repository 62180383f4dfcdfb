// Pages that say what went wrong: in words, with a way on, and with the request's id.
import { expect, test } from '../support/test.mjs';

test.use({ allowedComplaints: [/status of 4\d\d/] });

for (const [path, status] of [
  ['/no/such/page', 404],
  ['/chat/00000000-0000-7000-8000-000000000000', 404],
  ['/chat/not-an-id', 404],
  ['/chat?cursor=nonsense', 400],
]) {
  test(`${path} answers ${status} with a page`, async ({ signedIn: page, locale }) => {
    const answer = await page.goto(path);
    expect(answer.status()).toBe(status);
    expect(answer.headers()['content-type']).toContain('text/html');
    await expect(page.locator('html')).toHaveAttribute('lang', locale === 'zh-CN' ? 'zh-CN' : 'en');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('main').getByRole('link').first()).toBeVisible();
    expect(await page.locator('main').innerText()).toMatch(/[0-9a-f]{8}/);
  });
}
