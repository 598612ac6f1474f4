// node-opcua's server for the comparison: node node_server.mjs NODE_MODULES_FOLDER COUNT RATE DIR
import { createRequire } from "node:module";
import { existsSync } from "node:fs";
import { join } from "node:path";

const [modules, count, rate, folder] = process.argv.slice(2);
const require = createRequire(join(modules, "package.json"));
const { DataType, OPCUACertificateManager, OPCUAServer, StatusCodes, Variant } = require("node-opcua");

const manager = new OPCUACertificateManager({ rootFolder: join(folder, "pki"), automaticallyAcceptUnknownCertificate: true });
await manager.initialize();
const server = new OPCUAServer({
  port: 0, hostname: "127.0.0.1", resourcePath: "/bench", serverCertificateManager: manager, userCertificateManager: manager,
  serverCapabilities: { maxMonitoredItems: 1e6, maxMonitoredItemsPerSubscription: 1e6 },
});
await server.initialize();
const space = server.engine.addressSpace.getOwnNamespace();
const names = Array.from({ length: Number(count) }, (_, index) => `v${index}`);
const variables = names.map((name) => space.addVariable({
  browseName: name, nodeId: `s=${name}`, dataType: "Double", minimumSamplingInterval: 0,
  organizedBy: server.engine.addressSpace.rootFolder.objects,
}));
for (const variable of variables) { variable.setValueFromSource(new Variant({ dataType: DataType.Double, value: 0 })); }
await server.start();
const address = `opc.tcp://127.0.0.1:${server.endpoints[0].port}/bench`;
process.stdout.write(`${JSON.stringify({ address, namespace: space.namespaceUri, names })}\n`);
while (!existsSync(join(folder, "go"))) { await new Promise((resolve) => setTimeout(resolve, 50)); }
setInterval(() => {
  const value = Date.now() / 1000;
  for (const variable of variables) {
    variable.setValueFromSource(new Variant({ dataType: DataType.Double, value }), StatusCodes.Good, new Date());
  }
}, 1000 / Number(rate));
