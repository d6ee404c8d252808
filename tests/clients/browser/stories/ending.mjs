// Whatever was allowed can be ended, and then it has ended.

import { Person } from "../src/chromium.mjs";
import { me } from "../src/client_app.mjs";
import { look } from "../src/look.mjs";
import { check, same } from "../src/tell.mjs";
import { OWNER } from "./first_owner.mjs";

export async function ending({ server, browser, app }) {
  const ada = await Person.arrive(browser, server);
  const { page } = ada;
  await ada.signIn(OWNER.email, OWNER.password);
  const request = app.request();
  await page.goto(request.url);
  const tokens = await app.exchange(app.latest.code, request);
  same((await me(server, tokens.access_token)).status, 200, "the app has a token");

  await page.goto("/connections");
  const ledger = page.locator(".connection", { hasText: "Ledger for Accountants" });
  await ledger.getByText("End access…").click();
  await page.keyboard.press("Escape");
  check(!(await ledger.locator("details").evaluate((one) => one.open)), "Escape keeps it");
  await ledger.getByText("End access…").click();
  await look(ada, "connections-end");
  await ada.follow(() => ledger.getByRole("button", { name: /End access of/ }).click());
  check(await page.getByText("access has ended").isVisible(), "the page says that it has ended");
  same((await me(server, tokens.access_token)).status, 401, "the token works no more");
  const refreshed = await app.token({ grant_type: "refresh_token", refresh_token: tokens.refresh_token });
  same(refreshed.error, "invalid_grant", "nor does the refresh token");
  await page.goto(app.request().url);
  check((await ada.headline()).includes("asks for access"), "and the app has to ask again");

  await page.goto("/connections");
  const notebook = page.locator(".connection", { hasText: "Notebook" });
  await notebook.getByText("End access…").click();
  await ada.follow(() => notebook.getByRole("button", { name: /End access of/ }).click());
  await look(ada, "connections-ended");

  await page.goto("/settings");
  await look(ada, "settings");
  await page.getByLabel("Name").fill(" ");
  await page.locator("form", { hasText: "Organization" }).evaluate((form) => { form.noValidate = true; });
  await ada.follow(() => page.getByRole("button", { name: "Save changes" }).click());
  check(await page.locator("#name-error").isVisible(), "an empty name is refused beside its field");
  await look(ada, "settings-errors");
  await page.getByLabel("Name").fill("Analytical Engines Ltd");
  await ada.follow(() => page.getByRole("button", { name: "Save changes" }).click());
  check(await page.getByText("Your changes are saved").isVisible(), "the settings are saved");
  check((await page.locator(".switcher").first().innerText()).includes("Analytical Engines Ltd"), "and shown at once");

  await page.goto("/apps");
  await page.locator("table.list tbody a", { hasText: "Ledger" }).click();
  await page.getByText("Delete app…").click();
  await look(ada, "app-delete");
  await page.getByRole("button", { name: "Keep it" }).last().click();
  await page.getByText("Delete app…").click();
  await ada.follow(() => page.getByRole("button", { name: /^Delete Ledger/ }).click());
  check(await page.getByText("It is deleted").isVisible(), "the app is deleted");
  same((await app.token({ grant_type: "client_credentials" })).error, "invalid_client", "and cannot sign in");
  await page.goto(app.request().url);
  same(await page.locator(".status").innerText(), "Error 422", "nor ask for anything");
  await page.goto("/");
  await look(ada, "home");
  await ada.leave();
}
