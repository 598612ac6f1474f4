"""The engine: gives time to a line, synchronously and without sleeping.

Besides the stations' own events there are boundaries at fixed plant instants, whoever advances the line and in
whatever slices: meters are read every ten minutes, what is owed is settled every hour, sensors begin and cease to fail,
control loops scan, listeners read, and at every chapter all processes are started again from their states.
"""

from collections.abc import Callable
from dataclasses import dataclass
from operator import itemgetter
from typing import Protocol

import numpy as np
import simpy
from numpy.typing import NDArray

from twin.line.line import Line
from twin.line.time import HOUR, MINUTE, NEVER
from twin.run import commands

LOG_ENTRY = np.dtype([("time", "<i8"), ("station", "<i4"), ("kind", "<i4"), ("a", "<i8"), ("b", "<i8")])
"""One entry of the event log, 32 bytes."""

FEW = 1000
"""Numbers that all stations together have logged below which they are taken one by one."""
METER_PERIOD = 10 * MINUTE
SETTLE_PERIOD = HOUR


class Recorder(Protocol):
    """What takes the event log."""

    def absorb(self, entries: NDArray[np.void], now: int) -> None:
        """Take the next entries, in total order (time, station, sequence): all that happened before `now`."""
        ...

    def chapter(self, time: int) -> None:
        """Close the chapter that ends at `time`: everything before it has been absorbed."""
        ...


@dataclass(slots=True)
class Scan:
    """Something that is done at every multiple of `period` [microseconds of plant time]."""

    period: int
    action: Callable[[int], None]
    due: int


