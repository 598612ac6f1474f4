"""What a client finds when it browses."""

from datetime import datetime
from typing import Any

import pytest
from asyncua import Node, ua

from tests.support.opcua import MIXER, OVEN, Connection

PYTHON_TYPES = {"Double": float, "Int64": int, "UInt32": int, "Boolean": bool, "String": str, "DateTime": datetime}


async def all_variables(node: Node, seen: set[ua.NodeId]) -> list[Node]:
    if node.nodeid in seen:
        return []
    seen.add(node.nodeid)
    found = [node] if await node.read_node_class() == ua.NodeClass.Variable else []
    for child in await node.get_children():
        found += await all_variables(child, seen)
    return found


async def test_the_line_is_found_level_by_level_under_objects(client: Connection) -> None:
    node = client.client.nodes.objects
    path = ""
    for name in OVEN.split("/"):
        node = await node.get_child(f"{client.namespace}:{name}")
        path = f"{path}/{name}".lstrip("/")
        assert node.nodeid == ua.NodeId(path, client.namespace)
    temperature = await node.get_child(f"{client.namespace}:temperature")
    assert temperature.nodeid.Identifier == f"{OVEN}/temperature"


async def test_texts_are_in_the_language_of_the_gateway(client: Connection) -> None:
    oven = client.node(OVEN)
    assert await oven.read_display_name() == ua.LocalizedText("Oven", "en")
    assert await client.node("bakery").read_display_name() == ua.LocalizedText("Corner bakery", "en")
    assert await client.node(f"{OVEN}/temperature").read_description() == ua.LocalizedText("Air temperature", "en")


async def test_a_station_is_of_its_own_type_below_the_station_type(client: Connection) -> None:
    own = client.client.get_node(await client.node(OVEN).read_type_definition())
    assert await own.read_browse_name() == ua.QualifiedName("OvenType", client.namespace)
    base = await own.get_parent()
    assert base is not None
    assert await base.read_browse_name() == ua.QualifiedName("StationType", client.namespace)
    above = await base.get_parent()
    assert above is not None
    assert above.nodeid == ua.NodeId(ua.ObjectIds.BaseObjectType)


async def test_every_variable_of_server_and_line_reads_as_its_data_type(client: Connection) -> None:
    variables = await all_variables(client.client.nodes.objects, set())
    assert len(variables) > 100
    for variable in variables:
        value = (await variable.read_data_value(raise_on_bad_status=False)).Value
        assert value is not None
        assert value.Value is not None, variable
        if variable.nodeid.NamespaceIndex == client.namespace:
            data_type = await variable.read_data_type()
            if data_type.NamespaceIndex == 0 and data_type.Identifier <= ua.VariantType.DiagnosticInfo.value:
                assert value.VariantType.value == data_type.Identifier, variable


async def test_values_have_the_types_of_their_signals(client: Connection) -> None:
    expected = {
        f"{OVEN}/temperature": "Double",
        f"{OVEN}/loaves": "Int64",
        f"{OVEN}/fuel": "Double",
        f"{OVEN}/temperature_profile": "Double",
        f"{MIXER}/state": "UInt32",
        f"{MIXER}/lid_closed": "Boolean",
        f"{MIXER}/recipe": "String",
        "Simulator/time": "DateTime",
    }
    for path, name in expected.items():
        value = (await client.node(path).read_data_value()).Value
        assert value is not None
        assert value.VariantType.name == name
        first = value.Value[0] if value.is_array else value.Value
        assert isinstance(first, PYTHON_TYPES[name])


async def test_an_analogue_has_unit_and_range(client: Connection) -> None:
    unit = await client.property(f"{OVEN}/temperature", "EngineeringUnits")
    assert (unit.UnitId, unit.DisplayName.Text) == (4408652, "°C")
    assert unit.NamespaceUri == "http://www.opcfoundation.org/UA/units/un/cefact"
    limits = await client.property(f"{OVEN}/temperature_set", "EURange")
    assert (limits.Low, limits.High) == (100.0, 300.0)
    type_definition = await client.node(f"{OVEN}/temperature").read_type_definition()
    assert type_definition == ua.NodeId(ua.ObjectIds.AnalogItemType)


async def test_a_unit_without_code_is_in_a_namespace_of_its_own(client: Connection) -> None:
    unit = await client.property(f"{OVEN}/loaves", "EngineeringUnits")
    assert (unit.NamespaceUri, unit.UnitId, unit.DisplayName.Text) == ("urn:rajola:units:1", -1, "loaves")


