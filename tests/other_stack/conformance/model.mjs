// The information model of a tile line: machines, states, results with their structures, and a look at every node.
import {
  AttributeIds, ContentFilter, ContentFilterElement, DataType, EventFilter, FilterOperator, NodeClass,
  SimpleAttributeOperand, Variant, VariantArrayType, coerceNodeId, sameNodeId,
} from "node-opcua";
import { array, assert, literal, pause } from "./harness.mjs";

const FIRING = "porcelain-600/castello/firing/kiln-1";
const SORTER = `${FIRING}/sorter`;
const RESULTS = `${SORTER}/MachineryBuildingBlocks/ResultManagement`;
const LATEST = `${RESULTS}/Results/LatestResult`;
const MACHINERY = "http://opcfoundation.org/UA/Machinery/";
const RESULT = "http://opcfoundation.org/UA/Machinery/Result/";
const text = (value) => new Variant({ dataType: DataType.String, value });
const timeout = new Variant({ dataType: DataType.Int32, value: 0 });
const noPaths = array(DataType.ExtensionObject, []);
const HIERARCHICAL = coerceNodeId("i=33"), HAS_TYPE = coerceNodeId("i=40");

const space = async (peer, uri) => (await peer.session.readNamespaceArray()).indexOf(uri);
const attribute = async (peer, nodeId, attributeId) => (await peer.session.read({ nodeId, attributeId })).value.value;

async function call(peer, method, given) {
  const answer = await peer.call(RESULTS, `${RESULTS}/${method}`, given);
  return [answer.statusCode.name, ...(answer.outputArguments ?? []).map((each) => each.value)];
}

async function latest(peer) {
  const end = Date.now() + 300_000;
  for (;;) {
    const [status, handle, result, error] = await call(peer, "GetLatestResult", [timeout]);
    assert.equal(status, "Good");
    if (error === 0) { return { handle, result }; }
    assert.ok(Date.now() < end, "no tile was sorted");
    await pause(200);
  }
}

const field = (namespaceIndex, ...names) => new SimpleAttributeOperand({
  typeDefinitionId: coerceNodeId("i=2041"), attributeId: AttributeIds.Value,
  browsePath: names.map((name) => ({ namespaceIndex, name })),
});

async function browsed(peer, nodeIds, referenceTypeId) {
  const found = [];
  for (let first = 0; first < nodeIds.length; first += 200) {
    const asked = nodeIds.slice(first, first + 200).map((nodeId) => ({
      nodeId, referenceTypeId, browseDirection: 0, includeSubtypes: true, nodeClassMask: 0, resultMask: 63,
    }));
    for (const each of await peer.session.browse(asked)) { found.push(each.references ?? []); }
  }
  return found;
}

