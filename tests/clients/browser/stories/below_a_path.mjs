// A server whose issuer has a path: from its set-up link to an app, in at its sign-in, and back to the app, and through
// every page of the console. The browser asks for nothing that is not below the path, and gets all it asks for.

import { Person } from "../src/chromium.mjs";
import { me } from "../src/client_app.mjs";
import { Server } from "../src/server.mjs";
import { check, same } from "../src/tell.mjs";
import { ORGANIZATION, OWNER } from "./first_owner.mjs";
import { reach } from "./registering.mjs";

const PATH = "/id";

export async function belowAPath({ program, browser, app }) {
  const server = await Server.start(program, PATH);
  const ada = await Person.arrive(browser, server);
  const asked = watch(ada, server);
  const before = { server: app.server, clientId: app.clientId, clientSecret: app.clientSecret };
  try {
    await settingUp(ada, server);
    await registering(ada, server, app);
    await allowing(ada, server, app);
    await lookingAround(ada, server);
    await twoOnOneOrigin(ada, server);
    const outside = asked.filter(({ url }) => !`${new URL(url).pathname}/`.startsWith(`${PATH}/`));
    check(outside.length === 0, "nothing outside of the path was asked for", JSON.stringify(outside.slice(0, 5)));
    const bad = asked.filter(({ status }) => status >= 400);
    check(bad.length === 0, "everything that was asked for was there", JSON.stringify(bad.slice(0, 5)));
    for (const file of ["app.css", "app.js", "mark.svg"]) {
      check(asked.some(({ url, status }) => url.includes(`${PATH}/assets/${file}`) && status === 200), `${file} was loaded`);
    }
    await ada.leave();
    server.assertSound();
  } finally {
    app.register(before.server, before);
    await server.stop();
  }
}

/** Every answer of the server that the browser got, of whatever page or file. */
function watch(person, server) {
  const asked = [];
  person.context.on("response", (response) => {
    if (response.url().startsWith(server.origin)) asked.push({ url: response.url(), status: response.status() });
  });
  person.context.on("requestfailed", (request) => {
    const why = request.failure()?.errorText;
    // A file whose page was left before it arrived.
    if (request.url().startsWith(server.origin) && why !== "net::ERR_ABORTED") asked.push({ url: request.url(), status: 999, why });
  });
  return asked;
}

async function settingUp(ada, server) {
  const { page } = ada;
  check(server.setupLink?.startsWith(`${server.issuer}/setup?token=`), "the set-up link is below the path", server.setupLink);
  await page.goto(server.issuer);
  same(await ada.headline(), "Almost there", "the path itself is the first page");
  await page.goto(server.setupLink);
  await page.getByLabel("Organization").fill(ORGANIZATION);
  await page.getByLabel("Your name").fill(OWNER.name);
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password").fill(OWNER.password);
  await ada.follow(() => page.keyboard.press("Enter"));
  same(page.url(), `${server.issuer}/`, "the set-up ends in the console below the path");
  const [cookie] = await ada.context.cookies(server.issuer).then((all) => all.filter(({ name }) => name.startsWith("sid")));
  same(cookie?.name, "sid+id", "the session's cookie is named after the path");
}

async function registering(ada, server, app) {
  const { page } = ada;
  await page.getByRole("link", { name: "Add a module" }).click();
  await page.getByLabel("Title").fill("Contacts");
  await page.getByLabel("Name in scopes").fill("contacts");
  await page.getByLabel("To read").fill("See people");
  await page.getByLabel("To write").fill("Change people");
  await ada.follow(() => page.getByRole("button", { name: "Add module" }).click());
  same(new URL(page.url()).pathname, `${PATH}/modules`, "a saved form leads on below the path");
  await page.goto(`${server.issuer}/apps/new`);
  await page.getByLabel("Name").fill("Ledger");
  await page.getByLabel("Redirect URIs").fill(app.redirectUri);
  await reach(page, "Contacts", "Read");
  await ada.follow(() => page.getByRole("button", { name: "Register app" }).click());
  const clientId = await page.locator("#beside-1").innerText();
  app.register(server, { clientId, clientSecret: await page.locator("#secret").innerText() });
}

async function allowing(ada, server, app) {
  const { page } = ada;
  await ada.follow(() => page.getByRole("button", { name: "Sign out" }).click());
  same(page.url(), `${server.issuer}/sign-in`, "signing out stays below the path");
  const request = app.request();
  app.link = request.url;
  await page.goto(app.origin);
  await ada.follow(() => page.getByRole("link", { name: "Connect" }).click());
  same(await ada.headline(), "Sign in", "who is not signed in signs in first");
  await ada.fillSignIn(OWNER.email, OWNER.password);
  same(await ada.headline(), `Ledger asks for access to ${ORGANIZATION}`, "and is asked then");
  await ada.follow(() => page.getByRole("button", { name: "Allow" }).click());
  same(page.url().split("?")[0], app.redirectUri, "allowing leads back to the app");
  same(app.latest.state, request.state, "with the state");
  same(app.latest.iss, server.issuer, "and the issuer with its path");
  const tokens = await app.exchange(app.latest.code, request);
  same(tokens.status, 200, "the code becomes a token");
  const fresh = await app.token({ grant_type: "refresh_token", refresh_token: tokens.refresh_token });
  same((await me(server, fresh.access_token)).user?.name, OWNER.name, "which is refreshed, and works");
}

/** Every page that a link of the console leads to. */
async function lookingAround(ada, server) {
  const { page } = ada;
  const todo = [`${server.issuer}/`, `${server.issuer}/settings`], seen = new Set(todo);
  while (todo.length > 0) {
    const url = todo.pop();
    await page.goto(url, { waitUntil: "load" });
    const isPage = await page.locator("main").count();
    if (!isPage) continue;
    const styled = await page.evaluate(() => [...document.styleSheets].some((sheet) => sheet.cssRules.length > 50));
    check(styled, `${url} has its style`);
    const links = await page.locator("a[href]:not([download])").evaluateAll((all) => all.map((one) => one.href));
    for (const link of links.map((link) => link.split("#")[0])) {
      if (link.startsWith(server.origin) && !seen.has(link) && !/openapi\.(json|yaml)|well-known/.test(link)) todo.push(link);
      seen.add(link);
    }
  }
  const wanted = ["/", "/apps", "/apps/new", "/private-apps", "/private-apps/new", "/modules", "/connections", "/settings", "/docs"];
  for (const path of wanted) check(seen.has(`${server.issuer}${path}`), `a link leads to ${path}`);
}

/** A neighbour on the origin with a cookie of its own does not sign anybody out. */
async function twoOnOneOrigin(ada, server) {
  const { page } = ada;
  const neighbour = { name: "sid", value: "A".repeat(43), url: server.origin };
  await ada.context.addCookies([neighbour, { ...neighbour, name: "sid+other" }]);
  await page.goto(`${server.issuer}/settings`);
  same(await ada.headline(), "Settings", "the neighbours' cookies change nothing");
}
