"""Every node of the whole model has the attributes and references that its class asks for."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.server.server import Server
from asyncua.ua.object_ids import ObjectIds

from opcua_server.model.whole import build_whole
from opcua_server.wire import make_node_id
from tests.support.fake_bakery import whole_bakery

HIERARCHICAL = (
    ObjectIds.Organizes, ObjectIds.HasComponent, ObjectIds.HasProperty, ObjectIds.HasAddIn, ObjectIds.HasSubtype,
    ObjectIds.HasNotifier, ObjectIds.HasCondition, ObjectIds.HasStructuredComponent, ObjectIds.HasEncoding,
)  # fmt: skip
MEMBERS = (
    ObjectIds.HasComponent, ObjectIds.HasProperty, ObjectIds.HasAddIn, ObjectIds.HasStructuredComponent,
    ObjectIds.HasOrderedComponent,
)  # fmt: skip
UNRULED = (ObjectIds.StateType, ObjectIds.TransitionType, ObjectIds.InitialStateType)
"""Parts of state machines' types stand once, on the type."""
LAST_BUILT_IN = 25
INSTANCES = (ua.NodeClass.Object, ua.NodeClass.Variable)


class Space:
    """Answers questions about the nodes of a server."""

    def __init__(self, space: AddressSpace) -> None:
        self._space = space
        self.ids = [node_id for node_id in space.keys() if node_id.NamespaceIndex > 1]  # noqa: SIM118 - no mapping

    def has(self, node_id: ua.NodeId) -> bool:
        return node_id in self._space

    def told(self, node_id: ua.NodeId, attribute: ua.AttributeIds) -> Any:
        place = self._space[node_id].attributes.get(attribute)
        return None if place is None or place.value is None or place.value.Value is None else place.value.Value.Value

    def value(self, node_id: ua.NodeId) -> ua.Variant | None:
        place = self._space[node_id].attributes[ua.AttributeIds.Value]
        found = None if place.value is None else place.value.Value
        return None if found is None or found.Value is None else found

    def node_class(self, node_id: ua.NodeId) -> ua.NodeClass:
        return ua.NodeClass(self.told(node_id, ua.AttributeIds.NodeClass))

    def references(self, node_id: ua.NodeId) -> list[ua.ReferenceDescription]:
        return list(self._space[node_id].references)

    def ends(self, node_id: ua.NodeId, *kinds: int, forward: bool = True) -> list[ua.NodeId]:
        wanted = {make_node_id(kind) for kind in kinds}
        return [
            each.NodeId
            for each in self.references(node_id)
            if each.IsForward == forward and each.ReferenceTypeId in wanted
        ]

    def type_of(self, node_id: ua.NodeId) -> ua.NodeId:
        (kind,) = self.ends(node_id, ObjectIds.HasTypeDefinition)
        return kind

    def with_supertypes(self, node_id: ua.NodeId) -> Iterator[ua.NodeId]:
        above = [node_id]
        while above:
            yield above[0]
            above = self.ends(above[0], ObjectIds.HasSubtype, forward=False)


@pytest.fixture(scope="module")
def space() -> Space:
    async def built() -> Space:
        server = Server()
        await server.init()
        await build_whole(server, whole_bakery(), "0.0.0", "en")
        return Space(server.iserver.aspace)

    return asyncio.run(built())


def test_every_node_has_its_names_and_its_class(space: Space) -> None:
    for node_id in space.ids:
        assert space.told(node_id, ua.AttributeIds.NodeId) == node_id
        assert space.told(node_id, ua.AttributeIds.BrowseName).Name, node_id
        assert space.told(node_id, ua.AttributeIds.DisplayName).Text, node_id
        assert space.node_class(node_id) != ua.NodeClass.Unspecified


