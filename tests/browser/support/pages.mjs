// Every page there is, and how a test gets to see it.
import { patchJson, postJson } from './account.mjs';
import { ask, expectAnswer, expectIdle, lastAnswer } from './chat.mjs';
import { importFile } from './import.mjs';
import { giveFile } from './library.mjs';
import { consent, signInThere } from './provider.mjs';
import { research } from './research.mjs';
import { cut, error, gate, reasoning } from './script.mjs';

const long = `${'a-word-that-never-ends-'.repeat(12)} ${'很长很长的中文句子没有空格'.repeat(12)}`;

const longName = `${'a-word-that-never-ends-'.repeat(4)} ${'很长很长的中文句子没有空格'.repeat(4)}`;

const everything = `# A heading that is long enough to need a second line on a narrow screen

A paragraph with **bold**, *italic*, \`inline code\`, a [link](https://example.com/${'path/'.repeat(30)}) and ${long}

> A quotation.

| a column | another column | a third column | a fourth column | a fifth column |
|---|---:|:---:|---|---|
| ${'cell '.repeat(8)} | 1 | x | ${'unbreakable'.repeat(8)} | end |

\`\`\`rust
fn a_function_with_a_long_line(argument: &str) -> Result<(), Box<dyn std::error::Error>> { println!("{argument}"); Ok(()) }
\`\`\`

1. one
2. two
   - three

- [x] done
- [ ] open
`;

// Without the fragment: going to an address that only adds one loads nothing.
const here = (page) => new URL(page.url()).pathname;

const emptySession = async ({ page }) => `/chat/${(await postJson(page, '/api/chat/sessions', { name: longName })).id}`;

const writing = { title: longName.slice(0, 200), content: `${everything}\n\n${long}`, tags: ['数据库', 'a-long-tag-without-any-space-in-it-at-all-really', ...'abcdefghij'] };

const newPost = async ({ page }, more = {}) => `/posts/${(await postJson(page, '/api/posts', { ...writing, ...more })).post.slug}`;

const newProduct = async ({ page }) =>
  `/products/${(await postJson(page, '/api/products', { name: longName.slice(0, 200), description: everything, price_cents: 999999999999, currency: 'IDR', tags: writing.tags })).product.id}`;
// Where a link in a conversation leads.
async function fromTheTurn({ page, javaScriptEnabled }, selector) {
  await ask(page, long);
  await expectIdle(page, { javaScriptEnabled });
  return page.locator(selector).first().getAttribute('href');
}

const newUser = async ({ page }) => `/users/${(await postJson(page, '/api/users', { name: longName.slice(0, 100) })).id}`;

// Gives who is signed in another daily budget.
const allow = async (page, daily_tokens) => {
  const { id } = await (await page.request.get('/api/users/me')).json();
  await patchJson(page, `/api/users/${id}`, { daily_tokens });
};

// A research in which everything is as long as it may be.
const hostileResearch = { name: longName, brief: long, questions: [long, longName, 'Short?'], open: [long, 'Why?'], headings: [longName, '短', longName], question: long };

const titled = longName.slice(0, 190);

const tags = ['数据库', 'a tag', 'another tag with many words in it', '很长很长的中文标签', 'x'.repeat(50)];

const newArtifact = async ({ page }, fields = {}) => {
  const given = { title: titled, kind: 'markdown', content: everything, tags, ...fields };
  return `/artifacts/${(await postJson(page, '/api/artifacts', given)).artifact.id}`;
};

// An artifact that others have changed since its first version.
const changedArtifact = async (context) => {
  const path = await newArtifact(context);
  const origin = new URL(context.page.url()).origin;
  for (const base_version of [1, 2]) {
    const content = `${everything.replace('quotation', `quotation ${base_version}`)}\n${long}\n`;
    await context.page.request.put(`/api${path}`, { data: { content, base_version }, headers: { origin } });
  }
  return path;
};

const newTask = async ({ page }, fields = {}) =>
  `/tasks/${(await postJson(page, '/api/tasks', { title: titled, description: everything, tags, ...fields })).task.id}`;

