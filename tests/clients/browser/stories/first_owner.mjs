// The set-up link: the only way in before anybody is there, and only once.

import { Person } from "../src/chromium.mjs";
import { look } from "../src/look.mjs";
import { check, same } from "../src/tell.mjs";

export const OWNER = { name: "Ada Lovelace", email: "ada@example.com", password: "purple otter sings quietly" };
export const ORGANIZATION = "Analytical Engines";

export async function firstOwner({ server, browser }) {
  const ada = await Person.arrive(browser, server);
  const { page } = ada;

  await page.goto("/");
  same(await ada.headline(), "Almost there", "before anybody is there, the first page says what to do");
  await look(ada, "welcome");

  await page.goto("/setup?token=SETUP.wrong");
  same(await ada.headline(), "This link does not work", "a wrong link has a page that says so");
  await look(ada, "setup-wrong-link");

  await page.goto(server.setupLink);
  same(await ada.headline(), "Welcome to Consentry", "the link opens the set-up page");
  await look(ada, "setup");

  await page.getByLabel("Organization").fill(ORGANIZATION);
  await page.getByLabel("Your name").fill(OWNER.name);
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill("ada@example.com");
  await page.keyboard.press("Enter");
  const error = page.locator("#password-error");
  await error.waitFor();
  check(await page.locator(".summary").evaluate((one) => one === document.activeElement), "what is wrong has the focus");
  same(await page.getByLabel("Your name").inputValue(), OWNER.name, "what was typed stays");
  same(await page.getByLabel("Password").inputValue(), "", "the password does not stay");
  await look(ada, "setup-errors");

  // By keyboard only, from the field to the console.
  await page.getByLabel("Password").focus();
  await page.keyboard.type(OWNER.password);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await page.waitForURL("/");
  same(await ada.headline(), ORGANIZATION, "the set-up ends in the new organization's console");
  check((await page.locator(".who").innerText()).includes(OWNER.email), "the first owner is signed in");
  await look(ada, "home-new");

  await page.goto(server.setupLink);
  same(await ada.headline(), "This link does not work", "the link works once");
  await ada.leave();
}
