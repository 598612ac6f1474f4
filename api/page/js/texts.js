// The page's words in the reader's language; the plant's own words come with the plant, in both.

let words = {};
export let language = "en";

export async function loadTexts(fallback) {
  const asked = new URLSearchParams(location.search).get("lang");
  const all = await (await fetch("/page/texts.json")).json();
  language = asked in all ? asked : fallback;
  words = all[language];
  document.documentElement.lang = language;
  document.documentElement.dataset.texts = "loaded";
}

export function t(key, values = {}) {
  const text = words[key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

// The plant's wording as a label: without the full stop of a sentence.
export const both = (wording) => (wording ? wording[language].replace(/\.$/, "") : "");
