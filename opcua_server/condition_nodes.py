"""The nodes of one condition: what part 9 wants of a DiscreteAlarmType instance, each variable read from its alarm."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from asyncua import ua
from asyncua.server.address_space import AttributeValue
from asyncua.ua.object_ids import ObjectIds

from opcua_server.arguments import Argument
from opcua_server.condition_fields import TYPE, Place
from opcua_server.nodes import Nodes, standard
from twin.line.description import AlarmDescription
from twin.line.text import Text

Read = Callable[[str], ua.DataValue]

EVENT_ID = Argument(
    "EventId", ua.VariantType.ByteString, Text("Event that shows it.", "Evento que la muestra."), optional=True
)
COMMENT = Argument("Comment", ua.VariantType.LocalizedText, Text("Comment.", "Comentario."), optional=True)
SHELVING_TIME = Argument("ShelvingTime", ua.VariantType.Double, Text("Plant time [ms].", "Tiempo de planta [ms]."))
METHOD_ARGUMENTS: Mapping[str, tuple[Argument, ...]] = {
    "Enable": (),
    "Disable": (),
    "AddComment": (EVENT_ID, COMMENT),
    "Acknowledge": (EVENT_ID, COMMENT),
    "Confirm": (EVENT_ID, COMMENT),
    "TimedShelve": (SHELVING_TIME,),
    "OneShotShelve": (),
    "Unshelve": (),
}

_PROPERTIES = (
    "EventId", "EventType", "SourceNode", "SourceName", "Time", "ReceiveTime", "Message", "Severity",
    "ConditionClassId", "ConditionClassName", "ConditionName", "BranchId", "Retain", "ClientUserId", "InputNode",
    "SuppressedOrShelved", "MaxTimeShelved",
)  # fmt: skip
_STATES = ("EnabledState", "ActiveState", "AckedState", "ConfirmedState", "LatchedState")
_STAMPED = ("Quality", "LastSeverity", "Comment")
_DATA_TYPES = {"Time": ObjectIds.UtcTime, "ReceiveTime": ObjectIds.UtcTime, "MaxTimeShelved": ObjectIds.Duration}
_METHODS = ("Enable", "Disable", "AddComment", "Acknowledge", "Confirm")
_SHELVING_METHODS = ("TimedShelve", "OneShotShelve", "Unshelve")


@dataclass(slots=True)
class ConditionNodes:
    """What was added: the objects on which methods are called, the methods, and the variables with their names."""

    owners: list[ua.NodeId] = field(default_factory=list)
    methods: dict[str, ua.NodeId] = field(default_factory=dict)
    variables: list[tuple[AttributeValue, str]] = field(default_factory=list)


class _Adder:
    """Adds the nodes of one condition."""

    def __init__(self, nodes: Nodes, place: Place, read: Read) -> None:
        self.nodes, self.read, self.path = nodes, read, str(place.node_id.Identifier)
        self.added = ConditionNodes()

    def variable(self, name: str, owner: ua.NodeId, kind: int, reference: int = ObjectIds.HasComponent) -> ua.NodeId:
        node_id = self.nodes.add_read_variable(
            f"{self.path}/{name}",
            owner,
            lambda: self.read(name),
            kind=kind,
            reference=reference,
            data_type=_DATA_TYPES.get(name),
        )
        self.added.variables.append((self.nodes.value_of(node_id), name))
        return node_id

    def property(self, name: str, owner: ua.NodeId) -> None:
        self.variable(name, owner, ObjectIds.PropertyType, ObjectIds.HasProperty)

    def methods(self, owner: ua.NodeId, names: tuple[str, ...]) -> None:
        self.added.owners.append(owner)
        for name in names:
            self.added.methods[name] = self.nodes.add_standard_method(owner, name, METHOD_ARGUMENTS[name])


def add_condition(nodes: Nodes, place: Place, declared: AlarmDescription, read: Read) -> ConditionNodes:
    """Add an instance; `read` gives the value of each of its variables."""
    adder = _Adder(nodes, place, read)
    condition = nodes.add_object(
        adder.path, place.source, name=declared.name, display=declared.meaning, type_definition=TYPE,
        reference=ObjectIds.HasComponent,
    )  # fmt: skip
    nodes.add_reference(place.source, ObjectIds.HasCondition, condition)
    for name in _PROPERTIES:
        adder.property(name, condition)
    for name in _STATES:
        state = adder.variable(name, condition, ObjectIds.TwoStateVariableType)
        adder.property(f"{name}/Id", state)
        if name == "ActiveState":
            adder.property(f"{name}/TransitionTime", state)
    for name in _STAMPED:
        variable = adder.variable(name, condition, ObjectIds.ConditionVariableType)
        adder.property(f"{name}/SourceTimestamp", variable)
    adder.methods(condition, _METHODS)
    _add_shelving(adder, condition)
    return adder.added


def _add_shelving(adder: _Adder, condition: ua.NodeId) -> None:
    kind = standard(ObjectIds.ShelvedStateMachineType)
    shelving = adder.nodes.add_standard_object(condition, "ShelvingState", kind)
    current = adder.variable("ShelvingState/CurrentState", shelving, ObjectIds.FiniteStateVariableType)
    adder.property("ShelvingState/CurrentState/Id", current)
    adder.property("ShelvingState/UnshelveTime", shelving)
    adder.methods(shelving, _SHELVING_METHODS)
