// History: raw values, at instants, aggregates.
import {
  AggregateFunction, HistoryReadRequest, ReadAtTimeDetails, ReadProcessedDetails, ReadRawModifiedDetails, TimestampsToReturn, coerceNodeId,
} from "node-opcua";
import { MIXER, OVEN, assert } from "./harness.mjs";

const PATH = `${OVEN}/temperature`;

async function ask(peer, details, more = {}, nodes = [PATH]) {
  const request = new HistoryReadRequest({
    historyReadDetails: details, timestampsToReturn: TimestampsToReturn.Source,
    nodesToRead: nodes.map((path) => ({ nodeId: typeof path === "string" ? peer.id(path) : path, ...more })), ...("release" in more ? { releaseContinuationPoints: true } : {}),
  });
  return (await peer.perform(request)).results;
}

async function recent(peer) {
  const value = await peer.read(PATH);
  const end = value.sourceTimestamp;
  return [new Date(end.getTime() - 300000), end];
}

const raw = (startTime, endTime, numValuesPerNode = 0, returnBounds = false, isReadModified = false) => new ReadRawModifiedDetails({
  isReadModified, startTime, endTime, numValuesPerNode, returnBounds,
});
const stamps = (result) => result.historyData.dataValues.map((each) => each.sourceTimestamp.getTime());

