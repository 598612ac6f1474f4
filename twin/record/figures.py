"""KPIs of windows, out of what an event log adds up to in them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from twin.line.key_figures import Counted, KeyFigureDeclaration
from twin.line.work_unit import Loss, WorkUnit, loss_tree
from twin.record.tally import Tally
from twin.record.windows import Window, fold


class EntryHistory(Protocol):
    """Where the entries of an event log can be read again."""

    def entries(self, start: int, end: int) -> NDArray[np.void]:
        """All entries of [start, end), in total order."""
        ...

    def activities(self, time: int) -> Mapping[int, int]:
        """What each station was doing at an instant."""
        ...

    def pieces(self, time: int) -> Mapping[tuple[int, int], int]:
        """Pieces of the log before an instant, by station and kind of entry."""
        ...


@dataclass(frozen=True, slots=True)
class Figure:
    """A declared KPI with its value in a window; None when it is not defined there."""

    declaration: KeyFigureDeclaration
    value: float | None


@dataclass(frozen=True, slots=True)
class WindowFigures:
    """The KPIs of one window."""

    window: Window
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class UnitLosses:
    """The loss tree of one work unit in a window."""

    unit: WorkUnit
    steps: tuple[Loss, ...]


def tally_of(history: EntryHistory, window: Window) -> Tally:
    """What the recorded event log adds up to in a window."""
    found = history.entries(window.start, window.end)
    start = window.start
    return fold(found, history.activities(start), start, window.end, history.pieces(start))


def figures_of(declared: Iterable[KeyFigureDeclaration], tally: Counted) -> tuple[Figure, ...]:
    """All declared KPIs of a tally."""
    return tuple(Figure(declaration, declaration.value(tally)) for declaration in declared)


def losses_of(units: Sequence[WorkUnit], tally: Counted) -> tuple[UnitLosses, ...]:
    """The loss trees of all work units."""
    return tuple(UnitLosses(unit, loss_tree(unit, tally)) for unit in units)
