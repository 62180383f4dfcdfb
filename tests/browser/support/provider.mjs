// A real OpenID provider (npm oidc-provider, certified) in the test's own process, fresh for each test, with its own forms
// for signing in, consenting and signing out. It is at `localhost` and Stoa at 127.0.0.1, so that to browsers they are
// different sites.
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from '@playwright/test';

// Its notices of what is not for production would stand between the results of the tests; it is loaded after this.
for (const level of ['info', 'warn']) {
  const say = console[level];
  console[level] = (...words) => String(words[0]).includes('oidc-provider') || say(...words);
}

const client = { client_id: 'stoa', client_secret: 'a-secret-for-tests-alone' };

// One key for the worker: making one takes a while.
let key;
const signingKey = () => {
  key ??= { ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }), use: 'sig', kid: 'test' };
  return key;
};

export class IdentityProvider {
  #server = createServer((request, response) => this.#answer(request, response));
  #answer = (request, response) => response.writeHead(503).end();

  static async start() {
    const provider = new IdentityProvider();
    provider.#server.listen(0, '127.0.0.1');
    await once(provider.#server, 'listening');
    return provider;
  }

  get issuer() {
    return `http://localhost:${this.#server.address().port}`;
  }

  get config() {
    return `[[identity_providers]]
name = "company"
label = "Company 公司"
kind = "oidc"
issuer = "${this.issuer}"
client_id = "${client.client_id}"
client_secret = "${client.client_secret}"
`;
  }

  // Knows Stoa at that address from now on.
  async open(stoa) {
    const { Provider } = await import('oidc-provider');
    const provider = new Provider(this.issuer, {
      clients: [{
        ...client,
        redirect_uris: [`${stoa}/api/auth/callback`],
        post_logout_redirect_uris: [`${stoa}/login`],
      }],
      claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name'] },
      cookies: { keys: ['cookies-of-tests-alone'] },
      jwks: { keys: [signingKey()] },
      pkce: { required: () => true },
      findAccount: (_, id) => ({
        accountId: id,
        claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: true, name: `${id} 王` }),
      }),
    });
    this.#answer = provider.callback();
  }

  async stop() {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

// Its pages ask a server on the network for a font.
export const withoutFonts = (context) =>
  context.route('https://fonts.googleapis.com/**', (route) => route.fulfill({ contentType: 'text/css', body: '' }));

// What a person does there.
export async function signInThere(page, name) {
  await page.locator('[name=login]').fill(name);
  await page.locator('[name=password]').fill('anything will do');
  await page.getByRole('button', { name: 'Sign-in' }).click();
}

export const consent = (page) => page.getByRole('button', { name: 'Continue' }).click();
export const refuse = (page) => page.getByRole('link', { name: 'Cancel' }).click();

export async function signOutThere(page) {
  await expect(page.getByRole('heading')).toContainText('sign-out');
  await page.getByRole('button', { name: 'Yes, sign me out' }).click();
}
