// The tests of signing in elsewhere: a server that knows a provider, and an account that is there already.
import { ada, forget, setUp } from './account.mjs';
import { IdentityProvider, withoutFonts } from './provider.mjs';
import { test as base, expect } from './test.mjs';

export { ada, expect };

export const test = base.extend({
  provider: async ({}, use) => {
    const provider = await IdentityProvider.start();
    await use(provider);
    await provider.stop();
  },

  config: async ({ provider }, use) => use(provider.config),

  server: async ({ server, provider }, use) => {
    await provider.open(server.url);
    await use(server);
  },

  context: async ({ context }, use) => {
    await withoutFonts(context);
    await use(context);
  },

  // A page that nobody is signed in on, at a server whose first account is made.
  visitor: async ({ page, server }, use) => {
    await setUp(page, server);
    await forget(page);
    await use(page);
  },
});

export const providerButton = (page) => page.locator('a[href^="/api/auth/login/"]');
