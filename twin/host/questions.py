"""A question in SQL over a run's history and its answer, as plain data."""

from dataclasses import dataclass
from typing import Any

from twin.line.errors import RajolaError

MOST_ROWS = 100_000
LONGEST_S = 60.0
LONGEST_SQL = 20_000


class QueryRefused(RajolaError):
    """A question in SQL that is not answered."""


@dataclass(frozen=True, slots=True)
class Question:
    """SQL with the most rows and the most seconds that its answer may have."""

    sql: str
    rows: int = 1000
    seconds: float = 10.0


@dataclass(frozen=True, slots=True)
class Answer:
    """Columns, rows of plain values, and whether there would be more rows."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    more: bool
