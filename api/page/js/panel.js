// A station at the side of the page: how it fares and fared, its alarms, all its signals, its set points, and the faults
// a simulator can give it.

import { h, s, byId, say } from "./dom.js";
import { t, both } from "./texts.js";
import { live, numberOf } from "./live.js";
import { badge, turn } from "./looks.js";
import { duration, plain, valueText } from "./format.js";
import { choose } from "./synoptic.js";
import { keep } from "./address.js";
import { faultRows } from "./faults.js";
import { rowOf, setPointRow } from "./rows.js";
import { refreshSparkline } from "./spark.js";
import { bar, looks, timelines } from "./timeline.js";
import { Canvas, scale } from "./axes.js";
import { timeAxis } from "./timeaxis.js";
import { alarms, onAlarms } from "./alarms.js";
import { alarmRow } from "./alarmrows.js";
import { may } from "./me.js";

const GROUPS = [
  ["set_points", (signal) => signal.kind === "set-point"],
  ["measurements", (signal) => signal.kind === "measurement" || (signal.kind === "state" && signal.type === "float")],
  ["states", (signal) => signal.kind === "state" && signal.type !== "float"],
  ["counters", (signal) => signal.kind === "counter"],
  ["profiles", (signal) => signal.kind === "profile"],
];
let shown = null;
let before = null;
let stations = new Map();
let drawings = new Map();
let simulator = false;

export function buildPanel(allStations, presentation, run) {
  stations = new Map(allStations.map((station) => [station.path, station]));
  drawings = new Map(presentation.stations.map((drawn) => [drawn.station, drawn]));
  simulator = run.simulator;
  onAlarms(showAlarms);
  addEventListener("keydown", (event) => {
    if (event.key === "Escape" && shown) closePanel();
  });
}

// By path, or by its name alone.
export function openStation(name) {
  const station = stations.get(name) ?? [...stations.values()].find((each) => each.name === name || each.path.endsWith(`/${name}`));
  if (station) openPanel(station, drawings.get(station.path));
}

function pastStates(station) {
  if (!looks.has(station.path)) return null;
  const shares = h("ul", { class: "state-shares" });
  const canvas = new Canvas(t("state_timeline"), (width, height) => {
    if (!canvas.data) return null;
    const begin = canvas.data.stretches[0]?.begin ?? canvas.since;
    const range = [Math.max(Date.parse(canvas.since), Date.parse(begin)), Date.parse(canvas.time)];
    const x = scale(...range, 2, width - 2);
    return [bar(canvas.data, x, 2, height - 26), timeAxis(x, range, height - 22, 2, width - 2)];
  }, 48);
  const refresh = async () => {
    const answer = await timelines();
    canvas.data = answer.stations.find((each) => each.station === station.path);
    Object.assign(canvas, { since: answer.since, time: answer.time });
    canvas.draw();
    if (!canvas.data) return;
    const all = Date.parse(answer.time) - Date.parse(canvas.data.stretches[0]?.begin ?? answer.time);
    const rows = canvas.data.shares.map((share, state) => ({ share, state })).filter(({ share }) => share > 0).sort((one, other) => other.share - one.share);
    shares.replaceChildren(...rows.map(({ share, state }) => h("li", {}, s("svg", { viewBox: "0 0 14 10", class: "swatch", "aria-hidden": "true" }, s("rect", { class: `stretch look-${looks.get(station.path).looks[state]}`, width: 14, height: 10 })),
      h("span", { class: "title" }, both(looks.get(station.path).states[state])), h("span", {}, duration(share * all)), h("b", {}, `${plain(100 * share, share < 0.1 ? 1 : 0)}\u202f%`))));
  };
  return { element: h("section", {}, h("h3", {}, t("state_timeline")), canvas.element, shares), refresh };
}

export function openPanel(station, drawn) {
  if (!shown) before = document.activeElement;
  const signals = station.signals.map((path) => live.signals.get(path));
  const state = live.signals.get(drawn?.state);
  const mark = badge("off");
  const word = h("span", { class: "word" });
  const close = h("button", { type: "button", class: "close", "aria-label": t("close"), onclick: closePanel }, "×");
  const rows = [];
  const sections = GROUPS.map(([key, belongs]) => {
    const mine = signals.filter((signal) => belongs(signal) && signal !== state).map((signal) => (signal.writable && may("write") ? setPointRow(signal) : rowOf(signal)));
    rows.push(...mine);
    return mine.length ? h("section", {}, h("h3", {}, t(key)), h("ul", { class: "rows" }, ...mine.map((row) => row.element))) : "";
  });
  const past = pastStates(station);
  const list = h("ul", { class: "alarms" });
  const standing = h("section", { class: "station-alarms", hidden: true }, h("h3", {}, t("alarms")), list);
  const faults = simulator && may("inject_fault") && station.faults.length ? faultRows(station) : null;
  const panel = byId("panel");
  panel.replaceChildren(
    h("header", {}, h("h2", { id: "panel-title" }, both(station.title)), close), h("p", { class: "state" }, mark, word), standing, past?.element ?? "",
    ...sections, faults ? faults.element : "", h("p", { class: "path" }, station.path),
  );
  panel.setAttribute("aria-labelledby", "panel-title");
  panel.hidden = false;
  panel.scrollTop = 0;
  document.body.classList.add("with-panel");
  shown = { station, drawn, state, mark, word, rows, faults, past, list, standing };
  choose(station.path);
  keep({ station: station.name });
  close.focus({ preventScroll: true });
  showAlarms();
  updatePanel();
  refreshPanel();
}

function showAlarms() {
  if (!shown) return;
  const mine = alarms.filter((alarm) => alarm.station === shown.station.path);
  shown.standing.hidden = mine.length === 0;
  shown.list.replaceChildren(...mine.map((alarm) => alarmRow(alarm, true)));
  shown.faults?.refresh();
}

export function closePanel() {
  if (!shown) return;
  shown = null;
  byId("panel").hidden = true;
  document.body.classList.remove("with-panel");
  choose(null);
  keep({ station: null });
  before?.focus?.({ preventScroll: true });
}

export function updatePanel() {
  if (!shown || !live.frame) return;
  if (shown.state) {
    say(shown.word, valueText(shown.state));
    turn(shown.mark, shown.drawn.looks[numberOf(shown.state)] ?? "off");
  }
  for (const row of shown.rows) row.update();
}

export async function refreshPanel() {
  if (!shown) return;
  for (const row of shown.rows) if (row.spark) refreshSparkline(row.spark);
  shown.faults?.refresh();
  await shown.past?.refresh();
}
