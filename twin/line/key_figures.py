"""What a KPI is: a name, a formula and its inputs, declared once and computed from the tally of an event log."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from twin.line.activity import Activity
from twin.line.text import Text
from twin.line.units import Unit


class Counted(Protocol):
    """What an event log adds up to, up to some instant."""

    @property
    def elapsed(self) -> int:
        """Plant time since the start [microseconds]."""
        ...

    def time_in(self, station: int, activity: Activity) -> int:
        """Plant time that a station spent in an activity [microseconds]."""
        ...

    def metered(self, station: int, meter: int) -> int:
        """Sum of a station's meter."""
        ...

    def made(self, station: int) -> int:
        """Pieces that a station made."""
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


@dataclass(frozen=True, slots=True)
class KeyFigureDeclaration:
    """A KPI of one station, or of the line when `station` is empty.

    `compute` gives None when the figure is not defined; `undefined` then says why.
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


def ratio(part: float, whole: float, factor: float = 100.0) -> float | None:
    """`factor` x part / whole, or None when there is no whole."""
    return factor * part / whole if whole else None
