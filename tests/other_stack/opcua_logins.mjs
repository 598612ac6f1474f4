// A client of another stack that logs in, one case after the other, and prints how each went as one JSON object.
// node opcua_logins.mjs ENDPOINT CASES.json FOLDER
import { readFileSync } from "node:fs";
import {
  AttributeIds, DataType, MessageSecurityMode, OPCUACertificateManager, OPCUAClient, SecurityPolicy, UserTokenType,
} from "node-opcua";

const [endpoint, file, folder] = process.argv.slice(2);
const manager = new OPCUACertificateManager({ rootFolder: folder, automaticallyAcceptUnknownCertificate: true });
await manager.initialize();

function identity(login) {
  if (login.userCertificate) {
    return {
      type: UserTokenType.Certificate, certificateData: readFileSync(login.userCertificate),
      privateKey: readFileSync(login.userKey, "ascii"),
    };
  }
  return login.user
    ? { type: UserTokenType.UserName, userName: login.user, password: login.password }
    : { type: UserTokenType.Anonymous };
}

async function attempt(login) {
  const client = OPCUAClient.create({
    applicationUri: login.uri, certificateFile: login.certificate, privateKeyFile: login.key,
    clientCertificateManager: manager, securityMode: MessageSecurityMode[login.mode],
    securityPolicy: SecurityPolicy[login.policy], endpointMustExist: false, connectionStrategy: { maxRetry: 0 },
    transportTimeout: 20000,
  });
  const said = [];
  client.on("connection_failed", (error) => said.push(error.message));
  try {
    await client.connect(endpoint);
    const session = await client.createSession(identity(login));
    const clock = await session.read({ nodeId: "i=2258", attributeId: AttributeIds.Value });
    const write = login.write && await session.write({
      nodeId: login.write, attributeId: AttributeIds.Value,
      value: { value: { dataType: DataType.Double, value: 225 } },
    });
    await session.close();
    return { outcome: clock.statusCode.name, write: write ? write.name : null };
  } catch (error) {
    return { outcome: "refused", why: [error.message, ...said].join(" ") };
  } finally {
    await client.disconnect().catch(() => undefined);
  }
}

const report = {};
for (const login of JSON.parse(readFileSync(file, "utf-8"))) {
  report[login.name] = await attempt(login);
}
console.log(JSON.stringify(report));
process.exit(0);
