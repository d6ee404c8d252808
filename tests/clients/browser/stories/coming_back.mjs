// Every way to come from an app and back to it, for every kind of app: a matrix, each cell in a browser that runs
// scripts and in one that does not. Chromium holds the `form-action` of a page against every redirect that follows its
// form, so each page before the last redirect must let it pass.

import { PATIENCE, Person } from "../src/chromium.mjs";
import { check } from "../src/tell.mjs";
import { ORGANIZATION, OWNER } from "./first_owner.mjs";
import { reach } from "./registering.mjs";

const INSTALLED_URI = "com.example.desk:/callback";

/** What a person does between the app and its answer, one after the other in one browser. */
const SITUATIONS = {
  "first time": async (one) => { await one.ask(); await one.signIn(); await one.decide("Allow"); },
  "remembered": async (one) => { await one.ask(); await one.unasked(); },
  "signed out, remembered": async (one) => { await one.signOut(); await one.ask(); await one.signIn(); await one.unasked(); },
  "denied": async (one) => { await one.ask({ prompt: "consent" }); await one.decide("Deny"); },
  "prompt=login": async (one) => { await one.ask({ prompt: "login" }); await one.signIn(); await one.unasked(); },
  "wrong password": async (one) => { await one.signOut(); await one.ask(); await one.mistype(); await one.signIn(); await one.unasked(); },
  "another account": async (one) => { await one.ask({ prompt: "consent" }); await one.switchTo(OWNER); await one.decide("Allow"); },
};

export async function comingBack({ server, browser, app: ledger }) {
  const apps = await register({ server, browser, ledger });
  const rows = [];
  for (const [name, app] of Object.entries(apps)) {
    // Side by side, since each waits for the server most of the time.
    rows.push(...await Promise.all([true, false].map((javaScript) => row({ server, browser }, name, app, javaScript))));
  }
  table(["", ...Object.keys(SITUATIONS)], rows.sort());
}

/** One person, with or without JavaScript, comes from one kind of app in every situation. */
async function row({ server, browser }, name, app, javaScript) {
  const person = await Person.arrive(browser, server, { javaScript });
  person.expect(/com\.example\.desk/);
  const title = `${name}${javaScript ? "" : ", no script"}`;
  const email = `${title.replace(/\W+/g, "-")}@example.com`;
  const who = { email, password: await server.addUser({ email, name: "Grete Hermann", organization: ORGANIZATION, role: "member" }) };
  const cells = [];
  for (const [situation, live] of Object.entries(SITUATIONS)) {
    const why = await new Coming(person, app, who).live(live, situation);
    check(why === null, `${title}, ${situation}: it arrives`, why);
    cells.push(why === null ? "arrived" : "stuck");
  }
  await person.leave();
  return [title, ...cells];
}

/** One person comes from one app, once. */
class Coming {
  constructor(person, app, who) {
    Object.assign(this, { person, app, who });
  }

  /** `null` when the answer arrived as it should, else what is known of why not. */
  async live(situation, name) {
    // In a tab of its own: while the browser asks whether to open an installed app, it takes no click there.
    this.page = await this.person.context.newPage();
    const devtools = await this.person.context.newCDPSession(this.page);
    devtools.on("Network.requestWillBeSent", ({ request: { url } }) => {
      if (url.startsWith(INSTALLED_URI)) this.opened = { method: "scheme", parameters: Object.fromEntries(new URL(url).searchParams) };
    });
    await devtools.send("Network.enable");
    try {
      await situation(this);
      return this.#wrong(await this.#arrival(), name === "denied");
    } catch (error) {
      return [...this.person.complaints.splice(0), error.message.split("\n")[0], `at ${this.page.url()}`].join("\n");
    } finally {
      await this.page.close();
    }
  }

  async ask(more = {}) {
    this.request = this.app.client.request({ redirect_uri: this.app.uri, ...this.app.more, ...more });
    await this.#go(() => this.page.goto(this.request.url, { waitUntil: "commit" }));
  }

  async signIn({ email, password } = this.who) {
    await this.page.getByLabel("E-mail").fill(email);
    await this.page.getByLabel("Password").fill(password);
    await this.page.getByRole("button", { name: "Sign in" }).click();
  }

  async mistype() {
    await this.signIn({ ...this.who, password: "not the password at all" });
    await this.page.getByRole("alert").waitFor();
  }

  async signOut() {
    await this.page.goto("/connections");
    await this.page.getByRole("button", { name: "Sign out" }).click();
    await this.page.waitForURL(/sign-in/);
  }

  async switchTo(other) {
    await this.page.getByRole("button", { name: "Use another account" }).click();
    await this.signIn(other);
  }

  /** Presses a button of the consent page. */
  async decide(button) {
    await this.page.getByRole("button", { name: button, exact: true }).click();
    await this.#byHand();
  }

  /** What was allowed is not asked again. */
  async unasked() {
    await this.#byHand();
  }

  /** Without a script a button sends the answer of form_post on. */
  async #byHand() {
    if (this.person.javaScript || !this.app.more.response_mode) return;
    await this.page.getByRole("button", { name: "Continue" }).click();
  }

  /** The way to an installed app ends in no page, so the browser calls it off. */
  async #go(action) {
    await action().catch((error) => { if (!/ERR_ABORTED/.test(error.message)) throw error; });
  }

  /** What has come to the app: to its server, or as an address that the browser asks the computer to open. */
  async #arrival() {
    const end = Date.now() + PATIENCE;
    while (Date.now() < end) {
      const found = this.opened ?? this.app.client.arrivals.findLast(({ parameters }) => parameters.state === this.request.state);
      if (found) return found;
      if (this.person.complaints.length > 0) throw new Error("the browser refuses to go on");
      await new Promise((wake) => setTimeout(wake, 15));
    }
    throw new Error("nothing arrives at the app");
  }

  #wrong({ method, parameters }, denied) {
    const expected = this.opened ? "scheme" : this.app.more.response_mode ? "POST" : "GET";
    if (method !== expected) return `by ${method} instead of ${expected}`;
    if (parameters.state !== this.request.state) return `with the state ${parameters.state}`;
    if (parameters.iss !== this.person.server.origin) return `from ${parameters.iss}`;
    const right = denied ? parameters.error === "access_denied" && !parameters.code : parameters.code;
    return right ? null : JSON.stringify(parameters);
  }
}

/** The kinds of apps. All have a secret, since the others are never remembered. */
async function register({ server, browser, ledger }) {
  const ada = await Person.arrive(browser, server);
  const { page } = ada;
  await ada.signIn(OWNER.email, OWNER.password);
  const add = async (name, uri, more = {}) => {
    await page.goto("/apps/new");
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("Redirect URIs").fill(uri);
    await page.getByRole("radio", { name: /^Everyone/ }).check();
    await reach(page, "Contacts", "Read");
    await ada.follow(() => page.getByRole("button", { name: "Register app" }).click());
    const client = Object.create(ledger);
    client.register(server, { clientId: await page.locator("#beside-1").innerText() });
    return { client, uri, more };
  };
  const web = `${ledger.secureOrigin}/callback`;
  const apps = {
    "https": await add("Far Away", web),
    "loopback": await add("On This Computer", ledger.redirectUri),
    "own scheme": await add("Installed", INSTALLED_URI),
    "form_post": await add("By Post", web, { response_mode: "form_post" }),
  };
  await ada.leave();
  return apps;
}

function table(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  for (const row of all) console.log(`  ${row.map((cell, column) => cell.padEnd(widths[column])).join(" | ")}`);
}
