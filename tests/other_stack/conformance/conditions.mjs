// Alarms and conditions, events and audit.
import {
  AttributeIds, ContentFilterElement, DataType, ElementOperand, FilterOperator, HistoryReadRequest, LocalizedText, Variant, coerceNodeId,
} from "node-opcua";
import { DOOR, MIXER, OVEN, ROOT, SET_POINT, assert, double, literal, operand, select } from "./harness.mjs";

export const FIELDS = [
  "EventId", "EventType", "SourceName", "Message", "Severity", "ConditionName", "Retain", "ActiveState/Id", "AckedState/Id",
  "ConfirmedState/Id", "EnabledState/Id", "ShelvingState/CurrentState", "Comment", "Time", "ClientUserId", "LatchedState/Id", "Quality",
];
const SERVER = coerceNodeId("i=2253");
const element = (filterOperator, ...filterOperands) => new ContentFilterElement({ filterOperator, filterOperands });
const ofType = (id) => element(FilterOperator.OfType, literal(DataType.NodeId, coerceNodeId(id)));
const CONDITIONS = [ofType("i=2782")];
const comment = (text) => new Variant({ dataType: DataType.LocalizedText, value: new LocalizedText({ text, locale: "en" }) });
const eventId = (value) => new Variant({ dataType: DataType.ByteString, value });
const ofDoor = (event) => event.ConditionName === "OVN-200";

async function listen(peer, nodes, where = CONDITIONS, more = {}) {
  const flow = await peer.subscribe();
  const results = await flow.monitor(nodes.map((path) => ({ path, attributeId: AttributeIds.EventNotifier, filter: select(FIELDS, where), ...more })));
  assert.deepEqual(results.map((each) => each.statusCode.name), nodes.map(() => "Good"));
  flow.items = results.map((each) => each.monitoredItemId);
  return flow;
}

async function until(flow, wanted) {
  const found = await flow.events((events) => events.some(wanted), FIELDS);
  const event = found.find(wanted);
  assert.ok(event, "the event did not come");
  return event;
}

async function tidy(peer) {
  await peer.call(DOOR, `${DOOR}/Enable`);
  await peer.call(`${DOOR}/ShelvingState`, `${DOOR}/ShelvingState/Unshelve`);
  await peer.clear();
}

const withFault = (check) => async (peer, endpoint) => {
  await tidy(peer);
  try { await check(peer, endpoint); } finally { await tidy(peer); }
};

async function acknowledge(peer, methods) {
  const flow = await listen(peer, [SERVER]);
  await peer.inject();
  const raised = await until(flow, (event) => ofDoor(event) && event["ActiveState/Id"] === true);
  assert.deepEqual([raised.Retain, raised["AckedState/Id"], raised.SourceName], [true, false, "oven"]);
  const call = async (method, id, text) => (await peer.call(DOOR, method, [eventId(id), comment(text)])).statusCode.name;
  assert.equal(await call(methods.acknowledge, Buffer.from("none"), "?"), "BadEventIdUnknown");
  assert.equal(await call(methods.confirm, raised.EventId, "?"), "BadInvalidState");
  assert.equal(await call(methods.comment, raised.EventId, "seen"), "Good");
  assert.equal(await call(methods.acknowledge, raised.EventId, "on my way"), "Good");
  assert.equal(await call(methods.acknowledge, raised.EventId, "again"), "BadConditionBranchAlreadyAcked");
  const acked = await until(flow, (event) => ofDoor(event) && event["AckedState/Id"] === true);
  assert.equal(acked.Comment.text, "on my way");
  assert.equal(await call(methods.confirm, acked.EventId, "closed"), "Good");
  assert.equal(await call(methods.confirm, acked.EventId, "closed"), "BadConditionBranchAlreadyConfirmed");
  // The operator comes, and the plant recovers.
  const over = await until(flow, (event) => ofDoor(event) && event["ActiveState/Id"] === false);
  assert.equal(over.Retain, false);
  await flow.delete();
}

