// A station at the side of the page: all its signals, its set points, and the faults a simulator can give it.

import { h, byId, say } from "./dom.js";
import { t, both } from "./texts.js";
import { live, numberOf } from "./live.js";
import { badge, turn } from "./looks.js";
import { valueText } from "./format.js";
import { choose } from "./synoptic.js";
import { keep } from "./address.js";
import { faultRows } from "./faults.js";
import { rowOf, setPointRow } from "./rows.js";
import { refreshSparkline } from "./spark.js";

const GROUPS = [
  ["set_points", (signal) => signal.kind === "set-point"],
  ["measurements", (signal) => signal.kind === "measurement" || (signal.kind === "state" && signal.type === "float")],
  ["states", (signal) => signal.kind === "state" && signal.type !== "float"],
  ["counters", (signal) => signal.kind === "counter"],
  ["profiles", (signal) => signal.kind === "profile"],
];
let shown = null;
let before = null;

export function buildPanel() {
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown) closePanel();
  });
}

export function openPanel(station, drawn, simulator) {
  if (!shown) before = document.activeElement;
  const signals = station.signals.map((path) => live.signals.get(path));
  const state = live.signals.get(drawn?.state);
  const mark = badge("off");
  const word = h("span", { class: "word" });
  const close = h("button", { type: "button", class: "close", "aria-label": t("close"), onclick: closePanel }, "×");
  const rows = [];
  const sections = GROUPS.map(([key, belongs]) => {
    const mine = signals.filter((signal) => belongs(signal) && signal !== state).map((signal) => (signal.writable ? setPointRow(signal) : rowOf(signal)));
    rows.push(...mine);
    return mine.length ? h("section", {}, h("h3", {}, t(key)), h("ul", { class: "rows" }, ...mine.map((row) => row.element))) : "";
  });
  const faults = simulator && station.faults.length ? faultRows(station) : null;
  const panel = byId("panel");
  panel.replaceChildren(
    h("header", {}, h("h2", { id: "panel-title" }, both(station.title)), close), h("p", { class: "state" }, mark, word),
    ...sections, faults ? faults.element : "", h("p", { class: "path" }, station.path),
  );
  panel.setAttribute("aria-labelledby", "panel-title");
  panel.hidden = false;
  panel.scrollTop = 0;
  document.body.classList.add("with-panel");
  shown = { station, drawn, state, mark, word, rows, faults };
  choose(station.path);
  keep({ station: station.name });
  close.focus({ preventScroll: true });
  updatePanel();
  refreshPanel();
}

export function closePanel() {
  shown = null;
  byId("panel").hidden = true;
  document.body.classList.remove("with-panel");
  choose(null);
  keep({ station: null });
  before?.focus?.();
}

export function updatePanel() {
  if (!shown || !live.frame) return;
  if (shown.state) {
    say(shown.word, valueText(shown.state));
    turn(shown.mark, shown.drawn.looks[numberOf(shown.state)] ?? "off");
  }
  for (const row of shown.rows) row.update();
}

export function refreshPanel() {
  if (!shown) return;
  for (const row of shown.rows) if (row.spark) refreshSparkline(row.spark);
  shown.faults?.refresh();
}
