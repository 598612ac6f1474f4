// One station on the line: its symbol, how full it is, what is inside, how it fares, and its first figures.

import { s, say, calm } from "./dom.js";
import { t, both } from "./texts.js";
import { live, numberOf, profileOf, statusOf } from "./live.js";
import { full, valueText } from "./format.js";
import { heatColour, shareOf } from "./heat.js";
import { lookPath } from "./looks.js";

const FORMS = {
  rectangle: ([[x1, y1], [x2, y2]]) =>
    s("rect", { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) }),
  circle: ([[x, y], [rx, ry]]) => s("circle", { cx: x, cy: y, r: Math.hypot(rx - x, ry - y) }),
  line: (points) => s("polyline", { points: points.join(" ") }),
  polygon: (points) => s("polygon", { points: points.join(" ") }),
};

function shapeOf({ form, points, role }) {
  const shape = FORMS[form](points);
  shape.setAttribute("class", `shape ${role} ${form}`);
  return shape;
}

// A bar between two corners: upwards when the low corner is below the high one, else along.
function fillOf(fill) {
  const [[x1, y1], [x2, y2]] = [fill.low, fill.high];
  const box = { x: Math.min(x1, x2), y: Math.min(y1, y2), width: Math.abs(x2 - x1), height: Math.abs(y2 - y1) };
  const bar = s("rect", { class: "fill", ...box });
  const signal = live.signals.get(fill.signal);
  const maximum = fill.maximum ? live.signals.get(fill.maximum) : null;
  return { bar, box, signal, maximum, upwards: y1 > y2, leftwards: x1 > x2 };
}

function updateFill({ bar, box, signal, maximum, upwards, leftwards }) {
  const high = maximum ? numberOf(maximum) : signal.high;
  const share = Math.min(1, Math.max(0, (numberOf(signal) - signal.low) / (high - signal.low || 1)));
  if (upwards) {
    bar.setAttribute("y", box.y + box.height * (1 - share));
    bar.setAttribute("height", box.height * share);
  } else {
    bar.setAttribute("x", leftwards ? box.x + box.width * (1 - share) : box.x);
    bar.setAttribute("width", box.width * share);
  }
}

// A strip of cells from the low corner to the high one, along its longer side.
function cellsOf({ signal: path, low, high, scale }) {
  const signal = live.signals.get(path);
  const [dx, dy] = [high[0] - low[0], high[1] - low[1]];
  const along = Math.abs(dx) >= Math.abs(dy);
  const gap = scale === "presence" ? 0.18 : 0;
  const cells = Array.from({ length: signal.length }, (_, place) => {
    const from = (place + gap / 2) / signal.length;
    const size = (1 - gap) / signal.length;
    const x = along ? low[0] + dx * from : low[0];
    const y = along ? low[1] : low[1] + dy * from;
    const [width, height] = along ? [dx * size, dy] : [dx, dy * size];
    return s("rect", {
      class: `cell ${scale}`,
      x: Math.min(x, x + width), y: Math.min(y, y + height), width: Math.abs(width), height: Math.abs(height),
    });
  });
  return { signal, cells, scale };
}

function updateCells({ signal, cells, scale }) {
  profileOf(signal).forEach((value, place) => {
    const share = value === null ? 0 : shareOf(signal, value);
    if (scale === "heat") cells[place].style.fill = heatColour(share);
    else cells[place].style.opacity = Math.min(1, Math.max(0, share));
  });
}

// Words break into two lines where one would be wider than the symbol.
function titleOf(text, width, em) {
  const words = text.split(" ");
  if (text.length * 0.58 * em <= width + 2 * em || words.length === 1) return [text];
  let best = 1;
  const longer = (cut) => Math.max(words.slice(0, cut).join(" ").length, words.slice(cut).join(" ").length);
  for (let cut = 1; cut < words.length; cut++) if (longer(cut) < longer(best)) best = cut;
  return [words.slice(0, best).join(" "), words.slice(best).join(" ")];
}

