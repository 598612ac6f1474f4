// Stations' states over the last hours, one bar each: patterns and words, colour only for what wants attention.

import { h, s } from "./dom.js";
import { t, both } from "./texts.js";
import { live } from "./live.js";
import { duration, hourMinute, plain } from "./format.js";
import { Canvas, scale, withTitle } from "./axes.js";
import { timeAxis } from "./timeaxis.js";
import { get } from "./ask.js";

export const looks = new Map();

// Patterns are drawn once for all charts of the page.
export function patterns() {
  document.body.append(s("svg", { class: "defs", "aria-hidden": "true" }, s("defs", {},
    s("pattern", { id: "wait-dots", width: 5, height: 5, patternUnits: "userSpaceOnUse" }, s("circle", { cx: 2.5, cy: 2.5, r: 0.9 })),
    s("pattern", { id: "wait-bars", width: 4, height: 8, patternUnits: "userSpaceOnUse" }, s("rect", { width: 1.2, height: 8 })),
    s("pattern", { id: "planned-slant", width: 5, height: 5, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, s("rect", { width: 1.4, height: 5 })))));
}

let lastTimelines = null;
export function timelines(hours = 8) {
  if (!lastTimelines || lastTimelines.hours !== hours || performance.now() - lastTimelines.at > 4000) lastTimelines = { hours, at: performance.now(), answer: get("timelines", { hours }) };
  lastTimelines.answer.catch(() => { lastTimelines = null; });
  return lastTimelines.answer;
}

const stateOf = (station, state) => both(looks.get(station)?.states[state]);
const lookOf = (station, state) => looks.get(station)?.looks[state] ?? "off";

export function bar(station, x, top, height) {
  return station.stretches.map((stretch) => {
    const [from, to] = [Date.parse(stretch.begin), Date.parse(stretch.end)];
    const box = s("rect", { class: `stretch look-${lookOf(station.station, stretch.state)}`, x: x(from), y: top, width: Math.max(0.8, x(to) - x(from)), height });
    return withTitle(box, `${stateOf(station.station, stretch.state)} · ${hourMinute(from)} – ${hourMinute(to)} · ${duration(to - from)}`);
  });
}

export class TimelineChart {
  constructor(view) {
    this.view = view;
    this.stations = view.stations.filter((path) => looks.has(path));
    this.canvas = new Canvas(both(view.title), (width, height) => this.marks(width, height), 30 + 26 * Math.max(1, this.stations.length));
    this.key = h("ul", { class: "state-key" });
    this.element = h("div", {}, this.canvas.element, this.key);
  }

  async refresh() {
    this.data = await timelines();
    this.mine = this.stations.map((path) => this.data.stations.find((each) => each.station === path)).filter(Boolean);
    const seen = new Map();
    for (const station of this.mine) for (const { state } of station.stretches) seen.set(stateOf(station.station, state), lookOf(station.station, state));
    this.key.replaceChildren(...[...seen].map(([word, look]) => h("li", {}, s("svg", { viewBox: "0 0 22 12", class: "swatch", "aria-hidden": "true" }, s("rect", { class: `stretch look-${look}`, width: 22, height: 12 })), word)));
    this.canvas.draw();
  }

  marks(width, height) {
    if (!this.mine?.length) return [s("text", { class: "empty", x: 8, y: 24 }, t(this.mine ? "nothing_kept" : "asking"))];
    const narrow = width < 560;
    const [left, right, bottom] = [narrow ? 96 : 160, width - 78, height - 24];
    const begins = this.mine.flatMap((station) => station.stretches.slice(0, 1).map((stretch) => Date.parse(stretch.begin)));
    const range = [Math.max(Date.parse(this.data.since), Math.min(...begins, Date.parse(this.data.time) - 60e3)), Date.parse(this.data.time)];
    const x = scale(...range, left, right);
    const each = bottom / this.mine.length;
    return [
      timeAxis(x, range, bottom, left, right),
      this.mine.map((station, i) => [
        s("text", { class: "name", x: left - 8, y: each * (i + 0.5) + 4, "text-anchor": "end" }, this.short(both(live.stationTitles.get(station.station)), narrow ? 12 : 24)),
        bar(station, x, each * i + 4, each - 8),
        withTitle(s("text", { class: "tick value", x: right + 8, y: each * (i + 0.5) + 4 }, `${plain(100 * station.busy, 0)} %`), t("busy")),
      ]),
      s("text", { class: "label", x: right + 8, y: height - 7 }, t("busy")),
    ];
  }

  short(text, most) {
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
  }

  table() {
    const states = [...new Set(this.mine?.flatMap((station) => (looks.get(station.station)?.states ?? []).map(both)) ?? [])];
    const rows = (this.mine ?? []).map((station) => [both(live.stationTitles.get(station.station)), ...states.map((word) => {
      const place = looks.get(station.station).states.findIndex((state) => both(state) === word);
      return place < 0 ? "—" : `${plain(100 * station.shares[place], 1)} %`;
    })]);
    return { head: [t("station"), ...states], rows };
  }
}
