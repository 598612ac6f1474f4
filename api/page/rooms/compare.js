// Key figures of the rooms side by side: a row each, with how far the rooms lie apart and who is at the ends.

import { h, s } from "../js/dom.js";
import { t, both } from "../js/texts.js";
import { get } from "../js/ask.js";
import { figureText } from "../js/format.js";
import { roomNumber } from "./rooms.js";
import { refused, unitText } from "./words.js";

const HOURS = [1, 8, 24];
const [WIDE, HIGH, EDGE] = [190, 34, 10];
let stations = [];

const over = h("select", { onchange: () => refreshComparison() });
const of = h("select", { onchange: () => drawComparison() });
const place = h("div", { class: "scroll", tabindex: 0, role: "region" });
const missing = h("ul", { class: "results" });
let found = { rooms: [], figures: [], missing: [] };

// Numbers of the rooms along the span of their values; those at one place stand beside one another.
function strip(figure) {
  const known = found.rooms.map((room) => [room, figure.values[room]]).filter(([, value]) => typeof value === "number");
  if (known.length < 2) return "";
  const values = known.map(([, value]) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const x = (value) => (most === least ? WIDE / 2 : EDGE + ((value - least) / (most - least)) * (WIDE - 2 * EDGE));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const ordered = [...known].sort((one, other) => one[1] - other[1]);
  let last = -Infinity;
  const marks = ordered.map(([room, value]) => {
    const free = x(value) - last > 13;
    if (free) last = x(value);
    return [s("circle", { class: "dot", cx: x(value), cy: 24, r: 3.5 }), free ? s("text", { class: "label", x: x(value), y: 14, "text-anchor": "middle" }, String(roomNumber(room))) : ""];
  });
  return s("svg", { class: "strip chart", viewBox: `0 0 ${WIDE} ${HIGH}`, width: WIDE, height: HIGH, "aria-hidden": "true" },
    s("line", { class: "axis", x1: EDGE, x2: WIDE - EDGE, y1: 24, y2: 24 }), s("line", { class: "mean-tick", x1: x(mean), x2: x(mean), y1: 18, y2: 30 }), ...marks.flat().filter(Boolean));
}

function cells(figure) {
  const values = found.rooms.map((room) => figure.values[room]).filter((value) => typeof value === "number");
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return found.rooms.map((room) => {
    const value = figure.values[room];
    if (typeof value !== "number") return h("td", { class: "none", title: t("not_defined_yet") }, "—");
    const end = least === most ? "" : value === most ? "▲" : value === least ? "▼" : "";
    return h("td", { class: end ? "end" : null }, h("span", { class: "mark", "aria-hidden": "true" }, end), figureText(value, figure.unit));
  });
}

function drawComparison() {
  const shown = found.figures.filter((figure) => figure.station === of.value);
  refused(found.missing).then((sentences) => missing.replaceChildren(...sentences.map((sentence) => h("li", { class: "refused" }, sentence))));
  if (!shown.length) {
    place.replaceChildren(h("p", { class: "empty" }, t("compare_none")));
    return;
  }
  const head = h("tr", {}, h("th", { scope: "col" }, t("key_figure")), ...found.rooms.map((room) => h("th", { scope: "col", class: "number" }, t("room", { number: roomNumber(room) }))), h("th", { scope: "col" }, t("spread")));
  const rows = shown.map((figure) => h("tr", {}, h("th", { scope: "row" }, both(figure.title), figure.unit === "1" ? "" : h("small", {}, ` [${unitText(figure.unit)}]`)), ...cells(figure), h("td", {}, strip(figure))));
  place.replaceChildren(h("table", { class: "comparison" }, h("caption", { class: "page-title" }, t("rooms_compare")), h("thead", {}, head), h("tbody", {}, ...rows)));
}

// The whole line has the shortest path; stations follow in the order of their figures.
function offer() {
  const paths = [...new Set(found.figures.map((figure) => figure.station))];
  if (paths.length === of.options.length) return;
  const titles = new Map(stations.map((station) => [station.path, both(station.title)]));
  const before = of.value;
  of.replaceChildren(...paths.sort((one, other) => Number(titles.has(one)) - Number(titles.has(other))).map((path) => h("option", { value: path, selected: path === before }, titles.get(path) ?? (paths.filter((each) => !titles.has(each)).length > 1 ? path || t("whole_line") : t("whole_line")))));
}

async function refreshComparison() {
  found = await get("rooms/comparison", over.value ? { hours: over.value } : {});
  offer();
  drawComparison();
}

export function comparePage(known) {
  stations = known;
  place.setAttribute("aria-label", t("rooms_compare"));
  over.replaceChildren(h("option", { value: "" }, t("whole_run")), ...HOURS.map((hours) => h("option", { value: hours }, t("last_hours", { hours }))));
  const element = h("section", { class: "card" }, h("p", { class: "note" }, t("compare_note")), h("div", { class: "act" }, h("label", {}, t("compare_over"), " ", over), h("label", {}, t("compare_of"), " ", of)), place, missing);
  return { element, shown: refreshComparison, refresh: refreshComparison };
}
