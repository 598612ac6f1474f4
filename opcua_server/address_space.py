"""The line as nodes: plant, site, area, line, station and signal, each with its path as node id."""

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds

from opcua_server.data_types import (
    VARIANT_TYPES,
    axis_information,
    engineering_units,
    localized,
    unit_of,
    value_range,
    variant,
)
from opcua_server.nodes import Nodes, standard
from opcua_server.signal_values import SignalNode
from twin.host.port import Frame
from twin.line.description import LineDescription, SignalDescription, StationDescription
from twin.line.signal import ValueType
from twin.line.text import Text

NAMESPACE = "urn:rajola:line:1"
"""Its number rises when a released node id or data type changes."""
NOTIFIER = 0x01 | 0x04
"""Events can be subscribed to, and their history can be read."""
_STATION_TYPE = Text("A station of the line.", "Una estación de la línea.")


def add_line(nodes: Nodes, description: LineDescription, frame: Frame) -> list[SignalNode]:
    """Add the whole line with the values of `frame`, in the order of the frame."""
    types = _add_station_types(nodes, description)
    levels: dict[str, ua.NodeId] = {}
    signal_nodes: list[SignalNode] = []
    for station in description.stations:
        parent = _add_levels(nodes, description, station, levels)
        station_node = nodes.add_object(
            station.path,
            parent,
            name=station.name,
            display=station.title,
            type_definition=types[station.kind],
            reference=ObjectIds.Organizes,
            notifier=NOTIFIER,
        )
        nodes.add_reference(parent, ObjectIds.HasNotifier, station_node)
        signal_nodes.extend(_add_signal(nodes, station_node, signal, frame) for signal in station.signals)
    return signal_nodes


def notifiers_of(nodes: Nodes, description: LineDescription) -> dict[str, frozenset[ua.NodeId]]:
    """Where events of each station can be heard: at the station, every level above it, and the Server object."""
    found = {}
    for station in description.stations:
        parts = station.path.split("/")
        paths = ["/".join(parts[:length]) for length in range(1, len(parts) + 1)]
        found[station.path] = frozenset((standard(ObjectIds.Server), *map(nodes.node_id, paths)))
    return found


def _add_station_types(nodes: Nodes, description: LineDescription) -> dict[str, ua.NodeId]:
    base = nodes.add_object_type(
        "type:StationType",
        standard(ObjectIds.BaseObjectType),
        name="StationType",
        description=_STATION_TYPE,
        abstract=True,
    )
    types: dict[str, ua.NodeId] = {}
    for station in description.stations:
        if station.kind not in types:
            name = f"{station.kind}Type"
            node_id = nodes.add_object_type(f"type:{name}", base, name=name, description=station.title)
            types[station.kind] = node_id
    return types


def _add_levels(
    nodes: Nodes, description: LineDescription, station: StationDescription, levels: dict[str, ua.NodeId]
) -> ua.NodeId:
    """The folder that the station stands in, with all folders above it."""
    parent, path = standard(ObjectIds.ObjectsFolder), ""
    for name in station.path.split("/")[:-1]:
        path = f"{path}/{name}" if path else name
        if path not in levels:
            display = description.title if path == description.plant else name
            levels[path] = nodes.add_object(
                path, parent, name=name, display=display, type_definition=standard(ObjectIds.FolderType),
                notifier=NOTIFIER,
            )  # fmt: skip
            if "/" in path:
                nodes.add_reference(parent, ObjectIds.HasNotifier, levels[path])
        parent = levels[path]
    return parent


def _add_signal(nodes: Nodes, station: ua.NodeId, signal: SignalDescription, frame: Frame) -> SignalNode:
    node_id = nodes.add_variable(
        signal.path,
        station,
        variant(signal, frame.value(signal)),
        name=signal.name,
        description=signal.meaning,
        type_definition=_type_definition(signal),
        writable=signal.writable,
        sampling_ms=signal.period * 1000.0,
        historizing=True,
    )
    _add_properties(nodes, node_id, signal)
    return SignalNode(signal, node_id, nodes.value_of(node_id))


def _type_definition(signal: SignalDescription) -> int:
    if signal.axis is not None:
        return ObjectIds.YArrayItemType
    if signal.value_type is ValueType.ENUMERATION:
        return ObjectIds.MultiStateDiscreteType
    if VARIANT_TYPES[signal.value_type] not in (ua.VariantType.Double, ua.VariantType.Int64):
        return ObjectIds.BaseDataVariableType
    if value_range(signal.low, signal.high) is not None:
        return ObjectIds.AnalogItemType
    return ObjectIds.BaseDataVariableType if signal.unit is None else ObjectIds.AnalogUnitType


def _add_properties(nodes: Nodes, node_id: ua.NodeId, signal: SignalDescription) -> None:
    def add(name: str, value: object, data_type: int) -> None:
        nodes.add_property(node_id, name, ua.Variant(value, ua.VariantType.ExtensionObject), data_type)

    unit = unit_of(signal)
    limits = value_range(signal.low, signal.high)
    if unit is not None:
        add("EngineeringUnits", engineering_units(unit, nodes.language), ObjectIds.EUInformation)
    if limits is not None:
        add("EURange", limits, ObjectIds.Range)
    if signal.states:
        states = [localized(state, nodes.language) for state in signal.states]
        nodes.add_property(node_id, "EnumStrings", ua.Variant(states, ua.VariantType.LocalizedText))
    if signal.axis is not None:
        add("XAxisDefinition", axis_information(signal.axis, nodes.language), ObjectIds.AxisInformation)
        title = ua.Variant(localized(signal.meaning, nodes.language), ua.VariantType.LocalizedText)
        nodes.add_property(node_id, "Title", title)
        scale = ua.Variant(ua.AxisScaleEnumeration.Linear.value, ua.VariantType.Int32)
        nodes.add_property(node_id, "AxisScaleType", scale, ObjectIds.AxisScaleEnumeration)
