"""The engine: gives time to a line, synchronously and without sleeping.

Besides the stations' own events there are boundaries at fixed plant instants, whoever advances the line and in
whatever slices: meters are read every ten minutes, what is owed is settled every hour, and at every chapter all
processes are started again from their states.
"""

from collections.abc import Callable
from typing import Protocol

import numpy as np
import simpy
from numpy.typing import NDArray

from twin.line.line import Line
from twin.line.time import HOUR, MINUTE

LOG_ENTRY = np.dtype([("time", "<i8"), ("station", "<i4"), ("kind", "<i4"), ("a", "<i8"), ("b", "<i8")])
"""One entry of the event log, 32 bytes."""

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
        for station in line.stations:
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
            station.open()
        self.line.open(opening)
        self._attach()

    def resume(self, time: int) -> None:
        """Go on at `time` from states that have been put back."""
        self.line.reopen(self.seed)
        self._env = simpy.Environment(initial_time=time)
        self._next_chapter = self.line.next_chapter(time)
        self._settled = time
        self._attach()

    def _attach(self) -> None:
        for station in self.line.stations:
            station.attach(self._env)

    def advance(self, until: int) -> None:
        """Let everything before `until` happen."""
        while self.now < until:
            now = self.now
            meter = (now // METER_PERIOD + 1) * METER_PERIOD
            target = min(until, meter, self._next_chapter)
            self._env.run(until=target)
            if target == meter:
                for station in self.line.stations:
                    station.meter()
                if target % SETTLE_PERIOD == 0:
                    self.settle()
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
