// All keys, once: what they do, and the sheet that tells of them.

import { make } from "./panels.js";

/** Listens for keys; each row is keys, what the sheet says of them, and what they do. */
export function listen(rows, sheet, list) {
  for (const [keys, text] of rows) {
    const shown = keys.map((key) => ({ " ": "Space", ArrowLeft: "←", ArrowRight: "→", PageUp: "Page up", PageDown: "Page down" })[key] ?? key);
    list.append(make("dt", {}, ...shown.flatMap((key, at) => [at ? " " : "", make("kbd", {}, key.length === 1 ? key.toUpperCase() : key)])), make("dd", {}, text));
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || sheet.open) return;
    const { target } = event;
    if (target.matches("input, select, textarea")) return;
    // Space and Enter press the button that has the focus.
    if (target.matches("button, summary") && (event.key === " " || event.key === "Enter")) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const row = rows.find(([keys]) => keys.includes(key));
    if (!row) return;
    row[2](event, keys(row, key));
    event.preventDefault();
  });
}

const keys = ([all], key) => all.indexOf(key);
