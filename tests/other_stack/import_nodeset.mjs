// Reads a NodeSet2 file into an address space of node-opcua and prints what came of it as one JSON object.
// node import_nodeset.mjs FILE NAMESPACE
import { AddressSpace, NodeClass, coerceNodeId, nodesets } from "node-opcua";
import { generateAddressSpace } from "node-opcua-address-space/nodeJS.js";

const [file, uri] = process.argv.slice(2);
const space = AddressSpace.create();
await generateAddressSpace(space, [nodesets.standard, file]);
const index = space.getNamespaceIndex(uri);
const nodes = {};
const visit = (node) => {
  const id = node.nodeId;
  if (id.namespace === index && nodes[id.value] === undefined) {
    nodes[id.value] = {
      name: node.browseName.name,
      nodeClass: NodeClass[node.nodeClass],
      type: node.typeDefinitionObj?.nodeId.toString() ?? "",
      dataType: node.dataType?.toString() ?? "",
    };
    node.findReferencesEx("HierarchicalReferences", 0).forEach((each) => visit(space.findNode(each.nodeId)));
  }
};
const roots = ["i=58", "i=85"].map((id) => space.findNode(coerceNodeId(id)));
for (const root of roots) {
  root.findReferencesEx("HierarchicalReferences", 0).forEach((each) => visit(space.findNode(each.nodeId)));
}
process.stdout.write(`${JSON.stringify(nodes)}\n`);
space.dispose();
