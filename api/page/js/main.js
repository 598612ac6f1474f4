// The page's beginning: asks once what the line is, draws it, and then follows its values.

import { h, byId } from "./dom.js";
import { loadTexts, t } from "./texts.js";
import { allSignals, get } from "./ask.js";
import { connect, live, onConnection, onFrame } from "./live.js";
import { setZone } from "./format.js";
import { buildHeader, updateHeader } from "./header.js";
import { buildHeadline, refreshHeadline, updateHeadline } from "./headline.js";
import { buildSynoptic, updateSynoptic } from "./synoptic.js";
import { buildViews, updateViews } from "./views.js";
import { buildAlarms, refreshAlarms, refreshEvents } from "./alarms.js";
import { buildFigures, refreshFigures } from "./figures.js";
import { buildConnect } from "./connect.js";
import { buildPanel, openPanel, refreshPanel, updatePanel } from "./panel.js";
import { connectionChanged } from "./notice.js";
import { kept } from "./address.js";

async function begin() {
  const [run, line, presentation, signals, clock] = await Promise.all([get("run"), get("line"), get("presentation"), allSignals(), get("clock")]);
  await loadTexts(run.language);
  setZone(clock.zone);
  live.signals = signals;
  live.stationPaths = new Set(line.stations.map((station) => station.path));
  live.stationTitles = new Map(line.stations.map((station) => [station.path, station.title]));
  const stations = new Map(line.stations.map((station) => [station.path, station]));
  const drawings = new Map(presentation.stations.map((drawn) => [drawn.station, drawn]));
  const open = (path) => stations.has(path) && openPanel(stations.get(path), drawings.get(path), run.simulator);

  buildHeader(line, run);
  buildHeadline(presentation.headline);
  buildSynoptic(presentation, line.stations, open);
  buildFigures();
  buildAlarms(open);
  buildViews(presentation);
  buildPanel();
  buildConnect(run);

  onFrame(() => {
    updateHeader();
    updateHeadline();
    updateSynoptic();
    updateViews();
    updatePanel();
  });
  onConnection(connectionChanged);
  connect();
  every(2000, refreshEvents, refreshAlarms, refreshFigures);
  every(10000, refreshHeadline, refreshPanel);
  const asked = line.stations.find((station) => station.name === kept("station"));
  if (asked) onceLive(() => open(asked.path));
  onceLive(() => {
    refreshHeadline();
    document.documentElement.dataset.ready = "true";
  });
}

const waiting = [];
onFrame(() => waiting.splice(0).forEach((action) => action()));
const onceLive = (action) => waiting.push(action);

// Asks again and again, but not while the page is hidden; a failed round waits for the next.
function every(milliseconds, ...actions) {
  const round = async () => {
    if (!document.hidden) for (const action of actions) await Promise.resolve(action()).catch(() => {});
    setTimeout(round, milliseconds);
  };
  round();
}

begin().catch(async (error) => {
  if (!document.documentElement.lang) await loadTexts("en");
  byId("notice").hidden = false;
  byId("notice").replaceChildren(t("cannot_begin"), h("small", {}, ` ${error.message}`));
});
