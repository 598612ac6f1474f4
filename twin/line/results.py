"""Results: what a station has found about one thing (a piece, a pallet), as plain data: measured, never the truth.

Results are no state of the run: those that are kept begin anew with a session.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from twin.line.table import Column
from twin.line.text import Text


@dataclass(frozen=True, slots=True)
class ResultKind:
    """A kind of results: about what, by which stations, and what they tell besides the fields of every `Result`."""

    name: str
    """What they are about in one word, such as `Tile`."""
    title: Text
    stations: tuple[str, ...]
    """Paths of the stations that give such results."""
    columns: tuple[Column, ...]
    """A column without unit and words is a whole number."""
    seldom: bool = False
    """Whether they come seldom enough to be told to everybody who listens to the line."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a station has found about one thing."""

    number: int
    """Running number within its kind, from 1 in every session."""
    id: str
    """Of the thing, as its passport has it."""
    station: str
    """Path of the station that found it."""
    time: int
    """Plant instant [microseconds since 1970 UTC]."""
    good: bool
    """Whether the thing is as it should be."""
    order: str
    """Order for which it was made, empty where it belongs to none."""
    product: str
    """What it is, empty where that is not known."""
    values: tuple[float, ...]
    """In the order of the kind's columns."""


@dataclass(frozen=True, slots=True)
class Results:
    """A kind of results, and where they come from."""

    kind: ResultKind
    read: Callable[[int, int], Sequence[Result]]
    """(number, most) -> the newest results with greater numbers, at most so many, oldest first."""
