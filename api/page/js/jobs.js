// Jobs: what people have the line make. A form to store one, what has come of each, and what may be done with it next.

import { h, say } from "./dom.js";
import { t, both } from "./texts.js";
import { get, post } from "./ask.js";
import { dayAndTime, plain, withUnit } from "./format.js";
import { may } from "./me.js";
import { parsed } from "./rows.js";

// What may be done next, by state; a job that is held goes on by itself.
const NEXT = {
  NotAllowedToStart: ["start", "change", "cancel"],
  AllowedToStart: ["revoke_start", "change", "cancel"],
  Running: ["pause", "stop", "abort"],
  Interrupted: ["resume", "stop", "abort"],
  Ended: ["clear"],
  Aborted: ["clear"],
};
// These throw something away, and are asked for twice.
const GRAVE = ["abort", "cancel"];
const ASKED_AGAIN_MS = 5000;
// The same form that the server takes.
const ID = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,39}$/;
const PRIORITIES = [[-10, "priority_later"], [0, "priority_usual"], [50, "priority_sooner"], [100, "priority_urgent"]];

const nextOf = (job) => NEXT[job.state].filter((action) => !(action === "resume" && job.substate === "Held"));
const jobState = (job) => t(`job_${job.substate || job.state}`);

// Amounts are said as finely as an operator would: whole units, shares with one decimal.
const amountText = ({ value, unit }) => withUnit(plain(value, unit === "%" ? 1 : value < 10 ? 1 : 0), unit);

function priorityText(priority) {
  const known = PRIORITIES.find(([value]) => value === priority);
  return known ? t(known[1]) : plain(priority, 0);
}

export function jobsCard() {
  const answer = h("p", { class: "answer", role: "status" });
  const list = h("ul", { class: "jobs" });
  const rows = new Map();
  const form = may("store_job") ? jobForm(tell, () => refresh()) : null;
  const element = h("section", { class: "card wide", id: "jobs" }, h("h3", {}, t("jobs")), h("p", { class: "note" }, t("jobs_note")), form?.element ?? "", answer, list);

  function tell(sentence, refused = false) {
    say(answer, sentence);
    answer.classList.toggle("refused", refused);
  }

  async function act(job, action) {
    if (action === "change") {
      form.change(job);
      return;
    }
    try {
      await post("job-commands", { job: job.id, action });
      tell(t("job_told", { job: job.id, action: t(`job_do_${action}`) }));
    } catch (refusal) {
      tell(refusal.message, true);
    }
    await refresh();
  }

  async function refresh() {
    const { items, products } = await get("jobs");
    element.hidden = products.length === 0;
    form?.offer(products, items);
    const titles = new Map(products.map((product) => [product.id, both(product.title)]));
    const known = new Set(items.map((job) => job.id));
    for (const [id, row] of rows) {
      if (known.has(id)) continue;
      row.element.remove();
      rows.delete(id);
    }
    for (const job of items) {
      if (!rows.has(job.id)) {
        rows.set(job.id, jobRow(act));
        list.prepend(rows.get(job.id).element);
      }
      rows.get(job.id).update(job, titles);
    }
    if (!items.length && !list.querySelector(".empty")) list.replaceChildren(h("li", { class: "empty" }, t(form ? "no_jobs_yet" : "no_jobs_looking_on")));
    if (items.length) list.querySelector(".empty")?.remove();
  }

  return { element, refresh };
}

function jobRow(act) {
  const title = h("b");
  const product = h("span", { class: "title" });
  const state = h("span", { class: "job-state" });
  const bar = h("i");
  const made = h("span", { class: "value" });
  const buttons = h("span", { class: "buttons" });
  const amounts = h("dl", { class: "amounts" });
  const history = h("ol", { class: "events" });
  const details = h("details", {}, h("summary", {}, t("job_response")), amounts, history);
  const element = h("li", {}, h("span", { class: "job-head" }, title, product, state), h("span", { class: "job-made" }, h("span", { class: "track", "aria-hidden": "true" }, bar), made), buttons, details);
  let offered = "";
  const update = (job, titles) => {
    say(title, job.id);
    say(product, `${titles.get(job.product) ?? job.product} · ${t("job_priority", { priority: priorityText(job.priority) })}`);
    say(state, jobState(job));
    element.dataset.state = job.state;
    const done = job.amounts.find((amount) => amount.use === "made");
    const quantity = withUnit(plain(job.quantity, 0), job.unit);
    bar.style.width = `${Math.min(100, (100 * (done?.value ?? 0)) / job.quantity)}%`;
    say(made, done ? t("job_made", { title: both(done.title), made: plain(done.value, 0), quantity }) : quantity);
    const wanted = nextOf(job).filter((action) => may(action === "change" ? "update_job" : `${action}_job`));
    if (offered !== wanted.join()) buttons.replaceChildren(...wanted.map((action) => button(action)));
    offered = wanted.join();
    element.job = job;
    amounts.replaceChildren(...job.amounts.map((amount) => h("div", { class: `fact use-${amount.use}` }, h("dt", {}, both(amount.title)), h("dd", {}, amountText(amount)))));
    details.hidden = job.history.length === 0;
    history.replaceChildren(...job.history.map((change) => h("li", {}, h("time", {}, dayAndTime(change.time)), h("span", {}, t(`job_${change.substate || change.state}`), change.user ? h("small", {}, ` · ${change.user}${change.comment ? ` “${change.comment}”` : ""}`) : ""))));
  };
  const button = (action) => {
    const made = h("button", { type: "button", class: `job-${action}` }, t(`job_do_${action}`));
    let asked = !GRAVE.includes(action);
    made.addEventListener("click", () => {
      if (asked) {
        act(element.job, action);
        return;
      }
      asked = true;
      made.textContent = t("really", { action: t(`job_do_${action}`) });
      setTimeout(() => { asked = false; made.textContent = t(`job_do_${action}`); }, ASKED_AGAIN_MS);
    });
    return made;
  };
  return { element, update };
}

