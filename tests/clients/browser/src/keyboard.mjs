// Walks through a page with the Tab key.

import { check } from "./tell.mjs";

/** A page with more stops than this is walked only so far. */
const MOST = 90;

/** Tab reaches every control in view, in the order of the page, and shows where it is. */
export async function walk(page, shown) {
  const expected = await page.evaluate(begin);
  const presses = Math.min(expected, MOST);
  for (let press = 0; press < presses; press += 1) await page.keyboard.press("Tab");
  const { missed, unseen, disorder, outside } = await page.evaluate(end, presses);
  check(missed.length === 0, `${shown} is reached by Tab in full`, missed.join("\n"));
  check(unseen.length === 0, `${shown} shows where the keyboard is`, unseen.join("\n"));
  check(outside.length === 0, `${shown} scrolls to where the keyboard is`, outside.join("\n"));
  check(disorder.length === 0, `${shown} is walked in the order of the page`, disorder.join("\n"));
}

/** In the page: lists the controls, and begins to record where the focus goes. */
function begin() {
  const selector = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  const visible = (one) => one.checkVisibility({ visibilityProperty: true }) && one.type !== "hidden" && !one.disabled;
  const stop = (one) => one.type !== "radio" || one === radio(one.name);
  const radio = (name) => {
    const group = [...document.querySelectorAll(`input[type=radio][name="${CSS.escape(name)}"]`)].filter(visible);
    return group.find((one) => one.checked) ?? group[0];
  };
  // Within a date, Tab goes from part to part.
  const stops = (one) => (one.type === "date" ? 4 : 1);
  const controls = [...document.querySelectorAll(selector)].filter((one) => visible(one) && stop(one));
  const record = [];
  const seen = (one) => {
    const around = [one, one.nextElementSibling, one.closest("label"), one.parentElement].filter(Boolean);
    return around.some((part) => {
      const style = getComputedStyle(part);
      return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    });
  };
  const note = ({ target }) => {
    const box = target.getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    record.push({ target, seen: seen(target), inside });
  };
  document.activeElement?.blur();
  getSelection().removeAllRanges();
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  document.addEventListener("focusin", note);
  window.walked = { controls, record, note };
  return controls.reduce((sum, one) => sum + stops(one), 0);
}

/** In the page: what the record says. */
function end(presses) {
  const { controls, record, note } = window.walked;
  document.removeEventListener("focusin", note);
  document.activeElement?.blur();
  scrollTo(0, 0);
  const text = (one) => one.outerHTML.replace(/\s+/g, " ").slice(0, 140);
  const reached = record.map(({ target }) => target);
  const places = reached.map((one) => controls.indexOf(one)).filter((place) => place >= 0);
  return {
    missed: controls.slice(0, presses).filter((one) => !reached.includes(one)).map(text),
    unseen: record.filter(({ seen }) => !seen).map(({ target }) => text(target)),
    outside: record.filter(({ inside }) => !inside).map(({ target }) => text(target)),
    disorder: places.some((place, at) => at > 0 && place < places[at - 1]) ? [places.join(" ")] : [],
  };
}
