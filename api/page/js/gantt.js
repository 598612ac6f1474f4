// Jobs over time: what is done of each, what is left, and when it is due; those ahead wait in a list.

import { h, s } from "./dom.js";
import { t, both } from "./texts.js";
import { plain, shortDay } from "./format.js";
import { Canvas, scale, withTitle } from "./axes.js";
import { timeAxis } from "./timeaxis.js";
import { get } from "./ask.js";

const MOST_JOBS = 14;

export class GanttChart {
  constructor(view) {
    this.view = view;
    this.canvas = new Canvas(both(view.title), (width, height) => this.marks(width, height), 80);
    this.ahead = h("p", { class: "reading" });
    this.element = h("div", {}, this.canvas.element, this.ahead);
  }

  async refresh() {
    this.data = await get(`charts/${this.view.name}`, { rows: 40 });
    const begun = this.data.jobs.filter((job) => job.begin);
    const waiting = this.data.jobs.filter((job) => !job.begin);
    this.jobs = begun.slice(-MOST_JOBS);
    this.canvas.element.style.height = `${34 + 30 * Math.max(1, this.jobs.length)}px`;
    this.ahead.textContent = waiting.length ? t("jobs_ahead", { jobs: waiting.slice(0, 8).map((job) => `${job.label} ${both(job.word)}`).join(" · ") }) : "";
    this.canvas.draw();
  }

  marks(width, height) {
    if (!this.jobs?.length) return [s("text", { class: "empty", x: 8, y: 24 }, t(this.jobs ? "no_jobs" : "asking"))];
    const now = Date.parse(this.data.time);
    const [left, right, bottom] = [76, width - 14, height - 26];
    const instants = this.jobs.flatMap((job) => [Date.parse(job.begin), Date.parse(job.end)]);
    const range = [Math.min(...instants), Math.max(...instants, now) + 600e3];
    const x = scale(...range, left, right);
    const each = bottom / this.jobs.length;
    return [
      timeAxis(x, range, bottom, left, right),
      this.jobs.map((job, i) => this.job(job, i * each, each, x, range, right)),
      s("line", { class: "now", x1: x(now), x2: x(now), y1: 0, y2: bottom }),
      withTitle(s("text", { class: "tick", x: x(now) + 4, y: 10 }, t("now")), t("now")),
    ];
  }

  job(job, top, each, x, range, right) {
    const [begin, end, due] = [Date.parse(job.begin), Date.parse(job.end), job.due ? Date.parse(job.due) : null];
    const full = Math.max(2, x(end) - x(begin));
    const late = due !== null && end > due;
    const inside = full > 150 || x(end) > right - 150;
    return withTitle(s("g", {},
      s("text", { class: "name", x: 68, y: top + each / 2 + 4, "text-anchor": "end" }, job.label),
      s("rect", { class: "job", x: x(begin), y: top + 5, width: full, height: each - 10 }),
      s("rect", { class: "done", x: x(begin), y: top + 5, width: full * job.share, height: each - 10 }),
      s("text", { class: "inside", x: inside ? x(begin) + 8 : x(end) + 6, y: top + each / 2 + 4 }, `${both(job.word)} · ${plain(100 * job.share, 0)} %`),
      due !== null && due <= range[1] ? s("path", { class: late ? "due late" : "due", d: `M${x(due)} ${top + 2} v${each - 4}` }) : ""),
      `${job.label} ${both(job.word)}: ${plain(100 * job.share, 0)} %${due ? ` · ${t("due")} ${shortDay(due)}` : ""}`);
  }

  table() {
    return { head: [t("job"), "", t("begun"), t("due"), "%"], rows: (this.data?.jobs ?? []).map((job) => [job.label, both(job.word), job.begin ? shortDay(job.begin) : "—", job.due ? shortDay(job.due) : "—", plain(100 * job.share, 0)]) };
  }
}
