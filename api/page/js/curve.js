// Profiles over their axis, such as set and measured along a tunnel: labelled at the line, not in a legend.

import { s, h, say } from "./dom.js";
import { t, both } from "./texts.js";
import { live, profileOf } from "./live.js";
import { ticks, tickText } from "./axes.js";
import { decimalsOf, full, plain, unitLabel, withUnit } from "./format.js";

const CURVE_LEFT = 46;
const CURVE_RIGHT = 14;
const TOP = 34;
const CURVE_BOTTOM = 36;
const STRIP = 22;

const isAsked = (signal) => /(^|_)set(_|$|point)/.test(signal.name);

function interpolate(points, values, x) {
  let i = 1;
  while (i < points.length - 1 && points[i] < x) i++;
  const share = (x - points[i - 1]) / (points[i] - points[i - 1] || 1);
  return values[i - 1] + (values[i] - values[i - 1]) * share;
}

export class CurveChart {
  constructor(view) {
    this.signals = view.lines.map((path) => live.signals.get(path)).filter((signal) => signal.axis);
    this.references = (view.references ?? []).filter((each) => each.values.length === this.signals[0]?.length);
    this.second = view.second_axis ? live.signals.get(view.second_axis) : null;
    this.deviation = view.deviation ? this.pairs() : null;
    this.inside = view.inside ? live.signals.get(view.inside) : null;
    this.foot = this.inside ? CURVE_BOTTOM + STRIP : CURVE_BOTTOM;
    this.canvas = s("svg", { class: "chart", role: "img", "aria-label": both(view.title) });
    this.reading = h("p", { class: "reading" });
    this.key = h("p", { class: "key" }, ...this.signals.map((signal, i) => this.keyOf(signal, i)),
      ...this.references.map((each) => h("span", { class: "hue-2" }, s("svg", { viewBox: "0 0 26 8", class: "key-line", "aria-hidden": "true" }, s("path", { class: "line reference", d: "M1 4 H25" })), both(each.title))));
    this.element = h("div", { class: "curve" }, this.key, this.canvas, this.reading);
    this.canvas.addEventListener("pointermove", (event) => this.point(event));
    this.canvas.addEventListener("pointerleave", () => { this.at = null; this.update(); });
    new ResizeObserver(() => this.update()).observe(this.canvas);
  }

  // What is measured with what is asked of the same thing, in the order given.
  pairs() {
    const asked = this.signals.filter(isAsked);
    const measured = this.signals.filter((signal) => !isAsked(signal));
    this.signals = measured;
    return measured.map((signal, i) => asked[i]);
  }

  profiles() {
    if (!this.deviation) return this.signals.map(profileOf);
    return this.signals.map((signal, i) => {
      const asked = profileOf(this.deviation[i]);
      return profileOf(signal).map((value, place) => (value === null || asked[place] === null ? null : value - asked[place]));
    });
  }

  // Noise of a thousandth of the range must not look like an event.
  least() {
    const { low, high } = this.signals[0];
    return high === null ? 1e-6 : (high - low) * (this.deviation ? 0.015 : 0.1);
  }

  // Set points and what is measured of the same thing share a hue: the n-th of each belong together.
  hue(signal) {
    const alike = this.signals.filter((each) => isAsked(each) === isAsked(signal));
    return alike.indexOf(signal) % 4;
  }

  keyOf(signal) {
    return h("span", { class: `hue-${this.hue(signal)}` }, s("svg", { viewBox: "0 0 26 8", class: "key-line", "aria-hidden": "true" }, s("path", { class: isAsked(signal) ? "line asked" : "line", d: "M1 4 H25" })), both(signal.meaning));
  }

  point(event) {
    const box = this.canvas.getBoundingClientRect();
    this.at = this.fromX?.(event.clientX - box.left) ?? null;
    this.update();
  }

