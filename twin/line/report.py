"""The vocabulary in which a plant reports on a run: figures as plain data, with texts in both languages.

A figure says what is drawn over what; colours, fonts and the medium belong to whoever draws it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from twin.line.text import Text

Numbers = NDArray[np.float64]
Tone = Literal["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "quiet", "good", "fair", "bad"]
"""What colours a trace: a place in the sequence of colours, or what it stands for."""


@dataclass(frozen=True, slots=True)
class FigureAxis:
    """An axis; categories and instants are told from numbers by `kind`."""

    title: Text
    unit: str = ""
    kind: Literal["number", "logarithm", "instant", "category"] = "number"
    low: float | None = None
    high: float | None = None
    categories: Sequence[str] | Sequence[Text] = ()
    """Of an axis of categories: in their order."""
    zone: str = "UTC"
    """Of an axis of instants: IANA name of the time zone in which they are read."""


@dataclass(frozen=True, slots=True)
class Curve:
    """A line through points; over categories, `across` holds their places."""

    name: Text
    across: Sequence[float] | Numbers
    up: Sequence[float] | Numbers
    tone: Tone = "first"
    dashed: bool = False
    marked: bool = False
    """Drawn as separate marks, not as a line."""
    second_axis: bool = False
    label: Text | None = None
    """Written at its end instead of an entry in the legend."""


@dataclass(frozen=True, slots=True)
class Points:
    """Points, each coloured by a third quantity where there is one."""

    name: Text
    across: Sequence[float] | Numbers
    up: Sequence[float] | Numbers
    tone: Tone = "first"
    colour: Numbers | None = None
    colour_title: Text | None = None


@dataclass(frozen=True, slots=True)
class Bars:
    """Bars over categories; several are stacked upon each other."""

    name: Text
    categories: Sequence[str] | Sequence[Text]
    up: Sequence[float] | Numbers
    tone: Tone = "first"
    shown: Sequence[Text] = ()
    """Written on the bars."""


@dataclass(frozen=True, slots=True)
class Stretches:
    """Stretches of time of one kind, in rows by category."""

    name: Text
    rows: Sequence[str] | Sequence[Text]
    begin: Sequence[int]
    end: Sequence[int]
    """Plant instants [microseconds since 1970 UTC]."""
    tone: Tone = "first"


@dataclass(frozen=True, slots=True)
class Band:
    """A part of an axis that means something, such as a caliber."""

    low: float
    high: float
    title: Text
    upright: bool = False
    """Whether it is a part of the axis across."""
    quiet: bool = True


@dataclass(frozen=True, slots=True)
class Ticks:
    """A second scale along the top: words at places of the axis across."""

    title: Text
    at: Sequence[float]
    words: Sequence[str]


Trace = Curve | Points | Bars | Stretches


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure."""

    name: str
    title: Text
    note: Text
    """How it is read, and what to look for."""
    across: FigureAxis
    up: FigureAxis
    traces: tuple[Trace, ...]
    second: FigureAxis | None = None
    bands: tuple[Band, ...] = ()
    top: Ticks | None = None
    wide: bool = False
    height: int = 420
    """[pixels]."""


Cell = str | Text | tuple[float, int]
"""A word, a wording, or a number with its digits behind the point."""


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of a report."""

    name: str
    title: Text
    note: Text
    columns: tuple[Text, ...]
    rows: tuple[tuple["Cell", ...], ...]
    wide: bool = True


@dataclass(frozen=True, slots=True)
class Card:
    """A number that is read first."""

    title: Text
    value: float | None
    unit: Text


@dataclass(frozen=True, slots=True)
class Report:
    """A report on a run."""

    title: Text
    facts: tuple[tuple[Text, str], ...]
    cards: tuple[Card, ...]
    parts: tuple[Figure | Rows, ...]
