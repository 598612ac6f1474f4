from dataclasses import replace

from asyncua import ua
from asyncua.server.address_space import AddressSpace, NodeManagementService

from opcua_server.address_space import SignalNode, add_line
from opcua_server.nodes import Nodes
from tests.support.fake_bakery import bakery
from tests.support.fake_port import FakePort
from tests.support.opcua import MIXER, OVEN
from twin.line.description import LineDescription


def built(description: LineDescription) -> tuple[AddressSpace, list[SignalNode]]:
    address_space = AddressSpace()
    management = NodeManagementService(address_space)
    for identifier, node_class, attributes in (
        (ua.ObjectIds.ObjectsFolder, ua.NodeClass.Object, ua.ObjectAttributes()),
        (ua.ObjectIds.BaseObjectType, ua.NodeClass.ObjectType, ua.ObjectTypeAttributes()),
    ):
        item = ua.AddNodesItem(RequestedNewNodeId=ua.NodeId(identifier), NodeClass=node_class)
        item.NodeAttributes = attributes
        list(management.try_add_nodes([item], check=False))
    for name in ("FolderType", "PropertyType", "BaseDataVariableType", "AnalogItemType", "AnalogUnitType",
                 "YArrayItemType", "MultiStateDiscreteType",
                 "ModellingRule_Mandatory", "ModellingRule_Optional"):  # fmt: skip
        item = ua.AddNodesItem(RequestedNewNodeId=ua.NodeId(getattr(ua.ObjectIds, name)))
        item.NodeClass, item.NodeAttributes = ua.NodeClass.ObjectType, ua.ObjectTypeAttributes()
        list(management.try_add_nodes([item], check=False))
    return address_space, add_line(Nodes(address_space, management, 2, "en"), description, FakePort().frame)


def test_there_is_a_node_for_every_signal_in_the_order_of_the_frame() -> None:
    _, signal_nodes = built(bakery())
    assert [node.signal for node in signal_nodes] == list(bakery().signals)
    assert all(node.node_id.Identifier == node.signal.path for node in signal_nodes)


def test_stations_of_one_kind_share_a_type() -> None:
    line = bakery()
    twin_path = OVEN.replace("oven", "oven-2")
    second = replace(line.stations[1], path=twin_path, name="oven-2", signals=())
    address_space, _ = built(replace(line, stations=(*line.stations, second)))
    types = [
        next(ref.NodeId for ref in address_space[ua.NodeId(path, 2)].references if ref.IsForward
             and ref.ReferenceTypeId == ua.NodeId(ua.ObjectIds.HasTypeDefinition))
        for path in (OVEN, twin_path, MIXER)
    ]  # fmt: skip
    assert [node_id.Identifier for node_id in types] == ["type:OvenType", "type:OvenType", "type:MixerType"]


def test_a_type_has_what_its_stations_have_and_says_whether_all_do() -> None:
    line = bakery()
    oven = line.stations[1]
    bare = replace(oven, path=f"{oven.path}-2", name="oven-2", signals=(replace(oven.signals[0], path="oven-2/first"),))
    address_space, _ = built(replace(line, stations=(*line.stations, bare)))
    rules = {}
    for signal in oven.signals:
        member = address_space[ua.NodeId(f"type:OvenType/{signal.name}", 2)]
        instance = address_space[ua.NodeId(signal.path, 2)]
        for attribute in (ua.AttributeIds.DataType, ua.AttributeIds.ValueRank, ua.AttributeIds.BrowseName):
            assert member.attributes[attribute].value == instance.attributes[attribute].value
        rules[signal.name] = [
            ref.NodeId.Identifier for ref in member.references
            if ref.ReferenceTypeId == ua.NodeId(ua.ObjectIds.HasModellingRule)
        ]  # fmt: skip
    names = [signal.name for signal in oven.signals]
    assert rules.pop(names[0]) == [ua.ObjectIds.ModellingRule_Mandatory]
    assert set(map(tuple, rules.values())) == {(ua.ObjectIds.ModellingRule_Optional,)}


def test_a_quantity_without_known_range_has_a_unit_all_the_same() -> None:
    line = bakery()
    load = replace(line.signal(f"{MIXER}/load"), high=None)
    mixer = replace(line.stations[0], signals=(load,))
    address_space, (node,) = built(replace(line, stations=(mixer,)))
    names = {ref.BrowseName.Name for ref in address_space[node.node_id].references if ref.IsForward}
    assert "EngineeringUnits" in names
    assert "EURange" not in names
