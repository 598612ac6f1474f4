// One signal in a station's panel: name, value on its range, the last hour; a set point can be changed.

import { h, say } from "./dom.js";
import { t, both } from "./texts.js";
import { numberOf, profileOf, statusOf } from "./live.js";
import { post } from "./ask.js";
import { decimalsOf, full, numeric, plain, unitLabel, valueText, withUnit } from "./format.js";
import { sparkline } from "./spark.js";
import { openTrends } from "./trends.js";

const bounded = (signal) => signal.low !== null && signal.high !== null && signal.high < 1e9 && numeric(signal) && signal.kind !== "counter";
const rangeText = (signal) => withUnit(`${plain(signal.low, decimalsOf(signal))} – ${plain(signal.high, decimalsOf(signal))}`, unitLabel(signal.unit));

function profileText(signal) {
  const known = profileOf(signal).filter((value) => value !== null);
  if (!known.length) return "—";
  const decimals = decimalsOf(signal, Math.max(...known.map(Math.abs)));
  return withUnit(`${plain(Math.min(...known), decimals)} … ${plain(Math.max(...known), decimals)}`, unitLabel(signal.unit));
}

export function rowOf(signal) {
  const value = h("span", { class: "value" });
  const marker = h("i");
  const bar = bounded(signal) && signal.kind !== "profile" ? h("span", { class: "bar", title: rangeText(signal) }, marker) : null;
  const spark = signal.kind === "measurement" || (signal.kind === "state" && signal.type === "float") ? sparkline(signal) : null;
  const drawable = signal.type !== "text";
  const name = drawable
    ? h("button", { type: "button", class: "link", title: t("show_trend"), onclick: () => openTrends([signal.path]) }, both(signal.meaning))
    : h("span", {}, both(signal.meaning));
  const status = h("span", { class: "status" });
  const element = h("li", {}, h("span", { class: "name" }, name), spark, h("span", { class: "reading" }, value, status), bar);
  const update = () => {
    const number = numberOf(signal);
    const worst = statusOf(signal);
    say(value, signal.kind === "profile" ? profileText(signal) : full(signal));
    say(status, worst ? t(worst === 1 ? "uncertain" : "bad") : "");
    element.classList.toggle("doubtful", worst > 0);
    if (bar && number !== null) marker.style.left = `${100 * Math.min(1, Math.max(0, (number - signal.low) / (signal.high - signal.low || 1)))}%`;
  };
  return { element, update, spark };
}

export function setPointRow(signal) {
  const field = h("input", { type: "text", inputmode: "decimal", "aria-label": both(signal.meaning), autocomplete: "off" });
  const answer = h("p", { class: "answer", role: "status" });
  const button = h("button", { type: "submit" }, t("set"));
  let edited = false;
  field.addEventListener("input", () => { edited = true; });
  const ask = async (event) => {
    event.preventDefault();
    const value = parsed(field.value);
    if (value === null) {
      show(t("not_a_number"), true);
      return;
    }
    try {
      await post("commands", { name: "write", target: signal.path, arguments: { value } });
      edited = false;
      show(t("taken"), false);
    } catch (refusal) {
      show(refusal.message, true);
    }
  };
  const show = (sentence, refused) => {
    say(answer, sentence);
    answer.classList.toggle("refused", refused);
  };
  const form = h("form", { class: "set-point", onsubmit: ask }, field, h("span", { class: "unit" }, unitLabel(signal.unit)), button);
  const range = bounded(signal) ? h("small", {}, rangeText(signal)) : "";
  const name = h("button", { type: "button", class: "link", title: t("show_trend"), onclick: () => openTrends([signal.path]) }, both(signal.meaning));
  const element = h("li", { class: "asked" }, h("span", { class: "name" }, name, range), form, answer);
  const update = () => {
    if (edited || document.activeElement === field) return;
    const text = valueText(signal);
    if (field.value !== text) field.value = text;
  };
  return { element, update, spark: null };
}

// Reads a number as it is written in either language; null when it is none.
export function parsed(text) {
  const spaceless = text.replace(/[\s\u202f\u00a0']/g, "");
  const comma = spaceless.lastIndexOf(",");
  const point = spaceless.lastIndexOf(".");
  const grouped = /^[-+]?\d{1,3}([.,]\d{3})+$/.test(spaceless) && !(comma >= 0 && point >= 0) && separates(spaceless);
  let plainText = spaceless;
  if (grouped) plainText = spaceless.replace(/[.,]/g, "");
  else if (comma > point) plainText = spaceless.replace(/\./g, "").replace(",", ".");
  else plainText = spaceless.replace(/,/g, "");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?$/i.test(plainText) ? Number(plainText) : null;
}

// In 1.195 a Spaniard reads a thousand and an Englishman one: the language of the page decides.
function separates(text) {
  const thousands = plain(1000, 0).replace(/\d/g, "");
  return text.includes(thousands || "\u0000");
}
