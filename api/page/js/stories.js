// Stories: the same disturbance twice, each time with other means against it, told step by step and then compared.

import { h, s, byId, say } from "./dom.js";
import { t, both } from "./texts.js";
import { live, numberOf, onFrame } from "./live.js";
import { post } from "./ask.js";
import { decimalsOf, full, plain, unitLabel, withUnit } from "./format.js";
import { showPage } from "./pages.js";
import { openStation, closePanel } from "./panel.js";
import { changeClock } from "./clock.js";
import { lookUp } from "./passport.js";
import { may } from "./me.js";
import { notice } from "./notice.js";

const READING_S = 12;
const [STRIP_WIDE, STRIP_HIGH] = [300, 40];
const MOST_WATCHED = 600;
const small = matchMedia("(max-width: 1100px)");
let told = null;

// Who may not plant a fault can still be told what needs none.
const tellable = (story) => may("inject_fault") || story.steps.every((step) => !step.commands.length && !step.minutes);

// How long it takes at its speed, with some seconds for reading each step.
const lengthOf = (story) => story.steps.reduce((all, step) => all + step.minutes / story.speed, 0) + (READING_S / 60) * story.steps.length;

export function storiesCard(stories) {
  const rows = stories.map((story) => {
    const about = [`${both(story.before)} / ${both(story.after)}`, t("story_length", { minutes: plain(Math.max(1, lengthOf(story)), 0) })];
    const begins = tellable(story) ? h("button", { type: "button", "aria-label": `${t("tell")}: ${both(story.title)}`, onclick: () => beginStory(story) }, t("tell")) : h("small", {}, t("story_instructor"));
    return h("li", {}, h("span", { class: "title" }, both(story.title), h("small", {}, about.join(" · "))), begins);
  });
  return h("section", { class: "card", id: "stories" }, h("h3", {}, t("stories")), h("p", { class: "note" }, t("stories_note")), h("ul", { class: "story-list" }, ...rows));
}

function beginStory(story) {
  if (told) leave();
  const watch = story.watch.map((path) => live.signals.get(path)).filter(Boolean);
  told = { story, watch, at: -1, until: null, phase: null, seen: { before: new Map(), after: new Map() }, clock: { ...live.clock }, planted: new Map(), was: new Map(), way: [], shown: [] };
  byId("story")?.remove();
  document.body.append(h("section", { id: "story", class: "story", role: "region", "aria-label": both(story.title) }));
  document.body.classList.add("with-story");
  forward();
}

function leave() {
  const { story, clock } = told;
  const commands = undone();
  told = null;
  byId("story").remove();
  document.body.classList.remove("with-story");
  if (story.steps.some((step) => step.minutes > 0)) restore(commands, clock);
}

// Faults that the story planted and that go on, and set points that it changed: whoever leaves, leaves the plant as it was.
function undone() {
  const now = Date.parse(live.frame.time);
  const faults = [...told.planted].filter(([, until]) => until > now).map(([key]) => JSON.parse(key)).map(([target, fault]) => ({ name: "clear_fault", target, arguments: { fault } }));
  const written = [...told.was].filter(([target, value]) => numberOf(live.signals.get(target)) !== value).map(([target, value]) => ({ name: "write", target, arguments: { value } }));
  return [...faults, ...written];
}

async function restore(commands, clock) {
  for (const command of commands) await post("commands", command).catch((refusal) => notice(refusal.message));
  if (live.clock.speed !== clock.speed) await changeClock({ action: "set_speed", factor: clock.speed });
  if (live.clock.running && !clock.running) await changeClock({ action: "pause" });
}

// What a command does that has to be undone when the story is left.
function remember({ name, target, arguments: given }) {
  const key = JSON.stringify([target, given.fault]);
  if (name === "write" && !told.was.has(target)) told.was.set(target, numberOf(live.signals.get(target)));
  if (name === "inject_fault") told.planted.set(key, given.duration_s ? Date.parse(live.frame.time) + 1000 * given.duration_s : Infinity);
  if (name === "clear_fault") told.planted.delete(key);
}

async function forward() {
  told.at += 1;
  told.until = null;
  const step = told.story.steps[told.at];
  if (!step) {
    if (told.watch.length) showResult();
    else leave();
    return;
  }
  const now = told;
  now.phase = step.phase;
  look(step);
  show(step, "");
  try {
    for (const { name, target, arguments: given } of step.commands) {
      // What is written is a number, what is begun has a name: the server refuses anything else.
      remember({ name, target, arguments: given });
      await post("commands", { name, target, arguments: given });
      if (told !== now) return;
    }
    if (step.minutes > 0) {
      await post("clock", { action: "set_speed", factor: now.story.speed });
      if (!live.clock.running) await post("clock", { action: "resume" });
      if (told !== now) return;
      now.from = Date.parse(live.frame.time);
      now.until = now.from + step.minutes * 60e3;
    }
  } catch (refusal) {
    if (told === now) show(step, refusal.message);
  }
}

// Brings before the reader's eyes what the step tells of; a small screen has no room for a station beside it.
function look(step) {
  if (step.page) showPage(step.page);
  if (step.station && !small.matches) openStation(step.station);
  else closePanel();
  if (step.thing) lookUp(step.thing);
  const view = step.view && document.querySelector(`[data-view="${CSS.escape(step.view)}"]`);
  if (view) requestAnimationFrame(() => view.scrollIntoView({ block: "start" }));
}

