// The page's beginning: asks once what the line is, draws it, and then follows its values.

import { h, byId } from "./dom.js";
import { both, loadTexts, t } from "./texts.js";
import { get } from "./ask.js";
import { connect, live, onConnection, onFrame } from "./live.js";
import { setZone } from "./format.js";
import { buildHeader, updateHeader } from "./header.js";
import { addPage, badgeOf, buildNavigation, currentPage, refreshPage, showPage, updatePage } from "./pages.js";
import { linePage } from "./linepage.js";
import { drawable, plantPage } from "./charts.js";
import { TRENDS, trendsPage } from "./trends.js";
import { alarmsPage, openCount } from "./alarmspage.js";
import { onAlarms, refreshAlarms, refreshEvents } from "./alarms.js";
import { connectPage } from "./connect.js";
import { controlPage } from "./control.js";
import { buildPanel, openStation, refreshPanel, updatePanel } from "./panel.js";
import { connectionChanged } from "./notice.js";
import { kept } from "./address.js";
import { know } from "./me.js";
import { loginForm } from "./login.js";
import { looks, patterns } from "./timeline.js";
import { offerTour, planTour } from "./guide.js";

async function begin() {
  const asked = get("beginning");
  const [{ run, line, presentation, signals: all, clock, me, frame }] = await Promise.all([asked, loadTexts(asked.then(({ run: { language } }) => language))]);
  const signals = new Map(all.map((signal) => [signal.path, signal]));
  know(me);
  setZone(clock.zone);
  Object.assign(live, { start: clock.start, signals, frame, clock: frame.clock });
  live.stationPaths = new Set(line.stations.map((station) => station.path));
  live.stationTitles = new Map(line.stations.map((station) => [station.path, station.title]));
  for (const drawn of presentation.stations) if (drawn.state) looks.set(drawn.station, { looks: drawn.looks, states: signals.get(drawn.state).states });

  patterns();
  buildHeader(line, run);
  buildPanel(line.stations, presentation, run);
  buildPages(line, presentation, run);
  byId("foot").append(h("small", {}, `Rajola ${run.version} · ${run.plant} · ${t("seed")} ${run.seed}`));

  const update = () => {
    updateHeader();
    updatePage();
    updatePanel();
  };
  onFrame(update);
  onConnection(connectionChanged);
  onAlarms(() => badgeOf("alarms", openCount()));
  showPage(kept("page") ?? "line", false);
  update();
  performance.mark("drawn");
  connect();
  every(2000, refreshEvents, refreshAlarms);
  every(5000, refreshPage);
  every(10000, refreshPanel);
  onceLive(async () => {
    performance.mark("live");
    if (kept("station")) openStation(kept("station"));
    await Promise.resolve(refreshPage()).catch(() => {});
    document.documentElement.dataset.ready = "true";
    if (currentPage() === "line") offerTour();
  });
}

function buildPages(line, presentation, run) {
  const views = new Map(presentation.views.filter(drawable).map((view) => [view.name, view]));
  addPage("line", t("line"), linePage(presentation, line.stations, line.links));
  for (const page of presentation.pages) {
    const mine = page.views.map((name) => views.get(name)).filter(Boolean);
    if (mine.length) addPage(page.name, both(page.title), plantPage(mine));
  }
  addPage(TRENDS, t("trends"), trendsPage(presentation.headline.slice(0, 3)));
  addPage("alarms", t("alarms"), alarmsPage);
  addPage("connect", t("connect"), connectPage(run));
  addPage("control", t("control"), controlPage(line.stations, run, presentation));
  planTour((name) => ["line", TRENDS, "alarms", "connect", "control"].includes(name));
  buildNavigation();
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

const UNKNOWN = 401;

begin().catch(async (error) => {
  if (!document.documentElement.dataset.texts) await loadTexts("en").catch(() => {});
  if (error.status === UNKNOWN) {
    byId("main").replaceChildren(h("section", { class: "card alone" }, h("h2", {}, t("log_in")), h("p", { class: "note" }, error.message), loginForm()));
    return;
  }
  byId("notice").hidden = false;
  byId("notice").replaceChildren(t("cannot_begin"), h("small", {}, ` ${error.message}`));
});
