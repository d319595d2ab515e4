// The timeline: scenes, captions, marks, steps in lanes, what the review found. Drawn, since a film has thousands of steps.

import { clock } from "./player.js";

const [RULER, SCENES, CAPTIONS, LANE, GAP] = [22, 20, 15, 19, 3];
/** Space at both ends, so that the playhead is whole there. */
const PAD = 7;
const MOST_LANES = 7;
/** Fewest frames that are shown. */
const CLOSEST = 30;

export class Timeline {
  constructor(box, canvas, player) {
    [this.box, this.canvas, this.player] = [box, canvas, player];
    [this.from, this.to] = [0, 1];
    [this.lanes, this.warnings, this.hovered] = [[], [], null];
    this.onstep = () => {};
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
    this.height = RULER + SCENES + GAP + (film.captions.length ? CAPTIONS + GAP : 0) + count * (LANE + GAP) + 4;
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
    let y = this.#ruler(film);
    const scene = this.player.scene();
    c.font = '600 11px "Plex Sans", sans-serif';
    for (const one of film.scenes) {
      const lit = one === scene;
      this.#bar(one, y, SCENES, lit ? "scene-lit" : "scene", lit ? "scene-lit-text" : "scene-text", one.title ?? one.id);
    }
    y += SCENES + GAP;
    c.font = '11px "Plex Sans", sans-serif';
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
      c.fillText(every < 1 ? text : text.slice(0, -3), x + 4, RULER - 9);
    }
    const [first, last] = this.player.loop ?? [0, -1];
    if (first <= last) {
      c.fillStyle = this.color("loop");
      c.fillRect(this.#x(first), 0, this.#x(last + 1) - this.#x(first), 4);
    }
    return RULER;
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

  #marks(film) {
    const c = this.context;
    for (const mark of film.marks) {
      const x = this.#x(mark.frame + 1);
      if (x < -10 || x > this.width + 10) continue;
      c.fillStyle = this.color(mark.figure ? "figure" : "mark");
      c.globalAlpha = 0.5;
      c.fillRect(x - 0.75, RULER - 6, 1.5, this.height);
      c.globalAlpha = 1;
      c.beginPath();
      c.moveTo(x - 5, RULER - 8);
      c.lineTo(x + 5, RULER - 8);
      c.lineTo(x, RULER);
      c.fill();
    }
    for (const { frame, error } of this.warnings) {
      const x = this.#x(frame);
      c.fillStyle = this.color(error ? "error" : "warning");
      c.beginPath();
      c.arc(x, RULER + SCENES - 2, 3.5, 0, 7);
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
      held = { x, step: this.#step(x, y), moved: false, loop: event.shiftKey ? this.#frame(x) : null };
      box.setPointerCapture(event.pointerId);
      if (!held.step) this.player.go(this.#frame(x));
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
      [this.hovered] = [null];
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
