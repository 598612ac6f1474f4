// All rooms at a glance: one card each, calm while all is well.

import { h, s, say } from "../js/dom.js";
import { t, both, language } from "../js/texts.js";
import { unitText } from "./words.js";
import { figureText, hourMinute, plain, shortDay } from "../js/format.js";

const MOST_FIGURES = 4;
const cards = new Map();
export const chosen = new Set();
export let rooms = [];
export const roomNumber = (name) => rooms.find((room) => room.name === name)?.number ?? name;
let knownRooms = new Set();

const grid = h("ul", { class: "room-grid" });
const all = h("input", { type: "checkbox", onchange: () => choose(all.checked ? rooms.map((room) => room.name) : []) });
const count = h("span", { class: "chosen", role: "status" });
export const chooser = () => h("div", { class: "chooser" }, h("label", { class: "check" }, all, t("rooms_all")), count);
export const roomGrid = () => grid;

const wordOf = (room) => (room.state === "running" && room.clock && !room.clock.running ? "frozen" : room.state);
// Running and frozen are normal; what wants attention has a shape and a colour.
const LOOKS = { running: "running", frozen: "planned", waiting: "planned", starting: "set-up", broken: "held", failed: "down" };
const SHAPES = { running: () => s("circle", { cx: 6, cy: 6, r: 4.5 }), down: () => s("rect", { x: 1, y: 1, width: 10, height: 10 }), held: () => s("path", { d: "M6 1 L11 11 L1 11 Z" }) };

function badge(look) {
  const shape = SHAPES[look] ?? (() => s("path", { d: "M6 1 L11 6 L6 11 L1 6 Z" }));
  return s("svg", { class: `badge look-${look}`, viewBox: "0 0 12 12", "aria-hidden": "true" }, shape());
}

function choose(names) {
  chosen.clear();
  for (const name of names) chosen.add(name);
  for (const [name, card] of cards) card.box.checked = chosen.has(name);
  tellChosen();
}

function tellChosen() {
  all.checked = rooms.length > 0 && chosen.size === rooms.length;
  all.indeterminate = chosen.size > 0 && chosen.size < rooms.length;
  // Where all are chosen, an outline around each would say nothing.
  grid.classList.toggle("some", all.indeterminate);
  say(count, t("rooms_chosen", { count: chosen.size, all: rooms.length }));
  for (const [name, card] of cards) card.element.classList.toggle("is-chosen", chosen.has(name));
}

function makeCard(room) {
  const box = h("input", {
    type: "checkbox", "aria-label": t("room_choose", { number: room.number }),
    onchange: () => { if (box.checked) chosen.add(room.name); else chosen.delete(room.name); tellChosen(); },
  });
  const parts = {
    state: h("span", { class: "state" }), time: h("span", { class: "time" }), pace: h("span", { class: "pace" }), figures: h("dl", { class: "figures" }),
    alarms: h("p", { class: "room-alarms" }), who: h("span", {}), trouble: h("p", { class: "answer refused" }),
    open: h("a", { target: "_blank", rel: "noopener", class: "open" }, t("room_open"), h("span", { class: "page-title" }, ` ${t("room", { number: room.number })}`)),
  };
  const element = h("li", { class: "card room", "data-room": room.name },
    h("header", {}, h("label", { class: "check" }, box, h("h3", {}, t("room", { number: room.number }))), parts.state),
    h("p", { class: "clock" }, parts.time, parts.pace), parts.figures, parts.alarms, parts.trouble,
    h("p", { class: "foot" }, parts.who, h("span", {}, t("rooms_seed", { seed: room.seed })), parts.open));
  return { element, box, parts };
}

function alarmLine({ open, grave, worst }) {
  if (!open) return [h("span", { class: "quiet-line" }, t("rooms_no_alarms"))];
  const text = open === 1 ? t("rooms_one_alarm") : t("rooms_alarms", { count: open });
  return [badge(grave ? "down" : "held"), h("span", {}, `${both(worst)} `, h("small", {}, text))];
}

// The name of a figure without what the unit says anyway.
const figureRow = (figure) => h("div", {}, h("dt", {}, both(figure.title)), h("dd", {}, figure.value === null ? "—" : figureText(figure.value, figure.unit), figure.value === null || figure.unit === "1" ? "" : h("small", {}, `\u202f${unitText(figure.unit)}`)));

function listenersText(number) {
  if (!number) return t("rooms_nobody");
  return number === 1 ? t("rooms_one_listener") : t("rooms_listeners", { count: number });
}

function fillCard({ element, parts }, room) {
  const word = wordOf(room);
  element.classList.toggle("is-out", room.state !== "running" || Boolean(room.trouble));
  if (element.dataset.state !== word) {
    element.dataset.state = word;
    parts.state.replaceChildren(badge(LOOKS[word]), t(`state_${word}`));
  }
  const { clock } = room;
  say(parts.time, clock ? `${shortDay(clock.time)} ${hourMinute(clock.time)}` : "");
  const behind = clock && clock.lag > Math.max(5, 2 * clock.speed) ? ` · ${t("rooms_behind", { seconds: plain(clock.lag, 0) })}` : "";
  say(parts.pace, clock ? `${plain(clock.speed, clock.speed < 1 ? 1 : 0)}×${behind}` : "");
  parts.figures.replaceChildren(...room.figures.slice(0, MOST_FIGURES).map(figureRow));
  parts.alarms.replaceChildren(...(room.alarms ? alarmLine(room.alarms) : []));
  say(parts.trouble, room.trouble);
  say(parts.who, room.listeners === null ? "" : listenersText(room.listeners));
  parts.open.hidden = !room.addresses.http;
  parts.open.href = room.addresses.http ? `${fromHere(room.addresses.http)}/?lang=${language}` : "#";
}

// A room is reached by the name by which its view was reached, unless that is another machine's business.
export function fromHere(address) {
  const place = new URL(address);
  if (["127.0.0.1", "[::1]"].includes(place.hostname) && !["127.0.0.1", "[::1]", "localhost"].includes(location.hostname)) place.hostname = location.hostname;
  return place.origin;
}

export function showRooms(found) {
  rooms = found;
  const names = new Set(found.map((room) => room.name));
  for (const room of found) {
    if (!cards.has(room.name)) {
      cards.set(room.name, makeCard(room));
      grid.append(cards.get(room.name).element);
    }
    fillCard(cards.get(room.name), room);
  }
  // At first all are chosen: most of what an instructor does is for all.
  if (knownRooms.size === 0 && names.size > 0) choose([...names]);
  knownRooms = names;
  tellChosen();
}
