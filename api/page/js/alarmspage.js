// All about alarms: what stands, what is put aside, what was, and how fast they came.

import { h, s } from "./dom.js";
import { t, both } from "./texts.js";
import { live } from "./live.js";
import { dayAndTime, plain } from "./format.js";
import { alarms, events, onAlarms, standing, stationTitle, unseen } from "./alarms.js";
import { alarmRow, noAlarms } from "./alarmrows.js";
import { badge, lookOfSeverity } from "./looks.js";
import { Canvas, scale, upAxis, withTitle } from "./axes.js";
import { timeAxis } from "./timeaxis.js";
import { handle } from "./alarms.js";
import { may } from "./me.js";

const TEN_MINUTES = 600e3;
const STRETCHES = 48;
// More than this many in ten minutes are a flood that nobody can follow (EEMUA 191).
const FLOOD = 10;
const RAISED = "alarm";

export function alarmsPage(element) {
  const list = h("ul", { class: "alarms", "aria-live": "polite" });
  const all = h("button", { type: "button", onclick: () => Promise.all(alarms.filter(unseen).map((alarm) => handle("acknowledge", alarm, { comment: "" }))) }, t("acknowledge_all"));
  const shelved = h("ul", { class: "alarms" });
  const shelf = h("section", { class: "card" }, h("h3", {}, t("shelved_alarms")), shelved);
  const rate = new Canvas(t("alarm_rate"), (width, height) => rateMarks(width, height), 190);
  const reading = h("p", { class: "reading" });
  const often = h("ol", { class: "often" });
  const past = h("tbody", {});
  const search = h("input", { type: "search", placeholder: t("search_alarms"), "aria-label": t("search_alarms"), oninput: () => showPast() });
  element.append(h("div", { class: "cards alarm-cards" },
    h("section", { class: "card wide" }, h("header", {}, h("h3", {}, t("open_alarms")), may("acknowledge") ? all : ""), list), shelf,
    h("section", { class: "card" }, h("h3", {}, t("alarm_rate")), h("p", { class: "note" }, t("flood_note")), rate.element, reading),
    h("section", { class: "card" }, h("h3", {}, t("most_frequent")), often),
    h("section", { class: "card wide" }, h("header", {}, h("h3", {}, t("alarm_history")), search),
      h("div", { class: "scroll tall", tabindex: 0, role: "region", "aria-label": t("alarm_history") }, h("table", { class: "lines" }, h("thead", {}, h("tr", {}, ...["time", "station", "code", "what", "change"].map((key) => h("th", { scope: "col" }, t(key))))), past)))));

  function showPast() {
    const words = search.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const found = events.filter((event) => event.kind === RAISED || event.kind.startsWith("alarm")).filter((event) => {
      const text = `${stationTitle(event.station)} ${event.code} ${both(event.message)}`.toLocaleLowerCase();
      return words.every((word) => text.includes(word));
    });
    past.replaceChildren(...found.slice(-200).reverse().map((event) => h("tr", {}, h("td", {}, dayAndTime(event.time)), h("td", {}, stationTitle(event.station)), h("td", {}, event.code), h("td", {}, both(event.message)),
      h("td", {}, h("span", { class: "inline" }, badge(event.kind === RAISED ? lookOfSeverity(event.severity) : "none"), t(event.kind.replaceAll("-", "_")))))));
    if (!found.length) past.replaceChildren(h("tr", {}, h("td", { colspan: 5, class: "empty" }, t("no_alarms"))));
  }

  function showOften() {
    const counts = new Map();
    for (const event of events) {
      if (event.kind !== RAISED) continue;
      const key = `${event.station}\n${event.code}`;
      counts.set(key, { event, count: (counts.get(key)?.count ?? 0) + 1 });
    }
    const rows = [...counts.values()].sort((one, other) => other.count - one.count).slice(0, 8);
    often.replaceChildren(...rows.map(({ event, count }) => h("li", {}, h("span", { class: "title" }, `${stationTitle(event.station)} `, h("small", {}, `${event.code} ${both(event.message)}`)), h("span", { class: "value" }, plain(count, 0)))), ...(rows.length ? [] : [noAlarms()]));
  }

  function rateMarks(width, height) {
    if (!live.frame) return null;
    const now = Date.parse(live.frame.time);
    const from = Math.max(now - STRETCHES * TEN_MINUTES, Date.parse(events[0]?.time ?? live.frame.time) - TEN_MINUTES);
    const counts = Array.from({ length: Math.max(1, Math.ceil((now - from) / TEN_MINUTES)) }, () => 0);
    for (const event of events) {
      const place = Math.floor((Date.parse(event.time) - from) / TEN_MINUTES);
      if (event.kind === RAISED && place >= 0 && place < counts.length) counts[place]++;
    }
    const most = Math.max(FLOOD + 2, ...counts);
    const floods = counts.filter((count) => count >= FLOOD).length;
    reading.textContent = floods ? t("floods", { floods }) : t("no_floods", { most: Math.max(...counts) });
    reading.classList.toggle("attention", floods > 0);
    const [left, right, bottom] = [34, width - 10, height - 24];
    const x = scale(from, from + counts.length * TEN_MINUTES, left, right);
    const y = scale(0, most, bottom, 14);
    return [
      upAxis(y, [0, most], left, right, { count: 4 }), timeAxis(x, [from, now], bottom, left, right),
      counts.map((count, i) => withTitle(s("rect", { class: count >= FLOOD ? "column flood" : "column", x: x(from + i * TEN_MINUTES) + 0.5, y: y(count), width: Math.max(1, (right - left) / counts.length - 1), height: bottom - y(count) }), `${dayAndTime(from + i * TEN_MINUTES)}: ${count}`)),
      s("line", { class: "limit", x1: left, x2: right, y1: y(FLOOD), y2: y(FLOOD) }), s("text", { class: "tick", x: right, y: y(FLOOD) - 4, "text-anchor": "end" }, t("flood_limit")),
    ];
  }

  function show() {
    const open = alarms.filter((alarm) => !alarm.shelving);
    const aside = alarms.filter((alarm) => alarm.shelving);
    list.replaceChildren(...(open.length ? open.map((alarm) => alarmRow(alarm, true)) : [noAlarms()]));
    all.disabled = !alarms.some(unseen);
    shelf.hidden = aside.length === 0;
    shelved.replaceChildren(...aside.map((alarm) => alarmRow(alarm, true)));
    showPast();
    showOften();
    rate.draw();
  }

  onAlarms(() => { if (!element.hidden) show(); });
  return { refresh: show };
}

export const openCount = () => alarms.filter((alarm) => standing(alarm) && unseen(alarm)).length;