  update() {
    const { width, height } = this.canvas.getBoundingClientRect();
    if (width < 60 || !live.frame || !this.signals.length) return;
    const { axis, unit } = this.signals[0];
    const profiles = this.profiles();
    const known = [...profiles.flat(), ...this.references.flatMap((each) => each.values)].filter((value) => value !== null);
    if (!known.length) return;
    let [low, high] = [Math.min(...known, ...(this.span ?? [Infinity])), Math.max(...known, ...(this.span ?? [-Infinity]))];
    const wider = Math.max(0, this.least() - (high - low)) / 2;
    [low, high] = [low - wider, high + wider];
    this.span = [low, high];
    const pad = (high - low || 1) * (low >= 0 && low < (high - low) * 0.3 ? 0.03 : 0.08);
    const [from, to] = [axis.points[0], axis.points.at(-1)];
    const x = (value) => CURVE_LEFT + ((value - from) / (to - from || 1)) * (width - CURVE_LEFT - CURVE_RIGHT);
    const y = (value) => height - this.foot - ((value - low + pad) / (high - low + 2 * pad)) * (height - TOP - this.foot);
    this.fromX = (left) => from + ((left - CURVE_LEFT) / (width - CURVE_LEFT - CURVE_RIGHT)) * (to - from);
    const marks = [];
    const up = ticks(low - pad, high + pad, Math.max(3, height / 60));
    const text = tickText(up);
    for (const tick of up) {
      marks.push(s("line", { class: "grid", x1: CURVE_LEFT, x2: width - CURVE_RIGHT, y1: y(tick), y2: y(tick) }), s("text", { class: "tick", x: CURVE_LEFT - 6, y: y(tick) + 4, "text-anchor": "end" }, text(tick)));
    }
    const across = ticks(from, to, Math.max(3, width / 90));
    for (const tick of across) marks.push(s("text", { class: "tick", x: x(tick), y: height - CURVE_BOTTOM + 16, "text-anchor": "middle" }, plain(tick, 0)));
    if (low < 0 && high > 0) marks.push(s("line", { class: "axis", x1: CURVE_LEFT, x2: width - CURVE_RIGHT, y1: y(0), y2: y(0) }));
    marks.push(s("line", { class: "axis", x1: CURVE_LEFT, x2: width - CURVE_RIGHT, y1: height - this.foot, y2: height - this.foot }));
    if (this.inside) marks.push(...this.strip(x, width, height));
    marks.push(s("text", { class: "label", x: width - CURVE_RIGHT, y: height - 5, "text-anchor": "end" }, withUnit(both(axis.meaning), `[${unitLabel(axis.unit)}]`)));
    marks.push(s("text", { class: "label", x: 4, y: TOP - 20, "text-anchor": "start" }, unit ? `[${unitLabel(unit)}]` : ""));
    this.drawSecond(marks, across, x, width);
    const lines = profiles.map((values, i) => {
      const points = values.map((value, place) => (value === null ? null : `${x(axis.points[place]).toFixed(1)},${y(value).toFixed(1)}`));
      const kind = isAsked(this.signals[i]) ? "line asked" : "line";
      return s("polyline", { class: `${kind} hue-${this.hue(this.signals[i])}`, points: points.filter(Boolean).join(" ") });
    });
    for (const { values } of this.references) lines.push(s("polyline", { class: "line reference hue-2", points: values.map((value, place) => `${x(axis.points[place]).toFixed(1)},${y(value).toFixed(1)}`).join(" ") }));
    if (this.at !== null && this.at !== undefined) marks.push(...this.cursor(axis, profiles, x, height));
    else say(this.reading, "");
    this.canvas.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.canvas.replaceChildren(...marks, ...lines);
  }

  // What is inside, along the same axis: full cells are dark, a gap is a hole.
  strip(x, width, height) {
    const values = profileOf(this.inside);
    const size = (width - CURVE_LEFT - CURVE_RIGHT) / values.length;
    const { points } = this.signals[0].axis;
    const backwards = points[0] > points.at(-1);
    return values.map((value, place) => {
      const left = CURVE_LEFT + size * (backwards ? values.length - 1 - place : place);
      const cell = s("rect", { class: "cell presence", x: left + size * 0.1, y: height - this.foot + 5, width: size * 0.8, height: 12 });
      cell.style.opacity = Math.min(1, Math.max(0.04, (value ?? 0) / 100));
      return cell;
    });
  }

  table() {
    const { axis } = this.signals[0];
    const profiles = this.profiles();
    const head = [`${both(axis.meaning)} [${unitLabel(axis.unit)}]`, ...this.signals.map((signal) => both(signal.meaning)), ...this.references.map((each) => both(each.title))];
    const rows = axis.points.map((point, place) => [plain(point, 1), ...this.signals.map((signal, i) => full(signal, profiles[i][place])), ...this.references.map((each) => plain(each.values[place], 0))]);
    return { head, rows };
  }

  drawSecond(marks, across, x, width) {
    if (!this.second || this.second.length !== this.signals[0].length) return;
    const values = profileOf(this.second);
    for (const tick of across) {
      const value = interpolate(this.signals[0].axis.points, values, tick);
      marks.push(s("text", { class: "tick second", x: x(tick), y: TOP - 6, "text-anchor": "middle" }, plain(value, decimalsOf(this.second, value) && 0)));
    }
    marks.push(s("text", { class: "label second", x: width - CURVE_RIGHT, y: TOP - 20, "text-anchor": "end" }, `${both(this.second.meaning)} [${unitLabel(this.second.unit)}]`));
  }

  cursor(axis, profiles, x, height) {
    const distance = (place) => Math.abs(axis.points[place] - this.at);
    const nearest = axis.points.reduce((best, _, place) => (distance(place) < distance(best) ? place : best), 0);
    const where = withUnit(plain(axis.points[nearest], 1), unitLabel(axis.unit));
    const values = this.signals.map((signal, i) => `${both(signal.meaning)} ${full(signal, profiles[i][nearest])}`);
    values.push(...this.references.map((each) => `${both(each.title)} ${withUnit(plain(each.values[nearest], 0), unitLabel(this.signals[0].unit))}`));
    say(this.reading, `${t("at")} ${where}: ${values.join(" · ")}`);
    return [s("line", { class: "cursor", x1: x(axis.points[nearest]), x2: x(axis.points[nearest]), y1: TOP, y2: height - this.foot })];
  }
}
