// A section: mean deviation by place across, one line for each stretch of time, newest below; two colours from the mean.

import { h, s } from "./dom.js";
import { t, both } from "./texts.js";
import { plain, withUnit } from "./format.js";
import { Canvas, scale, smart, upAxis, withTitle } from "./axes.js";
import { get } from "./ask.js";
import { divergingColour } from "./heat.js";

const MAP_LEFT = 56;
const MAP_RIGHT = 12;

export class SectionMap {
  constructor(view) {
    this.view = view;
    this.canvas = new Canvas(both(view.title), (width, height) => this.marks(width, height), 310);
    this.reading = h("p", { class: "reading" });
    this.element = h("div", {}, this.canvas.element, this.reading);
  }

  async refresh() {
    this.data = await get(`charts/${this.view.name}`);
    const { means, unit, columns, across } = this.data;
    if (columns.length) {
      const difference = Math.max(...means) - Math.min(...means);
      const widest = columns[means.indexOf(Math.max(...means))];
      this.reading.textContent = t("across_difference", { difference: withUnit(smart(difference), unit), across: both(across).toLowerCase(), place: widest });
    }
    this.canvas.draw();
  }

  marks(width, height) {
    if (!this.data?.columns.length) return [s("text", { class: "empty", x: 8, y: 24 }, t(this.data ? "nothing_measured" : "asking"))];
    const { columns, rows, cells, means, middle, unit, quantity, across, down } = this.data;
    const known = cells.flat().filter((value) => value !== null);
    const reach = Math.max(1e-9, ...known.map((value) => Math.abs(value - middle)));
    const [top, cut, bottom] = [24, 96, height - 34];
    const cell = (width - MAP_LEFT - MAP_RIGHT) / columns.length;
    const line = (bottom - cut - 14) / rows.length;
    const x = (i) => MAP_LEFT + cell * (i + 0.5);
    const span = [Math.min(...means), Math.max(...means)];
    const wide = Math.max(span[1] - span[0], reach / 4);
    const range = [(span[0] + span[1] - wide) / 2, (span[0] + span[1] + wide) / 2];
    const y = scale(...range, cut - 8, top);
    return [
      upAxis(y, range, MAP_LEFT, width - MAP_RIGHT, { count: 2, title: `${both(quantity)} [${unit ?? ""}]` }),
      s("polyline", { class: "line hue-0", points: means.map((mean, i) => `${x(i)},${y(mean)}`).join(" ") }),
      means.map((mean, i) => s("circle", { class: "dot", cx: x(i), cy: y(mean), r: 3 })),
      cells.map((row, j) => row.map((value, i) => {
        const box = s("rect", { class: value === null ? "cell none" : "cell", x: MAP_LEFT + cell * i + 0.5, y: cut + 14 + line * j, width: cell - 1, height: line + 0.3 });
        if (value !== null) box.style.fill = divergingColour((value - middle) / reach);
        return withTitle(box, `${both(across)} ${columns[i]}, ${both(down)} ${rows[j]}: ${value === null ? "—" : withUnit(smart(value), unit)}`);
      })),
      columns.map((column, i) => s("text", { class: "tick", x: x(i), y: bottom + 15, "text-anchor": "middle" }, plain(column, 0))),
      s("text", { class: "label", x: width - MAP_RIGHT, y: height - 4, "text-anchor": "end" }, both(across)),
      [0, rows.length - 1].map((j) => s("text", { class: "tick", x: MAP_LEFT - 6, y: cut + 14 + line * (j + 0.5) + 4, "text-anchor": "end" }, plain(rows[j], 0))),
      s("text", { class: "label", x: 4, y: (cut + bottom) / 2 }, both(down)),
      this.key(reach, middle, width, height, unit),
    ];
  }

  key(reach, middle, width, height, unit) {
    const steps = 21;
    const size = Math.min(6, width / 90);
    return [
      Array.from({ length: steps }, (_, i) => {
        const box = s("rect", { x: MAP_LEFT + i * size, y: height - 14, width: size + 0.3, height: 9 });
        box.style.fill = divergingColour((2 * i) / (steps - 1) - 1);
        return box;
      }),
      s("text", { class: "tick", x: MAP_LEFT - 6, y: height - 6, "text-anchor": "end" }, smart(middle - reach)),
      s("text", { class: "tick", x: MAP_LEFT + steps * size + 6, y: height - 6 }, withUnit(smart(middle + reach), unit)),
    ];
  }

  table() {
    const { columns = [], rows = [], cells = [] } = this.data ?? {};
    return { head: [both(this.data?.down), ...columns.map(String)], rows: rows.map((row, j) => [plain(row, 0), ...cells[j].map((value) => (value === null ? "—" : smart(value)))]) };
  }
}
