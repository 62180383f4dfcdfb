// A provider whose tokens are wrong (npm oauth2-mock-server): nobody comes in, and the page says why.
import { OAuth2Server } from 'oauth2-mock-server';
import { expect, providerButton, test as base } from '../support/identity.mjs';

const test = base.extend({
  mock: async ({}, use) => {
    const mock = new OAuth2Server();
    await mock.issuer.keys.generate('RS256');
    await mock.start(0, 'localhost');
    await use(mock);
    await mock.stop();
  },

  config: async ({ mock }, use) => use(`[[identity_providers]]
name = "company"
kind = "oidc"
issuer = "${mock.issuer.url}"
client_id = "stoa"
client_secret = "a-secret-for-tests-alone"
`),
});

// Changes the claims of id tokens, and leaves access tokens alone.
const claim = (change) => (mock) =>
  mock.service.on('beforeTokenSigning', ({ payload }) => {
    if ('nonce' in payload) change(payload);
  });

const anHourAgo = () => Math.floor(Date.now() / 1000) - 3600;

const forgeries = {
  identity_wrong_nonce: claim((payload) => { payload.nonce = 'another'; }),
  identity_wrong_audience: claim((payload) => { payload.aud = 'another'; }),
  identity_wrong_issuer: claim((payload) => { payload.iss = 'https://another.example'; }),
  identity_clock_skew: claim((payload) => { payload.exp = anHourAgo(); }),
  identity_wrong_signature: (mock) =>
    mock.service.on('beforeResponse', ({ body }) => {
      const [header, payload] = body.id_token.split('.');
      body.id_token = `${header}.${payload}.${'A'.repeat(342)}`;
    }),
  identity_code_refused: (mock) =>
    mock.service.on('beforeResponse', (answer) => Object.assign(answer, { statusCode: 400, body: { error: 'invalid_grant' } })),
};

test('a token that is right lets somebody in', async ({ visitor: page, server }) => {
  await page.goto('/login');
  await providerButton(page).click();
  await expect(page).toHaveURL(`${server.url}/`);
  await expect(page.locator('.who-am-i .name')).toHaveText('johndoe');
});

for (const [reason, forge] of Object.entries(forgeries)) {
  test(`${reason} is told and lets nobody in`, async ({ visitor: page, mock, server }) => {
    const told = [];
    mock.service.on('beforeResponse', ({ body }) => told.push(body.id_token, body.access_token));
    mock.service.on('beforeAuthorizeRedirect', ({ url }) => told.push(url.searchParams.get('code')));
    forge(mock);
    await page.goto('/login');
    await providerButton(page).click();
    await expect(page).toHaveURL(new RegExp(`reason=${reason}&`));
    await expect(page.getByRole('alert')).toBeVisible();
    expect((await page.request.get('/api/users/me')).status()).toBe(401);
    // The log says why, under the id the page shows, and keeps what is secret to itself.
    const id = await page.getByRole('alert').locator('code').textContent();
    expect(server.log).toMatch(new RegExp(`${id}.*${reason}`));
    expect(told).toHaveLength(3);
    for (const secret of [...told, 'a-secret-for-tests-alone']) expect(server.log).not.toContain(secret);
  });
}
