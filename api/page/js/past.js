// Recorded values of signals, asked for together and remembered for a moment, so that charts side by side ask once.

import { get } from "./ask.js";
import { live } from "./live.js";

const FRESH = 4000;
const asked = new Map();
let recorded = true;

export const now = () => Date.parse(live.frame.time);

// {times, values, status} since so many milliseconds of plant time, since the start of the run, or in a window of instants;
// oldest first.
export function past(path, span, points = 400, element = 0, window = null) {
  const key = `${path} ${span} ${points} ${element} ${window}`;
  const known = asked.get(key);
  if (known && performance.now() - known.at < FRESH) return known.answer;
  const answer = recorded ? fromHistory(path, span, points, element, window) : fromMemory(path, span, points, element);
  asked.set(key, { at: performance.now(), answer });
  answer.catch(() => asked.delete(key));
  if (asked.size > 200) asked.delete(asked.keys().next().value);
  return answer;
}

async function fromHistory(path, span, points, element, window) {
  const start = window ? new Date(window[0]).toISOString() : span === null ? live.start : new Date(now() - span).toISOString();
  const end = window ? new Date(Math.min(window[1], now())).toISOString() : live.frame.time;
  try {
    const { times, values, status } = await get("history", { path, start, end, form: "trend", limit: Math.max(2, points) });
    const one = (value) => (Array.isArray(value) ? value[element] : value);
    return { times: times.map(Date.parse), values: values.map((value) => (typeof one(value) === "number" ? one(value) : null)), status };
  } catch (refusal) {
    if (refusal.status === undefined) throw refusal;
    // A run that records nothing still remembers what it has shown.
    recorded = false;
    return fromMemory(path, span, points, element);
  }
}

async function fromMemory(path, span, points, element) {
  const since = span === null ? undefined : new Date(now() - span).toISOString();
  const { times, values } = await get("trend", { path, since, points, element });
  return { times: times.map(Date.parse), values, status: values.map(() => "good") };
}
