// The bar on top: whose plant, what time it is there, how fast time goes, and what can be done about it.

import { h, byId, say } from "./dom.js";
import { t, both, language } from "./texts.js";
import { live } from "./live.js";
import { post } from "./ask.js";
import { day, timeOfDay, plain } from "./format.js";
import { notice } from "./notice.js";

const SPEEDS = [0.1, 1, 2, 5, 10, 30, 60, 120, 300, 500, 1000];
const parts = {};

const speedText = (speed) => `${plain(speed, speed < 1 ? 1 : 0)}×`;

async function change(content) {
  try {
    await post("clock", content);
  } catch (refusal) {
    notice(refusal.message);
  }
}

function controls() {
  parts.toggle = h("button", { type: "button", class: "toggle", onclick: () => change({ action: live.clock.running ? "pause" : "resume" }) });
  parts.step = h("button", { type: "button", onclick: () => change({ action: "step", seconds: 60 }) }, t("step"));
  parts.speed = h("select", { "aria-label": t("speed"), onchange: (event) => change({ action: "set_speed", factor: Number(event.target.value) }) });
  return h("div", { class: "controls", role: "group", "aria-label": t("clock") }, parts.toggle, parts.speed, parts.step);
}

function languages() {
  const other = language === "en" ? "es" : "en";
  const parameters = new URLSearchParams(location.search);
  parameters.set("lang", other);
  return h("a", { class: "language", href: `?${parameters}`, hreflang: other, lang: other }, other === "es" ? "Español" : "English");
}

export function buildHeader(line, run) {
  parts.day = h("span", { class: "day" });
  parts.time = h("time", { class: "time" });
  parts.pace = h("span", { class: "pace" });
  parts.wall = h("span", { class: "wall" });
  byId("header").append(
    h("h1", {}, both(line.title), h("small", {}, `${t("scenario")} ${run.scenario}`)),
    h("div", { class: "plant-time", role: "group", "aria-label": t("plant_time") }, parts.day, parts.time, parts.pace, parts.wall),
    run.simulator ? controls() : "",
    h("a", { class: "jump", href: "#connect" }, t("connect")),
    languages(),
  );
  document.title = both(line.title);
  byId("skip").textContent = t("skip");
}

function showSpeeds(speed) {
  if (!parts.speed || parts.shownSpeed === speed) return;
  parts.shownSpeed = speed;
  const all = SPEEDS.includes(speed) ? SPEEDS : [...SPEEDS, speed].sort((one, other) => one - other);
  parts.speed.replaceChildren(...all.map((each) => h("option", { value: each, selected: each === speed }, speedText(each))));
}

export function updateHeader() {
  const { speed, running, lag } = live.clock;
  const { time, wall_time: wall } = live.frame;
  say(parts.day, day(time));
  say(parts.time, timeOfDay(time));
  const behind = lag > Math.max(5, 2 * speed) ? ` · ${t("behind", { seconds: plain(lag, 0) })}` : "";
  say(parts.pace, running ? `${speedText(speed)}${behind}` : t("paused"));
  parts.pace.classList.toggle("paused", !running);
  const differs = Math.abs(Date.parse(time) - Date.parse(wall)) > 5000;
  say(parts.wall, differs ? t("wall_time", { time: timeOfDay(wall) }) : "");
  if (!parts.toggle) return;
  say(parts.toggle, t(running ? "pause" : "resume"));
  parts.step.disabled = running;
  showSpeeds(speed);
}
