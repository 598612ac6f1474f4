"""The diary of one pressing-and-glazing line: when each stroke passed each station, and under which conditions.

A stroke keeps its order from the press to the store, so each station just appends. What the physics needs later is all
here: instants, and for each station its *epochs*, sets of conditions that hold until something changes.
"""

from array import array
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray

from plant_models.physics.numeric import Array

Epoch = tuple[float, ...]
LEAST_FORGOTTEN = 1024
"""Strokes that are dropped together at least; dropping costs a move of all that is kept."""


def _instants() -> "array[int]":
    return array("q")


@dataclass(slots=True)
class Passage:
    """When strokes passed one station: the n-th instant belongs to stroke `base + n`."""

    at: "array[int]" = field(default_factory=_instants)
    epochs: list[tuple[int, Epoch]] = field(default_factory=list)
    """(first stroke, conditions) of each stretch of strokes that met the same conditions."""
    base: int = 0

    @property
    def end(self) -> int:
        """The first stroke that has not passed."""
        return self.base + len(self.at)

    def begin_epoch(self, stroke: int, conditions: Epoch) -> None:
        """Let these conditions hold from `stroke` on."""
        if self.epochs and self.epochs[-1][0] == stroke:
            self.epochs.pop()
        self.epochs.append((stroke, conditions))

    def times(self, first: int, last: int) -> NDArray[np.int64]:
        """Instants of strokes first to last - 1."""
        return np.array(self.at[first - self.base : last - self.base], dtype=np.int64)

    def conditions(self, first: int, last: int) -> Array:
        """Conditions of these strokes, one row each condition."""
        epochs, count = self.epochs, last - first
        begin = bisect_right(epochs, first, key=itemgetter(0)) - 1
        end = bisect_right(epochs, last - 1, begin, key=itemgetter(0))
        if end - begin == 1:
            return np.array(epochs[begin][1]).repeat(count).reshape(-1, count)
        edges = [first, *(epoch[0] for epoch in epochs[begin + 1 : end]), last]
        lengths = [behind - before for before, behind in pairwise(edges)]
        return np.array([conditions for _, conditions in epochs[begin:end]]).T.repeat(lengths, axis=1)

    def forget(self, before: int) -> None:
        """Drop the strokes before `before`."""
        count = before - self.base
        if count > 0:
            del self.at[:count]
            self.base = before
            while len(self.epochs) > 1 and self.epochs[1][0] <= before:
                del self.epochs[0]


@dataclass(slots=True)
class Strokes:
    """The diary; `stroke` counts from 0 with the opening's strokes first."""

    press: int
    cavities: int
    opening: int = 0
    """Strokes that the opening put into the line."""
    batches: list[tuple[int, int]] = field(default_factory=list)
    """(first stroke, product) of each stretch of strokes of one product."""
    pressed: Passage = field(default_factory=Passage)
    dried: Passage = field(default_factory=Passage)
    """Strokes that have left the dryer; they are on the glazing line at the same instant."""
    glazing: Passage = field(default_factory=Passage)
    """Conditions of glazing only; its instants are those of `dried`."""
    rejecting: Passage = field(default_factory=Passage)
    """Strokes that have passed the rejecter since somebody asked what it took out."""
    printed: Passage = field(default_factory=Passage)
    restarts: Passage = field(default_factory=Passage)
    """Conditions only: when the press began again after its last long pause, and how long that was [microseconds]."""
    wear: Passage = field(default_factory=Passage)
    """Not instants but what each stroke's tiles add to the wear of the printheads [microseconds]."""
    known_pressed: int = 0
    """Strokes whose columns of pressing have been computed; likewise below."""
    known_glazed: int = 0
    known_printed: int = 0
    counted: int = 0
    """Strokes whose tiles have been counted behind the printer."""
    loaded: int = 0
    """Strokes whose tiles have been loaded into boxes."""
    metered: int = 0
    """Strokes that were printed when the nozzles were checked last."""
    checked: int = 0
    """Strokes whose wear of the nozzles has been counted."""
    scrap: dict[int, list[int]] = field(default_factory=dict)
    """Tiles (numbers within the press) to be taken out at the end of glazing, by stroke."""

    def begin_batch(self, stroke: int, product: int) -> None:
        """Let strokes from `stroke` on be of a product."""
        if not self.batches or self.batches[-1][1] != product:
            self.batches.append((stroke, product))

    def wear_not_counted(self) -> int:
        """What strokes up to the last check add to the wear of the printheads that is counted [microseconds]."""
        first, self.checked = self.checked, self.metered
        return sum(self.wear.at[first - self.wear.base : self.checked - self.wear.base])

    def product_from(self, stroke: int) -> tuple[int, int]:
        """(product of a stroke, first stroke after it that is of another one or not yet pressed)."""
        number = bisect_right(self.batches, stroke, key=itemgetter(0)) - 1
        last = number + 1 == len(self.batches)
        return self.batches[number][1], self.pressed.end if last else self.batches[number + 1][0]

    def forget(self) -> None:
        """Drop what no computation will ask for again."""
        before = min(
            self.known_pressed,
            self.known_glazed,
            self.known_printed,
            self.rejecting.base,
            self.counted,
            self.loaded,
            self.checked,
        )
        if before - self.pressed.base < LEAST_FORGOTTEN:
            return
        for passage in (self.pressed, self.dried, self.glazing, self.printed, self.restarts, self.wear):
            passage.forget(before)
        while len(self.batches) > 1 and self.batches[1][0] <= before:
            del self.batches[0]
