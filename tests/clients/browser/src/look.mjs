// Looks at a page as every page must be: by day and by night, wide and narrow, by keyboard, and through axe.

import axe from "axe-core";
import { mkdir } from "node:fs/promises";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { DESKTOP } from "./chromium.mjs";
import { walk } from "./keyboard.mjs";
import { check } from "./tell.mjs";

const PHONE = { width: 360, height: 740 };
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** By night only the colors are others, so only what looks at colors is asked again. */
const RULES = { light: { type: "tag", values: TAGS }, dark: { type: "rule", values: ["color-contrast", "link-in-text-block"] } };

/** Where the pictures go. */
export const SCREENSHOTS = process.env.SCREENSHOTS || mkdtempSync(path.join(tmpdir(), "consentry-screenshots-"));

const seen = new Set();

const SIZES = { desktop: DESKTOP, phone: PHONE };

/**
 * Everything that holds for every page, checked on the one that `person` has before them. `before` opens what is to be
 * looked at once the size of the window is that of the device.
 */
export async function look(person, name, { devices = ["desktop", "phone"], before = async () => {} } = {}) {
  if (seen.has(name) || process.env.QUICK || (process.env.LOOK && !new RegExp(process.env.LOOK).test(name))) return;
  seen.add(name);
  const { page } = person;
  const number = String(seen.size).padStart(2, "0");
  await mkdir(SCREENSHOTS, { recursive: true });
  for (const device of devices) {
    await page.setViewportSize(SIZES[device]);
    await before();
    for (const theme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme: theme });
      const shown = `${name} (${device}, ${theme})`;
      await page.screenshot({ path: path.join(SCREENSHOTS, `${number}-${name}-${device}-${theme}.png`), fullPage: true });
      await accessible(page, shown, RULES[theme]);
    }
    await fits(page, `${name} (${device})`);
    await walk(page, `${name} (${device})`);
  }
  await page.setViewportSize(DESKTOP);
  await page.emulateMedia({ colorScheme: "light" });
}

async function accessible(page, shown, runOnly) {
  if (!(await page.evaluate("'axe' in window"))) await page.evaluate(axe.source);
  const found = await page.evaluate(async (runOnly) => {
    const { violations } = await window.axe.run(document, { runOnly, resultTypes: ["violations"] });
    return violations.map(({ id, help, nodes }) => {
      const where = nodes.slice(0, 3).map((node) => `    ${node.html.slice(0, 160)}\n    ${node.failureSummary.split("\n").slice(1, 2)}`);
      return `${id}: ${help}\n${where.join("\n")}`;
    });
  }, runOnly);
  check(found.length === 0, `${shown} has no axe-core violation`, found.join("\n"));
}

/** Nothing makes the page scroll sideways, and no text is cut off without a sign of it. */
async function fits(page, shown) {
  const wide = await page.evaluate(() => {
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return [];
    const sticking = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > room + 1);
    return [`${document.documentElement.scrollWidth} > ${room}`, ...sticking.slice(-3).map((one) => one.outerHTML.slice(0, 160))];
  });
  check(wide.length === 0, `${shown} does not scroll sideways`, wide.join("\n"));
}
