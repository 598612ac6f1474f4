// Amounts in the cells of two whole numbers, darker where there is more; the amount stands in the cell.

import { h } from "./dom.js";
import { t, both } from "./texts.js";
import { plain, withUnit } from "./format.js";
import { get } from "./ask.js";

const signed = (value) => (value > 0 ? `+${value}` : String(value).replace("-", "−"));

export class GridChart {
  constructor(view) {
    this.view = view;
    this.element = h("div", { class: "grid-chart" });
  }

  async refresh() {
    this.data = await get(`charts/${this.view.name}`);
    const { columns, rows, cells, across, down, unit, pieces } = this.data;
    if (!pieces) {
      this.element.replaceChildren(h("p", { class: "empty" }, t("nothing_measured")));
      return;
    }
    const total = cells.flat().reduce((sum, cell) => sum + cell, 0);
    const most = Math.max(...cells.flat());
    const cell = (amount) => {
      const element = h("td", { class: amount > most * 0.5 ? "much" : "", title: `${plain((100 * amount) / total, 1)} %` }, amount ? plain(amount, amount < 10 ? 1 : 0) : "");
      element.style.setProperty("--share", `${Math.round(100 * Math.sqrt(amount / most))}%`);
      return element;
    };
    this.element.replaceChildren(
      h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": both(this.view.title) }, h("table", {},
        h("caption", {}, `${both(across)} → · ${both(down)} ↓${unit ? ` · ${unit}` : ""}`),
        h("thead", {}, h("tr", {}, h("td"), ...columns.map((column) => h("th", { scope: "col" }, signed(column))))),
        h("tbody", {}, ...rows.map((row, i) => h("tr", {}, h("th", { scope: "row" }, signed(row)), ...cells[i].map(cell)))))),
      h("p", { class: "reading" }, t("of_all", { total: withUnit(plain(total, 0), unit), pieces: plain(pieces, 0) })),
    );
  }
}
