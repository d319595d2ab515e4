// Who is on stage: a list of actors, outlines on the frame, and what is under the pointer.

import { coded, make } from "./panels.js";
import { told } from "./server.js";

const number = (value) => String(Number(value.toPrecision(5)));

export class Stage {
  constructor(panel, overlay, frame, hint) {
    [this.panel, this.overlay, this.frame, this.hint] = [panel, overlay, frame, hint];
    [this.told, this.chosen, this.lit, this.way] = [null, null, null, []];
    [this.grid, this.safe, this.film] = [false, false, { width: 16, height: 9 }];
    /** Called when something on the frame was picked. */
    this.onpick = () => {};
    /** The frame at the playhead. */
    this.at = () => 0;
    this.#listen();
  }

  /** Asks who is on stage, and shows it; an answer that comes too late is left out. */
  async update(at) {
    const mine = (this.asked = Symbol("stage"));
    try {
      const stage = await told("/stage", { at });
      if (this.asked !== mine) return null;
      this.told = stage;
      this.#list();
      this.draw();
      // What is under the pointer may have gone from there.
      if (this.inside) this.#look();
      return stage;
    } catch {
      return null;
    }
  }

  #list() {
    const { actors, visuals } = this.told;
    const top = this.panel.scrollTop;
    const focused = this.panel.contains(document.activeElement) ? document.activeElement.dataset.address : null;
    const chosen = this.#owner();
    const open = new Set(this.#around(chosen).map((actor) => actor.name));
    const inside = new Map();
    for (const actor of actors) {
      const group = actor.within ?? "";
      if (!inside.has(group)) inside.set(group, []);
      inside.get(group).push(actor);
    }
    const item = (actor) => {
      const [whole] = actor.parts;
      const [is, members] = [actor === chosen, inside.get(actor.name) ?? []];
      const kind = members.length ? `group of ${members.length}` : actor.visual ?? "group";
      const short = actor.within && actor.name.startsWith(`${actor.within}.`) ? actor.name.slice(actor.within.length) : actor.name;
      const press = () => this.choose(is ? actor.within : actor.name);
      const row = make("button", { class: "row", "aria-expanded": String(open.has(actor.name)), "data-address": actor.name, title: actor.name, onclick: press },
        make("span", { class: "what" }, short), make("span", { class: "kind" }, kind));
      this.#lights(row, whole);
      const deeper = open.has(actor.name) && members.length ? make("ul", { class: "members" }, ...members.map(item)) : null;
      return make("li", { class: is ? "lit" : "" }, row, is ? this.#details(actor, visuals[actor.visual]) : null, deeper);
    };
    const none = actors.length ? null : make("p", { class: "empty" }, "Nobody is on stage at this instant.");
    this.panel.replaceChildren(make("ul", { class: "actors" }, ...(inside.get("") ?? []).map(item)), ...(none ? [none] : []));
    this.panel.scrollTop = top;
    if (focused) [...this.panel.querySelectorAll("[data-address]")].find((one) => one.dataset.address === focused)?.focus({ preventScroll: true });
    if (chosen?.name !== this.opened) this.panel.querySelector("li.lit")?.scrollIntoView({ block: "nearest" });
    this.opened = chosen?.name;
  }

  /** The actor that is chosen, or of which a part is. */
  #owner() {
    return this.chosen ? this.told.actors.find((actor) => actor.parts.some((part) => part.address === this.chosen)) : undefined;
  }