export const checks = [
  ["HA Read Raw", "a window comes in pages with continuation points, whole and in order", async (peer) => {
    const [start, end] = await recent(peer);
    const [whole] = await ask(peer, raw(start, end));
    assert.ok(whole.historyData.dataValues.length >= 10, `${whole.historyData.dataValues.length} values`);
    const times = stamps(whole);
    assert.deepEqual(times, [...times].sort((a, b) => a - b));
    assert.ok(times.every((time) => time >= start.getTime() && time < end.getTime()));
    let [page] = await ask(peer, raw(start, end, 4));
    const paged = [...stamps(page)];
    while (page.continuationPoint?.length > 0) {
      [page] = await ask(peer, raw(start, end, 4), { continuationPoint: page.continuationPoint });
      assert.ok(page.historyData.dataValues.length <= 4);
      paged.push(...stamps(page));
    }
    assert.deepEqual(paged, times);
  }],
  ["HA Read Raw", "backwards, from one end only, and without enough to go by", async (peer) => {
    const [start, end] = await recent(peer);
    const [forward] = await ask(peer, raw(start, end));
    const [backward] = await ask(peer, raw(end, start));
    const inner = (result) => stamps(result).filter((time) => time > start.getTime() && time < end.getTime());
    assert.deepEqual(inner(backward).reverse(), inner(forward));
    assert.equal((await ask(peer, raw(start, undefined, 3)))[0].historyData.dataValues.length, 3);
    assert.equal((await ask(peer, raw(undefined, end, 3)))[0].historyData.dataValues.length, 3);
    assert.equal((await ask(peer, raw(start, undefined)))[0].statusCode.name, "BadHistoryOperationInvalid");
  }],
  ["HA Read Raw Bounds", "bounds are the values around the window, or say that there are none", async (peer) => {
    const [start, end] = await recent(peer);
    const from = new Date(start.getTime() + 37500), to = new Date(start.getTime() + 130500);
    const [bounded] = await ask(peer, raw(from, to, 0, true));
    const times = stamps(bounded);
    assert.ok(times[0] <= from.getTime() && times.at(-1) >= to.getTime());
    const [before] = await ask(peer, raw(new Date("2001-01-01"), new Date("2001-01-02"), 0, true));
    assert.equal(before.historyData.dataValues[0].statusCode.name, "BadBoundNotFound");
  }],
  ["HA Read Raw", "an empty window has no data; continuation points are good once and can be released", async (peer) => {
    const [start, end] = await recent(peer);
    const [nothing] = await ask(peer, raw(new Date("2001-01-01"), new Date("2001-01-02")));
    assert.equal(nothing.statusCode.name, "GoodNoData");
    const [page] = await ask(peer, raw(start, end, 2));
    const again = { continuationPoint: page.continuationPoint };
    await ask(peer, raw(start, end, 2), again);
    assert.equal((await ask(peer, raw(start, end, 2), again))[0].statusCode.name, "BadContinuationPointInvalid");
  }],
  ["HA Read Modified", "modified values are not kept, and that is said", async (peer) => {
    const [start, end] = await recent(peer);
    assert.equal((await ask(peer, raw(start, end, 0, false, true)))[0].statusCode.name, "BadHistoryOperationUnsupported");
  }],
  ["HA Read At Time", "values at instants, interpolated between samples", async (peer) => {
    const [start] = await recent(peer);
    const reqTimes = [0, 10500, 20500].map((offset) => new Date(start.getTime() + offset));
    const [result] = await ask(peer, new ReadAtTimeDetails({ reqTimes, useSimpleBounds: true }));
    assert.deepEqual(stamps(result), reqTimes.map((each) => each.getTime()));
    assert.ok(result.historyData.dataValues.every((each) => each.statusCode.isGoodish() || each.statusCode.name.startsWith("Uncertain")));
  }],
  ...["Average", "Minimum", "Maximum", "Count", "TimeAverage", "Delta", "Interpolative", "StandardDeviationSample", "PercentGood"].map((name) => [
    "HA Read Processed", `the aggregate ${name} over intervals`, async (peer) => {
      const [start] = await recent(peer);
      const endTime = new Date(start.getTime() + 240000);
      const details = new ReadProcessedDetails({ startTime: start, endTime, processingInterval: 60000, aggregateType: [coerceNodeId(AggregateFunction[name])], aggregateConfiguration: { useServerCapabilitiesDefaults: true } });
      const [result] = await ask(peer, details);
      assert.equal(result.statusCode.name, "Good");
      assert.deepEqual(stamps(result), [0, 60000, 120000, 180000].map((offset) => start.getTime() + offset));
      const [samples] = await ask(peer, raw(start, new Date(start.getTime() + 60000)));
      const values = samples.historyData.dataValues.map((each) => each.value.value);
      const first = result.historyData.dataValues[0].value.value;
      const near = (expected) => assert.ok(Math.abs(first - expected) < 1e-9 * Math.max(1, Math.abs(expected)), `${first} and not ${expected}`);
      if (name === "Average") { near(values.reduce((sum, each) => sum + each, 0) / values.length); }
      if (name === "Minimum") { near(Math.min(...values)); }
      if (name === "Maximum") { near(Math.max(...values)); }
      if (name === "Count") { near(values.length); }
      if (name === "Delta") { near(values.at(-1) - values[0]); }
      if (name === "PercentGood") { near(100); }
    },
  ]),
  ["HA Read Processed", "other aggregates, lists of another length and endless requests are refused", async (peer) => {
    const [start, end] = await recent(peer);
    const processed = (more) => new ReadProcessedDetails({ startTime: start, endTime: end, processingInterval: 1000, aggregateType: [coerceNodeId("i=2342")], aggregateConfiguration: { useServerCapabilitiesDefaults: true }, ...more });
    assert.equal((await ask(peer, processed({ aggregateType: [coerceNodeId("i=2364")] })))[0].statusCode.name, "BadAggregateNotSupported");
    assert.equal((await ask(peer, processed({ aggregateType: [] })))[0].statusCode.name, "BadAggregateListMismatch");
    assert.equal((await ask(peer, processed({ startTime: new Date("1990-01-01"), processingInterval: 1 })))[0].statusCode.name, "BadTooManyOperations");
    assert.equal((await ask(peer, processed({ endTime: start })))[0].statusCode.name, "BadInvalidArgument");
  }],
  ["HA Read Raw", "profiles, texts and counters have a history, other nodes have none", async (peer) => {
    const [start, end] = await recent(peer);
    const results = await ask(peer, raw(start, end), {}, [`${OVEN}/temperatures`, `${MIXER}/recipe`, `${MIXER}/activity`, "Simulator/lag", `${OVEN}/nothing`]);
    assert.deepEqual(results.slice(3).map((each) => each.statusCode.name), ["BadHistoryOperationUnsupported", "BadNodeIdUnknown"]);
    assert.ok(Array.from(results[0].historyData.dataValues[0].value.value).length > 3);
  }],
  ["HA Capabilities", "what history can do is published", async (peer) => {
    for (const [id, expected] of [["i=11193", true], ["i=11242", true], ["i=11196", false]]) {
      assert.equal((await peer.read(coerceNodeId(id))).value.value, expected, id);
    }
    const listed = await peer.session.browse({ nodeId: "i=11201", resultMask: 63 });
    assert.ok(listed.references.filter((each) => each.isForward).length >= 9);
  }],
];
