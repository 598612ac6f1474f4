"""What a station is: parameters, signals, links, and a process over a plain state.

How its processes run is in `running.py`, and how it fails in `failing.py`.

All that matters of a station is in `state` (and in its links' queues and `faults.state`): nothing that lives longer
than one `yield` may be kept anywhere else. So a run can be written down at any chapter and its processes started again
from what is written.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import simpy
from pydantic import BaseModel, ConfigDict, Field

from twin.line.activity import ACTIVITY_TEXTS, PACKML_STATE, PACKML_TEXTS, Activity
from twin.line.consequence import holder
from twin.line.errors import DefinitionError
from twin.line.failing import Failing, ProcessAlarm
from twin.line.faults import FailureMode, Faults
from twin.line.link import Link
from twin.line.records import Record
from twin.line.running import Process
from twin.line.sensing import Sensing, SensorSettings
from twin.line.signal import Signal, enumeration, text
from twin.line.streams import Stream
from twin.line.text import Text
from twin.line.time import NEVER

__all__ = ["Parameters", "Place", "Process", "ProcessAlarm", "Station", "StationState"]


class Parameters(BaseModel):
    """Base of a station's parameters: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    faults: Mapping[str, FailureMode] = Field(default_factory=dict)
    """Failure modes by name."""
    fault_scale: float = Field(default=1.0, ge=0.0, le=100.0)
    """Multiplies how often all modes occur; 0 switches drawn faults off."""
    sensors: Mapping[str, SensorSettings] = Field(default_factory=dict)
    """What the plant says about the station's sensors, by the name of their signal."""


def _call_nobody(station: "Station", alarm: str) -> None:
    """What a station without people does."""


