// The whole way, in a browser that runs no script.

import { Person } from "../src/chromium.mjs";
import { me } from "../src/client_app.mjs";
import { check, same } from "../src/tell.mjs";
import { ORGANIZATION } from "./first_owner.mjs";
import { reach } from "./registering.mjs";

export async function withoutScript({ server, browser, app }) {
  const grace = await Person.arrive(browser, server, { javaScript: false });
  const { page } = grace;
  const email = "grace@example.com";
  const password = await server.addUser({ email, name: "Grace Hopper", organization: ORGANIZATION, role: "admin" });

  const request = app.request();
  await page.goto(request.url);
  await grace.fillSignIn(email, "wrong");
  check(await page.getByRole("alert").isVisible(), "a wrong password is told");
  await grace.fillSignIn(email, password);
  check((await grace.headline()).includes("asks for access"), "the consent page is shown");
  await page.getByRole("checkbox", { name: /See people/ }).uncheck();
  await grace.follow(() => page.getByRole("button", { name: "Allow" }).click());
  same(app.latest.state, request.state, "allowing leads back to the app, with its state");
  const tokens = await app.exchange(app.latest.code, request);
  same(tokens.scope, "invoices.read invoices.write", "what was unticked is not given");
  same((await me(server, tokens.access_token)).status, 200, "the token works");

  const posted = app.request({ response_mode: "form_post", scope: "invoices.read" });
  await page.goto(posted.url);
  check((await grace.headline()).startsWith("Back to"), "form_post has a page with a button");
  await grace.follow(() => page.getByRole("button", { name: "Continue" }).click());
  same(app.arrivals.at(-1).method, "POST", "which posts the answer");
  same(app.latest.state, posted.state, "with the state");

  await page.goto(app.request({ prompt: "consent" }).url);
  await grace.follow(() => page.getByRole("button", { name: "Use another account" }).click());
  same(await grace.headline(), "Sign in", "another account can be used");
  await page.goto(app.request({ prompt: "consent" }).url);
  await grace.follow(() => page.getByRole("button", { name: "Deny" }).click());
  same(app.latest.error, "access_denied", "denying works");

  await page.goto("/private-apps/new");
  await page.getByLabel("Name").fill("A small script");
  await reach(page, "Contacts", "Read");
  await grace.follow(() => page.getByRole("button", { name: "Create private app" }).click());
  const token = await page.locator("#secret").innerText();
  same((await me(server, token)).kind, "private_app", "a private app is created");
  await page.getByRole("link", { name: /I have it/ }).click();
  await page.getByText("Delete private app…").click();
  await grace.follow(() => page.getByRole("button", { name: /^Delete A small/ }).click());
  same((await me(server, token)).status, 401, "and deleted");

  await page.goto("/connections");
  await page.getByText("End access…").click();
  await grace.follow(() => page.getByRole("button", { name: /End access of/ }).click());
  same((await me(server, tokens.access_token)).status, 401, "access is ended");
  await grace.follow(() => page.getByRole("button", { name: "Sign out" }).click());
  await page.goto("/apps");
  same(await grace.headline(), "Sign in", "and the person is signed out");
  await grace.leave();
}
