"""What a station is: parameters, signals, links, failure modes, and a process over a plain state.

All that matters of a station is in `state` (and in its links' queues and `faults.state`): nothing that lives longer
than one `yield` may be kept anywhere else. So a run can be written down at any chapter and its processes started again
from what is written.
"""

from array import array
from collections.abc import Callable, Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

import simpy
from pydantic import BaseModel, ConfigDict, Field

from twin.line.activity import ACTIVITY_TEXTS, PACKML_STATE, PACKML_TEXTS, Activity
from twin.line.consequence import Direction, holder
from twin.line.description import AlarmDescription, FaultDescription
from twin.line.errors import DefinitionError
from twin.line.faults import NEVER, FailureMode, Faults
from twin.line.link import Link
from twin.line.records import Record
from twin.line.sensing import Sensing, SensorSettings
from twin.line.signal import Signal, enumeration, text
from twin.line.streams import Stream
from twin.line.text import Text

Process = Generator[simpy.Event, Any, None]

_FAULT_CLOCK = -1


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
class ProcessAlarm:
    """An alarm that a station raises by itself, such as a level too low."""

    name: str
    code: str
    text: Text
    severity: int
    consequence_of: Direction | None = None
    """Where its cause lies, for an alarm that tells of material that is lacking or cannot leave; `held_by` names it."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a station stands: area and line of the plant, and its title."""

    area: str
    line: str
    title: Text


class Station:
    """Base of all stations. A subclass declares signals as class attributes and writes its behaviour in `run`."""

    signals: tuple[Signal, ...] = ()
    """All that the class declares; of one station, without those whose sensor the plant has not got."""
    process_alarms: ClassVar[tuple[ProcessAlarm, ...]] = ()
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
        self.name = name
        self.parameters = parameters if parameters is not None else self.parameters_type()
        self.place = place or Place("area", "line", Text(name, name))
        self.inlets: list[Link] = []
        self.outlets: list[Link] = []
        self.faults = Faults(self.parameters.faults, self.parameters.fault_scale)
        self.sensing = Sensing(name, type(self).signals, self.parameters.sensors)
        self.signals = tuple(signal for signal in type(self).signals if self.sensing.installed(signal.name))
        self.state = self.initial_state()
        self.set_points: dict[str, float] = {
            signal.name: float(getattr(self.parameters, signal.name.removesuffix("_set_point")))
            for signal in self.signals
            if signal.writable
        }
        self.log: array[int] = array("q")
        self.path = name
        self.seed = 0
        self.env: simpy.Environment = simpy.Environment()
        self.next_look = NEVER
        """A plant instant at which a station with a `scan_period` wants to scan besides."""
        self.alarms: list[bool] = [False] * len(self.process_alarms)
        self.calls: Callable[[Station, str], None] = _call_nobody
        """Calls whoever looks after an alarm of this station."""
        self._waiting: list[simpy.Event] = []
        self._running: dict[int, simpy.Process] = {}
        self._refuse_modes_that_cannot_occur()

    def _refuse_modes_that_cannot_occur(self) -> None:
        for name, mode in self.parameters.faults.items():
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

    def changed(self) -> None:
        """React to a written set point, or to a fault that began or ended, at the present instant."""
        self.wake()

    def before_change(self) -> None:
        """Bring lazily computed states up to the present instant, before a set point or condition changes."""

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

    def fault_ended(self, index: int) -> None:
        """React to the end of failure mode `index`, whether time, an operator or the station itself ended it."""

    def acknowledged(self, alarm: str) -> None:
        """React to an operator who has acknowledged the active alarm `alarm`, and now comes.

        A failure mode that would last until somebody clears it is over after its drawn repair time.
        """
        self.calls(self, alarm)
        if alarm in self.faults.names:
            index = self.faults.names.index(alarm)
            if self.faults.state.until[index] == NEVER:
                self.inject(index, self.now + self.faults.repair_time(index))

    # What a subclass uses.

    @property
    def now(self) -> int:
        """The present plant instant."""
        return int(self.env.now)

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

    def until(self, time: int) -> simpy.Event:
        """An event at plant instant `time`, which is not in the past."""
        return self.env.timeout(time - self.env.now)

    def woken(self) -> simpy.Event:
        """An event that happens at the next `wake`."""
        event = simpy.Event(self.env)
        self._waiting.append(event)
        return event

    def wake(self) -> None:
        """Let every process of this station that waits in `woken` look again, at this instant."""
        if self._waiting:
            waiting, self._waiting = self._waiting, []
            for event in waiting:
                event.succeed()

    def record(self, kind: Record, a: int, b: int) -> None:
        """Write an entry of the present instant into the event log."""
        self.log.extend((int(self.env.now), kind, a, b))

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

    # What the engine uses.

    def attach(self, env: simpy.Environment) -> None:
        """Live in a new environment and start all processes from the state; earlier processes are forgotten."""
        self.env = env
        self._running.clear()
        self.restart()

    def restart(self) -> None:
        """Start all processes again from the state, except the one that is just now asking for it."""
        self._waiting.clear()
        for number, process in enumerate(self.processes()):
            self._start(number, process)
        self._start(_FAULT_CLOCK, self._fault_clock())

    def unpark(self) -> None:
        """Start the processes again that `park` has left behind."""
        for number, process in enumerate(self.processes()):
            self._start(number, process)

    @property
    def parked(self) -> bool:
        """Whether only the clock of the failure modes runs."""
        return self._running.keys() == {_FAULT_CLOCK}

    def park(self) -> None:
        """Leave all processes behind but the clock of the failure modes, until the next `restart`."""
        self._waiting.clear()
        for number in [number for number in self._running if number != _FAULT_CLOCK]:
            _leave_behind(self._running.pop(number))

    def _start(self, number: int, process: Process) -> None:
        running = self._running.get(number)
        if running is not None and running is self.env.active_process:
            process.close()
            return
        if running is not None:
            _leave_behind(running)
        self._running[number] = self.env.process(process)

    def _fault_clock(self) -> Process:
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
            self._start(_FAULT_CLOCK, self._fault_clock())
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
        self._start(_FAULT_CLOCK, self._fault_clock())

    def grow_fault(self, index: int) -> None:
        """Let the onset of a failure mode make its next step now; with the last one the alarm comes."""
        self.before_change()
        if self.faults.grow(index):
            self.record(Record.FAULT_BEGAN, index, self.faults.state.counts[index])
        self.changed()
        self._start(_FAULT_CLOCK, self._fault_clock())

    def end_fault(self, index: int) -> None:
        """Make a failure mode inactive now."""
        self.before_change()
        self.faults.end(index, self.now)
        self.record(Record.FAULT_ENDED, index, self.faults.state.counts[index])
        self.fault_ended(index)
        self.changed()
        self._start(_FAULT_CLOCK, self._fault_clock())

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


def _leave_behind(process: simpy.Process) -> None:
    if process.is_alive and process.target.callbacks is not None:
        # Nobody but the process itself waits for its events, so this leaves it behind for good.
        process.target.callbacks.clear()


Station.__init_subclass__()