  /** An actor and the groups that it is in, from the inside out. */
  #around(actor) {
    const all = [];
    for (let one = actor; one; one = this.told.actors.find((other) => other.name === one.within)) all.push(one);
    return all;
  }

  #details(actor, visual) {
    // The way from the actor to what is chosen, and what is inside that.
    const at = Math.max(actor.parts.findIndex((part) => part.address === this.chosen), 0);
    const { depth } = actor.parts[at];
    const way = [];
    for (let i = at; i >= 0; i -= 1) if (actor.parts[i].depth < (way[0]?.depth ?? depth + 1)) way.unshift(actor.parts[i]);
    way.unshift(...this.#around(actor).slice(1).reverse().map((group) => group.parts[0]));
    const end = actor.parts.findIndex((part, i) => i > at && part.depth <= depth);
    const parts = actor.parts.slice(at + 1, end < 0 ? undefined : end).filter((part) => part.depth === depth + 1);
    const chip = (part) => {
      const one = make("button", { class: part.address === this.chosen ? "chip chosen" : "chip", "data-address": part.address, onclick: () => this.choose(part.address, true) }, part.address);
      this.#lights(one, part);
      return one;
    };
    const table = (rows) => make("dl", {}, ...rows.flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, ...coded(text))]));
    const section = (title, content, open = false) => make("details", { open }, make("summary", {}, title), content);
    return make("div", { class: "details" },
      make("div", { class: "chips way", "aria-label": "What is chosen, and what it is in" }, ...way.map(chip)),
      visual ? make("p", { class: "note" }, ...coded(visual.summary)) : null,
      make("figure", { class: "excerpt" },
        make("figcaption", {}, `${actor.place.file.split("/").pop()}:${actor.place.line}`), make("pre", {}, actor.text)),
      actor.values.length ? section("Values now", table(actor.values.map(({ name, value }) => [`${actor.name}.${name}`, number(value)])), true) : null,
      parts.length ? section(`Parts of ${actor.parts[at].address} (${parts.length})`, make("div", { class: "chips" }, ...parts.slice(0, 300).map(chip)), true) : null,
      visual?.fields.length ? section("Fields", table(visual.fields)) : null);
  }

  /** Outlines a part on the frame while something is pointed at or has the focus. */
  #lights(element, part) {
    const on = () => {
      this.lit = part.address;
      this.draw();
    };
    const off = () => {
      this.lit = null;
      this.draw();
    };
    for (const event of ["pointerenter", "focus"]) element.addEventListener(event, on);
    for (const event of ["pointerleave", "blur"]) element.addEventListener(event, off);
  }

  /** Chooses an address: it stays outlined, and its actor is opened. */
  choose(address, copy = false) {
    this.chosen = address ?? null;
    if (address && copy) navigator.clipboard?.writeText(address).catch(() => {});
    if (this.told) this.#list();
    this.draw();
  }

  #found(address) {
    return this.told?.actors.flatMap((actor) => actor.parts).find((part) => part.address === address);
  }

  #listen() {
    const { frame, hint } = this;
    const place = (event) => {
      const rect = this.overlay.getBoundingClientRect();
      return [(event.clientX - rect.left) / rect.width, (event.clientY - rect.top) / rect.height];
    };
    frame.addEventListener("pointermove", (event) => {
      this.inside = true;
      this.pointer = place(event);
      this.#look();
    });
    frame.addEventListener("pointerleave", () => {
      [this.inside, this.way, hint.hidden] = [false, [], true];
      this.draw();
    });
    frame.addEventListener("click", async (event) => {
      const [x, y] = place(event);
      const found = await told("/under", { at: this.at(), x, y }).catch(() => null);
      if (!found) return;
      this.choose(found.way[0]?.address ?? null, true);
      this.onpick(this.chosen);
    });
  }

  /** Asks what is under the pointer; of several asks only the newest is made. */
  async #look() {
    this.stale = true;
    if (this.looking) return;
    this.looking = true;
    while (this.stale && this.inside) {
      this.stale = false;
      const [x, y] = this.pointer;
      const found = await told("/under", { at: this.at(), x, y }).catch(() => null);
      if (!found || !this.inside) continue;
      this.way = found.way;
      this.hint.hidden = false;
      const where = `[${found.x.toFixed(2)}, ${found.y.toFixed(2)}]`;
      this.hint.textContent = found.way.length ? `${found.way[0].address}  ${where}` : where;
      this.draw();
    }
    this.looking = false;
  }

  /** Draws grid, safe areas and outlines over the frame. */
  draw() {
    const { overlay, film } = this;
    const [width, height] = [overlay.clientWidth, overlay.clientHeight];
    if (!width) return;
    const ratio = window.devicePixelRatio || 1;
    [overlay.width, overlay.height] = [Math.round(width * ratio), Math.round(height * ratio)];
    const c = overlay.getContext("2d");
    c.scale(ratio, ratio);
    const style = getComputedStyle(overlay);
    const line = (x0, y0, x1, y1) => {
      c.beginPath();
      c.moveTo(x0, y0);
      c.lineTo(x1, y1);
      c.stroke();
    };
    if (this.grid) {
      const unit = height / 9;
      const columns = Math.floor((9 * film.width) / film.height / 2);
      c.font = '10px "Plex Mono", monospace';
      for (let i = -Math.max(columns, 4); i <= Math.max(columns, 4); i += 1) {
        c.strokeStyle = style.getPropertyValue(i === 0 ? "--grid-axis" : "--grid");
        c.fillStyle = style.getPropertyValue("--grid-axis");
        if (Math.abs(i) <= columns) line(width / 2 + i * unit, 0, width / 2 + i * unit, height);
        if (Math.abs(i) <= 4) line(0, height / 2 - i * unit, width, height / 2 - i * unit);
        if (i !== 0 && Math.abs(i) <= columns) c.fillText(String(i), width / 2 + i * unit + 2, height / 2 - 3);
        if (i !== 0 && Math.abs(i) <= 4) c.fillText(String(i), width / 2 + 3, height / 2 - i * unit - 3);
      }
    }
    if (this.safe) {
      c.strokeStyle = style.getPropertyValue("--safe");
      for (const share of [0.9, 0.8]) c.strokeRect((width * (1 - share)) / 2, (height * (1 - share)) / 2, width * share, height * share);
    }
    const outline = (part, name, dash) => {
      if (!part) return;
      const [x0, y0, x1, y1] = part.box;
      c.strokeStyle = style.getPropertyValue(name);
      c.lineWidth = 1.5;
      c.setLineDash(dash);
      c.strokeRect(x0 * width - 2, y0 * height - 2, (x1 - x0) * width + 4, (y1 - y0) * height + 4);
      c.setLineDash([]);
    };
    outline(this.#found(this.chosen), "--chosen", []);
    outline(this.way.at(-1), "--pointed", [3, 3]);
    outline(this.way[0], "--pointed", []);
    outline(this.#found(this.lit), "--pointed", []);
  }
}
