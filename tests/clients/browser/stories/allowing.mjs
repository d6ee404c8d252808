// The flow that everything is for: an app asks, a person decides, the app gets a token.

import { Person } from "../src/chromium.mjs";
import { me } from "../src/client_app.mjs";
import { look } from "../src/look.mjs";
import { check, same } from "../src/tell.mjs";
import { ORGANIZATION, OWNER } from "./first_owner.mjs";

const ALL = "contacts.read invoices.read invoices.write";

export async function allowing(world) {
  const ada = await Person.arrive(world.browser, world.server);
  await firstTime(ada, world);
  await remembered(ada, world);
  await goingBack(ada, world);
  await clickingTwice(ada, world);
  await denying(ada, world);
  await ada.leave();

  const charles = await Person.arrive(world.browser, world.server);
  await lessThanAsked(charles, world);
  await charles.leave();
}

async function firstTime(ada, { app, server }) {
  const { page } = ada;
  const request = app.request();
  app.link = request.url;
  await page.goto(app.origin);
  await ada.follow(() => page.getByRole("link", { name: "Connect" }).click());
  same(await ada.headline(), "Sign in", "who is not signed in signs in first");
  check(await page.getByText("to continue to Ledger for Accountants").isVisible(), "and is told for which app");
  await look(ada, "sign-in-for-app");
  await ada.fillSignIn(OWNER.email, OWNER.password);

  same(await ada.headline(), `Ledger for Accountants asks for access to ${ORGANIZATION}`, "the consent page names app and organization");
  const text = await page.locator("main").innerText();
  for (const words of [ORGANIZATION, OWNER.email, new URL(app.origin).host, "See people and companies", "Send invoices and book payments"]) {
    check(text.includes(words), `the consent page says: ${words}`, text);
  }
  await look(ada, "consent");
  await page.getByRole("button", { name: "Allow" }).focus();
  await ada.follow(() => page.keyboard.press("Enter"));
  same(page.url().split("?")[0], app.redirectUri, "allowing leads back to the app");
  same(app.latest.state, request.state, "the state comes back as it was sent");
  same(app.latest.iss, server.origin, "the answer says who it is from");
  check(!page.url().includes("#"), "nothing is added to the address");

  const tokens = await app.exchange(app.latest.code, request);
  same(tokens.status, 200, "the code becomes a token");
  same(tokens.token_type, "Bearer", "of type Bearer");
  const who = await me(server, tokens.access_token);
  same(who.user?.name, OWNER.name, "the token is the person's");
  same(who.organization?.name, ORGANIZATION, "in the organization");
  same([...(who.scopes ?? [])].sort().join(" "), ALL, "with the scopes that were allowed");
  same((await app.exchange(app.latest.code, request)).error, "invalid_grant", "the code works once");
  same((await me(server, tokens.access_token)).status, 401, "and its replay ends the token");

}

async function remembered(ada, { app, server }) {
  const { page } = ada;
  const request = app.request();
  await page.goto(request.url);
  same(page.url().split("?")[0], app.redirectUri, "what was allowed is not asked again");
  same(app.latest.state, request.state, "and the state is that of the new request");
  const first = await app.exchange(app.latest.code, request);
  const next = await app.token({ grant_type: "refresh_token", refresh_token: first.refresh_token });
  same(next.status, 200, "the refresh token brings fresh tokens");
  same((await me(server, next.access_token)).status, 200, "which work");
  same((await app.revoke(next.refresh_token)).status, 200, "the app gives them back");
  same((await me(server, next.access_token)).status, 401, "and they work no more");
  app.kept = { request, ...first };

  await page.goto(app.request({ prompt: "consent" }).url);
  check((await ada.headline()).includes("Ledger for Accountants"), "prompt=consent asks all the same");
  await look(ada, "consent-again");
  await page.goto(app.request({ prompt: "login" }).url);
  same(await ada.headline(), "Sign in", "prompt=login signs in all the same");
  await page.goto(app.request({ prompt: "none" }).url);
  check(app.latest.code, "prompt=none answers with a code");
}

/** The way back from the app does not show a consent page that could be sent again by mistake. */
async function goingBack(ada, { app }) {
  const { page } = ada;
  await page.goto(`${app.origin}/`);
  await page.goto(app.request({ prompt: "consent" }).url);
  await ada.follow(() => page.getByRole("button", { name: "Allow" }).click());
  const { code } = app.latest;
  await page.goBack();
  check((await ada.headline()).includes("Ledger for Accountants"), "the way back leads to the question");
  await page.getByRole("button", { name: "Allow" }).click();
  await page.waitForURL(/callback/);
  check(app.latest.code && app.latest.code !== code, "allowing once more gives another code");
}

async function clickingTwice(ada, { app }) {
  const { page } = ada;
  await page.goto(app.request({ prompt: "consent" }).url);
  let posts = 0;
  const count = (request) => { posts += request.method() === "POST" ? 1 : 0; };
  page.on("request", count);
  const before = app.arrivals.length;
  await ada.follow(() => page.getByRole("button", { name: "Allow" }).dblclick({ noWaitAfter: true }));
  page.off("request", count);
  same(posts, 1, "a double click on Allow decides once");
  same(app.arrivals.length, before + 1, "and arrives once");
  check(app.latest.code, "with a code");
}

async function denying(ada, { app }) {
  const { page } = ada;
  const request = app.request({ prompt: "consent" });
  await page.goto(request.url);
  await page.getByRole("button", { name: "Deny" }).focus();
  await ada.follow(() => page.keyboard.press("Space"));
  same(app.latest.error, "access_denied", "denying tells the app so");
  same(app.latest.state, request.state, "with its state");
  same(app.latest.code, undefined, "and no code");
}

/** Another person, with an organization to choose, gives less than was asked for. */
async function lessThanAsked(charles, { app, server }) {
  const { page } = charles;
  const email = "charles@example.com";
  const password = await server.addUser({ email, name: "Charles Babbage", organization: ORGANIZATION, role: "developer" });
  const request = app.request({ response_mode: "form_post" });
  await page.goto(request.url);
  await charles.fillSignIn(email, password);
  const box = (words) => page.getByRole("checkbox", { name: new RegExp(words) });
  await box("See invoices").uncheck();
  check(!(await box("Send invoices").isChecked()), "what cannot be written without reading is unticked with it");
  await box("Send invoices").check();
  check(await box("See invoices").isChecked(), "and the reading comes back with the writing");
  await box("Send invoices").uncheck();
  await page.getByLabel("For how long").selectOption({ label: "30 days" });
  await page.getByRole("button", { name: "Allow" }).click();
  await page.waitForURL(app.redirectUri);
  same(app.arrivals.at(-1).method, "POST", "response_mode=form_post posts the answer");
  same(app.latest.state, request.state, "with the state");
  const tokens = await app.exchange(app.latest.code, request);
  same(tokens.scope, "contacts.read invoices.read", "the token reaches what was left ticked");
  same((await me(server, tokens.access_token)).user?.name, "Charles Babbage", "for the person who allowed it");

  await page.goto(app.request({ prompt: "consent" }).url);
  for (const one of await page.getByRole("checkbox").all()) await one.uncheck();
  await look(charles, "consent-more");
}
