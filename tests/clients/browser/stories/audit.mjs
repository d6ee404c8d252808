// What was done is told in words, narrowed, and taken away.

import { readFile } from "node:fs/promises";

import { Person } from "../src/chromium.mjs";
import { look } from "../src/look.mjs";
import { check, same } from "../src/tell.mjs";
import { OWNER } from "./first_owner.mjs";

export async function audit({ server, browser }) {
  const ada = await Person.arrive(browser, server);
  const { page } = ada;
  await ada.signIn(OWNER.email, OWNER.password);
  await page.getByRole("link", { name: "Audit log" }).click();
  same(await ada.headline(), "Audit log", "the navigation leads to the log");
  const first = page.locator(".records > li").first();
  check((await first.innerText()).includes("Ada Lovelace signed in"), "what was done last is told first, in words");
  await look(ada, "audit");
  await first.locator("summary").focus();
  await page.keyboard.press("Enter");
  check(await first.getByText("127.0.0.1").isVisible(), "and folds out to say from where");
  await look(ada, "audit-details", { before: () => first.evaluate((one) => one.querySelector("details").setAttribute("open", "")) });

  await page.getByLabel("What", { exact: true }).selectOption({ label: "Registered the app …" });
  await ada.follow(() => page.getByRole("button", { name: "Show", exact: true }).click());
  const all = await page.locator(".record-what").allInnerTexts();
  check(all.length > 0 && all.every((text) => text.includes("registered the app")), "the log is narrowed", all.join("\n"));
  await look(ada, "audit-narrowed");
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "CSV" }).click();
  const table = await readFile(await (await download).path(), "utf8");
  same(table.trim().split("\r\n").length, all.length + 1, "what is shown is taken away as a table");

  await page.locator(".records summary").first().click();
  await page.getByRole("link", { name: "All that Ada Lovelace did" }).first().click();
  check(page.url().includes("actor=usr_"), "and leads to all that somebody did");
  await page.getByLabel("From").fill("2020-01-01");
  await page.getByLabel("To", { exact: true }).fill("2020-01-02");
  await ada.follow(() => page.getByRole("button", { name: "Show", exact: true }).click());
  check(await page.getByText("Nothing matches").isVisible(), "what does not exist is not found");
  await look(ada, "audit-nothing");
  await ada.leave();
}
