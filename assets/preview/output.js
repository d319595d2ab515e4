// What leaves the page: the frame and the figures as files, and renders of the film.

import { make } from "./panels.js";
import { clock } from "./player.js";
import { figure, order, png, svg } from "./server.js";

const FRAMES = { png, svg };
const QUALITIES = [["draft", "Draft, 960 × 540"], ["preview", "Preview, 1280 × 720"], ["final", "Final"], ["4k", "4K"]];

/** Has the browser keep a file. */
function keep(blob, name) {
  const url = URL.createObjectURL(blob);
  make("a", { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export class Output {
  constructor(panel, player) {
    [this.player, this.render, this.name] = [player, null, "frame"];
    /** Called with what came of something. */
    this.onstatus = () => {};
    this.figures = make("div");
    this.state = make("div", { class: "render", "aria-live": "polite" });
    this.quality = make("select", { id: "quality" }, ...QUALITIES.map(([value, text]) => make("option", { value }, text)));
    this.stretch = make("select", { id: "stretch" }, ...[["all", "The whole film"], ["here", "From the playhead on"], ["loop", "The loop"]].map(([value, text]) => make("option", { value }, text)));
    this.start = make("button", { id: "render", class: "text strong", onclick: () => this.#start() }, "Render");
    const button = (text, name, press) => make("button", { class: "text outlined", "aria-label": name, onclick: press }, text);
    panel.replaceChildren(
      make("h2", {}, "This frame"),
      make("div", { class: "choices" },
        button("Copy PNG", "Copy the frame as PNG", () => this.copy("png")), button("Copy SVG", "Copy the frame as SVG", () => this.copy("svg")),
        button("Save PNG", "Save the frame as PNG", () => this.save("png")), button("Save SVG", "Save the frame as SVG", () => this.save("svg"))),
      make("h2", {}, "Render"),
      make("p", { class: "note" }, "The film as the file has it: without the theme and the values that are chosen here."),
      make("div", { class: "choices" },
        make("label", {}, make("span", { class: "sr" }, "Quality"), this.quality),
        make("label", {}, make("span", { class: "sr" }, "Part of the film"), this.stretch), this.start),
      this.state,
      make("h2", {}, "Figures"), this.figures);
  }

  /** Takes another film. */
  take(film, script) {
    this.name = (script ?? "frame").replace(/\.\w+$/, "");
    const items = film.figures.map((one) => make("li", { class: "figure" },
      make("button", { class: "row", onclick: () => this.player.go(one.frame) },
        make("span", { class: "what" }, one.name), make("span", { class: "when" }, clock(one.frame, film.fps))),
      make("div", { class: "choices" }, ...["svg", "pdf", "png"].map((kind) => make("button", {
        class: "text outlined", "aria-label": `Download ${one.name} as ${kind.toUpperCase()}`, onclick: () => this.#figure(one.name, kind),
      }, kind.toUpperCase())), one.moves ? make("span", { class: "note" }, "moves in SVG") : null)));
    const none = make("p", { class: "empty" }, "The script names no figures.");
    this.figures.replaceChildren(items.length ? make("ul", {}, ...items) : none);
  }

  /** Puts the frame on the clipboard, or saves it where that cannot be. */
  async copy(kind) {
    const blob = FRAMES[kind](this.player.at);
    const typed = (type) => blob.then((bytes) => new Blob([bytes], { type }));
    const items = kind === "png" ? { "image/png": blob } : { "text/plain": typed("text/plain") };
    // Drawing programs take it as a picture, editors as text.
    if (kind === "svg" && ClipboardItem.supports?.("image/svg+xml")) items["image/svg+xml"] = blob;
    try {
      await navigator.clipboard.write([new ClipboardItem(items)]);
      this.onstatus("good", `The frame is on the clipboard as ${kind.toUpperCase()}`);
    } catch {
      await this.save(kind);
    }
  }

  /** Saves the frame as a file. */
  save(kind) {
    return this.#kept(FRAMES[kind](this.player.at), `${this.name}-${this.player.at}.${kind}`);
  }

  #figure(name, kind) {
    return this.#kept(figure(name, kind), `${name}.${kind}`);
  }

  async #kept(blob, name) {
    try {
      keep(await blob, name);
      this.onstatus("good", `Saved ${name}`);
    } catch (trouble) {
      this.onstatus("error", trouble.message);
    }
  }

  async #start() {
    const { film, at, loop, last } = this.player;
    const [from, to] = { all: [0, last], here: [at, last], loop: loop ?? [0, last] }[this.stretch.value];
    const wanted = { do: "start", quality: this.quality.value };
    if (from > 0) wanted.from = from / film.fps;
    if (to < last) wanted.to = (to + 1) / film.fps;
    this.start.disabled = true;
    await order(wanted).catch((trouble) => {
      this.start.disabled = false;
      this.onstatus("error", trouble.message);
    });
  }

  /** Shows how far a render has come, and what came of it. */
  show(render) {
    if (!render) return;
    const running = render.outcome === null;
    if (render.number !== this.render?.number) this.began = performance.now();
    const ended = !running && this.render?.outcome === null;
    this.render = render;
    this.start.disabled = running;
    if (running) {
      this.#progress(render);
      return;
    }
    this.bar = null;
    const head = { done: "Done", cancelled: "Cancelled", failed: "Failed" }[render.outcome];
    const text = render.outcome === "cancelled" ? "What is finished of it is kept for the next render." : render.text;
    this.state.replaceChildren(make("article", { class: `finding ${{ done: "good", failed: "error" }[render.outcome] ?? ""}` },
      make("p", { class: "message" }, make("strong", {}, head), ` ${render.name}`),
      render.outcome === "failed" ? make("pre", {}, text) : make("p", {}, text)));
    if (ended) this.onstatus(render.outcome === "failed" ? "error" : "good", `Render: ${head.toLowerCase()}`);
  }

  #progress({ name, done, frames }) {
    if (!this.bar) {
      [this.bar, this.words] = [make("progress", { "aria-label": "Progress of the render" }), make("p", { class: "note" })];
      const cancel = make("button", { id: "cancel", class: "text outlined", onclick: () => order({ do: "cancel" }).catch(() => {}) }, "Cancel");
      this.state.replaceChildren(this.bar, make("div", { class: "choices" }, this.words, cancel));
    }
    if (frames) [this.bar.max, this.bar.value] = [frames, done];
    const secs = (performance.now() - this.began) / 1000;
    const left = done > 0 && secs > 1 ? `, ${Math.ceil((secs / done) * (frames - done))} s left` : "";
    this.words.textContent = frames ? `${name}: ${done} of ${frames} frames${left}` : `${name}: looking for what is to be drawn`;
  }
}
