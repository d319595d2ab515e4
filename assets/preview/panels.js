// What stands beside the frame: tabs, steps, variables and findings. Text of scripts becomes text, never markup.

import { clock } from "./player.js";
import { look } from "./server.js";
import { called } from "./timeline.js";

/** An element with attributes and children; strings become text. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== undefined) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Tabs that go by arrow keys, as tabs do. */
export function tabs(list) {
  const all = [...list.querySelectorAll('[role="tab"]')];
  const choose = (tab) => {
    for (const one of all) {
      const chosen = one === tab;
      one.setAttribute("aria-selected", String(chosen));
      one.tabIndex = chosen ? 0 : -1;
      document.getElementById(one.getAttribute("aria-controls")).hidden = !chosen;
    }
  };
  for (const tab of all) tab.addEventListener("click", () => choose(tab));
  list.addEventListener("keydown", (event) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const next = all[(all.indexOf(document.activeElement) + by + all.length) % all.length];
    next.focus();
    choose(next);
    event.preventDefault();
    event.stopPropagation();
  });
  return { choose: (name) => choose(document.getElementById(`tab-${name}`)) };
}

/** Letters before what is meant that are shown of a long line. */
const LEAD = 18;

/** A line of the script with its place, and a mark under what is meant. */
export function excerpt(place) {
  if (!place || !place.text) return null;
  // Columns count characters, of which some take two places in a string.
  const letters = [...place.text];
  const start = place.column - 1;
  const indent = letters.findIndex((letter) => letter.trim() !== "");
  const far = start - indent > 2 * LEAD;
  const text = (from, to) => letters.slice(Math.max(from, 0), to).join("");
  return make("figure", { class: "excerpt" },
    make("figcaption", {}, `${place.file.split("/").pop()}:${place.line}`),
    make("pre", {}, far ? `… ${text(start - LEAD, start)}` : text(indent, start),
      make("mark", {}, text(start, start + place.width)), text(start + place.width)));
}

/** Steps of a scene that are listed. */
const MOST_STEPS = 500;

export class Steps {
  constructor(panel, player) {
    [this.panel, this.player, this.scene, this.rows] = [panel, player, null, []];
  }

  /** The steps of the scene at the playhead; those that run are lit, with their lines. */
  show(at, anew = false) {
    const scene = this.player.scene(at);
    if (anew || scene !== this.scene) this.#list(scene);
    for (const { step, row } of this.rows) {
      const lit = step.start <= at && at < Math.max(step.end, step.start + 1);
      if (row.classList.contains("lit") === lit) continue;
      row.classList.toggle("lit", lit);
      row.setAttribute("aria-current", String(lit));
      row.querySelector("figure")?.remove();
      const shown = lit ? excerpt(step.place) : null;
      if (shown) row.append(shown);
      if (lit && !this.panel.hidden && !this.panel.contains(document.activeElement)) {
        const [top, bottom] = [row.offsetTop, row.offsetTop + row.offsetHeight];
        const { scrollTop, clientHeight } = this.panel;
        if (top < scrollTop || bottom > scrollTop + clientHeight) this.panel.scrollTop = top - clientHeight / 3;
      }
    }
  }

  #list(scene) {
    this.scene = scene;
    const { film } = this.player;
    const number = film.scenes.indexOf(scene);
    const all = film.steps.filter((step) => step.scene === number);
    this.rows = all.slice(0, MOST_STEPS).map((step) => {
      const go = () => this.player.go(step.start);
      const row = make("li", {}, make("button", { class: "row", onclick: go },
        make("span", { class: "verb" }, step.verb),
        make("span", { class: "what" }, called(step).slice(step.verb.length + 1)),
        make("span", { class: "when" }, clock(step.start, film.fps))));
      return { step, row };
    });
    const title = make("h2", {}, scene?.title ?? scene?.id ?? "");
    const rest = all.length - this.rows.length;
    const note = rest ? `${rest} more are on the timeline.` : this.rows.length ? "" : "Nothing changes in this scene.";
    const list = make("ol", { class: "steps" }, ...this.rows.map(({ row }) => row));
    this.panel.replaceChildren(title, list, make("p", { class: "empty" }, note));
  }
}

export class Variables {
  constructor(panel) {
    [this.panel, this.rows, this.listed, this.moved] = [panel, new Map(), "", null];
    /** What each variable takes in the film. */
    this.ranges = {};
    /** Called when a variable is held at another value, or let go. */
    this.onchange = () => {};
  }

  /** The variables of the scene at the playhead, what they are worth, and what the script cannot bear of those that are held. */
  show(variables, trouble = []) {
    const list = JSON.stringify(variables.map(({ name }) => [name, this.ranges[name]]));
    if (list !== this.listed || !this.panel.firstChild) this.#list(variables);
    this.listed = list;
    this.#complain(trouble);
    for (const { name, value } of variables) {
      const row = this.rows.get(name);
      if (row && !look.variables.has(name)) row.set(value);
      row?.held(look.variables.has(name));
    }
  }

