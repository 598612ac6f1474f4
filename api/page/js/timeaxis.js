// An axis of plant time: round steps of minutes, hours or days in the plant's own zone.

import { s } from "./dom.js";
import { hourMinute, shortDay, zoneOffset } from "./format.js";

const MINUTE = 60e3;
const HOUR = 60 * MINUTE;
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 10080].map((minutes) => minutes * MINUTE);

export function timeTicks(from, to, count) {
  const step = STEPS.find((each) => (to - from) / each <= count) ?? 30 * 24 * HOUR;
  const offset = zoneOffset(from);
  const found = [];
  for (let tick = Math.ceil((from + offset) / step) * step - offset; tick <= to; tick += step) found.push(tick);
  return { found, step };
}

export function timeAxis(x, [from, to], bottom, left, right) {
  const { found, step } = timeTicks(from, to, Math.max(2, (right - left) / 90));
  const text = (tick) => (step >= 24 * HOUR || (tick + zoneOffset(tick)) % (24 * HOUR) === 0 ? shortDay(tick) : hourMinute(tick));
  return [
    s("line", { class: "axis", x1: left, x2: right, y1: bottom, y2: bottom }),
    found.map((tick) => [
      s("line", { class: "axis", x1: x(tick), x2: x(tick), y1: bottom, y2: bottom + 4 }),
      s("text", { class: "tick", x: x(tick), y: bottom + 17, "text-anchor": x(tick) > right - 18 ? "end" : x(tick) < left + 18 ? "start" : "middle" }, text(tick)),
    ]),
  ];
}
