"""A table that a run exports, whatever file it goes to: a name, what it holds, and its rows in batches."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from twin.line.text import Text


@dataclass(frozen=True, slots=True)
class ExportTable:
    """A table of an export."""

    name: str
    """Name of its file, without an ending."""
    title: Text
    schema: Any
    """Arrow schema."""
    batches: Callable[[], Iterator[Any]]
    """Makes its rows as Arrow tables of that schema, in the order of the file."""
    truth: bool = False
    """Whether it holds what only the instructor may know."""
