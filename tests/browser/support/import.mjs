// Chats brought in from a file, as a person does it.

export async function importFile(page, text) {
  await page.goto('/chat/import');
  const file = { name: 'chats.json', mimeType: 'application/json', buffer: Buffer.from(text) };
  await page.locator('main input[type=file]').setInputFiles(file);
  await page.locator('main form[action="/chat/import"] button').click();
}
