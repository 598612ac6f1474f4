// Cards to print and hand out, each in both languages.

import { h } from "../js/dom.js";
import { t } from "../js/texts.js";
import { post } from "../js/ask.js";
import { chosen } from "./rooms.js";

const LABELS = [["Page", "Página"], ["User", "Usuario"], ["Password", "Contraseña"], ["OPC UA", ""]];
const handOuts = h("ul", { class: "hand-outs" });
const complaint = h("p", { class: "answer refused", role: "status" });
const host = h("input", { type: "text", autocapitalize: "off", spellcheck: "false", oninput: () => drawCards() });
const hostField = h("label", { class: "host", hidden: true });
const localNote = h("p", { class: "note", hidden: true });
let made = null;

// The host name in an address gives way to that by which others reach this machine.
function reached(address) {
  const name = made.host === null ? "" : host.value.trim();
  return name ? address.replace(/^([a-z.]+:\/\/)(\[[^\]]*\]|[^:/]*)/, `$1${name}`) : address;
}

function row([en, es], value) {
  return h("div", {}, h("dt", {}, en, es ? h("span", { lang: "es" }, ` · ${es}`) : ""), h("dd", {}, value));
}

function handOut(card) {
  const values = [reached(card.http), card.user, card.password, card.opcua ? reached(card.opcua) : null];
  return h("li", { class: "card hand-out" },
    h("h3", {}, `Room ${card.number}`, h("span", { lang: "es" }, ` · Sala ${card.number}`)),
    h("dl", {}, ...values.map((value, i) => (value ? row(LABELS[i], value) : null)).filter(Boolean)),
    h("p", { lang: "en" }, "Open the page in a browser and log in. The same name and password work over OPC UA (Basic256Sha256, Sign & Encrypt)."),
    h("p", { lang: "es" }, "Abra la página en un navegador y entre. El mismo usuario y contraseña valen por OPC UA (Basic256Sha256, Sign & Encrypt)."));
}

function drawCards() {
  handOuts.replaceChildren(...made.cards.map(handOut));
}

async function make() {
  try {
    made = await post("rooms/cards", { rooms: chosen.size ? [...chosen] : null });
    complaint.textContent = "";
  } catch (refusal) {
    complaint.textContent = refusal.message;
    return;
  }
  hostField.hidden = made.host === null;
  localNote.hidden = made.host !== null;
  if (!host.value) host.value = made.host ?? "";
  drawCards();
}

export function cardsPage() {
  hostField.append(t("cards_host"), " ", host);
  localNote.textContent = t("cards_local");
  const buttons = h("div", { class: "act" }, h("button", { type: "button", class: "make", onclick: make }, t("cards_make")), h("button", { type: "button", class: "print", onclick: () => print() }, t("cards_print")), hostField);
  return { element: h("div", {}, h("section", { class: "card not-printed" }, h("p", { class: "note" }, t("cards_note")), buttons, localNote, h("p", { class: "note" }, t("cards_trust")), complaint), handOuts) };
}
