"""The standard's own nodes, compared with those that a stack of other authors ships."""

from xml.etree import ElementTree as ET

import pytest
from asyncua import ua
from asyncua.server.address_space import AddressSpace, NodeManagementService
from asyncua.server.standard_address_space import standard_address_space

from opcua_server.standard_nodes import correct
from tests.other_stack.support import require_node_modules

pytestmark = pytest.mark.other_stack
XML = "{http://opcfoundation.org/UA/2011/03/UANodeSet.xsd}"
TYPES = ("ObjectType", "VariableType", "ReferenceType", "DataType")


def test_types_and_variables_of_the_standard_are_as_the_standard_has_them() -> None:
    folder = require_node_modules() / "node_modules" / "node-opcua-nodesets" / "nodesets"
    root = ET.parse(folder / "Opc.Ua.NodeSet2.xml").getroot()  # noqa: S314 - a file of the package
    aliases = {each.get("Alias", ""): each.text or "" for each in root.find(f"{XML}Aliases") or ()}
    space = AddressSpace()
    standard_address_space.fill_address_space(NodeManagementService(space))
    correct(space)

    def told(node_id: ua.NodeId, attribute: ua.AttributeIds) -> object:
        return space[node_id].attributes[attribute].value.Value.Value  # type: ignore[union-attr]

    for element in root:
        kind = element.tag.removeprefix(f"{XML}UA")
        node_id = ua.NodeId.from_string(element.get("NodeId", "i=0")) if "NodeId" in element.attrib else None
        if node_id is None or node_id not in space:
            continue
        if kind in TYPES:
            abstract = element.get("IsAbstract") == "true"
            assert bool(told(node_id, ua.AttributeIds.IsAbstract)) == abstract, element.get("BrowseName")
        if kind == "ReferenceType":
            assert told(node_id, ua.AttributeIds.Symmetric) == (element.get("Symmetric") == "true")
        if kind in ("Variable", "VariableType"):
            data_type = element.get("DataType", "i=24")
            found = ua.NodeId.from_string(aliases.get(data_type, data_type))
            assert told(node_id, ua.AttributeIds.DataType) == found, element.get("BrowseName")
            assert told(node_id, ua.AttributeIds.ValueRank) == int(element.get("ValueRank", "-1"))