async def test_an_enumeration_names_its_states(client: Connection) -> None:
    states = await client.property(f"{MIXER}/state", "EnumStrings")
    assert [state.Text for state in states] == ["Stopped", "Running", "Aborted"]


async def test_a_profile_is_an_array_that_describes_its_axis(client: Connection) -> None:
    profile = client.node(f"{OVEN}/temperature_profile")
    assert await profile.read_type_definition() == ua.NodeId(ua.ObjectIds.YArrayItemType)
    assert await profile.read_value_rank() == ua.ValueRank.OneDimension
    assert await profile.read_array_dimensions() == [5]
    axis = await client.property(f"{OVEN}/temperature_profile", "XAxisDefinition")
    assert axis.AxisSteps == [0.5, 1.5, 2.5, 3.5, 4.5]
    assert (axis.EngineeringUnits.DisplayName.Text, axis.Title.Text) == ("m", "Distance from the door")
    assert len(await profile.read_value()) == 5


async def test_only_set_points_are_writable_and_sampling_is_declared(client: Connection) -> None:
    for path, level in ((f"{OVEN}/temperature_set", 7), (f"{OVEN}/temperature", 5), ("Simulator/speed", 1)):
        for attribute in (ua.AttributeIds.AccessLevel, ua.AttributeIds.UserAccessLevel):
            assert (await client.node(path).read_attribute(attribute)).Value.Value == level
    sampling = await client.node(f"{OVEN}/temperature").read_attribute(ua.AttributeIds.MinimumSamplingInterval)
    assert sampling.Value.Value == 1000.0


async def browse(client: Connection, path: str, most: int) -> ua.BrowseResult:
    description = ua.BrowseDescription(
        NodeId=client.node(path).nodeid,
        BrowseDirection=ua.BrowseDirection.Forward,
        ReferenceTypeId=ua.NodeId(ua.ObjectIds.HierarchicalReferences),
        IncludeSubtypes=True,
        ResultMask=63,
    )
    parameters = ua.BrowseParameters(NodesToBrowse=[description], RequestedMaxReferencesPerNode=most)
    (result,) = await client.client.uaclient.browse(parameters)
    return result


async def browse_next(client: Connection, point: bytes, *, release: bool = False) -> ua.BrowseResult:
    parameters = ua.BrowseNextParameters(ReleaseContinuationPoints=release, ContinuationPoints=[point])
    (result,) = await client.client.uaclient.browse_next(parameters)
    return result


async def test_a_limited_browse_is_continued_until_all_references_came(client: Connection) -> None:
    everything = await browse(client, OVEN, 0)
    pieces = [await browse(client, OVEN, 3)]
    while pieces[-1].ContinuationPoint:
        pieces.append(await browse_next(client, pieces[-1].ContinuationPoint))
    assert [len(piece.References) for piece in pieces] == [3, 3, 3, 1]
    found = [reference.NodeId for piece in pieces for reference in piece.References]
    assert found == [reference.NodeId for reference in everything.References]


async def test_a_continuation_point_is_good_once(client: Connection) -> None:
    point = (await browse(client, OVEN, 3)).ContinuationPoint
    released = await browse_next(client, point, release=True)
    assert (released.StatusCode.name, released.References) == ("Good", [])
    again = await browse_next(client, point)
    assert again.StatusCode.name == "BadContinuationPointInvalid"


async def test_a_session_has_a_limited_number_of_continuation_points(client: Connection) -> None:
    results = [await browse(client, OVEN, 1) for _ in range(11)]
    names = [result.StatusCode.name for result in results]
    assert names == ["Good"] * 10 + ["BadNoContinuationPoints"]


async def browsed(client: Connection, **wishes: Any) -> ua.BrowseResult:
    """What a Browse of the oven answers."""
    wanted = ua.BrowseDescription(
        NodeId=client.node(OVEN).nodeid,
        BrowseDirection=ua.BrowseDirection.Forward,
        ReferenceTypeId=ua.NodeId(ua.ObjectIds.HierarchicalReferences),
        IncludeSubtypes=True,
        ResultMask=ua.BrowseResultMask.All,
    )
    for name, value in wishes.items():
        setattr(wanted, name, value)
    (result,) = await client.client.uaclient.browse(ua.BrowseParameters(NodesToBrowse=[wanted]))
    return result


