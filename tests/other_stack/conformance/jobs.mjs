// ISA-95 job control of a tile line: structures as arguments, what the line makes of them, and how it refuses.
import { AttributeIds, DataType, NodeClass, Variant, VariantArrayType, coerceNodeId } from "node-opcua";
import { assert, pause } from "./harness.mjs";

const LINE = "porcelain-600/castello";
const CONTROL = `${LINE}/JobManagement/JobOrderControl`;
const RESULTS = `${LINE}/JobManagement/JobOrderResults`;
const PRESS = `${LINE}/forming/line-1/press`;
const ISA95 = "http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/";
const NO_ERROR = 1, UNKNOWN = 2, STATUS = 8, NOT_ACCEPTED = 16;

const isa95 = async (peer) => (await peer.session.readNamespaceArray()).indexOf(ISA95);
const low = (value) => (Array.isArray(value) ? value[1] : value);
const noComment = new Variant({ dataType: DataType.LocalizedText, arrayType: VariantArrayType.Array, value: [] });

async function order(peer, id, product, quantity, more = {}) {
  const namespace = await isa95(peer);
  const material = { materialDefinitionID: product, quantity: `${quantity}` };
  const value = await peer.session.constructExtensionObject(
    coerceNodeId(`ns=${namespace};i=3008`), { jobOrderID: id, materialRequirements: [material], ...more },
  );
  return new Variant({ dataType: DataType.ExtensionObject, value });
}

async function command(peer, method, given) {
  const first = typeof given === "string" ? new Variant({ dataType: DataType.String, value: given }) : given;
  const result = await peer.call(CONTROL, `${CONTROL}/${method}`, [first, noComment]);
  return [result.statusCode.name, low((result.outputArguments ?? [])[0]?.value)];
}

async function response(peer, id) {
  const argument = new Variant({ dataType: DataType.String, value: id });
  const result = await peer.call(RESULTS, `${RESULTS}/RequestJobResponseByJobOrderID`, [argument]);
  return [result.outputArguments[0].value, low(result.outputArguments[1].value)];
}

const state = (answer) => answer.jobState.map((each) => each.stateText.text).join("/");

async function until(what, limit = 300_000) {
  const end = Date.now() + limit;
  for (;;) {
    const found = await what();
    if (found) { return found; }
    assert.ok(Date.now() < end, `not in ${limit} ms: ${what}`);
    await pause(100);
  }
}

const isIn = (peer, id, wanted) => until(async () => {
  const [answer] = await response(peer, id);
  return state(answer) === wanted ? answer : undefined;
});

async function another(peer) {
  const products = await peer.value(`${CONTROL}/MaterialDefinitionID`);
  const now = await peer.value(`${PRESS}/product_in_work`);
  return products.find((each) => each !== now);
}

