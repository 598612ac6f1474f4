"""What a KPI is: a name, a formula and its inputs, declared once and computed from the tally of an event log."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from twin.line.activity import Activity
from twin.line.text import Text
from twin.line.units import Unit

Flow = tuple[int, int]
"""A station and the kind of its entries (`twin/line/records.py`) that tell of pieces."""


class Counted(Protocol):
    """What an event log adds up to, up to some instant."""

    @property
    def elapsed(self) -> int:
        """Plant time since the start [microseconds]."""
        ...

    @property
    def read(self) -> int:
        """Entries that have been added up: grows with every one."""
        ...

    def time_in(self, station: int, activity: Activity) -> int:
        """Plant time that a station spent in an activity [microseconds]."""
        ...

    def begun(self, station: int, activity: Activity) -> int:
        """How often a station took an activity up."""
        ...

    def metered(self, station: int, meter: int) -> int:
        """Sum of a station's meter."""
        ...

    def made(self, station: int) -> int:
        """Pieces that a station made."""
        ...

    def kinds_made(self, station: int) -> Sequence[int]:
        """The different things that a station's entries MADE say, rising."""
        ...

    def scrapped(self, station: int) -> int:
        """Pieces scrapped at a station."""
        ...

    def entered(self, station: int) -> int:
        """Pieces that entered a station."""
        ...

    def left(self, station: int) -> int:
        """Pieces that left a station."""
        ...

    def stock(self, entered: Sequence[Flow], left: Sequence[Flow], opening: int) -> float | None:
        """Average number of pieces between what lets them in and what lets them out; None without any time."""
        ...


@dataclass(frozen=True, slots=True)
class KeyFigureDeclaration:
    """A KPI of one station, or of the line when `station` is empty; docs/kpis.md is made of these declarations.

    `compute` gives None when the figure is not defined; `undefined` then says why. It must depend on sums only, so that
    the figure of a window follows from what the event log adds up to in that window.
    """

    name: str
    title: Text
    unit: Unit
    station: str
    formula: str
    source: str
    compute: Callable[[Counted], float | None]
    undefined: Text
    low: float = 0.0
    high: float = 100.0
    main: bool = False
    inputs: tuple[str, ...] = ()
    """What the formula's symbols stand for, each `symbol = what of the event log`."""
    time_model: str = ""
    """Which times the formula counts, and which it leaves out."""

    def value(self, tally: Counted) -> float | None:
        """The figure of what a tally has added up; None when it is not defined or no number."""
        found = self.compute(tally)
        return found if found is not None and math.isfinite(found) else None


def ratio(part: float, whole: float, factor: float = 100.0) -> float | None:
    """`factor` x part / whole, or None when there is no whole."""
    return factor * part / whole if whole else None
