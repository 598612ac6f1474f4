// Open alarms, and what happened last.

import { h, byId } from "./dom.js";
import { t, both } from "./texts.js";
import { live } from "./live.js";
import { get, post } from "./ask.js";
import { hourMinute, timeOfDay } from "./format.js";
import { badge, lookOfSeverity } from "./looks.js";
import { notice } from "./notice.js";

const KEPT = 200;
const SHOWN = 40;
let open = () => {};
let last = 0;
let lastAlarm = null;
const events = [];
export let alarms = [];

const stationTitle = (path) => both(live.stationTitles.get(path));

async function acknowledge(alarm) {
  try {
    await post("commands", { name: "acknowledge", target: alarm.id, arguments: { comment: "" } });
    await refreshAlarms();
  } catch (refusal) {
    notice(refusal.message);
  }
}

function alarmRow(alarm) {
  const state = alarm.cleared ? t("cleared_at", { time: hourMinute(alarm.cleared) }) : t("active");
  const button = alarm.acknowledged ? h("span", { class: "word" }, t("acknowledged")) : h("button", { type: "button", onclick: () => acknowledge(alarm) }, t("acknowledge"));
  return h(
    "li", { class: alarm.cleared ? "cleared" : "active" }, badge(alarm.cleared ? "off" : lookOfSeverity(alarm.severity)),
    h("span", { class: "what" }, h("button", { type: "button", class: "link", onclick: () => open(alarm.station) }, stationTitle(alarm.station) || t("line")), ` ${both(alarm.message)}`,
      h("small", {}, `${alarm.code} · ${t("since", { time: hourMinute(alarm.raised) })} · ${state}`)),
    button,
  );
}

function eventRow(event) {
  const station = stationTitle(event.station);
  return h("li", {}, h("time", {}, timeOfDay(event.time)), badge(event.kind === "alarm" ? lookOfSeverity(event.severity) : "none"), h("span", {}, station ? `${station}: ` : "", both(event.message)));
}

export function buildAlarms(openStation) {
  open = openStation;
  byId("alarms").append(h("h2", { id: "alarms-title" }, t("alarms")), h("ul", { class: "alarms", "aria-live": "polite" }), h("h2", {}, t("events")), h("ol", { class: "events" }));
}

export async function refreshAlarms() {
  const found = await get("alarms");
  const unchanged = JSON.stringify(found.items) === JSON.stringify(alarms);
  if (unchanged && alarms.length) return;
  alarms = found.items;
  const active = alarms.filter((alarm) => !alarm.cleared).length;
  byId("alarms-title").replaceChildren(t("alarms"), active ? h("span", { class: "count" }, badge("down"), String(active)) : "");
  const empty = () => h("li", { class: "empty" }, lastAlarm ? t("no_alarms_last", { message: `${stationTitle(lastAlarm.station)}: ${both(lastAlarm.message)}`, time: hourMinute(lastAlarm.time) }) : t("no_alarms"));
  byId("alarms").querySelector(".alarms").replaceChildren(...(alarms.length ? alarms.map(alarmRow) : [empty()]));
}

export async function refreshEvents() {
  let page = null;
  do {
    page = await get("events", { after: last, limit: 1000 });
    events.push(...page.items);
    last = page.last;
  } while (page.items.length === 1000);
  events.splice(0, Math.max(0, events.length - KEPT));
  lastAlarm = events.findLast((event) => event.kind === "alarm") ?? lastAlarm;
  const rows = events.slice(-SHOWN).reverse().map(eventRow);
  byId("alarms").querySelector(".events").replaceChildren(...(rows.length ? rows : [h("li", { class: "empty" }, t("no_events"))]));
}
