// Methods, and what the server says of itself.
import { AttributeIds, DataType, coerceNodeId } from "node-opcua";
import { OVEN, assert, double } from "./harness.mjs";

const text = (value) => ({ dataType: DataType.String, value });

export const checks = [
  ["Method Call", "number and types of arguments are checked, each with its result", async (peer) => {
    const call = async (given, method = "set_speed") => {
      const result = await peer.call("Simulator", `Simulator/${method}`, given);
      return [result.statusCode.name, (result.inputArgumentResults ?? []).map((each) => each.name)];
    };
    assert.deepEqual(await call([]), ["BadArgumentsMissing", []]);
    assert.deepEqual(await call([double(60), double(2)]), ["BadTooManyArguments", []]);
    assert.deepEqual(await call([text("fast")]), ["BadInvalidArgument", ["BadTypeMismatch"]]);
    assert.deepEqual(await call([text(OVEN), double(1)], "clear_fault"), ["BadInvalidArgument", ["Good", "BadTypeMismatch"]]);
    assert.equal((await call([double(60)]))[0], "Good");
  }],
  ["Method Call", "a method belongs to its object, and one without anything behind it is not executable", async (peer) => {
    assert.equal((await peer.call(OVEN, "Simulator/pause")).statusCode.name, "BadMethodInvalid");
    const executable = await peer.session.read({ nodeId: "i=12746", attributeId: AttributeIds.Executable });
    assert.equal(executable.value.value, false);
    assert.equal((await peer.call("i=2253", "i=12746")).statusCode.name, "BadNotExecutable");
  }],
  ["Base Info Server Capabilities", "limits, profiles and languages are published", async (peer) => {
    const read = async (id) => (await peer.read(coerceNodeId(id))).value.value;
    assert.deepEqual(await read("i=2271"), ["en", "es"]);
    assert.ok((await read("i=2269")).some((each) => each.endsWith("Server/MicroEmbeddedDevice2017")));
    for (const id of ["i=2272", "i=2735", "i=2736", "i=2737", "i=11705", "i=11714", "i=11193", "i=11273"]) {
      assert.notEqual(await read(id), null, id);
    }
  }],
  ["Base Info Diagnostics", "sessions and subscriptions are counted", async (peer) => {
    const read = async (id) => (await peer.read(coerceNodeId(id))).value.value;
    const before = await read("i=2285");
    const flow = await peer.subscribe();
    assert.equal(await read("i=2285"), before + 1);
    assert.ok((await read("i=2277")) >= 1);
    const listed = await read("i=2290");
    assert.ok(listed.some((each) => each.subscriptionId === flow.id));
    await flow.delete();
  }],
  ["Base Info BuildInfo", "the product is named", async (peer) => {
    const status = (await peer.read(coerceNodeId("i=2260"))).value.value;
    assert.equal(status.productName, "Rajola");
  }],
];
