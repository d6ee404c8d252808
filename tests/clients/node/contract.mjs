// What every client is given, and what it reports: one word a line for each step that it completed.

import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

export const {
  ISSUER: issuer,
  CLIENT_ID: clientId,
  CLIENT_SECRET: clientSecret,
  REDIRECT_URI: redirectUri,
  SCOPE: scope,
} = process.env;

/** Has the person allow what is asked for at `url`; returns the address that the app gets them back at. */
export function approve(url) {
  const stdio = ['ignore', 'pipe', 'inherit'];
  const done = spawnSync(process.env.APPROVE, [url.toString()], { encoding: 'utf8', stdio });
  if (done.status !== 0) process.exit(1);
  return new URL(done.stdout.trim());
}

export function completed(step) {
  console.log(step);
}

export function callMe(token) {
  return fetch(`${issuer}/api/me`, { headers: { authorization: `Bearer ${token}` } });
}

export async function expectAccepted(token) {
  const answer = await callMe(token);
  if (answer.status !== 200) throw new Error(`/api/me: ${answer.status} ${await answer.text()}`);
}

/** Calls until the answer is 401. Another node may remember a token for a second after its end. */
export async function waitUntilRefused(token) {
  const deadline = Date.now() + 2000;
  for (;;) {
    const { status } = await callMe(token);
    if (status === 401) return;
    if (Date.now() > deadline) throw new Error(`a revoked token still gets ${status}`);
    await sleep(100);
  }
}

/** Fails unless `call` fails with something that names `invalid_grant`. */
export async function expectInvalidGrant(call, errorOf) {
  try {
    await call();
  } catch (refused) {
    if (errorOf(refused) !== 'invalid_grant') throw refused;
    return;
  }
  throw new Error('a revoked refresh token was refreshed');
}
