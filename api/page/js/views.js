// The plant's own views in one card, one at a time, and a trend of any signal; the address keeps what is shown.

import { h, byId } from "./dom.js";
import { t, both } from "./texts.js";
import { CurveChart } from "./curve.js";
import { ShareChart } from "./share.js";
import { TrendChart } from "./trend.js";
import { keep, kept } from "./address.js";

const ANY = "trend";
let views = [];
let chosen = null;
let place = null;
const charts = new Map();

function chartOf(name) {
  if (charts.has(name)) return charts.get(name);
  const view = views.find((each) => each.name === name);
  const made = {
    curve: () => new CurveChart(view),
    share: () => new ShareChart(view),
    trend: () => new TrendChart(view.lines, () => {}),
    [undefined]: () => new TrendChart(kept("signals")?.split(",") ?? [], (paths) => keep({ signals: paths.join(",") || null })),
  }[view?.kind]();
  charts.set(name, made);
  return made;
}

function show(name) {
  chosen = name;
  place.replaceChildren(chartOf(name).element);
  for (const tab of byId("views").querySelectorAll("[role=tab]")) {
    tab.setAttribute("aria-selected", String(tab.dataset.name === name));
    tab.tabIndex = tab.dataset.name === name ? 0 : -1;
  }
  chartOf(name).update();
}

function choose(name) {
  keep({ view: name, signals: name === ANY ? chartOf(ANY).paths.join(",") || null : null });
  show(name);
}

function step(event) {
  const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!move) return;
  const tabs = [...byId("views").querySelectorAll("[role=tab]")];
  const next = tabs[(tabs.indexOf(event.target) + move + tabs.length) % tabs.length];
  next.focus();
  choose(next.dataset.name);
}

export function buildViews(presentation) {
  views = presentation.views;
  const tab = (name, title) => h("button", { type: "button", role: "tab", "data-name": name, onclick: () => choose(name) }, title);
  const tabs = [...views.map((view) => tab(view.name, both(view.title))), tab(ANY, t("any_signal"))];
  place = h("div", { class: "view", role: "tabpanel" });
  byId("views").append(h("div", { class: "tabs", role: "tablist", "aria-label": t("views"), onkeydown: step }, ...tabs), place);
  const asked = kept("view");
  show([...views.map((view) => view.name), ANY].includes(asked) ? asked : views[0]?.name ?? ANY);
}

export function showTrend(paths) {
  const chart = chartOf(ANY);
  for (const path of paths) chart.add(path);
  choose(ANY);
  byId("views").scrollIntoView({ block: "nearest" });
}

export const updateViews = () => chartOf(chosen).update();
