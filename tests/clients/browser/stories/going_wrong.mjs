// Errors in plain words, and tricks that must not work.

import { Person } from "../src/chromium.mjs";
import { look } from "../src/look.mjs";
import { check, same } from "../src/tell.mjs";
import { OWNER } from "./first_owner.mjs";

export async function goingWrong({ server, browser, app }) {
  const ada = await Person.arrive(browser, server);
  const { page } = ada;
  await page.goto("/nowhere");
  await look(ada, "not-found");
  const docs = await page.goto("/docs");
  same(docs.status(), 200, "the documentation is for everybody");
  await look(ada, "docs");
  // axe lets a smaller one pass where nothing is near it.
  const { height } = await page.locator(".docs-console").boundingBox();
  check(height >= 24, "the link at its top is large enough to hit", `${height} px`);
  await page.goto("/authorize?client_id=one&client_id=two");
  await look(ada, "unreadable-request");
  await page.goto("/authorize?client_id=unknown&response_type=code");
  same(await ada.headline(), "This app is not known here", "an unknown app has a page that says so");
  await look(ada, "unknown-app");

  await ada.signIn(OWNER.email, OWNER.password);
  await page.goto("/apps/app_00000000000000000000000000");
  same(await page.locator(".status").innerText(), "Error 404", "an app that is not there");
  await page.goto("/apps/new");
  await page.getByLabel("Name").fill("Forged");
  await page.locator("main form").last().evaluate((form) => { form.querySelector("[name=csrf]").value = "forged"; });
  await ada.follow(() => page.getByRole("button", { name: "Register app" }).click());
  same(await page.locator(".status").innerText(), "Error 403", "a form with a wrong token is refused");
  await look(ada, "forged");
  await posting(ada, app, server);
  await tossing(ada);
  await ada.leave();
  await member({ server, browser });
}

/** Somebody who may not build anything sees nothing of it. */
async function member({ server, browser }) {
  const mary = await Person.arrive(browser, server);
  const email = "mary@example.com";
  const password = await server.addUser({ email, name: "Mary Somerville", organization: "Readers", role: "member" });
  await mary.signIn(email, password);
  same(await mary.page.getByRole("link", { name: "Settings" }).count(), 0, "a member is not offered the settings");
  await look(mary, "home-member");
  await mary.page.goto("/settings");
  same(await mary.page.locator(".status").innerText(), "Error 403", "and does not get them");
  await look(mary, "forbidden");
  await mary.leave();
}

/** Another server on this host gets the cookies along, and even with the right token its forms are refused. */
async function posting(ada, app, server) {
  const { page } = ada;
  await page.goto("/");
  const csrf = await page.locator("input[name=csrf]").first().inputValue();
  await page.goto(app.origin);
  await ada.follow(() => page.evaluate(([action, csrf]) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", action });
    const field = Object.assign(document.createElement("input"), { name: "csrf", value: csrf });
    form.append(field);
    document.body.append(form);
    form.submit();
  }, [`${server.origin}/sign-out`, csrf]));
  same(await page.locator(".status").innerText(), "Error 403", "a form from another origin is refused");
  await page.goto("/apps");
  same(await ada.headline(), "Apps", "and nobody is signed out by it");
}

/** A neighbor on this host plants a second cookie of that name: then there is none. */
async function tossing(ada) {
  const { page } = ada;
  const [sid] = (await ada.context.cookies()).filter(({ name }) => name === "sid");
  check(sid.httpOnly && sid.sameSite === "Lax", "the session's cookie is HttpOnly and SameSite=Lax");
  await ada.context.addCookies([{ name: "sid", value: sid.value.split("").reverse().join(""), domain: sid.domain, path: "/apps" }]);
  await page.goto("/apps");
  same(await ada.headline(), "Sign in", "two session cookies count as none");
  await ada.context.clearCookies({ path: "/apps" });
  await ada.fillSignIn(OWNER.email, OWNER.password);
  same(await ada.headline(), "Apps", "and signing in mends it once the planted one is gone");
}
