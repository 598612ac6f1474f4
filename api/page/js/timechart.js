// Signals over the last hours: one strip for each unit, over one another on a common axis of time, labelled at the line.

import { h, s } from "./dom.js";
import { t, both } from "./texts.js";
import { live } from "./live.js";
import { dayAndTime, full, unitLabel } from "./format.js";
import { Canvas, scale, upAxis } from "./axes.js";
import { timeAxis } from "./timeaxis.js";
import { now, past } from "./past.js";
import { openTrends } from "./trends.js";

const TIME_LEFT = 52;
const TIME_BOTTOM = 24;
const SPAN = 8 * 3600e3;

function nearest(times, at) {
  let low = 0;
  let high = times.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle] < at) low = middle;
    else high = middle;
  }
  return at - times[low] < times[high] - at ? low : high;
}

export class TimeChart {
  constructor(view) {
    this.signals = view.lines.map((path) => live.signals.get(path));
    const units = [...new Set(this.signals.map((signal) => unitLabel(signal.unit)))];
    this.strips = units.map((unit) => ({ unit, signals: this.signals.filter((signal) => unitLabel(signal.unit) === unit) }));
    this.canvas = new Canvas(both(view.title), (width, height) => this.marks(width, height), Math.max(200, 40 + 130 * this.strips.length));
    this.reading = h("p", { class: "reading" });
    this.series = new Map();
    const open = h("button", { type: "button", class: "quiet", onclick: () => openTrends(view.lines) }, t("open_in_trends"));
    this.element = h("div", {}, this.canvas.element, h("div", { class: "under" }, this.reading, open));
    this.canvas.element.addEventListener("pointermove", (event) => {
      this.at = event.clientX - this.canvas.element.getBoundingClientRect().left;
      this.canvas.draw();
    });
    this.canvas.element.addEventListener("pointerleave", () => {
      this.at = null;
      this.canvas.draw();
    });
  }

  async refresh() {
    const all = await Promise.all(this.signals.map((signal) => past(signal.path, SPAN, 400)));
    this.signals.forEach((signal, i) => this.series.set(signal, all[i]));
    this.canvas.draw();
  }

  // Lines that end close to each other get their names apart.
  names(strip, y, right, top, bottom) {
    const places = strip.signals.map((signal, i) => ({ signal, i, y: y(this.series.get(signal)?.values.findLast((value) => value !== null) ?? 0) })).sort((one, other) => one.y - other.y);
    places.forEach((place, i) => { place.y = Math.max(place.y, i ? places[i - 1].y + 13 : top + 8); });
    places.toReversed().forEach((place, i, all) => { place.y = Math.min(place.y, i ? all[i - 1].y - 13 : bottom); });
    return places.map((place) => s("text", { class: `name hue-${place.i % 6}`, x: right + 6, y: place.y + 4 }, this.short(place.signal)));
  }

  short(signal) {
    const alike = this.signals.filter((each) => each.name === signal.name).length > 1;
    const text = alike ? both(live.stationTitles.get(signal.station)) : both(signal.meaning);
    const most = this.room ?? 22;
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
  }

  marks(width, height) {
    if (!live.frame || !this.series.size) return [s("text", { class: "empty", x: 8, y: 24 }, t("asking"))];
    this.room = Math.max(10, Math.min(30, Math.floor((width * 0.36) / 7)));
    const longest = Math.max(...this.signals.map((signal) => this.short(signal).length));
    const right = width - 12 - longest * 7;
    const all = [...this.series.values()].flatMap((series) => series.times.slice(0, 1));
    if (!all.length) return [s("text", { class: "empty", x: 8, y: 24 }, t("nothing_kept"))];
    const range = [Math.max(now() - SPAN, Math.min(...all)), now()];
    const x = scale(...range, TIME_LEFT, right);
    const each = (height - TIME_BOTTOM) / this.strips.length;
    const marks = [timeAxis(x, range, height - TIME_BOTTOM, TIME_LEFT, right)];
    this.strips.forEach((strip, i) => marks.push(this.strip(strip, x, i * each + 22, (i + 1) * each - 8, right)));
    if (this.at !== null && this.at > TIME_LEFT && this.at < right) marks.push(this.cursor(range, x, right, height));
    else this.reading.textContent = "";
    return marks;
  }

  strip(strip, x, top, bottom, right) {
    const values = strip.signals.flatMap((signal) => this.series.get(signal)?.values ?? []).filter((value) => value !== null);
    if (!values.length) return [];
    let [low, high] = [Math.min(...values), Math.max(...values)];
    const least = Math.max(Math.abs(high) * 0.01, 1e-6);
    if (high - low < least) [low, high] = [(low + high - least) / 2, (low + high + least) / 2];
    const y = scale(low, high, bottom, top);
    const lines = strip.signals.map((signal, i) => {
      const series = this.series.get(signal);
      const points = series.values.map((value, place) => (value === null ? "" : `${x(series.times[place]).toFixed(1)},${y(value).toFixed(1)}`));
      return s("polyline", { class: `line thin hue-${i % 6}`, points: points.join(" ") });
    });
    return [upAxis(y, [low, high], TIME_LEFT, right, { count: 3, title: strip.unit ? `[${strip.unit}]` : "" }), lines, this.names(strip, y, right, top, bottom)];
  }

  cursor([from, to], x, right, height) {
    const at = from + ((this.at - TIME_LEFT) / (right - TIME_LEFT)) * (to - from);
    const parts = this.signals.map((signal) => {
      const series = this.series.get(signal);
      return series?.times.length ? `${this.short(signal)} ${full(signal, series.values[nearest(series.times, at)])}` : "";
    });
    this.reading.textContent = `${dayAndTime(at)}: ${parts.filter(Boolean).join(" · ")}`;
    return s("line", { class: "cursor", x1: this.at, x2: this.at, y1: 10, y2: height - TIME_BOTTOM });
  }

  table() {
    const series = this.signals.map((signal) => this.series.get(signal) ?? { times: [], values: [] });
    const rows = series[0].times.map((time, i) => [dayAndTime(time), ...this.signals.map((signal, n) => (series[n].values[i] === undefined ? "—" : full(signal, series[n].values[i])))]);
    return { head: [t("time"), ...this.signals.map((signal) => this.short(signal))], rows: rows.slice(-60).reverse() };
  }
}
