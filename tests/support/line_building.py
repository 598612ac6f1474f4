"""Small lines for tests: stations in a row, an engine that has been opened, and a keeper of the event log."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from twin.line.distributions import Constant, Distribution, Exponential
from twin.line.faults import FailureMode
from twin.line.generic import (
    Conveyor,
    ConveyorParameters,
    Machine,
    MachineParameters,
    Sink,
    Source,
    SourceParameters,
)
from twin.line.line import Line
from twin.line.records import Record
from twin.line.station import Process, Station
from twin.line.text import Text
from twin.line.time import HOUR, SECOND, from_datetime, microseconds
from twin.run.engine import LOG_ENTRY, Engine

START = from_datetime(datetime(2025, 1, 6, tzinfo=UTC))
"""A Monday, and a chapter instant."""


class LogKeeper:
    """Keeps the event log and the chapters."""

    def __init__(self) -> None:
        self.parts: list[NDArray[np.void]] = []
        self.chapters: list[int] = []

    def absorb(self, entries: NDArray[np.void], now: int) -> None:
        self.parts.append(entries)

    def chapter(self, time: int) -> None:
        self.chapters.append(time)

    @property
    def entries(self) -> NDArray[np.void]:
        return np.concatenate(self.parts) if self.parts else np.empty(0, dtype=LOG_ENTRY)

    @property
    def digest(self) -> str:
        return sha256(self.entries.tobytes()).hexdigest()


@dataclass
class Run:
    """A line in an opened engine, with its log; times are in seconds since the start."""

    line: Line
    engine: Engine
    log: LogKeeper

    def to(self, seconds: float) -> "Run":
        """Let everything before `seconds` happen and be written down."""
        self.engine.advance(self.engine.start + microseconds(seconds))
        self.engine.settle()
        return self

    def table(self, station: Station, kind: Record) -> NDArray[np.void]:
        """The entries of one kind of one station."""
        entries = self.log.entries
        return entries[(entries["station"] == self.line.stations.index(station)) & (entries["kind"] == kind)]

    def told(self, station: Station, kind: Record) -> list[tuple[float, int, int]]:
        """(second, a, b) of the entries of one kind of one station."""
        table = self.table(station, kind)
        seconds = (table["time"] - self.engine.start) / SECOND
        return list(zip(seconds.tolist(), table["a"].tolist(), table["b"].tolist(), strict=True))

    def seconds(self, station: Station, kind: Record) -> list[float]:
        """The seconds of the entries of one kind of one station."""
        return [second for second, _, _ in self.told(station, kind)]

    def activities(self, station: Station) -> list[tuple[float, int]]:
        """(second, activity) of every change of one station."""
        return [(second, activity) for second, activity, _ in self.told(station, Record.ACTIVITY)]


class ChapteredLine(Line):
    """A line whose chapters are `chapter_period` long."""

    chapter_period = HOUR

    def next_chapter(self, after: int) -> int:
        return (after // self.chapter_period + 1) * self.chapter_period


def line_of(
    *stations: Station, places: Sequence[int | None] = (), kind: Callable[[str, str, Text], Line] = Line
) -> Line:
    """Stations in a row; `places` are the capacities of the links between them, without limit when left out."""
    line = kind("works", "site", Text("Works", "Fábrica"))
    for station in stations:
        line.add(station)
    for (before, after), capacity in zip(pairwise(stations), places or [None] * (len(stations) - 1), strict=True):
        line.connect(before, after, capacity)
    return line


def opened(line: Line, seed: int = 1, start: int = START) -> Run:
    """The line at the beginning of a new run."""
    log = LogKeeper()
    engine = Engine(line, seed, start, log)
    engine.open("empty")
    return Run(line, engine, log)


class Arrivals(Station):
    """Brings one token at each of the given seconds, or as soon after as there is room."""

    def __init__(self, seconds: Sequence[float]) -> None:
        super().__init__("arrivals")
        self.seconds = [microseconds(second) for second in seconds]
        self.brought = 0

    def run(self) -> Process:
        start = self.now
        while self.brought < len(self.seconds):
            due = start + self.seconds[self.brought]
            if self.now < due:
                yield self.until(due)
            elif self.outlet.has_room():
                self.record(Record.MADE, self.brought, 1)
                self.outlet.put(self.brought)
                self.brought += 1
            else:
                yield self.woken()


def source(interval: Distribution, name: str = "source", **parameters: object) -> Source:
    """A source with this time between arrivals [s]."""
    return Source(name, SourceParameters(interval_s=interval, **parameters))


def endless_source() -> Source:
    """A source that always has more, and stands before a link with a limit."""
    return source(Constant(value=0.0))


def machine(cycle: Distribution | float, name: str = "machine", **parameters: object) -> Machine:
    """A machine with this working time [s]."""
    distribution = Constant(value=cycle) if isinstance(cycle, (int, float)) else cycle
    return Machine(name, MachineParameters(cycle_s=distribution, **parameters))


def conveyor(transit_s: float, name: str = "conveyor", **parameters: object) -> Conveyor:
    """A conveyor with this transit time."""
    return Conveyor(name, ConveyorParameters(transit_s=transit_s, **parameters))


def sink() -> Sink:
    """The end of a line."""
    return Sink("sink")


def mode(uptime_s: float | None, repair_s: float = 10.0, *, drawn: bool = False, **parameters: object) -> FailureMode:
    """A failure mode in seconds, both times constant or `drawn` from exponentials; None only comes when injected."""
    law = (lambda value: Exponential(mean=value)) if drawn else (lambda value: Constant(value=value))
    uptime = None if uptime_s is None else law(uptime_s / 3600.0)
    return FailureMode(en="stop", es="paro", uptime_h=uptime, repair_min=law(repair_s / 60.0), **parameters)


def exponential(mean_s: float) -> Exponential:
    """An exponential distribution with this mean."""
    return Exponential(mean=mean_s)