def test_every_reference_leads_to_a_node_and_is_described_as_that_node_is(space: Space) -> None:
    for node_id in space.ids:
        for each in space.references(node_id):
            assert space.has(each.NodeId), (node_id, each.NodeId)
            assert each.NodeClass == space.node_class(each.NodeId), (node_id, each.NodeId)
            assert each.BrowseName == space.told(each.NodeId, ua.AttributeIds.BrowseName), (node_id, each.NodeId)
            if each.ReferenceTypeId in {make_node_id(kind) for kind in HIERARCHICAL}:
                kinds = [back.ReferenceTypeId for back in space.references(each.NodeId) if back.NodeId == node_id]
                assert each.ReferenceTypeId in kinds, (node_id, each.NodeId)


def test_every_node_hangs_in_the_tree(space: Space) -> None:
    reached: set[ua.NodeId] = set()
    waiting = [make_node_id(ObjectIds.RootFolder)]
    while waiting:
        node_id = waiting.pop()
        if node_id not in reached:
            reached.add(node_id)
            waiting.extend(space.ends(node_id, *HIERARCHICAL))
    assert set(space.ids) <= reached


def test_every_object_and_variable_has_one_type_of_its_class_and_all_of_the_type_s_mandatory_members(
    space: Space,
) -> None:
    wanted = {ua.NodeClass.Object: ua.NodeClass.ObjectType, ua.NodeClass.Variable: ua.NodeClass.VariableType}
    for node_id in space.ids:
        if space.node_class(node_id) not in INSTANCES:
            continue
        kind = space.type_of(node_id)
        assert space.node_class(kind) == wanted[space.node_class(node_id)], node_id
        if space.ends(node_id, ObjectIds.HasModellingRule):
            continue
        names = [space.told(each, ua.AttributeIds.BrowseName) for each in space.ends(node_id, *MEMBERS)]
        for above in space.with_supertypes(kind):
            for member in space.ends(above, *MEMBERS):
                if make_node_id(ObjectIds.ModellingRule_Mandatory) in space.ends(member, ObjectIds.HasModellingRule):
                    name = space.told(member, ua.AttributeIds.BrowseName)
                    assert name in names, (node_id, above, name)


def test_every_variable_has_a_data_type_and_a_rank_that_fit_its_value_and_its_type(space: Space) -> None:
    for node_id in space.ids:
        if space.node_class(node_id) != ua.NodeClass.Variable:
            continue
        data_type, rank = (space.told(node_id, each) for each in (ua.AttributeIds.DataType, ua.AttributeIds.ValueRank))
        kinds = list(space.with_supertypes(data_type))
        assert space.node_class(data_type) == ua.NodeClass.DataType, node_id
        assert rank in (-1, 1), node_id
        assert len(space.told(node_id, ua.AttributeIds.ArrayDimensions) or ()) == max(0, rank), node_id
        of_type = space.told(space.type_of(node_id), ua.AttributeIds.DataType)
        assert of_type in kinds, (node_id, data_type, of_type)
        value = space.value(node_id)
        if value is not None:
            assert isinstance(value.Value, list) == (rank == 1), node_id
            assert value.VariantType == sent_as(kinds), node_id


def sent_as(kinds: list[ua.NodeId]) -> ua.VariantType:
    """As what values of a data type are sent, of which these are the super types."""
    if make_node_id(ObjectIds.Enumeration) in kinds:
        return ua.VariantType.Int32
    return next(
        ua.VariantType(each.Identifier)
        for each in kinds
        if each.NamespaceIndex == 0 and int(each.Identifier) <= LAST_BUILT_IN
    )


def test_every_member_of_a_type_says_whether_instances_have_it(space: Space) -> None:
    for node_id in space.ids:
        if space.node_class(node_id) not in (ua.NodeClass.ObjectType, ua.NodeClass.VariableType):
            continue
        for member in space.ends(node_id, *MEMBERS):
            is_instance = space.node_class(member) in INSTANCES
            if is_instance and space.type_of(member) in map(make_node_id, UNRULED):
                continue
            assert len(space.ends(member, ObjectIds.HasModellingRule)) == 1, (node_id, member)