class Engine:
    """Advances a line and hands its event log to a recorder."""

    def __init__(self, line: Line, seed: int, start: int, recorder: Recorder) -> None:
        self.line = line
        self.seed = seed
        self.start = start
        self.recorder = recorder
        self.on_chapter: Callable[[int], None] = lambda time: None
        self._env = simpy.Environment(initial_time=start)
        self._next_chapter = line.next_chapter(start)
        self._settled = start
        self._reaches = line.make_reaches()
        self._planned = 0
        self._scans: list[Scan] = []
        self._scanning = [station for station in line.stations if station.scan_period]
        self._listening: list[Scan] = []
        for station in line.stations:
            if station.scan_period:
                self._scans.append(Scan(station.scan_period, station.scan, NEVER))
            station.seed = seed
            station.env = self._env

    @property
    def now(self) -> int:
        """The present plant instant: everything before it has happened, nothing at it yet."""
        return int(self._env.now)

    def open(self, opening: str) -> None:
        """Begin a new run."""
        self.line.reopen(self.seed)
        for station in self.line.stations:
            station.state.since = self.now
            station.faults.open(station.seed, station.path, self.now)
            scale = 0.0 if self.line.ideal_sensors else station.parameters.fault_scale
            station.sensing.open(station.seed, station.path, scale, self.now)
            station.open()
        self.line.open(opening)
        self._plan_scans()
        self._attach()

    def resume(self, time: int) -> None:
        """Go on at `time` from states that have been put back."""
        self.line.reopen(self.seed)
        self._planned = sum(self.start + command.after < time for command in self.line.planned)
        self._env = simpy.Environment(initial_time=time)
        self._next_chapter = self.line.next_chapter(time)
        self._settled = time
        self._plan_scans()
        self._attach()

    def listen(self, period: int, action: Callable[[int], None]) -> None:
        """Let `action` read the run at every later multiple of `period` [microseconds of plant time].

        Everything before the instant that it is given has happened, nothing at it yet. It must not change the run, and
        whether anybody listens changes nothing in it.
        """
        self._listening.append(Scan(period, action, (self.now // period + 1) * period))

    def _plan_scans(self) -> None:
        for scan in (*self._scans, *self._listening):
            scan.due = (self.now // scan.period + 1) * scan.period

    def _next_scan(self) -> int:
        scans = (scan.due for scan in (*self._scans, *self._listening))
        return min((*scans, *(station.next_look for station in self._scanning)), default=NEVER)

    def _next_ailment(self) -> int:
        return min(station.sensing.next_change for station in self.line.stations)

    def _pass_scans(self, now: int) -> None:
        """Do what is due, sensors first, then loops in the order of the stations, then whoever listens."""
        for station in self.line.stations:
            if station.sensing.next_change <= now:
                station.sensing.pass_due(station, now)
        for scan, station in zip(self._scans, self._scanning, strict=True):
            if scan.due <= now or station.next_look <= now:
                scan.due = (now // scan.period + 1) * scan.period
                scan.action(now)
        for scan in self._listening:
            if scan.due <= now:
                scan.due = now + scan.period
                scan.action(now)

    def _planned_at(self) -> int:
        """When the line does by itself what its scenario has planned next."""
        planned = self.line.planned
        return self.start + planned[self._planned].after if self._planned < len(planned) else NEVER

    def _do_planned(self) -> None:
        """Do what has been planned for the present instant, after all commands of anybody else at it."""
        while self._planned_at() <= self.now:
            command = self.line.planned[self._planned]
            self._planned += 1
            commands.apply(self.line, command.name, command.target, command.arguments, 0)

    def _attach(self) -> None:
        behind = [station for reach in self._reaches for station in reach.stations]
        for station in self.line.stations:
            if station not in behind:
                station.attach(self._env)
        for reach in self._reaches:
            reach.attach(self._env)

    def advance(self, until: int) -> None:
        """Let everything before `until` happen."""
        while self.now < until:
            self._do_planned()
            now = self.now
            meter = (now // METER_PERIOD + 1) * METER_PERIOD
            scan = max(now + 1, min(self._next_scan(), self._next_ailment()))
            target = min(until, meter, self._next_chapter, scan, self._planned_at())
            self._env.run(until=target)
            for reach in self._reaches:
                reach.catch_up(target)
            if target == meter:
                for station in self.line.stations:
                    station.meter()
                self.line.metered()
                if target % SETTLE_PERIOD == 0:
                    self.settle()
            self._pass_scans(target)
            if target == self._next_chapter:
                self._turn_chapter()

    def _turn_chapter(self) -> None:
        time = self.now
        self.settle()
        self._next_chapter = self.line.next_chapter(time)
        self._env = simpy.Environment(initial_time=time)
        self._attach()
        self.recorder.chapter(time)
        self.on_chapter(time)

    def settle(self) -> None:
        """Compute and record everything that happened before the present instant."""
        now = self.now
        if now == self._settled:
            return
        for station in self.line.stations:
            station.settle(now)
        self.line.settle(now)
        self._settled = now
        self.recorder.absorb(_drain(self.line, now), now)


def _drain(line: Line, until: int) -> NDArray[np.void]:
    """All logged entries before `until` in total order; the stations keep the others."""
    if sum(len(station.log) for station in line.stations) < FEW:
        return _drain_few(line, until)
    parts = []
    for index, station in enumerate(line.stations):
        if not station.log:
            continue
        table = np.array(station.log, dtype=np.int64).reshape(-1, 4)
        past = table[:, 0] < until
        if past.all():
            del station.log[:]
        else:
            del station.log[:]
            station.log.frombytes(table[~past].tobytes())
            table = table[past]
        entries = np.empty(len(table), dtype=LOG_ENTRY)
        entries["time"], entries["station"] = table[:, 0], index
        entries["kind"], entries["a"], entries["b"] = table[:, 1], table[:, 2], table[:, 3]
        parts.append(entries)
    if not parts:
        return np.empty(0, dtype=LOG_ENTRY)
    merged = np.concatenate(parts)
    return merged[np.lexsort((merged["station"], merged["time"]))]


def _drain_few(line: Line, until: int) -> NDArray[np.void]:
    """The same for a few entries, for which arrays take longer than they are worth."""
    found: list[tuple[int, int, int, int, int]] = []
    for index, station in enumerate(line.stations):
        if station.log:
            numbers: list[int] = station.log.tolist()
            later: list[int] = []
            del station.log[:]
            for at in range(0, len(numbers), 4):
                time, kind, a, b = numbers[at : at + 4]
                if time < until:
                    found.append((time, index, kind, a, b))
                else:
                    later += (time, kind, a, b)
            station.log.extend(later)
    found.sort(key=itemgetter(0, 1))
    return np.array(found, dtype=LOG_ENTRY)
