// Playwright's test with a server, an upstream and an account of its own, and with open ears: what a page complains
// about on the console, a violation of the content security policy included, fails the test.
import { test as base, expect } from '@playwright/test';
import { setUp } from './account.mjs';
import { Server } from './server.mjs';
import { Upstream } from './upstream.mjs';

export { expect };

export const test = base.extend({
  // Complaints a test expects, as patterns: the browser itself reports a page that answers 404.
  allowedComplaints: [[], { option: true }],

  upstream: async ({}, use) => {
    const upstream = await Upstream.start();
    await use(upstream);
    await upstream.stop();
  },

  // What stands in the server's stoa.toml.
  config: async ({}, use) => use(''),

  server: async ({ upstream, config }, use, testInfo) => {
    const env = { OPENAI_BASE_URL: upstream.url, OPENAI_API_KEY: 'sk-scripted' };
    const server = await Server.start(env, config);
    await use(server);
    if (testInfo.status !== testInfo.expectedStatus) {
      await testInfo.attach('server.log', { body: server.log, contentType: 'text/plain' });
    }
    await server.stop();
  },

  baseURL: async ({ server }, use) => use(server.url),

  context: async ({ context, allowedComplaints }, use) => {
    const complaints = [];
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) complaints.push(`${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => complaints.push(String(error.error())));
    await use(context);
    const unexpected = complaints.filter((text) => !allowedComplaints.some((pattern) => pattern.test(text)));
    expect(unexpected, 'complaints on the console').toEqual([]);
  },

  // A page whose visitor has made the first account and is signed in.
  signedIn: async ({ page, server }, use) => {
    await setUp(page, server);
    await use(page);
  },
});

export const withoutScript = ({ javaScriptEnabled }) => javaScriptEnabled === false;
