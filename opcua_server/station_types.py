"""The types of our own model: one for each level, and one for each kind of station with what its stations have."""

from collections.abc import Iterable, Mapping, Sequence

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds

from opcua_server.nodes import Nodes, standard
from opcua_server.signal_nodes import add_properties, data_type_of, type_definition_of
from twin.line.description import LineDescription, SignalDescription, StationDescription
from twin.line.text import Text

_STATION_TYPE = Text("A station of the line.", "Una estación de la línea.")
_LEVELS = (
    ("PlantType", Text("A firm's plant, with its sites.", "Una planta de una empresa, con sus centros.")),
    ("SiteType", Text("A site, with its areas.", "Un centro, con sus áreas.")),
    ("AreaType", Text("An area of a site, with its lines.", "Un área de un centro, con sus líneas.")),
    ("LineType", Text("A line of an area, with its stations.", "Una línea de un área, con sus estaciones.")),
)
"""The levels above a station, the highest first."""


def add_level_types(nodes: Nodes) -> Sequence[ua.NodeId]:
    """Add the types of the levels above stations, the highest first."""
    folder = standard(ObjectIds.FolderType)
    return [nodes.add_object_type(f"type:{name}", folder, name=name, description=text) for name, text in _LEVELS]


def add_station_types(nodes: Nodes, description: LineDescription) -> Mapping[str, ua.NodeId]:
    """Add the type of every kind of station, with its members; the node ids by kind."""
    base = nodes.add_object_type(
        "type:StationType",
        standard(ObjectIds.BaseObjectType),
        name="StationType",
        description=_STATION_TYPE,
        abstract=True,
    )
    of_kind: dict[str, list[StationDescription]] = {}
    for station in description.stations:
        of_kind.setdefault(station.kind, []).append(station)
    return {kind: _add_type(nodes, base, kind, stations) for kind, stations in of_kind.items()}


def _add_type(nodes: Nodes, base: ua.NodeId, kind: str, stations: list[StationDescription]) -> ua.NodeId:
    name = f"{kind}Type"
    node_id = nodes.add_object_type(f"type:{name}", base, name=name, description=stations[0].title)
    for signal, everywhere in _members(stations):
        _add_member(nodes, node_id, signal, mandatory=everywhere)
    return node_id


def _members(stations: list[StationDescription]) -> Iterable[tuple[SignalDescription, bool]]:
    """Each signal that a station of the kind has, and whether all of them have it."""
    found: dict[str, SignalDescription] = {}
    for station in stations:
        for signal in station.signals:
            found.setdefault(signal.name, signal)
    names = [{signal.name for signal in station.signals} for station in stations]
    return [(signal, all(name in each for each in names)) for name, signal in found.items()]


def _add_member(nodes: Nodes, owner: ua.NodeId, signal: SignalDescription, *, mandatory: bool) -> None:
    """A member says what clients find on every instance: data type, unit and range; it has no value."""
    node_id = nodes.add_variable(
        f"{owner.Identifier!s}/{signal.name}",
        owner,
        ua.Variant(),
        name=signal.name,
        description=signal.meaning,
        type_definition=type_definition_of(signal),
        data_type=data_type_of(signal),
        writable=signal.writable,
        rank=ua.ValueRank.Scalar if signal.axis is None else ua.ValueRank.OneDimension,
    )
    rule = ObjectIds.ModellingRule_Mandatory if mandatory else ObjectIds.ModellingRule_Optional
    nodes.add_reference(node_id, ObjectIds.HasModellingRule, standard(rule), back=False)
    for each in add_properties(nodes, node_id, signal):
        nodes.add_reference(each, ObjectIds.HasModellingRule, standard(ObjectIds.ModellingRule_Mandatory), back=False)