export const checks = [
  ["Machinery Machine Identification", "every machine stands under Machines, with a plate of the official type", async (peer) => {
    const machinery = await space(peer, MACHINERY);
    const [machines] = await browsed(peer, [coerceNodeId(`ns=${machinery};i=1001`)], coerceNodeId("i=35"));
    assert.ok(machines.some((each) => each.nodeId.value === SORTER));
    for (const machine of machines) {
      const plate = peer.id(`${machine.nodeId.value}/MachineryBuildingBlocks/Identification`);
      const [[type]] = await browsed(peer, [plate], HAS_TYPE);
      assert.ok(sameNodeId(type.nodeId, coerceNodeId(`ns=${machinery};i=1012`)));
    }
  }],
  ["Machinery State", "the state of a machine is a node of its type, and so is the last transition", async (peer) => {
    const machinery = await space(peer, MACHINERY);
    const state = `${SORTER}/MachineryBuildingBlocks/MachineryItemState`;
    const id = await peer.value(`${state}/CurrentState/Id`);
    assert.equal(id.namespace, machinery);
    assert.ok([5004, 5005, 5006, 5007].includes(id.value));
    const shown = (await attribute(peer, id, AttributeIds.BrowseName)).name;
    assert.equal((await peer.value(`${state}/CurrentState`)).text, shown);
    const transition = await peer.value(`${state}/LastTransition/Id`);
    assert.ok(transition.value === 0 || transition.namespace === machinery);
  }],
  ["Machinery Result: GetLatestResult, GetResultById", "a tile's result comes as structures that can be read", async (peer) => {
    const { handle, result } = await latest(peer);
    assert.ok(handle > 0);
    const { resultMetaData: meta, resultContent: [content] } = result;
    assert.equal(meta.resultId, `tile-${meta.partId}`);
    assert.equal(meta.isSimulated, true);
    assert.ok([1, 2].includes(meta.resultEvaluation));
    const tile = content.value;
    assert.ok(Math.abs(tile.size - 600) < 20, `${tile.size}`);
    assert.equal(tile.class === 1, meta.resultEvaluation === 1);
    // At this speed a machine's list is full of newer ones soon.
    const { partId, resultId } = (await latest(peer)).result.resultMetaData;
    const again = await call(peer, "GetResultById", [text(resultId), timeout]);
    assert.equal(again[2].resultMetaData.partId, partId);
    assert.equal((await call(peer, "GetResultById", [text("tile-0.0"), timeout]))[3], -1);
    assert.deepEqual((await call(peer, "ReleaseResultHandle", [new Variant({ dataType: DataType.UInt32, value: handle })])), ["Good", 0]);
  }],
  ["Machinery Result: Results", "the variables of the newest result are those of its structure", async (peer) => {
    await latest(peer);
    const whole = (await peer.read(LATEST)).value.value;
    assert.match(whole.resultMetaData.resultId, /^tile-1\.\d+$/);
    assert.match(await peer.value(`${LATEST}/ResultMetaData/PartId`), /^1\.\d+$/);
    const [[type]] = await browsed(peer, [peer.id(LATEST)], HAS_TYPE);
    assert.equal(type.nodeId.value, "type:TileResultType");
  }],
  ["Machinery Result: GetResultIdListFiltered", "results are found by the fields of their meta data", async (peer) => {
    const namespace = await space(peer, RESULT);
    await latest(peer);
    const is = (value) => new ContentFilterElement({
      filterOperator: FilterOperator.Equals,
      filterOperands: [field(namespace, "Result", "ResultMetaData", "ResultEvaluation"), literal(DataType.Int32, value)],
    });
    const most = new Variant({ dataType: DataType.UInt32, value: 5 });
    const ids = {};
    for (const value of [1, 2]) {
      const filter = new Variant({ dataType: DataType.ExtensionObject, value: new ContentFilter({ elements: [is(value)] }) });
      const [status, , listed, error] = await call(peer, "GetResultIdListFiltered", [filter, noPaths, most, timeout]);
      assert.deepEqual([status, error], ["Good", 0]);
      assert.ok(listed.length <= 5);
      ids[value] = [...listed];
    }
    assert.ok(ids[1].length > 0);
    assert.ok(ids[1].every((each) => !ids[2].includes(each)));
  }],
  ["Machinery Result: ResultReadyEventType", "a sorted tile is an event at its machine, of a subtype", async (peer) => {
    const namespace = await space(peer, RESULT);
    const flow = await peer.subscribe();
    const fields = ["EventType", "Result/ResultMetaData/PartId", "Result"];
    const filter = new EventFilter({
      selectClauses: [field(0, "EventType"), field(namespace, "Result", "ResultMetaData", "PartId"), field(namespace, "Result")],
      whereClause: { elements: [{
        filterOperator: FilterOperator.OfType,
        filterOperands: [literal(DataType.NodeId, coerceNodeId(`ns=${namespace};i=1002`))],
      }] },
    });
    await flow.monitor([{ path: SORTER, attributeId: AttributeIds.EventNotifier, filter }]);
    const isTile = (each) => each.EventType.value === "type:TileResultReadyEventType";
    const events = await flow.events((found) => found.some(isTile), fields, 300_000);
    await flow.delete();
    // So many tiles at once that the queue of the item may have run over.
    const heard = events.find(isTile);
    assert.ok(heard !== undefined);
    assert.match(heard["Result/ResultMetaData/PartId"], /^1\.\d+$/);
    assert.ok(heard.Result !== null);
  }],
  ["Address Space Base", "every node has its names, every instance its type, every value its data type and rank", async (peer) => {
    const seen = new Map();
    let level = [coerceNodeId("i=85")];
    while (level.length > 0) {
      const found = (await browsed(peer, level, HIERARCHICAL)).flat();
      level = [];
      for (const each of found) {
        if (each.nodeId.namespace === peer.namespace && !seen.has(each.nodeId.value)) {
          seen.set(each.nodeId.value, each);
          level.push(each.nodeId);
        }
      }
      if (seen.size === 0) { break; }
    }
    assert.ok(seen.size > 1000, `${seen.size}`);
    const variables = [];
    for (const [path, each] of seen) {
      assert.ok(each.browseName.name && each.displayName.text !== null, path);
      if (each.nodeClass === NodeClass.Object || each.nodeClass === NodeClass.Variable) {
        assert.notEqual(each.typeDefinition.value, 0, path);
      }
      if (each.nodeClass === NodeClass.Variable) { variables.push(each.nodeId); }
    }
    for (let first = 0; first < variables.length; first += 300) {
      const part = variables.slice(first, first + 300);
      const asked = part.flatMap((nodeId) => [AttributeIds.Value, AttributeIds.ValueRank, AttributeIds.DataType].map(
        (attributeId) => ({ nodeId, attributeId }),
      ));
      const told = await peer.session.read(asked);
      part.forEach((nodeId, place) => {
        const [value, rank, dataType] = told.slice(3 * place, 3 * place + 3);
        const isArray = value.value.arrayType !== VariantArrayType.Scalar;
        assert.notEqual(value.value.dataType, DataType.Null, nodeId.value);
        assert.equal(rank.value.value, isArray ? 1 : -1, nodeId.value);
        const kind = dataType.value.value;
        if (kind.namespace === 0 && kind.value <= 21) { assert.equal(value.value.dataType, kind.value, nodeId.value); }
      });
    }
  }],
];
