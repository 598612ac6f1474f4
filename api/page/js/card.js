// A frame around one chart: its title, how to read it, its values as a table, and what to say while there are none.

import { h } from "./dom.js";
import { t, both } from "./texts.js";

function tableOf({ head, rows }) {
  return h(
    "div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t("as_table") },
    h("table", {}, h("thead", {}, h("tr", {}, ...head.map((cell) => h("th", { scope: "col" }, cell)))),
      h("tbody", {}, ...rows.map((row) => h("tr", {}, ...row.map((cell, i) => h(i ? "td" : "th", i ? {} : { scope: "row" }, cell)))))),
  );
}

export function card(view, chart) {
  const note = view.note ? h("p", { class: "note" }, both(view.note)) : null;
  const place = h("div", { class: "as-table", hidden: true });
  const toggle = chart.table ? h("button", {
    type: "button", class: "quiet", "aria-pressed": "false",
    onclick: () => {
      const asTable = place.hidden;
      if (asTable) place.replaceChildren(tableOf(chart.table()));
      place.hidden = !asTable;
      chart.element.hidden = asTable;
      toggle.setAttribute("aria-pressed", String(asTable));
      toggle.textContent = t(asTable ? "as_chart" : "as_table");
    },
  }, t("as_table")) : null;
  const element = h(
    "section", { class: `card chart-card${view.wide ? " wide" : ""} kind-${view.kind}`, "data-view": view.name, "aria-label": both(view.title) },
    h("header", {}, h("h3", {}, both(view.title)), toggle), note, chart.element, place,
  );
  return { element, view, update: () => chart.update?.(), refresh: () => chart.refresh?.() };
}
