// What all checks use: raw services of node-opcua, and nodes of the bakery.
import { strict as assert } from "node:assert";
import {
  AttributeIds, CallMethodRequest, DataType, EventFilter, LiteralOperand, MonitoringMode, OPCUAClient, PublishRequest,
  RepublishRequest, SimpleAttributeOperand, TimestampsToReturn, Variant, VariantArrayType, coerceNodeId,
} from "node-opcua";

export { assert };
export const ROOT = "hourly-bakery/mill-street";
export const OVEN = `${ROOT}/baking/line-1/oven`;
export const MIXER = `${ROOT}/dough/line-1/mixer`;
export const SET_POINT = `${OVEN}/temperature_set_point`;
export const DOOR = `${OVEN}/alarms/door`;
export const double = (value) => new Variant({ dataType: DataType.Double, value });
export const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export async function connect(endpoint, locales = []) {
  const client = OPCUAClient.create({ endpointMustExist: true, connectionStrategy: { maxRetry: 0 }, keepSessionAlive: false });
  const perform = client.performMessageTransaction?.bind(client);
  if (perform && locales.length > 0) {
    client.performMessageTransaction = (request, callback) => {
      if (request.schema.name === "ActivateSessionRequest") { request.localeIds = locales; }
      return perform(request, callback);
    };
  }
  await client.connect(endpoint);
  const session = await client.createSession();
  const namespaces = await session.readNamespaceArray();
  const namespace = namespaces.indexOf("urn:rajola:line:1");
  return new Peer(client, session, namespace);
}

export class Peer {
  constructor(client, session, namespace) { Object.assign(this, { client, session, namespace }); }

  id(path) { return coerceNodeId(`ns=${this.namespace};s=${path}`); }

  async close() { await this.session.close(); await this.client.disconnect(); }

  async value(path) { return (await this.read(path)).value.value; }

  async read(path, more = {}) {
    const nodeId = typeof path === "string" ? this.id(path) : path;
    return this.session.read({ nodeId, attributeId: AttributeIds.Value, ...more });
  }

  // The Read service as it is, with time stamps and age.
  async readRaw(items, timestampsToReturn = TimestampsToReturn.Both, maxAge = 0) {
    const { ReadRequest } = await import("node-opcua");
    const response = await this.perform(new ReadRequest({ nodesToRead: items, timestampsToReturn, maxAge }));
    return response.results;
  }

  perform(request) {
    return new Promise((resolve, reject) => {
      this.session.performMessageTransaction(request, (error, response) => (error ? reject(error) : resolve(response)));
    });
  }

  // The service result of a request that is refused as a whole.
  async fault(request) {
    try {
      const response = await this.perform(request);
      return response.responseHeader.serviceResult.name;
    } catch (error) {
      return /Bad\w+/.exec(error.message)?.[0] ?? error.message;
    }
  }

  async write(path, value, more = {}) {
    const nodeId = this.id(path);
    const item = { nodeId, attributeId: AttributeIds.Value, value: { value }, ...more };
    return (await this.session.write(item)).name;
  }

  async call(objectId, methodId, inputArguments = []) {
    const asId = (each) => (typeof each === "string" && !each.startsWith("i=") ? this.id(each) : coerceNodeId(each));
    const request = new CallMethodRequest({ objectId: asId(objectId), methodId: asId(methodId), inputArguments });
    return this.session.call(request);
  }

  async subscribe(more = {}) {
    const response = await this.session.createSubscription({
      requestedPublishingInterval: 50, requestedLifetimeCount: 1000, requestedMaxKeepAliveCount: 10,
      maxNotificationsPerPublish: 0, publishingEnabled: true, priority: 0, ...more,
    });
    return new Flow(this, response);
  }

  async inject(fault = "door", station = OVEN) {
    const given = [
      { dataType: DataType.String, value: station }, { dataType: DataType.String, value: fault }, double(0), double(1),
    ];
    let result = await this.call("Simulator", "Simulator/inject_fault", given);
    if (result.statusCode.name === "BadTooManyArguments") {
      result = await this.call("Simulator", "Simulator/inject_fault", given.slice(0, 3));
    }
    assert.equal(result.statusCode.name, "Good");
  }

  async clear(fault = "door", station = OVEN) {
    await this.call("Simulator", "Simulator/clear_fault", [
      { dataType: DataType.String, value: station }, { dataType: DataType.String, value: fault },
    ]);
  }
}

// A subscription whose Publish requests are sent by hand.
export class Flow {
  constructor(peer, response) {
    Object.assign(this, { peer, id: response.subscriptionId, terms: response, kept: [], acknowledge: [] });
  }

  async publish() {
    const request = new PublishRequest({ subscriptionAcknowledgements: this.acknowledge });
    this.acknowledge = [];
    const response = await this.peer.perform(request);
    const message = response.notificationMessage;
    if (message.notificationData.length > 0) {
      this.acknowledge.push({ subscriptionId: response.subscriptionId, sequenceNumber: message.sequenceNumber });
    }
    return response;
  }

  async monitor(items, timestampsToReturn = TimestampsToReturn.Both) {
    const itemsToCreate = items.map((item, index) => ({
      itemToMonitor: {
        nodeId: typeof item.path === "string" ? this.peer.id(item.path) : item.path,
        attributeId: item.attributeId ?? AttributeIds.Value, indexRange: item.indexRange,
      },
      monitoringMode: item.mode ?? MonitoringMode.Reporting,
      requestedParameters: {
        clientHandle: item.handle ?? index + 1, samplingInterval: item.sampling ?? 0, filter: item.filter ?? null,
        queueSize: item.queue ?? 100, discardOldest: item.discardOldest ?? true,
      },
    }));
    const response = await this.peer.session.createMonitoredItems({ subscriptionId: this.id, timestampsToReturn, itemsToCreate });
    return response.results;
  }

  // Data changes until `enough` says so, or for some time.
  async changes(enough, milliseconds = 6000) {
    const end = Date.now() + milliseconds;
    const found = [];
    while (Date.now() < end && !enough(found)) {
      const response = await this.publish();
      for (const data of response.notificationMessage.notificationData) {
        found.push(...(data.monitoredItems ?? []).map((each) => ({ handle: each.clientHandle, value: each.value })));
      }
    }
    return found;
  }

  async events(enough, fields, milliseconds = 20000) {
    const end = Date.now() + milliseconds;
    const found = [];
    while (Date.now() < end && !enough(found)) {
      const response = await this.publish();
      for (const data of response.notificationMessage.notificationData) {
        for (const each of data.events ?? []) {
          const event = { handle: each.clientHandle };
          each.eventFields.forEach((field, index) => { event[fields[index]] = field.value; });
          found.push(event);
        }
      }
    }
    return found;
  }

  async republish(retransmitSequenceNumber) {
    return this.peer.perform(new RepublishRequest({ subscriptionId: this.id, retransmitSequenceNumber }));
  }

  async delete() { await this.peer.session.deleteSubscriptions({ subscriptionIds: [this.id] }); }
}

export const operand = (path) => new SimpleAttributeOperand({
  typeDefinitionId: coerceNodeId("i=2041"), browsePath: path.split("/").map((name) => ({ namespaceIndex: 0, name })),
  attributeId: AttributeIds.Value,
});
export const literal = (dataType, value) => new LiteralOperand({ value: new Variant({ dataType, value }) });
export const select = (fields, elements = []) => new EventFilter({
  selectClauses: fields.map(operand), whereClause: { elements },
});
export const array = (dataType, value) => new Variant({ dataType, arrayType: VariantArrayType.Array, value });
