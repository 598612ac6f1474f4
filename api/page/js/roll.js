// The stations as a list, for a narrow screen, where the drawing is too small to read.

import { h, byId, say } from "./dom.js";
import { both } from "./texts.js";
import { badge, turn } from "./looks.js";
import { full, valueText } from "./format.js";
import { numberOf } from "./live.js";

let rows = [];

export function roll(pictures, open) {
  rows = pictures.map((picture) => {
    const mark = badge("off");
    const word = h("span", { class: "word" });
    const figure = h("span", { class: "value" });
    const title = h("span", { class: "title" }, both(picture.station.title));
    byId("roll").append(h("li", {}, h("button", { type: "button", onclick: () => open(picture.station.path) }, mark, title, word, figure)));
    return { mark, word, figure };
  });
}

export function updateRoll(pictures) {
  if (getComputedStyle(byId("roll")).display === "none") return;
  pictures.forEach((picture, i) => {
    const { mark, word, figure } = rows[i];
    if (picture.state) {
      turn(mark, picture.drawn.looks[numberOf(picture.state)] ?? "off");
      say(word, valueText(picture.state));
    }
    if (picture.figures.length) say(figure, full(picture.figures[0]));
  });
}
