// The page: puts together what shows the film, what moves it and what tells of it.

import { listen } from "./keys.js";
import { Output } from "./output.js";
import { Findings, make, Steps, tabs, Variables } from "./panels.js";
import { Picture } from "./picture.js";
import { clock, Player } from "./player.js";
import { follow, look, told } from "./server.js";
import { peaks } from "./sound.js";
import { Stage } from "./stage.js";
import { called, Timeline } from "./timeline.js";

const $ = (id) => document.getElementById(id);
export const player = new Player();
const picture = new Picture($("picture"), $("ghosts"));
const timeline = new Timeline($("timeline"), $("tracks"), player);
const stage = new Stage($("panel-stage"), $("overlay"), $("frame"), $("hint"));
const steps = new Steps($("panel-steps"), player);
const variables = new Variables($("panel-variables"));
const findings = new Findings($("panel-findings"), $("tab-findings"), player);
const output = new Output($("panel-export"), player);
const panels = tabs(document.querySelector(".tabs"));
let news = { film: 0, version: 0, studio: 0, findings: [] };
let resting = null;
/** The film that the timeline shows. */
let taken = "";

/** Who is on stage is asked when the playhead has come to rest. */
const REST_MS = 90;

function moved(at) {
  picture.show(at);
  const { fps } = player.film;
  $("clock").textContent = clock(at, fps);
  $("place").textContent = `${at} of ${player.film.frames} · ${player.scene()?.title ?? player.scene()?.id ?? ""}`;
  timeline.reveal(at);
  timeline.draw();
  steps.show(at);
  told_step(running(at));
  $("loop").setAttribute("aria-pressed", String(Boolean(player.loop)));
  clearTimeout(resting);
  if (!player.playing) resting = setTimeout(rested, REST_MS);
}

function running(at) {
  return player.film.steps.findLast((step) => step.start <= at && at < Math.max(step.end, step.start + 1)) ?? null;
}

/** The line of a step beneath the timeline. */
function told_step(step) {
  const line = step && `${step.place.file.split("/").pop()}:${step.place.line}  ${step.place.text.trim()}`;
  $("step").replaceChildren(...(step ? [make("b", {}, called(step)), "  ", make("code", {}, line)] : []));
}

/** What a mark is called, in the same place. */
function told_mark({ name, figure, frame }) {
  $("step").replaceChildren(make("b", {}, name), `  ${figure ? "figure" : "mark"} at ${clock(frame, player.film.fps)}`);
}

async function rested() {
  const found = await stage.update(player.at);
  if (found) variables.show(found.variables, found.trouble);
  picture.skin(player.at, player.film.frames);
  player.sound.prepare(player.at / player.film.fps);
}

/** Something changed about what every frame looks like. */
function redraw() {
  picture.show(player.at);
  clearTimeout(resting);
  resting = setTimeout(rested, REST_MS);
}

function fit() {
  const { film } = player;
  const box = $("view");
  const narrow = matchMedia("(max-width: 899px)").matches;
  const padding = 2 * parseFloat(getComputedStyle(box).paddingLeft);
  const height = narrow ? window.innerHeight * 0.6 : box.clientHeight - padding;
  const { css, changed } = picture.fit(box.clientWidth - padding, height, [film.width ?? 16, film.height ?? 9]);
  $("frame").style.width = `${css[0]}px`;
  $("frame").style.height = `${css[1]}px`;
  if (changed && news.film) redraw();
  stage.draw();
}

/** Tells one film from another. */
const filmOf = (state) => `${state.film} of ${state.studio}`;

async function take(state) {
  const before = news;
  news = state;
  if (state.studio === before.studio && state.version !== before.version) picture.crashed = null;
  // The renderer is up again, but not for this frame.
  const trouble = state.trouble ?? (picture.crashed === player.at ? picture.reason : "");
  $("trouble").hidden = !trouble;
  $("trouble").textContent = trouble;
  const name = filmOf(state);
  if (state.film && name !== taken) {
    fit();
    // The picture first; what the film consists of may come a moment later.
    picture.show(player.at);
    const film = await told("/film").catch(() => null);
    // Newer news of the same film may have come meanwhile.
    if (film && filmOf(news) === name) {
      taken = name;
      const other = player.sound.take(film.sound);
      player.take(film);
      timeline.take(film);
      steps.show(player.at, true);
      stage.film = film;
      if (other) hear(film.sound);
      variables.ranges = film.variables;
      output.take(film, state.script);
      $("title").textContent = film.title ?? state.script;
      document.title = `${film.title ?? state.script} · Surprisal`;
      themes(film.themes);
      document.documentElement.dataset.film = String(state.film);
      fit();
    }
  }
  if (news !== state) return;
  findings.show(state.findings, state.reviewed);
  const { fps } = player.film;
  timeline.warnings = state.findings.filter((f) => f.secs !== null).map((f) => ({ frame: f.secs * fps, error: f.error }));
  timeline.draw();
  const errors = state.findings.filter((found) => found.error).length;
  const stale = errors && state.film ? "; the last good film is shown" : "";
  const warnings = state.findings.length - errors;
  if (!state.version) return status("", "Reading the script");
  status(
    state.trouble ? "error" : errors ? "error" : warnings ? "warning" : "good",
    state.trouble ? "Crashed" : errors ? `${plural(errors, "mistake")}${stale}` : warnings ? plural(warnings, "warning") : state.reviewed ? "All is well" : "Up to date",
  );
  document.documentElement.dataset.version = String(state.version);
  if (errors && !before.findings.some((found) => found.error)) panels.choose("findings");
}

