// The browser, and the people who sit before it.

import { chromium } from "playwright-core";

import { check } from "./tell.mjs";

const FLAGS = [
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export const PATIENCE = 20_000;

export const DESKTOP = { width: 1280, height: 900 };

/** A headless Chromium with a profile of its own. */
export async function launch() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  return chromium.launch({ executablePath, chromiumSandbox: false, args: FLAGS });
}

/** A person with cookies of their own; every page of theirs is watched for errors on its console. */
export class Person {
  /** What the consoles said that nobody expected. */
  complaints = [];
  #expected = [];

  static async arrive(browser, server, { javaScript = true, locale = "en-US" } = {}) {
    const person = new Person();
    person.server = server;
    person.javaScript = javaScript;
    person.context = await browser.newContext({
      baseURL: server.origin,
      locale,
      viewport: DESKTOP,
      colorScheme: "light",
      reducedMotion: "reduce",
      javaScriptEnabled: javaScript,
      ignoreHTTPSErrors: true,
      permissions: ["clipboard-read", "clipboard-write"],
    });
    person.context.setDefaultTimeout(PATIENCE);
    person.context.on("page", (page) => person.#watch(page));
    person.page = await person.context.newPage();
    return person;
  }

  /** Lets the consoles complain about what matches, since the story provokes it. */
  expect(pattern) {
    this.#expected.push(pattern);
  }

  async signIn(email, password) {
    await this.page.goto("/sign-in");
    await this.fillSignIn(email, password);
  }

  async fillSignIn(email, password) {
    await this.page.locator("#email").fill(email);
    await this.page.locator("#password").fill(password);
    await this.follow(() => this.page.keyboard.press("Enter"));
  }

  /** Does what leads to another page, and waits until that is there. */
  async follow(action) {
    await Promise.all([this.page.waitForNavigation(), action()]);
  }

  /** The text of the page's one headline. */
  async headline() {
    return (await this.page.locator("h1").innerText()).trim();
  }

  async leave() {
    check(this.complaints.length === 0, "the browser's console stays silent", this.complaints.join("\n"));
    await this.context.close();
  }

  #watch(page) {
    page.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      const { url } = message.location();
      // A page that is an error itself is told to the console as well.
      const itself = message.text().startsWith("Failed to load resource") && url === page.url();
      if (!itself) this.#complain(`${message.text()} (${url || page.url()})`);
    });
    page.on("pageerror", (error) => this.#complain(`${error} (${page.url()})`));
  }

  #complain(text) {
    if (!this.#expected.some((pattern) => pattern.test(text))) this.complaints.push(text);
  }
}
