// The beginning of the instructor's view: finds out who looks, and asks again and again how the rooms are.

import { h, byId } from "../js/dom.js";
import { t, both, language, loadTexts } from "../js/texts.js";
import { get } from "../js/ask.js";
import { setZone } from "../js/format.js";
import { kept } from "../js/address.js";
import { loginForm, whoButton } from "../js/login.js";
import { know } from "../js/me.js";
import { actionsCard } from "./actions.js";
import { cardsPage } from "./cards.js";
import { comparePage } from "./compare.js";
import { roomGrid, showRooms } from "./rooms.js";
import { addTab, show, shownTab } from "./tabs.js";

const PERIOD_MS = 2000;
const SELDOM = 4;
let plant = null;
let simulator = true;
let comparison = null;

function header(title) {
  const other = language === "en" ? "es" : "en";
  const parameters = new URLSearchParams(location.search);
  parameters.set("lang", other);
  byId("header").replaceChildren(h("h1", {}, t("rooms_title"), title ? h("small", {}, title) : ""));
  if (!document.querySelector("#bar .side")) byId("bar").append(h("div", { class: "side" }, whoButton(), h("a", { class: "language", href: `?${parameters}`, hreflang: other, lang: other }, other === "es" ? "Español" : "English")));
  document.title = t("rooms_title");
  byId("skip").textContent = t("skip");
}

async function refresh() {
  const found = await get("rooms");
  simulator = found.simulator;
  showRooms(found.items);
  if (plant === null && found.items.some((room) => room.state === "running")) {
    await meetPlant();
    showRooms(found.items);
  }
}

// The rooms have one plant; the first that runs says what it is.
async function meetPlant() {
  const { line, zone } = await get("rooms/line");
  plant = line;
  setZone(zone);
  header(both(line.title));
  byId("waiting")?.remove();
  addTab("rooms", "rooms", { element: h("div", { class: "rooms-page" }, actionsCard(line.stations, simulator, refresh), roomGrid()) });
  comparison = comparePage(line.stations);
  addTab("compare", "rooms_compare", comparison);
  addTab("cards", "rooms_cards", cardsPage());
  await show(kept("page") ?? "rooms");
}

function lost(sentence) {
  byId("notice").hidden = sentence === "";
  byId("notice").textContent = sentence;
  document.body.classList.toggle("stale", sentence !== "");
}

function every() {
  let number = 0;
  const round = async () => {
    number += 1;
    try {
      if (!document.hidden) await refresh();
      if (!document.hidden && shownTab() === "compare" && number % SELDOM === 0) await comparison.refresh();
      lost("");
      document.documentElement.dataset.ready = "true";
    } catch (error) {
      if (error.status === 401) location.reload();
      lost(error.status === 409 ? "" : t("rooms_lost"));
    }
    setTimeout(round, PERIOD_MS);
  };
  round();
}

async function begin() {
  const asked = get("me").catch((refusal) => {
    if (refusal.status !== 401) throw refusal;
    return { language: "en" };
  });
  const [known] = await Promise.all([asked, loadTexts(asked.then(({ language }) => language), new URL("../rooms/texts.json", import.meta.url))]);
  if (known.name) know({ commands: [], truth: true, ...known });
  header("");
  if (known.role !== "instructor") {
    byId("main").replaceChildren(h("section", { class: "card alone" }, h("h2", {}, t("log_in")), h("p", { class: "note" }, t("rooms_instructor_only")), loginForm()));
    document.documentElement.dataset.ready = "true";
    return;
  }
  byId("main").append(h("p", { id: "waiting", class: "empty" }, t("rooms_waiting")));
  byId("foot").append(h("small", {}, `Rajola ${known.version}`));
  every();
}

begin().catch((error) => lost(error.message));
