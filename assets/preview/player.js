// The playhead: it goes by the clock of what is heard, or by the page's own, and frames that come too late are left out.

import { Sound } from "./sound.js";

/** The film's time as people read it. */
export function clock(frames, fps) {
  const hundredths = Math.round((Math.max(frames, 0) / fps) * 100);
  const two = (n) => String(n).padStart(2, "0");
  return `${Math.floor(hundredths / 6000)}:${two(Math.floor(hundredths / 100) % 60)}.${two(hundredths % 100)}`;
}

export class Player {
  constructor() {
    this.film = { frames: 1, fps: 60, scenes: [], marks: [], steps: [], captions: [] };
    [this.at, this.playing, this.speed, this.loop] = [0, false, 1, null];
    this.sound = new Sound();
    this.sound.onlost = () => this.#anchor();
    /** Called whenever the playhead has moved, and when it starts or stops. */
    this.onmove = () => {};
    this.onplay = () => {};
  }

  get last() {
    return this.film.frames - 1;
  }

  /** Takes another film; the playhead stays, as far as the film goes. */
  take(film) {
    this.film = film;
    if (this.loop) this.loop = this.loop.map((end) => Math.min(end, this.last));
    if (this.loop && this.loop[0] >= this.loop[1]) this.loop = null;
    this.go(this.at);
  }

  /** Moves to a frame. */
  go(at) {
    this.at = Math.min(Math.max(Math.round(at), 0), this.last);
    this.#anchor();
    this.onmove(this.at);
  }

  toggle() {
    return this.playing ? this.pause() : this.play();
  }

  play() {
    const [first, last] = this.loop ?? [0, this.last];
    if (this.at >= last || this.at < first) this.at = first;
    this.playing = true;
    this.#anchor();
    this.onplay(true);
    requestAnimationFrame(() => this.#tick());
  }

  pause() {
    this.playing = false;
    this.sound.stop();
    this.onplay(false);
    this.onmove(this.at);
  }

  faster(by) {
    const speeds = [0.25, 0.5, 1, 2, 4];
    const at = speeds.indexOf(this.speed) + by;
    this.setSpeed(speeds[Math.min(Math.max(at, 0), speeds.length - 1)]);
  }

  setSpeed(speed) {
    this.speed = speed;
    this.#anchor();
  }

  #anchor() {
    this.from = { frame: this.at, time: performance.now() };
    if (this.playing) this.sound.start(this.at / this.film.fps, this.speed);
  }

  /** The frame that it is time for. */
  #due() {
    const heard = this.sound.now();
    // An instant that is a frame's own, but for rounding, is that frame's.
    if (heard !== null) return Math.floor(heard * this.film.fps + 1e-6);
    return this.from.frame + Math.floor(((performance.now() - this.from.time) / 1000) * this.film.fps * this.speed);
  }

  #tick() {
    if (!this.playing) return;
    let at = this.#due();
    const [first, last] = this.loop ?? [0, this.last];
    if (at > last && this.loop) {
      at = first;
      [this.at] = [at];
      this.#anchor();
    } else if (at >= last && !this.loop) {
      this.at = last;
      this.pause();
      return;
    }
    if (at !== this.at) {
      this.at = at;
      this.onmove(at);
    }
    requestAnimationFrame(() => this.#tick());
  }

  /** The scene that a frame is in. */
  scene(at = this.at) {
    return this.film.scenes.find((scene) => scene.start <= at && at < scene.end) ?? this.film.scenes.at(-1);
  }

  /** To the next frame of some that lies after the playhead, or the last that lies before it. */
  jump(frames, by) {
    const sorted = [...new Set(frames)].sort((a, b) => a - b);
    const found = by > 0 ? sorted.find((frame) => frame > this.at) : sorted.findLast((frame) => frame < this.at);
    this.go(found ?? (by > 0 ? this.last : 0));
  }

  byMark(by) {
    this.jump(this.film.marks.map((mark) => mark.frame), by);
  }

  byScene(by) {
    this.jump(this.film.scenes.map((scene) => scene.start), by);
  }

  /** Loops the scene at the playhead, or no longer. */
  toggleLoop() {
    const scene = this.scene();
    this.loop = this.loop || !scene ? null : [scene.start, scene.end - 1];
    this.onmove(this.at);
  }

  /** Sets the loop's first or last frame to the playhead. */
  setEnd(end) {
    const loop = this.loop ?? [0, this.last];
    loop[end] = this.at;
    this.setLoop(loop);
  }

  /** Loops from a frame to another; no longer, if that is no range. */
  setLoop(ends) {
    const [first, last] = ends.map((end) => Math.min(Math.max(end, 0), this.last));
    this.loop = first < last ? [first, last] : null;
    this.onmove(this.at);
  }
}
