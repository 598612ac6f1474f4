"""Where pieces come from and where they went: passports as plain data, in the words of a line that can give them.

A passport reads backwards, from a thing to all that made it (`made_from`), and forwards, to all that it went into
(`went_into`). `where_used` gives the pieces themselves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from twin.line.errors import RajolaError
from twin.line.export_table import ExportTable
from twin.line.report import Figure, Rows
from twin.line.text import Text

MOST_PIECES = 100_000
"""Most numbers of pieces in one answer."""


class UnknownThing(RajolaError):
    """Nothing in the run is called so; the sentence says what there is."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of a passport; instants are microseconds since 1970 UTC and have the unit `instant`."""

    name: str
    title: Text
    value: float | int | str
    unit: str = ""
    truth: bool = False
    """Whether only the instructor may know it."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What happened to a piece at one station, or what is known of a thing."""

    name: str
    title: Text
    station: str
    """Path of the station, "" where none is meant."""
    begin: int | None
    end: int | None
    """Plant instants; None where it has not come so far, or where there is none."""
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """Something that a thing was made from or went into, and how many of the pieces they share."""

    kind: str
    id: str
    title: Text
    pieces: int


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a piece is defective: one cause and its share; the shares of a piece sum to 1."""

    cause: str
    """Key of the cause in the ground-truth log, or of an ordinary cause."""
    title: Text
    share: float


@dataclass(frozen=True, slots=True)
class Passport:
    """All that is known of one thing."""

    kind: str
    id: str
    title: Text
    pieces: int
    """Pieces that it is, or that it touched."""
    stages: tuple[Stage, ...]
    made_from: tuple[Related, ...]
    went_into: tuple[Related, ...]
    counts: Mapping[str, int]
    """Pieces by what became of them."""
    causes: tuple[Cause, ...] = ()
    """Root causes of a defective piece; the instructor's alone."""
    piece: int | None = None
    """Its number, where it is one piece."""


@dataclass(frozen=True, slots=True)
class WhereUsed:
    """The pieces that a thing touched."""

    kind: str
    id: str
    title: Text
    pieces: int
    """How many there are."""
    ids: tuple[str, ...]
    """The first of them, in the order of their making."""
    more: bool
    """Whether there are more than were asked for."""
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class ThingKind:
    """A kind of thing that has passports, and how its ids are written."""

    name: str
    title: Text
    id_form: Text


class Genealogy(Protocol):
    """What a line tells of its pieces: those still inside, and finished ones out of a store."""

    @property
    def kinds(self) -> tuple[ThingKind, ...]:
        """Kinds of things that may be asked for."""
        ...

    def passport(self, kind: str, thing: str, *, truth: bool = False) -> Passport:
        """The passport of a thing by its id; raises UnknownThing."""
        ...

    def where_used(self, kind: str, thing: str, *, limit: int = 1000, truth: bool = False) -> WhereUsed:
        """The pieces that a thing touched, at most `limit` (MOST_PIECES) of their ids; raises UnknownThing."""
        ...

    def tables(self) -> Sequence[ExportTable]:
        """What an export of the run's pieces holds."""
        ...

    def accounts(self, entries: NDArray[np.void]) -> Sequence[ExportTable]:
        """Tables that need the run's event log too, such as who used the energy."""
        ...

    def report(self, entries: NDArray[np.void]) -> "Sequence[Figure | Rows]":
        """Figures of a report on the run, out of its pieces and its event log."""
        ...

    def frozen(self) -> "Genealogy":
        """The same with the pieces inside as they are now, to be asked in another thread while the run goes on."""
        ...

    def resumed(self, time: int) -> None:
        """Forget what was stored at or after a plant instant from which the run goes on."""
        ...

    def keep(self) -> None:
        """Put what is finished so far into the store."""
        ...
