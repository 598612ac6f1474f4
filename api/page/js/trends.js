// Any signals over time: zoom, events laid over, and the values to take away as a file.

import { h } from "./dom.js";
import { t } from "./texts.js";
import { live } from "./live.js";
import { keep, kept } from "./address.js";
import { TrendChart } from "./trend.js";
import { showPage, contentOf } from "./pages.js";
import { events } from "./alarms.js";

export const TRENDS = "trends";

// A name that a spreadsheet opens as it stands: one column for each signal, empty where it has no value.
export function csvOf(series) {
  const times = [...new Set(series.flatMap(({ times: each }) => each))].sort((one, other) => one - other);
  const places = series.map(({ times: each, values, status }) => new Map(each.map((time, i) => [time, [values[i], status?.[i] ?? "good"]])));
  const cell = (text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const head = ["time", ...series.flatMap(({ path }) => [path, `${path} status`])].map(cell).join(",");
  const rows = times.map((time) => [new Date(time).toISOString(), ...places.flatMap((place) => place.get(time) ?? ["", ""])].join(","));
  return `${head}\n${rows.join("\n")}\n`;
}

async function download(chart) {
  const series = await chart.series();
  const file = new Blob([csvOf(series)], { type: "text/csv" });
  const link = h("a", { href: URL.createObjectURL(file), download: `trend-${live.frame.time.replaceAll(":", "").slice(0, 15)}.csv` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

// Without a choice the first figures of the plant are shown: an empty chart teaches nobody.
export const trendsPage = (usual) => (element) => {
  const chart = new TrendChart(kept("signals")?.split(",") ?? usual, (paths) => keep({ signals: paths.join(",") || null }));
  chart.overlay = () => events.filter((event) => event.kind === "alarm" || event.kind === "command" || event.kind === "order");
  chart.tools.append(
    h("label", { class: "check" }, h("input", { type: "checkbox", checked: true, onchange: (event) => { chart.withEvents = event.target.checked; chart.refresh(); } }), t("with_events")),
    h("button", { type: "button", onclick: () => download(chart) }, t("export_csv")),
  );
  element.append(h("section", { class: "card wide trend-card" }, chart.element));
  return chart;
};

export function openTrends(paths) {
  showPage(TRENDS);
  const chart = contentOf(TRENDS);
  for (const path of paths) chart.add(path);
}

const AROUND = 20 * 60e3;

// What was measured while something went on, with what came before and after it.
export function openTrendsAt(paths, begin, end) {
  showPage(TRENDS);
  const room = Math.max(AROUND, (end - begin) / 2);
  contentOf(TRENDS).look(paths, [begin - room, end + room]);
}
