"""From entries of the event log to events and alarms that people read."""

from collections import deque
from dataclasses import replace
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from twin.host.port import Alarm, PlantEvent
from twin.line.activity import ACTIVITY_TEXTS, Activity
from twin.line.line import Line
from twin.line.records import Record
from twin.line.text import Text

KEPT_EVENTS = 10_000
KEPT_ALARMS = 1_000
_QUIET = frozenset({Activity.PRODUCING, Activity.STARVED, Activity.BLOCKED, Activity.MICRO_STOP})
_SHOWN = frozenset(
    {Record.FAULT_BEGAN, Record.FAULT_ENDED, Record.ALARM_RAISED, Record.ALARM_CLEARED, Record.ACTIVITY, Record.ORDER}
)


class Happenings:
    """Keeps the newest events, and the alarms that are active or not acknowledged."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._kept = {truth: deque[PlantEvent](maxlen=KEPT_EVENTS) for truth in (False, True)}
        self._numbers = {False: 0, True: 0}
        self._alarms: dict[str, Alarm] = {}

    def recall(self, now: int) -> None:
        """Know the alarms that are active when a session begins."""
        for station in self._line.stations:
            faults = station.faults
            for name, mode, until, began in zip(
                faults.names, faults.modes, faults.state.until, faults.state.began, strict=True
            ):
                if until and mode.code:
                    key = f"{station.path}/{name}"
                    self._alarms[key] = Alarm(
                        key, station.path, mode.code, mode.text, mode.severity, began, None, False
                    )
            for alarm, active in zip(station.process_alarms, station.alarms, strict=True):
                if active:
                    key = f"{station.path}/{alarm.name}"
                    self._alarms[key] = Alarm(
                        key, station.path, alarm.code, alarm.text, alarm.severity, now, None, False
                    )

    def absorb(self, entries: NDArray[np.void]) -> None:
        """Read new entries of the event log."""
        kinds = entries["kind"]
        for time, station, kind, a, b in entries[np.isin(kinds, [int(kind) for kind in _SHOWN])].tolist():
            self._read(time, station, Record(kind), a, b)

    def _read(self, time: int, number: int, kind: Record, a: int, b: int) -> None:
        station = self._line.stations[number]
        match kind:
            case Record.FAULT_BEGAN | Record.FAULT_ENDED:
                mode = station.faults.modes[a]
                if mode.code:
                    self._alarm(
                        kind is Record.FAULT_BEGAN, time, station.path, f"{station.path}/{station.faults.names[a]}",
                        mode.code, mode.text, mode.severity,
                    )  # fmt: skip
            case Record.ALARM_RAISED | Record.ALARM_CLEARED:
                alarm = station.process_alarms[a]
                self._alarm(
                    kind is Record.ALARM_RAISED, time, station.path, f"{station.path}/{alarm.name}", alarm.code,
                    alarm.text, alarm.severity,
                )  # fmt: skip
            case Record.ORDER:
                name = self._line.order_name(a)
                self.add(time, "order", station.path, Text(f"Order {name} begins", f"Empieza la orden {name}"), 100)
            case _:
                if Activity(a) not in _QUIET:
                    self.add(time, "state", station.path, ACTIVITY_TEXTS[a], 100)

    def _alarm(self, raised: bool, time: int, station: str, key: str, code: str, text: Text, severity: int) -> None:
        if raised:
            self._alarms.pop(key, None)
            self._alarms[key] = Alarm(key, station, code, text, severity, time, None, False)
            self.add(time, "alarm", station, text, severity, code)
            return
        known = self._alarms.get(key)
        if known is not None:
            if known.acknowledged:
                del self._alarms[key]
            else:
                self._alarms[key] = replace(known, cleared=time)
        while len(self._alarms) > KEPT_ALARMS:
            self._alarms.pop(next(iter(self._alarms)))
        self.add(time, "alarm-cleared", station, text, severity, code)

    def add(
        self, time: int, kind: str, station: str, message: Text, severity: int, code: str = "", *, truth: bool = False
    ) -> None:
        """Note an event; one of the `truth` is kept from those who may not know it."""
        for told in (True,) if truth else (False, True):
            self._numbers[told] += 1
            self._kept[told].append(
                PlantEvent(self._numbers[told], time, kind, station, message, severity, code, truth)
            )

    def knows(self, key: str) -> bool:
        """Whether there is an alarm under this id."""
        return key in self._alarms

    def acknowledge(self, key: str) -> None:
        """Acknowledge an alarm."""
        known = self._alarms[key]
        if known.cleared is not None:
            del self._alarms[key]
        else:
            self._alarms[key] = replace(known, acknowledged=True)

    def events(self, after: int, limit: int, *, truth: bool = False) -> list[PlantEvent]:
        """At most `limit` kept events with number greater than `after`, oldest first."""
        kept = self._kept[truth]
        skip = max(0, len(kept) - max(0, self._numbers[truth] - after))
        return list(islice(kept, skip, skip + max(0, limit)))

    def alarms(self) -> list[Alarm]:
        """Active or unacknowledged alarms, newest first."""
        return sorted(self._alarms.values(), key=lambda alarm: (alarm.raised, alarm.id), reverse=True)
