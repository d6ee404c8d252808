// An app that cannot keep a secret: on somebody's computer, or in their browser.

import { Person } from "../src/chromium.mjs";
import { me } from "../src/client_app.mjs";
import { look } from "../src/look.mjs";
import { check, same } from "../src/tell.mjs";
import { ORGANIZATION, OWNER } from "./first_owner.mjs";
import { reach } from "./registering.mjs";
import { SECOND } from "./signing_in.mjs";

export async function nativeApp(world) {
  const { server, browser, app: ledger } = world;
  const ada = await Person.arrive(browser, server);
  const { page } = ada;
  await ada.signIn(OWNER.email, OWNER.password);
  await page.goto("/apps/new?preset=native");
  await page.getByLabel("Name").fill("Notebook");
  await page.getByLabel("Redirect URIs").fill("http://127.0.0.1/callback");
  await page.getByRole("radio", { name: /^Everyone/ }).check();
  await reach(page, "Contacts", "Read");
  await ada.follow(() => page.getByRole("button", { name: "Register app" }).click());
  same(await page.locator("#secret").count(), 0, "a public app has no secret");
  await look(ada, "app-public");

  const notebook = Object.create(ledger);
  notebook.register(server, { clientId: await page.locator("#client-id").innerText() });
  world.notebook = notebook;
  const request = notebook.request();
  await page.goto(request.url);
  check(await page.getByText("cannot prove its identity").isVisible(), "the consent page warns of what cannot prove itself");
  const organization = page.getByLabel("Organization");
  same((await organization.locator("option").allInnerTexts()).sort().join("|"), [ORGANIZATION, SECOND].sort().join("|"), "and asks for which organization");
  await look(ada, "consent-public");
  await organization.selectOption({ label: SECOND });
  await ada.follow(() => page.getByRole("button", { name: "Allow" }).click());
  same(page.url().split("?")[0], notebook.redirectUri, "the port of a loopback address may be another");
  const tokens = await notebook.exchange(notebook.latest.code, request);
  same((await me(server, tokens.access_token)).organization?.name, SECOND, "the token is for the organization that was chosen");

  await page.goto(notebook.request().url);
  check((await ada.headline()).startsWith("Notebook asks"), "a public app is asked about every time");
  await page.goto("/connections");
  await look(ada, "connections");
  await ada.leave();
}
