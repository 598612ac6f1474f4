"""One tile as an object: its numbers, its columns, and the row in which it is fired."""

from array import array
from dataclasses import dataclass, field

import simpy

from plant_models.stations.kiln_parts import CONDITIONS
from plant_models.tiles import COLUMNS, PLACE


def _blank() -> "array[float]":
    return array("d", bytes(8 * len(COLUMNS)))


@dataclass(slots=True, eq=False)
class Tile:
    """A tile and what is known of it."""

    number: int
    """Number in the whole plant."""
    line: int
    """Pressing-and-glazing line, counted from 0."""
    stroke: int
    cavity: int
    mates: list["Tile"]
    """All tiles of its stroke, by cavity."""
    product: int
    called: simpy.Event
    """Happens when the tile enters a kiln; its value is the row."""
    broken_more: float = 0.0
    """What the press adds to the probability of breaking [-]."""
    restart: tuple[float, float] = (0.0, 0.0)
    """When the press had begun again after its last long pause, and how long that was [microseconds]."""
    gone: bool = False
    """Whether the rejecter has taken it out; its place on the belt rides on."""
    columns: "array[float]" = field(default_factory=_blank)

    @property
    def last(self) -> bool:
        """Whether it lies at the end of its stroke."""
        return self is self.mates[-1]

    def __getitem__(self, name: str) -> float:
        return self.columns[PLACE[name]]

    def write(self, **values: float) -> None:
        """Write columns."""
        for name, value in values.items():
            self.columns[PLACE[name]] = value


@dataclass(slots=True, eq=False)
class Row:
    """Tiles side by side in a kiln."""

    kiln: int
    number: int
    tiles: list[Tile]
    """By lane, from the first one on; a row may be incomplete."""
    entry_tick: int
    entered_at: int
    left: simpy.Event
    """Happens when the row has come through the kiln."""
    sorted: simpy.Event
    """Happens when the sorting line hands the row over."""
    left_at: int = 0
    conditions: dict[str, float] = field(default_factory=lambda: dict.fromkeys(CONDITIONS, 0.0))
    """The kiln's conditions when the row reached the peak."""
    oxygen: float = 0.0
    """In preheating [%]."""
    haste: float = 0.0
    """How much faster than nominally it was preheated [-]."""
    cooling: float = 0.0
    """Rate through the inversion of quartz [K/min]."""
    size_bias: float = 0.0
    """Bias of the size gauge when it was sorted [mm]."""
    missed: float = 0.0
    """What was missed then besides the usual share of visible defects [-]."""
    overfired: dict[int, float] = field(default_factory=dict)
    """How far each tile was fired beyond where it bloats [K]."""
    lost: bool = False
