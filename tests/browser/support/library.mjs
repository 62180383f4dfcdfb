// Files given to the library, as a person gives them.

export async function giveFile(page, { name = 'note.txt', mimeType = 'text/plain', text = 'x', title } = {}) {
  await page.goto('/library');
  const form = page.locator('main form[action="/library"]');
  await form.locator('[name=file]').setInputFiles({ name, mimeType, buffer: Buffer.from(text) });
  if (title) {
    await form.locator('summary').click();
    await form.locator('[name=title]').fill(title);
  }
  await form.locator('button.main').click();
}
