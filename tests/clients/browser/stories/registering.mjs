// Registering an app, its two secrets, and its end as a draft.

import { fileURLToPath } from "node:url";

import { Person } from "../src/chromium.mjs";
import { look } from "../src/look.mjs";
import { check, same } from "../src/tell.mjs";
import { OWNER } from "./first_owner.mjs";

const LOGO = fileURLToPath(new URL("../../../../src/web/pages/assets/touch-icon.png", import.meta.url));

/** What the app says of itself in the end. */
export const ABOUT = "Sends your invoices to your accountant at night.";

export async function registering({ server, browser, app }) {
  const ada = await Person.arrive(browser, server);
  const { page } = ada;
  await ada.signIn(OWNER.email, OWNER.password);

  await page.goto("/apps");
  await look(ada, "apps-empty");
  await page.getByRole("link", { name: "Register an app" }).click();
  await look(ada, "app-new");
  for (const preset of ["Native", "Zapier", "Make", "n8n", "Worktual", "Web app"]) {
    await page.getByRole("link", { name: new RegExp(`^${preset}`) }).click();
    await page.locator(`.presets a[aria-current=true]`, { hasText: preset }).waitFor();
  }

  await page.getByLabel("Name").fill("Ledger");
  await page.getByLabel("Redirect URIs").fill("http://ledger.example/callback\nhttps://ledger.example/cb#here");
  await page.getByRole("button", { name: "Register app" }).click();
  await page.locator(".summary").waitFor();
  same(await page.getByLabel("Name").inputValue(), "Ledger", "what was typed stays");
  await look(ada, "app-errors");

  await page.getByLabel("Description").fill("Sends your invoices to your accountant every evening.");
  await page.getByLabel("Redirect URIs").fill([app.redirectUri, `${app.secureOrigin}/callback`].join("\n"));
  await page.getByLabel("Logo").setInputFiles(LOGO);
  await reach(page, "Contacts", "Read");
  await reach(page, "Invoices", "Read & write");
  await page.getByRole("button", { name: "Register app" }).click();
  await page.locator("#secret").waitFor();
  const clientId = await page.locator("#beside-1").innerText();
  const clientSecret = await page.locator("#secret").innerText();
  check(/^SECRET\./.test(clientSecret), "the secret is shown", clientSecret.slice(0, 12));
  app.register(server, { clientId, clientSecret });
  await look(ada, "app-secret-once");
  await page.getByRole("button", { name: "Copy Client secret" }).click();
  same(await page.evaluate(() => navigator.clipboard.readText()), clientSecret, "the copy button copies the secret");
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name: /Download/ }).click()]);
  same(download.suggestedFilename(), "ledger.env", "the download has a name");

  await page.reload();
  same(await page.locator("#secret").count(), 0, "the secret is gone on reload");
  check(!(await page.content()).includes(clientSecret), "and nowhere on the page");
  await page.goto("/apps");
  same(await page.locator("table.list tbody tr").count(), 1, "reloading registered no second app");
  await page.locator("table.list tbody a", { hasText: "Ledger" }).click();
  check(!(await page.content()).includes(clientSecret), "the app's page does not show the secret");
  check(await page.locator("img.face").evaluate((one) => one.complete && one.naturalWidth > 0), "the logo is shown");
  await look(ada, "app");

  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await page.getByLabel("Name").fill("Ledger for Accountants");
  const uris = page.getByLabel("Redirect URIs");
  await uris.fill([await uris.inputValue(), `${app.secureOrigin}/bounce`, "com.example.desk:/callback"].join("\n"));
  await look(ada, "app-edit");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.waitForURL(/done=saved/);
  same(await ada.headline(), "Ledger for Accountants", "the new name is there");
  check(await page.getByText("com.example.desk:/callback").first().isVisible(), "and the new redirect URIs");

  // Two pages are open on the app: the second to save sees what the first one changed.
  await page.getByRole("link", { name: "Edit", exact: true }).click();
  await page.waitForURL(/\/edit$/);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await other.getByLabel("Description").fill("Sends invoices to accountants.");
  await other.getByRole("button", { name: "Save changes" }).click();
  await other.waitForURL(/done=saved/);
  await other.close();
  await page.getByLabel("Description").fill(ABOUT);
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.locator("#description-error").waitFor();
  check((await page.locator("#description-error").innerText()).endsWith("Sends invoices to accountants."), "what the other saved is told");
  same(await page.getByLabel("Description").inputValue(), ABOUT, "what was typed stays");
  await look(ada, "app-changed-meanwhile");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.waitForURL(/done=saved/);
  check(await page.getByText(ABOUT).first().isVisible(), "saving again is a decision");

  await page.getByRole("button", { name: "Add a secret" }).click();
  await page.locator("#secret").waitFor();
  const second = await page.locator("#secret").innerText();
  check(second !== clientSecret, "the second secret is another one");
  await page.getByRole("link", { name: /I have it/ }).click();
  same(await page.locator("table.list tbody tr").count(), 2, "two secrets live");
  same(await page.getByRole("button", { name: "Add a secret" }).count(), 0, "a third cannot be added");
  await look(ada, "app-two-secrets");
  same((await app.token({ grant_type: "client_credentials" })).error, "unauthorized_client", "the first secret still signs in");

  // The newest stands first; the other one ends, by keyboard.
  const older = page.locator("table.list tbody tr").last();
  await older.locator("summary").focus();
  await page.keyboard.press("Enter");
  await look(ada, "app-end-secret", { before: async () => older.locator("details").evaluate((one) => { one.open = true; }) });
  await older.getByRole("button", { name: "End the secret" }).focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/done=secret-ended/);
  same(await page.locator("table.list tbody tr").count(), 1, "one secret is left");
  same((await app.token({ grant_type: "client_credentials" })).error, "invalid_client", "the ended secret is refused");
  app.register(server, { clientId, clientSecret: second });
  await page.goto("/apps");
  await look(ada, "apps");
  await ada.leave();
}

/** Chooses how far an app reaches into a module. */
export async function reach(page, module, words) {
  await page.getByRole("radiogroup", { name: module }).getByRole("radio", { name: words, exact: true }).check();
}
