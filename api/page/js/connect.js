// Where programs connect: addresses to copy, every tag with search, and who listens to the page.

import { h } from "./dom.js";
import { t, both } from "./texts.js";
import { live, statusOf } from "./live.js";
import { get } from "./ask.js";
import { day, full, plain, unitLabel } from "./format.js";
import { openTrends } from "./trends.js";
import { role, userName } from "./me.js";

const NAMES = { opcua: "OPC UA", http: "HTTP" };
const TAGS_SHOWN = 150;

function entry(name, address, what) {
  const text = h("code", { tabindex: 0 }, address);
  const copy = h("button", { type: "button", "aria-label": `${t("copy")} ${name}`, onclick: async () => {
    try {
      await navigator.clipboard.writeText(address);
      copy.textContent = t("copied");
      setTimeout(() => { copy.textContent = t("copy"); }, 2000);
    } catch {
      // Without leave to use the clipboard the address is marked, ready for the keyboard.
      getSelection().selectAllChildren(text);
    }
  } }, t("copy"));
  return h("li", { class: "entry" }, h("b", {}, name), text, copy, what ? h("small", {}, what) : "");
}

// A program is named by itself; a browser's long name says no more than that it is one.
const programName = (program) => (/^Mozilla\//.test(program) ? t("a_browser") : program || t("unknown_program"));

function clientRow(client) {
  const reads = client.gateway === "http" ? t("reads_stream") : client.reads ? t("reads_signals", { count: plain(client.reads, 0) }) : t("reads_nothing");
  const who = [client.user, client.gateway === "http" ? "" : client.security || t("unprotected")].filter(Boolean).join(" · ");
  const named = client.signals.length ? h("details", {}, h("summary", {}, reads), h("ul", { class: "named" }, ...client.signals.map((path) => h("li", {}, h("code", {}, path))), client.reads > client.signals.length ? h("li", {}, "…") : "")) : h("span", {}, reads);
  return h("li", {}, h("b", {}, `${NAMES[client.gateway] ?? client.gateway} · ${client.address}`), h("span", { class: "title" }, programName(client.program), who ? h("small", {}, ` ${who}`) : ""), named);
}

// The server's own certificate, by which a client can tell that it is the right one.
function protectionOf({ gateway, thumbprint, valid_until: until, policies }) {
  const names = [...new Set(policies.map((each) => each.split(" · ")[0]))];
  const open = names.includes("None") ? t("also_unprotected") : "";
  const facts = [policies.length ? `${t("protection")}: ${[...names.filter((name) => name !== "None"), open].filter(Boolean).join(", ")}` : "", thumbprint ? `${t("certificate")}: ${thumbprint.slice(0, 16)}… · ${t("valid_until", { day: until ? day(until) : "—" })}` : t("no_certificate")];
  return h("li", { class: "entry" }, h("b", {}, NAMES[gateway] ?? gateway), h("span", { class: "protection" }, ...facts.filter(Boolean).map((fact) => h("small", {}, fact))));
}

export function connectPage(run) {
  return (element) => {
    const addresses = Object.entries(run.addresses).map(([name, address]) => entry(NAMES[name] ?? name, address, t(`about_${name}`)));
    const http = [entry("OpenAPI", new URL("/openapi.json", location.href).href, t("about_openapi")), entry(t("live_stream"), new URL("/api/v1/stream", location.href).href, t("about_stream"))];
    const facts = [[t("plant"), run.plant], [t("scenario"), run.scenario], [t("seed"), String(run.seed)], [t("version"), `Rajola ${run.version}`], [t("digest"), run.definition_sha256.slice(0, 16)], [t("you_are"), `${userName()} (${t(`role_${role()}`)})`]];
    const here = h("ul", { class: "clients" });
    const protection = h("ul", { class: "entries" });
    const tags = tagTable();
    element.append(h("div", { class: "cards" },
      h("section", { class: "card wide" }, h("h3", {}, t("addresses")), h("ul", { class: "entries" }, ...addresses, ...http), protection),
      h("section", { class: "card" }, h("h3", {}, t("this_run")), h("dl", { class: "facts" }, ...facts.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))))),
      h("section", { class: "card" }, h("h3", {}, t("who_is_connected")), here),
      tags.element));
    return {
      update: tags.update,
      refresh: async () => {
        const { items, gateways } = await get("connections");
        here.replaceChildren(...items.map(clientRow), ...(items.length ? [] : [h("li", { class: "empty" }, t("nobody"))]));
        protection.replaceChildren(...gateways.map(protectionOf));
      },
    };
  };
}

function tagTable() {
  const search = h("input", { type: "search", placeholder: t("search_tags"), "aria-label": t("search_tags"), oninput: () => show() });
  const kinds = h("select", { "aria-label": t("kind"), onchange: () => show() }, h("option", { value: "" }, t("all_kinds")), ...["measurement", "state", "counter", "set-point", "profile"].map((kind) => h("option", { value: kind }, t(`kind_${kind.replace("-", "_")}`))));
  const count = h("p", { class: "reading", role: "status" });
  const body = h("tbody", {});
  let rows = [];
  const element = h("section", { class: "card wide" }, h("header", {}, h("h3", {}, t("tags")), h("span", { class: "inputs" }, search, kinds)), count,
    h("div", { class: "scroll tall", tabindex: 0, role: "region", "aria-label": t("tags") }, h("table", { class: "lines tags" }, h("thead", {}, h("tr", {}, ...["path", "meaning", "value", "range_of", "access"].map((key) => h("th", { scope: "col" }, t(key))))), body)));
  function show() {
    const words = search.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const found = [...live.signals.values()].filter((signal) => (!kinds.value || signal.kind === kinds.value) && words.every((word) => `${signal.path} ${signal.meaning.en} ${signal.meaning.es}`.toLocaleLowerCase().includes(word)));
    count.textContent = t("tags_found", { count: plain(found.length, 0), shown: plain(Math.min(found.length, TAGS_SHOWN), 0) });
    rows = found.slice(0, TAGS_SHOWN).map((signal) => {
      const value = h("td", { class: "value" });
      const range = signal.low !== null && signal.high !== null && signal.high < 1e9 ? `${plain(signal.low, 0)} – ${plain(signal.high, 0)} ${unitLabel(signal.unit)}` : unitLabel(signal.unit);
      const path = signal.type === "text" ? h("code", {}, signal.path) : h("button", { type: "button", class: "link", title: t("show_trend"), onclick: () => openTrends([signal.path]) }, h("code", {}, signal.path));
      return { signal, value, element: h("tr", {}, h("td", {}, path), h("td", {}, both(signal.meaning)), value, h("td", {}, range), h("td", {}, t(signal.writable ? "read_write" : "read_only"))) };
    });
    body.replaceChildren(...rows.map((row) => row.element));
    update();
  }
  function update() {
    if (!live.frame) return;
    for (const { signal, value } of rows) {
      const text = signal.length > 1 ? t("values_of", { count: signal.length }) : full(signal);
      if (value.textContent !== text) value.textContent = text;
      value.classList.toggle("doubtful", statusOf(signal) > 0);
    }
  }
  show();
  return { element, update };
}
