// One hour of a signal as a small line without axes.

import { s } from "./dom.js";
import { get } from "./ask.js";
import { live } from "./live.js";
import { t } from "./texts.js";

const SPARK_SPAN = 3600 * 1000;

export function sparkline(signal, width = 90, height = 22) {
  const line = s("polyline", {});
  const end = s("circle", { r: 1.8, cx: -9, cy: -9 });
  const element = s("svg", { class: "spark", viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": t("last_hour") }, line, end);
  Object.assign(element, { signal, size: [width, height] });
  return element;
}

export async function refreshSparkline(element) {
  if (!live.frame || element.busy) return;
  element.busy = true;
  const { signal, size: [width, height] } = element;
  const now = Date.parse(live.frame.time);
  try {
    const { times, values } = await get("trend", { path: signal.path, since: new Date(now - SPARK_SPAN).toISOString(), points: 120 });
    const known = values.map((value, i) => [Date.parse(times[i]), value]).filter(([, value]) => value !== null);
    if (known.length < 2) return;
    const all = known.map(([, value]) => value);
    const [low, high] = [Math.min(...all), Math.max(...all)];
    // Noise within a fiftieth of the range stays a flat line: a sparkline shows changes that matter.
    const span = Math.max(high - low, signal.high < 1e9 ? (signal.high - signal.low) / 50 : 0, 1e-9);
    const middle = (low + high) / 2;
    const from = Math.max(known[0][0], now - SPARK_SPAN);
    const x = (time) => 2 + ((time - from) / (now - from || 1)) * (width - 5);
    const y = (value) => height / 2 - ((value - middle) / span) * (height - 5);
    const points = known.map(([time, value]) => [x(time), y(value)].map((each) => each.toFixed(1)));
    element.children[0].setAttribute("points", points.join(" "));
    element.children[1].setAttribute("cx", points.at(-1)[0]);
    element.children[1].setAttribute("cy", points.at(-1)[1]);
  } catch {
    // The next round asks again; the page's notice tells of a lost connection.
  } finally {
    element.busy = false;
  }
}
