// A client of another stack: looks at a Rajola server as an integrator would and prints what it found as one JSON object.
// node opcua_client.mjs ENDPOINT ROOT SET_POINT STATION FAULT
import {
  AttributeIds, BrowseDirection, ClientMonitoredItem, DataType, NodeClass, OPCUAClient, StatusCodes, TimestampsToReturn,
  Variant, VariantArrayType,
} from "node-opcua";

const [endpoint, root, setPointPath, station, fault] = process.argv.slice(2);
const client = OPCUAClient.create({ endpointMustExist: true, connectionStrategy: { maxRetry: 0 } });
const report = { variables: [], nulls: [], mismatches: [], paths: [], moved: 0 };

async function browse(session, nodeId) {
  let result = await session.browse({
    nodeId, browseDirection: BrowseDirection.Forward, referenceTypeId: "HierarchicalReferences", includeSubtypes: true,
    resultMask: 63,
  });
  const references = [...result.references];
  while (result.continuationPoint && result.continuationPoint.length > 0) {
    result = await session.browseNext(result.continuationPoint, false);
    references.push(...result.references);
  }
  return references;
}

async function builtInType(session, nodeId) {
  const [dataType, rank] = await session.read([
    { nodeId, attributeId: AttributeIds.DataType }, { nodeId, attributeId: AttributeIds.ValueRank },
  ]);
  const id = dataType.value.value;
  if (id.namespace === 0 && id.value <= DataType.DiagnosticInfo) {
    return [id.value, rank.value.value];
  }
  return [await session.getBuiltInDataType(nodeId), rank.value.value];
}

async function look(session, nodeId, path) {
  for (const reference of await browse(session, nodeId)) {
    const here = `${path}/${reference.browseName.name}`;
    report.paths.push(here);
    if (reference.nodeClass === NodeClass.Variable) {
      const value = await session.read({ nodeId: reference.nodeId, attributeId: AttributeIds.Value });
      const [expected, rank] = await builtInType(session, reference.nodeId);
      report.variables.push(here);
      if (value.value.value === null || value.value.value === undefined || value.value.dataType === DataType.Null) {
        report.nulls.push(here);
      }
      const isArray = value.value.arrayType !== VariantArrayType.Scalar;
      if (value.value.dataType !== expected || isArray !== rank >= 0) {
        report.mismatches.push(`${here}: ${DataType[value.value.dataType]} instead of ${DataType[expected]}`);
      }
    }
    await look(session, reference.nodeId, here);
  }
}

async function subscribe(session, nodeIds) {
  const subscription = await session.createSubscription2({
    requestedPublishingInterval: 100, requestedLifetimeCount: 100, requestedMaxKeepAliveCount: 10,
    maxNotificationsPerPublish: 0, publishingEnabled: true, priority: 1,
  });
  const seen = new Map();
  for (const nodeId of nodeIds) {
    const item = ClientMonitoredItem.create(
      subscription, { nodeId, attributeId: AttributeIds.Value },
      { samplingInterval: 100, discardOldest: true, queueSize: 10 }, TimestampsToReturn.Both,
    );
    item.on("changed", (value) => {
      const key = nodeId.toString();
      seen.set(key, (seen.get(key) ?? new Set()).add(JSON.stringify(value.value.value)));
    });
  }
  for (let wait = 0; wait < 100 && ![...seen.values()].some((values) => values.size >= 3); wait += 1) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  report.moved = [...seen.values()].filter((values) => values.size >= 3).length;
  await subscription.terminate();
}

async function write(session, nodeId, value) {
  const status = await session.write({ nodeId, attributeId: AttributeIds.Value, value: { value } });
  return status.name;
}

async function writes(session, nodeId) {
  const range = (await session.browse({ nodeId, referenceTypeId: "HasProperty", resultMask: 63 })).references
    .find((reference) => reference.browseName.name === "EURange");
  const { low, high } = (await session.read({ nodeId: range.nodeId, attributeId: AttributeIds.Value })).value.value;
  const middle = (low + high) / 2;
  const double = (value) => new Variant({ dataType: DataType.Double, value });
  report.inRange = await write(session, nodeId, double(middle));
  report.readBack = (await session.read({ nodeId, attributeId: AttributeIds.Value })).value.value === middle;
  report.aboveRange = await write(session, nodeId, double(high + 1));
  report.wrongType = await write(session, nodeId, new Variant({ dataType: DataType.Int32, value: Math.round(middle) }));
  report.stillThere = (await session.read({ nodeId, attributeId: AttributeIds.Value })).value.value === middle;
}

async function calls(session, namespace) {
  const objectId = `ns=${namespace};s=Simulator`;
  const text = (value) => ({ dataType: DataType.String, value });
  const double = (value) => ({ dataType: DataType.Double, value });
  const call = async (method, inputArguments = []) => {
    const result = await session.call({ objectId, methodId: `ns=${namespace};s=Simulator/${method}`, inputArguments });
    return result.statusCode.name;
  };
  const running = async () => {
    const nodeId = `ns=${namespace};s=Simulator/running`;
    return (await session.read({ nodeId, attributeId: AttributeIds.Value })).value.value;
  };
  report.calls = {
    pause: await call("pause"), paused: !(await running()), resume: await call("resume"), resumed: await running(),
    missing: await call("set_speed"), wrong: await call("set_speed", [text("fast")]), speed: await call("set_speed", [double(2)]),
    inject: await call("inject_fault", [text(station), text(fault), double(0), double(1)]),
    clear: await call("clear_fault", [text(station), text(fault)]), back: await call("set_speed", [double(1)]),
  };
}

try {
  await client.connect(endpoint);
  const session = await client.createSession();
  session.requestedMaxReferencesPerNode = 2; // the rest must come by BrowseNext
  const namespaces = await session.readNamespaceArray();
  const namespace = namespaces.indexOf("urn:rajola:line:1");
  await look(session, `ns=${namespace};s=${root}`, root);
  await look(session, "ns=0;i=2253", "Server");
  const plain = await browse(session, `ns=${namespace};s=${station}`);
  await subscribe(session, plain.map((reference) => reference.nodeId));
  await writes(session, `ns=${namespace};s=${setPointPath}`);
  await calls(session, namespace);
  const build = await session.read({ nodeId: "ns=0;i=2261", attributeId: AttributeIds.Value });
  report.product = build.value.value;
  report.state = build.statusCode === StatusCodes.Good;
  await session.close();
} finally {
  await client.disconnect();
}
process.stdout.write(`${JSON.stringify(report)}\n`);
