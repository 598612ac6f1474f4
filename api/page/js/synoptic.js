// The line as a line: stations where the plant puts them, material moving between them.

import { s, h, byId, calm } from "./dom.js";
import { t } from "./texts.js";
import { live, numberOf } from "./live.js";
import { Picture } from "./picture.js";
import { heatColour } from "./heat.js";
import { plain, unitLabel } from "./format.js";
import { roll, updateRoll } from "./roll.js";

const EM = 12.5;
const LARGEST_EM = 17;
const WIDTH = 1500;
const MARGIN = 8;
let pictures = [];
let flows = [];
let canvas = null;
let plane = null;

// Hatches and dots that are quiet, because the cause is elsewhere.
function synopticPatterns() {
  return s(
    "defs", {},
    s("pattern", { id: "dots", width: 9, height: 9, patternUnits: "userSpaceOnUse" }, s("circle", { cx: 4.5, cy: 4.5, r: 1.3 })),
    s("pattern", { id: "bars", width: 9, height: 9, patternUnits: "userSpaceOnUse" }, s("rect", { width: 2.5, height: 9 })),
    s("pattern", { id: "slant", width: 9, height: 9, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, s("rect", { width: 2, height: 9 })),
    s("marker", { id: "arrow", viewBox: "0 0 10 10", refX: 8.5, refY: 5, markerWidth: 9, markerHeight: 9, markerUnits: "userSpaceOnUse", orient: "auto" },
      s("path", { d: "M1 1.5 L9 5 L1 8.5 Z" })),
  );
}

function flowOf({ points, counter }) {
  const line = { points: points.join(" ") };
  const track = s("polyline", { class: "track", ...line, "marker-end": "url(#arrow)" });
  const material = s("polyline", { class: "material", ...line });
  return { element: s("g", { class: "flow" }, track, material), material, signal: live.signals.get(counter), history: [] };
}

// How many pieces pass in a second of wall time, over the last few seconds.
function rateOf(flow) {
  const now = performance.now();
  flow.history.push([now, numberOf(flow.signal)]);
  while (flow.history.length > 2 && now - flow.history[0][0] > 4000) flow.history.shift();
  const [[from, first], [to, last]] = [flow.history[0], flow.history.at(-1)];
  return to > from ? Math.max(0, ((last - first) / (to - from)) * 1000) : 0;
}

function updateFlow(flow) {
  if (!flow.signal) return;
  const rate = live.clock.running ? rateOf(flow) : 0;
  flow.element.classList.toggle("moving", rate > 0);
  if (calm.matches) return;
  flow.animation ??= flow.material.animate([{ strokeDashoffset: 24 }, { strokeDashoffset: 0 }], { duration: 4000, iterations: Infinity });
  // Twice the pace on the screen for every tenfold rate: fast looks fast, and never flickers.
  const pace = rate > 0 ? Math.min(6, Math.max(0.5, 2 + Math.log10(rate))) : 0;
  if (Math.abs(flow.animation.playbackRate - pace) > 0.25 || (pace === 0) !== (flow.animation.playbackRate === 0)) flow.animation.updatePlaybackRate(pace);
}

// How far the words below a station may reach before they meet the next one beside or below it.
function roomOf({ at: [x, y], size: [width, height] }, presentation) {
  const beside = presentation.stations.filter((other) => other.at[0] > x && other.at[1] < y + height * 1.8 && other.at[1] + other.size[1] > y - height * 0.5);
  const end = Math.min(presentation.width, ...beside.map((other) => other.at[0]));
  return Math.max(width, end - x) - 12;
}

function legends() {
  const seen = new Map();
  for (const picture of pictures) {
    for (const { signal, scale } of picture.cells) if (scale === "heat") seen.set(`${signal.low} ${signal.high} ${signal.unit?.symbol}`, signal);
  }
  return [...seen.values()].map((signal) => {
    const steps = Array.from({ length: 24 }, (_, i) => {
      const step = h("i");
      step.style.background = heatColour(i / 23);
      return step;
    });
    const text = (value) => h("span", {}, plain(value, 0));
    return h("div", { class: "legend" }, text(signal.low), h("span", { class: "ramp", "aria-hidden": "true" }, ...steps), text(signal.high), h("span", {}, unitLabel(signal.unit)));
  });
}

function lay() {
  const box = canvas.getBoundingClientRect();
  if (!box.width || !box.height) return;
  const scale = Math.min(box.width / plane.width, box.height / plane.height);
  // Words may become small beside an open panel, but never run into the next row.
  const em = Math.min(EM / scale, LARGEST_EM);
  canvas.style.fontSize = `${em}px`;
  canvas.style.setProperty("--hair", `${1 / scale}px`);
  for (const picture of pictures) picture.layWords(em);
  if (live.frame) updateSynoptic();
}

// A plant chooses the extent of its plane; here it is always as wide, so that lines and dashes look the same.
function normalised(presentation) {
  const k = WIDTH / presentation.width;
  const point = ([x, y]) => [x * k, y * k];
  const box = (each) => ({ ...each, low: point(each.low), high: point(each.high) });
  return {
    width: WIDTH,
    height: presentation.height * k,
    flows: presentation.flows.map((flow) => ({ ...flow, points: flow.points.map(point) })),
    stations: presentation.stations.map((drawn) => ({
      ...drawn, at: point(drawn.at), size: point(drawn.size), fills: drawn.fills.map(box), cells: drawn.cells.map(box),
      shapes: drawn.shapes.map((shape) => ({ ...shape, points: shape.points.map(point) })),
    })),
  };
}

export function buildSynoptic(original, stations, open) {
  const presentation = normalised(original);
  const known = new Map(stations.map((station) => [station.path, station]));
  plane = { width: presentation.width + 2 * MARGIN, height: presentation.height + 2 * MARGIN };
  pictures = presentation.stations.map((drawn) => new Picture(drawn, known.get(drawn.station), open));
  for (const picture of pictures) picture.room = roomOf(picture.drawn, presentation);
  flows = presentation.flows.map(flowOf);
  canvas = s(
    "svg", { viewBox: `${-MARGIN} ${-MARGIN} ${plane.width} ${plane.height}`, role: "group", "aria-label": t("line") },
    synopticPatterns(), ...flows.map((flow) => flow.element), ...pictures.map((picture) => picture.element),
  );
  byId("line").append(h("div", { class: "canvas" }, canvas), h("div", { class: "legends" }, ...legends()));
  canvas.style.setProperty("--aspect", plane.width / plane.height);
  roll(pictures, open);
  new ResizeObserver(lay).observe(canvas);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    byId("line").querySelector(".legends").replaceChildren(...legends());
    lay();
  });
  lay();
}

export function updateSynoptic() {
  for (const picture of pictures) picture.update();
  for (const flow of flows) updateFlow(flow);
  updateRoll(pictures);
}

export function choose(path) {
  for (const picture of pictures) picture.element.classList.toggle("chosen", picture.station.path === path);
}
