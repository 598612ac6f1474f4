// The whole plant at a glance: first figures, the line itself, what wants attention, and what holds it up.

import { h } from "./dom.js";
import { t, both } from "./texts.js";
import { live, numberOf } from "./live.js";
import { buildHeadline, refreshHeadline, showHeadlineFigures, updateHeadline } from "./headline.js";
import { buildSynoptic, updateSynoptic } from "./synoptic.js";
import { alarms, events, onAlarms, standing } from "./alarms.js";
import { alarmRow, eventRow, noAlarms } from "./alarmrows.js";
import { figures } from "./figures.js";
import { timelines } from "./timeline.js";
import { badge, turn } from "./looks.js";
import { full, plain, unitLabel } from "./format.js";
import { past } from "./past.js";
import { openStation } from "./panel.js";

const EVENTS_SHOWN = 30;

export function linePage(presentation, stations, links) {
  return (element) => {
    const headline = h("section", { id: "headline", class: "headline", "aria-label": t("at_a_glance") });
    const line = h("section", { id: "line", class: "line", "aria-label": t("line") });
    const roll = h("ul", { id: "roll", class: "roll" });
    const list = h("ul", { class: "alarms", "aria-live": "polite" });
    const happened = h("ol", { class: "events" });
    const flow = flowCard(presentation, links);
    element.append(headline, line, roll, h("div", { class: "below" },
      h("section", { class: "card", id: "alarms" }, h("h3", {}, t("wants_attention")), list), flow.element,
      h("section", { class: "card", id: "events" }, h("h3", {}, t("events")), happened)));
    buildHeadline(presentation.headline);
    buildSynoptic(presentation, stations, openStation);

    const show = () => {
      const shown = alarms.filter((alarm) => !alarm.shelving);
      list.replaceChildren(...(shown.length ? shown.slice(0, 8).map((alarm) => alarmRow(alarm)) : [noAlarms()]));
      const rows = events.slice(-EVENTS_SHOWN).reverse().map(eventRow);
      happened.replaceChildren(...(rows.length ? rows : [h("li", { class: "empty" }, t("no_events"))]));
      line.classList.toggle("alarmed", alarms.some(standing));
    };
    onAlarms(show);
    show();
    return {
      update: () => {
        updateHeadline();
        updateSynoptic();
        flow.update();
      },
      refresh: () => Promise.all([figures().then(showHeadlineFigures), refreshHeadline(), flow.refresh()]),
    };
  };
}

// What a station passed on in the last hour.
async function showRate({ counter, rate }) {
  const { times, values } = await past(counter, 3600e3, 2);
  if (times.length < 2) return;
  const hours = (times.at(-1) - times[0]) / 3600e3;
  const unit = unitLabel(live.signals.get(counter).unit);
  rate.textContent = `${plain((values.at(-1) - values[0]) / hours, 0)}\u202f${unit}/h`;
}

// Every station with how it fares, what is in it, and how much of the last hour it worked; the busiest holds up the line.
function flowCard(presentation, links) {
  // A laboratory beside the line holds up nobody.
  const linked = new Set(links.flatMap((link) => [link.source, link.target]));
  const order = [...live.stationTitles.keys()];
  const drawings = presentation.stations.filter((drawn) => drawn.state && linked.has(drawn.station)).sort((one, other) => order.indexOf(one.station) - order.indexOf(other.station));
  const rows = drawings.map((drawn) => {
    const mark = badge("off");
    const bar = h("i");
    const share = h("span", { class: "value" });
    const word = h("span", { class: "bottleneck" });
    const inside = live.signals.get(drawn.inside);
    const counter = presentation.flows.map((flow) => flow.counter).find((path) => path?.startsWith(`${drawn.station}/`));
    const rate = h("span");
    const amount = h("span");
    const name = h("button", { type: "button", class: "link", onclick: () => openStation(drawn.station) }, both(live.stationTitles.get(drawn.station)));
    const element = h("li", {}, mark, h("span", { class: "title" }, h("span", {}, name, word), h("small", {}, rate, amount)), h("span", { class: "track", title: t("busy_hour") }, bar), share);
    return { drawn, mark, bar, share, word, inside, amount, counter, rate, element };
  });
  const reading = h("p", { class: "reading" });
  const element = h("section", { class: "card", id: "flow" }, h("h3", {}, t("flow")), h("ol", { class: "flow-list" }, ...rows.map((row) => row.element)), reading);
  const update = () => {
    for (const { drawn, mark, inside, amount } of rows) {
      turn(mark, drawn.looks[numberOf(live.signals.get(drawn.state))] ?? "off");
      if (inside) amount.textContent = t("holds", { amount: full(inside) });
    }
  };
  const refresh = async () => {
    const { stations } = await timelines(1);
    const busy = new Map(stations.map((station) => [station.station, station.stretches.length ? station.busy : null]));
    // Stores never wait for themselves, so only stations with a cause to wait can hold up the line.
    const machines = rows.filter((row) => row.drawn.beats || row.drawn.cells.length || !row.drawn.fills.length);
    const [most, second] = machines.map((row) => busy.get(row.drawn.station) ?? 0).sort((one, other) => other - one);
    for (const row of rows) {
      const share = busy.get(row.drawn.station);
      row.share.textContent = share === null || share === undefined ? "—" : `${plain(100 * share, 0)}\u202f%`;
      row.bar.style.width = `${100 * (share ?? 0)}%`;
      // Two that are alike hold nobody up by themselves.
      const holds = machines.includes(row) && share === most && most > (second ?? 0) + 0.005;
      row.word.textContent = holds ? ` ${t("bottleneck")}` : "";
      row.element.classList.toggle("holds", holds);
    }
    reading.textContent = t("bottleneck_note");
    await Promise.all(rows.filter((row) => row.counter).map(showRate));
  };
  return { element, update, refresh };
}
