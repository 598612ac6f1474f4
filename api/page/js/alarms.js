// The open alarms and the newest events, kept up to date for all pages that show them.

import { live } from "./live.js";
import { both } from "./texts.js";
import { get, post } from "./ask.js";
import { notice } from "./notice.js";

const KEPT = 3000;
let lastNumber = 0;
const alarmListeners = [];
export const events = [];
export let alarms = [];

export const onAlarms = (listener) => alarmListeners.push(listener);
export const stationTitle = (path) => both(live.stationTitles.get(path));
export const standing = (alarm) => alarm.active && !alarm.shelving && alarm.enabled !== false;
export const unseen = (alarm) => !alarm.acknowledged && !alarm.shelving;

export async function handle(name, alarm, given = {}) {
  try {
    await post("commands", { name, target: alarm.id, arguments: given });
    await refreshAlarms();
  } catch (refusal) {
    notice(refusal.message);
  }
}

export async function refreshAlarms() {
  const { items } = await get("alarms");
  // What wants attention stands first: active before over, grave before light, new before old.
  const rank = (alarm) => [standing(alarm) ? 0 : 1, -alarm.severity, -Date.parse(alarm.raised)];
  items.sort((one, other) => rank(one).map((part, i) => part - rank(other)[i]).find((part) => part !== 0) ?? 0);
  const changed = JSON.stringify(items) !== JSON.stringify(alarms);
  alarms = items;
  if (changed || !alarmListeners.told) for (const listener of alarmListeners) listener();
  alarmListeners.told = true;
}

export async function refreshEvents() {
  let page = null;
  let changed = false;
  do {
    page = await get("events", { after: lastNumber, limit: 1000 });
    events.push(...page.items);
    changed ||= page.items.length > 0;
    lastNumber = page.last;
  } while (page.items.length === 1000);
  events.splice(0, Math.max(0, events.length - KEPT));
  if (changed) for (const listener of alarmListeners) listener();
}

export const lastAlarm = () => events.findLast((event) => event.kind === "alarm") ?? null;
