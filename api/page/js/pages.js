// The pages of the console: the plant's own between those that every console has; one is shown at a time.

import { h, byId } from "./dom.js";
import { t } from "./texts.js";
import { keep, kept, linkTo } from "./address.js";
import { live } from "./live.js";

const pages = new Map();
let shownPage = null;

// A page is built when it is first shown; `update` follows the frames, `refresh` asks the server.
export function addPage(name, title, build) {
  pages.set(name, { name, title, build, element: null, content: null });
}

function link(page) {
  return h("a", {
    href: linkTo({ page: page.name }), "data-page": page.name,
    onclick: (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      showPage(page.name);
    },
  }, page.title, h("span", { class: "count", hidden: true }));
}

export function buildNavigation() {
  byId("nav").setAttribute("aria-label", t("pages"));
  byId("nav").append(...[...pages.values()].map(link));
  addEventListener("popstate", () => showPage(kept("page") ?? first(), false));
}

const first = () => pages.keys().next().value;
export const currentPage = () => shownPage?.name;

export function showPage(name, step = true) {
  const page = pages.get(name) ?? pages.get(first());
  if (shownPage === page) return page;
  if (step) keep({ page: page.name }, true);
  if (!page.element) {
    page.element = h("div", { class: `page page-${page.name}` });
    page.element.append(h("h2", { class: "page-title" }, page.title));
    byId("main").append(page.element);
    page.content = built(page);
  }
  if (shownPage) shownPage.element.hidden = true;
  page.element.hidden = false;
  shownPage = page;
  for (const each of byId("nav").querySelectorAll("a")) {
    if (each.dataset.page === page.name) {
      each.setAttribute("aria-current", "page");
      each.scrollIntoView?.({ block: "nearest", inline: "center" });
    } else each.removeAttribute("aria-current");
    each.href = linkTo({ page: each.dataset.page });
  }
  document.body.dataset.page = page.name;
  scrollTo(0, 0);
  if (live.frame) page.content?.update?.();
  refreshPage().catch(() => {});
  return page;
}

// A page that cannot be built says so, and leaves the others alone.
function built(page) {
  try {
    return page.build(page.element);
  } catch (error) {
    console.error(error);
    page.element.append(h("p", { class: "empty" }, t("page_failed")));
    return {};
  }
}

export const contentOf = (name) => pages.get(name)?.content;

export function updatePage() {
  shownPage?.content?.update?.();
}

// Says on the page itself while answers are under way, for whoever waits for them.
let asking = 0;
export async function refreshPage() {
  if (!live.frame) return;
  document.documentElement.dataset.asking = String((asking += 1));
  try {
    await shownPage?.content?.refresh?.();
  } finally {
    asking -= 1;
    if (!asking) delete document.documentElement.dataset.asking;
  }
}

// A number on a page's tab, such as alarms that nobody has acknowledged.
export function badgeOf(name, number) {
  const badge = byId("nav").querySelector(`a[data-page="${name}"] .count`);
  if (!badge) return;
  badge.hidden = number === 0;
  if (badge.textContent !== String(number)) badge.textContent = String(number);
}
