// The Fluent catalogues, as far as one can tell from a page which of them it speaks.

import { readFile } from "node:fs/promises";

const FOLDER = new URL("../../../../src/web/pages/languages/", import.meta.url);

/** Words that no catalogue has: the product's name. */
const OURS = ["Consentry"];

/**
 * What stands on the page and comes neither from the catalogue of `language` nor from `others`, which are names. Facts
 * stand in `bdi` and `code`, and what is marked as another language is no business of this one.
 */
export async function strangers(page, language, others) {
  const text = (await readFile(new URL(`${language}.ftl`, FOLDER), "utf8")).replace(/\s+/g, " ");
  const shown = await page.evaluate(() => {
    const walker = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    const found = [document.title];
    while (walker.nextNode()) {
      if (!walker.currentNode.parentElement.closest("script, style, svg, bdi, code, [aria-hidden], [lang]:not(html)")) found.push(walker.currentNode.data);
    }
    for (const name of ["aria-label", "title", "alt", "placeholder"]) {
      for (const element of document.querySelectorAll(`[${name}]`)) found.push(element.getAttribute(name));
    }
    return found;
  });
  const known = [...OURS, ...others];
  const isKnown = (words) => text.includes(words) || known.includes(words);
  // Sentences stand behind one another, a number stands in the middle of one, and a name in the middle of a title.
  const without = (words) => known.reduce((rest, name) => rest.replaceAll(name, "\u0000"), words);
  const pieces = shown.flatMap((words) => without(words.replace(/\s+/g, " ")).split(/\d+(?: \p{L}+)?|\u0000|·|(?<=[.:]) /u));
  return [...new Set(pieces.map((piece) => piece.trim()))].filter((piece) => /\p{L}{2}/u.test(piece) && !isKnown(piece));
}
