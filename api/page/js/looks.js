// How a station fares, by shape and word: colour only for what wants attention.

import { s } from "./dom.js";

// Paths in a square of 10 by 10.
const LOOK_SHAPES = {
  running: "M5 1.5 A3.5 3.5 0 1 1 4.99 1.5 Z",
  starved: "M8.5 1 L2 5 L8.5 9 Z",
  blocked: "M1.5 1 H4 V9 H1.5 Z M6 1 H8.5 V9 H6 Z",
  "set-up": "M5 0.5 L9.5 5 L5 9.5 L0.5 5 Z",
  held: "M5 0.5 L9.8 9.3 H0.2 Z",
  down: "M0.5 0.5 H9.5 V9.5 H0.5 Z",
  planned: "M3.6 0.5 H6.4 V3.6 H9.5 V6.4 H6.4 V9.5 H3.6 V6.4 H0.5 V3.6 H3.6 Z",
  off: "M0.5 4 H9.5 V6 H0.5 Z",
};

export const lookPath = (look) => LOOK_SHAPES[look] ?? LOOK_SHAPES.off;

export function badge(look) {
  return s("svg", { class: `badge look-${look}`, viewBox: "0 0 10 10", "aria-hidden": "true" }, s("path", { d: lookPath(look) }));
}

export function turn(badgeElement, look) {
  badgeElement.setAttribute("class", `badge look-${look}`);
  badgeElement.firstChild.setAttribute("d", lookPath(look));
}

export function lookOfSeverity(severity) {
  if (severity >= 700) return "down";
  return severity >= 400 ? "held" : "off";
}
