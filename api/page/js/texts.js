// The page's words in the reader's language; the plant's own words come with the plant, in both.

import { ask } from "./early.js";

let words = {};
export let language = "en";

// A page of its own brings `more` words besides those that all share.
export async function loadTexts(fallback, more = null) {
  const asked = new URLSearchParams(location.search).get("lang");
  const all = await (await ask(new URL("../texts.json", import.meta.url).href)).json();
  if (more) for (const [name, own] of Object.entries(await (await fetch(more)).json())) Object.assign(all[name], own);
  language = asked in all ? asked : fallback;
  words = all[language];
  document.documentElement.lang = language;
  document.documentElement.dataset.texts = "loaded";
}

export function t(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// The plant's wording as a label: without the full stop of a sentence, and with its exponents as print has them.
export const both = (wording) => (wording ? wording[language].replace(/\.$/, "").replace(/\bm2\b/g, "m²").replace(/\bCO2\b/g, "CO₂") : "");
