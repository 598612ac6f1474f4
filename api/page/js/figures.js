// All KPIs: name, value, unit; the formula and where it comes from on demand.

import { h, byId, say } from "./dom.js";
import { t, both } from "./texts.js";
import { live } from "./live.js";
import { get } from "./ask.js";
import { figureText } from "./format.js";
import { showHeadlineFigures, unitOfSymbol } from "./headline.js";

const rows = new Map();

export function buildFigures() {
  byId("figures").append(h("h2", {}, t("key_figures")), h("ul", { class: "figures" }));
}

function rowOf(figure) {
  const value = h("span", { class: "value" });
  const why = h("p", { class: "why" });
  const station = both(live.stationTitles.get(figure.station));
  const title = h("span", { class: "title" }, both(figure.title), station ? h("small", {}, station) : "");
  const summary = h("summary", {}, title, value, h("span", { class: "unit" }, unitOfSymbol(figure.unit)));
  const details = h("details", {}, summary, why, h("p", {}, figure.formula), h("p", { class: "source" }, figure.source));
  byId("figures").querySelector(".figures").append(h("li", {}, details));
  return { value, why };
}

export async function refreshFigures() {
  const { items } = await get("kpis");
  showHeadlineFigures(items);
  for (const figure of items) {
    const key = `${figure.station} ${figure.name}`;
    if (!rows.has(key)) rows.set(key, rowOf(figure));
    const { value, why } = rows.get(key);
    say(value, figure.value === null ? "—" : figureText(figure.value));
    say(why, figure.value === null ? `${t("not_defined")}: ${both(figure.reason)}` : "");
  }
}