// Tasks of every status, due long ago, soon, later and never.
const manyTasks = async ({ page }) => {
  const session_id = (await postJson(page, '/api/chat/sessions', { name: longName })).id;
  const at = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
  for (const status of ['todo', 'in_progress', 'done', 'cancelled']) {
    await newTask({ page }, { status, due_at: at(-40), session_id });
    for (const days of [0.01, 1, 5, 90]) await newTask({ page }, { title: `任务 task ${days}`, status, due_at: at(days), tags: ['工作'] });
    await newTask({ page }, { title: '没有期限', status, tags: [] });
  }
  return session_id;
};

// A conversation with an answer in it.
const conversation = async ({ page, upstream, javaScriptEnabled }) => {
  upstream.script('Show me everything.', [everything]);
  await ask(page, 'Show me everything.');
  await expectIdle(page, { javaScriptEnabled });
  return here(page);
};

const shared = async (context) => {
  const path = await conversation(context);
  await postJson(context.page, `/api/chat/sessions/${path.split('/').at(-1)}/share`, {});
  return path;
};

// As the way back from a provider leads to it; the id is that of a request.
const refused = (reason) => `error=auth_failed&reason=${reason}&id=0199d0a0-0000-7000-8000-000000000000`;

// Each makes what it needs and answers with the path; the page is signed in unless `anonymous` says otherwise. Where
// `elsewhere` stands, one can sign in with a provider.
export const pages = [
  { name: 'setup', anonymous: true, open: ({ server }) => server.setupPath() },
  { name: 'login', signedOut: true, open: () => '/login?next=%2Fchat' },
  { name: 'login-elsewhere', elsewhere: true, signedOut: true, open: () => '/login' },
  {
    name: 'login-refused',
    elsewhere: true,
    signedOut: true,
    open: () => `/login?${refused('identity_code_refused')}`,
  },
  { name: 'home', open: () => '/' },
  {
    name: 'home-with-sessions',
    open: async ({ page }) => {
      for (const name of ['A session', '一个会话', longName]) await postJson(page, '/api/chat/sessions', { name });
      return '/';
    },
  },
  { name: 'sessions-empty', open: () => '/chat' },
  {
    name: 'sessions',
    open: async ({ page }) => {
      for (let n = 0; n < 55; n += 1) await postJson(page, '/api/chat/sessions', { name: `Session ${n} 会话` });
      await postJson(page, '/api/chat/sessions', { name: longName });
      return '/chat';
    },
  },
  {
    name: 'sessions-tagged',
    open: async ({ page }) => {
      for (const [name, tags] of [[longName, ['学习', 'work', 'long'.repeat(12)]], ['A chat', ['work', '学习']]]) {
        const { id } = await postJson(page, '/api/chat/sessions', { name });
        await patchJson(page, `/api/chat/sessions/${id}`, { tags, pinned: name !== 'A chat', archived: true });
      }
      return '/chat?archived=true&tags=work&tags=%E5%AD%A6%E4%B9%A0';
    },
  },
  { name: 'session-tags', open: async (context) => `${await emptySession(context)}/tags` },
  {
    name: 'session-tags-refused',
    complains: true,
    show: async ({ page }) => {
      await page.goto(`${await emptySession({ page })}/tags`);
      await page.locator('main input[name=tags]').fill('字'.repeat(51));
      await page.locator('main form.ask button').click();
      await page.locator('#typed-wrong').waitFor();
    },
  },
  { name: 'import', open: () => '/chat/import' },
  {
    name: 'import-refused',
    complains: true,
    // The answer to a file cannot be opened by its path.
    show: async ({ page }) => {
      await importFile(page, '{"format": oops}');
      await page.locator('main [role=alert]').waitFor();
    },
  },
  {
    name: 'import-done',
    open: async ({ page }) => {
      const messages = [{ role: 'user', content: 'x' }, { role: 'wizard', content: 'x' }];
      await importFile(page, JSON.stringify([{ title: longName, chat: { messages } }]));
      await page.locator('#import .secret').waitFor();
      return here(page);
    },
  },
  { name: 'sessions-nothing-found', open: () => '/chat?q=nothing+like+it' },
  { name: 'search', open: () => '/search' },
  {
    name: 'search-results',
    open: async ({ page }) => {
      for (const name of ['会话 session', `Session ${longName}`]) await postJson(page, '/api/chat/sessions', { name });
      await postJson(page, '/api/posts', { ...writing, content: `${long} session ${long}` });
      await postJson(page, '/api/tasks', { title: '会话', description: 'A session of work. '.repeat(20) });
      for (let n = 0; n < 20; n += 1) await postJson(page, '/api/artifacts', { title: `session-${n}`, kind: 'text', content: 'x' });
      return '/search?q=session';
    },
  },
  { name: 'search-nothing-found', open: () => '/search?q=nothing+like+it&kind=task' },
  { name: 'session-empty', open: emptySession },
  {
    name: 'session',
    open: async ({ page, upstream, javaScriptEnabled }) => {
      upstream.script('Show me everything.', [reasoning(`Thinking about ${long}`), everything]);
      await ask(page, 'Show me everything.');
      await expectIdle(page, { javaScriptEnabled });
      await ask(page, `And this? ${long}`);
      await expectIdle(page, { javaScriptEnabled });
      return here(page);
    },
  },
  {
    name: 'session-answering',
    open: async ({ page, upstream, javaScriptEnabled }) => {
      upstream.script('Take your time.', ['## So far\n\nThis much is written. ', gate()]);
      await ask(page, 'Take your time.');
      await expectAnswer(page, 'This much is written.', { javaScriptEnabled });
      return here(page);
    },
  },
  {
    name: 'session-failed',
    open: async ({ page, upstream, javaScriptEnabled }) => {
      upstream.script('Fail.', ['This much was written. ', error('no')]);
      await ask(page, 'Fail.');
      await expectIdle(page, { javaScriptEnabled });
      return here(page);
    },
  },
  {
    name: 'session-stopped',
    // An answer that may be continued, which has another one beside it.
    open: async ({ page, upstream, javaScriptEnabled }) => {
      upstream.script('Break off.', ['This much was written. ', cut()], { always: true });
      await ask(page, 'Break off.');
      await expectIdle(page, { javaScriptEnabled });
      await lastAnswer(page).locator('form[action$="/regenerate"] button').press('Enter');
      await expectAnswer(page, 'This much was written.', { javaScriptEnabled });
      await expectIdle(page, { javaScriptEnabled });
      await lastAnswer(page).locator('.versions').waitFor();
      return here(page);
    },
  },
  {
    name: 'session-budget-spent',
    complains: true,
    // What was typed is on the page that answers the form.
    show: async ({ page }) => {
      await allow(page, 0);
      await page.goto(await emptySession({ page }));
      await page.locator('[name=content]').fill(long);
      await page.locator('[data-send]').click();
      await page.locator('#content-wrong').waitFor();
    },
  },
  { name: 'message-edit', open: (context) => fromTheTurn(context, '.turn.asked a[href$="/edit"]') },
  { name: 'message-regenerate', open: (context) => fromTheTurn(context, '.turn a[href$="/regenerate"]') },
  { name: 'message-delete', open: (context) => fromTheTurn(context, '.turn.asked a[href$="/delete"]') },
  { name: 'research-new', open: () => '/research' },
  {
    name: 'research-refused',
    complains: true,
    // What was typed is on the page that answers the form.
    show: async ({ page, server }) => {
      await page.goto((await research({ page, server }, 'waiting', hostileResearch)).path);
      await page.locator('#tokens').fill('as many as it takes');
      await page.locator('.plan button[value=approve]').click();
      await page.locator('#tokens-wrong').waitFor();
    },
  },
  ...['waiting', 'paused', 'running', 'report', 'failed', 'nothing'].map((state) => ({
    name: `research-${state}`,
    open: async (context) => (await research(context, state, state === 'nothing' ? { language: 'zh', mode: 'deterministic' } : hostileResearch)).path,
  })),
  {
    name: 'research-passage',
    // The passage is shown only where somebody asked for it.
    show: async (context) => {
      await context.page.goto((await research(context, 'report', hostileResearch)).path);
      await context.page.locator('[data-cite]').first().click();
      await context.page.locator('.passage-card').waitFor();
    },
  },
  {
    name: 'research-source',
    open: async (context) => {
      const { path, citations } = await research(context, 'report', hostileResearch);
      return `${path}/sources/1?from=${citations[0].start}&to=${citations[0].end}`;
    },
  },
  { name: 'research-artifact', open: async (context) => (await research(context, 'report', hostileResearch)).artifact },
  { name: 'research-compare-none', open: async (context) => `${(await research(context, 'report')).artifact}/compare` },
  {
    name: 'research-compare',
    open: async (context) => {
      const [one, other] = [await research(context, 'report', hostileResearch), await research(context, 'report')];
      return `${one.artifact}/compare?with=${other.artifact.split('/').at(-1)}`;
    },
  },
  { name: 'session-rename', open: async (context) => `${await emptySession(context)}/rename` },
  { name: 'session-delete', open: async (context) => `${await emptySession(context)}/delete` },
  { name: 'posts-empty', open: () => '/posts' },
  {
    name: 'posts',
    open: async (context) => {
      for (let n = 0; n < 31; n += 1) await newPost(context, { title: `Post ${n} 文章`, tags: ['notes'] });
      await newPost(context);
      return '/posts';
    },
  },
  { name: 'posts-signed-out', signedOut: true, open: async (context) => (await newPost(context), '/posts') },
  { name: 'posts-tagged', open: async (context) => (await newPost(context), '/posts?tags=a&tags=b') },
  { name: 'posts-nothing-found', signedOut: true, open: () => '/posts?q=nothing+like+it' },
  { name: 'posts-no-drafts', open: () => '/posts?drafts=true' },
  { name: 'post', open: newPost },
  { name: 'post-draft', open: (context) => newPost(context, { published: false }) },
  { name: 'post-signed-out', signedOut: true, open: newPost },
  { name: 'post-new', open: () => '/posts/new' },
  { name: 'post-edit', open: async (context) => `${await newPost(context)}/edit` },
  { name: 'post-delete', open: async (context) => `${await newPost(context)}/delete` },
  {
    name: 'post-preview',
    // What is typed is on the page that answers the form, so this page cannot be opened by its path.
    show: async ({ page }) => {
      await page.goto('/posts/new');
      await page.locator('[name=title]').fill(writing.title);
      await page.locator('[name=content]').fill(writing.content);
      await page.locator('button[value=preview]').click();
      await page.locator('.preview').waitFor();
    },
  },
  { name: 'products-empty', signedOut: true, open: () => '/products' },
  {
    name: 'products',
    open: async (context) => {
      await postJson(context.page, '/api/products', { name: 'Pencil' });
      await newProduct(context);
      return '/products?tags=a';
    },
  },
  { name: 'products-signed-out', signedOut: true, open: async (context) => (await newProduct(context), '/products') },
  { name: 'product', open: newProduct },
  { name: 'product-signed-out', signedOut: true, open: newProduct },
  { name: 'product-new', open: () => '/products/new' },
  {
    name: 'product-refused',
    complains: true,
    show: async ({ page }) => {
      await page.goto('/products/new');
      await page.locator('[name=name]').fill('Pencil');
      await page.locator('[name=price]').fill('a lot');
      await page.locator('main form button').click();
      await page.locator('.wrong').waitFor();
    },
  },
  { name: 'product-edit', open: async (context) => `${await newProduct(context)}/edit` },
  { name: 'product-delete', open: async (context) => `${await newProduct(context)}/delete` },
  {
    name: 'users',
    open: async ({ page }) => {
      await postJson(page, '/api/users', { name: longName.slice(0, 100) });
      return '/users';
    },
  },
  { name: 'users-nothing-found', open: () => '/users?q=nothing+like+it' },
  { name: 'user', open: newUser },
  {
    name: 'user-waiting',
    open: async ({ page }) => {
      const email = `${'a-long-address.'.repeat(4)}@department.example.org`;
      return `/users/${(await postJson(page, '/api/users', { name: 'Bea', email })).id}`;
    },
  },
  {
    name: 'user-budget-refused',
    complains: true,
    show: async ({ page }) => {
      await page.goto(await newUser({ page }));
      await page.locator('[name=budget]').selectOption('most');
      await page.locator('[name=tokens]').fill('as much as it takes');
      await page.locator('form[action$="/budget"] button').click();
      await page.locator('#tokens-wrong').waitFor();
    },
  },
  { name: 'user-disable', open: async (context) => `${await newUser(context)}/disable` },
  {
    name: 'invite',
    // The link is on the page that answers the form, so this page cannot be opened by its path.
    show: async ({ page }) => {
      await page.goto('/users/invite');
      await page.locator('form[action="/users/invite"]').getByRole('button').click();
      await page.locator('#secret').waitFor();
    },
  },
  {
    name: 'invited',
    open: async ({ page }) => new URL((await postJson(page, '/api/users/invitations', {})).invitation.url).pathname,
  },
  {
    name: 'invited-by-address',
    signedOut: true,
    open: async ({ page }) => {
      const asked = { email: `${'a-long-address.'.repeat(4)}@department.example.org` };
      return new URL((await postJson(page, '/api/users/invitations', asked)).invitation.url).pathname;
    },
  },
  { name: 'invited-too-late', complains: true, signedOut: true, open: () => '/invite/used' },
  { name: 'settings', open: () => '/settings' },
  {
    name: 'settings-budget',
    open: async (context) => {
      await conversation(context);
      await allow(context.page, 200);
      return '/settings';
    },
  },
  { name: 'tokens', open: () => '/settings/tokens' },
  {
    name: 'token-made',
    // The secret is on the page that answers the form, so this page cannot be opened by its path.
    show: async ({ page }) => {
      await page.goto('/settings/tokens');
      const form = page.locator('form[action="/settings/tokens"]');
      await form.locator('[name=name]').fill(long.slice(0, 80));
      await form.getByRole('button').click();
      await page.locator('#secret').waitFor();
    },
  },
  { name: 'identities-none', open: () => '/settings/identities' },
  {
    name: 'identities',
    elsewhere: true,
    open: async ({ page }) => {
      await page.goto('/settings/identities');
      await page.locator('form[action="/api/auth/link/company"] button').click();
      await signInThere(page, 'bea');
      await consent(page);
      await page.locator('.lines li').waitFor();
      return '/settings/identities?error=identity_taken';
    },
  },
  { name: 'devices', open: () => '/settings/devices' },
  { name: 'artifacts-empty', open: () => '/artifacts' },
  {
    name: 'artifacts',
    open: async (context) => {
      for (const kind of ['markdown', 'code', 'html', 'svg', 'csv', 'json', 'text']) {
        await newArtifact(context, { kind });
        await newArtifact(context, { kind, title: `短标题 ${kind}`, tags: [] });
      }
      for (let n = 0; n < 20; n += 1) await newArtifact(context, { title: `Artifact ${n}`, tags: ['工作'] });
      return '/artifacts?tags=%E5%B7%A5%E4%BD%9C';
    },
  },
  { name: 'artifacts-nothing-found', open: () => '/artifacts?q=nothing+like+it&kind=svg' },
  { name: 'artifact', open: newArtifact },
  { name: 'artifact-earlier', open: async (context) => `${await changedArtifact(context)}?version=2` },
  { name: 'artifact-code', open: (context) => newArtifact(context, { kind: 'code', language: 'rust', content: `fn main() { /* ${long} */ }\n` }) },
  {
    name: 'artifact-drawing',
    open: (context) =>
      newArtifact(context, { kind: 'svg', content: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 4"><rect width="9" height="4" fill="teal"/></svg>' }),
  },
  { name: 'artifact-table', open: (context) => newArtifact(context, { kind: 'csv', content: `${'a column,'.repeat(12)}end\n${'单元格,'.repeat(12)}1\n` }) },
  { name: 'artifact-new', open: () => '/artifacts/new' },
  {
    name: 'artifact-refused',
    complains: true,
    show: async ({ page }) => {
      await page.goto('/artifacts/new');
      await page.locator('[name=title]').fill('  ');
      await page.locator('[name=content]').fill(everything);
      await page.locator('main form button.main').click();
      await page.locator('#title-wrong').waitFor();
    },
  },
  { name: 'artifact-edit', open: async (context) => `${await changedArtifact(context)}/edit?version=1` },
  {
    name: 'artifact-conflict',
    complains: true,
    show: async (context) => {
      const { page } = context;
      await page.goto(`${await newArtifact(context)}/edit`);
      const path = here(page).replace('/edit', '');
      const data = { content: `${everything}\n${long}\n`, base_version: 1 };
      await page.request.put(`/api${path}`, { data, headers: { origin: new URL(page.url()).origin } });
      await page.locator('[name=content]').fill(everything.replace('quotation', 'citation'));
      await page.locator('main form button.main').click();
      await page.locator('#newest').waitFor();
    },
  },
  { name: 'artifact-versions', open: async (context) => `${await changedArtifact(context)}/versions` },
  { name: 'artifact-diff', open: async (context) => `${await changedArtifact(context)}/diff?from=1&to=2` },
  { name: 'artifact-same', open: async (context) => `${await newArtifact(context)}/diff?from=1&to=1` },
  { name: 'artifact-delete', open: async (context) => `${await newArtifact(context)}/delete` },
  { name: 'tasks-empty', open: () => '/tasks' },
  {
    name: 'tasks',
    open: async (context) => {
      await manyTasks(context);
      return '/tasks';
    },
  },
  {
    name: 'tasks-board',
    open: async (context) => {
      await manyTasks(context);
      return '/tasks?view=board';
    },
  },
  { name: 'tasks-of-chat', open: async (context) => `/tasks?session_id=${await manyTasks(context)}` },
  { name: 'tasks-nothing-found', open: () => '/tasks?q=nothing+like+it' },
  {
    name: 'tasks-refused',
    complains: true,
    show: async ({ page }) => {
      await page.goto('/tasks');
      await page.locator('form.quick [name=title]').fill('  ');
      await page.locator('form.quick summary').click();
      await page.locator('form.quick [name=tags]').fill(long);
      await page.locator('form.quick button.main').click();
      await page.locator('#title-wrong').waitFor();
    },
  },
  {
    name: 'task',
    open: async (context) => {
      const session_id = (await postJson(context.page, '/api/chat/sessions', { name: longName })).id;
      return newTask(context, { due_at: '2020-01-31T12:00:00Z', session_id });
    },
  },
  {
    name: 'task-moving',
    // The menu is open only where somebody opened it.
    show: async (context) => {
      await context.page.goto(await newTask(context, { description: '' }));
      await context.page.locator('.status > summary').click();
    },
  },
  { name: 'task-edit', open: async (context) => `${await newTask(context, { due_at: '2031-01-31T12:00:00Z' })}/edit` },
  { name: 'task-delete', open: async (context) => `${await newTask(context)}/delete` },
  { name: 'library-empty', open: () => '/library' },
  {
    name: 'library',
    open: async ({ page }) => {
      await giveFile(page, { name: '罗马法.md', mimeType: 'text/markdown', text: everything });
      await giveFile(page, { name: 'data.json', mimeType: 'application/json', text: '{"a": [1, 2]}' });
      await giveFile(page, { name: `${'a-name-that-never-ends-'.repeat(8)}.txt`, text: long, title: titled });
      return '/library';
    },
  },
  { name: 'library-nothing-found', open: () => '/library?q=nothing+like+it' },
  {
    name: 'library-refused',
    complains: true,
    show: async ({ page }) => {
      await giveFile(page, { name: 'a.png', mimeType: 'image/png', title: 'A picture' });
      await page.locator('#file-wrong').waitFor();
    },
  },
  {
    name: 'document',
    open: async ({ page }) => {
      await giveFile(page, { name: `${'name-'.repeat(30)}.md`, text: `${everything}\n\n${long}`, title: titled });
      return here(page);
    },
  },
  {
    name: 'document-delete',
    open: async ({ page }) => {
      await giveFile(page, { title: titled });
      return `${here(page)}/delete`;
    },
  },
  { name: 'share', open: async (context) => `${await conversation(context)}/share` },
  { name: 'share-made', open: async (context) => `${await shared(context)}/share` },
  { name: 'share-revoke', open: async (context) => `${await shared(context)}/share/delete` },
  {
    name: 'shared',
    signedOut: true,
    open: async (context) => {
      await context.page.goto(`${await shared(context)}/share`);
      return new URL(await context.page.locator('#address').innerText()).pathname;
    },
  },
  {
    name: 'shared-empty',
    signedOut: true,
    open: async (context) => {
      const session = (await emptySession(context)).split('/').at(-1);
      return new URL((await postJson(context.page, `/api/chat/sessions/${session}/share`, {})).share.url).pathname;
    },
  },
  { name: 'guide', open: () => '/guide' },
  { name: 'guide-signed-out', signedOut: true, open: () => '/guide' },
  { name: 'guide-chapter', open: () => '/guide/sessions' },
  { name: 'guide-research', signedOut: true, open: () => '/guide/research' },
  { name: 'guide-chapter-signed-out', signedOut: true, open: () => '/guide/errors' },
  { name: 'guide-examples', open: () => '/guide/examples' },
  { name: 'guide-invitation', signedOut: true, open: () => '/guide/production' },
  { name: 'not-found', complains: true, open: () => '/no/such/page' },
  { name: 'bad-request', complains: true, open: () => '/chat?cursor=nonsense' },
];
