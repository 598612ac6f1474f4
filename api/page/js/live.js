// The newest frame of the line, kept up to date by the server's stream.

export const live = {
  frame: null,
  clock: { speed: 1, running: false, lag: 0 },
  connected: false,
  signals: new Map(),
};

const listeners = { frame: [], connection: [] };
let run = null;
let pending = false;

export const onFrame = (listener) => listeners.frame.push(listener);
export const onConnection = (listener) => listeners.connection.push(listener);

export const GOOD = 0;

export function statusOf(signal) {
  const status = live.frame?.status ?? {};
  let worst = GOOD;
  for (const place of Object.keys(status)) {
    const offset = Number(place) - signal.index;
    if (offset >= 0 && offset < signal.length) worst = Math.max(worst, status[place]);
  }
  return worst;
}

export const numberOf = (signal) => live.frame?.values[signal.index] ?? null;
export const profileOf = (signal) => live.frame?.values.slice(signal.index, signal.index + signal.length) ?? [];
export const textOf = (signal) => live.frame?.texts[String(numberOf(signal))] ?? "";

function tell(kind) {
  for (const listener of listeners[kind]) listener();
}

// Frames may come faster than the screen draws, and a hidden page draws nothing.
function frameSoon() {
  if (pending) return;
  pending = true;
  requestAnimationFrame(() => {
    pending = false;
    tell("frame");
  });
}

function connection(state) {
  if (live.connected === state) return;
  live.connected = state;
  tell("connection");
}

export function connect() {
  const source = new EventSource("/api/v1/stream");
  source.addEventListener("signals", (event) => {
    const introduction = JSON.parse(event.data);
    if (run !== null && run !== introduction.run) location.reload();
    run = introduction.run;
  });
  source.addEventListener("frame", (event) => {
    live.frame = JSON.parse(event.data);
    live.clock = live.frame.clock;
    connection(true);
    frameSoon();
  });
  source.addEventListener("clock", (event) => {
    live.clock = JSON.parse(event.data);
    frameSoon();
  });
  source.addEventListener("end", () => connection(false));
  source.addEventListener("error", () => {
    connection(false);
    // A browser gives up for good when an answer is not a stream, as while a proxy reports an error.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), 5000);
  });
}