// The form stores a job, or changes one that has not begun.
function jobForm(tell, stored) {
  const id = h("input", { type: "text", required: true, maxlength: 40, autocomplete: "off", spellcheck: "false", "aria-label": t("job") });
  const product = h("select", { "aria-label": t("product") });
  const quantity = h("input", { type: "text", inputmode: "decimal", required: true, autocomplete: "off", value: "100", "aria-label": t("quantity") });
  const unit = h("span", { class: "unit" });
  const priority = h("select", { "aria-label": t("priority") }, ...PRIORITIES.map(([value, key]) => h("option", { value, selected: value === 0 }, t(key))));
  const store = h("button", { type: "submit", value: "store" }, t("job_store"));
  const start = h("button", { type: "submit", class: "first", value: "start" }, t("job_store_and_start"));
  const change = h("button", { type: "submit", class: "first", value: "change", hidden: true }, t("job_do_change"));
  const leave = h("button", { type: "button", hidden: true, onclick: () => changing(null) }, t("job_leave_change"));
  let products = [];
  let proposed = "";
  let changed = null;

  const showUnit = () => say(unit, products.find((each) => each.id === product.value)?.unit ?? "");
  product.addEventListener("change", showUnit);

  // The first free number of the form J-1; whoever writes another id keeps it.
  function propose(items) {
    const taken = new Set(items.map((job) => job.id));
    let number = 1;
    while (taken.has(`J-${number}`)) number += 1;
    if (id.value === proposed && !changed && (document.activeElement !== id || taken.has(id.value))) id.value = `J-${number}`;
    proposed = `J-${number}`;
  }

  function offer(all, items) {
    if (products.length !== all.length) {
      products = all;
      product.replaceChildren(...all.map((each) => h("option", { value: each.id }, both(each.title))));
      showUnit();
    }
    propose(items);
  }

  function changing(job) {
    changed = job;
    for (const button of [store, start]) button.hidden = Boolean(job);
    for (const button of [change, leave]) button.hidden = !job;
    id.readOnly = Boolean(job);
    id.value = job ? job.id : proposed;
    if (!job) return;
    product.value = job.product;
    quantity.value = plain(job.quantity, Number.isInteger(job.quantity) ? 0 : 2);
    if (![...priority.options].some((option) => Number(option.value) === job.priority)) priority.append(h("option", { value: job.priority }, plain(job.priority, 0)));
    priority.value = String(job.priority);
    showUnit();
    quantity.focus();
  }

  async function send(event) {
    event.preventDefault();
    const amount = parsed(quantity.value);
    if (amount === null) {
      tell(t("not_a_number"), true);
      quantity.focus();
      return;
    }
    const order = { product: product.value, quantity: amount, priority: Number(priority.value) };
    const name = id.value.trim();
    if (!ID.test(name)) {
      tell(t("job_id_form"), true);
      id.focus();
      return;
    }
    try {
      if (changed) await post("job-commands", { job: name, action: "update", ...order, start: changed.start, end: changed.end, description: changed.description });
      else await post("jobs", { id: name, ...order, allowed: event.submitter?.value !== "store" });
      tell(t(changed ? "job_changed" : event.submitter?.value === "store" ? "job_stored" : "job_started", { job: name }));
      if (!changed) proposed = name;
      changing(null);
      id.value = proposed;
    } catch (refusal) {
      tell(refusal.message, true);
      return;
    }
    await stored();
  }

  const element = h("form", { class: "fault-form job-form", "aria-label": t("job_new"), onsubmit: send },
    h("label", {}, t("job"), id), h("label", {}, t("product"), product), h("label", {}, t("quantity"), h("span", { class: "with-unit" }, quantity, unit)), h("label", {}, t("priority"), priority),
    h("span", { class: "buttons" }, start, store, change, leave));
  return { element, offer, change: changing };
}
