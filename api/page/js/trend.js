// Any signals over plant time, drawn by plotly.js, which is loaded when the first trend is shown.

import { h } from "./dom.js";
import { t, both, language } from "./texts.js";
import { live } from "./live.js";
import { get } from "./ask.js";
import { past } from "./past.js";
import { localText, unitLabel, numeric } from "./format.js";
import { notice } from "./notice.js";

const TREND_MINUTE = 60 * 1000;
const TREND_SPANS = [["span_10min", 10 * TREND_MINUTE], ["span_1h", 60 * TREND_MINUTE], ["span_8h", 480 * TREND_MINUTE], ["span_24h", 1440 * TREND_MINUTE], ["span_all", null]];
const MOST_SIGNALS = 6;
const darkScheme = matchMedia("(prefers-color-scheme: dark)");
let plotly = null;

function loadPlotly() {
  plotly ??= new Promise((loaded, failed) => {
    const script = h("script", { src: new URL("../plotly.min.js", import.meta.url).href, onload: () => loaded(globalThis.Plotly), onerror: () => failed(new Error(t("no_plotly"))) });
    document.head.append(script);
  });
  return plotly;
}

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

export class TrendChart {
  constructor(paths, changed) {
    this.paths = paths.filter((path) => live.signals.has(path)).slice(0, MOST_SIGNALS);
    this.changed = changed;
    this.span = TREND_SPANS[1][1];
    this.window = null;
    this.plot = h("div", { class: "plot" });
    this.chips = h("ul", { class: "chips" });
    this.tools = h("div", { class: "tools" }, this.search(), this.spans());
    this.withEvents = true;
    this.overlay = () => [];
    this.element = h("div", { class: "trend" }, this.tools, this.chips, this.plot);
    this.showChips();
    new ResizeObserver(() => this.plot.data && plotly.then((library) => library.Plots.resize(this.plot))).observe(this.plot);
  }

  search() {
    const options = h("datalist", { id: "signals" });
    const field = h("input", {
      type: "search", list: "signals", placeholder: t("search_signal"), "aria-label": t("search_signal"), autocomplete: "off",
      oninput: async (event) => {
        const words = event.target.value.trim();
        if (live.signals.has(words)) {
          event.target.value = "";
          this.add(words);
          return;
        }
        try {
          const { items } = await get("signals", { q: words.slice(0, 100), limit: 40 });
          const shown = items.filter((signal) => signal.type !== "text");
          options.replaceChildren(...shown.map((signal) => h("option", { value: signal.path }, both(signal.meaning))));
        } catch (refusal) {
          notice(refusal.message);
        }
      },
    });
    return h("span", { class: "search" }, field, options);
  }

  spans() {
    const options = TREND_SPANS.map(([key, span], i) => h("option", { value: i, selected: span === this.span }, t(key)));
    this.chosen = h("option", { value: "", hidden: true }, t("span_chosen"));
    this.select = h("select", {
      "aria-label": t("span"),
      onchange: (event) => {
        this.window = null;
        this.chosen.hidden = true;
        this.span = TREND_SPANS[Number(event.target.value)][1];
        this.refresh();
      },
    }, ...options, this.chosen);
    return this.select;
  }

  // Other signals, and only from one instant to another.
  look(paths, window) {
    this.paths = paths.filter((path) => live.signals.has(path)).slice(0, MOST_SIGNALS);
    this.window = window;
    this.chosen.hidden = !window;
    if (window) this.select.value = "";
    this.showChips();
    this.changed(this.paths);
    this.refresh();
  }

  add(path) {
    this.paths = [...this.paths.filter((each) => each !== path), path].slice(-MOST_SIGNALS);
    this.showChips();
    this.changed(this.paths);
    this.refresh();
  }

  remove(path) {
    this.paths = this.paths.filter((each) => each !== path);
    this.showChips();
    this.changed(this.paths);
    this.refresh();
  }

  showChips() {
    const chip = (path, i) => {
      const signal = live.signals.get(path);
      const title = `${both(live.stationTitles.get(signal.station))} · ${both(signal.meaning)}`;
      return h("li", { class: `hue-${i % 6}`, title: path }, title, h("button", { type: "button", "aria-label": t("remove", { title }), onclick: () => this.remove(path) }, "×"));
    };
    this.chips.replaceChildren(...this.paths.map(chip));
    if (!this.paths.length) this.chips.append(h("li", { class: "empty" }, t("choose_signal")));
  }

  // A profile is drawn at its middle: the whole of it belongs into a curve.
  async one(path) {
    const { length } = live.signals.get(path);
    return { path, ...await past(path, this.span, 1000, Math.floor(length / 2), this.window) };
  }

  series() {
    return Promise.all(this.paths.map((path) => this.one(path)));
  }

  trace({ path, times, values, status }, i) {
    const signal = live.signals.get(path);
    const stepped = signal.kind !== "measurement" && signal.kind !== "profile";
    const y = signal.type === "enumeration" ? values.map((value) => (value === null ? null : both(signal.states[value]))) : values;
    return {
      type: "scatter", mode: "lines", name: both(signal.meaning), connectgaps: false, text: status.map((each) => (each === "good" ? "" : ` (${t(each.replace("-", "_"))})`)), x: times.map(localText), y, yaxis: `y${this.axisOf(signal) || ""}`,
      line: { color: colour(`--hue-${i % 6}`), width: 1.6, shape: stepped ? "hv" : "linear" },
      hovertemplate: `%{y} ${numeric(signal) ? unitLabel(signal.unit) : ""}%{text}<extra>${both(signal.meaning)}</extra>`,
    };
  }

