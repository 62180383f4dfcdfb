// The description of the API, as a page.
import { expect, test } from '../support/test.mjs';

// Swagger UI would like to add a style sheet of its own, which our policy refuses and the page does not miss.
test.use({ allowedComplaints: [/inline style.*swagger-ui-bundle\.js/] });

test('the API is described on a page', { tag: '@script' }, async ({ page }) => {
  await page.goto('/api/docs/');
  await expect(page.getByText('/api/chat/sessions', { exact: true }).first()).toBeVisible();
});
