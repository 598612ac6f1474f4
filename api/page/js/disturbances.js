// What disturbed the run, as the instructor is told it: one row each, and a card with all of it.

import { h } from "./dom.js";
import { t, both } from "./texts.js";
import { live } from "./live.js";
import { get } from "./ask.js";
import { badge } from "./looks.js";
import { dayAndTime, plain } from "./format.js";
import { openTrendsAt } from "./trends.js";

const TRUTH_MS = 15_000;

// A click shows it in what was measured.
export function disturbanceRow(each, marks = []) {
  const end = each.end ?? live.frame.time;
  const when = `${dayAndTime(each.begin)} – ${each.end ? dayAndTime(each.end) : t("goes_on")}`;
  const size = each.size === 1 ? "" : `× ${plain(each.size, 1)}`;
  const makes = each.defects.length ? t("makes_defects", { defects: each.defects.join(", ") }) : "";
  const said = [both(live.stationTitles.get(each.station)) || each.station, when, size, each.details, both(each.why), makes];
  const title = both(each.title);
  const name = each.signals.length ? h("button", { type: "button", class: "link", onclick: () => openTrendsAt(each.signals, Date.parse(each.begin), Date.parse(end)) }, title) : h("b", {}, title);
  return h("li", { class: each.planted ? "planted" : "" }, badge(each.kind === "fault" ? "down" : "held"), h("span", { class: "title" }, name, h("small", {}, said.filter(Boolean).join(" · "))), ...marks);
}

export const plantedMark = (each) => (each.planted ? h("span", { class: "mark" }, t("planted")) : "");

// What was planted, and what came by itself: the page of others does not even ask.
export function truthCard() {
  const list = h("ul", { class: "met" });
  const others = h("ul", { class: "met" });
  const more = h("details", { hidden: true }, h("summary", {}), others);
  const element = h("section", { class: "card truth" }, h("h3", {}, t("the_truth")), h("p", { class: "note" }, t("truth_note")), list, more);
  let seen = "";
  let asked = -Infinity;
  const refresh = async () => {
    // The plant goes through all that ever disturbed it for an answer.
    if (performance.now() - asked < TRUTH_MS) return;
    asked = performance.now();
    const { items } = await get("disturbances", { hours: 24 });
    const text = JSON.stringify(items);
    if (text === seen) return;
    seen = text;
    const planted = items.filter((each) => each.planted);
    const natural = items.filter((each) => !each.planted);
    list.replaceChildren(...(planted.length ? planted.map((each) => disturbanceRow(each)) : [h("li", { class: "empty" }, t("nothing_planted"))]));
    others.replaceChildren(...natural.map((each) => disturbanceRow(each)));
    more.hidden = !natural.length;
    more.firstChild.textContent = t("came_by_itself", { count: plain(natural.length, 0) });
  };
  return { element, refresh };
}
