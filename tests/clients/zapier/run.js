'use strict';

// Does what Zapier's servers do with the app definition: send the person off, exchange the code, test the
// connection, and refresh it.

const { spawnSync } = require('node:child_process');
const { createHash, randomBytes } = require('node:crypto');
const { setTimeout: sleep } = require('node:timers/promises');
const zapier = require('zapier-platform-core');
const app = require('./index');

const { APPROVE, CLIENT_ID, CLIENT_SECRET, ISSUER, REDIRECT_URI } = process.env;
const { oauth2Config, test } = app.authentication;
const perform = zapier.createAppTester(app);
const completed = (step) => console.log(step);

/** Has the person allow what is asked for; returns the address that the app gets them back at. */
function approve(asked) {
  const stdio = ['ignore', 'pipe', 'inherit'];
  const done = spawnSync(APPROVE, [asked.toString()], { encoding: 'utf8', stdio });
  if (done.status !== 0) process.exit(1);
  return new URL(done.stdout.trim());
}

async function connect() {
  const verifier = randomBytes(48).toString('base64url');
  const state = randomBytes(16).toString('hex');
  const asked = new URL(
    await perform(oauth2Config.authorizeUrl, { inputData: { state, redirect_uri: REDIRECT_URI } }),
  );
  // Zapier's servers add these for an app with autoRefresh, a scope and enablePkce.
  asked.searchParams.set('scope', oauth2Config.scope);
  asked.searchParams.set('code_challenge', createHash('sha256').update(verifier).digest('base64url'));
  asked.searchParams.set('code_challenge_method', 'S256');
  const answer = approve(asked);
  if (answer.searchParams.get('state') !== state) throw new Error(`another state: ${answer}`);
  completed('authorized');

  const inputData = {
    code: answer.searchParams.get('code'),
    code_verifier: verifier,
    redirect_uri: REDIRECT_URI,
  };
  const authData = await perform(oauth2Config.getAccessToken, { inputData });
  if (!authData.access_token || !authData.refresh_token) throw new Error('an incomplete answer');
  completed('exchanged');
  return authData;
}

async function expectTest(authData) {
  const me = await perform(test, { authData });
  if (!me.label) throw new Error(`nothing to call the connection by in ${JSON.stringify(me)}`);
}

/** Zapier refreshes when the test says so, and marks the connection dead when that is refused. */
async function expectDead(authData) {
  const deadline = Date.now() + 2000;
  for (;;) {
    const refusal = await perform(test, { authData }).catch((refused) => refused);
    if (refusal.name === 'RefreshAuthError') break;
    if (Date.now() > deadline) throw new Error('a revoked token still works', { cause: refusal });
    await sleep(100);
  }
  const refusal = await perform(oauth2Config.refreshAccessToken, { authData }).catch((refused) => refused);
  if (!(refusal instanceof Error) || !refusal.message.includes('invalid_grant')) {
    throw new Error('a revoked refresh token was refreshed', { cause: refusal });
  }
  completed('refused');
}

async function main() {
  const first = await connect();
  await expectTest(first);
  completed('called');

  const second = await perform(oauth2Config.refreshAccessToken, { authData: first });
  if (second.access_token === first.access_token) throw new Error('the same access token again');
  await expectTest(second);
  completed('refreshed');

  // Zapier has no call for this: the person ends the connection.
  const body = new URLSearchParams({
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    token: second.refresh_token,
  });
  const revoked = await fetch(`${ISSUER}/revoke`, { method: 'POST', body });
  if (revoked.status !== 200) throw new Error(`/revoke: ${revoked.status}`);
  completed('revoked');
  await expectDead(second);
}

main();
