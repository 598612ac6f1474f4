"""What a buffer store is told and what it keeps: parameters, boxes, what each kiln is fed from."""

from array import array
from collections import deque
from dataclasses import dataclass, field

from pydantic import Field

from plant_models.definition.product import Changeover
from twin.line.station import Parameters, StationState
from twin.line.time import NEVER


class StoreParameters(Parameters):
    """The boxes and what moves them."""

    boxes: int = Field(ge=3, le=2000)
    """Boxes in the store."""
    box_m2: float = Field(gt=0, le=400)
    """Tiles that fill a box [m2]."""
    trip_min: float = Field(ge=0, le=60)
    """From the loader to a place from which a kiln can be fed [min]."""
    opening_share: float = Field(ge=0, lt=1)
    """How full the store is in a running opening [-]."""
    kiln_changeover_min: Changeover
    """Gap in a kiln's feed between two products [min]."""
    low_autonomy_min: float = Field(ge=0)
    """Alarm when the store can feed the kilns no longer than this [min]."""


@dataclass(slots=True)
class Box:
    """A box and its tiles, in the order in which they went in."""

    number: int
    product: int
    ready_at: int = NEVER
    tiles: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Feed:
    """What a kiln is being fed from."""

    product: int = -1
    tiles: list[int] = field(default_factory=list)
    next: int = 0
    gap_until: int = 0


@dataclass(slots=True)
class StoreState(StationState):
    """What the store holds."""

    filling: list[Box | None] = field(default_factory=list)
    waiting: deque[Box] = field(default_factory=deque)
    feeds: list[Feed] = field(default_factory=list)
    arrived: "array[int]" = field(default_factory=lambda: array("q"))
    """Strokes that have come and are not yet loaded: line, stroke and instant of each."""
    numbered: int = 0
    loaded: int = 0
    delivered: int = 0
