"""What a condition shows: the fields of its events, which are also the values of its instance's variables (part 9)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes

from opcua_server.data_types import moment
from opcua_server.event_fields import base_fields, event_id
from opcua_server.event_filters import Field
from opcua_server.wire import make_node_id, status
from twin.host.port import BAD, GOOD, UNCERTAIN, Alarm
from twin.line.text import Text
from twin.run.alarms import LONGEST_SHELVING_S

TYPE = make_node_id(ObjectIds.DiscreteAlarmType)
_CLASS = make_node_id(ObjectIds.ProcessConditionClassType)
_CLASS_NAME = Text("Process", "Proceso")
_STATES: Mapping[str, tuple[Text, Text]] = {
    # By name of the state: what it is called when it is true, and when it is not.
    "EnabledState": (Text("Enabled", "Habilitada"), Text("Disabled", "Deshabilitada")),
    "ActiveState": (Text("Active", "Activa"), Text("Inactive", "Inactiva")),
    "AckedState": (Text("Acknowledged", "Reconocida"), Text("Unacknowledged", "No reconocida")),
    "ConfirmedState": (Text("Confirmed", "Confirmada"), Text("Unconfirmed", "No confirmada")),
    "LatchedState": (Text("Latched", "Enclavada"), Text("Unlatched", "No enclavada")),
}
_SHELVING: Mapping[str, tuple[Text, int]] = {
    "": (Text("Unshelved", "No aplazada"), ObjectIds.ShelvedStateMachineType_Unshelved),
    "timed": (Text("Timed shelved", "Aplazada un tiempo"), ObjectIds.ShelvedStateMachineType_TimedShelved),
    "one-shot": (Text("One shot shelved", "Aplazada una vez"), ObjectIds.ShelvedStateMachineType_OneShotShelved),
}
_QUALITY = {GOOD: StatusCodes.Good, UNCERTAIN: StatusCodes.Uncertain, BAD: StatusCodes.Bad}
_MILLISECONDS = 1000.0


@dataclass(frozen=True, slots=True)
class Place:
    """Where a condition is in the address space: itself, and its source with its name."""

    node_id: ua.NodeId
    source: ua.NodeId
    source_name: str
    run: str
    """What tells this run's event ids from those of other runs."""


def identifier(place: Place, alarm: Alarm, change: int) -> bytes:
    """The EventId of a change of the alarm."""
    return event_id(place.run, alarm.id, change)


def is_known(place: Place, alarm: Alarm, given: bytes) -> bool:
    """Whether an EventId is that of some event of the present occurrence."""
    changes = range(max(1, alarm.raised_change), alarm.change + 1)
    return any(identifier(place, alarm, change) == given for change in changes)


def fields(place: Place, alarm: Alarm, now: int, message: Text | None = None) -> dict[str, Field]:
    """All fields, by browse path; `now` is the plant instant [microseconds since 1970 UTC]."""
    told = base_fields(
        TYPE, identifier(place, alarm, alarm.change), place.source, place.source_name, alarm.changed,
        message or alarm.message, alarm.severity,
    )  # fmt: skip
    changed = _instant(alarm.changed)
    shelving, shelving_id = _SHELVING[alarm.shelving]
    told |= {
        "ConditionClassId": ua.Variant(_CLASS, ua.VariantType.NodeId),
        "ConditionClassName": _CLASS_NAME,
        "ConditionName": ua.Variant(alarm.code, ua.VariantType.String),
        "BranchId": ua.Variant(ua.NodeId(), ua.VariantType.NodeId),
        "Retain": _flag(alarm.retain),
        "Quality": ua.Variant(status(_QUALITY[alarm.quality]), ua.VariantType.StatusCode),
        "Quality/SourceTimestamp": changed,
        "LastSeverity": ua.Variant(alarm.severity, ua.VariantType.UInt16),
        "LastSeverity/SourceTimestamp": changed,
        "Comment": Text(alarm.comment, alarm.comment),
        "Comment/SourceTimestamp": changed,
        "ClientUserId": ua.Variant(alarm.user, ua.VariantType.String),
        "InputNode": ua.Variant(ua.NodeId(), ua.VariantType.NodeId),
        "SuppressedOrShelved": _flag(bool(alarm.shelving)),
        "ShelvingState/CurrentState": shelving,
        "ShelvingState/CurrentState/Id": ua.Variant(make_node_id(shelving_id), ua.VariantType.NodeId),
        "ShelvingState/UnshelveTime": ua.Variant(_unshelve_ms(alarm, now), ua.VariantType.Double),
        "MaxTimeShelved": ua.Variant(LONGEST_SHELVING_S * _MILLISECONDS, ua.VariantType.Double),
        "ActiveState/TransitionTime": _instant(alarm.raised if alarm.active else alarm.cleared or alarm.changed),
    }
    for name, is_true in _truths(alarm).items():
        told[name] = _STATES[name][0 if is_true else 1]
        told[f"{name}/Id"] = _flag(is_true)
    return told


def _truths(alarm: Alarm) -> dict[str, bool]:
    return {
        "EnabledState": alarm.enabled,
        "ActiveState": alarm.active,
        "AckedState": alarm.acknowledged,
        "ConfirmedState": alarm.confirmed,
        "LatchedState": alarm.latching and (alarm.active or not alarm.acknowledged),
    }


def _unshelve_ms(alarm: Alarm, now: int) -> float:
    """Plant time until shelving ends [ms]; the longest there is when only the alarm's end ends it."""
    if alarm.shelving == "one-shot":
        return LONGEST_SHELVING_S * _MILLISECONDS
    return max(0.0, ((alarm.shelved_until or now) - now) / _MILLISECONDS)


def _flag(value: bool) -> ua.Variant:
    return ua.Variant(value, ua.VariantType.Boolean)


def _instant(microseconds: int) -> ua.Variant:
    return ua.Variant(moment(microseconds), ua.VariantType.DateTime)


def read_value(field: Field, variant: Callable[[Text], ua.Variant], alarm: Alarm, path: str) -> ua.DataValue:
    """A field as the value of a variable; what a disabled condition does not know is bad."""
    now = datetime.now(UTC)
    value = variant(field) if isinstance(field, Text) else field
    hidden = not alarm.enabled and path not in _ALWAYS_KNOWN
    code = status(StatusCodes.BadConditionDisabled if hidden else StatusCodes.Good)
    stamps: tuple[object, object] = (moment(alarm.changed), now)
    return ua.DataValue(value, code, *stamps)  # type: ignore[arg-type]


_ALWAYS_KNOWN = frozenset(
    (
        "EventId",
        "EventType",
        "SourceNode",
        "SourceName",
        "Time",
        "ConditionClassId",
        "ConditionClassName",
        "ConditionName",
        "BranchId",
        "Retain",
        "EnabledState",
        "EnabledState/Id",
        "ClientUserId",
    )
)
