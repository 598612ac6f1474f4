// Key figures side by side for every shift, day or order, the newest first; the best and the worst are told apart by a bar.

import { h } from "./dom.js";
import { t, both } from "./texts.js";
import { live } from "./live.js";
import { get } from "./ask.js";
import { figures } from "./figures.js";
import { duration, figureText, hourMinute, shortDay } from "./format.js";
import { unitOfSymbol } from "./headline.js";
import { now } from "./past.js";

const DAY = 24 * 3600e3;
const PERIOD_SPANS = [["by_shift", "shift", 3], ["by_day", "day", 14], ["by_order", "order", 7]];
const MOST_PERIODS = 12;

export class PeriodTable {
  constructor(view) {
    this.view = view;
    const known = PERIOD_SPANS.filter(([, span]) => span !== "order" || view.orders_of);
    this.span = h("select", { "aria-label": t("span"), onchange: () => this.refresh(true) }, ...known.map(([key, span]) => h("option", { value: span }, t(key))));
    this.head = h("thead", {});
    this.body = h("tbody", {});
    this.reading = h("p", { class: "reading", role: "status" });
    this.element = h("div", {}, h("div", { class: "choices" }, this.span), h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": both(view.title) }, h("table", { class: "periods" }, this.head, this.body)), this.reading);
  }

  async refresh(chosen = false) {
    if (!live.frame || (!chosen && performance.now() - (this.asked ?? -Infinity) < 30_000)) return;
    this.asked = performance.now();
    const [, span, days] = PERIOD_SPANS.find(([, name]) => name === this.span.value);
    const start = new Date(Math.max(now() - days * DAY, Date.parse(live.start))).toISOString();
    const declared = await figures();
    this.columns = this.view.figures.map(({ figure, station }) => declared.find((each) => each.name === figure && each.station === station)).filter(Boolean);
    try {
      const { windows } = await get(`kpis/${span}`, { start, end: live.frame.time, ...(span === "order" ? { station: this.view.orders_of } : {}) });
      this.show(span, windows.slice(-MOST_PERIODS).reverse());
    } catch (refusal) {
      if (refusal.status === undefined) throw refusal;
      this.reading.textContent = refusal.message;
    }
  }

  show(span, windows) {
    const valueOf = (window, column) => window.items.find((item) => item.name === column.name && item.station === column.station)?.value ?? null;
    const title = (column) => (column.station ? `${both(column.title).replace(/^[^:]{2,40}: /, "")} · ${both(live.stationTitles.get(column.station))}` : both(column.title));
    this.head.replaceChildren(h("tr", {}, h("th", { scope: "col" }, t(`one_${span}`)), ...this.columns.map((column) => h("th", { scope: "col", class: "number" }, title(column), h("small", {}, unitOfSymbol(column.unit))))));
    const extremes = this.columns.map((column) => {
      const values = windows.map((window) => valueOf(window, column)).filter((value) => value !== null);
      return [Math.min(...values), Math.max(...values)];
    });
    this.body.replaceChildren(...windows.map((window, place) => h("tr", {}, h("th", { scope: "row" }, this.name(span, window), place === 0 ? h("small", {}, t("under_way")) : ""),
      ...this.columns.map((column, i) => this.cell(valueOf(window, column), column, extremes[i], windows.length)))));
    this.reading.textContent = windows.length ? t("bar_between_extremes") : t("nothing_kept");
  }

  name(span, { name, start, end }) {
    if (span === "order") return `${name} · ${shortDay(start)}`;
    return span === "day" ? shortDay(start) : `${shortDay(start)} ${hourMinute(start)} · ${duration(Date.parse(end) - Date.parse(start))}`;
  }

  cell(value, column, [low, high], count) {
    const bar = h("i");
    bar.style.width = `${value === null || count < 2 || high <= low ? 0 : 8 + (92 * (value - low)) / (high - low)}%`;
    return h("td", { class: "number" }, value === null ? "—" : figureText(value, column.unit), h("span", { class: "track" }, bar));
  }
}