FIELDS = ("ReferenceTypeId", "IsForward", "NodeClass", "BrowseName", "DisplayName", "TypeDefinition")


@pytest.mark.parametrize("mask", [0, *(1 << bit for bit in range(6)), 0x15, 0xFFFF_FFFF])
async def test_a_reference_has_the_fields_that_the_result_mask_asks_for(client: Connection, mask: int) -> None:
    whole = (await browsed(client)).References
    told = (await browsed(client, ResultMask=mask)).References
    empty = ua.ReferenceDescription(IsForward=False)
    assert [each.NodeId for each in told] == [each.NodeId for each in whole]
    for bit, name in enumerate(FIELDS):
        expected = [getattr(each if mask & 1 << bit else empty, name) for each in whole]
        assert [getattr(each, name) for each in told] == expected, name


@pytest.mark.parametrize(
    ("wishes", "status"),
    [
        ({"NodeId": ua.NodeId("nowhere", 2)}, "BadNodeIdUnknown"),
        ({"ReferenceTypeId": ua.NodeId(ua.ObjectIds.BaseObjectType)}, "BadReferenceTypeIdInvalid"),
        ({"ReferenceTypeId": ua.NodeId("nowhere", 2)}, "BadReferenceTypeIdInvalid"),
        ({"BrowseDirection": ua.BrowseDirection.Invalid}, "BadBrowseDirectionInvalid"),
    ],
)
async def test_a_browse_that_makes_no_sense_says_why(client: Connection, wishes: dict[str, Any], status: str) -> None:
    result = await browsed(client, **wishes)
    assert (result.StatusCode.name, result.References) == (status, [])


async def test_types_directions_and_classes_of_references_are_chosen(client: Connection) -> None:
    components = await browsed(client, ReferenceTypeId=ua.NodeId(ua.ObjectIds.HasComponent), IncludeSubtypes=False)
    assert {each.ReferenceTypeId.Identifier for each in components.References} == {ua.ObjectIds.HasComponent}
    above = await browsed(client, BrowseDirection=ua.BrowseDirection.Inverse)
    assert {each.IsForward for each in above.References} == {False}
    variables = await browsed(client, NodeClassMask=ua.NodeClass.Variable)
    assert {each.NodeClass for each in variables.References} == {ua.NodeClass.Variable}
    both = await browsed(client, BrowseDirection=ua.BrowseDirection.Both, ReferenceTypeId=ua.NodeId())
    assert {each.IsForward for each in both.References} == {False, True}


async def translated(client: Connection, start: ua.NodeId, *steps: ua.RelativePathElement) -> ua.BrowsePathResult:
    path = ua.BrowsePath(start, ua.RelativePath(list(steps)))
    (result,) = await client.client.uaclient.translate_browsepaths_to_nodeids([path])
    return result


def step(name: ua.QualifiedName, *, back: bool = False) -> ua.RelativePathElement:
    return ua.RelativePathElement(ua.NodeId(ua.ObjectIds.HierarchicalReferences), back, True, name)


async def test_a_path_that_goes_to_and_fro_ends_at_each_node_once(client: Connection) -> None:
    start, oven = client.node(OVEN.rpartition("/")[0]).nodeid, client.node(OVEN).nodeid
    names = ua.QualifiedName("oven", client.namespace), ua.QualifiedName("line-1", client.namespace)
    steps = [step(names[number % 2], back=number % 2 == 1) for number in range(63)]
    result = await translated(client, start, *steps)
    assert [target.TargetId for target in result.Targets] == [oven]
    assert result.Targets[0].RemainingPathIndex == 0xFFFF_FFFF


@pytest.mark.parametrize(
    ("steps", "status"),
    [
        ([], "BadNothingToDo"),
        ([step(ua.QualifiedName("temperature", 2))] * 65, "BadTooManyMatches"),
        ([step(ua.QualifiedName("", 2))], "BadBrowseNameInvalid"),
        ([step(ua.QualifiedName("nothing", 2))], "BadNoMatch"),
    ],
)
async def test_a_path_that_leads_nowhere_says_why(
    client: Connection, steps: list[ua.RelativePathElement], status: str
) -> None:
    assert (await translated(client, client.node(OVEN).nodeid, *steps)).StatusCode.name == status
    nowhere = await translated(client, ua.NodeId("nowhere", 2), step(ua.QualifiedName("a", 2)))
    assert nowhere.StatusCode.name == "BadNodeIdUnknown"
