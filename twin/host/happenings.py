"""From entries of the event log and changes of alarms to events and alarms that people read."""

from collections import deque
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from twin.host.chaos import Chaos
from twin.host.port import KEPT_EVENTS, Alarm, PlantEvent
from twin.line.activity import ACTIVITY_TEXTS, Activity
from twin.line.line import Line
from twin.line.records import Record
from twin.line.text import Text
from twin.line.time import NEVER
from twin.run.alarms import Alarms, Change, Condition, Declaration
from twin.run.job_states import Job, JobReport, JobState, StateChange
from twin.run.jobs import Jobs

_QUIET = frozenset({Activity.PRODUCING, Activity.STARVED, Activity.BLOCKED, Activity.MICRO_STOP})
MOST_RECALLED = 3000
"""Events from before a session that it tells of."""
_SHOWN = [int(Record.ACTIVITY), int(Record.ORDER)]
_DONE = {
    Change.ACKNOWLEDGED: Text("acknowledged", "reconocida"),
    Change.CONFIRMED: Text("confirmed", "confirmada"),
    Change.COMMENTED: Text("commented", "comentada"),
    Change.SHELVED: Text("shelved", "aplazada"),
    Change.UNSHELVED: Text("no longer shelved", "ya no aplazada"),
    Change.ENABLED: Text("enabled", "habilitada"),
    Change.DISABLED: Text("disabled", "deshabilitada"),
}


_JOB_STATES = {
    JobState.NOT_ALLOWED_TO_START: Text("stored", "guardado"),
    JobState.ALLOWED_TO_START: Text("may start", "puede empezar"),
    JobState.RUNNING: Text("runs", "en marcha"),
    JobState.INTERRUPTED: Text("interrupted", "interrumpido"),
    JobState.ENDED: Text("ended", "terminado"),
    JobState.ABORTED: Text("aborted", "abortado"),
}
_JOB_REMOVALS = {"cancel_job": Text("cancelled", "anulado"), "clear_job": Text("cleared", "retirado")}


