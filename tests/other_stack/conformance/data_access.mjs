// Reading, writing, browsing, subscriptions and monitored items.
import {
  AttributeIds, BrowseDirection, BrowseNextRequest, BrowseRequest, DataChangeFilter, DataChangeTrigger, DataType, DeadbandType,
  MonitoringMode, ReadRequest, SetTriggeringRequest, TimestampsToReturn, TransferSubscriptionsRequest, coerceNodeId,
} from "node-opcua";
import { MIXER, OVEN, ROOT, SET_POINT, assert, connect, double, pause } from "./harness.mjs";

const PROFILE = `${OVEN}/temperatures`;
const numbers = (changes, handle) => changes.filter((each) => each.handle === handle).map((each) => each.value.value.value);
const deadband = (deadbandType, deadbandValue) => new DataChangeFilter({
  trigger: DataChangeTrigger.StatusValue, deadbandType, deadbandValue,
});

async function writeAll(peer, values) {
  for (const value of values) { assert.equal(await peer.write(SET_POINT, double(value)), "Good"); }
}

export const checks = [
  ["Attribute Read", "a part of an array is read by its index range", async (peer) => {
    const whole = Array.from(await peer.value(PROFILE));
    const part = await peer.read(PROFILE, { indexRange: "1:2" });
    assert.equal(Array.from(part.value.value).length, 2);
    assert.ok(whole.length > 3);
    assert.equal((await peer.read(PROFILE, { indexRange: "99" })).statusCode.name, "BadIndexRangeNoData");
    const [bad] = await peer.readRaw([{ nodeId: peer.id(`${MIXER}/recipe`), attributeId: 13, indexRange: "3:1" }]).catch(() => [null]);
    assert.ok(bad === null || bad.statusCode.name === "BadIndexRangeInvalid");
  }],
  ["Attribute Read", "values carry the time stamps that are asked for", async (peer) => {
    const item = [{ nodeId: peer.id(SET_POINT), attributeId: AttributeIds.Value }];
    const given = async (which) => {
      const [value] = await peer.readRaw(item, which);
      return [Boolean(value.sourceTimestamp), Boolean(value.serverTimestamp)];
    };
    assert.deepEqual(await given(TimestampsToReturn.Source), [true, false]);
    assert.deepEqual(await given(TimestampsToReturn.Server), [false, true]);
    assert.deepEqual(await given(TimestampsToReturn.Both), [true, true]);
    assert.deepEqual(await given(TimestampsToReturn.Neither), [false, false]);
  }],
  ["Attribute Read", "an age below zero is refused", async (peer) => {
    const request = new ReadRequest({ nodesToRead: [{ nodeId: peer.id(SET_POINT), attributeId: 13 }], maxAge: -1 });
    assert.equal(await peer.fault(request), "BadMaxAgeInvalid");
  }],
  ["Attribute Write Values", "each item has its own fate, and the set point follows", async (peer) => {
    const nodeId = peer.id(SET_POINT);
    const item = (value) => ({ nodeId, attributeId: AttributeIds.Value, value: { value } });
    const results = await peer.session.write([item(double(1000)), item(double(231)), { ...item(double(1)), nodeId: peer.id(`${OVEN}/temperature`) }]);
    assert.deepEqual(results.map((each) => each.name), ["BadOutOfRange", "Good", "BadNotWritable"]);
    assert.equal(await peer.value(SET_POINT), 231);
  }],
  ["Attribute Write Index", "a range of a scalar is refused", async (peer) => {
    assert.equal(await peer.write(SET_POINT, double(220), { indexRange: "0" }), "BadIndexRangeNoData");
  }],
  ["View Minimum Continuation Point 01", "references come in pieces, and points can be released", async (peer) => {
    const nodesToBrowse = [{ nodeId: peer.id(OVEN), browseDirection: BrowseDirection.Forward, referenceTypeId: coerceNodeId("i=33"), includeSubtypes: true, resultMask: 63 }];
    const ask = () => peer.perform(new BrowseRequest({ nodesToBrowse, requestedMaxReferencesPerNode: 2 }));
    const first = (await ask()).results[0];
    assert.equal(first.references.length, 2);
    const next = async (point, release = false) => (await peer.perform(new BrowseNextRequest({ continuationPoints: [point], releaseContinuationPoints: release }))).results[0];
    const second = await next(first.continuationPoint);
    assert.equal(second.references.length, 2);
    assert.equal((await next(second.continuationPoint, true)).statusCode.name, "Good");
    assert.equal((await next(second.continuationPoint)).statusCode.name, "BadContinuationPointInvalid");
  }],
  ["View RegisterNodes", "registered nodes are read by what was returned", async (peer) => {
    const registered = await peer.session.registerNodes([peer.id(SET_POINT)]);
    const value = await peer.session.read({ nodeId: registered[0], attributeId: AttributeIds.Value });
    assert.equal(value.statusCode.name, "Good");
    await peer.session.unregisterNodes(registered);
  }],
  ["View TranslateBrowsePath", "a path of names leads to its node", async (peer) => {
    const { makeBrowsePath } = await import("node-opcua");
    const path = makeBrowsePath(peer.id(OVEN), `/${peer.namespace}:temperature`);
    const result = await peer.session.translateBrowsePath(path);
    assert.equal(result.targets[0].targetId.value, `${OVEN}/temperature`);
  }],
  ["Base Info Locale", "texts come in the language of the session", async (peer, endpoint) => {
    const spanish = await connect(endpoint, ["es-ES", "en"]);
    const read = async (each) => (await each.session.read({ nodeId: each.id(`${OVEN}/temperature`), attributeId: AttributeIds.DisplayName })).value.value.text;
    assert.equal(await read(peer), "Temperature of the middle");
    assert.equal(await read(spanish), "Temperatura en el centro");
    const browsed = await spanish.session.browse({ nodeId: spanish.id(OVEN), resultMask: 63, referenceTypeId: "i=33", includeSubtypes: true });
    assert.ok(browsed.references.some((each) => each.displayName.text === "Temperatura en el centro"));
    await spanish.close();
  }],
  ["Subscription Basic", "intervals and counts are revised to what is kept", async (peer) => {
    const flow = await peer.subscribe({ requestedPublishingInterval: 1, requestedLifetimeCount: 1, requestedMaxKeepAliveCount: 5 });
    assert.equal(flow.terms.revisedPublishingInterval, 50);
    assert.ok(flow.terms.revisedLifetimeCount >= 3 * flow.terms.revisedMaxKeepAliveCount);
    const modified = await peer.session.modifySubscription({ subscriptionId: flow.id, requestedPublishingInterval: 200, requestedLifetimeCount: 100, requestedMaxKeepAliveCount: 7, maxNotificationsPerPublish: 0, priority: 0 });
    assert.equal(modified.revisedPublishingInterval, 200);
    await flow.delete();
  }],
  ["Subscription Basic", "an idle subscription keeps itself alive with empty messages", async (peer) => {
    const flow = await peer.subscribe({ requestedMaxKeepAliveCount: 3 });
    const first = await flow.publish();
    const began = Date.now();
    const second = await flow.publish();
    assert.equal(second.notificationMessage.notificationData.length, 0);
    assert.equal(second.notificationMessage.sequenceNumber, first.notificationMessage.sequenceNumber);
    assert.ok(Date.now() - began >= 100);
    await flow.delete();
  }],
  ["Subscription Basic", "a subscription that nobody asks for ends, and says so", async (peer) => {
    const flow = await peer.subscribe({ requestedLifetimeCount: 3, requestedMaxKeepAliveCount: 1 });
    await flow.publish();
    await pause(1500);
    const last = await flow.publish();
    assert.equal(last.notificationMessage.notificationData[0].status.name, "BadTimeout");
  }],
  ["Subscription PublishRequest Queue Overflow", "more waiting requests than are kept: the oldest is answered", async (peer) => {
    const flow = await peer.subscribe({ requestedMaxKeepAliveCount: 10000, requestedPublishingInterval: 5000 });
    const asked = Array.from({ length: 150 }, () => flow.publish().then(() => "answered", (error) => /Bad\w+/.exec(error.message)?.[0]));
    const first = await Promise.race(asked);
    assert.equal(first, "BadTooManyPublishRequests");
    await flow.delete();
    await Promise.race([Promise.all(asked), pause(1500)]);
  }],
  ["Subscription Publish Basic", "without a subscription a publish request is refused", async (endpointPeer, endpoint) => {
    const peer = await connect(endpoint);
    const { PublishRequest } = await import("node-opcua");
    assert.equal(await peer.fault(new PublishRequest({})), "BadNoSubscription");
    await peer.close();
  }],
  ["Subscription MaxNotificationsPerPublish", "a message holds no more than was asked for, and says that more wait", async (peer) => {
    const flow = await peer.subscribe({ maxNotificationsPerPublish: 2 });
    await flow.monitor(["temperature", "temperature_set_point", "activity", "finished"].map((name) => ({ path: `${OVEN}/${name}`, sampling: 1000 })).filter((each) => !each.path.endsWith("finished")));
    const response = await flow.publish();
    assert.equal(response.notificationMessage.notificationData[0].monitoredItems.length, 2);
    assert.equal(response.moreNotifications, true);
    await flow.delete();
  }],
  ["Subscription Republish", "a message that was not acknowledged is sent once more", async (peer) => {
    const flow = await peer.subscribe();
    await flow.monitor([{ path: SET_POINT }]);
    const response = await flow.publish();
    const number = response.notificationMessage.sequenceNumber;
    const again = await flow.republish(number);
    assert.equal(again.notificationMessage.sequenceNumber, number);
    assert.equal(again.notificationMessage.notificationData[0].monitoredItems[0].value.value.value, response.notificationMessage.notificationData[0].monitoredItems[0].value.value.value);
    await flow.publish();
    await assert.rejects(flow.republish(number), /BadMessageNotAvailable/);
    await flow.delete();
  }],
  ["Subscription Transfer", "another session of the same application takes a subscription over", async (peer, endpoint) => {
    const flow = await peer.subscribe();
    await flow.monitor([{ path: SET_POINT, handle: 77 }]);
    await flow.changes((found) => found.length > 0);
    const other = await connect(endpoint);
    const response = await other.perform(new TransferSubscriptionsRequest({ subscriptionIds: [flow.id], sendInitialValues: true }));
    const code = response.results[0].statusCode.name;
    // Without a certificate nobody can show that it is the same application; with one the login tests do.
    assert.ok(["Good", "BadUserAccessDenied"].includes(code), code);
    await other.close();
    await flow.delete().catch(() => null);
  }],
  ["Subscription Publish Discard Policy", "publishing can be switched off and on", async (peer) => {
    const flow = await peer.subscribe({ requestedMaxKeepAliveCount: 2 });
    await peer.session.setPublishingMode(false, [flow.id]);
    await flow.monitor([{ path: SET_POINT }]);
    assert.equal((await flow.changes((found) => found.length > 0, 600)).length, 0);
    await peer.session.setPublishingMode(true, [flow.id]);
    assert.equal((await flow.changes((found) => found.length > 0)).length, 1);
    await flow.delete();
  }],
  ["Monitor Basic", "sampling intervals and queues are revised", async (peer) => {
    const flow = await peer.subscribe({ requestedPublishingInterval: 200 });
    const results = await flow.monitor([{ path: SET_POINT, sampling: -1, queue: 0 }, { path: SET_POINT, sampling: 0, queue: 5 }, { path: SET_POINT, sampling: 700, queue: 1e6 }]);
    assert.deepEqual(results.map((each) => each.revisedSamplingInterval), [200, 50, 700]);
    assert.deepEqual(results.map((each) => each.revisedQueueSize), [1, 5, 1000]);
    await flow.delete();
  }],
  ["Monitor Items Sampling", "an item that samples slowly reports less than one that samples fast", async (peer) => {
    const flow = await peer.subscribe();
    const path = `${MIXER}/dough_temperature`;
    const filter = new DataChangeFilter({ trigger: DataChangeTrigger.StatusValueTimestamp });
    await flow.monitor([{ path, sampling: 100, filter }, { path, sampling: 1500, filter }]);
    const changes = await flow.changes(() => false, 3600);
    const [fast, slow] = [numbers(changes, 1).length, numbers(changes, 2).length];
    assert.ok(slow >= 2 && slow <= 4, `${slow} slow ones`);
    assert.ok(fast >= 2 * slow, `${fast} fast and ${slow} slow ones`);
    await flow.delete();
  }],
  ["Monitor MinQueueSize_02", "a full queue drops the oldest or the newest, and marks where", async (peer) => {
    await writeAll(peer, [200]);
    const flow = await peer.subscribe();
    await flow.monitor([{ path: SET_POINT, queue: 3 }, { path: SET_POINT, queue: 3, discardOldest: false }, { path: SET_POINT, queue: 1 }]);
    await flow.changes((found) => found.length >= 3);
    await peer.session.setPublishingMode(false, [flow.id]);
    for (const value of [201, 202, 203, 204, 205]) { await writeAll(peer, [value]); await pause(60); }
    await peer.session.setPublishingMode(true, [flow.id]);
    const changes = await flow.changes((found) => found.length >= 7);
    assert.deepEqual([numbers(changes, 1), numbers(changes, 2), numbers(changes, 3)], [[203, 204, 205], [201, 202, 205], [205]]);
    const marked = changes.filter((each) => (each.value.statusCode.value & 0x480) === 0x480).map((each) => [each.handle, each.value.value.value]);
    assert.deepEqual(marked, [[1, 203], [2, 205]]);
    await flow.delete();
  }],
  ["Monitored Items Deadband Filter", "a slow drift is reported when it leaves the band around the last value sent", async (peer) => {
    await writeAll(peer, [200]);
    const flow = await peer.subscribe();
    await flow.monitor([{ path: SET_POINT, filter: deadband(DeadbandType.Absolute, 1) }]);
    await flow.changes((found) => found.length === 1);
    for (const value of [200.4, 200.8, 201.2, 201.6, 202, 202.4]) { await writeAll(peer, [value]); await pause(60); }
    const changes = await flow.changes((found) => found.length >= 2, 1500);
    assert.deepEqual(numbers(changes, 1), [201.2, 202.4]);
    await flow.delete();
  }],
  ["Data Access PercentDeadband", "a percentage is of the range of the variable", async (peer) => {
    await writeAll(peer, [200]);
    const flow = await peer.subscribe();
    const [created] = await flow.monitor([{ path: SET_POINT, filter: deadband(DeadbandType.Percent, 10) }]);
    assert.equal(created.statusCode.name, "Good");
    await flow.changes((found) => found.length === 1);
    for (const value of [210, 217, 218]) { await writeAll(peer, [value]); await pause(60); }
    const changes = await flow.changes((found) => found.length >= 1, 1500);
    assert.deepEqual(numbers(changes, 1), [218]);
    const [refused] = await flow.monitor([{ path: "Simulator/lag", filter: deadband(DeadbandType.Percent, 10) }]);
    assert.equal(refused.statusCode.name, "BadMonitoredItemFilterUnsupported");
    await flow.delete();
  }],
  ["Monitor Value Change", "triggers on status, value and time stamp", async (peer) => {
    const flow = await peer.subscribe();
    const path = `${OVEN}/temperature`;
    const by = (trigger) => new DataChangeFilter({ trigger });
    await flow.monitor([{ path, filter: by(DataChangeTrigger.Status) }, { path, filter: by(DataChangeTrigger.StatusValueTimestamp) }]);
    const changes = await flow.changes(() => false, 1500);
    assert.equal(numbers(changes, 1).length, 1);
    assert.ok(numbers(changes, 2).length >= 3);
    await flow.delete();
  }],
  ["Monitor Items Modify", "queue, sampling, filter and handle are changed while the item lives", async (peer) => {
    await writeAll(peer, [200]);
    const flow = await peer.subscribe();
    const [item] = await flow.monitor([{ path: SET_POINT, queue: 10 }]);
    await flow.changes((found) => found.length === 1);
    const response = await peer.session.modifyMonitoredItems({ subscriptionId: flow.id, timestampsToReturn: TimestampsToReturn.Both, itemsToModify: [
      { monitoredItemId: item.monitoredItemId, requestedParameters: { clientHandle: 9, samplingInterval: 100, queueSize: 2, discardOldest: true, filter: deadband(DeadbandType.Absolute, 5) } },
      { monitoredItemId: 999999, requestedParameters: { clientHandle: 9, samplingInterval: 100, queueSize: 2, discardOldest: true } },
    ] });
    assert.deepEqual(response.results.map((each) => each.statusCode.name), ["Good", "BadMonitoredItemIdInvalid"]);
    assert.equal(response.results[0].revisedQueueSize, 2);
    await writeAll(peer, [203]); await pause(150); await writeAll(peer, [206]);
    assert.deepEqual(numbers(await flow.changes((found) => found.length >= 1), 9), [206]);
    await flow.delete();
  }],
  ["Monitor Basic", "items are disabled, sampled and reported", async (peer) => {
    await writeAll(peer, [200]);
    const flow = await peer.subscribe({ requestedMaxKeepAliveCount: 2 });
    const [item] = await flow.monitor([{ path: SET_POINT, mode: MonitoringMode.Disabled }]);
    assert.equal((await flow.changes((found) => found.length > 0, 400)).length, 0);
    const set = (monitoringMode) => peer.session.setMonitoringMode({ subscriptionId: flow.id, monitoringMode, monitoredItemIds: [item.monitoredItemId] });
    await set(MonitoringMode.Sampling);
    await writeAll(peer, [207]); await pause(150);
    assert.equal((await flow.changes((found) => found.length > 0, 400)).length, 0);
    await set(MonitoringMode.Reporting);
    assert.deepEqual(numbers(await flow.changes((found) => found.length >= 2), 1), [200, 207]);
    await flow.delete();
  }],
  ["Monitor Triggering", "a linked item is reported when its trigger is", async (peer) => {
    await writeAll(peer, [200]);
    const flow = await peer.subscribe({ requestedMaxKeepAliveCount: 2 });
    const [trigger, linked] = await flow.monitor([{ path: SET_POINT }, { path: `${OVEN}/activity`, mode: MonitoringMode.Sampling }]);
    await flow.changes((found) => found.length === 1);
    const link = await peer.perform(new SetTriggeringRequest({ subscriptionId: flow.id, triggeringItemId: trigger.monitoredItemId, linksToAdd: [linked.monitoredItemId, 424242], linksToRemove: [] }));
    assert.deepEqual(link.addResults.map((each) => each.name), ["Good", "BadMonitoredItemIdInvalid"]);
    await writeAll(peer, [208]);
    const changes = await flow.changes((found) => found.some((each) => each.handle === 2));
    assert.equal(numbers(changes, 2).length, 1);
    const unlink = await peer.perform(new SetTriggeringRequest({ subscriptionId: flow.id, triggeringItemId: trigger.monitoredItemId, linksToAdd: [], linksToRemove: [linked.monitoredItemId] }));
    assert.equal(unlink.removeResults[0].name, "Good");
    await flow.delete();
  }],
  ["Monitor Complex Value", "a part of an array is watched", async (peer) => {
    const flow = await peer.subscribe();
    const [item, bad] = await flow.monitor([{ path: PROFILE, indexRange: "0:1" }, { path: PROFILE, indexRange: "2:1" }]);
    assert.deepEqual([item.statusCode.name, bad.statusCode.name], ["Good", "BadIndexRangeInvalid"]);
    const [change] = await flow.changes((found) => found.length > 0);
    assert.equal(Array.from(change.value.value.value).length, 2);
    await flow.delete();
  }],
  ["Method Call, GetMonitoredItems and ResendData", "handles are listed and values sent again", async (peer) => {
    const flow = await peer.subscribe();
    const [item] = await flow.monitor([{ path: SET_POINT, handle: 31 }]);
    await flow.changes((found) => found.length === 1);
    const argument = [{ dataType: DataType.UInt32, value: flow.id }];
    const listed = await peer.call("i=2253", "i=11492", argument);
    assert.deepEqual(listed.outputArguments.map((each) => Array.from(each.value)), [[item.monitoredItemId], [31]]);
    assert.equal((await peer.call("i=2253", "i=12873", argument)).statusCode.name, "Good");
    assert.equal((await flow.changes((found) => found.length === 1)).length, 1);
    await flow.delete();
  }],
  ["Security Subscription Ownership", "a subscription of another session is not found", async (peer, endpoint) => {
    const flow = await peer.subscribe();
    const other = await connect(endpoint);
    const response = await other.session.deleteSubscriptions({ subscriptionIds: [flow.id] });
    assert.equal(response.results[0].name, "BadSubscriptionIdInvalid");
    await other.close();
    await flow.delete();
  }],
];
export { ROOT };
