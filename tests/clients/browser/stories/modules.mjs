// Naming the parts of the API, in the words in which people are asked later.

import { Person } from "../src/chromium.mjs";
import { look } from "../src/look.mjs";
import { check, same } from "../src/tell.mjs";
import { OWNER } from "./first_owner.mjs";

const CONTACTS = {
  Title: "Contacts",
  "Name in scopes": "contacts",
  Description: "People and companies, with their addresses.",
  "To read": "See people and companies",
  "To write": "Add, change and delete people and companies",
};
const INVOICES = {
  Title: "Invoices",
  "Name in scopes": "invoices",
  Description: "What was billed, to whom, and what is still open.",
  "To read": "See invoices and payments",
  "To write": "Send invoices and book payments",
};
const CALLS = {
  Title: "Calls",
  "Name in scopes": "calls",
  Description: "",
  "To read": "See who called whom",
  "To write": "Place calls",
};

export async function modules({ server, browser }) {
  const ada = await Person.arrive(browser, server);
  const { page } = ada;
  await ada.signIn(OWNER.email, OWNER.password);

  await page.getByRole("link", { name: "Add a module" }).click();
  same(await ada.headline(), "Add a module", "the first step leads to the form");
  await look(ada, "module-new");
  await fill(page, { ...CONTACTS, "Name in scopes": "Contacts & Co" });
  await page.getByRole("button", { name: "Add module" }).click();
  await page.locator(".summary").waitFor();
  check(await page.locator("#name-error").isVisible(), "a wrong name is told beside its field");
  same(await page.getByLabel("To read").inputValue(), CONTACTS["To read"], "what was typed stays");
  await look(ada, "module-errors");
  await page.getByLabel("Name in scopes").fill("contacts");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/modules\?done/);
  check(await page.getByText("The module is added").isVisible(), "the list says that it was added");

  await page.goto("/modules/new");
  await fill(page, INVOICES);
  await page.getByRole("radio", { name: /^Sensitive/ }).check();
  await page.getByRole("button", { name: "Add module" }).click();
  await page.waitForURL(/\/modules\?done/);
  await page.goto("/modules/new");
  await fill(page, CALLS);
  await page.getByRole("button", { name: "Add module" }).click();
  await page.waitForURL(/\/modules\?done/);
  await look(ada, "modules");

  await page.getByRole("link", { name: "Edit Contacts" }).click();
  await page.getByLabel("Description").fill("People and companies, and how to reach them.");
  await look(ada, "module-edit");
  await page.getByRole("button", { name: "Save changes" }).click();
  await page.waitForURL(/\/modules\?done/);
  check(await page.getByText("and how to reach them").isVisible(), "the change is in the list");

  await page.getByRole("link", { name: "Edit Calls" }).click();
  await page.getByText("Remove module…").click();
  await look(ada, "module-remove");
  await page.getByRole("button", { name: "Remove Calls" }).click();
  await page.waitForURL(/\/modules\?done/);
  same(await page.getByText("calls.read").count(), 0, "the removed module is gone");
  await ada.leave();
}

async function fill(page, fields) {
  for (const [label, text] of Object.entries(fields)) await page.getByLabel(label).fill(text);
}
