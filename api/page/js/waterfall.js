// From all to what is left: every step says what is lost, in percent of the whole.

import { h, s } from "./dom.js";
import { t, both } from "./texts.js";
import { plain } from "./format.js";
import { Canvas, scale, withTitle } from "./axes.js";
import { figures } from "./figures.js";

const WATERFALL_LEFT = 10;

export class WaterfallChart {
  constructor(view) {
    this.view = view;
    this.canvas = new Canvas(both(view.title), (width, height) => this.marks(width, height), 230);
    this.reading = h("p", { class: "reading" });
    this.element = h("div", {}, this.canvas.element, this.reading);
  }

  async refresh() {
    const items = await figures();
    const mine = this.view.losses.map((loss) => items.find((item) => item.name === loss.figure && item.station === this.view.station));
    const missing = mine.find((item) => !item || item.value === null);
    this.reading.textContent = missing?.reason ? `${t("not_defined")}: ${both(missing.reason)}` : "";
    this.steps = mine.some((item) => !item || item.value === null) ? null : this.losses(mine);
    this.asked = true;
    this.canvas.draw();
  }

  losses(mine) {
    let left = 100;
    const steps = [{ title: both(this.view.whole), from: 0, to: 100, kind: "whole" }];
    mine.forEach((item, i) => {
      const next = (left * item.value) / 100;
      steps.push({ title: both(this.view.losses[i].loses), from: next, to: left, kind: next > left ? "gain" : "loss", why: `${both(item.title)} ${plain(item.value, 1)} %` });
      left = next;
    });
    return [...steps, { title: both(this.view.left), from: 0, to: left, kind: "left" }];
  }

  marks(width, height) {
    if (!this.steps) return this.asked ? null : [s("text", { class: "empty", x: 8, y: 24 }, t("asking"))];
    const each = (width - 2 * WATERFALL_LEFT) / this.steps.length;
    const bottom = height - 40;
    const y = scale(0, Math.max(100, ...this.steps.map((step) => step.to)), bottom, 22);
    return [
      s("line", { class: "axis", x1: WATERFALL_LEFT, x2: width - WATERFALL_LEFT, y1: bottom, y2: bottom }),
      this.steps.map((step, i) => {
        const x = WATERFALL_LEFT + each * i + each * 0.14;
        const [low, high] = [Math.min(step.from, step.to), Math.max(step.from, step.to)];
        const bar = s("g", {},
          s("rect", { class: `step ${step.kind}`, x, y: y(high), width: each * 0.72, height: Math.max(1.5, y(low) - y(high)) }),
          i < this.steps.length - 1 ? s("line", { class: "grid", x1: x, x2: x + each, y1: y(step.kind === "whole" ? 100 : step.from), y2: y(step.kind === "whole" ? 100 : step.from) }) : "",
          s("text", { class: "tick value", x: x + each * 0.36, y: y(high) - 6, "text-anchor": "middle" }, `${high - low < 0.05 ? "" : step.kind === "loss" ? "−" : step.kind === "gain" ? "+" : ""}${plain(high - low, 1)} %`),
          ...this.words(step.title, each).map((line, n) => s("text", { class: "tick", x: x + each * 0.36, y: bottom + 15 + 13 * n, "text-anchor": "middle" }, line)));
        return withTitle(bar, step.why ?? step.title);
      }),
    ];
  }

  words(title, room) {
    if (title.length * 6.4 < room) return [title];
    const words = title.split(" ");
    const half = Math.ceil(words.length / 2);
    return [words.slice(0, half).join(" "), words.slice(half).join(" ")].filter(Boolean);
  }

  table() {
    return { head: [t("step_name"), "%"], rows: (this.steps ?? []).map((step) => [step.title, plain(step.to - step.from, 1)]) };
  }
}
