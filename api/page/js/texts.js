// The page's words in the reader's language; the plant's own words come with the plant, in both.

let words = {};
export let language = "en";

// A page of its own brings `more` words besides those that all share; the usual language may still be on its way.
export async function loadTexts(usual, more = null) {
  const asked = new URLSearchParams(location.search).get("lang");
  const read = async (file) => (await fetch(file)).json();
  const [all, own] = await Promise.all([read(new URL("../texts.json", import.meta.url)), more ? read(more) : {}]);
  for (const [name, added] of Object.entries(own)) Object.assign(all[name], added);
  language = asked in all ? asked : await usual;
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
