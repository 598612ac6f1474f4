"""Operators: a person sees an alarm after a while, walks there, and acts.

What there is to do is declared with the alarm: a process alarm names the work that clears it, and a failure mode the
set points that people move until it is over. Whoever acknowledges the alarm calls a person at once: then only the walk
and the work are left.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import simpy

from twin.line.activity import Activity
from twin.line.distributions import Constant, Distribution, Exponential
from twin.line.faults import ONSET_STEPS
from twin.line.sensing import Ailment
from twin.line.signal import counter, quantity
from twin.line.station import Parameters, Place, Station, StationState
from twin.line.time import MINUTE, NEVER
from twin.line.units import ONE
from twin.run.control import intervene
from twin.run.engine import METER_PERIOD


class OperatorsParameters(Parameters):
    """How fast people are, and what they see to."""

    notice_min: Distribution = Exponential(mean=12.0)
    """From an alarm until somebody has noticed it [min]."""
    walk_min: Distribution = Constant(value=2.0)
    """From noticing until being there [min]."""
    work_min: Distribution = Constant(value=5.0)
    """From being there until it is done [min]."""
    clean_windows: bool = True
    """Whether they clean the window of a gauge that says that its signal is weak."""
    top_up_glaze: bool = False
    """Whether they set the glaze's density right when its alarm comes."""
    move_set_points: bool = True
    """Whether they move set points while a failure lasts, as its mode says."""


@dataclass(slots=True)
class Task:
    """Something that somebody has seen, or will see."""

    noticed: int
    """When somebody notices, unless called before."""
    walk: int
    work: int

    @property
    def done(self) -> int:
        """When it is done."""
        return self.noticed + self.walk + self.work


@dataclass(slots=True)
class OperatorsState(StationState):
    """Who is on the way, by `<station path>/<alarm>`."""

    tasks: dict[str, Task] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    """How often each alarm has been seen to."""
    moved: dict[str, dict[str, float]] = field(default_factory=dict)
    """By how much people have moved set points because of an alarm that still stands."""


@dataclass(frozen=True, slots=True)
class _Watched:
    """An alarm that people do something about."""

    station: Station
    alarm: str
    index: int
    """Of the process alarm, or of the failure mode."""
    work: str
    """What clears a process alarm; empty for a failure mode."""
    moves: Mapping[str, float] = field(default_factory=dict)
    """Set points that people move while a failure mode lasts."""

    @property
    def key(self) -> str:
        """The alarm's id."""
        return f"{self.station.path}/{self.alarm}"

    @property
    def stands(self) -> bool:
        """Whether the alarm is active."""
        if self.work:
            return self.station.alarms[self.index]
        faults = self.station.faults
        return faults.active(self.index) and faults.state.steps[self.index] == ONSET_STEPS


class Operators(Station):
    """Looks at the alarms of all stations whenever meters are read, and sends people."""

    counts_work = False
    parameters_type = OperatorsParameters
    parameters: OperatorsParameters
    state: OperatorsState

    def __init__(self, name: str, parameters: Parameters | None = None, place: Place | None = None) -> None:
        super().__init__(name, parameters, place)
        self.scan_period = METER_PERIOD
        self._watched: list[_Watched] = []

    def initial_state(self) -> OperatorsState:
        """A fresh state."""
        return OperatorsState()

    def watch(self, station: Station) -> None:
        """Look after the alarms of a station that people can do something about."""
        p = self.parameters
        for index, alarm in enumerate(station.process_alarms):
            if alarm.work and getattr(p, alarm.work):
                self._watched.append(_Watched(station, alarm.name, index, alarm.work))
        for index, (name, mode) in enumerate(zip(station.faults.names, station.faults.modes, strict=True)):
            if mode.code and mode.reaction.moves and p.move_set_points:
                self._watched.append(_Watched(station, name, index, "", mode.reaction.moves))
        if any(watched.station is station for watched in self._watched):
            station.calls = self.come

    def open(self) -> None:
        """Be there from now on."""
        self.become(Activity.PRODUCING)

    def attach(self, env: simpy.Environment) -> None:
        """Go on with the tasks that the state remembers."""
        super().attach(env)
        self._plan()

    def scan(self, now: int) -> None:
        """Finish what is done, and send somebody for every alarm that nobody has seen yet."""
        state = self.state
        for watched in self._watched:
            key = watched.key
            if key in state.tasks and state.tasks[key].done <= now:
                del state.tasks[key]
                self._see_to(watched, now)
            elif now % METER_PERIOD == 0:
                if watched.stands and key not in state.tasks and key not in state.moved:
                    state.tasks[key] = self._task(key, now)
                elif not watched.stands and key in state.moved:
                    self._move(watched.station, {name: -by for name, by in state.moved.pop(key).items()})
        self._plan()

    def _plan(self) -> None:
        self.next_look = min((task.done for task in self.state.tasks.values()), default=NEVER)

    def come(self, station: Station, alarm: str) -> None:
        """Somebody has acknowledged the alarm of a station: leave at once."""
        key = f"{station.path}/{alarm}"
        task = self.state.tasks.get(key)
        if task is None and key not in self.state.moved and any(watched.key == key for watched in self._watched):
            task = self.state.tasks[key] = self._task(key, self.now)
        if task is not None:
            task.noticed = min(task.noticed, self.now)
            self._plan()

    def _task(self, key: str, now: int) -> Task:
        p, number = self.parameters, self.state.seen.get(key, 0)
        self.state.seen[key] = number + 1
        notice, walk, work = (
            round(distribution.quantile(self.stream(f"{key}/{purpose}").uniform(number)) * MINUTE)
            for purpose, distribution in (("notice", p.notice_min), ("walk", p.walk_min), ("work", p.work_min))
        )
        return Task(now + notice, walk, work)

    def _see_to(self, watched: "_Watched", now: int) -> None:
        station = watched.station
        if watched.work == "clean_windows":
            for name in station.sensing.sensors:
                station.sensing.end(station.log, name, Ailment.DIRTY_WINDOW, now)
        elif watched.work:
            station.see_to(watched.alarm, now)
        elif watched.stands:
            self.state.moved[watched.key] = self._move(station, watched.moves)

    def _move(self, station: Station, moves: Mapping[str, float]) -> dict[str, float]:
        """Move set points of a station within their ranges; by how much they have moved."""
        moved = {}
        for name, by in moves.items():
            before = station.set_points[name]
            intervene(station, name, round(before + by, 6))
            moved[name] = station.set_points[name] - before
        return moved

    @quantity(ONE, "Alarms that people are seeing to", "Alarmas en atención", low=0.0, high=100.0, main=True)
    def busy_with(self) -> float:
        return float(len(self.state.tasks))

    @counter(ONE, "Alarms seen to", "Alarmas atendidas", main=True)
    def visits(self) -> int:
        return sum(self.state.seen.values()) - len(self.state.tasks)
