// The figures a wall screen shows first: the plant's own choice of signals, then the KPIs of the whole line.

import { h, byId, say } from "./dom.js";
import { both, t } from "./texts.js";
import { live, statusOf } from "./live.js";
import { figureText, unitLabel, valueText, numeric } from "./format.js";
import { sparkline, refreshSparkline } from "./spark.js";
import { openTrends } from "./trends.js";

const MOST_TILES = 8;
const UNIT_WORDS = { pieces: "unit_pieces", piece: "unit_piece", day: "day" };
let tiles = [];
let figureTiles = new Map();
let units = new Map();

function tile(title, unit, spark) {
  const value = h("span", { class: "value" });
  const body = [h("span", { class: "label" }, title), h("span", { class: "number" }, value, h("span", { class: "unit" }, unit)), spark];
  return { value, body };
}

export function buildHeadline(paths) {
  for (const signal of live.signals.values()) if (signal.unit) units.set(signal.unit.symbol, signal.unit);
  tiles = paths.map((path) => {
    const signal = live.signals.get(path);
    const spark = numeric(signal) && signal.kind !== "counter" ? sparkline(signal, 96, 18) : null;
    const { value, body } = tile(both(signal.meaning), numeric(signal) ? unitLabel(signal.unit) : "", spark);
    const element = h("button", { type: "button", class: "reading", title: signal.path, onclick: () => openTrends([path]) }, ...body);
    byId("headline").append(element);
    return { signal, value, spark, element };
  });
}

export const unitOfSymbol = (symbol) => (units.has(symbol) ? unitLabel(units.get(symbol)) : symbol === "1" ? "" : symbol.replace(/\b(pieces|piece|day)\b/, (word) => t(UNIT_WORDS[word])));

export function updateHeadline() {
  for (const { signal, value, element } of tiles) {
    say(value, valueText(signal));
    element.classList.toggle("doubtful", statusOf(signal) > 0);
  }
}

export function refreshHeadline() {
  for (const { spark } of tiles) if (spark) refreshSparkline(spark);
}

// KPIs that belong to no station stand beside the plant's own choice, as far as there is room.
export function showHeadlineFigures(figures) {
  const shown = figures.filter((figure) => !live.stationPaths.has(figure.station)).slice(0, Math.max(0, MOST_TILES - tiles.length));
  for (const figure of shown) {
    if (!figureTiles.has(figure.name)) {
      const made = tile(both(figure.title), unitOfSymbol(figure.unit), null);
      byId("headline").append(h("div", { class: "reading figure" }, ...made.body));
      figureTiles.set(figure.name, made.value);
    }
    say(figureTiles.get(figure.name), figure.value === null ? "—" : figureText(figure.value, figure.unit));
  }
}
