// One signal over another, coloured by a third; points of one colour that lie on a line show what the third does.

import { h, s } from "./dom.js";
import { t, both } from "./texts.js";
import { live } from "./live.js";
import { full, unitLabel } from "./format.js";
import { acrossAxis, Canvas, scale, upAxis } from "./axes.js";
import { heatColour } from "./heat.js";
import { past } from "./past.js";

const SCATTER_LEFT = 56;
const SCATTER_RIGHT = 12;

export class ScatterChart {
  constructor(view) {
    this.signals = [view.across, view.up, view.colour].filter(Boolean).map((path) => live.signals.get(path));
    this.canvas = new Canvas(both(view.title), (width, height) => this.marks(width, height), 260);
    this.reading = h("p", { class: "reading" });
    this.element = h("div", {}, this.canvas.element, this.reading);
  }

  async refresh() {
    const series = await Promise.all(this.signals.map((signal) => past(signal.path, 8 * 3600e3, 300)));
    const others = series.slice(1).map(({ times, values }) => new Map(times.map((time, i) => [time, values[i]])));
    this.points = series[0].times.map((time, i) => [series[0].values[i], ...others.map((other) => other.get(time))]).filter((point) => point.every((value) => value !== undefined && value !== null));
    this.canvas.draw();
  }

  marks(width, height) {
    if (!this.points?.length) return [s("text", { class: "empty", x: 8, y: 24 }, t(this.points ? "nothing_kept" : "asking"))];
    const spans = this.signals.map((_, place) => {
      const values = this.points.map((point) => point[place]).sort((one, other) => one - other);
      // A stop would squeeze all that matters into a corner.
      const [low, high] = [values[Math.floor(values.length * 0.02)], values[Math.ceil(values.length * 0.98) - 1]];
      const pad = Math.max((high - low) * 0.08, Math.abs(high) * 1e-4, 1e-9);
      return [low - pad, high + pad];
    });
    const [across, up, colour] = this.signals;
    const bottom = height - 38;
    const x = scale(...spans[0], SCATTER_LEFT, width - SCATTER_RIGHT);
    const y = scale(...spans[1], bottom, 24);
    const inside = this.points.filter((point) => spans.every(([low, high], i) => i > 1 || (point[i] >= low && point[i] <= high)));
    this.reading.replaceChildren(...(colour ? [h("span", {}, `${both(colour.meaning)} `), full(colour, spans[2][0]), h("span", { class: "ramp", "aria-hidden": "true" }, ...Array.from({ length: 12 }, (_, i) => { const step = h("i"); step.style.background = heatColour(0.25 + (0.75 * i) / 11); return step; })), full(colour, spans[2][1])] : []));
    return [
      upAxis(y, spans[1], SCATTER_LEFT, width - SCATTER_RIGHT, { count: 4, title: `${both(up.meaning)} [${unitLabel(up.unit)}]` }),
      acrossAxis(x, spans[0], bottom, SCATTER_LEFT, width - SCATTER_RIGHT, { count: Math.max(4, width / 75), title: `${both(across.meaning)} [${unitLabel(across.unit)}]` }),
      inside.map((point) => {
        const dot = s("circle", { class: "dot", cx: x(point[0]), cy: y(point[1]), r: 3 });
        if (colour) dot.style.fill = heatColour(0.25 + (0.75 * (point[2] - spans[2][0])) / (spans[2][1] - spans[2][0] || 1));
        return dot;
      }),
    ];
  }

  table() {
    return { head: this.signals.map((signal) => both(signal.meaning)), rows: (this.points ?? []).slice(-60).reverse().map((point) => point.map((value, i) => full(this.signals[i], value))) };
  }
}
