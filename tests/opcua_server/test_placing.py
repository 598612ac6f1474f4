"""Tests of how a node gets into the address space."""

from typing import Any

import pytest
from asyncua import ua
from asyncua.server.address_space import AddressSpace, NodeManagementService
from asyncua.ua.object_ids import ObjectIds

from opcua_server import nodes as nodes_module
from opcua_server.nodes import Nodes, standard
from tests.opcua_server.test_address_space import built
from tests.support.fake_bakery import bakery


def told(space: AddressSpace) -> dict[str, Any]:
    """All that is known of each of our nodes, but when values were given."""
    return {
        str(node_id): (
            {
                attribute.name: (kept.value.Value, kept.value.StatusCode)
                for attribute, kept in sorted(space[node_id].attributes.items())
                if kept.value is not None
            },
            space[node_id].references,
        )
        for node_id in space.keys()  # noqa: SIM118 - an address space is no mapping
        if node_id.NamespaceIndex == 2
    }


def test_nodes_are_what_the_library_makes_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    placed, _ = built(bakery())

    def added(space: AddressSpace, item: ua.AddNodesItem) -> None:
        (result,) = NodeManagementService(space).add_nodes([item])
        result.StatusCode.check()

    monkeypatch.setattr(nodes_module, "place", added)
    expected, _ = built(bakery())
    assert len(told(expected)) > 20
    assert told(placed) == told(expected)


def test_a_node_is_added_once() -> None:
    space, _ = built(bakery())
    nodes = Nodes(space, NodeManagementService(space), 2, "en")
    parent, folder = standard(ObjectIds.ObjectsFolder), standard(ObjectIds.FolderType)
    nodes.add_object("twice", parent, name="twice", display="Twice", type_definition=folder)
    with pytest.raises(KeyError, match="twice"):
        nodes.add_object("twice", parent, name="twice", display="Twice", type_definition=folder)
