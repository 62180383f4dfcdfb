// Hostile text: whatever a model or a person writes, no script of theirs runs and no element of theirs acts.
import { forget, postJson } from '../support/account.mjs';
import { ask, expectAnswer, expectIdle } from '../support/chat.mjs';
import { expect, test } from '../support/test.mjs';

const attacks = [
  '<script>window.hacked = 1</script>',
  '<img src=x onerror="window.hacked = 1">',
  '<svg onload="window.hacked = 1"><script>window.hacked = 1</script></svg>',
  '[link](javascript:window.hacked=1)',
  '[link](JaVaScRiPt&colon;window.hacked=1)',
  '<a href="data:text/html,<script>window.hacked=1</script>">link</a>',
  '<iframe srcdoc="<script>parent.hacked=1</script>"></iframe>',
  '<form action="https://example.com"><input name=content><button>send</button></form>',
  '<style>body { display: none }</style>',
  '<base href="https://example.com/">',
  '<meta http-equiv="refresh" content="0; url=https://example.com/">',
  '<details open ontoggle="window.hacked = 1"><summary>open</summary></details>',
  '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.hacked=1&gt;">',
  '`<script>window.hacked = 1</script>`',
  '```"><script>window.hacked=1</script>\ncode\n```',
  '![picture](x"onerror="window.hacked=1)',
  '| <script>window.hacked=1</script> |\n|---|\n| <img src=x onerror=window.hacked=1> |',
  '</div></main></body><script>window.hacked = 1</script>',
  '<div id="content" class="composer" style="position:fixed;inset:0">over everything</div>',
].join('\n\n');

// What no text may bring into the page, looked for where text is rendered.
const forbidden =
  'script, iframe, object, embed, style, base, meta, link, form, input[name], svg script, [style], [srcdoc], [onerror], [onload], [ontoggle], a[href^="javascript" i], a[href^="data" i], img[src^="http"]';

async function expectUnharmed(page) {
  expect(await page.evaluate(() => window.hacked)).toBeUndefined();
  await expect(page.locator('.prose').locator(forbidden)).toHaveCount(0);
  await expect(page.locator('main')).toBeVisible();
  expect(new URL(page.url()).hostname).toBe('127.0.0.1');
}

test('an answer full of attacks is only text', async ({ signedIn: page, upstream, javaScriptEnabled }) => {
  upstream.script('Attack me.', [...attacks.match(/[\s\S]{1,97}/g), '\n\nThe end.']);
  await ask(page, 'Attack me.');
  await expectAnswer(page, 'The end.', { javaScriptEnabled });
  await expectIdle(page, { javaScriptEnabled });
  await expectUnharmed(page);
  await page.reload();
  await expectUnharmed(page);
});

test('a question full of attacks is only text', async ({ signedIn: page, javaScriptEnabled }) => {
  await ask(page, `${attacks}\n\nThe end.`.replaceAll('\n', ' '), 'The end.');
  await expectAnswer(page, 'A scripted answer.', { javaScriptEnabled });
  await expectUnharmed(page);
  await page.goto('/chat');
  await expectUnharmed(page);
});

test('a name full of attacks is only text, wherever it stands', async ({ signedIn: page }) => {
  const name = '</title><script>window.hacked=1</script><img src=x onerror=window.hacked=1>"\'><b>name';
  const { id } = await postJson(page, '/api/chat/sessions', { name });
  for (const path of ['/', '/chat', `/chat/${id}`, `/chat/${id}/rename`, `/chat/${id}/delete`, `/chat?q=${encodeURIComponent(name)}`]) {
    await page.goto(path);
    await expectUnharmed(page);
    expect(await page.locator('b:text-is("name")').count(), path).toBe(0);
  }
});

test('artifacts and tasks full of attacks are only text, whatever they are said to be', async ({ signedIn: page }) => {
  const title = '</title><script>window.hacked=1</script><img src=x onerror=window.hacked=1>"\'><b>name';
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" onload="window.hacked=1">${attacks}</svg>`;
  const paths = ['/artifacts', '/tasks', '/tasks?view=board'];
  for (const kind of ['markdown', 'code', 'html', 'svg', 'csv', 'json', 'text']) {
    const given = { title, kind, language: '"><script>window.hacked=1</script>', content: kind === 'svg' ? svg : attacks, tags: ['<b>name</b>'] };
    const { artifact } = await postJson(page, '/api/artifacts', given);
    for (const part of ['', '/edit', '/versions', '/diff', '/delete']) paths.push(`/artifacts/${artifact.id}${part}`);
  }
  const { task } = await postJson(page, '/api/tasks', { title, description: attacks, tags: ['<b>name</b>'] });
  for (const part of ['', '/edit', '/delete']) paths.push(`/tasks/${task.id}${part}`);
  for (const path of paths) {
    await page.goto(path);
    await expectUnharmed(page);
    expect(await page.locator('b:text-is("name")').count(), path).toBe(0);
  }
});

test('posts and products full of attacks are only text, signed in and signed out', async ({ signedIn: page }) => {
  const name = '</title><script>window.hacked=1</script><img src=x onerror=window.hacked=1>"\'><b>name';
  const tags = ['<b>name</b>', '"><script>window.hacked=1</script>'];
  const { post } = await postJson(page, '/api/posts', { title: name, content: attacks, tags });
  const { product } = await postJson(page, '/api/products', { name, description: attacks, tags });
  const { id } = await postJson(page, '/api/users', { name: name.slice(0, 100) });
  const open = ['/posts', `/posts/${post.slug}`, `/posts?tags=${encodeURIComponent(tags[1])}`, '/products', `/products/${product.id}`];
  const own = [`/posts/${post.slug}/edit`, `/posts/${post.slug}/delete`, `/products/${product.id}/edit`, `/products/${product.id}/delete`];
  const members = ['/users', `/users/${id}`, `/users/${id}/disable`, `/search?q=${encodeURIComponent('<script>')}`];
  for (const path of [...open, ...own, ...members]) {
    await page.goto(path);
    await expectUnharmed(page);
    expect(await page.locator('b:text-is("name")').count(), path).toBe(0);
  }
  await forget(page);
  for (const path of open) {
    await page.goto(path);
    await expectUnharmed(page);
  }
});

test('the pages allow no script and no style but their own', async ({ signedIn: page }) => {
  const answer = await page.goto('/chat');
  const policy = answer.headers()['content-security-policy'];
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self'");
  expect(policy).not.toContain('unsafe');
  await expect(page.locator('script:not([src]), [style], style')).toHaveCount(0);
});
