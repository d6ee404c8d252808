// A script of the organization's own gets a token without asking anybody.

import { Person } from "../src/chromium.mjs";
import { me } from "../src/client_app.mjs";
import { look } from "../src/look.mjs";
import { check, same } from "../src/tell.mjs";
import { ORGANIZATION, OWNER } from "./first_owner.mjs";
import { reach } from "./registering.mjs";

export async function privateApps({ server, browser }) {
  const ada = await Person.arrive(browser, server);
  const { page } = ada;
  await ada.signIn(OWNER.email, OWNER.password);
  await page.goto("/private-apps");
  await look(ada, "private-apps-empty");
  await page.locator("main").getByRole("link", { name: "Create a private app" }).click();
  await look(ada, "private-app-new");

  await page.getByLabel("Name").fill("Nightly export");
  await page.getByLabel("Allowed addresses").fill("somewhere");
  await ada.follow(() => page.getByRole("button", { name: "Create private app" }).click());
  check(await page.locator(".summary").isVisible(), "what is wrong is told");
  await look(ada, "private-app-errors");

  await page.getByLabel("Description").fill("Copies contacts to the warehouse. Runs on batch-2; ask Ada.");
  await page.getByLabel("Allowed addresses").fill("127.0.0.1");
  await page.getByPlaceholder("Find a module").fill("conta");
  same(await page.locator(".permission:visible").count(), 1, "typing finds the module");
  await page.getByPlaceholder("Find a module").fill("");
  await reach(page, "Contacts", "Read & write");
  await ada.follow(() => page.getByRole("button", { name: "Create private app" }).click());
  const token = await page.locator("#secret").innerText();
  check(/^PRIVATE\./.test(token), "the token is shown", token.slice(0, 12));
  await look(ada, "private-app-token-once");

  const who = await me(server, token);
  same(who.status, 200, "the token works at /api/me");
  same(who.kind, "private_app", "as a private app");
  same(who.organization?.name, ORGANIZATION, "of the organization");
  same([...(who.scopes ?? [])].sort().join(" "), "contacts.read contacts.write", "with the chosen permissions");

  await page.reload();
  check(!(await page.content()).includes(token), "the token is gone on reload");
  await page.goto("/private-apps");
  same(await page.locator("table.list tbody tr").count(), 1, "reloading made no second private app");
  await look(ada, "private-apps");
  await page.locator("table.list tbody a").first().click();
  check(!(await page.content()).includes(token), "the private app's page does not show the token");
  check(await page.getByText("from 127.0.0.1", { exact: true }).isVisible(), "it tells from where the token was used last");

  await ada.follow(() => page.getByRole("button", { name: "Create token" }).click());
  const second = await page.locator("#secret").innerText();
  await page.getByRole("link", { name: /I have it/ }).click();
  same(await page.locator(".token").count(), 2, "two tokens live");
  await look(ada, "private-app");
  same((await me(server, second)).status, 200, "the second works, too");
  const old = page.locator(".token").last();
  await old.getByText("Revoke…").click();
  await ada.follow(() => old.getByRole("button", { name: "Revoke the token" }).click());
  same((await me(server, token)).status, 401, "the revoked token is refused");
  same((await me(server, second)).status, 200, "the other one still works");

  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await page.getByLabel("Allowed addresses").fill("203.0.113.7");
  await look(ada, "private-app-edit");
  await ada.follow(() => page.getByRole("button", { name: "Save changes" }).click());
  const elsewhere = (await me(server, second)).status;
  check(elsewhere === 401 || elsewhere === 403, "an address that is not allowed is refused", elsewhere);
  await page.getByText("Delete private app…").click();
  await look(ada, "private-app-delete");
  await ada.follow(() => page.getByRole("button", { name: /^Delete Nightly/ }).click());
  same((await me(server, second)).status, 401, "a deleted private app's token is refused");
  await ada.leave();
}
