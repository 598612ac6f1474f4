"""Breakdowns of one station, each failure mode a process of its own."""

from collections.abc import Callable
from dataclasses import dataclass

import simpy

from twin.line.faults import ONSET_STEPS, FailureMode
from twin.line.station import Parameters, Process
from twin.line.streams import Stream
from twin.line.time import HOUR, MINUTE

NEVER = 1 << 62


class Signal:
    """Something that can be waited for again and again."""

    def __init__(self, env: simpy.Environment) -> None:
        self._env = env
        self._event = env.event()

    def wait(self) -> simpy.Event:
        """An event that happens at the next `fire`."""
        return self._event

    def fire(self) -> None:
        """Let everybody who waits look again."""
        if self._event.callbacks:
            event, self._event = self._event, self._env.event()
            event.succeed()


@dataclass(slots=True)
class Mode:
    """A failure mode and how often it has occurred."""

    declared: FailureMode
    uptimes: Stream
    repairs: Stream
    occurrence: int = 0
    due: int = NEVER
    """Working time at which it occurs; NEVER for a mode of the plant clock, or while it is active."""
    active: bool = False
    level: float = 0.0
    """What its conditions are multiplied with; 1 from its alarm on."""

    @property
    def stops(self) -> bool:
        """Whether it stops the station now."""
        return self.declared.stops and self.level == 1.0


class Breakdowns:
    """All failure modes of a station, by the keys of the station's own streams."""

    def __init__(self, env: simpy.Environment, path: str, parameters: Parameters, seed: int) -> None:
        self.env, self.scale = env, parameters.fault_scale
        self.worked = 0
        """Working time so far [microseconds]; the station counts it."""
        self.changes = Signal(env)
        self.listeners: list[Callable[[], None]] = []
        self.ended: list[Callable[[FailureMode], None]] = []
        self.begun: list[Callable[[FailureMode], None]] = []
        self.names = tuple(parameters.faults)
        self.modes = [
            Mode(mode, Stream(seed, f"{path}/{name}/uptime"), Stream(seed, f"{path}/{name}/repair"))
            for name, mode in parameters.faults.items()
        ]
        for mode in self.modes:
            if mode.declared.clock == "plant":
                env.process(self._recur(mode))
            else:
                mode.due = self._uptime(mode)

    def _uptime(self, mode: Mode) -> int:
        if mode.declared.uptime_h is None or self.scale == 0.0:
            return NEVER
        hours = mode.declared.uptime_h.quantile(mode.uptimes.uniform(mode.occurrence))
        return max(1, round(hours / self.scale * HOUR))

    def _recur(self, mode: Mode) -> Process:
        while (uptime := self._uptime(mode)) < NEVER:
            yield self.env.timeout(uptime)
            self._begin(mode)
            yield from self._last(mode)

    def name_of(self, declared: FailureMode) -> str:
        """Name of a failure mode."""
        return next(name for name, mode in zip(self.names, self.modes, strict=True) if mode.declared is declared)

    def begin(self, name: str) -> None:
        """Let a mode begin that follows another one, unless it is active."""
        mode = self.modes[self.names.index(name)]
        if not mode.active:
            self._begin(mode)
            self.env.process(self._last(mode))

    def _begin(self, mode: Mode) -> None:
        mode.active, mode.due = True, NEVER
        if not mode.declared.onset:
            self._raise(mode)

    def _raise(self, mode: Mode) -> None:
        mode.level = 1.0
        for tell in self.begun:
            tell(mode.declared)
        self._tell()

    def _grow(self, mode: Mode) -> Process:
        start = int(self.env.now)
        for step in range(1, ONSET_STEPS):
            yield self.env.timeout(start + mode.declared.growth_after(step) - int(self.env.now))
            mode.level = step / ONSET_STEPS
            self._tell()
        yield self.env.timeout(start + mode.declared.onset - int(self.env.now))
        self._raise(mode)

    def _last(self, mode: Mode) -> Process:
        if mode.declared.onset:
            yield from self._grow(mode)
        minutes = mode.declared.repair_min.quantile(mode.repairs.uniform(mode.occurrence))
        yield self.env.timeout(max(1, round(minutes * MINUTE)))
        mode.active, mode.level = False, 0.0
        mode.occurrence += 1
        if mode.declared.clock == "working":
            mode.due = self.worked + self._uptime(mode)
        for tell in self.ended:
            tell(mode.declared)
        self._tell()

    def _tell(self) -> None:
        for listener in self.listeners:
            listener()
        self.changes.fire()

    @property
    def work_left(self) -> int:
        """Working time until the next mode occurs [microseconds]."""
        return min((mode.due for mode in self.modes), default=NEVER) - self.worked

    def strike(self) -> None:
        """Let the mode begin whose working time has come."""
        mode = min(self.modes, key=lambda mode: mode.due)
        self._begin(mode)
        self.env.process(self._last(mode))

    def standstill(self) -> Process:
        """Wait while the station stands."""
        while self.stopping:
            yield self.changes.wait()

    @property
    def stopping(self) -> bool:
        """Whether the station stands still."""
        return any(mode.stops for mode in self.modes)

    def condition(self, name: str) -> float:
        """What the active modes add to a condition."""
        return sum(mode.declared.conditions.get(name, 0.0) * mode.level for mode in self.modes if mode.level)
