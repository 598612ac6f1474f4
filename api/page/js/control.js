// What may be done, by role: the clock, set points, faults with size and duration; the instructor also sees the truth.

import { h, say } from "./dom.js";
import { t, both } from "./texts.js";
import { live } from "./live.js";
import { post } from "./ask.js";
import { clockControls, updateClock } from "./clock.js";
import { setPointRow } from "./rows.js";
import { may, role, seesTruth } from "./me.js";
import { loginForm } from "./login.js";
import { storiesCard } from "./stories.js";
import { jobsCard } from "./jobs.js";
import { truthCard } from "./disturbances.js";

const DURATIONS = [["until_cleared", 0], ["for_5min", 300], ["for_30min", 1800], ["for_2h", 7200], ["for_8h", 28800]];
const SIZES = [["size_slight", 0.5], ["size_usual", 1], ["size_strong", 2], ["size_severe", 4]];

function options(all, chosen) {
  return all.map(([key, value]) => h("option", { value, selected: value === chosen }, t(key)));
}

function setPoints(stations) {
  const rows = [];
  const groups = stations.map((station) => {
    const mine = station.signals.map((path) => live.signals.get(path)).filter((signal) => signal.writable).map(setPointRow);
    rows.push(...mine);
    return mine.length ? h("section", {}, h("h4", {}, both(station.title)), h("ul", { class: "rows" }, ...mine.map((row) => row.element))) : null;
  }).filter(Boolean);
  const element = h("section", { class: "card wide" }, h("h3", {}, t("set_points")), groups.length ? h("div", { class: "groups" }, ...groups) : h("p", { class: "empty" }, t("no_set_points")));
  return { element, update: () => rows.forEach((row) => row.update()) };
}

function faultForm(stations) {
  const station = h("select", { "aria-label": t("station") }, ...stations.filter((each) => each.faults.length).map((each) => h("option", { value: each.path }, both(each.title))));
  const fault = h("select", { "aria-label": t("fault") });
  const size = h("select", { "aria-label": t("size") });
  const long = h("select", { "aria-label": t("duration") }, ...options(DURATIONS, 1800));
  const answer = h("p", { class: "answer", role: "status" });
  const about = h("dl", { class: "facts" });
  const chosen = () => stations.find((each) => each.path === station.value);
  const describe = () => {
    const found = chosen()?.faults.find((each) => each.name === fault.value);
    const shows = (found?.signature ?? []).map((name) => both([...live.signals.values()].find((signal) => signal.path.endsWith(`/${name}`) && (name.includes("/") || signal.station === station.value))?.meaning)).filter(Boolean);
    const parts = [["cause", both(found?.cause)], ["shows_in", shows.join(", ")], ["response", both(found?.response)]].filter(([, text]) => text);
    about.replaceChildren(...parts.map(([key, text]) => h("div", {}, h("dt", {}, t(key)), h("dd", {}, text))));
    const [least, most] = found?.sizes ?? [1, 1];
    size.replaceChildren(...options(SIZES.filter(([, value]) => value === 1 || (value >= least && value <= most)), 1));
  };
  const fill = () => {
    fault.replaceChildren(...(chosen()?.faults ?? []).map((each) => h("option", { value: each.name }, `${both(each.meaning)}${each.code ? ` (${each.code})` : ""}`)));
    describe();
  };
  station.addEventListener("change", fill);
  fault.addEventListener("change", describe);
  fill();
  const send = async (name, given) => {
    try {
      await post("commands", { name, target: station.value, arguments: { fault: fault.value, ...given } });
      say(answer, t(name === "inject_fault" ? "fault_begun" : "fault_ended", { fault: both(chosen().faults.find((each) => each.name === fault.value).meaning) }));
      answer.classList.remove("refused");
    } catch (refusal) {
      say(answer, refusal.message);
      answer.classList.add("refused");
    }
  };
  const form = h("form", { class: "fault-form", onsubmit: (event) => { event.preventDefault(); send("inject_fault", { duration_s: Number(long.value), size: Number(size.value) }); } },
    h("label", {}, t("station"), station), h("label", {}, t("fault"), fault), h("label", {}, t("size"), size), h("label", {}, t("duration"), long),
    h("span", { class: "buttons" }, h("button", { type: "submit" }, t("make_fail")), h("button", { type: "button", onclick: () => send("clear_fault", {}) }, t("clear_fault"))));
  return h("section", { class: "card" }, h("h3", {}, t("faults")), form, about, answer);
}

export function controlPage(stations, run, presentation) {
  return (element) => {
    const clock = run.simulator && may("set_speed") ? h("section", { class: "card" }, h("h3", {}, t("clock")), clockControls(), h("p", { class: "note" }, t("clock_note"))) : null;
    const points = may("write") ? setPoints(stations) : null;
    const faults = run.simulator && may("inject_fault") ? faultForm(stations) : null;
    const truth = seesTruth() ? truthCard() : null;
    const stories = run.simulator && presentation.stories.length ? storiesCard(presentation.stories) : null;
    const jobs = jobsCard();
    const looksOn = points ? null : h("section", { class: "card" }, h("p", { class: "empty" }, t("nothing_allowed")), loginForm());
    const parts = [faults, stories, looksOn, clock, truth?.element, jobs.element, points?.element].filter(Boolean);
    element.append(h("p", { class: "reading" }, t("role_is", { role: t(`role_${role()}`) })), h("div", { class: "cards control-cards" }, ...parts));
    return {
      update: () => { points?.update(); updateClock(); },
      refresh: () => Promise.all([jobs.refresh(), truth?.refresh()]),
    };
  };
}
