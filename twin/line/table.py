"""Tables that a plant keeps for charts: the newest pieces as they were inspected, or jobs, as plain columns.

A table holds what people at the plant could know: measured values and what was found, never the truth behind them. It
is no state of the run: what it holds begins anew with a session.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twin.line.text import Text
from twin.line.units import Unit


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers: a quantity, a position in `words`, or bits of which each has its word."""

    name: str
    title: Text
    unit: Unit | None = None
    words: tuple[Text, ...] = ()
    """Wordings by position; empty for plain numbers."""
    groups: tuple[Text, ...] = ()
    """What each word belongs to, such as the origin of a kind of defect; empty, or as many as there are words."""
    flags: bool = False
    """Whether the number is a sum of bits, one for each word."""


@dataclass(frozen=True, slots=True)
class TableDescription:
    """What a table holds."""

    name: str
    title: Text
    columns: tuple[Column, ...]

    def place(self, column: str) -> int:
        """Position of a column; raises KeyError when there is none."""
        for place, each in enumerate(self.columns):
            if each.name == column:
                return place
        raise KeyError(column)


@dataclass(frozen=True, slots=True)
class TableRows:
    """Rows of a table, oldest first: `numbers` [columns, rows] and one label for each row, or none at all."""

    numbers: NDArray[np.float64]
    labels: tuple[str, ...] = ()


class Table:
    """A table and where its rows come from."""

    def __init__(self, description: TableDescription, read: Callable[[int], TableRows]) -> None:
        self.description = description
        self.read = read
        """The newest rows, at most as many as asked for."""


class Ring(Table):
    """A table of the newest `kept` pieces; what is known of them in `more` columns is for others than its readers."""

    def __init__(self, description: TableDescription, kept: int, more: tuple[str, ...] = ()) -> None:
        super().__init__(description, self.newest)
        self._kept = kept
        self._names = (*(column.name for column in description.columns), *more)
        self._numbers = np.zeros((len(self._names), kept), dtype=np.float64)
        self._count = 0

    @property
    def count(self) -> int:
        """Pieces that were taken so far."""
        return self._count

    def add(self, columns: Mapping[str, NDArray[np.float64]]) -> None:
        """Take the next pieces; every column has to be there, all of one length."""
        rows = np.array([columns[name] for name in self._names], dtype=np.float64)
        rows = rows[:, -self._kept :]
        places = (self._count + np.arange(rows.shape[1])) % self._kept
        self._numbers[:, places] = rows
        self._count += rows.shape[1]

    def newest(self, limit: int) -> TableRows:
        """The newest rows, at most `limit` of them, oldest first."""
        return TableRows(self._last(limit)[: len(self.description.columns)])

    def columns(self, limit: int) -> dict[str, NDArray[np.float64]]:
        """The same, by column, with all that is known."""
        return dict(zip(self._names, self._last(limit), strict=True))

    def _last(self, limit: int) -> NDArray[np.float64]:
        count = max(0, min(self._count, self._kept, limit))
        places = np.arange(self._count - count, self._count) % self._kept
        return self._numbers[:, places]
