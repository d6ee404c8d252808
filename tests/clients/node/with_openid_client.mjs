// openid-client: discovery, PKCE, the issuer in the answer, refresh, introspection and revocation.

import * as client from 'openid-client';
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

const config = await client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
  algorithm: 'oauth2',
  execute: [client.allowInsecureRequests],
});
completed('discovered');

const verifier = client.randomPKCECodeVerifier();
const state = client.randomState();
const url = client.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri,
  scope,
  state,
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
});
const answer = approve(url);
completed('authorized');

const first = await client.authorizationCodeGrant(config, answer, {
  pkceCodeVerifier: verifier,
  expectedState: state,
});
completed('exchanged');

const me = await client.fetchProtectedResource(config, first.access_token, new URL(`${issuer}/api/me`), 'GET');
if (me.status !== 200) throw new Error(`/api/me: ${me.status} ${await me.text()}`);
completed('called');

const second = await client.refreshTokenGrant(config, first.refresh_token);
await expectAccepted(second.access_token);
completed('refreshed');

const known = await client.tokenIntrospection(config, second.access_token);
if (!known.active || known.client_id !== clientId) throw new Error(`introspection: ${JSON.stringify(known)}`);

await client.tokenRevocation(config, second.refresh_token);
completed('revoked');

await waitUntilRefused(second.access_token);
await expectInvalidGrant(
  () => client.refreshTokenGrant(config, second.refresh_token),
  (refused) => refused.error,
);
completed('refused');