const plural = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

function status(kind, text) {
  $("status").className = `status ${kind}`;
  $("status").textContent = text;
}

function themes(all) {
  const chosen = $("theme").value;
  const options = all.map((theme) => make("option", { value: theme.name, title: theme.summary }, theme.name));
  $("theme").replaceChildren(make("option", { value: "" }, "As the script says"), ...options);
  $("theme").value = chosen;
}

function toggle(id, change) {
  const on = $(id).getAttribute("aria-pressed") !== "true";
  $(id).setAttribute("aria-pressed", String(on));
  change(on);
}

/** Shows what there is of a film's sound. */
function hear(about) {
  $("volume").parentElement.hidden = !about;
  timeline.peaks = null;
  if (!about?.voices) return;
  peaks(() => player.sound.about?.digest === about.digest, (found) => {
    timeline.peaks = found;
    timeline.draw();
  });
}

function setVolume() {
  const muted = $("mute").getAttribute("aria-pressed") === "true";
  player.sound.setVolume(Number($("volume").value), muted);
  $("mute").querySelector("use").setAttribute("href", muted ? "#i-silent" : "#i-sound");
}

const mute = () => toggle("mute", setVolume);
const grid = () => toggle("grid", (on) => { stage.grid = on; stage.draw(); });
const safe = () => toggle("safe", (on) => { stage.safe = on; stage.draw(); });
const onion = () => toggle("onion", (on) => { picture.onion = on; picture.skin(player.at, player.film.frames); });
const loop = () => player.toggleLoop();
const sheet = () => $("sheet").showModal();
const pressed = {
  play: () => player.toggle(), back: () => player.go(player.at - 1), forward: () => player.go(player.at + 1),
  "mark-back": () => player.byMark(-1), "mark-forward": () => player.byMark(1),
  "scene-back": () => player.byScene(-1), "scene-forward": () => player.byScene(1),
  loop, mute, grid, safe, onion, copy: () => output.copy("png"), save: () => output.save("png"), help: sheet,
  "zoom-in": () => timeline.zoom(0.6), "zoom-out": () => timeline.zoom(1 / 0.6), "zoom-all": () => timeline.zoomAll(),
};
for (const [id, press] of Object.entries(pressed)) $(id).addEventListener("click", press);

listen([
  [[" ", "k"], "Play or pause", () => player.toggle()],
  [["ArrowLeft", "ArrowRight"], "One frame; with Shift, ten", (event, at) => player.go(player.at + (at ? 1 : -1) * (event.shiftKey ? 10 : 1))],
  [["j", "l"], "One second back or on", (_, at) => player.go(player.at + (at ? 1 : -1) * player.film.fps)],
  [["[", "]"], "The mark before or after", (_, at) => player.byMark(at ? 1 : -1)],
  [["PageUp", "PageDown"], "The scene before or after", (_, at) => player.byScene(at ? 1 : -1)],
  [["Home", "End"], "The first or last frame", (_, at) => player.go(at ? player.last : 0)],
  [["<", ">"], "Slower or faster", (_, at) => { player.faster(at ? 1 : -1); $("speed").value = String(player.speed); }],
  [["m"], "Sound off or on", mute],
  [["r"], "Loop the scene, or no longer", loop],
  [["i", "e"], "The loop begins or ends here; Shift and drag on the timeline", (_, at) => player.setEnd(at)],
  [["+", "-", "0"], "Timeline: closer, farther, all", (_, at) => [() => timeline.zoom(0.6), () => timeline.zoom(1 / 0.6), () => timeline.zoomAll()][at]()],
  [["g", "a", "o"], "Grid, safe areas, onion skin", (_, at) => [grid, safe, onion][at]()],
  [["c", "s"], "Copy or save the frame as PNG; with Shift, as SVG", (event, at) => output[at ? "save" : "copy"](event.shiftKey ? "svg" : "png")],
  [["Escape"], "Nothing is chosen", () => stage.choose(null)],
  [["1", "2", "3", "4", "5"], "Stage, steps, variables, findings, export", (_, at) => panels.choose(["stage", "steps", "variables", "findings", "export"][at])],
  [["?"], "This sheet", sheet],
], $("sheet"), $("sheet-keys"));

player.onmove = moved;
player.onplay = (playing) => {
  picture.playing = playing;
  $("play").setAttribute("aria-label", playing ? "Pause" : "Play");
  $("play").querySelector("use").setAttribute("href", playing ? "#i-pause" : "#i-play");
  if (playing) picture.skin(0, 1);
};
picture.ontrouble = (message) => {
  $("trouble").hidden = false;
  $("trouble").textContent = message;
};
picture.onshown = () => {
  if (!news.trouble && player.at !== picture.crashed) $("trouble").hidden = true;
};
stage.at = () => player.at;
stage.onpick = () => panels.choose("stage");
timeline.onstep = (step) => told_step(step ?? running(player.at));
timeline.onmark = (mark) => (mark ? told_mark(mark) : told_step(running(player.at)));
output.onstatus = status;
variables.onchange = redraw;
$("theme").addEventListener("change", () => { look.theme = $("theme").value; redraw(); });
$("volume").addEventListener("input", () => {
  $("mute").setAttribute("aria-pressed", "false");
  setVolume();
});
$("speed").addEventListener("change", () => player.setSpeed(Number($("speed").value)));
$("picture").setAttribute("data-ready", "true");
new ResizeObserver(fit).observe($("view"));
addEventListener("resize", fit);
follow(take, (render) => output.show(render), (reason) => status("error", reason));