  /** Says beside the slider that was moved last why there is nothing to be seen. */
  #complain(trouble) {
    const held = [...this.rows.keys()].filter((name) => look.variables.has(name));
    const name = held.includes(this.moved) ? this.moved : held[0];
    const text = JSON.stringify([name, trouble]);
    if (text === this.complaint) return;
    this.complaint = text;
    for (const row of this.rows.values()) row.complain([]);
    this.rows.get(name)?.complain(trouble);
  }

  #list(variables) {
    [this.complaint] = [""];
    this.rows.clear();
    const items = variables.map(({ name, value }) => this.#row(name, value));
    const intro = variables.length
      ? make("p", { class: "note" }, "Move a slider to hold a variable at a value. The file is not touched.")
      : make("p", { class: "empty" }, "This scene has no variables.");
    this.panel.replaceChildren(intro, ...items);
  }

  #row(name, first) {
    const taken = this.ranges[name] ?? [first, first];
    const [low, high] = bounds(taken);
    const step = low === 0 && high === 1 ? 0.005 : (high - low) / 200 || 0.01;
    const span = taken.map((value) => String(Number(value.toPrecision(4))));
    const told = make("span", { class: "span" }, span[0] === span[1] ? `${span[0]} in the film` : `${span[0]} to ${span[1]} in the film`);
    const complaint = make("div", { class: "complaint", role: "status" });
    const slider = make("input", { type: "range", min: low, max: high, step, "aria-label": `${name}, slider` });
    const field = make("input", { type: "number", step: "any", "aria-label": `${name}, number` });
    const free = make("button", { class: "text", disabled: true, "aria-label": `Let ${name} go` }, "Reset");
    const row = make("div", { class: "variable" }, make("span", { class: "name" }, name), field, free, slider, told, complaint);
    const set = (value) => {
      slider.value = String(value);
      if (document.activeElement !== field) field.value = String(Number(value.toPrecision(6)));
    };
    const held = (is) => {
      row.classList.toggle("held", is);
      free.disabled = !is;
    };
    const hold = (value) => {
      if (!Number.isFinite(value)) return;
      look.variables.set(name, value);
      this.moved = name;
      held(true);
      this.onchange();
    };
    slider.addEventListener("input", () => {
      hold(slider.valueAsNumber);
      field.value = slider.value;
    });
    field.addEventListener("input", () => {
      hold(field.valueAsNumber);
      slider.value = field.value;
    });
    free.addEventListener("click", () => {
      look.variables.delete(name);
      held(false);
      this.onchange();
    });
    set(look.variables.get(name) ?? first);
    const complain = (trouble) => {
      row.classList.toggle("unbearable", trouble.length > 0);
      const why = trouble.map((found) => [make("p", {}, ...coded(found.message)), excerpt(found.place)]).flat();
      complaint.replaceChildren(...(trouble.length ? [make("strong", {}, "The script cannot bear this value."), ...why.filter(Boolean)] : []));
    };
    this.rows.set(name, { set, held, complain });
    return row;
  }
}

/** The ends of a slider: all shares, or what a variable takes in the film and half as much about it. */
function bounds([low, high]) {
  if (low >= 0 && high <= 1) return [0, 1];
  if (low === high) return [Math.min(0, 2 * low), Math.max(0, 2 * low)];
  const room = (high - low) / 2;
  return [low >= 0 ? Math.max(0, low - room) : low - room, high + room];
}

export class Findings {
  constructor(panel, tab, player) {
    [this.panel, this.tab, this.player] = [panel, tab, player];
  }

  show(findings, reviewed) {
    const count = findings.length;
    this.tab.replaceChildren("Findings", ...(count ? [make("span", { class: findings.some((f) => f.error) ? "count error" : "count" }, String(count))] : []));
    const items = findings.map((found) => this.#item(found));
    const nothing = reviewed ? "No mistakes, and nothing that a viewer would mind." : "No mistakes. The film is being looked at.";
    this.panel.replaceChildren(...(count ? items : [make("p", { class: "empty" }, nothing)]));
  }

  #item(found) {
    const { film } = this.player;
    const go = () => this.player.go(found.secs * film.fps);
    const when = found.secs === null || found.secs === undefined ? null
      : make("button", { class: "text", onclick: go }, `Show at ${clock(found.secs * film.fps, film.fps)}`);
    return make("article", { class: `finding ${found.error ? "error" : "warning"}` },
      make("p", { class: "message" }, make("strong", {}, found.error ? "Mistake" : "Warning"), " ", ...coded(found.message)),
      excerpt(found.place),
      ...found.labels.flatMap((label) => [make("p", { class: "label" }, ...coded(label.phrase)), excerpt(label.place)]),
      ...found.hints.map((hint) => make("p", { class: "advice" }, ...coded(hint))),
      make("p", { class: "foot" }, make("code", {}, found.code), when));
  }
}

/** Text with its literals in backticks as code. */
export function coded(text) {
  return text.split("`").map((piece, at) => (at % 2 ? make("code", {}, piece) : piece));
}