export const checks = [
  ["A and C Basic", "an injected fault is heard at the machine, the line and the Server object", withFault(async (peer) => {
    const flow = await listen(peer, [peer.id(OVEN), peer.id(`${ROOT}/baking/line-1`), SERVER, peer.id(MIXER)]);
    await peer.inject();
    const found = (await flow.events((events) => events.filter(ofDoor).length >= 3, FIELDS)).filter(ofDoor);
    assert.deepEqual(found.map((each) => each.handle).sort(), [1, 2, 3]);
    assert.equal(new Set(found.map((each) => each.EventId.toString("hex"))).size, 1);
    await flow.delete();
  })],
  ["A and C Acknowledge", "acknowledged on the instance's methods, the plant recovers", withFault((peer) => acknowledge(peer, { acknowledge: `${DOOR}/Acknowledge`, confirm: `${DOOR}/Confirm`, comment: `${DOOR}/AddComment` }))],
  ["A and C Acknowledge", "acknowledged on the type's methods, the plant recovers", withFault((peer) => acknowledge(peer, { acknowledge: "i=9111", confirm: "i=9113", comment: "i=9029" }))],
  ["A and C Instances", "every alarm is an instance under its machine, whose variables can be read", withFault(async (peer) => {
    const browsed = await peer.session.browse({ nodeId: peer.id(OVEN), referenceTypeId: "HasCondition", resultMask: 63 });
    assert.ok(browsed.references.some((each) => each.nodeId.value === DOOR));
    await peer.inject();
    for (let wait = 0; wait < 50 && (await peer.value(`${DOOR}/ActiveState/Id`)) !== true; wait += 1) { await new Promise((resolve) => setTimeout(resolve, 100)); }
    assert.equal(await peer.value(`${DOOR}/ActiveState/Id`), true);
    assert.equal((await peer.value(`${DOOR}/ActiveState`)).text, "Active");
    assert.equal(await peer.value(`${DOOR}/Severity`), 700);
  })],
  ["A and C Shelving", "timed shelving ends in plant time, one shot shelving is undone", withFault(async (peer) => {
    const flow = await listen(peer, [peer.id(OVEN)]);
    await peer.inject();
    const shelving = `${DOOR}/ShelvingState`;
    const call = async (method, given = []) => (await peer.call(shelving, `${shelving}/${method}`, given)).statusCode.name;
    assert.equal(await call("Unshelve"), "BadConditionNotShelved");
    assert.equal(await call("TimedShelve", [double(-1)]), "BadShelvingTimeOutOfRange");
    assert.equal(await call("TimedShelve", [double(60000)]), "Good");
    assert.equal(await call("OneShotShelve"), "BadConditionAlreadyShelved");
    await until(flow, (event) => ofDoor(event) && event["ShelvingState/CurrentState"].text === "Timed shelved");
    await until(flow, (event) => ofDoor(event) && event["ShelvingState/CurrentState"].text === "Unshelved");
    assert.equal(await call("OneShotShelve"), "Good");
    await until(flow, (event) => ofDoor(event) && event["ShelvingState/CurrentState"].text === "One shot shelved");
    assert.equal((await peer.call(DOOR, "i=2947")).statusCode.name, "Good");
    await flow.delete();
  })],
  ["A and C Enable", "a disabled condition is not retained, takes no method, and reads as disabled", withFault(async (peer) => {
    const flow = await listen(peer, [peer.id(OVEN)]);
    await peer.inject();
    await until(flow, ofDoor);
    assert.equal((await peer.call(DOOR, `${DOOR}/Disable`)).statusCode.name, "Good");
    const disabled = await until(flow, (event) => ofDoor(event) && event["EnabledState/Id"] === false);
    assert.equal(disabled.Retain, false);
    assert.equal((await peer.call(DOOR, "i=9028")).statusCode.name, "BadConditionAlreadyDisabled");
    assert.equal((await peer.call(DOOR, `${DOOR}/Acknowledge`, [eventId(disabled.EventId), comment("?")])).statusCode.name, "BadConditionDisabled");
    assert.equal((await peer.read(`${DOOR}/AckedState/Id`)).statusCode.name, "BadConditionDisabled");
    assert.equal((await peer.call(DOOR, "i=9027")).statusCode.name, "Good");
    assert.equal((await until(flow, (event) => ofDoor(event) && event["EnabledState/Id"] === true)).Retain, true);
    assert.equal((await peer.call(DOOR, `${DOOR}/Enable`)).statusCode.name, "BadConditionAlreadyEnabled");
    await flow.delete();
  })],
  ["A and C Refresh and Refresh2", "what is retained is told between two marks, to all items or to one", withFault(async (peer) => {
    await peer.inject();
    await new Promise((resolve) => setTimeout(resolve, 700));
    const flow = await listen(peer, [SERVER, peer.id(OVEN)]);
    const id = { dataType: DataType.UInt32, value: flow.id };
    assert.equal((await peer.call("i=2782", "i=3875", [id])).statusCode.name, "Good");
    const isEnd = (event) => event.EventType.value === 2788;
    const found = await flow.events((events) => events.filter(isEnd).length === 2, FIELDS);
    for (const handle of [1, 2]) {
      const mine = found.filter((event) => event.handle === handle);
      assert.equal(mine[0].EventType.value, 2787);
      assert.ok(mine.some(ofDoor));
      assert.ok(isEnd(mine.at(-1)));
    }
    assert.equal((await peer.call("i=2782", "i=12912", [id, { dataType: DataType.UInt32, value: flow.items[1] }])).statusCode.name, "Good");
    const second = await flow.events((events) => events.some(isEnd), FIELDS);
    assert.deepEqual([...new Set(second.map((event) => event.handle))], [2]);
    assert.equal((await peer.call("i=2782", "i=3875", [{ dataType: DataType.UInt32, value: 424242 }])).statusCode.name, "BadSubscriptionIdInvalid");
    await flow.delete();
  })],
  ["Monitor Events Filter", "where clauses: OfType with subtypes, Like, InList, Between, comparison, And, Or, Not", withFault(async (peer) => {
    const uint16 = (value) => literal(DataType.UInt16, value);
    const string = (value) => literal(DataType.String, value);
    const at = (index) => new ElementOperand({ index });
    const clauses = [
      [[ofType("i=2041")], true], [[ofType("i=2052")], false],
      [[element(FilterOperator.Like, operand("ConditionName"), string("OVN-[12]%"))], true],
      [[element(FilterOperator.Like, operand("ConditionName"), string("OVN-2_"))], false],
      [[element(FilterOperator.InList, operand("ConditionName"), string("X"), string("OVN-200"))], true],
      [[element(FilterOperator.Between, operand("Severity"), uint16(600), uint16(700))], true],
      [[element(FilterOperator.LessThan, operand("Severity"), uint16(600))], false],
      [[element(FilterOperator.And, at(1), at(2)), ...CONDITIONS, element(FilterOperator.Not, at(3)), element(FilterOperator.Equals, operand("SourceName"), string("mixer"))], true],
      [[element(FilterOperator.Or, at(1), at(2)), element(FilterOperator.IsNull, operand("SourceName")), element(FilterOperator.GreaterThanOrEqual, operand("Severity"), uint16(700))], true],
    ];
    const flow = await peer.subscribe();
    const items = clauses.map(([where], index) => ({ path: peer.id(OVEN), attributeId: AttributeIds.EventNotifier, handle: index, filter: select(FIELDS, where) }));
    const results = await flow.monitor(items);
    assert.deepEqual(results.map((each) => each.statusCode.name), clauses.map(() => "Good"));
    await peer.inject();
    const expected = clauses.map(([, heard], index) => (heard ? index : -1)).filter((index) => index >= 0);
    const found = await flow.events((events) => new Set(events.filter(ofDoor).map((each) => each.handle)).size >= expected.length, FIELDS, 6000);
    assert.deepEqual([...new Set(found.filter(ofDoor).map((each) => each.handle))].sort((a, b) => a - b), expected);
    await flow.delete();
  })],
  ["Monitor Events Filter Validation", "clauses that cannot be used are named one by one when the item is created", async (peer) => {
    const flow = await peer.subscribe();
    const create = async (fields, where = []) => (await flow.monitor([{ path: SERVER, attributeId: AttributeIds.EventNotifier, filter: select(fields, where) }]))[0];
    const partly = await create(["EventId", "NoSuchField"]);
    assert.equal(partly.statusCode.name, "Good");
    assert.deepEqual(partly.filterResult.selectClauseResults.map((each) => each.name), ["Good", "BadNodeIdUnknown"]);
    const refused = await create(["EventId"], [element(FilterOperator.Equals, operand("Severity"))]);
    assert.equal(refused.statusCode.name, "BadEventFilterInvalid");
    assert.equal(refused.filterResult.whereClauseResult.elementResults[0].statusCode.name, "BadFilterOperandCountMismatch");
    const round = await create(["EventId"], [element(FilterOperator.Not, new ElementOperand({ index: 0 }))]);
    assert.equal(round.filterResult.whereClauseResult.elementResults[0].statusCode.name, "BadFilterOperandInvalid");
    const [none] = await flow.monitor([{ path: SERVER, attributeId: AttributeIds.EventNotifier }]);
    assert.equal(none.statusCode.name, "BadEventFilterInvalid");
    await flow.delete();
  }],
  ["Monitor Event Queue Overflow", "a full queue says that events were lost", withFault(async (peer) => {
    const flow = await listen(peer, [peer.id(OVEN)], CONDITIONS, { queue: 2 });
    await peer.session.setPublishingMode(false, [flow.id]);
    await peer.inject();
    for (let turn = 0; turn < 3; turn += 1) {
      await peer.call(`${DOOR}/ShelvingState`, `${DOOR}/ShelvingState/OneShotShelve`);
      await peer.call(`${DOOR}/ShelvingState`, `${DOOR}/ShelvingState/Unshelve`);
    }
    await peer.session.setPublishingMode(true, [flow.id]);
    const found = await flow.events((events) => events.length > 0, FIELDS);
    assert.equal(found[0].EventType.value, 3035);
    await flow.delete();
  })],
  ["Auditing Base", "writes and calls are told to who may know, with user and outcome", withFault(async (peer) => {
    const fields = ["EventType", "Status", "ClientUserId", "SourceNode", "NewValue", "MethodId"];
    const flow = await peer.subscribe();
    await flow.monitor([{ path: SERVER, attributeId: AttributeIds.EventNotifier, filter: select(fields, [ofType("i=2052")]) }]);
    await peer.write(SET_POINT, double(233));
    await peer.write(SET_POINT, double(9999));
    await peer.call(DOOR, `${DOOR}/Disable`);
    const found = await flow.events((events) => events.length >= 3, fields);
    assert.deepEqual(found.slice(0, 2).map((each) => [each.EventType.value, each.Status, each.NewValue]), [[2100, true, 233], [2100, false, 9999]]);
    assert.equal(found[2].EventType.value, 2803);
    assert.ok(found[0].ClientUserId.length > 0);
    await flow.delete();
  })],
  ["HA Read Events", "events that are over are read from history, filtered and in pages", withFault(async (peer) => {
    const { ReadEventDetails } = await import("node-opcua");
    await peer.inject();
    await new Promise((resolve) => setTimeout(resolve, 700));
    const ask = async (node, more = {}, continuationPoint = undefined) => {
      const details = new ReadEventDetails({ numValuesPerNode: 0, startTime: new Date("2000-01-01"), endTime: new Date("2100-01-01"), filter: select(FIELDS, CONDITIONS), ...more });
      const request = new HistoryReadRequest({ historyReadDetails: details, timestampsToReturn: 0, nodesToRead: [{ nodeId: node, continuationPoint }] });
      return (await peer.perform(request)).results[0];
    };
    const result = await ask(peer.id(OVEN));
    assert.equal(result.statusCode.name, "Good");
    const names = result.historyData.events.map((each) => each.eventFields[FIELDS.indexOf("ConditionName")].value);
    assert.ok(names.includes("OVN-200"));
    const page = await ask(SERVER, { numValuesPerNode: 1 });
    assert.equal(page.historyData.events.length, 1);
    assert.ok(page.continuationPoint?.length > 0);
    const following = await ask(SERVER, { numValuesPerNode: 1 }, page.continuationPoint);
    assert.equal(following.historyData.events.length, 1);
  })],
];
