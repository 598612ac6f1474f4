// What the charts share: scales, round ticks, axes labelled with quantity and unit, and a place that knows its size.

import { s } from "./dom.js";
import { decimalsFor, plain } from "./format.js";

// Round steps of 1, 2 or 5 times a power of ten, about `count` of them.
export function ticks(low, high, count) {
  const raw = (high - low) / count || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= raw * 0.999);
  const found = [];
  for (let tick = Math.ceil(low / step - 1e-9) * step; tick <= high + step * 1e-6; tick += step) found.push(Math.abs(tick) < step * 1e-6 ? 0 : tick);
  return found;
}

export const scale = (from, to, low, high) => (value) => low + ((value - from) / (to - from || 1)) * (high - low);

// The decimals that tell one tick from the next.
export function tickText(all) {
  const step = all.length > 1 ? Math.abs(all[1] - all[0]) : Math.abs(all[0] ?? 1);
  const decimals = Math.max(0, Math.min(6, -Math.floor(Math.log10(step || 1) + 1e-9)));
  return (value) => plain(value, decimals);
}

export const smart = (value) => plain(value, decimalsFor(Math.abs(value)));

export class Canvas {
  constructor(label, redraw, height = null) {
    this.element = s("svg", { class: "chart", role: "img", "aria-label": label });
    if (height) this.element.style.height = `${height}px`;
    this.redraw = redraw;
    new ResizeObserver(() => this.draw()).observe(this.element);
  }

  draw() {
    const { width, height } = this.element.getBoundingClientRect();
    if (width < 40 || height < 30) return;
    const marks = this.redraw(width, height);
    if (!marks) return;
    this.element.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.element.replaceChildren(...marks.flat(Infinity).filter(Boolean));
  }
}

export function upAxis(y, [low, high], left, right, { count = 5, title = "", format = null } = {}) {
  const all = ticks(low, high, count);
  const text = format ?? tickText(all);
  const top = Math.min(y(low), y(high));
  return [
    all.map((tick) => [s("line", { class: "grid", x1: left, x2: right, y1: y(tick), y2: y(tick) }), s("text", { class: "tick", x: left - 6, y: y(tick) + 4, "text-anchor": "end" }, text(tick))]),
    title ? s("text", { class: "label", x: 4, y: top - 8 }, title) : null,
  ];
}

export function acrossAxis(x, [low, high], bottom, left, right, { count = 6, title = "", format = null } = {}) {
  const all = ticks(low, high, count);
  const text = format ?? tickText(all);
  return [
    s("line", { class: "axis", x1: left, x2: right, y1: bottom, y2: bottom }),
    all.map((tick) => s("text", { class: "tick", x: x(tick), y: bottom + 16, "text-anchor": "middle" }, text(tick))),
    title ? s("text", { class: "label", x: right, y: bottom + 31, "text-anchor": "end" }, title) : null,
  ];
}

export const withTitle = (element, text) => {
  element.append(s("title", {}, text));
  return element;
};