export const checks = [
  ["ISA-95 Job Order Receiver V2", "types stand under their official numbers, and structures can be read", async (peer) => {
    const namespace = await isa95(peer);
    assert.ok(namespace > 0);
    for (const [number, name, nodeClass] of [
      [1002, "ISA95JobOrderReceiverObjectType", NodeClass.ObjectType], [3008, "ISA95JobOrderDataType", NodeClass.DataType],
      [1003, "ISA95JobResponseProviderObjectType", NodeClass.ObjectType], [7001, "Store", NodeClass.Method],
    ]) {
      const nodeId = coerceNodeId(`ns=${namespace};i=${number}`);
      assert.equal((await peer.session.read({ nodeId, attributeId: AttributeIds.BrowseName })).value.value.name, name);
      assert.equal((await peer.session.read({ nodeId, attributeId: AttributeIds.NodeClass })).value.value, nodeClass);
    }
    assert.ok((await peer.value(`${CONTROL}/MaxDownloadableJobOrders`)) >= 1);
    assert.deepEqual([...(await peer.value(`${CONTROL}/JobOrderList`))], []);
  }],
  ["ISA-95 Job Order Receiver V2", "a stored job waits, is listed, started, revoked, changed and cancelled", async (peer) => {
    const product = await another(peer);
    assert.deepEqual(await command(peer, "Store", await order(peer, "W-1", product, 120)), ["Good", NO_ERROR]);
    assert.equal(state((await response(peer, "W-1"))[0]), "NotAllowedToStart/Ready");
    assert.deepEqual(await command(peer, "Start", "W-1"), ["Good", NO_ERROR]);
    assert.equal(state((await response(peer, "W-1"))[0]), "AllowedToStart/Ready");
    assert.deepEqual(await command(peer, "RevokeStart", "W-1"), ["Good", NO_ERROR]);
    assert.deepEqual(await command(peer, "Update", await order(peer, "W-1", product, 80, { priority: 7 })), ["Good", NO_ERROR]);
    const [listed] = await peer.value(`${CONTROL}/JobOrderList`);
    assert.equal(listed.jobOrder.materialRequirements[0].quantity, "80");
    assert.equal(listed.jobOrder.priority, 7);
    assert.deepEqual(await command(peer, "Cancel", "W-1"), ["Good", NO_ERROR]);
    assert.equal((await response(peer, "W-1"))[1], UNKNOWN);
  }],
  ["ISA-95 Job Order Receiver V2", "what cannot be done is refused with the bits of ReturnStatus", async (peer) => {
    const product = await another(peer);
    assert.deepEqual(await command(peer, "Start", "nobody"), ["Uncertain", UNKNOWN]);
    assert.deepEqual(await command(peer, "Store", await order(peer, "R-1", "cement", 10)), ["Uncertain", NOT_ACCEPTED]);
    assert.deepEqual(await command(peer, "Store", await order(peer, "R-1", product, -10)), ["Uncertain", NOT_ACCEPTED]);
    assert.deepEqual(await command(peer, "Store", await order(peer, "R-1", product, "many")), ["Uncertain", NOT_ACCEPTED]);
    assert.deepEqual(await command(peer, "Store", await order(peer, "R-1", product, 10)), ["Good", NO_ERROR]);
    assert.deepEqual(await command(peer, "Store", await order(peer, "R-1", product, 10)), ["Uncertain", NOT_ACCEPTED]);
    assert.deepEqual(await command(peer, "Pause", "R-1"), ["Uncertain", STATUS]);
    assert.deepEqual(await command(peer, "Cancel", "R-1"), ["Good", NO_ERROR]);
    assert.equal((await peer.call(CONTROL, `${CONTROL}/Start`, [])).statusCode.name, "BadArgumentsMissing");
    assert.equal((await command(peer, "Store", "no structure"))[0], "BadInvalidArgument");
  }],
  ["ISA-95 Job Response Provider V2", "a started job changes product on the line with a changeover; its response tells what was made", async (peer) => {
    const product = await another(peer);
    assert.deepEqual(
      await command(peer, "StoreAndStart", await order(peer, "M-1", product, 60, { priority: 200 })), ["Good", NO_ERROR],
    );
    await isIn(peer, "M-1", "Running");
    await until(async () => (await peer.value(`${PRESS}/order_in_work`)) === "M-1");
    assert.equal(await peer.value(`${PRESS}/product_in_work`), product);
    const done = await until(async () => {
      const [answer] = await response(peer, "M-1");
      const used = (answer.jobResponseData ?? []).some((each) => each.value.value > 0);
      return state(answer).startsWith("Ended") && used ? answer : undefined;
    });
    assert.ok(done.startTime < done.endTime);
    const actual = Object.fromEntries(done.materialActuals.map((each) => [each.materialClassID, Number(each.quantity)]));
    assert.deepEqual(Object.keys(actual), ["pressed", "first", "second", "fired_scrap", "green_scrap"]);
    assert.ok(actual.pressed >= 60 && actual.pressed < 80, JSON.stringify(actual));
    assert.deepEqual(await command(peer, "Clear", "M-1"), ["Good", NO_ERROR]);
  }],
  ["ISA-95 Job Order Receiver V2", "a job is paused, goes on, and stops when it is aborted", async (peer) => {
    const product = await another(peer);
    await command(peer, "StoreAndStart", await order(peer, "A-1", product, 5000, { priority: 200 }));
    await isIn(peer, "A-1", "Running");
    assert.deepEqual(await command(peer, "Pause", "A-1"), ["Good", NO_ERROR]);
    assert.equal(state((await response(peer, "A-1"))[0]), "Interrupted/Suspended");
    await until(async () => (await peer.value(`${PRESS}/order_in_work`)) !== "A-1");
    assert.deepEqual(await command(peer, "Resume", "A-1"), ["Good", NO_ERROR]);
    await isIn(peer, "A-1", "Running");
    assert.deepEqual(await command(peer, "Abort", "A-1"), ["Good", NO_ERROR]);
    assert.equal(state((await response(peer, "A-1"))[0]), "Aborted");
    await until(async () => (await peer.value(`${PRESS}/order_in_work`)) !== "A-1");
    assert.deepEqual(await command(peer, "Resume", "A-1"), ["Uncertain", STATUS]);
    assert.deepEqual(await command(peer, "Clear", "A-1"), ["Good", NO_ERROR]);
  }],
];
