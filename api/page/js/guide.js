// A tour of two minutes for whoever comes for the first time: one sentence at a place, then the next.

import { h, byId } from "./dom.js";
import { t } from "./texts.js";
import { showPage } from "./pages.js";

const SEEN = "rajola-tour-seen";
let steps = [];
let at = -1;
let focusBefore = null;

// [page, what is pointed at, key of the sentence]; what this plant does not have is left out.
const PLACES = [
  ["line", "#headline", "tour_headline"],
  ["line", "#line .canvas", "tour_line"],
  ["line", "#line .canvas", "tour_states"],
  ["line", "#alarms", "tour_alarms"],
  ["line", "#flow", "tour_flow"],
  [null, "#nav", "tour_pages"],
  ["trends", ".trend .tools", "tour_trends"],
  ["control", ".control-cards", "tour_control"],
  ["line", ".plant-time", "tour_end"],
];

export function planTour(has) {
  steps = PLACES.filter(([page]) => page === null || has(page));
}

export function startTour() {
  focusBefore = document.activeElement;
  at = -1;
  addEventListener("keydown", keys);
  addEventListener("resize", place);
  addEventListener("scroll", place, { passive: true });
  next();
}

// Only a screen on which nobody has been greeted yet is offered the tour, and never against its will.
export function offerTour() {
  let seen = true;
  try {
    seen = localStorage.getItem(SEEN) !== null;
  } catch {
    seen = true;
  }
  if (seen) return;
  const offer = h("div", { class: "offer", role: "region", "aria-label": t("tour") }, h("p", {}, t("tour_offer")), h("span", { class: "buttons" },
    h("button", { type: "button", class: "first", onclick: () => { offer.remove(); rememberGreeting(); startTour(); } }, t("tour_begin")),
    h("button", { type: "button", onclick: () => { offer.remove(); rememberGreeting(); } }, t("tour_no"))));
  byId("main").prepend(offer);
}

function rememberGreeting() {
  try {
    localStorage.setItem(SEEN, "yes");
  } catch {
    // A browser that keeps nothing offers the tour again, which does no harm.
  }
}

function keys(event) {
  if (event.key === "Escape") end();
  if (event.key === "ArrowRight") next();
  if (event.key === "ArrowLeft" && at > 0) back();
}

function back() {
  at -= 2;
  next();
}

function next() {
  at += 1;
  if (at >= steps.length) {
    end();
    return;
  }
  const [page, , key] = steps[at];
  if (page) showPage(page, false);
  const guide = byId("guide");
  const last = at === steps.length - 1;
  const forward = h("button", { type: "button", class: "first", onclick: next }, t(last ? "tour_finish" : "tour_next"));
  guide.replaceChildren(h("div", { class: "ring", "aria-hidden": "true" }), h("div", { class: "bubble", role: "dialog", "aria-modal": "false", "aria-label": t("tour") },
    h("p", { class: "reading" }, `${at + 1} / ${steps.length}`), h("p", { "aria-live": "polite" }, t(key)),
    h("span", { class: "buttons" }, at > 0 ? h("button", { type: "button", onclick: back }, t("tour_back")) : "", forward, last ? "" : h("button", { type: "button", class: "quiet", onclick: end }, t("tour_leave")))));
  guide.hidden = false;
  const target = document.querySelector(steps[at][1]);
  target?.scrollIntoView({ block: "center" });
  requestAnimationFrame(place);
  forward.focus({ preventScroll: true });
}

function place() {
  const guide = byId("guide");
  if (guide.hidden || at < 0) return;
  const target = document.querySelector(steps[at]?.[1]);
  const [ring, bubble] = guide.children;
  if (!target || !ring) return;
  const box = target.getBoundingClientRect();
  const top = Math.max(4, box.top - 4);
  const bottom = Math.min(innerHeight - 4, box.bottom + 4);
  Object.assign(ring.style, { left: `${Math.max(2, box.left - 4)}px`, top: `${top}px`, width: `${Math.min(innerWidth - 4, box.width + 8)}px`, height: `${Math.max(0, bottom - top)}px` });
  const { width, height } = bubble.getBoundingClientRect();
  const below = bottom + 10 + height < innerHeight;
  const above = top - 10 - height > 0;
  const y = below ? bottom + 10 : above ? top - 10 - height : innerHeight - height - 10;
  Object.assign(bubble.style, { left: `${Math.max(8, Math.min(innerWidth - width - 8, box.left + box.width / 2 - width / 2))}px`, top: `${y}px` });
}

function end() {
  at = -1;
  byId("guide").hidden = true;
  byId("guide").replaceChildren();
  removeEventListener("keydown", keys);
  removeEventListener("resize", place);
  removeEventListener("scroll", place);
  focusBefore?.focus?.();
}
