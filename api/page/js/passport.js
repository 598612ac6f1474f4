// The life of one thing: stages one below the other with times and facts, what it was made from, what it went into.

import { h } from "./dom.js";
import { t, both } from "./texts.js";
import { live } from "./live.js";
import { get } from "./ask.js";
import { badge } from "./looks.js";
import { dayAndTime, decimalsFor, duration, plain, withUnit } from "./format.js";
import { keep, kept } from "./address.js";
import { openStation } from "./panel.js";
import { openTrendsAt } from "./trends.js";
import { seesTruth } from "./me.js";
import { disturbanceRow, plantedMark } from "./disturbances.js";

function factText(fact) {
  if (fact.value === null) return "—";
  if (fact.unit === "instant") return dayAndTime(fact.value);
  if (typeof fact.value !== "number") return String(fact.value);
  const text = Number.isInteger(fact.value) ? plain(fact.value, 0) : plain(fact.value, decimalsFor(Math.abs(fact.value)));
  return withUnit(text, fact.unit === "1" ? "" : fact.unit);
}

let newest = null;

// Shows the passport of a thing, `kind:id`, wherever the plant has put its passports.
export function lookUp(thing) {
  const [kind, ...id] = thing.split(":");
  newest?.go(kind, id.join(":"));
}

export class Passport {
  constructor(view) {
    newest = this;
    this.view = view;
    this.kinds = view.items;
    const asked = kept("thing")?.split(":") ?? [];
    this.kind = h("select", { "aria-label": t("kind_of_thing") }, ...this.kinds.map((item) => h("option", { value: item.kind, selected: item.kind === asked[0] }, both(item.title))));
    this.field = h("input", { type: "text", "aria-label": t("thing_id"), autocomplete: "off", spellcheck: "false", placeholder: this.example(), value: asked.slice(1).join(":") });
    this.kind.addEventListener("change", () => { this.field.placeholder = this.example(); });
    this.form = h("form", { class: "ask", onsubmit: (event) => { event.preventDefault(); this.ask(); } }, this.kind, this.field, h("button", { type: "submit" }, t("show")));
    this.answer = h("div", { class: "passport", "aria-live": "polite" });
    this.element = h("div", {}, this.form, this.answer);
    this.waiting = Boolean(asked[1]);
  }

  example() {
    const item = this.kinds.find((each) => each.kind === this.kind.value);
    return this.forms?.get(item.kind) ?? (item.example ? t("for_example", { example: item.example }) : "");
  }

  // The kinds that the line really keeps, with how their ids are written.
  async refresh() {
    if (!this.forms) {
      const { items } = await get("things");
      this.forms = new Map(items.map((item) => [item.kind, both(item.id_form)]));
      if (items.length) {
        const chosen = this.kind.value;
        this.kinds = items.map((item) => ({ ...item, example: "" }));
        this.kind.replaceChildren(...items.map((item) => h("option", { value: item.kind, selected: item.kind === chosen }, both(item.title))));
      } else this.answer.replaceChildren(h("p", { class: "empty" }, t("no_passports")));
      this.field.placeholder = this.example();
    }
    if (this.waiting) {
      this.waiting = false;
      await this.ask();
    }
  }

  async go(kind, id) {
    this.kind.value = kind;
    this.field.value = id;
    await this.refresh();
    this.kind.value = kind;
    await this.ask();
    this.element.scrollIntoView({ block: "start" });
  }

  async ask() {
    const [kind, id] = [this.kind.value, this.field.value.trim()];
    if (!id) {
      this.field.focus();
      return;
    }
    keep({ thing: `${kind}:${id}` });
    this.answer.replaceChildren(h("p", { class: "empty" }, t("asking")));
    try {
      this.show(await get(`things/${encodeURIComponent(kind)}/${encodeURIComponent(id)}`));
    } catch (refusal) {
      this.answer.replaceChildren(h("p", { class: "answer refused" }, refusal.message));
    }
  }

