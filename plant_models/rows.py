"""The diary of one kiln and its sorting line: which tiles each row holds and when it passed.

Rows keep their order from the kiln's entry to the sorter; the n-th entry of each list belongs to row `base + n`.
"""

from array import array
from dataclasses import dataclass, field

import numpy as np

from plant_models.physics.numeric import Array


def _instants() -> "array[int]":
    return array("q")


def _numbers() -> "array[float]":
    return array("d")


@dataclass(slots=True)
class Rows:
    """All rows from the kiln's entry to the sorter."""

    kiln: int
    base: int = 0
    tiles: list[tuple[int, ...]] = field(default_factory=list)
    """Tiles of each row by lane; -1 where a lane is empty."""
    products: "array[int]" = field(default_factory=_instants)
    entry_tick: "array[int]" = field(default_factory=_instants)
    """Tick of the kiln's drive at which the row entered."""
    entered_at: "array[int]" = field(default_factory=_instants)
    left_at: "array[int]" = field(default_factory=_instants)
    sorted_at: "array[int]" = field(default_factory=_instants)
    size_bias: "array[float]" = field(default_factory=_numbers)
    """Bias of the size gauge when the row was sorted [mm]."""
    missed: "array[float]" = field(default_factory=_numbers)
    """What was missed then besides the usual share of visible defects [-]."""
    epoch: "array[int]" = field(default_factory=_instants)
    """Conditions that held when the row was at its peak; numbers of `epochs`."""
    epochs: list[tuple[float, ...]] = field(default_factory=list)
    peak: "array[float]" = field(default_factory=_numbers)
    """Peak temperature of each row that has left the kiln, mean over the lanes [degC]; likewise below."""
    difference: "array[float]" = field(default_factory=_numbers)
    """Air below minus above at the peak [K]."""
    soak: "array[float]" = field(default_factory=_numbers)
    """Soak [min]."""
    pressure: "array[float]" = field(default_factory=_numbers)
    """Pressure of the kiln at the peak [Pa]."""
    oxygen: "array[float]" = field(default_factory=_numbers)
    """Oxygen in preheating [%]."""
    haste: "array[float]" = field(default_factory=_numbers)
    """How much faster than nominally the row was preheated [-]."""
    cooling: "array[float]" = field(default_factory=_numbers)
    """Cooling rate at the inversion of quartz [K/min]."""
    beside_gap: "array[float]" = field(default_factory=_numbers)
    """1 for a row with a gap before or behind it, else 0."""
    previous_tick: int = -1
    """Entry tick of the last row that is forgotten; -1 for none."""
    known: int = 0
    """Rows whose firing and sorting have been computed."""
    lost: list[int] = field(default_factory=list)
    """Rows lost in the kiln."""

    @property
    def met(self) -> tuple["array[float]", ...]:
        """All that rows have met in the kiln."""
        return (
            self.peak,
            self.difference,
            self.soak,
            self.pressure,
            self.oxygen,
            self.haste,
            self.cooling,
            self.beside_gap,
        )

    @property
    def end(self) -> int:
        """Number of the next row."""
        return self.base + len(self.tiles)

    def row(self, number: int) -> tuple[int, ...]:
        """Tiles of a row by lane."""
        return self.tiles[number - self.base]

    def count(self, number: int) -> int:
        """Tiles of a row; only the row at the end of a batch has empty lanes, which come last."""
        tiles = self.tiles[number - self.base]
        return len(tiles) if tiles[-1] >= 0 else sum(tile >= 0 for tile in tiles)

    def begin(self, tiles: tuple[int, ...], product: int) -> int:
        """Make a new row; its number."""
        self.tiles.append(tiles)
        self.products.append(product)
        return self.end - 1

    def conditions(self, first: int, last: int) -> Array:
        """Conditions at the peak of rows first to last - 1, one line each condition."""
        numbers = np.array(self.epoch[first - self.base : last - self.base], dtype=np.int64)
        return np.array(self.epochs)[numbers].T

    def forget(self) -> None:
        """Drop rows that have been computed."""
        count = self.known - self.base
        if count > 0:
            self.previous_tick = self.entry_tick[count - 1]
            del self.tiles[:count]
            for column in (self.products, self.entry_tick, self.entered_at, self.left_at, self.sorted_at, self.epoch):
                del column[:count]
            for numbers in (*self.met, self.size_bias, self.missed):
                del numbers[:count]
            self.base = self.known
            self.lost = [row for row in self.lost if row >= self.base]
