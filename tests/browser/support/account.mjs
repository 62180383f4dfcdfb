// The first account: made, signed in and signed out as a person does it, through the pages.
import { expect } from '@playwright/test';
import { composer } from './chat.mjs';

export const ada = { name: 'Ada 王', email: 'ada@example.org', password: 'correct horse battery staple' };

export async function fillSetup(page, account) {
  const form = page.locator('form[action="/setup"]');
  await form.locator('[name=name]').fill(account.name);
  await form.locator('[name=email]').fill(account.email);
  await form.locator('[name=password]').fill(account.password);
  await form.getByRole('button').click();
}

export async function fillSignIn(page, { email, password }) {
  const form = page.locator('form[action="/login"]');
  await form.locator('[name=email]').fill(email);
  await form.locator('[name=password]').fill(password);
  await form.getByRole('button').click();
}

export async function setUp(page, server, account = ada) {
  await page.goto(await server.setupPath());
  await fillSetup(page, account);
  await expect(composer(page)).toBeVisible();
}

export async function signIn(page, account = ada) {
  await page.goto('/login');
  await fillSignIn(page, account);
  await expect(composer(page)).toBeVisible();
}

export async function signOut(page) {
  await page.locator('.who-am-i summary').click();
  await page.locator('form[action="/logout"] button').click();
}

// Forgets who is signed in. The server forgets it first: an answer that was under way can bring the cookie back.
export async function forget(page) {
  const { origin } = new URL(page.url());
  await page.goto('about:blank');
  await page.request.post(`${origin}/logout`, { headers: { origin }, maxRedirects: 0 });
  await page.context().clearCookies();
}

// A call with the page's own cookies, as a form of the page would send it.
export async function post(page, path, form) {
  const origin = new URL(page.url()).origin;
  return page.request.post(path, { form, headers: { origin }, maxRedirects: 0 });
}

async function sendJson(page, method, path, data) {
  const origin = new URL(page.url()).origin;
  const answer = await page.request.fetch(path, { method, data, headers: { origin } });
  expect(answer.ok(), `${method} ${path}: ${answer.status()}`).toBe(true);
  return answer.json();
}

export const postJson = (page, path, data) => sendJson(page, 'POST', path, data);
export const patchJson = (page, path, data) => sendJson(page, 'PATCH', path, data);
