// Somebody comes back to a form after a while: the password is asked for once more, and nothing that was typed is lost.

import { Person } from "../src/chromium.mjs";
import { look } from "../src/look.mjs";
import { check, same } from "../src/tell.mjs";
import { OWNER } from "./first_owner.mjs";

export async function proof({ server, browser }) {
  for (const javaScript of [true, false]) {
    const ada = await Person.arrive(browser, server, { javaScript });
    const { page } = ada;
    await ada.signIn(OWNER.email, OWNER.password);
    await page.goto("/apps/new");
    await page.locator("#name").fill("Written slowly");
    await page.locator("#redirect_uris").fill("https://slow.example/cb\nhttps://slow.example/other");
    await server.age("authenticated_at", 10 * 60);
    await ada.follow(() => page.getByRole("button", { name: "Register app" }).click());
    same(await ada.headline(), "Confirm that it is you", "after a while the password is asked for once more");
    await look(ada, "proof");
    await page.getByLabel("Password").fill("not the password at all");
    await ada.follow(() => page.getByRole("button", { name: "Confirm and go on" }).click());
    check(await page.locator("#proof_password-error").isVisible(), "a wrong one is told");
    await look(ada, "proof-wrong");
    await page.getByLabel("Password").fill(OWNER.password);
    await ada.follow(() => page.getByRole("button", { name: "Confirm and go on" }).click());
    same(await ada.headline(), "Written slowly is registered", "and it goes on with what was being done");
    await page.getByRole("link", { name: /go to Written slowly/ }).click();
    same(await page.locator("code.line").count(), 2, "with everything that was typed");
    await page.locator("#end").scrollIntoViewIfNeeded();
    await page.locator("details", { hasText: "Delete this app for good?" }).locator("summary").click();
    await ada.follow(() => page.getByRole("button", { name: "Delete Written slowly" }).click());
    await ada.leave();
  }
}
