// simple-oauth2: the secret by Basic, refresh, and revocation of both tokens. It leaves PKCE to the app.

import { createHash, randomBytes } from 'node:crypto';
import { AuthorizationCode } from 'simple-oauth2';
import {
  approve,
  clientId,
  clientSecret,
  completed,
  expectAccepted,
  expectInvalidGrant,
  issuer,
  redirectUri,
  scope,
  waitUntilRefused,
} from './contract.mjs';

const client = new AuthorizationCode({
  client: { id: clientId, secret: clientSecret },
  auth: { tokenHost: issuer, tokenPath: '/token', revokePath: '/revoke', authorizePath: '/authorize' },
});

const verifier = randomBytes(48).toString('base64url');
const state = randomBytes(16).toString('hex');
const url = client.authorizeURL({
  redirect_uri: redirectUri,
  scope,
  state,
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
});
const answer = approve(url);
if (answer.searchParams.get('state') !== state) throw new Error(`another state: ${answer}`);
completed('authorized');

const first = await client.getToken({
  code: answer.searchParams.get('code'),
  redirect_uri: redirectUri,
  code_verifier: verifier,
});
completed('exchanged');

await expectAccepted(first.token.access_token);
completed('called');

const second = await first.refresh();
await expectAccepted(second.token.access_token);
completed('refreshed');

await second.revokeAll();
completed('revoked');

await waitUntilRefused(second.token.access_token);
await expectInvalidGrant(
  () => second.refresh(),
  (refused) => refused.data?.payload?.error,
);
completed('refused');
