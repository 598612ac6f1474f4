"""The exported file, read back by asyncua in its strict mode and compared node for node."""

import asyncio
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.server.server import Server

from opcua_server.address_space import NAMESPACE, add_line
from opcua_server.data_types import moment
from opcua_server.nodes import Nodes
from opcua_server.nodeset_command import nodeset
from tests.support.fake_bakery import bakery
from tests.support.fake_port import START, FakePort

COMPARED = (
    ua.AttributeIds.NodeClass, ua.AttributeIds.BrowseName, ua.AttributeIds.DisplayName, ua.AttributeIds.Description,
    ua.AttributeIds.IsAbstract, ua.AttributeIds.DataType, ua.AttributeIds.ValueRank, ua.AttributeIds.AccessLevel,
    ua.AttributeIds.EventNotifier,
)  # fmt: skip


async def empty_server() -> tuple[Server, int]:
    server = Server()
    await server.init()
    return server, await server.register_namespace(NAMESPACE)


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
                told[attribute.name] = plain.Text or "" if isinstance(plain, ua.LocalizedText) else plain
        if node.attributes[ua.AttributeIds.BrowseName].value.Value.Value.NamespaceIndex == 0:  # type: ignore[union-attr]
            told["value"] = node.attributes[ua.AttributeIds.Value].value.Value.Value  # type: ignore[union-attr]
        found[str(node_id.Identifier)] = told
    return found


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("nodeset") / "bakery.xml"
    file.write_bytes(asyncio.run(nodeset(bakery(), moment(START), "0.0.0")))
    return file


async def test_the_exported_file_comes_back_node_for_node(written: Path) -> None:
    server, index = await empty_server()
    add_line(Nodes(server.iserver.aspace, server.iserver.node_mgt_service, index, "en"), bakery(), FakePort().frame)
    wanted = facts(server.iserver.aspace, index)
    other, other_index = await empty_server()
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
