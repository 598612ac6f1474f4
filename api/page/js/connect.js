// Where programs connect: addresses to copy.

import { h, byId } from "./dom.js";
import { t } from "./texts.js";

const NAMES = { opcua: "OPC UA", http: "HTTP" };

function entry(name, address) {
  const text = h("code", { tabindex: 0 }, address);
  const copy = h("button", { type: "button", onclick: async () => {
    try {
      await navigator.clipboard.writeText(address);
      copy.textContent = t("copied");
      setTimeout(() => { copy.textContent = t("copy"); }, 2000);
    } catch {
      // Without leave to use the clipboard the address is marked, ready for the keyboard.
      getSelection().selectAllChildren(text);
    }
  } }, t("copy"));
  return h("span", { class: "entry" }, h("b", {}, name), text, copy);
}

export function buildConnect(run) {
  const addresses = Object.entries(run.addresses).map(([name, address]) => entry(NAMES[name] ?? name, address));
  byId("connect").append(h("h2", {}, t("connect")), ...addresses, entry("OpenAPI", new URL("/openapi.json", location.href).href), h("small", {}, `Rajola ${run.version} · ${t("seed")} ${run.seed}`));
}
