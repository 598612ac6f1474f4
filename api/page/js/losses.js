// From calendar time to good pieces: one row for each loss, as a bar where it falls, with hours, area and money.

import { h } from "./dom.js";
import { t, both } from "./texts.js";
import { live } from "./live.js";
import { get } from "./ask.js";
import { plain } from "./format.js";
import { now } from "./past.js";

const LOSS_HOUR = 3600e3;
const LOSS_SPANS = [["last_8h", 8], ["last_24h", 24], ["last_7d", 168], ["span_all", null]];
const GOOD_PIECES = "good";
const MONEY = new Map();

const money = (value, language) => {
  if (!MONEY.has(language)) MONEY.set(language, new Intl.NumberFormat(language, { style: "currency", currency: "EUR", maximumFractionDigits: 0, useGrouping: "always" }));
  return MONEY.get(language).format(value);
};

export class LossTree {
  constructor(view) {
    this.view = view;
    this.units = new Map();
    this.station = h("select", { "aria-label": t("station"), onchange: () => this.show() });
    this.span = h("select", { "aria-label": t("span"), onchange: () => this.refresh(true) }, ...LOSS_SPANS.map(([key, hours]) => h("option", { value: hours ?? "", selected: hours === 24 }, t(key))));
    this.rows = h("tbody", {});
    this.table_ = h("table", { class: "losses" }, h("thead", {}, h("tr", {}, ...[["step_name"], ["share_of_time", "bar"], ["hours", "number"], ["area", "number"], ["worth", "number"]].map(([key, name]) => h("th", { scope: "col", class: name }, t(key))))), this.rows);
    this.reading = h("p", { class: "reading", role: "status" });
    this.element = h("div", {}, h("div", { class: "choices" }, this.station, this.span), h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": both(view.title) }, this.table_), this.reading);
  }

  // A window of hours changes slowly: it is asked for again twice a minute, or when somebody chooses.
  async refresh(chosen = false) {
    if (!live.frame || (!chosen && performance.now() - (this.asked ?? -Infinity) < 30_000)) return;
    this.asked = performance.now();
    const hours = this.span.value === "" ? null : Number(this.span.value);
    const start = hours === null ? live.start : new Date(Math.max(now() - hours * LOSS_HOUR, Date.parse(live.start))).toISOString();
    try {
      const { units } = await get("losses", { start, end: live.frame.time });
      this.units = new Map(units.filter((unit) => this.view.stations.includes(unit.station)).map((unit) => [unit.station, unit]));
    } catch (refusal) {
      if (refusal.status === undefined) throw refusal;
      this.reading.textContent = refusal.message;
      return;
    }
    const known = this.view.stations.filter((path) => this.units.has(path));
    if (this.station.length !== known.length) this.station.replaceChildren(...known.map((path) => h("option", { value: path }, both(this.units.get(path).title))));
    this.show();
  }

  show() {
    const steps = this.units.get(this.station.value)?.steps ?? [];
    const all = steps.reduce((sum, step) => sum + step.seconds, 0);
    if (!all) {
      this.rows.replaceChildren();
      this.reading.textContent = t("nothing_kept");
      return;
    }
    let left = all;
    const shown = steps.filter((step) => step.name === GOOD_PIECES || Math.abs(step.seconds) / all > 0.0005);
    const rows = shown.map((step) => {
      const from = step.name === GOOD_PIECES ? 0 : left - Math.max(0, step.seconds);
      const row = this.row(both(step.title), step, from / all, step.name === GOOD_PIECES ? "left" : "loss", all);
      left -= step.seconds;
      return row;
    });
    const sum = (key) => (steps.every((step) => step[key] === null) ? null : steps.reduce((total, step) => total + (step[key] ?? 0), 0));
    const whole = { seconds: all, m2: sum("m2"), eur: sum("eur") };
    this.rows.replaceChildren(this.row(t("calendar_time"), whole, 0, "whole", all), ...rows);
    const most = shown.filter((step) => step.name !== GOOD_PIECES).sort((one, other) => other.seconds - one.seconds)[0];
    this.reading.textContent = most ? t("greatest_loss", { loss: both(most.title), hours: plain(most.seconds / 3600, 1) }) : "";
  }

  row(title, step, from, kind, all) {
    const bar = h("i", { class: kind });
    bar.style.marginLeft = `${100 * from}%`;
    bar.style.width = `${Math.max(0.3, (100 * Math.abs(step.seconds)) / all)}%`;
    const sign = kind === "loss" ? (step.seconds < 0 ? "+" : "−") : "";
    const number = (value, text) => h("td", { class: "number" }, value === null ? "—" : `${sign}${text(Math.abs(value))}`);
    const share = `${plain((100 * Math.abs(step.seconds)) / all, 1)}\u202f%`;
    return h("tr", { class: kind }, h("th", { scope: "row" }, title), h("td", { class: "bar", title: share }, h("span", { class: "track" }, bar), h("span", { class: "share" }, share)),
      number(step.seconds, (value) => `${plain(value / 3600, 1)}\u202fh`), number(step.m2, (value) => `${plain(value, 0)}\u202fm²`), number(step.eur, (value) => money(value, document.documentElement.lang)));
  }
}
