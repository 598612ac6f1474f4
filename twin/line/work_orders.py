"""Work orders: what a line can be told to make, and what it says of it; the seam between jobs and a trade's line.

A line that takes work orders decides itself which station makes which one, by its own dispatch. It says when it took
one up, made the last piece of one and let the last piece go by the entries ORDER, ORDER_MADE and ORDER_GONE of the
event log, whose numbers `Line.order_name` turns into names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from twin.line.text import Text
from twin.line.units import Unit


@dataclass(frozen=True, slots=True)
class Material:
    """Something that the line can make, and how much of it may be asked for at once, in `unit`."""

    id: str
    title: Text
    unit: Unit
    above: float
    """A quantity must be greater than this."""
    highest: float


URGENT = 100
"""Priority from which on an order does not wait until the one in work is done: the line goes on with that one later."""


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """An order to make a quantity of a material, higher priorities first."""

    name: str
    material: str
    quantity: float
    priority: int
    earliest: int
    """Plant instant before which it is not begun; 0: none."""
    due: int
    """Plant instant by which it is wanted; 0: none."""


class Use(StrEnum):
    """What an amount tells of a work order."""

    MADE = "made"
    GOOD = "good"
    SCRAP = "scrap"
    ENERGY = "energy"
    QUALITY = "quality"


@dataclass(frozen=True, slots=True)
class Amount:
    """One figure of what a work order has come to so far, by the plant's own counters and instruments."""

    name: str
    title: Text
    unit: Unit
    use: Use
    value: float


class WorkOrders(Protocol):
    """What a line that takes work orders can do with them; a name means the same order for the whole run."""

    @property
    def materials(self) -> Sequence[Material]:
        """All that can be ordered."""
        ...

    def taken(self, name: str) -> bool:
        """Whether the line has, or may yet give, an order of this name by itself."""
        ...

    def release(self, order: WorkOrder) -> None:
        """Let the line make an order, or what is left of one that was withheld; again, to change one not begun."""
        ...

    def withhold(self, name: str) -> None:
        """Go on with something else; what is left of the order may be released again."""
        ...

    def end(self, name: str) -> None:
        """Go on with something else for good; what is in process flows out and is counted."""
        ...

    def amounts(self, name: str) -> Sequence[Amount]:
        """What has become of an order so far; nothing for one that was never released."""
        ...
