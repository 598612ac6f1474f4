"""The alarm model of a run: one condition for every alarm of the plant, driven by the event log and by commands.

A condition is a function of the run: what raised and cleared it stands in the event log, what people did with it in the
journal. It is kept in chapters, so that it survives a restart. All times are plant time.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twin.line.errors import Reason, RefusedCommand
from twin.line.records import Record
from twin.line.signal import Value
from twin.line.text import Text
from twin.line.time import NEVER, microseconds

if TYPE_CHECKING:
    from twin.line.line import Line
    from twin.line.station import Station

ALARM_COMMANDS = ("acknowledge", "confirm", "comment", "shelve", "unshelve", "enable", "disable")
LATCHING_SEVERITY = 700
"""Alarms from this severity on latch: they stay after they cleared, until somebody has acknowledged them."""
LONGEST_SHELVING_S = 7 * 86400.0
_READ = frozenset({Record.FAULT_BEGAN, Record.FAULT_ENDED, Record.ALARM_RAISED, Record.ALARM_CLEARED})
_RAISING = frozenset({Record.FAULT_BEGAN, Record.ALARM_RAISED})
_KINDS = sorted(map(int, _READ))
_DONE = {
    "acknowledge": "is acknowledged",
    "confirm": "is confirmed",
    "enable": "is enabled",
    "shelve": "is shelved",
}


class Change(StrEnum):
    """What happened to a condition."""

    RAISED = "alarm"
    CLEARED = "alarm-cleared"
    ACKNOWLEDGED = "alarm-acknowledged"
    CONFIRMED = "alarm-confirmed"
    COMMENTED = "alarm-commented"
    SHELVED = "alarm-shelved"
    UNSHELVED = "alarm-unshelved"
    ENABLED = "alarm-enabled"
    DISABLED = "alarm-disabled"


_CHANGES = {
    "acknowledge": Change.ACKNOWLEDGED,
    "confirm": Change.CONFIRMED,
    "comment": Change.COMMENTED,
    "shelve": Change.SHELVED,
    "enable": Change.ENABLED,
    "disable": Change.DISABLED,
}


@dataclass(frozen=True, slots=True)
class Declaration:
    """An alarm that a station can raise; `id` is `<path of the station>/<name>`."""

    id: str
    station: str
    name: str
    code: str
    text: Text
    severity: int
    latching: bool


@dataclass(slots=True)
class Condition:
    """What is known of one alarm. Times are plant instants [microseconds since 1970 UTC], 0 where there is none yet."""

    active: bool = False
    acknowledged: bool = True
    confirmed: bool = True
    enabled: bool = True
    shelved_until: int = 0
    """0: not shelved; NEVER: until it clears (one shot); else the instant at which shelving ends."""
    raised: int = 0
    cleared: int = 0
    changed: int = 0
    occurrences: int = 0
    changes: int = 0
    """Running number of the newest change."""
    raised_change: int = 0
    """Running number of the change that began the present occurrence."""
    comment: str = ""
    user: str = ""
    """Who gave the comment, or touched the condition last."""
    acknowledged_by: str = ""

    @property
    def retain(self) -> bool:
        """Whether people should see it: enabled, and active or not acknowledged."""
        return self.enabled and (self.active or not self.acknowledged)


Listener = Callable[[Change, Declaration, Condition], None]


class Alarms:
    """The conditions of a line, in the order of its stations; listeners hear of every change, with a copy."""

    def __init__(self, line: "Line") -> None:
        self._line = line
        self.listeners: list[Listener] = []
        self.declarations: dict[str, Declaration] = {}
        self._by_record: dict[tuple[int, bool, int], str] = {}
        for number, station in enumerate(line.stations):
            self._declare(number, station)
        self.conditions = {key: Condition() for key in self.declarations}
        self._shelved: set[str] = set()

    def _declare(self, number: int, station: "Station") -> None:
        for index, (name, mode) in enumerate(zip(station.faults.names, station.faults.modes, strict=True)):
            if mode.code:
                self._add(station, name, mode.code, mode.text, mode.severity)
                self._by_record[number, True, index] = f"{station.path}/{name}"
        for index, alarm in enumerate(station.process_alarms):
            self._add(station, alarm.name, alarm.code, alarm.text, alarm.severity)
            self._by_record[number, False, index] = f"{station.path}/{alarm.name}"

    def _add(self, station: "Station", name: str, code: str, text: Text, severity: int) -> None:
        key = f"{station.path}/{name}"
        latching = severity >= LATCHING_SEVERITY
        self.declarations[key] = Declaration(key, station.path, name, code, text, severity, latching)

    # Chapters.

    def state(self) -> dict[str, Condition]:
        """What a chapter keeps."""
        return self.conditions

    def resume(self, state: Mapping[str, Condition]) -> None:
        """Go on from a chapter."""
        self.conditions = {key: state.get(key, Condition()) for key in self.declarations}
        self._shelved = {key for key, condition in self.conditions.items() if condition.shelved_until}

    # What happens in the plant.

    def absorb(self, entries: NDArray[np.void]) -> None:
        """Read new entries of the event log."""
        for time, station, kind, a, _ in entries[np.isin(entries["kind"], _KINDS)].tolist():
            self.pass_time(time)
            record = Record(kind)
            key = self._by_record.get((station, record in (Record.FAULT_BEGAN, Record.FAULT_ENDED), a))
            if key is not None:
                self._switch(key, time, active=record in _RAISING)

    def _switch(self, key: str, time: int, *, active: bool) -> None:
        condition = self.conditions[key]
        if condition.active == active:
            return
        condition.active = active
        if active:
            condition.acknowledged = condition.confirmed = False
            condition.raised, condition.cleared = time, 0
            condition.comment = condition.user = condition.acknowledged_by = ""
            condition.occurrences += 1
            condition.raised_change = condition.changes + 1
            self._tell(Change.RAISED, key, time)
            return
        condition.cleared = time
        one_shot = condition.shelved_until == NEVER
        self._tell(Change.CLEARED, key, time)
        if one_shot:
            self._unshelve(key, time)

    def pass_time(self, now: int) -> None:
        """End the shelving of all conditions whose time is over."""
        if self._shelved:
            for key in sorted(self._shelved):
                until = self.conditions[key].shelved_until
                if until <= now:
                    self._unshelve(key, until)

    def _unshelve(self, key: str, time: int) -> None:
        self.conditions[key].shelved_until = 0
        self._shelved.discard(key)
        self._tell(Change.UNSHELVED, key, time)

    def _tell(self, change: Change, key: str, time: int) -> None:
        condition = self.conditions[key]
        condition.changed = time
        condition.changes += 1
        if self.listeners:
            copy = replace(condition)
            for listener in self.listeners:
                listener(change, self.declarations[key], copy)

    # What people do.

    def check(self, name: str, target: str, arguments: Mapping[str, Value]) -> None:
        """Raise RefusedCommand when the command cannot be applied now."""
        condition = self.conditions.get(target)
        if condition is None:
            raise RefusedCommand(
                Reason.UNKNOWN_TARGET, f"there is no alarm {target!r}; an alarm's id is <station path>/<alarm name>"
            )
        why = _refusal(name, condition)
        if why is not None:
            raise RefusedCommand(Reason.NOT_NOW, f"{target}: {why}")
        if name == "shelve":
            shelving_time(arguments)

    def apply(self, name: str, target: str, arguments: Mapping[str, Value], now: int, user: str) -> None:
        """Apply a command that has been checked; an acknowledgement also lets the station know."""
        condition = self.conditions[target]
        comment = str(arguments.get("comment", ""))
        if comment or name == "comment":
            condition.comment = comment
        condition.user = user
        match name:
            case "acknowledge":
                condition.acknowledged, condition.acknowledged_by = True, user
            case "confirm":
                condition.confirmed = True
            case "shelve":
                duration = shelving_time(arguments)
                condition.shelved_until = NEVER if duration == 0.0 else now + max(1, microseconds(duration))
                self._shelved.add(target)
            case "unshelve":
                self._unshelve(target, now)
                return
            case "enable" | "disable":
                condition.enabled = name == "enable"
        self._tell(_CHANGES[name], target, now)
        if name == "acknowledge" and condition.active:
            declaration = self.declarations[target]
            self._line.station(declaration.station).acknowledged(declaration.name)


def _refusal(name: str, condition: Condition) -> str | None:
    """Why people cannot do this with a condition now, None when they can."""
    if not condition.enabled and name != "enable":
        return "is disabled; enable it first"
    done = {
        "acknowledge": condition.acknowledged,
        "confirm": condition.confirmed,
        "enable": condition.enabled,
        "shelve": condition.shelved_until != 0,
    }
    if done.get(name, False):
        never = name in ("acknowledge", "confirm") and not condition.occurrences
        return "has never been raised" if never else f"{_DONE[name]} already"
    if name == "confirm" and not condition.acknowledged:
        return "is not acknowledged yet; acknowledge it before you confirm it"
    return "is not shelved" if name == "unshelve" and not condition.shelved_until else None


def shelving_time(arguments: Mapping[str, Value]) -> float:
    """For how long to shelve [s of plant time], 0: until the alarm clears; raises RefusedCommand."""
    duration = arguments.get("duration_s", 0.0)
    if isinstance(duration, bool) or not isinstance(duration, (int, float)):
        raise RefusedCommand(Reason.WRONG_TYPE, "duration_s is not a number of seconds")
    if not 0.0 <= duration <= LONGEST_SHELVING_S:
        raise RefusedCommand(
            Reason.OUT_OF_RANGE,
            f"duration_s is {duration:g}; give 0 (until the alarm clears) to {LONGEST_SHELVING_S:g} seconds",
        )
    return float(duration)
