// What flows from sources to uses, in bands as wide as they are large; every band says its amount and share.

import { h, s } from "./dom.js";
import { t, both } from "./texts.js";
import { live, numberOf } from "./live.js";
import { plain, unitLabel, withUnit } from "./format.js";
import { Canvas, withTitle } from "./axes.js";

const GAP = 12;
const BAR = 12;

export class SankeyChart {
  constructor(view) {
    this.streams = view.streams.map((stream) => ({ ...stream, signals: stream.counters.map((path) => live.signals.get(path)) })).filter((stream) => stream.signals.length);
    this.unit = unitLabel(this.streams[0]?.signals[0]?.unit);
    this.canvas = new Canvas(both(view.title), (width, height) => this.marks(width, height), 330);
    this.element = h("div", {}, this.canvas.element);
  }

  amounts() {
    return this.streams.map((stream) => ({ ...stream, from: both(stream.source), to: both(stream.target), amount: stream.signals.reduce((sum, signal) => sum + (numberOf(signal) ?? 0), 0) })).filter((stream) => stream.amount > 0);
  }

  update() {
    const now = performance.now();
    if (now - (this.drawn ?? -Infinity) < 1000) return;
    this.drawn = now;
    this.canvas.draw();
  }

  marks(width, height) {
    if (!live.frame) return null;
    const streams = this.amounts();
    const total = streams.reduce((sum, stream) => sum + stream.amount, 0);
    if (!total) return [s("text", { class: "empty", x: 8, y: 24 }, t("nothing_counted"))];
    const side = (key) => {
      const sums = new Map();
      for (const stream of streams) sums.set(stream[key], (sums.get(stream[key]) ?? 0) + stream.amount);
      return [...sums].sort(([, one], [, other]) => other - one);
    };
    const [sources, targets] = [side("from"), side("to")];
    const scale = (height - 16 - GAP * 1.6 * (Math.max(sources.length, targets.length) - 1)) / total;
    const lay = (nodes) => {
      const gap = nodes.length > 1 ? Math.max(GAP, Math.min(GAP * 1.6, (height - 16 - total * scale) / (nodes.length - 1))) : 0;
      const places = new Map();
      let top = 8;
      for (const [name, amount] of nodes) {
        places.set(name, { top, used: 0, amount });
        top += amount * scale + gap;
      }
      return places;
    };
    const [left, right] = [lay(sources), lay(targets)];
    const narrow = width < 560;
    const [from, to] = [narrow ? 8 : 150, width - (narrow ? 138 : 230)];
    this.narrow = narrow;
    const order = [...streams].sort((one, other) => right.get(one.to).top - right.get(other.to).top);
    return [
      order.map((stream) => this.band(stream, left.get(stream.from), right.get(stream.to), scale, from + BAR, to, sources, total)),
      [...left].map(([name, place]) => this.node(name, place, from, scale, total, narrow ? "inside" : "end", sources.findIndex(([each]) => each === name))),
      [...right].map(([name, place]) => this.node(name, place, to, scale, total, "start", null)),
    ];
  }

  band(stream, source, target, scale, from, to, sources, total) {
    const wide = stream.amount * scale;
    const [y1, y2] = [source.top + source.used, target.top + target.used];
    source.used += wide;
    target.used += wide;
    const middle = (from + to) / 2;
    const d = `M${from} ${y1} C${middle} ${y1} ${middle} ${y2} ${to} ${y2} V${y2 + Math.max(1, wide)} C${middle} ${y2 + wide} ${middle} ${y1 + wide} ${from} ${y1 + Math.max(1, wide)} Z`;
    const hue = sources.findIndex(([name]) => name === stream.from) + 1;
    return withTitle(s("path", { class: `band hue-${hue % 4}`, d }), `${stream.from} → ${stream.to}: ${this.text(stream.amount)} (${plain((100 * stream.amount) / total, 1)} %)`);
  }

  text(amount) {
    return amount >= 10000 && this.unit === "kWh" ? withUnit(plain(amount / 1000, 1), "MWh") : withUnit(plain(amount, amount < 100 ? 1 : 0), this.unit);
  }

  node(name, place, x, scale, total, anchor, hue) {
    const tall = Math.max(2, place.amount * scale);
    const y = place.top + tall / 2;
    const at = anchor === "end" ? x - 8 : x + BAR + 8;
    return [
      s("rect", { class: hue === null ? "node" : `node hue-${(hue + 1) % 4}`, x, y: place.top, width: BAR, height: tall }),
      s("text", { class: "name", x: at, y: y + (tall < 26 ? 4 : -2), "text-anchor": anchor === "end" ? "end" : "start" },
        s("tspan", { class: "strong" }, this.narrow && name.length > 16 ? `${name.slice(0, 15)}…` : name), tall < 26 && !this.narrow ? `  ${this.text(place.amount)}` : ""),
      tall < 26 ? null : s("text", { class: "tick", x: at, y: y + 13, "text-anchor": anchor === "end" ? "end" : "start" }, `${this.text(place.amount)} · ${plain((100 * place.amount) / total, 0)} %`),
    ];
  }

  table() {
    return { head: [t("from"), t("to"), this.unit], rows: this.amounts().map((stream) => [stream.from, stream.to, plain(stream.amount, 0)]) };
  }
}
