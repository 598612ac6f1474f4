// The bar on top: whose plant, what time it is there, how fast time goes, and what can be done about it.

import { h, byId, say } from "./dom.js";
import { t, both, language } from "./texts.js";
import { live } from "./live.js";
import { clockControls, speedText, updateClock } from "./clock.js";
import { day, hourMinute, timeOfDay, plain } from "./format.js";
import { startTour } from "./guide.js";
import { may } from "./me.js";
import { whoButton } from "./login.js";

const narrow = matchMedia("(max-width: 640px)");
const parts = {};

function languages() {
  const other = language === "en" ? "es" : "en";
  const parameters = new URLSearchParams(location.search);
  parameters.set("lang", other);
  return h("a", { class: "language", href: `?${parameters}`, hreflang: other, lang: other }, other === "es" ? "Español" : "English");
}

export function buildHeader(line, run) {
  const room = run.room.replace(/^room-0*(\d+)$/, (_, number) => t("room", { number }));
  parts.day = h("span", { class: "day" });
  parts.time = h("time", { class: "time" });
  parts.pace = h("span", { class: "pace" });
  parts.wall = h("span", { class: "wall" });
  byId("header").replaceChildren(
    h("h1", {}, both(line.title), h("small", {}, room ? `${room} · ` : "", `${t("scenario")} ${run.scenario}`)),
    h("div", { class: "plant-time", role: "group", "aria-label": t("plant_time") }, parts.day, parts.time, parts.pace, parts.wall),
    run.simulator && may("pause") ? clockControls() : "",
  );
  const side = h("div", { class: "side" }, h("button", { type: "button", class: "quiet tour", onclick: () => startTour() }, t("tour")), whoButton(), languages());
  const settle = () => (narrow.matches ? byId("header") : byId("bar")).append(side);
  narrow.addEventListener("change", settle);
  settle();
  document.title = room ? `${room} · ${both(line.title)}` : both(line.title);
  byId("skip").textContent = t("skip");
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
  say(parts.wall, differs && !behind ? t("wall_time", { time: hourMinute(wall) }) : "");
  updateClock();
}
