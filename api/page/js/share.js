// Counters as shares of their sum, largest first: one bar each, labelled with the share and the number.

import { h, say } from "./dom.js";
import { t, both } from "./texts.js";
import { live, numberOf } from "./live.js";
import { full, plain } from "./format.js";

export class ShareChart {
  constructor(view) {
    this.rows = view.lines.map((path) => {
      const signal = live.signals.get(path);
      const bar = h("i");
      const share = h("span", { class: "value" });
      const count = h("span", { class: "count" });
      const row = h("li", {}, h("span", { class: "title" }, both(signal.meaning)), h("span", { class: "track" }, bar), share, count);
      return { signal, bar, share, count, row };
    });
    this.list = h("ol", { class: "shares" }, ...this.rows.map((each) => each.row));
    this.empty = h("p", { class: "empty" }, t("nothing_counted"));
    this.element = h("div", {}, this.list, this.empty);
  }

  update() {
    if (!live.frame) return;
    const total = this.rows.reduce((sum, { signal }) => sum + (numberOf(signal) ?? 0), 0);
    this.list.hidden = total <= 0;
    this.empty.hidden = total > 0;
    const ordered = [...this.rows].sort((one, other) => numberOf(other.signal) - numberOf(one.signal));
    if (ordered.some((each, i) => each.row !== this.list.children[i])) this.list.replaceChildren(...ordered.map((each) => each.row));
    for (const { signal, bar, share, count } of this.rows) {
      const part = total > 0 ? numberOf(signal) / total : 0;
      bar.style.width = `${100 * part}%`;
      say(share, `${plain(100 * part, 1)}\u202f%`);
      say(count, full(signal));
    }
  }
}
