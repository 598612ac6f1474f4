"""The diary of one pressing-and-glazing line: when each stroke passed each station, and under which conditions.

A stroke keeps its order from the press to the store, so each station just appends. What the physics needs later is all
here: instants, and for each station the number of an *epoch*, a set of conditions that holds until something changes.
"""

from array import array
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from plant_models.physics.numeric import Array

Epoch = tuple[float, ...]
STROKE_STEP = 1 << 40


def _instants() -> "array[int]":
    return array("q")


@dataclass(slots=True)
class Passage:
    """When strokes passed one station: the n-th entry belongs to stroke `base + n`."""

    at: "array[int]" = field(default_factory=_instants)
    epoch: "array[int]" = field(default_factory=_instants)
    epochs: list[Epoch] = field(default_factory=list)
    base: int = 0

    @property
    def end(self) -> int:
        """The first stroke that has not passed."""
        return self.base + len(self.at)

    def note(self, time: int, epoch: int) -> None:
        """The next stroke passes."""
        self.at.append(time)
        self.epoch.append(epoch)

    def times(self, first: int, last: int) -> NDArray[np.int64]:
        """Instants of strokes first to last - 1."""
        return np.array(self.at[first - self.base : last - self.base], dtype=np.int64)

    def conditions(self, first: int, last: int) -> Array:
        """Conditions of these strokes, one row each condition."""
        numbers = np.array(self.epoch[first - self.base : last - self.base], dtype=np.int64)
        return np.array(self.epochs)[numbers].T

    def forget(self, before: int) -> None:
        """Drop the strokes before `before`."""
        count = before - self.base
        if count > 0:
            del self.at[:count]
            del self.epoch[:count]
            self.base = before


@dataclass(slots=True)
class Strokes:
    """The diary; `stroke` counts from 0 with the opening's strokes first."""

    press: int
    cavities: int
    opening: int = 0
    """Strokes that the opening put into the line."""
    pressed: Passage = field(default_factory=Passage)
    dried: Passage = field(default_factory=Passage)
    glazed: Passage = field(default_factory=Passage)
    printed: Passage = field(default_factory=Passage)
    known_pressed: int = 0
    """Strokes whose columns of pressing have been computed; likewise below."""
    known_glazed: int = 0
    known_printed: int = 0
    scrap: dict[int, list[int]] = field(default_factory=dict)
    """Tiles (numbers within the press) to be taken out at the end of glazing, by stroke."""

    def forget(self) -> None:
        """Drop what no computation will ask for again."""
        before = self.known_printed
        for passage in (self.pressed, self.dried, self.glazed, self.printed):
            passage.forget(min(before, self.known_glazed, self.known_pressed))