class Happenings:
    """Keeps the newest events, and shows the alarms."""

    def __init__(self, line: Line, alarms: Alarms, jobs: Jobs | None = None) -> None:
        self._line = line
        self._kept = {truth: deque[PlantEvent](maxlen=KEPT_EVENTS) for truth in (False, True)}
        self._numbers = {False: 0, True: 0}
        self._alarms = alarms
        self._changes: deque[tuple[Change, Declaration, Condition]] = deque()
        alarms.listeners.append(self._note)
        self._jobs = jobs
        self._job_changes: deque[tuple[Job, StateChange]] = deque()
        if jobs is not None:
            jobs.listeners.append(lambda job, change: self._job_changes.append((job, change)))

    def _note(self, change: Change, declaration: Declaration, condition: Condition) -> None:
        self._changes.append((change, declaration, condition))

    def absorb(self, entries: NDArray[np.void]) -> None:
        """Read new entries of the event log, whose alarms have changed already."""
        for time, station, kind, a, _ in entries[np.isin(entries["kind"], _SHOWN)].tolist():
            self._tell_changes(time)
            event = self._read(time, station, kind, a)
            if event is not None:
                self.add(*event)
        self.tell()

    def recall(self, alarms: Alarms, entries: NDArray[np.void]) -> None:
        """Tell of entries from before this session; what they did to alarms is worked out on `alarms`, and told only.

        People's part in it is not told again: the journal has it.
        """
        changes: deque[tuple[Change, Declaration, Condition]] = deque(maxlen=KEPT_EVENTS)
        alarms.listeners.append(lambda *change: changes.append(change))
        alarms.absorb(entries)
        earlier = [(c.changed, change.value, d.station, d.text, d.severity, d.code) for change, d, c in changes]
        shown = entries[np.isin(entries["kind"], _SHOWN)]
        earlier += [event for entry in shown.tolist() if (event := self._read(*entry[:4])) is not None]
        for event in sorted(earlier, key=lambda event: event[0])[-MOST_RECALLED:]:
            self.add(*event)

    def tell(self) -> None:
        """Note all changes of alarms so far as events."""
        self._tell_changes(NEVER)

    def _tell_job_changes(self, until: int) -> None:
        while self._jobs is not None and self._job_changes and self._job_changes[0][1].time <= until:
            job, change = self._job_changes.popleft()
            self.add(change.time, "job", "", _job_wording(job.order.id, change), 100, job=self._jobs.report(job))

    def _tell_changes(self, until: int) -> None:
        self._tell_job_changes(until)
        while self._changes and self._changes[0][2].changed <= until:
            change, declaration, condition = self._changes.popleft()
            self.add(
                condition.changed, change.value, declaration.station, _wording(change, declaration, condition),
                declaration.severity, declaration.code, alarm=shown(declaration, condition),
            )  # fmt: skip

    def _read(self, time: int, number: int, kind: int, a: int) -> "tuple[int, str, str, Text, int, str] | None":
        station = self._line.stations[number]
        if kind == Record.ORDER:
            name = self._line.order_name(a)
            message = Text(f"Order {name} begins", f"Empieza la orden {name}")
            return time, "order", station.path, message, 100, ""
        return (time, "state", station.path, ACTIVITY_TEXTS[a], 100, "") if Activity(a) not in _QUIET else None

    def add(
        self,
        time: int,
        kind: str,
        station: str,
        message: Text,
        severity: int,
        code: str = "",
        *,
        truth: bool = False,
        alarm: Alarm | None = None,
        job: JobReport | None = None,
        chaos: Chaos | None = None,
    ) -> None:
        """Note an event; one of the `truth` is kept from those who may not know it."""
        for told in (True,) if truth else (False, True):
            self._numbers[told] += 1
            self._kept[told].append(
                PlantEvent(self._numbers[told], time, kind, station, message, severity, code, truth, alarm, job, chaos)
            )

    def events(self, after: int, limit: int, *, truth: bool = False) -> list[PlantEvent]:
        """At most `limit` kept events with number greater than `after`, oldest first."""
        kept = self._kept[truth]
        skip = max(0, len(kept) - max(0, self._numbers[truth] - after))
        return list(islice(kept, skip, skip + max(0, limit)))

    def alarms(self, *, every: bool = False) -> list[Alarm]:
        """Active or unacknowledged alarms, or all, newest first."""
        declared, conditions = self._alarms.declarations, self._alarms.conditions
        found = [shown(declared[key], state) for key, state in conditions.items() if every or state.retain]
        return sorted(found, key=lambda alarm: (alarm.raised, alarm.id), reverse=True)


def _wording(change: Change, declaration: Declaration, condition: Condition) -> Text:
    done = _DONE.get(change)
    if done is None:
        return declaration.text
    by = condition.user if change is not Change.UNSHELVED else ""
    en = f"{declaration.text.en}: {done.en}{' by ' if by else ''}{by}"
    return Text(en, f"{declaration.text.es}: {done.es}{' por ' if by else ''}{by}")


def _job_wording(key: str, change: StateChange) -> Text:
    done = _JOB_REMOVALS.get(change.command) or _JOB_STATES[change.state]
    within = f" ({change.substate})" if change.substate and change.command not in _JOB_REMOVALS else ""
    by = (f" by {change.user}", f" por {change.user}") if change.user else ("", "")
    return Text(f"Job {key}: {done.en}{within}{by[0]}", f"Trabajo {key}: {done.es}{within}{by[1]}")


def shown(declaration: Declaration, condition: Condition) -> Alarm:
    """A condition as gateways see it."""
    shelving = "" if not condition.shelved_until else "one-shot" if condition.shelved_until == NEVER else "timed"
    return Alarm(
        declaration.id,
        declaration.station,
        declaration.code,
        declaration.text,
        declaration.severity,
        condition.raised,
        condition.cleared or None,
        condition.acknowledged,
        condition.active,
        condition.confirmed,
        condition.enabled,
        condition.retain,
        declaration.latching,
        shelving,
        condition.shelved_until if shelving == "timed" else None,
        comment=condition.comment,
        user=condition.user,
        acknowledged_by=condition.acknowledged_by,
        changed=condition.changed,
        change=condition.changes,
        raised_change=condition.raised_change,
    )