  // What is uncertain or bad looks so: open marks in violet on the line, or at its last good value.
  doubt({ path, times, values, status }) {
    const signal = live.signals.get(path);
    let last = null;
    const places = times.map((time, i) => {
      last = values[i] ?? last;
      return status[i] === "good" || signal.type === "enumeration" ? null : { x: localText(time), y: last };
    }).filter((place) => place && place.y !== null);
    return { type: "scatter", mode: "markers", x: places.map((place) => place.x), y: places.map((place) => place.y), yaxis: `y${this.axisOf(signal) || ""}`, marker: { symbol: "x-thin-open", size: 6, color: colour("--violet") }, hoverinfo: "skip" };
  }

  // Events as marks at the foot of the chart; what happened is said on hovering.
  eventTrace(series) {
    const from = Math.min(...series.flatMap(({ times }) => times.slice(0, 1)));
    const shown = this.overlay().filter((event) => Date.parse(event.time) >= from).slice(-200);
    return {
      type: "scatter", mode: "markers", name: t("events"), x: shown.map((event) => localText(event.time)), y: shown.map(() => 0.02), yaxis: "y20",
      marker: { symbol: shown.map((event) => (event.kind === "alarm" ? "triangle-up" : "line-ns-open")), size: 9, color: shown.map((event) => colour(event.kind !== "alarm" ? "--line-1" : event.severity >= 700 ? "--red" : "--amber")) },
      text: shown.map((event) => `${both(live.stationTitles.get(event.station))} ${both(event.message)}`), hovertemplate: "%{text}<extra></extra>",
    };
  }

  unitsShown() {
    return [...new Set(this.paths.map((path) => this.unitOf(live.signals.get(path))))];
  }

  unitOf(signal) {
    return numeric(signal) ? unitLabel(signal.unit) : t("state");
  }

  // One strip for each unit, one over the other: scales that lie over each other are read wrongly.
  axisOf(signal) {
    const place = this.unitsShown().indexOf(this.unitOf(signal));
    return place === 0 ? "" : place + 1;
  }

  layout() {
    const grid = colour("--line-faint");
    const axis = { gridcolor: grid, zeroline: false, linecolor: colour("--line-2"), tickfont: { size: 11 }, automargin: true };
    const layout = {
      margin: { l: 8, r: 8, t: 8, b: 8 }, paper_bgcolor: "rgba(0,0,0,0)", plot_bgcolor: "rgba(0,0,0,0)", showlegend: false, hovermode: "x unified",
      font: { family: getComputedStyle(document.body).fontFamily, color: colour("--ink-2"), size: 12 },
      hoverlabel: { bgcolor: colour("--surface"), bordercolor: colour("--line-2"), font: { color: colour("--ink") } },
      separators: language === "es" ? ",." : ".,", uirevision: `${this.paths} ${this.span} ${this.window}`,
      xaxis: { ...axis, type: "date", hoverformat: "%d/%m %H:%M:%S", tickformatstops: [
        { dtickrange: [null, 1000], value: "%H:%M:%S.%L" }, { dtickrange: [1000, 60000], value: "%H:%M:%S" },
        { dtickrange: [60000, 86400000], value: "%H:%M\n%d/%m" }, { dtickrange: [86400000, null], value: "%d/%m" }] },
    };
    const units = this.unitsShown();
    const each = 1 / Math.max(1, units.length);
    units.forEach((unit, i) => {
      const top = 1 - i * each;
      layout[`yaxis${i ? i + 1 : ""}`] = { ...axis, domain: [Math.max(0, top - each + (i < units.length - 1 ? 0.03 : 0)), top], title: { text: unit, font: { size: 12 }, standoff: 6 }, nticks: 6, tickformat: ",~r" };
    });
    layout.xaxis.anchor = units.length > 1 ? `y${units.length}` : "y";
    layout.yaxis20 = { overlaying: units.length > 1 ? `y${units.length}` : "y", range: [0, 1], visible: false, fixedrange: true };
    return layout;
  }

  async refresh() {
    if (!live.frame || this.busy || !this.element.isConnected) return;
    this.busy = true;
    try {
      const library = await loadPlotly();
      const series = await this.series();
      const traces = series.map((each, i) => this.trace(each, i));
      for (const each of series) if (each.status.some((status) => status !== "good")) traces.push(this.doubt(each));
      if (this.withEvents && series.length) traces.push(this.eventTrace(series));
      const options = { displaylogo: false, responsive: false, displayModeBar: false, locale: "en" };
      await library.react(this.plot, traces, this.layout(), options);
    } catch (refusal) {
      notice(refusal.message);
    } finally {
      this.busy = false;
    }
  }

  update() {
    const now = performance.now();
    if (!live.frame || now - (this.refreshed ?? -Infinity) < 2000) return;
    this.refreshed = now;
    this.refresh();
  }
}

darkScheme.addEventListener("change", () => document.querySelectorAll(".plot").forEach((plot) => plot.data && plotly?.then((library) => library.purge(plot))));