@dataclass(slots=True)
class StationState:
    """What every station keeps."""

    activity: int = int(Activity.IDLE)
    cause: int = -1
    since: int = 0
    time_in: list[int] = field(default_factory=lambda: [0] * len(Activity))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a station stands: area and line of the plant, and its title."""

    area: str
    line: str
    title: Text


class Station(Failing):
    """Base of all stations. A subclass declares signals as class attributes and writes its behaviour in `run`."""

    signals: tuple[Signal, ...] = ()
    """All that the class declares; of one station, without those whose sensor the plant has not got."""
    parameters_type: ClassVar[type[Parameters]] = Parameters
    counts_work: ClassVar[bool] = True
    """Whether the station advances the working clock, so that modes on it can occur."""
    scan_period: int = 0
    """Plant time between two calls of `scan` [microseconds]; 0: it is never called."""
    state: Any
    parameters: Any

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        declared: dict[str, Signal] = {}
        for base in reversed(cls.__mro__):
            declared.update({name: value for name, value in vars(base).items() if isinstance(value, Signal)})
        cls.signals = tuple(declared.values())

    def __init__(self, name: str, parameters: Parameters | None = None, place: Place | None = None) -> None:
        self.parameters = parameters if parameters is not None else self.parameters_type()
        super().__init__(Faults(self.parameters.faults, self.parameters.fault_scale))
        self.name = name
        self.place = place or Place("area", "line", Text(name, name))
        self.inlets: list[Link] = []
        self.outlets: list[Link] = []
        self.sensing = Sensing(name, type(self).signals, self.parameters.sensors)
        self.signals = tuple(signal for signal in type(self).signals if self.sensing.installed(signal.name))
        self.state = self.initial_state()
        self.set_points: dict[str, float] = {
            signal.name: float(getattr(self.parameters, signal.name.removesuffix("_set_point")))
            for signal in self.signals
            if signal.writable
        }
        self.path = name
        self.seed = 0
        self.next_look = NEVER
        """A plant instant at which a station with a `scan_period` wants to scan besides."""
        self.alarms: list[bool] = [False] * len(self.process_alarms)
        self.calls: Callable[[Station, str], None] = _call_nobody
        """Calls whoever looks after an alarm of this station."""
        self._refuse_modes_that_cannot_occur()

    def _refuse_modes_that_cannot_occur(self) -> None:
        for name, mode in self.parameters.faults.items():
            for moved in mode.reaction.moves:
                if moved not in self.set_points:
                    known = ", ".join(self.set_points) or "none"
                    raise DefinitionError(
                        f"station {self.name}: the reaction to failure mode {name!r} moves {moved!r}, which is no set "
                        f"point of it; there are: {known}"
                    )
            if mode.clock == "working" and mode.uptime_h is not None and not self.counts_work:
                kind = type(self).__name__
                raise DefinitionError(
                    f"station {self.name}: failure mode {name!r} runs on the working clock, which a {kind} does not "
                    f"have: set its clock to 'plant'"
                )

    # What a subclass writes.

    def initial_state(self) -> Any:
        """A fresh state; a subclass returns its own dataclass derived from StationState."""
        return StationState()

    def run(self) -> Process:
        """The behaviour, as a SimPy process that starts from `state`."""
        yield simpy.Event(self.env)

    def processes(self) -> Iterator[Process]:
        """All processes of the station; one unless a subclass has several."""
        yield self.run()

    def open(self) -> None:
        """Prepare a new run: called once, after seed and time are known and before any process starts."""

    def settle(self, until: int) -> None:
        """Compute everything that is still owed for the time before `until`, and log it."""

    def meter(self) -> None:
        """Log what was consumed and made since the last call; called at fixed plant instants."""

    def receive(self, link: Link) -> None:
        """React to a token that `link` has just received."""
        self.wake()

    def deliver(self, link: Link, now: int) -> int:
        """Give a token to a consumer that asks for one at `now`; -1 when there is none."""
        return link.take() if link.queue else -1

    def ready_for(self, link: Link, token: int) -> int:
        """When a token can be taken in: now or earlier, later, or NEVER (it then wakes its producer in time)."""
        return 0

    def look_ahead(self, link: Link, token: int) -> None:
        """Set `link.same_until` as `receive` would for `token`, if the station is set up for it already."""

    def axis_points(self, axis: str) -> tuple[float, ...]:
        """The points of a profile's axis."""
        raise DefinitionError(f"station {self.name} has a profile over {axis!r} but does not say where its points are")

    def scan(self, now: int) -> None:
        """Look at measurements and react; called every `scan_period`, before anything happens at `now`."""

    def acknowledged(self, alarm: str) -> None:
        """React to an operator who has acknowledged the active alarm `alarm`, and now comes.

        A failure mode that would last until somebody clears it is over after its drawn repair time, and one that
        nobody had noticed yet is over sooner.
        """
        self.calls(self, alarm)
        if alarm in self.faults.names:
            index = self.faults.names.index(alarm)
            until = self.faults.called(index, self.now)
            if until is not None:
                self.inject(index, until)

    def see_to(self, alarm: str, now: int) -> None:
        """Do what people do about one of the station's process alarms that names a work of theirs."""

    # What a subclass uses.

    @property
    def signals_by_name(self) -> dict[str, Signal]:
        """All signals of the station by name."""
        return {signal.name: signal for signal in self.signals}

    @property
    def inlet(self) -> Link:
        """The only inlet."""
        return self.inlets[0]

    @property
    def outlet(self) -> Link:
        """The only outlet."""
        return self.outlets[0]

    def stream(self, purpose: str) -> Stream:
        """The random stream of this station for one purpose."""
        return Stream(self.seed, f"{self.path}/{purpose}")

    def write(self, name: str, value: float) -> None:
        """Change a set point now; whoever asked for it, and whether it may be, is the caller's business."""
        self.before_change()
        self.set_points[name] = value
        self.changed()

    def become(self, activity: Activity, cause: int = -1, now: int | None = None) -> None:
        """Note what the station is doing from now on, and because of which fault."""
        state = self.state
        if state.activity != activity or state.cause != cause:
            self.become_at(int(self.env.now) if now is None else now, activity, cause)

    def become_at(self, now: int, activity: Activity, cause: int = -1) -> None:
        """Note what the station is doing from `now` on, where that is computed later."""
        state = self.state
        state.time_in[state.activity] += now - state.since
        state.activity, state.cause, state.since = int(activity), cause, now
        self.log.extend((now, Record.ACTIVITY, activity, cause))

    def time_in(self, activity: Activity) -> int:
        """Plant time spent in `activity` so far [microseconds]."""
        state = self.state
        spent: int = state.time_in[activity]
        return spent + (self.now - state.since if state.activity == activity else 0)

    def alarm(self, index: int, active: bool, now: int | None = None) -> None:
        """Raise or clear the process alarm at `index` of `process_alarms`, now unless it was at another instant."""
        if self.alarms[index] != active:
            self.alarms[index] = active
            kind = Record.ALARM_RAISED if active else Record.ALARM_CLEARED
            self.log.extend((int(self.env.now) if now is None else now, kind, index, 0))

    # Signals that every station has.

    @enumeration(ACTIVITY_TEXTS, "What the station is doing", "Qué está haciendo la estación", main=True)
    def activity(self) -> int:
        return int(self.state.activity)

    @enumeration(PACKML_TEXTS, "State in PackML words", "Estado en palabras de PackML")
    def packml_state(self) -> int:
        return PACKML_STATE[Activity(self.state.activity)]

    @text("Station for which this one waits, and its alarm", "Estación por la que espera, y su alarma")
    def held_by(self) -> str:
        root = holder(self)
        if root is None:
            return ""
        mode = root.faults.stopping()
        return f"{root.path} {root.faults.modes[mode].code if mode >= 0 else ''}".rstrip()


Station.__init_subclass__()
