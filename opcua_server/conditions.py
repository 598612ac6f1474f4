"""Alarms and conditions (part 9): an instance under its machine for every alarm, its events and its methods."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes

from opcua_server.calls import Answer, Caller, Calls, FunctionMethod
from opcua_server.commands import Commands
from opcua_server.condition_fields import TYPE, Place, fields, is_known, read_value
from opcua_server.condition_nodes import METHOD_ARGUMENTS, ConditionNodes, add_condition
from opcua_server.data_types import localized
from opcua_server.event_filters import Event, Field
from opcua_server.nodes import Nodes
from opcua_server.wire import make_node_id
from twin.host.access import needed
from twin.host.port import Alarm, Command, PlantEvent, Port
from twin.line.description import LineDescription
from twin.line.text import Text
from twin.run.alarms import LONGEST_SHELVING_S

_TYPE_METHODS: Mapping[str, tuple[int, ...]] = {
    "Enable": (ObjectIds.ConditionType_Enable,),
    "Disable": (ObjectIds.ConditionType_Disable,),
    "AddComment": (ObjectIds.ConditionType_AddComment,),
    "Acknowledge": (ObjectIds.AcknowledgeableConditionType_Acknowledge,),
    "Confirm": (ObjectIds.AcknowledgeableConditionType_Confirm,),
    "TimedShelve": (
        ObjectIds.ShelvedStateMachineType_TimedShelve,
        ObjectIds.AlarmConditionType_ShelvingState_TimedShelve,
    ),
    "OneShotShelve": (
        ObjectIds.ShelvedStateMachineType_OneShotShelve,
        ObjectIds.AlarmConditionType_ShelvingState_OneShotShelve,
    ),
    "Unshelve": (ObjectIds.ShelvedStateMachineType_Unshelve, ObjectIds.AlarmConditionType_ShelvingState_Unshelve),
}
COMMANDS = {
    "Enable": "enable",
    "Disable": "disable",
    "AddComment": "comment",
    "Acknowledge": "acknowledge",
    "Confirm": "confirm",
    "TimedShelve": "shelve",
    "OneShotShelve": "shelve",
    "Unshelve": "unshelve",
}


@dataclass(slots=True)
class Instance:
    """One condition."""

    place: Place
    alarm: Alarm
    notifiers: frozenset[ua.NodeId]
    message: Text
    read: Callable[[str], ua.DataValue]
    nodes: ConditionNodes = field(default_factory=ConditionNodes)


class Conditions:
    """All conditions of the line."""

    def __init__(self, port: Port, nodes: Nodes, notifiers: Mapping[str, frozenset[ua.NodeId]]) -> None:
        self._port, self._nodes = port, nodes
        self._by_id: dict[str, Instance] = {}
        self._by_node: dict[ua.NodeId, Instance] = {}
        self._methods: dict[str, list[ua.NodeId]] = {name: [] for name in COMMANDS}
        self._stale: list[Instance] = []
        alarms = {alarm.id: alarm for alarm in port.alarms(every=True)}
        self._add_all(port.description, alarms, notifiers)

    def _add_all(
        self, line: LineDescription, alarms: Mapping[str, Alarm], notifiers: Mapping[str, frozenset[ua.NodeId]]
    ) -> None:
        for station in line.stations:
            for declared in station.alarms:
                key = f"{station.path}/{declared.name}"
                alarm = alarms.get(key) or Alarm(
                    key, station.path, declared.code, declared.meaning, declared.severity, 0, None, True,
                    active=False, confirmed=True, retain=False,
                )  # fmt: skip
                node_id = self._nodes.node_id(f"{station.path}/alarms/{declared.name}")
                source = self._nodes.node_id(station.path)
                place = Place(node_id, source, station.name, self._port.run.definition_sha256)
                read = self._reader(key)
                self._by_id[key] = instance = Instance(place, alarm, notifiers[station.path], alarm.message, read)
                added = instance.nodes = add_condition(self._nodes, place, declared, read)
                self._by_node.update(dict.fromkeys(added.owners, instance))
                for name, method in added.methods.items():
                    self._methods[name].append(method)

    def _reader(self, key: str) -> Callable[[str], ua.DataValue]:
        language = self._nodes.language

        def variant(text: Text) -> ua.Variant:
            return ua.Variant(localized(text, language), ua.VariantType.LocalizedText)

        # All variables of a condition are often read together.
        known: tuple[Alarm | None, Text | None, int, dict[str, Field]] = (None, None, 0, {})

        def read(path: str) -> ua.DataValue:
            nonlocal known
            instance, now = self._by_id[key], self._port.clock.time
            alarm, message = instance.alarm, instance.message
            if not (known[0] is alarm and known[1] is message and known[2] == now):
                known = (alarm, message, now, fields(instance.place, alarm, now, message))
            return read_value(known[3][path], variant, alarm, path)

        return read

    @property
    def node_ids(self) -> frozenset[ua.NodeId]:
        """All instances."""
        return frozenset(instance.place.node_id for instance in self._by_id.values())

    # Events.

    def note(self, happened: PlantEvent) -> None:
        """Let the instance show what the alarm is like after an event."""
        alarm = happened.alarm
        instance = None if alarm is None else self._by_id.get(alarm.id)
        if alarm is not None and instance is not None:
            instance.alarm, instance.message = alarm, happened.message
            self._stale.append(instance)

    def event(self, happened: PlantEvent) -> Event | None:
        """The event of a change; none for what happens to a disabled condition."""
        alarm = happened.alarm
        instance = None if alarm is None else self._by_id.get(alarm.id)
        if alarm is None or instance is None or (not alarm.enabled and happened.kind != "alarm-disabled"):
            return None
        return _event_of(instance, alarm, happened.message, happened.time)

    @property
    def retained(self) -> list[Event]:
        """The newest event of every condition that people should see, the oldest first."""
        now = self._port.clock.time
        shown = [instance for instance in self._by_id.values() if instance.alarm.retain]
        return [
            _event_of(instance, instance.alarm, instance.message, now)
            for instance in sorted(shown, key=lambda each: each.alarm.changed)
        ]

    async def tell_watchers(self) -> None:
        """Let those who watch the variables of conditions know what has changed."""
        stale, self._stale = self._stale, []
        for instance in {id(each): each for each in stale}.values():
            for place, name in instance.nodes.variables:
                for handle, tell in tuple(place.datachange_callbacks.items()):
                    await tell(handle, instance.read(name))

    # Methods.

    def offer_methods(self, calls: Calls, commands: Commands) -> None:
        """Let clients call the methods, on the instance's own node and on the type's."""
        owners = frozenset(self._by_node)
        for name, own in self._methods.items():
            handler = FunctionMethod(METHOD_ARGUMENTS[name], owners, self._doer(name, commands))
            for method in (*own, *map(make_node_id, _TYPE_METHODS[name])):
                calls.add(method, handler)

    def _doer(self, name: str, commands: Commands) -> Callable[[ua.NodeId, Sequence[Any], Caller], Awaitable[Answer]]:
        async def do(object_id: ua.NodeId, values: Sequence[Any], caller: Caller) -> Answer:
            if caller.user.role < needed(COMMANDS[name]):
                # The session would say so too, but only after the state of the condition has answered.
                return Answer(StatusCodes.BadUserAccessDenied)
            instance = self._by_node[object_id]
            alarm = self._now(instance)
            refusal = _refusal(name, instance.place, alarm, values)
            if refusal is not None:
                return Answer(refusal)
            arguments: dict[str, Any] = {}
            if name == "TimedShelve":
                arguments["duration_s"] = values[0] / 1000.0
            elif len(values) > 1:
                arguments["comment"] = _text_of(values[1], alarm)
            fate = await commands.hand_in(Command(COMMANDS[name], alarm.id, arguments), caller.user)
            return Answer(fate.value)

        return do

    def _now(self, instance: Instance) -> Alarm:
        """The alarm as it is, which the next events will show."""
        found = next((alarm for alarm in self._port.alarms(every=True) if alarm.id == instance.alarm.id), None)
        return instance.alarm if found is None else found


def _event_of(instance: Instance, alarm: Alarm, message: Text, now: int) -> Event:
    told = fields(instance.place, alarm, now, message)
    return Event(TYPE, told, instance.notifiers, alarm.changed, instance.place.node_id)


def _text_of(comment: Any, alarm: Alarm) -> str:
    """The comment; a null leaves the one that is there (part 9, 5.5.6)."""
    if comment is None or (comment.Text is None and comment.Locale is None):
        return alarm.comment
    return str(comment.Text or "")


def _refusal(name: str, place: Place, alarm: Alarm, values: Sequence[Any]) -> int | None:
    """Why a method cannot be called now, by the status codes of part 9; None when it can."""
    state = {
        "Enable": (alarm.enabled, StatusCodes.BadConditionAlreadyEnabled),
        "Disable": (not alarm.enabled, StatusCodes.BadConditionAlreadyDisabled),
        "Acknowledge": (alarm.acknowledged, StatusCodes.BadConditionBranchAlreadyAcked),
        "Confirm": (alarm.confirmed, StatusCodes.BadConditionBranchAlreadyConfirmed),
        "TimedShelve": (bool(alarm.shelving), StatusCodes.BadConditionAlreadyShelved),
        "OneShotShelve": (bool(alarm.shelving), StatusCodes.BadConditionAlreadyShelved),
        "Unshelve": (not alarm.shelving, StatusCodes.BadConditionNotShelved),
    }
    if not alarm.enabled and name not in ("Enable", "Disable"):
        return StatusCodes.BadConditionDisabled
    names_event = name in ("AddComment", "Acknowledge", "Confirm")
    if names_event and not is_known(place, alarm, values[0] or b""):
        return StatusCodes.BadEventIdUnknown
    done, code = state.get(name, (False, StatusCodes.Good))
    if done:
        return code
    out_of_range = name == "TimedShelve" and not 0.0 < values[0] <= LONGEST_SHELVING_S * 1000.0
    return StatusCodes.BadShelvingTimeOutOfRange if out_of_range else None