export class Picture {
  constructor(drawn, station, open) {
    this.drawn = drawn;
    this.station = station;
    this.state = live.signals.get(drawn.state);
    this.figures = drawn.figures.map((path) => live.signals.get(path));
    this.beats = live.signals.get(drawn.beats);
    this.fills = drawn.fills.map(fillOf);
    this.cells = drawn.cells.map(cellsOf);
    this.symbol = s(
      "g", { class: "symbol" },
      ...drawn.shapes.filter((shape) => shape.role === "body").map(shapeOf),
      s("g", { class: "pattern", "aria-hidden": "true" }),
      ...this.fills.map((fill) => fill.bar),
      ...this.cells.flatMap((strip) => strip.cells),
      ...drawn.shapes.filter((shape) => shape.role !== "body").map(shapeOf),
    );
    this.pattern = this.symbol.querySelector(".pattern");
    this.pattern.append(...drawn.shapes.filter((shape) => shape.role === "body").map((shape) => shapeOf({ ...shape, role: "overlay" })));
    this.words = s("g", { class: "words", "aria-hidden": "true" });
    // The name that is read aloud says more than the words beside the symbol, which therefore stand beside the button.
    this.button = s("g", {
      class: "station", tabindex: 0, role: "button", "aria-label": t("station_plain", { station: both(station.title) }),
      onkeydown: (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        open(station.path);
      },
    }, s("rect", { class: "reach", x: -6, y: -6, width: drawn.size[0] + 12, height: drawn.size[1] + 12 }), this.symbol);
    this.element = s("g", { class: "station-place", transform: `translate(${drawn.at.join(" ")})`, onclick: () => open(station.path) }, this.button, this.words);
  }

  // Words keep their size on the screen whatever the size of the plane: `em` is their height in plane units.
  layWords(em) {
    const [width, height] = this.drawn.size;
    const above = Math.min(0, ...this.drawn.shapes.flatMap((shape) => shape.points.map((point) => point[1])));
    const title = titleOf(both(this.station.title), width, em);
    this.look = s("path", { class: "look" });
    this.lookPlace = `translate(0 ${height + 0.62 * em}) scale(${(0.72 * em) / 10})`;
    this.look.setAttribute("transform", this.lookPlace);
    this.word = s("text", { class: "word", x: 1.05 * em, y: height + 1.25 * em });
    this.values = this.figures.map((signal, i) => this.figureText(signal, height + ((this.state ? 2.55 : 1.3) + 1.25 * i) * em, em));
    this.words.replaceChildren(
      ...title.map((line, i) => s("text", { class: "title", y: above - (0.5 + 1.15 * (title.length - 1 - i)) * em }, line)),
      ...(this.state ? [this.look, this.word] : []),
      ...this.values.map((value) => value.parentNode),
    );
    this.shownLook = null;
  }

  // A figure is named where there is room for its name beside the next station, and names itself on hovering.
  figureText(signal, y, em) {
    const name = both(signal.meaning);
    const fits = (name.length + 13) * 0.6 * em <= this.room;
    const value = s("tspan", { class: "figure-value" });
    s("text", { class: "figure-text", y }, s("title", {}, name), fits ? s("tspan", { class: "name" }, `${name}\u2002`) : "", value);
    return value;
  }

  update() {
    this.fills.forEach(updateFill);
    this.cells.forEach(updateCells);
    this.updateState();
    this.figures.forEach((signal, i) => {
      say(this.values[i], full(signal));
      this.values[i].classList.toggle("doubtful", statusOf(signal) > 0);
    });
    this.updateHeat();
    this.beat();
  }

  updateState() {
    if (!this.state) return;
    const word = valueText(this.state);
    const look = this.drawn.looks[numberOf(this.state)] ?? "off";
    say(this.word, word);
    if (look === this.shownLook) return;
    this.shownLook = look;
    this.look.setAttribute("d", lookPath(look));
    this.element.setAttribute("class", `station-place look-${look}${this.element.classList.contains("chosen") ? " chosen" : ""}`);
    this.button.setAttribute("aria-label", t("station_label", { station: both(this.station.title), state: word }));
  }

  // Shapes that show heat take the colour of the hottest cell, or stay grey without one.
  updateHeat() {
    const strip = this.cells.find((each) => each.scale === "heat");
    if (!strip) return;
    const hottest = heatColour(shareOf(strip.signal, Math.max(...profileOf(strip.signal))));
    for (const shape of this.symbol.querySelectorAll(".shape.heat")) shape.style.fill = hottest;
  }

  beat() {
    if (!this.beats) return;
    const count = numberOf(this.beats);
    const now = performance.now();
    const rose = this.counted !== undefined && count > this.counted;
    this.counted = count;
    if (!rose || calm.matches || now - (this.beaten ?? 0) < 500) return;
    this.beaten = now;
    const down = `translateY(${0.03 * this.drawn.size[1]}px)`;
    this.symbol.animate([{ transform: "none" }, { transform: down, offset: 0.3 }, { transform: "none" }], { duration: 260 });
  }
}
