// A sentence on top of the page: a refusal for a while, a lost connection until it is back.

import { byId } from "./dom.js";
import { t } from "./texts.js";
import { live } from "./live.js";

let until = 0;

export function notice(sentence) {
  const place = byId("notice");
  place.textContent = sentence;
  place.hidden = false;
  until = Date.now() + 8000;
  setTimeout(clear, 8100);
}

function clear() {
  if (Date.now() < until || !live.connected) return;
  byId("notice").hidden = true;
}

export function connectionChanged() {
  document.body.classList.toggle("stale", !live.connected);
  until = 0;
  if (live.connected) clear();
  else {
    byId("notice").textContent = t("connection_lost");
    byId("notice").hidden = false;
  }
}
