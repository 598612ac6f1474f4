// Asks for what every page needs while the other scripts are still on their way; the view of rooms has no line of its own.

const ofLine = ["run", "line", "presentation", "signals?offset=0&limit=1000", "clock"];
const wanted = [...(document.documentElement.dataset.view === "rooms" ? [] : ofLine), "me"];
const asked = new Map(wanted.map((path) => [`/api/v1/${path}`, fetch(`/api/v1/${path}`)]));
const words = new URL("../texts.json", import.meta.url);
asked.set(words.href, fetch(words));

// An answer that was asked for early is taken once: who asks again wants the newest.
export function ask(address) {
  const early = asked.get(address);
  asked.delete(address);
  return early ?? fetch(address);
}
