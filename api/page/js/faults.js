// The failure modes of a station, to be injected and cleared; a simulator's own control.

import { h, say } from "./dom.js";
import { t, both } from "./texts.js";
import { post } from "./ask.js";
import { alarms, refreshAlarms } from "./alarms.js";

const SHORT_DURATIONS = [[0, "until_cleared"], [300, "for_5min"], [1800, "for_30min"]];

export function faultRows(station) {
  const answer = h("p", { class: "answer", role: "status" });
  const duration = h("select", { "aria-label": t("duration") }, ...SHORT_DURATIONS.map(([seconds, key]) => h("option", { value: seconds }, t(key))));
  const rows = station.faults.map((fault) => {
    const command = async (name, extra) => {
      try {
        await post("commands", { name, target: station.path, arguments: { fault: fault.name, ...extra } });
        say(answer, "");
        await refreshAlarms();
        refresh();
      } catch (refusal) {
        say(answer, refusal.message);
        answer.classList.add("refused");
      }
    };
    const begin = h("button", { type: "button", onclick: () => command("inject_fault", { duration_s: Number(duration.value) }) }, t("make_fail"));
    const end = h("button", { type: "button", onclick: () => command("clear_fault", {}) }, t("clear_fault"));
    const element = h("li", {}, h("span", { class: "name" }, both(fault.meaning), h("small", {}, fault.code)), begin, end);
    return { fault, begin, end, element };
  });
  const refresh = () => {
    for (const { fault, begin, end, element } of rows) {
      const active = alarms.some((alarm) => alarm.station === station.path && alarm.code === fault.code && !alarm.cleared);
      begin.hidden = active;
      end.hidden = !active;
      element.classList.toggle("active", active);
    }
  };
  refresh();
  const element = h("details", { class: "faults" }, h("summary", {}, t("faults")), duration, h("ul", { class: "rows" }, ...rows.map((row) => row.element)), answer);
  return { element, refresh };
}
