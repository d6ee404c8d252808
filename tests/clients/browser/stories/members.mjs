// Who belongs to an organization: invited by a link, given a role, and removed.

import { Person } from "../src/chromium.mjs";
import { look } from "../src/look.mjs";
import { check, same } from "../src/tell.mjs";
import { ORGANIZATION, OWNER } from "./first_owner.mjs";
import { reach } from "./registering.mjs";

const LISE = { name: "Lise Meitner", email: "lise@example.com", password: "seven quiet lanterns over the bay" };
const LONG = "wilhelmina.featherstonehaugh-cholmondeley@accounts-receivable.example.com";

export async function members({ server, browser }) {
  const ada = await enter(browser, server, OWNER);
  const { page } = ada;
  await page.getByRole("link", { name: "Members" }).click();
  same(await ada.headline(), "Members", "the navigation leads to the members");
  same(await page.locator(".members tbody tr").count(), 1, "the owner is alone at first");
  await look(ada, "members-alone");

  await page.getByRole("link", { name: "Open invitations" }).click();
  await look(ada, "invitations-empty");
  await page.getByRole("link", { name: "Invite somebody" }).click();
  await look(ada, "invitation-form");
  await page.getByLabel("E-mail").fill(OWNER.email);
  await ada.follow(() => page.getByRole("button", { name: "Make the link" }).click());
  check(await page.locator("#email-error").isVisible(), "a member cannot be invited again");
  await look(ada, "invitation-form-wrong");
  const link = await invite(ada, LISE.email, "Developer");
  await look(ada, "invitation-once");
  await invite(ada, LONG, "Member");
  await page.goto("/invitations");
  same(await page.locator(".members tbody tr").count(), 2, "open invitations are listed");
  await look(ada, "invitations");

  // Somebody who was never here before follows the link.
  const lise = await Person.arrive(browser, server);
  await lise.page.goto(link);
  same(await lise.headline(), `Join ${ORGANIZATION}`, "the link says what it is for");
  await look(lise, "join-newcomer");
  await lise.page.getByLabel("Your name").fill(LISE.name);
  await lise.page.getByLabel("Password").fill("too short");
  await lise.page.locator("form").evaluate((form) => (form.noValidate = true));
  await lise.follow(() => lise.page.getByRole("button", { name: "Create account and join" }).click());
  check(await lise.page.locator("#password-error").isVisible(), "a short password is told beside its field");
  same(await lise.page.getByLabel("Your name").inputValue(), LISE.name, "the name stays");
  await look(lise, "join-wrong");
  await lise.page.getByLabel("Password").fill(LISE.password);
  await lise.follow(() => lise.page.getByRole("button", { name: "Create account and join" }).click());
  check(await lise.page.getByText("you are a member now").isVisible(), "and is a member");
  await lise.page.goto("/members");
  same(await lise.page.getByRole("link", { name: "Invite somebody" }).count(), 0, "a developer invites nobody");
  await look(lise, "members-as-developer");
  await lise.page.goto(link);
  same(await lise.headline(), "This invitation does not work", "the link works once");
  await look(lise, "join-used");

  // The owner gives her another role; somebody else's link finds her signed in as another.
  await page.goto("/members");
  await look(ada, "members");
  await page.getByRole("link", { name: LISE.name }).click();
  same(await ada.headline(), LISE.name, "a member has a page");
  await look(ada, "member");
  await page.getByLabel("Admin").check();
  await ada.follow(() => page.getByRole("button", { name: "Save role" }).click());
  check(await page.getByText("The role is changed").isVisible(), "the role is changed");
  const other = await invite(ada, "joan@example.com", "Member");
  await lise.page.goto(other);
  check(await lise.page.getByText(`You are signed in as ${LISE.email}`).isVisible(), "a link is for its address");
  await look(lise, "join-as-another");

  // Somebody who has an account, and comes back signed out.
  const password = await server.addUser({ email: "hedy@example.com", name: "Hedy Lamarr", organization: "Elsewhere", role: "owner" });
  const mine = await invite(ada, "hedy@example.com", "Member");
  const hedy = await Person.arrive(browser, server);
  await hedy.page.goto(mine);
  same(await hedy.headline(), "Sign in", "whoever has an account signs in first");
  same(await hedy.page.getByLabel("E-mail").inputValue(), "hedy@example.com", "with the address of the invitation");
  await hedy.page.getByLabel("Password").fill(password);
  await hedy.follow(() => hedy.page.getByRole("button", { name: "Sign in" }).click());
  same(await hedy.headline(), `Join ${ORGANIZATION}`, "and is asked then");
  await look(hedy, "join");
  await hedy.follow(() => hedy.page.getByRole("button", { name: `Join ${ORGANIZATION}` }).click());
  same(await hedy.headline(), ORGANIZATION, "and sees the organization");

  // What a member made is told when they are gone. Lise is an admin by now.
  await lise.page.goto("/private-apps/new");
  await lise.page.getByLabel("Name").fill("Warehouse copy");
  await reach(lise.page, "Contacts", "Read");
  await lise.follow(() => lise.page.getByRole("button", { name: "Create private app" }).click());

  // She is removed, and goes on elsewhere; Lise leaves, and has nowhere to go.
  await page.goto("/members");
  await page.getByRole("link", { name: "Hedy Lamarr" }).click();
  await page.getByText("Remove from organization…").click();
  await look(ada, "member-remove");
  await ada.follow(() => page.getByRole("button", { name: "Remove Hedy Lamarr" }).click());
  check(await page.getByText("They are removed").isVisible(), "she is removed");
  await hedy.page.goto("/");
  same(await hedy.headline(), "Elsewhere", "and sees the organization that is left");

  await lise.page.goto("/members");
  await lise.page.getByText("Leave…").click();
  await look(lise, "members-leave");
  await lise.follow(() => lise.page.getByRole("button", { name: `Leave ${ORGANIZATION}` }).click());
  same(await lise.headline(), "Sign in", "whoever leaves the last organization is signed out");

  await page.goto("/members");
  await page.getByRole("link", { name: "See what former members know" }).click();
  same(await page.locator(".members tbody th").innerText(), "Warehouse copy", "what she made is listed");
  await look(ada, "left-behind");
  await page.locator(".members summary").click();
  await ada.follow(() => page.getByRole("button", { name: "End the secret" }).click());
  await page.locator("details", { hasText: "for good?" }).locator("summary").click();
  await ada.follow(() => page.getByRole("button", { name: "Delete Warehouse copy" }).click());
  await page.goto("/members/left");
  await look(ada, "left-nothing");

  await page.goto("/members");
  await page.getByText("Leave…").click();
  await ada.follow(() => page.getByRole("button", { name: `Leave ${ORGANIZATION}` }).click());
  check(await page.getByText("last owner").isVisible(), "the last owner cannot leave");
  await look(ada, "last-owner");
  for (const person of [ada, lise, hedy]) await person.leave();
}

async function invite(ada, email, role) {
  const { page } = ada;
  await page.goto("/invitations/new");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel(role, { exact: false }).check();
  await ada.follow(() => page.getByRole("button", { name: "Make the link" }).click());
  same(await ada.headline(), `${email} is invited`, "the link is shown");
  return page.locator("#secret").innerText();
}

async function enter(browser, server, { email, password }) {
  const person = await Person.arrive(browser, server);
  await person.signIn(email, password);
  return person;
}
