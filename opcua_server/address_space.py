"""The line as nodes: plant, site, area, line, station and signal, each with its path as node id."""

from collections.abc import Sequence

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds

from opcua_server.data_types import variant
from opcua_server.nodes import Nodes, standard
from opcua_server.signal_nodes import add_properties, type_definition_of
from opcua_server.signal_values import SignalNode
from opcua_server.station_types import add_level_types, add_station_types
from twin.host.port import Frame
from twin.line.description import LineDescription, SignalDescription, StationDescription

NAMESPACE = "urn:rajola:line:1"
"""Its number rises when a released node id or data type changes."""
NOTIFIER = 0x01 | 0x04
"""Events can be subscribed to, and their history can be read."""


def add_line(nodes: Nodes, description: LineDescription, frame: Frame) -> list[SignalNode]:
    """Add the whole line with the values of `frame`, in the order of the frame."""
    types, level_types = add_station_types(nodes, description), add_level_types(nodes)
    levels: dict[str, ua.NodeId] = {}
    signal_nodes: list[SignalNode] = []
    for station in description.stations:
        parent = _add_levels(nodes, description, station, levels, level_types)
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


def _add_levels(
    nodes: Nodes,
    description: LineDescription,
    station: StationDescription,
    levels: dict[str, ua.NodeId],
    level_types: Sequence[ua.NodeId],
) -> ua.NodeId:
    """The folder that the station stands in, with all folders above it, each of the type of its level."""
    parent, path = standard(ObjectIds.ObjectsFolder), ""
    for name, level_type in zip(station.path.split("/")[:-1], level_types, strict=True):
        path = f"{path}/{name}" if path else name
        if path not in levels:
            display = description.title if path == description.plant else name
            levels[path] = nodes.add_object(
                path, parent, name=name, display=display, type_definition=level_type,
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
        type_definition=type_definition_of(signal),
        writable=signal.writable,
        sampling_ms=signal.period * 1000.0,
        historizing=True,
    )
    add_properties(nodes, node_id, signal)
    return SignalNode(signal, node_id, nodes.value_of(node_id))
