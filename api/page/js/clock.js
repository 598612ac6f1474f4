// Plant time: pause, speed, a step, a jump; every place that offers it shows the same.

import { h, say } from "./dom.js";
import { t } from "./texts.js";
import { live } from "./live.js";
import { post } from "./ask.js";
import { plain } from "./format.js";
import { notice } from "./notice.js";

const SPEEDS = [0.1, 1, 2, 5, 10, 30, 60, 120, 300, 500, 1000];
const groups = [];

export const speedText = (speed) => `${plain(speed, speed < 1 ? 1 : 0)}×`;

export async function changeClock(content) {
  try {
    await post("clock", content);
  } catch (refusal) {
    notice(refusal.message);
  }
}

export function clockControls() {
  const toggle = h("button", { type: "button", class: "toggle", onclick: () => changeClock({ action: live.clock.running ? "pause" : "resume" }) });
  const speed = h("select", { "aria-label": t("speed"), onchange: (event) => changeClock({ action: "set_speed", factor: Number(event.target.value) }) });
  const step = h("button", { type: "button", class: "step", onclick: () => changeClock({ action: "step", seconds: 60 }) }, t("step"));
  groups.push({ toggle, speed, step });
  return h("div", { class: "controls", role: "group", "aria-label": t("clock") }, toggle, speed, step);
}

export function updateClock() {
  const { speed, running } = live.clock;
  for (const group of groups) {
    say(group.toggle, t(running ? "pause" : "resume"));
    group.step.disabled = running;
    if (group.shown === speed) continue;
    group.shown = speed;
    const all = SPEEDS.includes(speed) ? SPEEDS : [...SPEEDS, speed].sort((one, other) => one - other);
    group.speed.replaceChildren(...all.map((each) => h("option", { value: each, selected: each === speed }, speedText(each))));
  }
}
