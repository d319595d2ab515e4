// The frame at the playhead: the newest that is wanted is asked for, what became old meanwhile is never drawn.

import { frame } from "./server.js";

/** Frames asked for at a time while the film plays: one is drawn by the server while the page unpacks another. */
const AT_A_TIME = 2;
/** Neighbours of the onion skin, in frames, and how much of them is seen. */
const NEIGHBOURS = [[-8, 0.28], [8, 0.28]];

export class Picture {
  constructor(canvas, ghosts) {
    [this.canvas, this.ghosts] = [canvas, ghosts];
    this.size = [960, 540];
    [this.wanted, this.underWay, this.asked, this.drawn] = [null, 0, 0, 0];
    /** The frame that brought the renderer down, and what is to be said of it. */
    [this.crashed, this.reason] = [null, ""];
    this.playing = false;
    this.onion = false;
    /** Called with a frame's number when it is seen, and with what went wrong. */
    this.onshown = () => {};
    this.ontrouble = () => {};
    canvas.dataset.shown = "0";
  }

  /** Fits the picture into a box of CSS pixels: as many pixels as the screen has there. */
  fit(width, height, [filmWidth, filmHeight]) {
    const scale = Math.min(width / filmWidth, height / filmHeight);
    const css = [Math.max(16, Math.floor(filmWidth * scale)), Math.max(16, Math.floor(filmHeight * scale))];
    let ratio = window.devicePixelRatio || 1;
    ratio = Math.min(ratio, Math.sqrt((2560 * 1440) / (css[0] * css[1])));
    const even = (px) => Math.max(16, 2 * Math.round((px * ratio) / 2));
    const size = [even(css[0]), even(css[1])];
    const changed = size[0] !== this.size[0] || size[1] !== this.size[1];
    this.size = size;
    return { css, changed };
  }

  /** Shows a frame as soon as can be; one that is asked for later takes its place. */
  show(at) {
    if (at === this.crashed) return this.ontrouble(this.reason);
    this.wanted = at;
    this.#next();
  }

  async #next() {
    if (this.wanted === null || this.underWay >= (this.playing ? AT_A_TIME : 1)) return;
    const [at, number] = [this.wanted, ++this.asked];
    this.wanted = null;
    this.underWay += 1;
    try {
      const image = await frame(at, this.size);
      if (number > this.drawn) {
        this.drawn = number;
        this.#draw(this.canvas, image);
        this.canvas.dataset.shown = String(Number(this.canvas.dataset.shown) + 1);
        this.canvas.dataset.frame = String(at);
        this.onshown(at);
      }
    } catch (trouble) {
      if (trouble.crashed) [this.crashed, this.reason] = [at, trouble.message];
      this.ontrouble(trouble.message);
    } finally {
      this.underWay -= 1;
      this.#next();
    }
  }

  #draw(canvas, image) {
    if (canvas.width !== image.width || canvas.height !== image.height) {
      [canvas.width, canvas.height] = [image.width, image.height];
    }
    canvas.getContext("2d", { alpha: false }).putImageData(image, 0, 0);
  }

  /** Lays the neighbours of a frame over it, or takes them away. */
  async skin(at, frames) {
    const { ghosts } = this;
    const clear = () => ghosts.getContext("2d").clearRect(0, 0, ghosts.width, ghosts.height);
    if (!this.onion || this.playing) return clear();
    const mine = (this.skinned = Symbol("skin"));
    const found = [];
    for (const [by, share] of NEIGHBOURS) {
      const neighbour = Math.min(Math.max(at + by, 0), frames - 1);
      if (neighbour !== at) found.push([await frame(neighbour, this.size).catch(() => null), share]);
      if (this.skinned !== mine) return;
    }
    [ghosts.width, ghosts.height] = this.size;
    const context = ghosts.getContext("2d");
    for (const [image, share] of found) {
      if (!image) continue;
      context.globalAlpha = share;
      context.drawImage(await createImageBitmap(image), 0, 0);
    }
  }
}
