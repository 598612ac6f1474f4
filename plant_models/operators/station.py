"""Operators: a person sees an alarm after a while, walks there, and sees to it.

Whoever acknowledges the alarm calls a person at once: then only the walk and the work are left.
"""

from dataclasses import dataclass, field

import simpy

from plant_models.stations.glazing import GlazingLine
from twin.line.activity import Activity
from twin.line.distributions import Constant, Distribution, Exponential
from twin.line.faults import NEVER
from twin.line.sensing import Ailment
from twin.line.signal import counter, quantity
from twin.line.station import Parameters, Place, Station, StationState
from twin.line.time import MINUTE
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


class Operators(Station):
    """Looks at the alarms of all stations whenever meters are read, and sends people."""

    counts_work = False
    parameters_type = OperatorsParameters
    parameters: OperatorsParameters
    state: OperatorsState

    def __init__(self, name: str, parameters: Parameters | None = None, place: Place | None = None) -> None:
        super().__init__(name, parameters, place)
        self.scan_period = METER_PERIOD
        self._watched: list[tuple[Station, int, str]] = []

    def initial_state(self) -> OperatorsState:
        """A fresh state."""
        return OperatorsState()

    def watch(self, station: Station) -> None:
        """Look after the alarms of a station that people can see to."""
        for index, alarm in enumerate(station.process_alarms):
            if (alarm.name == "gauge" and self.parameters.clean_windows) or (
                alarm.name == "density" and isinstance(station, GlazingLine) and self.parameters.top_up_glaze
            ):
                self._watched.append((station, index, alarm.name))
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
        tasks = self.state.tasks
        for station, index, alarm in self._watched:
            key = f"{station.path}/{alarm}"
            if key in tasks and tasks[key].done <= now:
                del tasks[key]
                self._see_to(station, alarm, now)
            elif now % METER_PERIOD == 0 and station.alarms[index] and key not in tasks:
                # An alarm that has been seen to stands until meters are read again.
                tasks[key] = self._task(key, now)
        self._plan()

    def _plan(self) -> None:
        self.next_look = min((task.done for task in self.state.tasks.values()), default=NEVER)

    def come(self, station: Station, alarm: str) -> None:
        """Somebody has acknowledged the alarm of a station: leave at once."""
        task = self.state.tasks.get(f"{station.path}/{alarm}")
        if task is None and any(watched is station and name == alarm for watched, _, name in self._watched):
            task = self.state.tasks[f"{station.path}/{alarm}"] = self._task(f"{station.path}/{alarm}", self.now)
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

    def _see_to(self, station: Station, alarm: str, now: int) -> None:
        if alarm == "gauge":
            for name in station.sensing.sensors:
                station.sensing.end(station.log, name, Ailment.DIRTY_WINDOW, now)
        elif isinstance(station, GlazingLine):
            error = float(station.glaze_density) - station.parameters.glaze_density
            intervene(station, "density_trim_set_point", round(station.set_points["density_trim_set_point"] - error, 3))

    @quantity(ONE, "Alarms that people are seeing to", "Alarmas en atención", low=0.0, high=100.0, main=True)
    def busy_with(self) -> float:
        return float(len(self.state.tasks))

    @counter(ONE, "Alarms seen to", "Alarmas atendidas", main=True)
    def visits(self) -> int:
        return sum(self.state.seen.values()) - len(self.state.tasks)
