// What the page asks of the server. The token stands behind the `#` of the address: browsers send that to nobody.

const token = location.hash.slice(1);

/** How the film is looked at: part of every question, so that the server keeps nothing. */
export const look = { theme: "", variables: new Map() };

function address(path, wanted) {
  const all = new URLSearchParams({ token, ...wanted });
  if (look.theme) all.set("theme", look.theme);
  if (look.variables.size > 0) all.set("vars", [...look.variables].map(([name, value]) => `${name}:${value}`).join(","));
  return `${path}?${all}`;
}

async function asked(path, wanted) {
  const answer = await fetch(address(path, wanted));
  if (answer.ok) return answer;
  const reason = await answer.text();
  const trouble = new Error(reason || (answer.status === 403 ? "This address lacks the token that was printed." : `Answer ${answer.status}`));
  // What crashed the renderer would crash it again.
  trouble.crashed = answer.status === 500;
  throw trouble;
}

/** A JSON answer. */
export async function told(path, wanted = {}) {
  return (await asked(path, wanted)).json();
}

/** A frame as `ImageData`. */
export async function frame(at, [width, height]) {
  return unpacked(await (await asked("/frame", { at, width, height })).arrayBuffer());
}

/** A frame as the blob of a PNG file, in the film's own size. */
export async function png(at) {
  return (await asked("/frame.png", { at })).blob();
}

/** A frame as the blob of an SVG file. */
export async function svg(at) {
  return (await asked("/frame.svg", { at })).blob();
}

/** A chunk of the film's sound. */
export async function samples(chunk) {
  return (await asked("/sound", { chunk })).arrayBuffer();
}

/** A figure of the script as the blob of a file. */
export async function figure(name, kind) {
  return (await asked("/figure", { name, kind })).blob();
}

/** Orders a render, or its end: the one thing that changes anything. */
export async function order(what) {
  const answer = await fetch(`/render?${new URLSearchParams({ token })}`, {
    method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(what),
  });
  if (!answer.ok) throw new Error((await answer.text()) || `Answer ${answer.status}`);
}

/**
 * Calls `news` with the newest state of the script and `renders` with that of renders, now and whenever they change; `lost` while
 * there is no server.
 */
export function follow(news, renders, lost) {
  const events = new EventSource(address("/events", {}));
  events.onmessage = (event) => news(JSON.parse(event.data));
  events.addEventListener("render", (event) => renders(JSON.parse(event.data)));
  events.onerror = () => lost(token === "" ? "This address lacks the token that was printed." : "The preview does not answer. If it was started anew, open the address that it printed.");
}

// Runs of pixels: see src/preview/runs.rs.
function unpacked(buffer) {
  const words = new Uint32Array(buffer);
  const [width, height] = words;
  const pixels = new Uint32Array(width * height);
  let [from, to] = [2, 0];
  while (from < words.length) {
    const count = words[from] & 0x7fffffff;
    if (words[from] >>> 31) {
      pixels.fill(words[from + 1], to, to + count);
      from += 2;
    } else {
      pixels.set(words.subarray(from + 1, from + 1 + count), to);
      from += count + 1;
    }
    to += count;
  }
  return new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
}
