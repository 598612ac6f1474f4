// Reads a NodeSet2 file, and those of the models that it needs, into an address space of node-opcua and prints what came
// of it as one JSON object.
// node import_nodeset.mjs FILE NAMESPACE
import { AddressSpace, NodeClass, coerceNodeId, nodesets } from "node-opcua";
import { generateAddressSpace } from "node-opcua-address-space/nodeJS.js";

const [file, uri] = process.argv.slice(2);
const needed = ["standard", "di", "ia", "machinery", "isa95JobControl", "machineryJobs", "machineryResult"];
const space = AddressSpace.create();
await generateAddressSpace(space, [...needed.map((name) => nodesets[name]), file]);
const index = space.getNamespaceIndex(uri);
const nodes = {};
const seen = new Set();
const waiting = ["i=85", "i=86"].map((id) => space.findNode(coerceNodeId(id)));
while (waiting.length) {
  const node = waiting.pop();
  const id = node.nodeId;
  if (seen.has(id.toString())) continue;
  seen.add(id.toString());
  if (id.namespace === index) {
    const isInstance = node.nodeClass === NodeClass.Object || node.nodeClass === NodeClass.Variable;
    nodes[id.value] = {
      name: node.browseName.name,
      nodeClass: NodeClass[node.nodeClass],
      type: isInstance ? node.typeDefinitionObj.nodeId.toString() : "",
      dataType: node.dataType?.toString() ?? "",
    };
  }
  for (const reference of node.findReferencesEx("HierarchicalReferences", 0)) {
    waiting.push(space.findNode(reference.nodeId));
  }
  for (const reference of node.findReferencesEx("HasEncoding", 0)) waiting.push(space.findNode(reference.nodeId));
}
process.stdout.write(`${JSON.stringify(nodes)}\n`);
space.dispose();
