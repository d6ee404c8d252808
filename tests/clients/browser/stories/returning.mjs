// Where the browser goes after a decision: to a web server, an installed app, or one behind the other.
// Chromium applies `form-action` to the whole chain of redirects after a form, so the consent page must have none.

import { PATIENCE, Person } from "../src/chromium.mjs";
import { INSTALLED } from "../src/client_app.mjs";
import { look } from "../src/look.mjs";
import { check, same } from "../src/tell.mjs";
import { OWNER } from "./first_owner.mjs";

export async function returning({ server, browser, app }) {
  const ada = await Person.arrive(browser, server);
  const { page } = ada;
  await ada.signIn(OWNER.email, OWNER.password);
  const ask = (redirect_uri, more = {}) => page.goto(app.request({ redirect_uri, prompt: "consent", ...more }).url);

  await ask(`${app.secureOrigin}/callback`);
  await ada.follow(() => page.getByRole("button", { name: "Allow" }).click());
  same(page.url().split("?")[0], `${app.secureOrigin}/callback`, "to an https page");
  check(app.latest.code, "with a code");
  same(app.arrivals.at(-1).referer, undefined, "which does not learn the address of the consent page");

  const other = app.redirectUri.replace("127.0.0.1", "localhost");
  await ask(other);
  same(await ada.headline(), "Ledger for Accountants sent you here with a wrong address", "not to an address that was not registered");
  await look(ada, "wrong-redirect-uri");

  // An installed app on this computer, and a web page of the app that sends the browser on to it.
  const direct = await leaves(ada, app, "com.example.desk:/callback", "com.example.desk:/callback?");
  check(direct.includes("code="), "to an installed app, with a code", direct);
  const through = await leaves(ada, app, `${app.secureOrigin}/bounce`, INSTALLED);
  check(through.includes("code="), "through an https page to an installed app", through);

  await refusing(ada, app);
  await postingByHand(ada, app);
  await framed(ada, app);
  await ada.leave();
}

/**
 * Allows, and waits until the browser tries to go to an address that begins with `start`. In a tab of its own: the
 * browser asks whether to open the app, and takes no click in that tab while it asks.
 */
async function leaves(ada, app, redirect_uri, start) {
  ada.expect(/com\.example\.desk/);
  const tab = await ada.context.newPage();
  const devtools = await ada.context.newCDPSession(tab);
  await devtools.send("Network.enable");
  const tried = new Promise((resolve) => {
    devtools.on("Network.requestWillBeSent", ({ request }) => { if (request.url.startsWith(start)) resolve(request.url); });
    setTimeout(() => resolve("nothing"), PATIENCE);
  });
  await tab.goto(app.request({ redirect_uri, prompt: "consent" }).url);
  const returns = await tab.locator(".returns").innerText();
  check(returns.includes(new URL(redirect_uri).host || "com.example.desk"), "the page names where the person returns to", returns);
  await tab.getByRole("button", { name: "Allow" }).click({ noWaitAfter: true });
  const url = await tried;
  await tab.close();
  return url;
}

/** That these tests see what they are after: with `form-action` Chromium refuses the redirect, and says so. */
async function refusing(ada, app) {
  const { page } = ada;
  const asks = (url) => url.pathname === "/authorize";
  await page.route(asks, async (route) => {
    if (route.request().method() === "POST") return route.continue();
    const response = await route.fetch({ maxRedirects: 0 });
    const policy = response.headers()["content-security-policy"];
    check(!policy.includes("form-action"), "the consent page has no form-action", policy);
    return route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": `${policy}; form-action 'self'` } });
  });
  ada.expect(/form-action/);
  await page.goto(app.request({ prompt: "consent" }).url);
  const before = app.arrivals.length;
  const refused = page.waitForEvent("console", (message) => /form-action/.test(message.text()));
  await page.getByRole("button", { name: "Allow" }).click({ noWaitAfter: true });
  await refused;
  same(app.arrivals.length, before, "with form-action Chromium would not return");
  await page.unroute(asks);
}

/** With `response_mode=form_post` and a script that did not load, a button posts the answer. */
async function postingByHand(ada, app) {
  const { page } = ada;
  const script = /\/assets\/app.*\.js/;
  ada.expect(/net::ERR_FAILED/);
  await page.route(script, (route) => route.abort());
  await page.goto(app.request({ response_mode: "form_post" }).url);
  await look(ada, "form-post");
  await ada.follow(() => page.getByRole("button", { name: "Continue" }).click());
  same(app.arrivals.at(-1).method, "POST", "a button posts the answer");
  await page.unroute(script);
}

/** Nobody can lay the question, invisible, over a page of their own. */
async function framed(ada, app) {
  const { page } = ada;
  ada.expect(/frame/i);
  app.framed = app.request({ prompt: "consent" }).url;
  await page.goto(`${app.origin}/frame`);
  const frame = page.frames().find((one) => one !== page.mainFrame());
  const text = await frame.locator("body").innerText().catch(() => "");
  check(!text.includes("asks for"), "the consent page cannot be framed", text);
}
