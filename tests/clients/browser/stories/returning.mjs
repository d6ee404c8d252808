// Where the browser goes after a decision: to a web server, an installed app, or one behind the other.
// Chromium applies `form-action` to the whole chain of redirects after a form, so the consent page must have none.

import { Person } from "../src/chromium.mjs";
import { INSTALLED } from "../src/client_app.mjs";
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
  same(await page.locator(".status").innerText(), "Error 400", "not to an address that was not registered");

  // An installed app on this computer.
  ada.expect(/com\.example\.desk/);
  await ask("com.example.desk:/callback");
  check((await page.locator(".returns").innerText()).includes("com.example.desk"), "the page names the installed app");
  const left = await leaves(page, "com.example.desk:/callback?");
  check(left.includes("code="), "to an installed app, with a code", left);

  // A web page of the app that sends the browser on to the installed app.
  await ask(`${app.secureOrigin}/bounce`);
  const bounced = await leaves(page, INSTALLED);
  check(bounced.includes("code="), "through an https page to an installed app", bounced);

  // The test itself: with form-action the browser would have refused.
  const refusals = [];
  page.on("console", (message) => { if (/form-action/.test(message.text())) refusals.push(message.text()); });
  ada.expect(/form-action/);
  await page.route("**/authorize?*", async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    const headers = response.headers();
    check(!headers["content-security-policy"].includes("form-action"), "the consent page has no form-action");
    headers["content-security-policy"] += "; form-action 'self'";
    await route.fulfill({ response, headers });
  });
  await ask(`${app.secureOrigin}/callback`);
  const before = app.arrivals.length;
  await page.getByRole("button", { name: "Allow" }).click({ noWaitAfter: true });
  await page.waitForTimeout(1000);
  same(app.arrivals.length, before, "with form-action Chromium would not return");
  check(refusals.length > 0, "and would say so");
  await page.unroute("**/authorize?*");

  await framed(ada, app);
  await ada.leave();
}

/** Allows, and waits until the browser tries to go to an address that begins so. */
async function leaves(page, start) {
  const tries = await page.context().newCDPSession(page);
  await tries.send("Network.enable");
  const tried = new Promise((resolve) => {
    const look = (url) => { if (url?.startsWith(start)) resolve(url); };
    tries.on("Network.requestWillBeSent", ({ request }) => look(request.url));
    tries.on("Network.responseReceivedExtraInfo", ({ headers }) => look(headers.location ?? headers.Location));
    setTimeout(() => resolve("nothing within 8 s"), 8_000);
  });
  const refused = new Promise((resolve) => {
    page.once("requestfailed", (request) => resolve(request.failure()?.errorText));
    setTimeout(() => resolve("nothing"), 3_000);
  });
  await page.getByRole("button", { name: "Allow" }).click({ noWaitAfter: true });
  const url = await tried;
  console.log("   ", start, "|", await refused);
  await tries.detach();
  return url;
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