function frameOf(content, buttons, aside) {
  byId("story").replaceChildren(
    h("div", { class: "told" }, h("header", {}, h("h3", {}, both(told.story.title)), h("button", { type: "button", class: "close", "aria-label": t("story_leave"), onclick: leave }, "×")), ...content, h("span", { class: "buttons" }, ...buttons)), aside);
}

function show(step, refusal) {
  const steps = told.story.steps.length;
  const progress = step.minutes > 0 && !refusal ? h("progress", { max: 100, value: 0, "aria-label": t("story_progress") }) : null;
  const phase = step.phase ? h("b", { class: "phase" }, ` · ${both(told.story[step.phase])}`) : "";
  const button = h("button", { type: "button", class: "first", disabled: Boolean(progress), onclick: forward }, t(told.at === steps - 1 && !told.watch.length ? "story_end" : "story_next"));
  Object.assign(told, { progress, button });
  frameOf([h("p", { class: "reading" }, t("step_of", { step: told.at + 1, steps }), phase), h("p", { "aria-live": "polite" }, both(step.text)), refusal ? h("p", { class: "answer refused" }, refusal) : "", progress ?? ""],
    [button, h("button", { type: "button", class: "quiet", onclick: leave }, t("story_leave"))], watchList());
}

// What is watched, with its way since the story began: quiet where nothing is compared, dark on the first side, then blue.
function watchList() {
  told.shown = told.watch.map((signal) => {
    const value = h("span", { class: "value" });
    const strip = s("svg", { class: "watched", viewBox: `0 0 ${STRIP_WIDE} ${STRIP_HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    return { signal, value, strip, element: h("li", {}, h("span", { class: "title" }, both(signal.meaning)), strip, value) };
  });
  drawWatched();
  return told.watch.length ? h("ul", { class: "watch" }, ...told.shown.map((row) => row.element)) : "";
}

function drawWatched() {
  const first = told.way[0]?.time ?? 0;
  const span = Math.max(600e3, (told.way.at(-1)?.time ?? 0) - first);
  told.shown.forEach(({ signal, value, strip }, place) => {
    say(value, full(signal));
    const numbers = told.way.map(({ values }) => values[place]);
    const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
    const point = ({ time, values }) => `${((time - first) / span) * STRIP_WIDE},${STRIP_HIGH - 2 - (most > least ? (values[place] - least) / (most - least) : 0.5) * (STRIP_HIGH - 4)}`;
    const lines = [];
    let phase;
    for (const each of told.way) {
      if (each.phase !== phase || !lines.length) lines.push({ phase: each.phase, points: lines.length ? [lines.at(-1).points.at(-1)] : [] });
      phase = each.phase;
      lines.at(-1).points.push(point(each));
    }
    strip.replaceChildren(...lines.map((line) => s("polyline", { class: `side-${line.phase ?? "none"}`, points: line.points.join(" ") })));
  });
}

// One digit more than on the line: what is compared here may differ by little.
const closely = (signal, value) => withUnit(plain(value, Math.min(3, decimalsOf(signal, value) + 1)), unitLabel(signal.unit));

function showResult() {
  const rows = told.watch.map((signal) => {
    const cells = ["before", "after"].map((phase) => {
      const values = told.seen[phase].get(signal.path) ?? [];
      if (!values.length) return h("td", {}, "—");
      const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
      return h("td", {}, closely(signal, mean), h("small", {}, t("from_to", { least: closely(signal, Math.min(...values)), most: closely(signal, Math.max(...values)) })));
    });
    return h("tr", {}, h("th", { scope: "row" }, both(signal.meaning)), ...cells);
  });
  const table = h("table", { class: "lines" }, h("thead", {}, h("tr", {}, h("td"), h("th", { scope: "col" }, both(told.story.before)), h("th", { scope: "col" }, both(told.story.after)))), h("tbody", {}, ...rows));
  told.shown = [];
  frameOf([h("p", {}, t("story_result"))], [h("button", { type: "button", class: "first", onclick: leave }, t("story_end"))], h("div", { class: "scroll" }, table));
}

onFrame(() => {
  if (!told || told.until === null) return;
  const now = Date.parse(live.frame.time);
  const values = told.watch.map((signal) => numberOf(signal));
  if (told.phase) told.watch.forEach((signal, place) => {
    const kept = told.seen[told.phase].get(signal.path) ?? [];
    if (values[place] !== null) kept.push(values[place]);
    told.seen[told.phase].set(signal.path, kept);
  });
  if (!values.includes(null)) told.way.push({ time: now, phase: told.phase, values });
  if (told.way.length > MOST_WATCHED) told.way = told.way.filter((_, place) => place % 2 === 0);
  drawWatched();
  const share = Math.min(100, (100 * (now - told.from)) / (told.until - told.from));
  if (told.progress) {
    told.progress.value = share;
    told.progress.title = `${plain(share, 0)} %`;
  }
  if (now >= told.until) {
    told.until = null;
    if (told.button) {
      told.button.disabled = false;
      told.button.focus({ preventScroll: true });
    }
  }
});
