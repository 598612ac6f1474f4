// Numbers and times as an operator would say them, in the reader's language.

import { language, t, both } from "./texts.js";
import { numberOf, textOf } from "./live.js";

const formats = new Map();
let zone = "UTC";

export function setZone(name) {
  zone = name;
}

export function plain(value, decimals) {
  const key = `${decimals}`;
  if (!formats.has(key)) {
    const options = { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: "always" };
    formats.set(key, new Intl.NumberFormat(language, options));
  }
  return formats.get(key).format(value);
}

// As many decimals as the range calls for: none from 500 on, and so down, so that digits do not come and go.
export function decimalsFor(size) {
  if (size >= 500) return 0;
  if (size >= 20) return 1;
  return size >= 2 ? 2 : 3;
}

export function decimalsOf(signal, value) {
  if (signal.type !== "float") return 0;
  if (value !== undefined && Number.isInteger(value) && signal.kind === "profile") return 0;
  const bounded = signal.low !== null && signal.high !== null && signal.kind !== "counter" && signal.high < 1e9;
  return decimalsFor(bounded ? Math.max(Math.abs(signal.low), Math.abs(signal.high)) : Math.abs(value));
}

export const numeric = (signal) => signal.type === "float" || signal.type === "integer";

// A unit made of words, such as loaves/min, is said in the reader's language; a symbol stays a symbol.
export function unitLabel(unit) {
  if (!unit || unit.symbol === "1") return "";
  if (unit.unece !== null || language === "en") return unit.symbol;
  if (!/^[a-z]{4,}/.test(unit.symbol)) return unit.symbol.replace(/\/day$/, `/${t("day")}`);
  return unit.name[language].replace(/ (por|al|a la) (minuto|hora|d\u00eda)$/, (_, __, per) => `/${t(PER[per])}`);
}

const PER = { minuto: "per_minute", hora: "per_hour", "d\u00eda": "day" };

export function valueText(signal, value = numberOf(signal)) {
  if (value === null) return "—";
  if (signal.type === "enumeration") return both(signal.states[value]) || String(value);
  if (signal.type === "boolean") return t(value ? "yes" : "no");
  if (signal.type === "text") return textOf(signal) || "—";
  return plain(value, decimalsOf(signal, value));
}

export const withUnit = (text, unit) => (unit ? `${text}\u202f${unit}` : text);
export const full = (signal, value) => withUnit(valueText(signal, value), numeric(signal) ? unitLabel(signal.unit) : "");

// A key figure's number has no declared range: three significant digits will do, and of percent one decimal.
export function figureText(value, unit) {
  if (value === 0) return plain(0, 0);
  return plain(value, unit === "%" ? Math.min(1, decimalsFor(Math.abs(value))) : decimalsFor(Math.abs(value)));
}

function clockFormat(options) {
  return (time) => new Intl.DateTimeFormat(language, { timeZone: zone, hourCycle: "h23", ...options }).format(new Date(time));
}

export const timeOfDay = clockFormatLater({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const hourMinute = clockFormatLater({ hour: "2-digit", minute: "2-digit" });
export const shortDay = clockFormatLater({ weekday: "short", day: "numeric" });
export const dayAndTime = clockFormatLater({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });
export const day = clockFormatLater({ weekday: "short", day: "numeric", month: "short", year: "numeric" });

// The zone is known only once the clock was asked.
function clockFormatLater(options) {
  let format = null;
  let made = null;
  return (time) => {
    if (made !== zone) {
      format = clockFormat(options);
      made = zone;
    }
    return format(time);
  };
}

// The plant's wall clock as text without a zone, which is how plotly takes local time.
let local = null;
let localZone = null;
export function localText(time) {
  if (localZone !== zone) {
    local = new Intl.DateTimeFormat("sv-SE", {
      timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit",
      minute: "2-digit", second: "2-digit", fractionalSecondDigits: 3,
    });
    localZone = zone;
  }
  return local.format(new Date(time)).replace(",", ".");
}

// How far the plant's wall clock is ahead of UTC at an instant [ms].
export function zoneOffset(time) {
  const shown = localText(time);
  return Math.round((Date.parse(`${shown.replace(" ", "T")}Z`) - time) / 60000) * 60000;
}

export function duration(milliseconds) {
  const minutes = Math.round(milliseconds / 60000);
  if (minutes < 1) return `${Math.max(0, Math.round(milliseconds / 1000))}\u202fs`;
  if (minutes < 120) return `${minutes}\u202fmin`;
  return `${plain(minutes / 60, 1)}\u202fh`;
}
