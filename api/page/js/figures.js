// KPIs: name, value, unit; the formula and where it comes from on demand.

import { h, say } from "./dom.js";
import { t, both } from "./texts.js";
import { live } from "./live.js";
import { get } from "./ask.js";
import { figureText } from "./format.js";
import { unitOfSymbol } from "./headline.js";

let lastFigures = null;

// All KPIs, asked once for all charts of a moment.
export function figures() {
  if (!lastFigures || performance.now() - lastFigures.at > 2000) {
    lastFigures = { at: performance.now(), answer: get("kpis").then(({ items }) => items) };
    lastFigures.answer.catch(() => { lastFigures = null; });
  }
  return lastFigures.answer;
}

export class FigureList {
  constructor(view) {
    this.stations = new Set(view.stations);
    this.rows = new Map();
    this.list = h("div", { class: this.stations.size ? "figures by-station" : "figures tiles" });
    this.element = h("div", {}, this.list);
  }

  place(figure) {
    if (!this.stations.size) return this.list;
    const known = this.list.querySelector(`[data-station="${CSS.escape(figure.station)}"]`);
    if (known) return known;
    const made = h("section", { "data-station": figure.station }, h("h4", {}, both(live.stationTitles.get(figure.station))));
    this.list.append(made);
    return made;
  }

  row(figure) {
    const value = h("span", { class: "value" });
    const why = h("p", { class: "why" });
    // "Press: availability" says the station's name again, which stands above already.
    const title = both(figure.title).replace(/^[^:]{2,40}: /, (prefix) => (this.stations.size ? "" : prefix));
    const summary = h("summary", {}, h("span", { class: "title" }, title), h("span", { class: "number" }, value, h("span", { class: "unit" }, unitOfSymbol(figure.unit))));
    this.place(figure).append(h("details", {}, summary, why, h("p", {}, figure.formula), h("p", { class: "source" }, figure.source)));
    return { value, why };
  }

  async refresh() {
    const items = (await figures()).filter((figure) => (this.stations.size ? this.stations.has(figure.station) : !live.stationPaths.has(figure.station)));
    for (const figure of items) {
      const key = `${figure.station} ${figure.name}`;
      if (!this.rows.has(key)) this.rows.set(key, this.row(figure));
      const { value, why } = this.rows.get(key);
      say(value, figure.value === null ? "—" : figureText(figure.value, figure.unit));
      say(why, figure.value === null ? `${t("not_defined")}: ${both(figure.reason)}` : "");
    }
  }
}
