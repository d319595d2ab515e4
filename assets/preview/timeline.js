// The timeline: scenes, captions, marks, steps in lanes, what the review found. Drawn, since a film has thousands of steps.

import { clock } from "./player.js";

const [RULER, MARKS, SCENES, WAVE, CAPTIONS, LANE, GAP] = [22, 15, 20, 26, 15, 19, 3];
/** Pixels about a mark in which it is meant. */
const NEAR = 5;
/** Space at both ends, so that the playhead is whole there. */
const PAD = 7;
const MOST_LANES = 7;
/** Fewest frames that are shown. */
const CLOSEST = 30;

export class Timeline {
  constructor(box, canvas, player) {
    [this.box, this.canvas, this.player] = [box, canvas, player];
    [this.from, this.to] = [0, 1];
    [this.lanes, this.warnings, this.hovered, this.peaks] = [[], [], null, null];
    this.onstep = () => {};
    this.onmark = () => {};
    this.#listen();
    new ResizeObserver(() => this.draw()).observe(box);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.draw());
  }

  /** Takes another film. What is shown of it stays, unless all was shown. */
  take(film) {
    const whole = this.to <= 1 || (this.from <= 0 && this.to >= this.frames);
    this.frames = film.frames;
    if (whole) [this.from, this.to] = [0, film.frames];
    this.lanes = lanes(film.steps);
    const count = Math.max(1, Math.min(MOST_LANES, this.lanes.length));
    this.head = RULER + (film.marks.length ? MARKS : 0);
    this.waved = Boolean(film.sound?.voices);
    this.height = this.head + SCENES + GAP + (this.waved ? WAVE + GAP : 0) + (film.captions.length ? CAPTIONS + GAP : 0) + count * (LANE + GAP) + 4;
    this.box.style.height = `${this.height}px`;
    this.box.setAttribute("aria-valuemax", String(film.frames - 1));
    this.#clamp();
    this.draw();
  }

  /** Zooms by a factor about a frame. */
  zoom(by, about = this.player.at) {
    const length = Math.min(Math.max((this.to - this.from) * by, Math.min(CLOSEST, this.frames)), this.frames);
    const share = (about - this.from) / (this.to - this.from);
    const inside = share >= 0 && share <= 1 ? share : 0.5;
    this.from = about - length * inside;
    this.to = this.from + length;
    this.#clamp();
    this.draw();
  }

  zoomAll() {
    [this.from, this.to] = [0, this.frames];
    this.draw();
  }

  /** Keeps the playhead in sight. */
  reveal(at) {
    const length = this.to - this.from;
    if (at < this.from || at > this.to) {
      this.from = at - length * 0.1;
      this.to = this.from + length;
      this.#clamp();
    }
  }

  #clamp() {
    const length = Math.min(this.to - this.from, this.frames);
    this.from = Math.min(Math.max(this.from, 0), this.frames - length);
    this.to = this.from + length;
  }

  #x(frame) {
    return PAD + ((frame - this.from) / (this.to - this.from)) * (this.width - 2 * PAD);
  }

  #frame(x) {
    return Math.floor(this.from + ((x - PAD) / (this.width - 2 * PAD)) * (this.to - this.from));
  }

  draw() {
    if (this.due) return;
    this.due = requestAnimationFrame(() => {
      this.due = null;
      this.#draw();
    });
  }

  #draw() {
    const { film } = this.player;
    this.width = this.box.clientWidth;
    if (!this.width || !this.height) return;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [Math.round(this.width * ratio), Math.round(this.height * ratio)];
    if (this.canvas.width !== width || this.canvas.height !== height) [this.canvas.width, this.canvas.height] = [width, height];
    const style = getComputedStyle(this.box);
    this.color = (name) => style.getPropertyValue(`--${name}`);
    const c = (this.context = this.canvas.getContext("2d"));
    c.setTransform(ratio, 0, 0, ratio, 0, 0);
    c.clearRect(0, 0, this.width, this.height);
    c.textBaseline = "middle";
    this.#ruler(film);
    let y = this.head;
    const scene = this.player.scene();
    c.font = '600 11px "Plex Sans", sans-serif';
    for (const one of film.scenes) {
      const lit = one === scene;
      this.#bar(one, y, SCENES, lit ? "scene-lit" : "scene", lit ? "scene-lit-text" : "scene-text", one.title ?? one.id);
    }
    y += SCENES + GAP;
    c.font = '11px "Plex Sans", sans-serif';
    if (this.waved) {
      this.#wave(film, y);
      y += WAVE + GAP;
    }
    if (film.captions.length) {
      film.captions.forEach((one) => this.#bar(one, y, CAPTIONS, "caption", "faint", one.text));
      y += CAPTIONS + GAP;
    }
    this.lanesAt = y;
    this.lanes.slice(0, MOST_LANES).forEach((lane, row) => {
      for (const step of lane) {
        const lit = step.start <= this.player.at && this.player.at < Math.max(step.end, step.start + 1);
        const tone = step === this.hovered ? "step-hover" : lit ? "step-lit" : "step";
        this.#bar(step, y + row * (LANE + GAP), LANE, tone, lit ? "step-lit-text" : "step-text", called(step));
      }
    });
    this.#marks(film);
    this.#playhead();
  }

  #ruler(film) {
    const c = this.context;
    const secs = (this.to - this.from) / film.fps;
    const every = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800].find((step) => (step / secs) * this.width > 64) ?? 3600;
    c.font = '11px "Plex Mono", monospace';
    for (let at = Math.floor(this.from / film.fps / every) * every; at <= this.to / film.fps; at += every) {
      const x = Math.round(this.#x(at * film.fps)) + 0.5;
      c.fillStyle = this.color("line");
      c.fillRect(x, RULER - 7, 1, 5);
      c.fillStyle = this.color("faint");
      const text = clock(at * film.fps, film.fps);
      const label = every < 1 ? text : text.slice(0, -3);
      // A label that would be cut is worth nothing.
      if (x + 4 + c.measureText(label).width <= this.width) c.fillText(label, x + 4, RULER - 9);
    }
    const [first, last] = this.player.loop ?? [0, -1];
    if (first <= last) {
      c.fillStyle = this.color("loop");
      c.fillRect(this.#x(first), 0, this.#x(last + 1) - this.#x(first), 4);
    }
  }

  #bar(one, y, height, tone, ink, text) {
    const c = this.context;
    const [x0, x1] = [this.#x(one.start), this.#x(one.end)];
    if (x1 < 0 || x0 > this.width) return;
    const width = Math.max(x1 - x0 - 1, 2.5);
    c.fillStyle = this.color(tone);
    c.beginPath();
    c.roundRect(x0, y, width, height, Math.min(4, width / 2));
    c.fill();
    const left = Math.max(x0, 0) + 6;
    const room = Math.min(x0 + width, this.width) - left - 4;
    if (room < 16) return;
    c.save();
    c.beginPath();
    c.rect(left, y, room, height);
    c.clip();
    c.fillStyle = this.color(ink);
    c.fillText(text, left, y + height / 2 + 0.5);
    c.restore();
  }

  /** How loud the narration is: for each pixel the loudest that it stands for. */
  #wave(film, y) {
    if (!this.peaks) return;
    const { each, values } = this.peaks;
    const known = this.waves;
    const same = known && known.values === values && known.from === this.from && known.to === this.to && known.width === this.width && known.y === y;
    if (!same) {
      const path = new Path2D();
      const place = (x) => ((this.from + ((x - PAD) / (this.width - 2 * PAD)) * (this.to - this.from)) / film.fps) * (film.sound.rate / each);
      for (let x = PAD; x < this.width - PAD; x += 1) {
        const [first, last] = [Math.floor(place(x)), Math.ceil(place(x + 1))];
        let most = 0;
        for (let i = Math.max(first, 0); i < last && i < values.length; i += 1) most = Math.max(most, values[i]);
        const half = (most / 255) * (WAVE / 2);
        if (most > 0) path.rect(x, y + WAVE / 2 - Math.max(half, 0.5), 1, Math.max(2 * half, 1));
      }
      this.waves = { values, from: this.from, to: this.to, width: this.width, y, path };
    }
    this.context.fillStyle = this.color("wave");
    this.context.fill(this.waves.path);
  }

  #marks(film) {
    const c = this.context;
    const places = film.marks.map((mark) => ({ mark, x: this.#x(mark.frame + 1) })).sort((a, b) => a.x - b.x);
    c.font = '11px "Plex Sans", sans-serif';
    places.forEach(({ mark, x }, at) => {
      if (x < -200 || x > this.width + 10) return;
      c.fillStyle = this.color(mark.figure ? "figure" : "mark");
      c.globalAlpha = 0.5;
      c.fillRect(x - 0.75, RULER, 1.5, this.height);
      c.globalAlpha = 1;
      c.beginPath();
      c.moveTo(x - 5, RULER);
      c.lineTo(x + 5, RULER);
      c.lineTo(x, RULER + 8);
      c.fill();
      const next = (places[at + 1]?.x ?? Infinity) - 5;
      const name = shortened(c, mark.name, Math.min(next, this.width) - x - 9);
      if (name) c.fillText(name, x + 7, RULER + MARKS / 2);
    });
    for (const { frame, error } of this.warnings) {
      const x = this.#x(frame);
      c.fillStyle = this.color(error ? "error" : "warning");
      c.beginPath();
      c.arc(x, this.head + SCENES - 2, 3.5, 0, 7);
      c.fill();
    }
  }

  #playhead() {
    const c = this.context;
    const x = this.#x(this.player.at + 0.5);
    c.fillStyle = this.color("head");
    c.fillRect(x - 0.75, 0, 1.5, this.height);
    c.beginPath();
    c.roundRect(x - 5, 0, 10, 10, 3);
    c.fill();
    this.box.setAttribute("aria-valuenow", String(this.player.at));
    const scene = this.player.scene();
    this.box.setAttribute("aria-valuetext", `${clock(this.player.at, this.player.film.fps)}, scene ${scene?.title ?? scene?.id ?? ""}`);
  }

  /** The mark that a point of the timeline is near, among the marks. */
  #mark(x, y) {
    if (y < RULER - 2 || y >= this.head) return null;
    const near = this.player.film.marks.map((mark) => [Math.abs(this.#x(mark.frame + 1) - x), mark]).filter(([by]) => by <= NEAR);
    return near.sort(([a], [b]) => a - b)[0]?.[1] ?? null;
  }

  /** The step under a point of the timeline. */
  #step(x, y) {
    const lane = this.lanes[Math.floor((y - this.lanesAt) / (LANE + GAP))];
    if (!lane || y < this.lanesAt) return null;
    const [a, b] = [this.#frame(x - 2), this.#frame(x + 2)];
    return lane.find((step) => step.start <= b && a < Math.max(step.end, step.start + 1)) ?? null;
  }

  #listen() {
    const { box } = this;
    let held = null;
    const place = (event) => {
      const rect = box.getBoundingClientRect();
      return [event.clientX - rect.left, event.clientY - rect.top];
    };
    box.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      const [x, y] = place(event);
      held = { x, step: this.#step(x, y), mark: this.#mark(x, y), moved: false, loop: event.shiftKey ? this.#frame(x) : null };
      box.setPointerCapture(event.pointerId);
      if (!held.step) this.player.go(held.mark?.frame ?? this.#frame(x));
    });
    box.addEventListener("pointermove", (event) => {
      const [x, y] = place(event);
      if (held && (held.moved || Math.abs(x - held.x) > 3)) {
        held.moved = true;
        if (held.loop !== null) {
          this.player.setLoop([held.loop, this.#frame(x)]);
          return;
        }
        this.player.go(this.#frame(Math.min(Math.max(x, PAD), this.width - PAD)));
      }
      const mark = this.#mark(x, y);
      if (mark !== this.pointed) {
        this.pointed = mark;
        this.onmark(mark);
      }
      const step = this.#step(x, y);
      if (step !== this.hovered) {
        this.hovered = step;
        this.onstep(step);
        this.draw();
      }
    });
    box.addEventListener("pointerup", () => {
      if (held?.step && !held.moved) this.player.go(held.step.start);
      held = null;
    });
    box.addEventListener("pointerleave", () => {
      [this.hovered, this.pointed] = [null, null];
      this.onstep(null);
      this.draw();
    });
    box.addEventListener("wheel", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) {
        this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.#frame(place(event)[0]));
      } else {
        const by = ((event.deltaX || event.deltaY) / this.width) * (this.to - this.from);
        if (this.to - this.from >= this.frames) return;
        this.from += by;
        this.to += by;
        this.#clamp();
        this.draw();
      }
      event.preventDefault();
    }, { passive: false });
  }
}

/** As much of a text as there is room for; nothing, if that is next to nothing. */
function shortened(context, text, room) {
  if (context.measureText(text).width <= room) return text;
  let length = Math.floor(room / 6);
  while (length > 2 && context.measureText(`${text.slice(0, length)}…`).width > room) length -= 1;
  return length > 2 ? `${text.slice(0, length)}…` : "";
}

/** What a step is called: its verb and whom it is about. */
export function called(step) {
  const all = step.but ? (step.targets.length ? "all but " : "all") : "";
  return `${step.verb} ${all}${step.targets.join(", ")}`.trim();
}

/** Steps that run together lie in lanes of their own. */
function lanes(steps) {
  const lanes = [];
  for (const step of [...steps].sort((a, b) => a.start - b.start || b.end - a.end)) {
    let lane = lanes.find((lane) => Math.max(lane.at(-1).end, lane.at(-1).start + 1) <= step.start);
    if (!lane && lanes.length < MOST_LANES) lanes.push((lane = []));
    // What no lane has room for lies over the last.
    (lane ?? lanes.at(-1)).push(step);
  }
  return lanes;
}
