// One alarm, and one event, as a row.

import { h } from "./dom.js";
import { t, both } from "./texts.js";
import { hourMinute, timeOfDay } from "./format.js";
import { badge, lookOfSeverity } from "./looks.js";
import { handle, lastAlarm, standing, stationTitle } from "./alarms.js";
import { openStation } from "./panel.js";
import { may } from "./me.js";

const SHELVES = [["shelve", null], ["for_30min", 1800], ["for_2h", 7200], ["for_8h", 28800], ["until_clear", 0]];

function wordsOf(alarm) {
  const words = [`${alarm.code}`, t("since", { time: hourMinute(alarm.raised) })];
  if (alarm.shelving) words.push(alarm.shelved_until ? t("shelved_until", { time: hourMinute(alarm.shelved_until) }) : t("shelved"));
  else words.push(alarm.active ? t("active") : t("cleared_at", { time: alarm.cleared ? hourMinute(alarm.cleared) : "" }));
  if (alarm.acknowledged) words.push(t("acknowledged"));
  if (alarm.comment) words.push(`“${alarm.comment}”`);
  return words.filter(Boolean).join(" · ");
}

function shelf(alarm) {
  if (alarm.shelving) return h("button", { type: "button", onclick: () => handle("unshelve", alarm) }, t("unshelve"));
  return h("select", { "aria-label": t("shelve_alarm", { alarm: both(alarm.message) }), onchange: (event) => event.target.value !== "" && handle("shelve", alarm, { duration_s: Number(event.target.value) }) },
    ...SHELVES.map(([key, seconds]) => h("option", { value: seconds === null ? "" : seconds }, t(key))));
}

export function alarmRow(alarm, whole = false) {
  const buttons = [];
  if (!alarm.acknowledged && !alarm.shelving && may("acknowledge")) buttons.push(h("button", { type: "button", class: "acknowledge", onclick: () => handle("acknowledge", alarm, { comment: "" }) }, t("acknowledge")));
  if (whole && may("shelve")) buttons.push(shelf(alarm));
  return h(
    "li", { class: standing(alarm) ? "active" : alarm.shelving ? "shelved" : "cleared" }, badge(standing(alarm) ? lookOfSeverity(alarm.severity) : "off"),
    h("span", { class: "what" }, h("button", { type: "button", class: "link", onclick: () => openStation(alarm.station) }, stationTitle(alarm.station) || t("line")), ` ${both(alarm.message)}`, h("small", {}, wordsOf(alarm))),
    h("span", { class: "buttons" }, ...buttons),
  );
}

export function noAlarms() {
  const last = lastAlarm();
  return h("li", { class: "empty" }, last ? t("no_alarms_last", { message: `${stationTitle(last.station)}: ${both(last.message)}`, time: hourMinute(last.time) }) : t("no_alarms"));
}

export function eventRow(event) {
  const station = stationTitle(event.station);
  return h("li", {}, h("time", {}, timeOfDay(event.time)), badge(event.kind === "alarm" ? lookOfSeverity(event.severity) : "none"), h("span", {}, station ? `${station}: ` : "", both(event.message)));
}
