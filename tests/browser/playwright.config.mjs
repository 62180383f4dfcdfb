// The browser tests' settings: Debian's Chromium, two languages, with scripts and without.
import { defineConfig } from '@playwright/test';
import { chromium } from './support/chromium.mjs';

const results = '../../target/browser-tests';

// A test without a tag holds with and without JavaScript; @script needs it, @plain is about its absence.
const withScript = { grepInvert: /@plain/ };
const withoutScript = { grepInvert: /@script/ };

export default defineConfig({
  testDir: 'specs',
  outputDir: `${results}/results`,
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  // Tests mostly wait for a page or a server.
  workers: '100%',
  timeout: 45_000,
  expect: { timeout: 10_000 },
  reporter: [[process.env.CI ? 'dot' : 'list'], ['junit', { outputFile: `${results}/junit.xml` }]],
  use: {
    browserName: 'chromium',
    launchOptions: chromium,
    screenshot: 'only-on-failure',
    trace: 'retain-on-failure',
  },
  projects: [
    { name: 'en', ...withScript, use: { locale: 'en-US' } },
    { name: 'zh', ...withScript, use: { locale: 'zh-CN' } },
    { name: 'en-plain', ...withoutScript, use: { locale: 'en-US', javaScriptEnabled: false } },
    { name: 'zh-plain', ...withoutScript, use: { locale: 'zh-CN', javaScriptEnabled: false } },
  ],
});
