"""The exported file, read back by asyncua in its strict mode and compared node for node."""

import asyncio
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.server.server import Server

from opcua_server.address_space import NAMESPACE
from opcua_server.data_types import moment
from opcua_server.model.offer import offer_types
from opcua_server.model.whole import build_whole
from opcua_server.nodes import Nodes
from opcua_server.nodeset_command import nodeset
from tests.support.fake_bakery import bakery, whole_bakery
from tests.support.fake_port import START

COMPARED = (
    ua.AttributeIds.NodeClass, ua.AttributeIds.BrowseName, ua.AttributeIds.DisplayName, ua.AttributeIds.Description,
    ua.AttributeIds.IsAbstract, ua.AttributeIds.DataType, ua.AttributeIds.ValueRank, ua.AttributeIds.AccessLevel,
    ua.AttributeIds.EventNotifier, ua.AttributeIds.DataTypeDefinition, ua.AttributeIds.Executable,
    ua.AttributeIds.ArrayDimensions,
)  # fmt: skip


async def empty_server() -> tuple[Server, int]:
    server = Server()
    await server.init()
    return server, await server.register_namespace(NAMESPACE)


def compared(value: Any) -> Any:
    """What a file keeps of a value: texts without their language; of a field of a data type no words but its name."""
    if isinstance(value, list):
        return [compared(each) for each in value]
    if isinstance(value, ua.LocalizedText):
        return value.Text or ""
    if isinstance(value, ua.EnumDefinition):
        return [(each.Value, each.Name) for each in value.Fields]
    if isinstance(value, ua.EnumValueType):
        return value.Value, compared(value.DisplayName)
    if isinstance(value, ua.StructureDefinition):
        fields = [(each.Name, each.DataType, int(each.ValueRank), each.IsOptional) for each in value.Fields]
        return value.DefaultEncodingId, value.BaseDataType, value.StructureType, fields
    return value


def facts(space: AddressSpace, index: int) -> dict[str, dict[str, Any]]:
    """What is compared of every node of the namespace."""
    found: dict[str, dict[str, Any]] = {}
    for node_id in space.keys():  # noqa: SIM118 - no mapping
        # The importer adds meta data about the namespace under numbers of its own.
        if node_id.NamespaceIndex != index or not isinstance(node_id.Identifier, str):
            continue
        node = space[node_id]
        told: dict[str, Any] = {
            "references": {(ref.ReferenceTypeId, ref.NodeId) for ref in node.references if ref.IsForward}
        }
        for attribute in COMPARED:
            value = node.attributes.get(attribute)
            if value is not None and value.value is not None and value.value.Value is not None:
                plain = value.value.Value.Value
                told[attribute.name] = compared(plain)
        kept = node.attributes.get(ua.AttributeIds.Value)
        if kept is not None and kept.value is not None and kept.value.Value is not None:
            told["value"] = compared(kept.value.Value.Value)
        found[str(node_id.Identifier)] = {name: value for name, value in told.items() if value not in (None, [])}
    return found


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("nodeset") / "bakery.xml"
    file.write_bytes(asyncio.run(nodeset(whole_bakery(), moment(START), "0.0.0")))
    return file


async def test_the_exported_file_comes_back_node_for_node(written: Path) -> None:
    server, index = await empty_server()
    await build_whole(server, whole_bakery(), "0.0.0", "en")
    wanted = facts(server.iserver.aspace, index)
    other, other_index = await empty_server()
    nodes = Nodes(other.iserver.aspace, other.iserver.node_mgt_service, other_index, "en")
    await offer_types(other, nodes, None)
    await other.import_xml(str(written), strict_mode=True)
    found = facts(other.iserver.aspace, other_index)
    assert found.keys() == wanted.keys()
    for name, told in wanted.items():
        assert found[name] == told, name


def test_the_file_says_of_every_signal_that_it_is_recorded_and_carries_no_value_of_it(written: Path) -> None:
    root = ET.parse(written).getroot()  # noqa: S314 - written a moment ago
    space = "{http://opcfoundation.org/UA/2011/03/UANodeSet.xsd}"
    nodes = {element.get("NodeId", "").partition(";s=")[2]: element for element in root}
    for signal in bakery().signals:
        assert nodes[signal.path].get("Historizing") == "true"
        assert float(nodes[signal.path].get("MinimumSamplingInterval", "-1")) == signal.period * 1000
        assert nodes[signal.path].find(f"{space}Value") is None
