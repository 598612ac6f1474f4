// What is done in all chosen rooms at once; a room that refuses is named with its own sentence.

import { h } from "../js/dom.js";
import { t, both } from "../js/texts.js";
import { post } from "../js/ask.js";
import { chosen, chooser } from "./rooms.js";
import { refused } from "./words.js";

const DURATIONS = [["until_cleared", 0], ["for_5min", 300], ["for_30min", 1800], ["for_2h", 7200], ["for_8h", 28800]];
const SIZES = [["size_slight", 0.5], ["size_usual", 1], ["size_strong", 2], ["size_severe", 4]];
const SPEEDS = [1, 10, 30, 60, 120, 300, 1000];
const outcomes = h("ul", { class: "results", role: "status" });
let again = async () => {};

async function tellOutcome(what, results) {
  const done = results.filter((each) => each.accepted).length;
  const rows = (await refused(results.filter((each) => !each.accepted))).map((sentence) => h("li", { class: "refused" }, sentence));
  if (done) rows.unshift(h("li", {}, t(done === 1 ? "done_in_one" : "done_in", { what, count: done })));
  outcomes.replaceChildren(...rows);
}

async function act(what, path, content = {}) {
  if (!chosen.size) {
    outcomes.replaceChildren(h("li", { class: "refused" }, t("choose_rooms")));
    return;
  }
  try {
    await tellOutcome(what, (await post(`rooms/${path}`, { rooms: [...chosen], ...content })).results);
  } catch (refusal) {
    outcomes.replaceChildren(h("li", { class: "refused" }, refusal.message));
  }
  await again();
}

const options = (all, usual) => all.map(([key, value]) => h("option", { value, selected: value === usual }, t(key)));

function clockControls() {
  const speed = h("select", { "aria-label": t("room_speed") }, ...SPEEDS.map((value) => h("option", { value, selected: value === 60 }, `${value}×`)));
  const change = (what, content) => act(what, "clock", { change: content });
  return h("div", { class: "act" },
    h("button", { type: "button", class: "freeze", onclick: () => change(t("freeze"), { action: "pause" }) }, t("freeze")),
    h("button", { type: "button", class: "go-on", onclick: () => change(t("go_on"), { action: "resume" }) }, t("go_on")),
    h("label", {}, t("room_speed"), " ", speed), h("button", { type: "button", class: "speed", onclick: () => change(`${speed.value}×`, { action: "set_speed", factor: Number(speed.value) }) }, t("set_speed")));
}

function faultControls(stations) {
  const failing = stations.filter((each) => each.faults.length);
  const station = h("select", { "aria-label": t("station") }, ...failing.map((each) => h("option", { value: each.path }, both(each.title))));
  const fault = h("select", { "aria-label": t("fault") });
  const size = h("select", { "aria-label": t("size") });
  const long = h("select", { "aria-label": t("duration") }, ...options(DURATIONS, 1800));
  const found = () => failing.find((each) => each.path === station.value)?.faults.find((each) => each.name === fault.value);
  const sizes = () => {
    const [least, most] = found()?.sizes ?? [1, 1];
    size.replaceChildren(...options(SIZES.filter(([, value]) => value === 1 || (value >= least && value <= most)), 1));
  };
  const faults = () => {
    fault.replaceChildren(...(failing.find((each) => each.path === station.value)?.faults ?? []).map((each) => h("option", { value: each.name }, both(each.meaning))));
    sizes();
  };
  station.addEventListener("change", faults);
  fault.addEventListener("change", sizes);
  faults();
  const send = (what, name, given) => act(`${what}: ${both(found()?.meaning)}`, "commands", { command: { name, target: station.value, arguments: { fault: fault.value, ...given } } });
  return h("form", { class: "act fault", "aria-label": t("same_fault"), onsubmit: (event) => { event.preventDefault(); send(t("plant_fault"), "inject_fault", { duration_s: Number(long.value), size: Number(size.value) }); } },
    h("b", {}, t("same_fault")), station, fault, size, long, h("button", { type: "submit", class: "first" }, t("plant_fault")), h("button", { type: "button", class: "end-fault", onclick: () => send(t("end_fault"), "clear_fault", {}) }, t("end_fault")));
}

function confirmReset() {
  if (!chosen.size) return void act("", "reset");
  const close = () => dialog.remove();
  const dialog = h("dialog", { class: "dialog", "aria-labelledby": "reset-title", onclose: close },
    h("h2", { id: "reset-title" }, t("reset_title", { count: chosen.size })), h("p", { class: "note" }, t("reset_note")),
    h("div", { class: "act" }, h("button", { type: "button", class: "yes", onclick: () => { dialog.close(); act(t("room_reset"), "reset"); } }, t("reset_yes")), h("button", { type: "button", autofocus: true, onclick: () => dialog.close() }, t("reset_no"))));
  document.body.append(dialog);
  dialog.showModal();
}

export function actionsCard(stations, simulator, refresh) {
  again = refresh;
  const runs = h("div", { class: "act" }, h("button", { type: "button", class: "reset", onclick: confirmReset }, t("room_reset")), h("button", { type: "button", class: "restart", title: t("restart_note"), onclick: () => act(t("room_restart"), "restart") }, t("room_restart")));
  const parts = simulator ? [clockControls(), runs, faultControls(stations)] : [runs, h("p", { class: "note" }, t("hidden_simulator"))];
  return h("section", { class: "card actions", "aria-label": t("rooms_together") }, chooser(), ...parts, outcomes);
}
