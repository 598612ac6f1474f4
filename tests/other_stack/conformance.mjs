// Proves the behaviours of a Rajola server, check by check, with node-opcua; prints one JSON object for each check.
// node conformance.mjs ENDPOINT [AREA]
import { connect } from "./conformance/harness.mjs";

const [endpoint, only] = process.argv.slice(2);
const peer = await connect(endpoint);
const ofTheBakery = ["data_access", "conditions", "history", "server"];
for (const area of only === undefined ? ofTheBakery : [only]) {
  const { checks } = await import(`./conformance/${area}.mjs`);
  for (const [unit, name, check] of checks) {
    let fault = "";
    try {
      await check(peer, endpoint);
    } catch (error) {
      fault = `${error.message}`.slice(0, 400);
    }
    process.stdout.write(`${JSON.stringify({ area, unit, name, fault })}\n`);
  }
}
await peer.close();
