// Whoever speaks German or French is spoken to in German or French, from the sign-in until they are back in the app.

import { strangers } from "../src/catalogue.mjs";
import { Person } from "../src/chromium.mjs";
import { look } from "../src/look.mjs";
import { check, same } from "../src/tell.mjs";
import { ORGANIZATION, OWNER } from "./first_owner.mjs";
import { ABOUT } from "./registering.mjs";
import { SECOND } from "./signing_in.mjs";

const SPOKEN = [
  { language: "de", locale: "de-AT", asks: `Ledger for Accountants bittet um Zugriff auf ${ORGANIZATION}`, allow: "Erlauben" },
  { language: "fr", locale: "fr-CA", asks: `Ledger for Accountants demande l’accès à ${ORGANIZATION}`, allow: "Autoriser" },
];

const NAMES = [ABOUT, "Ledger for Accountants", "Notebook", SECOND, ORGANIZATION, OWNER.name, OWNER.email];

export async function languages(world) {
  for (const spoken of SPOKEN) {
    await allowing(spoken, world);
    await whatIsWrong(spoken, world);
  }
}

/** By the browser's settings, and once again against them because the app asks for it. */
async function allowing({ language, locale, asks, allow }, { app, notebook, server, browser }) {
  const name = `Reader of ${language}`;
  const email = `${language}@example.com`;
  const password = await server.addUser({ email, name, organization: ORGANIZATION, role: "member" });
  const says = (person, where) => onlySpeaks(person, language, [name, email], where);
  const grace = await Person.arrive(browser, server, { locale });
  const request = app.request();
  await grace.page.goto(request.url);
  await says(grace, "the sign-in");
  await grace.fillSignIn(email, password);
  same(await grace.headline(), asks, `the app asks in ${language}`);
  await says(grace, "the consent");
  await look(grace, `consent-${language}`);
  await grace.page.locator("#duration").selectOption("90d");
  await grace.follow(() => grace.page.getByRole("button", { name: allow }).click());
  same((await app.exchange(app.latest.code, request)).status, 200, "allowing gives a code");
  await grace.page.goto(app.request({ prompt: "consent" }).url);
  await says(grace, "asking again");
  await look(grace, `consent-again-${language}`);
  await grace.leave();

  const ada = await Person.arrive(browser, server);
  await ada.page.goto(notebook.request({ ui_locales: `x-none ${locale}` }).url);
  await says(ada, "the sign-in that an app asks for");
  await ada.fillSignIn(OWNER.email, OWNER.password);
  await says(ada, "the consent for an app on this computer");
  await look(ada, `consent-public-${language}`);
  await ada.leave();
}

async function whatIsWrong({ language, locale }, { app, server, browser }) {
  const grace = await Person.arrive(browser, server, { locale });
  for (const [address, shown] of [
    ["/authorize?client_id=unknown&response_type=code", "unknown-app"],
    ["/authorize?client_id=one&client_id=two", "unreadable-request"],
    [app.request({ redirect_uri: "https://elsewhere.example/" }).url, "wrong-address"],
    ["/nowhere", "not-found"],
  ]) {
    await grace.page.goto(address);
    await onlySpeaks(grace, language, ["client_id", "redirect_uri"], shown);
    await look(grace, `${shown}-${language}`);
  }
  await grace.leave();
}

async function onlySpeaks({ page }, language, names, where) {
  same(await page.locator("html").getAttribute("lang"), language, `${where} is in ${language}`);
  const others = await strangers(page, language, [...NAMES, ...names]);
  check(others.length === 0, `${where} says nothing that is not in the catalogue of ${language}`, others.join("\n"));
}
