// Makes the pages nicer; each of them works without it.
"use strict";

const all = (selector, from = document) => [...from.querySelectorAll(selector)];
const byId = (id) => document.getElementById(id);
const say = (text) => { byId("spoken").textContent = text; };

// Copy buttons: shown only here, since they need script.
for (const button of all("[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = byId(button.dataset.copy);
    try {
      await navigator.clipboard.writeText(source.value ?? source.textContent);
      button.classList.add("done");
      say("Copied");
      setTimeout(() => button.classList.remove("done"), 1600);
    } catch {
      getSelection().selectAllChildren(source);
      say("Could not copy; the text is selected, press Control C");
    }
  });
}

// Live filters: hide what does not contain every typed word.
for (const input of all("[data-filter]")) {
  const list = byId(input.dataset.filter);
  const none = byId(input.dataset.filter + "-none");
  input.closest("[data-filter-box]").hidden = false;
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of all("[data-row]", list)) {
      const text = (row.dataset.row || row.textContent).toLowerCase();
      row.hidden = !words.every((word) => text.includes(word));
      shown += row.hidden ? 0 : 1;
    }
    for (const group of all("[data-group]", list)) {
      group.hidden = all("[data-row]", group).every((row) => row.hidden);
    }
    if (none) none.hidden = shown > 0;
    say(shown === 1 ? "1 match" : `${shown} matches`);
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}

// Set every permission that is in view at once.
for (const button of all("[data-set-all]")) {
  button.closest("[data-set-box]").hidden = false;
  button.addEventListener("click", () => {
    for (const row of all("[data-row]", byId(button.dataset.in))) {
      const reaches = all("input", row);
      const wanted = reaches.findIndex((input) => input.value === button.dataset.setAll);
      const radio = reaches.slice(0, wanted + 1).findLast((input) => !input.disabled);
      if (!row.hidden) radio.checked = true;
    }
    say(`All set to ${button.textContent}`);
  });
}

// Writing implies reading, while the boxes are ticked.
for (const box of all("input[data-module]")) {
  box.addEventListener("change", () => {
    for (const other of all(`input[data-module="${CSS.escape(box.dataset.module)}"]`)) {
      const writes = "writes" in box.dataset;
      if (writes && box.checked && !("writes" in other.dataset)) other.checked = true;
      if (!writes && !box.checked && "writes" in other.dataset) other.checked = false;
    }
  });
}

// A confirmation takes the focus when it opens; whatever opens closes by Escape or a click elsewhere.
for (const details of all("details[data-confirm], details.switcher")) {
  const summary = details.querySelector("summary");
  details.addEventListener("toggle", () => {
    if (details.open && "confirm" in details.dataset) details.querySelector("h3").focus();
  });
  details.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && details.open) { details.open = false; summary.focus(); }
  });
  for (const button of all("[data-close]", details)) {
    button.hidden = false;
    button.addEventListener("click", () => { details.open = false; summary.focus(); });
  }
}
document.addEventListener("click", (event) => {
  for (const details of all("details.switcher[open]")) {
    if (!details.contains(event.target)) details.open = false;
  }
});

for (const link of all("[popover] a[href^='#']")) {
  link.addEventListener("click", () => link.closest(":popover-open")?.hidePopover());
}

// What is wrong is read first, and a second press does not send a form twice.
const wrong = document.querySelector("[data-focus]");
if (wrong) wrong.focus();
for (const form of all("form[method=post]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
    // The page stays when the answer opens an app on this device; it can then be sent again.
    setTimeout(() => delete form.dataset.sent, 3000);
  });
}
addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

for (const form of all("form[data-auto-submit]")) form.requestSubmit();