  show(found) {
    const counts = Object.entries(found.counts).filter(([, count]) => count > 0).map(([name, count]) => h("li", {}, h("span", { class: "title" }, t(`fate_${name}`)), h("span", { class: "value" }, plain(count, 0))));
    this.answer.replaceChildren(
      h("header", {}, h("h4", {}, this.name(found)), found.pieces > 1 ? h("span", { class: "count" }, t("pieces_in_all", { pieces: plain(found.pieces, 0) })) : ""),
      found.causes.length ? this.causes(found.causes) : "",
      seesTruth() && found.pieces === 1 && found.disturbances ? this.disturbances(found) : "",
      counts.length > 1 ? h("ul", { class: "counts" }, ...counts) : "",
      h("ol", { class: "stages" }, ...found.stages.map((stage) => this.stage(stage))),
      this.related(t("made_from"), found.made_from),
      this.related(t("went_into"), found.went_into),
    );
  }

  // Most titles hold the number already; instants within it are said as people say them.
  name(thing) {
    const title = both(thing.title);
    const text = title.includes(thing.id) ? title : `${title} ${thing.id}`;
    return text.replace(/\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)/g, (instant) => ` ${dayAndTime(instant)}`);
  }

  causes(causes) {
    const rows = causes.map((cause) => h("li", {}, h("span", { class: "title" }, both(cause.title)), h("span", { class: "value" }, `${plain(100 * cause.share, 0)}\u202f%`)));
    return h("section", { class: "truth" }, h("h5", {}, badge("down"), t("root_causes")), h("ul", { class: "counts" }, ...rows));
  }

  // What went on at a station while the piece was there; a click shows it in what was measured.
  disturbances(found) {
    const told = new Set(found.stages.flatMap((stage) => stage.facts).flatMap((fact) => (typeof fact.value === "string" ? fact.value.split(/[\s,]+/) : [])));
    const fits = (each) => each.defects.some((defect) => told.has(defect));
    const met = [...found.disturbances].sort((one, other) => Number(fits(other)) - Number(fits(one)));
    const row = (each) => disturbanceRow(each, [fits(each) ? h("span", { class: "mark" }, t("fits_defect")) : "", plantedMark(each)]);
    return h("section", { class: "truth" }, h("h5", {}, t("met_disturbances")), met.length ? h("ul", { class: "met" }, ...met.map(row)) : h("p", { class: "empty" }, t("met_nothing")));
  }

  // The measurements of a station while the piece was there.
  evidence(stage) {
    const [begin, end] = [Date.parse(stage.begin ?? stage.end), Date.parse(stage.end ?? stage.begin)];
    const measured = [...live.signals.values()].filter((signal) => signal.station === stage.station && signal.kind === "measurement");
    const shown = [...measured.filter((signal) => signal.main), ...measured.filter((signal) => !signal.main)].slice(0, 3);
    if (!shown.length || !begin) return "";
    return h("button", { type: "button", class: "quiet", onclick: () => openTrendsAt(shown.map((signal) => signal.path), begin, end) }, t("measured_then"));
  }

  stage(stage) {
    const known = live.stationTitles.has(stage.station);
    const title = known ? h("button", { type: "button", class: "link", onclick: () => openStation(stage.station) }, both(stage.title)) : both(stage.title);
    const when = stage.begin ? `${dayAndTime(stage.begin)}${stage.end ? ` · ${duration(Date.parse(stage.end) - Date.parse(stage.begin))}` : ""}` : stage.end ? dayAndTime(stage.end) : "";
    const told = stage.facts.filter((fact) => fact.value !== "" && fact.value !== null).sort((one, other) => Number(one.truth) - Number(other.truth));
    const facts = told.map((fact) => h("div", { class: fact.truth ? "fact true-value" : "fact" }, h("dt", {}, both(fact.title), fact.truth ? h("span", { class: "mark" }, t("truth")) : ""), h("dd", {}, factText(fact))));
    if (!facts.length && !when) return "";
    return h("li", { class: stage.begin || stage.end || !known ? "" : "ahead" }, h("div", { class: "when" }, h("b", {}, title), h("time", {}, when || t(known ? "not_yet" : "known_of_it")), known ? this.evidence(stage) : ""), h("dl", {}, ...facts));
  }

  related(title, things) {
    if (!things.length) return "";
    const link = (thing) => h("li", {}, h("button", { type: "button", class: "link", onclick: () => this.go(thing.kind, thing.id) }, this.name(thing)), thing.pieces > 1 ? h("small", {}, ` ${t("pieces_in_all", { pieces: plain(thing.pieces, 0) })}`) : "");
    return h("section", { class: "related" }, h("h5", {}, title), h("ul", {}, ...things.slice(0, 40).map(link)));
  }
}
