// Groups side by side: mean with its uncertainty and the middle eighty percent; a group that differs is said in words.

import { h, s } from "./dom.js";
import { t, both } from "./texts.js";
import { plain, withUnit } from "./format.js";
import { Canvas, scale, smart, upAxis, withTitle } from "./axes.js";
import { get } from "./ask.js";

const COMPARE_LEFT = 56;

export class CompareChart {
  constructor(view) {
    this.view = view;
    this.canvas = new Canvas(both(view.title), (width, height) => this.marks(width, height), 230);
    this.reading = h("p", { class: "reading" });
    this.element = h("div", {}, this.canvas.element, this.reading);
  }

  async refresh() {
    this.data = await get(`charts/${this.view.name}`);
    this.reading.textContent = this.verdict();
    this.canvas.draw();
  }

  name(group) {
    return this.data.by.map((title, i) => `${both(title)} ${group.key[i]}`).slice(this.several() ? 0 : -1).join(", ");
  }

  several() {
    return new Set(this.data.groups.map((group) => group.key[0])).size > 1;
  }

  // Two means differ when they are more than three of their common uncertainties apart.
  verdict() {
    const { groups, unit } = this.data;
    if (groups.length < 2) return "";
    const ordered = [...groups].sort((one, other) => one.mean - other.mean);
    const [least, most] = [ordered[0], ordered.at(-1)];
    const difference = most.mean - least.mean;
    const sure = difference > 3 * Math.hypot(least.error, most.error);
    return t(sure ? "groups_differ" : "groups_alike", { one: this.name(most), other: this.name(least), difference: withUnit(smart(difference), unit) });
  }

  marks(width, height) {
    if (!this.data?.groups.length) return [s("text", { class: "empty", x: 8, y: 24 }, t(this.data ? "nothing_measured" : "asking"))];
    const { groups, quantity, unit } = this.data;
    const span = [Math.min(...groups.map((group) => group.low)), Math.max(...groups.map((group) => group.high))];
    const [top, bottom] = [26, height - 24];
    const y = scale(...span, bottom, top);
    const each = (width - COMPARE_LEFT - 10) / groups.length;
    return [
      upAxis(y, span, COMPARE_LEFT, width - 10, { count: 4, title: `${both(quantity)} [${unit ?? ""}]` }),
      groups.map((group, i) => {
        const x = COMPARE_LEFT + each * (i + 0.5);
        const size = Math.min(34, each * 0.4);
        const box = s("g", {},
          s("rect", { class: "spread", x: x - size / 2, y: y(group.high), width: size, height: Math.max(1, y(group.low) - y(group.high)) }),
          s("line", { class: "mean", x1: x - size / 2 - 4, x2: x + size / 2 + 4, y1: y(group.mean), y2: y(group.mean) }),
          s("text", { class: "tick", x, y: bottom + 16, "text-anchor": "middle" }, each > 70 ? this.name(group) : String(group.key.at(-1))),
          s("text", { class: "tick value", x: x + size / 2 + 7, y: y(group.mean) + 4 }, each > 80 ? smart(group.mean) : ""));
        return withTitle(box, `${this.name(group)}: ${withUnit(smart(group.mean), unit)} (${plain(group.count, 0)})`);
      }),
    ];
  }

  table() {
    return { head: [t("group"), t("mean"), "10 %", "90 %", t("pieces")], rows: (this.data?.groups ?? []).map((group) => [this.name(group), smart(group.mean), smart(group.low), smart(group.high), plain(group.count, 0)]) };
  }
}
