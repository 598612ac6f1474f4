// Cards to print and hand out, each in both languages.

import { h, s } from "../js/dom.js";
import { t } from "../js/texts.js";
import { post } from "../js/ask.js";
import { chosen } from "./rooms.js";

const LABELS = [["Page", "Página"], ["User", "Usuario"], ["Password", "Contraseña"], ["OPC UA", ""]];
const handOuts = h("ul", { class: "hand-outs" });
const complaint = h("p", { class: "answer refused", role: "status" });
const host = h("input", { type: "text", autocapitalize: "off", spellcheck: "false", oninput: () => { drawCards(); codesSoon(); } });
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

// A code for the camera of a phone: it opens the room's page, and lets the first who brings it in.
function qr(code) {
  if (!code) return "";
  return s("svg", { class: "qr", viewBox: `0 0 ${code.size} ${code.size}`, role: "img", "aria-label": t("cards_code") }, s("rect", { width: code.size, height: code.size }), s("path", { d: code.path }));
}

async function drawCodes() {
  const texts = made.cards.map((card) => reached(card.link));
  try {
    const { codes } = await post("rooms/codes", { texts });
    if (texts.every((text, i) => text === reached(made.cards[i]?.link ?? ""))) made.codes = codes;
    drawCards();
  } catch (refusal) {
    complaint.textContent = refusal.message;
  }
}

// Codes are drawn anew when nobody has typed for a while.
let soon = 0;
function codesSoon() {
  made.codes = [];
  clearTimeout(soon);
  soon = setTimeout(drawCodes, 600);
}

function handOut(card, i) {
  const values = [reached(card.http), card.user, card.password, card.opcua ? reached(card.opcua) : null];
  return h("li", { class: "card hand-out" },
    h("h3", {}, `Room ${card.number}`, h("span", { lang: "es" }, ` · Sala ${card.number}`)),
    qr(made.codes[i]),
    h("dl", {}, ...values.map((value, i) => (value ? row(LABELS[i], value) : null)).filter(Boolean)),
    h("p", { lang: "en" }, "Scan the code: it lets one browser in, once, within twelve hours. Or open the page in a browser and log in. The same name and password work over OPC UA (Basic256Sha256, Sign & Encrypt)."),
    h("p", { lang: "es" }, "Escanee el código: deja entrar a un navegador, una vez, en doce horas. O abra la página en un navegador y entre. El mismo usuario y contraseña valen por OPC UA (Basic256Sha256, Sign & Encrypt)."));
}

function drawCards() {
  handOuts.replaceChildren(...made.cards.map(handOut));
}

async function make() {
  try {
    made = { codes: [], ...await post("rooms/cards", { rooms: chosen.size ? [...chosen] : null }) };
    complaint.textContent = "";
  } catch (refusal) {
    complaint.textContent = refusal.message;
    return;
  }
  hostField.hidden = made.host === null;
  localNote.hidden = made.host !== null;
  if (!host.value) host.value = made.host ?? "";
  drawCards();
  await drawCodes();
}

export function cardsPage() {
  hostField.append(t("cards_host"), " ", host);
  localNote.textContent = t("cards_local");
  const buttons = h("div", { class: "act" }, h("button", { type: "button", class: "make", onclick: make }, t("cards_make")), h("button", { type: "button", class: "print", onclick: () => print() }, t("cards_print")), hostField);
  return { element: h("div", {}, h("section", { class: "card not-printed" }, h("p", { class: "note" }, t("cards_note")), buttons, localNote, h("p", { class: "note" }, t("cards_trust")), complaint), handOuts) };
}
