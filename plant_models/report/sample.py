"""The tiles that a report is made of: counts over all of them, and a sample small enough to be drawn."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from plant_models.tiles import DEFECTS, FIRED_SCRAP, FIRST, GREEN_SCRAP
from twin.record.genealogy_store import Columns

DRAWN = 2500
"""Tiles in a sample: as many as a chart can show as points."""
COLUMNS = (
    "order", "press", "cavity", "lane", "pressed_at", "pressure", "density", "moisture", "peak_temperature",
    "water_absorption", "measured_size", "measured_curvature", "grade", "caliber", "shade", "defects", "left_at",
)  # fmt: skip


@dataclass(slots=True)
class Tally:
    """What all tiles of a run add up to."""

    fired: Columns
    """Columns of all tiles that were sorted."""
    pressed: Columns
    """Columns of a sample of all tiles pressed, evenly over the run."""
    found: NDArray[np.int64]
    """Tiles in which sorting found each kind of defect."""
    green_scrap: int


def tally(batches: Iterable[Columns]) -> Tally:
    """Read all tiles once."""
    parts = list(batches)
    tiles = {name: np.concatenate([part[name] for part in parts]) for name in ("tile", *COLUMNS)}
    fired = (tiles["grade"] >= FIRST) & (tiles["grade"] <= FIRED_SCRAP)
    bits = np.where(tiles["grade"] > FIRST, tiles["defects"], 0.0).astype(np.int64)[fired]
    found = np.array([int((bits >> bit & 1).sum()) for bit in range(len(DEFECTS))])
    pressed = evenly({name: values[tiles["pressed_at"] > 0.0] for name, values in tiles.items()}, DRAWN)
    return Tally(
        {name: values[fired] for name, values in tiles.items()}, pressed, found,
        int((tiles["grade"] == GREEN_SCRAP).sum()),
    )  # fmt: skip


def evenly(tiles: Columns, most: int) -> Columns:
    """At most `most` tiles, evenly over their order."""
    count = len(tiles["tile"])
    places = np.unique(np.linspace(0, count - 1, min(most, count)).astype(np.int64)) if count else np.empty(0, np.int64)
    return {name: values[places] for name, values in tiles.items()}
