"""What fails of a station: its failure modes begin, grow and end, drawn or injected, and the event log notes it."""

from array import array
from dataclasses import dataclass
from typing import ClassVar

import simpy

from twin.line.consequence import Direction
from twin.line.description import AlarmDescription, FaultDescription
from twin.line.faults import Faults
from twin.line.records import Record
from twin.line.running import Process, Running
from twin.line.text import Text
from twin.line.time import NEVER


@dataclass(frozen=True, slots=True)
class ProcessAlarm:
    """An alarm that a station raises by itself, such as a level too low."""

    name: str
    code: str
    text: Text
    severity: int
    consequence_of: Direction | None = None
    """Where its cause lies, for an alarm that tells of material that is lacking or cannot leave; `held_by` names it."""
    work: str = ""
    """Name of the work of people that clears it, which the station's `see_to` does."""


class Failing(Running):
    """Base of what has failure modes; a subclass says what they change."""

    process_alarms: ClassVar[tuple[ProcessAlarm, ...]] = ()

    def __init__(self, faults: Faults) -> None:
        super().__init__()
        self.faults = faults
        self.log: array[int] = array("q")

    # What a subclass writes.

    def changed(self) -> None:
        """React to a written set point, or to a fault that began or ended, at the present instant."""
        self.wake()

    def before_change(self) -> None:
        """Bring lazily computed states up to the present instant, before a set point or condition changes."""

    def fault_ended(self, index: int) -> None:
        """React to the end of failure mode `index`, whether time, an operator or the station itself ended it."""

    # What it does itself.

    def record(self, kind: Record, a: int, b: int) -> None:
        """Write an entry of the present instant into the event log."""
        self.log.extend((int(self.env.now), kind, a, b))

    def clock(self) -> Process:
        """Begin, grow and end failure modes when they are due."""
        while True:
            change = self.faults.next_change
            if change == NEVER:
                # Until a fault that begins or ends starts the clock again.
                yield simpy.Event(self.env)
            if change > self.now:
                yield self.until(change)
            self.pass_faults()

    def pass_faults(self) -> None:
        """Begin all modes of the plant clock, and let all modes grow and end, that are due by now."""
        now, state = self.now, self.faults.state
        for index, mode in enumerate(self.faults.modes):
            if 0 < state.until[index] <= now:
                self.end_fault(index)
            elif self.faults.grows_at(index) <= now:
                self.grow_fault(index)
            elif not state.until[index] and mode.clock == "plant" and state.due[index] <= now:
                self.begin_fault(index)

    def inject(self, index: int, until: int, size: float | None = None) -> None:
        """Make a failure mode active until `until` (NEVER: until it is cleared), `size` times as strong as declared.

        One that is active now ends then, and keeps its size when none is given. Its onset, if it has one, comes first.
        """
        if self.faults.active(index):
            if size is not None:
                self.before_change()
                self.faults.resize(index, size)
            self.faults.last_until(index, until)
            self.changed()
            self.restart_clock()
        else:
            self.begin_fault(index, until, 1.0 if size is None else size)

    def clear(self, index: int) -> None:
        """Make a failure mode inactive now; nothing happens when it is not active."""
        if self.faults.active(index):
            self.end_fault(index)

    def end_passed_faults(self) -> list[int]:
        """End the active modes whose time is over, from within the station's own process; their indices."""
        now, faults = self.now, self.faults
        passed = [index for index, until in enumerate(faults.state.until) if 0 < until <= now]
        for index in passed:
            faults.end(index, now)
            self.record(Record.FAULT_ENDED, index, faults.state.counts[index])
            self.fault_ended(index)
        return passed

    def begin_due_fault(self) -> None:
        """Make the mode active that is due on the working clock, from within the station's own process."""
        self.begin_fault(self.faults.next_mode)

    def begin_fault(self, index: int, until: int | None = None, size: float = 1.0) -> None:
        """Make a failure mode active now."""
        self.before_change()
        at_once = self.faults.begin(index, self.now, until, size)
        kind = Record.FAULT_BEGAN if at_once else Record.FAULT_ONSET
        self.record(kind, index, self.faults.state.counts[index])
        self.changed()
        self.restart_clock()

    def grow_fault(self, index: int) -> None:
        """Let the onset of a failure mode make its next step now; with the last one the alarm comes."""
        self.before_change()
        if self.faults.grow(index):
            self.record(Record.FAULT_BEGAN, index, self.faults.state.counts[index])
        self.changed()
        self.restart_clock()

    def end_fault(self, index: int) -> None:
        """Make a failure mode inactive now."""
        self.before_change()
        self.faults.end(index, self.now)
        self.record(Record.FAULT_ENDED, index, self.faults.state.counts[index])
        self.fault_ended(index)
        self.changed()
        self.restart_clock()

    @property
    def fault_descriptions(self) -> tuple[FaultDescription, ...]:
        """All failure modes, for gateways."""
        return tuple(
            FaultDescription(
                name,
                mode.code,
                mode.text,
                mode.severity,
                cause=mode.cause,
                signature=mode.signature,
                defects=mode.defects,
                response=mode.response,
                sizes=mode.sizes,
            )
            for name, mode in zip(self.faults.names, self.faults.modes, strict=True)
        )

    @property
    def alarm_descriptions(self) -> tuple[AlarmDescription, ...]:
        """All alarms: of the failure modes that raise one, and those that the station raises by itself."""
        failures = zip(self.faults.names, self.faults.modes, strict=True)
        return (
            *(AlarmDescription(name, mode.code, mode.text, mode.severity) for name, mode in failures if mode.code),
            *(AlarmDescription(alarm.name, alarm.code, alarm.text, alarm.severity) for alarm in self.process_alarms),
        )
