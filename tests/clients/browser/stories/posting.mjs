// An app posts its request from a page of another site, however large it is. The browser keeps its cookies back then, so
// that nobody is known before the request comes from a page of ours; and no address holds the large ones.

import { Person } from "../src/chromium.mjs";
import { check, same } from "../src/tell.mjs";
import { ORGANIZATION } from "./first_owner.mjs";

const SIZES = {
  "a small request": {},
  "a request that no address holds": { login_hint: "h".repeat(4000), state: "é🐱~\\\"&".repeat(180) },
};

export async function posting({ server, browser, app }) {
  for (const [size, more] of Object.entries(SIZES)) {
    for (const javaScript of [true, false]) {
      const person = await Person.arrive(browser, server, { javaScript });
      const title = `${size}${javaScript ? "" : ", no script"}`;
      const email = `posting-${title.replace(/\W+/g, "-")}@example.com`;
      const password = await server.addUser({ email, name: "Olga Taussky", organization: ORGANIZATION, role: "member" });

      await connect(person, app, more);
      await person.fillSignIn(email, password);
      await byHand(person);
      check((await person.headline()).includes("asks for"), `${title}: signed in on the way, they are asked`, person.page.url());
      await person.follow(() => person.page.getByRole("button", { name: "Allow" }).click());
      arrived(app, `${title}: signed out at first`);

      await connect(person, app, more);
      arrived(app, `${title}: signed in and remembered`);

      await person.page.goto("/connections");
      await person.follow(() => person.page.getByRole("button", { name: "Sign out" }).click());
      await connect(person, app, more);
      await person.fillSignIn(email, password);
      await byHand(person);
      arrived(app, `${title}: signed out and remembered`);
      await person.leave();
    }
  }
}

/** Presses the button on a page of the app, which is on another site than ours: `localhost` and not `127.0.0.1`. */
async function connect(person, app, more) {
  const request = app.request(more);
  app.posting = request.url;
  app.asked = new URL(request.url).searchParams.get("state");
  await person.page.goto(`${app.origin.replace("127.0.0.1", "localhost")}/connect`);
  await person.follow(() => person.page.getByRole("button", { name: "Connect" }).click());
  await byHand(person);
}

/** What no address holds is posted on by a script, and without one by a button. */
async function byHand({ page, javaScript }) {
  const onward = page.getByRole("button", { name: "Continue" });
  if (javaScript) return onward.waitFor({ state: "detached" });
  while (await onward.count() > 0) await Promise.all([page.waitForNavigation(), onward.click()]);
}

function arrived(app, what) {
  const { code, state } = app.latest;
  same(state, app.asked, `${what}: the state comes back`);
  check(code, `${what}: with a code`);
}
