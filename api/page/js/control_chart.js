// A control chart: means of subgroups above, ranges below, limits drawn, broken rules marked by shape and word.

import { h, s } from "./dom.js";
import { t, both } from "./texts.js";
import { dayAndTime, withUnit } from "./format.js";
import { Canvas, scale, smart, upAxis, withTitle } from "./axes.js";
import { timeAxis } from "./timeaxis.js";
import { get } from "./ask.js";

const CONTROL_LEFT = 52;
const CONTROL_RIGHT = 46;

export class ControlChart {
  constructor(view) {
    this.view = view;
    this.canvas = new Canvas(both(view.title), (width, height) => this.marks(width, height), 290);
    this.reading = h("p", { class: "reading" });
    this.element = h("div", {}, this.canvas.element, this.reading);
  }

  async refresh() {
    this.data = await get(`charts/${this.view.name}`);
    const broken = this.data.points.filter((point) => point.rules.length);
    const rules = [...new Set(broken.flatMap((point) => point.rules))].map((rule) => t(`rule_${rule}`));
    const capability = this.data.capability ? ` · Ppk ${smart(this.data.capability)}` : "";
    this.reading.textContent = this.data.points.length ? (broken.length ? t("rules_broken", { count: broken.length, rules: rules.join(", ") }) : t("in_control")) + capability : "";
    this.reading.classList.toggle("attention", broken.some((point) => point.rules.includes("beyond")));
    this.canvas.draw();
  }

  limit(value, y, right, word, kind = "limit") {
    return [s("line", { class: kind, x1: CONTROL_LEFT, x2: right, y1: y(value), y2: y(value) }), s("text", { class: "tick", x: right + 4, y: y(value) + 4 }, word)];
  }

  marks(width, height) {
    if (!this.data?.points.length) return [s("text", { class: "empty", x: 8, y: 24 }, t(this.data ? "nothing_measured" : "asking"))];
    const { points, centre, low, high, range_centre: middle, range_high: top, quantity, unit } = this.data;
    const right = width - CONTROL_RIGHT;
    const times = points.map((point) => Date.parse(point.time));
    const x = scale(times[0], times.at(-1), CONTROL_LEFT + 4, right - 4);
    const [upper, cut, bottom] = [24, height * 0.62, height - 24];
    const means = points.map((point) => point.mean);
    const span = [Math.min(low, ...means), Math.max(high, ...means)];
    const y = scale(...span, cut - 8, upper);
    const spread = [0, Math.max(top, ...points.map((point) => point.range))];
    const z = scale(...spread, bottom - 2, cut + 24);
    const path = (value) => points.map((point, i) => `${x(times[i]).toFixed(1)},${value(point).toFixed(1)}`).join(" ");
    return [
      upAxis(y, span, CONTROL_LEFT, right, { count: 4, title: `${both(quantity)} ${unit ? `[${unit}]` : ""}` }),
      upAxis(z, spread, CONTROL_LEFT, right, { count: 2, title: t("range") }),
      timeAxis(x, [times[0], times.at(-1)], bottom, CONTROL_LEFT, right),
      this.limit(high, y, right, "+3σ"), this.limit(low, y, right, "−3σ"), this.limit(centre, y, right, "x̄", "centre"),
      this.limit(top, z, right, "+3σ"), this.limit(middle, z, right, "R̄", "centre"),
      s("polyline", { class: "line thin hue-0", points: path((point) => y(point.mean)) }),
      s("polyline", { class: "line thin hue-0", points: path((point) => z(point.range)) }),
      points.map((point, i) => this.mark(point, x(times[i]), y(point.mean))),
    ];
  }

  mark(point, x, y) {
    const broken = point.rules.length > 0;
    // Beyond the limits is red and square; a run within them is amber and three-cornered.
    const beyond = point.rules.includes("beyond");
    const mark = beyond ? s("rect", { class: "broken", x: x - 4, y: y - 4, width: 8, height: 8 }) : broken ? s("path", { class: "run", d: `M${x} ${y - 5} l5 8 h-10 Z` }) : s("circle", { class: "dot", cx: x, cy: y, r: 2 });
    return withTitle(mark, `${dayAndTime(point.time)} · ${withUnit(smart(point.mean), this.data.unit)}${broken ? ` · ${point.rules.map((rule) => t(`rule_${rule}`)).join(", ")}` : ""}`);
  }

  table() {
    const rows = (this.data?.points ?? []).map((point) => [dayAndTime(point.time), smart(point.mean), smart(point.range), point.rules.map((rule) => t(`rule_${rule}`)).join(", ")]);
    return { head: [t("time"), t("mean"), t("range"), t("rules")], rows: rows.reverse() };
  }
}
