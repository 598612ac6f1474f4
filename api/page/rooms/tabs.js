// The pages of the view, one at a time; the address bar holds which.

import { h, byId } from "../js/dom.js";
import { t } from "../js/texts.js";
import { keep, kept } from "../js/address.js";

const tabs = new Map();
let shown = null;

export function addTab(name, key, made) {
  const element = h("section", { class: `page page-${name}`, "aria-label": t(key), hidden: true }, h("h2", { class: "page-title" }, t(key)), made.element);
  const link = h("a", { href: `?page=${name}`, "data-page": name, onclick: (event) => { event.preventDefault(); show(name, true); } }, t(key));
  byId("main").append(element);
  byId("nav").append(link);
  tabs.set(name, { ...made, element, link });
}

export function show(name, step = false) {
  shown = tabs.has(name) ? name : tabs.keys().next().value;
  for (const [each, tab] of tabs) {
    tab.element.hidden = each !== shown;
    if (each === shown) tab.link.setAttribute("aria-current", "page");
    else tab.link.removeAttribute("aria-current");
  }
  keep({ page: shown }, step);
  return tabs.get(shown).shown?.();
}

export const shownTab = () => shown;
addEventListener("popstate", () => show(kept("page") ?? shown));
