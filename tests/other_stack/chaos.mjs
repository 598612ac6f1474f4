// A client of another stack that lives through protocol chaos: node chaos.mjs ENDPOINT HTTP SIGNAL
// It orders one kind after the other over HTTP and prints, for each, whether values came again, as one JSON object.
import { AttributeIds, ClientMonitoredItem, ClientSubscription, OPCUAClient, TimestampsToReturn } from "node-opcua";

const [endpoint, http, signal] = process.argv.slice(2);
const PATIENCE_MS = 90_000;
const client = OPCUAClient.create({
  endpointMustExist: false, keepSessionAlive: true, requestedSessionTimeout: 60_000,
  connectionStrategy: { maxRetry: -1, initialDelay: 100, maxDelay: 500 },
});
const report = {};
let values = 0;
let breaks = 0;
client.on("start_reconnection", () => { breaks += 1; });
client.on("connection_lost", () => { breaks += 1; });

async function until(what, true_) {
  const end = Date.now() + PATIENCE_MS;
  while (!true_()) {
    if (Date.now() > end) { throw new Error(`${what} never came`); }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function order(kind, duration_s, size) {
  const answer = await fetch(`${http}/api/v1/chaos`, {
    method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ action: "start", kind, duration_s, size }),
  });
  if (!answer.ok) { throw new Error(await answer.text()); }
}

async function longestGap(duration_s) {
  // The longest time without a value, from now until some have come after the chaos is over.
  const began = Date.now();
  let [last, gap, since] = [began, 0, values];
  const enough = () => {
    if (values !== since) { gap = Math.max(gap, Date.now() - last); last = Date.now(); since = values; }
    return Date.now() - began > 1000 * duration_s + 1000 && Date.now() - last < 1000 && values > 5;
  };
  await until("another value", enough);
  return gap;
}

await client.connect(endpoint);
const session = await client.createSession();
const namespace = (await session.readNamespaceArray()).indexOf("urn:rajola:line:1");
const subscription = ClientSubscription.create(session, {
  requestedPublishingInterval: 100, requestedLifetimeCount: 6000, requestedMaxKeepAliveCount: 20, publishingEnabled: true,
});
const item = ClientMonitoredItem.create(
  subscription, { nodeId: `ns=${namespace};s=${signal}`, attributeId: AttributeIds.Value },
  { samplingInterval: 50, queueSize: 100, discardOldest: true }, TimestampsToReturn.Both,
);
item.on("changed", () => { values += 1; });
try {
  await until("the first value", () => values > 3);
  for (const [kind, duration_s, size] of [["delay_answers", 2, 700], ["black_hole", 3, 0]]) {
    values = 0;
    await order(kind, duration_s, size);
    report[kind] = { gap: await longestGap(duration_s) };
  }
  for (const kind of ["drop_connections", "drop_sessions", "restart"]) {
    const old = session.sessionId.toString();
    [values, breaks] = [0, 0];
    await order(kind, 0, 0);
    await until(`${kind}: another session or connection`, () => breaks > 0 || session.sessionId.toString() !== old);
    values = 0;
    await until(`${kind}: values`, () => values > 3);
    report[kind] = { breaks, session: session.sessionId.toString() !== old };
  }
} finally {
  process.stdout.write(`${JSON.stringify(report)}\n`);
  await client.disconnect();
}
