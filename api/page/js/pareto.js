// Counts by kind within their origin, the greatest origin first: bars with their words, and the running sum.

import { h } from "./dom.js";
import { t, both } from "./texts.js";
import { plain } from "./format.js";
import { get } from "./ask.js";
import { lookUp } from "./passport.js";

const key = (item) => item.word.en;

export class ParetoChart {
  constructor(view) {
    this.view = view;
    this.element = h("div", { class: "pareto" });
  }

  async refresh() {
    this.data = await get(`charts/${this.view.name}`);
    this.show();
  }

  show() {
    const total = this.data.items.reduce((sum, item) => sum + item.count, 0);
    if (!total) {
      this.element.replaceChildren(h("p", { class: "empty" }, this.data.pieces ? t("nothing_found", { pieces: plain(this.data.pieces, 0) }) : t("nothing_measured")));
      return;
    }
    const groups = new Map();
    for (const item of this.data.items) {
      const name = both(item.group);
      if (!groups.has(name)) groups.set(name, []);
      groups.get(name).push(item);
    }
    const sum = (items) => items.reduce((all, item) => all + item.count, 0);
    const ordered = [...groups].sort(([, one], [, other]) => sum(other) - sum(one));
    const most = Math.max(...this.data.items.map((item) => item.count));
    this.element.replaceChildren(
      ...ordered.map(([name, items]) => h("section", {}, name ? h("h4", {}, name, h("span", { class: "value" }, `${plain((100 * sum(items)) / total, 0)}\u202f%`)) : "",
        h("ol", {}, ...items.map((item) => this.row(item, most))))),
      h("p", { class: "reading" }, t("of_pieces", { count: plain(total, 0), pieces: plain(this.data.pieces, 0) })),
    );
  }

  row(item, most) {
    const bar = h("i");
    bar.style.width = `${(100 * item.count) / most}%`;
    const share = `${plain((100 * item.count) / this.data.pieces, 2)}\u202f%`;
    const title = item.things.length ? h("button", { type: "button", class: "link", "aria-expanded": String(this.open === key(item)), onclick: () => this.unfold(item) }, both(item.word)) : both(item.word);
    return h("li", {}, h("span", { class: "title" }, title), h("span", { class: "track" }, bar), h("span", { class: "value" }, plain(item.count, 0)), h("span", { class: "count" }, share), this.open === key(item) ? this.things(item) : "");
  }

  // From a kind of finding to the pieces that have it, and so to what made them.
  unfold(item) {
    this.open = this.open === key(item) ? null : key(item);
    this.show();
    this.element.querySelector("[aria-expanded=true]")?.focus({ preventScroll: true });
  }

  things(item) {
    return h("ul", { class: "things" }, h("li", {}, t("newest_of_them")), ...item.things.map((id) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => lookUp(`${this.data.thing}:${id}`) }, id))));
  }

  table() {
    return { head: [t("kind"), t("origin"), t("pieces"), "%"], rows: (this.data?.items ?? []).map((item) => [both(item.word), both(item.group), plain(item.count, 0), plain((100 * item.count) / this.data.pieces, 2)]) };
  }
}
