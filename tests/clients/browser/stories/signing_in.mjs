// Signing out and in, and switching the organization.

import { Person } from "../src/chromium.mjs";
import { look } from "../src/look.mjs";
import { check, same } from "../src/tell.mjs";
import { ORGANIZATION, OWNER } from "./first_owner.mjs";

export const SECOND = "Difference Engines & Sons, Manufacturers of Calculating Machinery";

export async function signingIn({ server, browser }) {
  const ada = await Person.arrive(browser, server);
  const { page } = ada;

  await page.goto("/settings");
  same(await ada.headline(), "Sign in", "who is not signed in is asked to");
  await look(ada, "sign-in");
  await ada.fillSignIn(OWNER.email, "not the password at all");
  const alert = page.getByRole("alert");
  same(await alert.innerText(), "The e-mail address or the password is wrong", "a wrong password is told");
  same(await page.getByLabel("E-mail").inputValue(), OWNER.email, "the address stays");
  await look(ada, "sign-in-wrong");

  await page.reload().catch(() => {});
  await page.goto("/settings");
  await page.keyboard.press("Tab");
  same(await focused(page), "Skip to the content", "the first stop skips to the content");
  await page.getByLabel("E-mail").focus();
  await page.keyboard.type(OWNER.email);
  await page.keyboard.press("Tab");
  await page.keyboard.type(OWNER.password);
  await page.keyboard.press("Tab");
  same(await focused(page), "Sign in", "Tab leads from the password to the button");
  await page.keyboard.press("Enter");
  await page.waitForURL("/settings");
  same(await ada.headline(), "Settings", "signing in leads to the page that was asked for");

  await page.getByRole("button", { name: "Sign out" }).focus();
  await page.keyboard.press("Space");
  await page.waitForURL(/sign-in/);
  await page.goBack();
  same(await ada.headline(), "Sign in", "the way back shows nothing after signing out");

  await server.addUser({ email: OWNER.email, name: OWNER.name, organization: SECOND, role: "admin" });
  await ada.signIn(OWNER.email, OWNER.password);
  same(await ada.headline(), ORGANIZATION, "the first organization is shown first");
  const switcher = page.locator(".switcher summary");
  await switcher.focus();
  await page.keyboard.press("Enter");
  await look(ada, "switcher", { devices: ["desktop"], before: () => open(page) });
  await open(page);
  await page.getByRole("button", { name: SECOND }).focus();
  await page.keyboard.press("Enter");
  await page.locator("h1", { hasText: SECOND }).waitFor();
  check((await page.locator(".switcher").first().innerText()).includes("Admin"), "the role is that of the organization");
  await look(ada, "home-long-name");
  await look(ada, "menu", { devices: ["phone"], before: () => page.getByRole("button", { name: "Menu" }).click() });

  await open(page);
  await page.getByRole("button", { name: ORGANIZATION }).click();
  await page.locator("h1", { hasText: ORGANIZATION }).waitFor();
  await ada.leave();
}

async function open(page) {
  if (!(await page.locator("details.switcher").evaluate((one) => one.open))) await page.locator(".switcher summary").click();
}

const focused = (page) => page.evaluate(() => document.activeElement.textContent.trim());
