// The film's own sound, in step with the picture: the clock of what is heard leads, and the picture follows it.

import { samples, told } from "./server.js";

/** Seconds that are handed to the device before they are heard. */
const AHEAD = 5;
/** Seconds from now to the first that is heard. */
const LEAD = 0.04;
/** Milliseconds that the picture waits for its sound. */
const PATIENCE = 700;
/** Milliseconds after which a seek counts as the last one of several. */
const SETTLED = 30;
/** Chunks that are kept: loops and short ways back ask for nothing. */
const KEPT = 40;

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

export class Sound {
  constructor() {
    [this.about, this.chunks, this.run, this.volume, this.muted] = [null, new Map(), null, 1, false];
    /** How many chunks were handed to the device. */
    this.heard = 0;
    /** Called if there is no sound after all. */
    this.onlost = () => {};
  }

  /** Takes the sound of another film. Is it another one? */
  take(about) {
    const other = about?.digest !== this.about?.digest;
    if (other) this.chunks.clear();
    this.about = about;
    return other;
  }

  setVolume(volume, muted) {
    [this.volume, this.muted] = [volume, muted];
    // Loudness is heard in ratios: the square is near enough.
    this.gain?.gain.setTargetAtTime(muted ? 0 : volume * volume, this.context.currentTime, 0.01);
  }

  /** Plays from a second of the film on. Only ever called because somebody pressed play, as browsers ask. */
  start(secs, speed) {
    this.stop();
    if (!this.about || this.silent) return;
    this.run = { origin: secs, speed, begun: null, sources: new Set() };
    this.#play(this.run).catch(() => this.#lost());
  }

  /** Has the sound at a second at hand, so that play need not wait for it. */
  prepare(secs) {
    if (this.about && !this.silent) this.#chunk(Math.floor((secs * this.about.rate) / this.about.chunk)).catch(() => {});
  }

  stop() {
    for (const source of this.run?.sources ?? []) source.stop();
    this.run = null;
  }

  /** The second of the film that is heard now; `null` if none is, and another clock must lead. */
  now() {
    if (!this.run) return null;
    const { origin, begun, speed } = this.run;
    if (begun === null) return origin;
    return origin + Math.max(0, this.context.currentTime - begun - (this.context.outputLatency || 0)) * speed;
  }

  #lost() {
    [this.silent] = [true];
    this.stop();
    this.onlost();
  }

  async #play(run) {
    if (!this.context) {
      this.context = new AudioContext({ sampleRate: this.about.rate });
      this.gain = this.context.createGain();
      this.gain.connect(this.context.destination);
      this.setVolume(this.volume, this.muted);
    }
    const { context } = this;
    await Promise.race([context.resume(), sleep(PATIENCE)]);
    if (context.state !== "running") throw new Error("no sound");
    await sleep(SETTLED);
    if (this.run !== run) return;
    const secs = this.about.chunk / this.about.rate;
    const first = Math.floor(run.origin / secs);
    await Promise.race([this.#chunk(first).catch(() => null), sleep(PATIENCE)]);
    if (this.run !== run) return;
    run.begun = context.currentTime + LEAD;
    const at = (number) => run.begun + (number * secs - run.origin) / run.speed;
    for (let number = first; number * this.about.chunk < this.about.instants; number += 1) {
      const buffer = await this.#chunk(number).catch(() => null);
      if (this.run !== run) return;
      if (buffer) this.#hand(run, buffer, at(number));
      while (at(number + 1) - context.currentTime > AHEAD) {
        await sleep(200);
        if (this.run !== run) return;
      }
    }
  }

  /** Hands a buffer to the device, to be heard at an instant of its clock; what of it is over is left out. */
  #hand(run, buffer, at) {
    const late = Math.max(0, this.context.currentTime - at);
    if (late * run.speed >= buffer.duration) return;
    const source = new AudioBufferSourceNode(this.context, { buffer, playbackRate: run.speed });
    source.connect(this.gain);
    source.onended = () => run.sources.delete(source);
    run.sources.add(source);
    source.start(at + late, late * run.speed);
    this.heard += 1;
  }

  #chunk(number) {
    const known = this.chunks.get(number) ?? this.#fetched(number);
    this.chunks.delete(number);
    this.chunks.set(number, known);
    if (this.chunks.size > KEPT) this.chunks.delete(this.chunks.keys().next().value);
    return known;
  }

  async #fetched(number) {
    try {
      const { rate, chunk, instants } = this.about;
      const words = new Int16Array(await samples(number));
      const length = Math.min(chunk, instants - number * chunk, words.length / 2);
      const buffer = new AudioBuffer({ numberOfChannels: 2, length, sampleRate: rate });
      for (const channel of [0, 1]) {
        const data = buffer.getChannelData(channel);
        for (let i = 0; i < length; i += 1) data[i] = words[2 * i + channel] / 32767;
      }
      return buffer;
    } catch (trouble) {
      this.chunks.delete(number);
      throw trouble;
    }
  }
}

/** How loud the narration is along the film, handed over as often as more of it is known; ends when `wanted` says no. */
export async function peaks(wanted, take) {
  for (;;) {
    const found = await told("/peaks").catch(() => null);
    if (!found || !wanted()) return;
    take({ each: found.each, values: Uint8Array.from(atob(found.peaks), (letter) => letter.charCodeAt(0)) });
    if (found.complete) return;
  }
}
