// What people change about themselves, and where they are signed in.

import { Person } from "../src/chromium.mjs";
import { look } from "../src/look.mjs";
import { check, same } from "../src/tell.mjs";
import { OWNER } from "./first_owner.mjs";

const NEW = "seven quiet lanterns over the bay";

export async function account({ server, browser }) {
  const [ada, elsewhere, forgotten] = [await enter(browser, server), await enter(browser, server), await enter(browser, server)];
  const { page } = ada;
  await page.getByRole("link", { name: "Your account" }).click();
  same(await ada.headline(), "Your account", "the navigation leads to the own account");
  check((await page.locator(".session").count()) >= 3, "it lists where one is signed in");
  same(await page.locator(".session").first().locator(".badge").innerText(), "This browser", "the browser at hand first");
  check((await page.locator(".session h3").first().innerText()).startsWith("Chrome on"), "browsers are named in words");
  await look(ada, "account");

  await page.getByLabel("Name").fill("Ada King");
  await ada.follow(() => page.getByRole("button", { name: "Save name" }).click());
  check((await page.locator(".who").first().innerText()).includes("Ada King"), "a new name is shown at once");
  await page.getByLabel("Name").fill(OWNER.name);
  await ada.follow(() => page.getByRole("button", { name: "Save name" }).click());

  const change = async (current, wanted) => {
    await page.getByLabel("Current password").fill(current);
    await page.getByLabel("New password").fill(wanted);
    await ada.follow(() => page.getByRole("button", { name: "Change password" }).click());
  };
  await change("not the password at all", NEW);
  check(await page.locator("#current_password-error").isVisible(), "a wrong password is told beside its field");
  same(await page.getByLabel("New password").inputValue(), "", "and no password comes back");
  await look(ada, "account-wrong-password");

  await page.getByText("End all others…").click();
  await look(ada, "account-end-others");
  await page.keyboard.press("Escape");
  const sessions = await page.locator(".session").count();
  await ada.follow(() => page.getByRole("button", { name: /^End session: / }).first().click());
  same(await page.locator(".session").count(), sessions - 1, "one session is ended");

  await change(OWNER.password, NEW);
  check(await page.getByText("Your password is changed").isVisible(), "the password is changed");
  same(await page.locator(".session").count(), 1, "and this browser alone is signed in");
  for (const other of [elsewhere, forgotten]) {
    await other.page.goto("/account");
    same(await other.headline(), "Sign in", "the others must sign in again");
  }
  await elsewhere.signIn(OWNER.email, NEW);
  check((await elsewhere.headline()) !== "Sign in", "the new password signs in");

  await change(NEW, OWNER.password);
  check(await page.getByText("Your password is changed").isVisible(), "it is changed back");
  for (const person of [ada, elsewhere, forgotten]) await person.leave();
}

async function enter(browser, server) {
  const person = await Person.arrive(browser, server);
  await person.signIn(OWNER.email, OWNER.password);
  return person;
}
