// Every page there is, and how a test gets to see it.
import { postJson } from './account.mjs';
import { ask, expectAnswer, expectIdle } from './chat.mjs';
import { consent, signInThere } from './provider.mjs';
import { error, gate, reasoning } from './script.mjs';

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

const newUser = async ({ page }) => `/users/${(await postJson(page, '/api/users', { name: longName.slice(0, 100) })).id}`;

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
  { name: 'sessions-nothing-found', open: () => '/chat?q=nothing+like+it' },
  { name: 'search', open: () => '/search' },
  {
    name: 'search-results',
    open: async ({ page }) => {
      for (const name of ['会话 session', `Session ${longName}`]) await postJson(page, '/api/chat/sessions', { name });
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
  { name: 'session-rename', open: async (context) => `${await emptySession(context)}/rename` },
  { name: 'session-delete', open: async (context) => `${await emptySession(context)}/delete` },
  {
    name: 'users',
    open: async ({ page }) => {
      await postJson(page, '/api/users', { name: longName.slice(0, 100) });
      return '/users';
    },
  },
  { name: 'users-nothing-found', open: () => '/users?q=nothing+like+it' },
  { name: 'user', open: newUser },
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
  { name: 'settings', open: () => '/settings' },
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
  { name: 'guide', open: () => '/guide' },
  { name: 'guide-signed-out', signedOut: true, open: () => '/guide' },
  { name: 'guide-chapter', open: () => '/guide/sessions' },
  { name: 'guide-chapter-signed-out', signedOut: true, open: () => '/guide/errors' },
  { name: 'guide-examples', open: () => '/guide/examples' },
  { name: 'guide-invitation', signedOut: true, open: () => '/guide/production' },
  { name: 'not-found', complains: true, open: () => '/no/such/page' },
  { name: 'bad-request', complains: true, open: () => '/chat?cursor=nonsense' },
];
