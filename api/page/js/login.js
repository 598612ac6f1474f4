// Who is looking: a name in the bar, and a form to become somebody else.

import { h } from "./dom.js";
import { t } from "./texts.js";
import { post } from "./ask.js";
import { role, userName } from "./me.js";

let dialog = null;

async function enter(event, fields, answer) {
  event.preventDefault();
  try {
    await post("login", { name: fields.name.value.trim(), password: fields.password.value });
    location.reload();
  } catch (refusal) {
    answer.textContent = refusal.message;
    fields.password.select();
  }
}

export function loginForm() {
  const fields = {
    name: h("input", { type: "text", autocomplete: "username", autocapitalize: "off", spellcheck: "false", required: true, "aria-label": t("user_name") }),
    password: h("input", { type: "password", autocomplete: "current-password", required: true, "aria-label": t("password") }),
  };
  const answer = h("p", { class: "answer refused", role: "status" });
  return h("form", { class: "login", onsubmit: (event) => enter(event, fields, answer) },
    h("label", {}, t("user_name"), fields.name), h("label", {}, t("password"), fields.password), h("button", { type: "submit", class: "first" }, t("log_in")), answer);
}

export function openLogin() {
  dialog?.remove();
  const close = h("button", { type: "button", class: "close", "aria-label": t("close"), onclick: () => dialog.close() }, "×");
  const leave = userName() === "anonymous" ? "" : h("button", { type: "button", onclick: async () => { await post("logout", null).catch(() => {}); location.reload(); } }, t("log_out"));
  dialog = h("dialog", { class: "dialog", "aria-labelledby": "login-title" }, h("header", {}, h("h2", { id: "login-title" }, t("log_in")), close),
    h("p", { class: "note" }, t("you_are_now", { name: userName(), role: t(`role_${role()}`) })), loginForm(), h("p", { class: "note" }, t("login_note")), leave);
  document.body.append(dialog);
  dialog.showModal();
}

// A run that is served without users knows everybody by this name, and has nobody to become.
const WITHOUT_USERS = "http";

export function whoButton() {
  if (userName() === WITHOUT_USERS) return "";
  const anonymous = userName() === "anonymous";
  return h("button", { type: "button", class: "quiet who", onclick: openLogin }, anonymous ? t("log_in") : userName());
}
