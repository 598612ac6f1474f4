"""What the last rows at the sorter were like: what a person takes a sample of, and what a loop looks at."""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from twin.line.time import HOUR

if TYPE_CHECKING:
    from plant_models.fired import Judged

SAMPLED: tuple[str, ...] = ("size", "water_absorption", "strength")
"""Columns of which the last row is kept."""


@dataclass(slots=True)
class RowMeans:
    """Means of the last row that was sorted, and of the measured size over about an hour."""

    last: dict[str, float] = field(default_factory=lambda: dict.fromkeys(SAMPLED, math.nan))
    size: float = math.nan
    """Mean measured size; a row weighs less the longer ago it was, with a time constant of one hour [mm]."""
    seen: int = 0
    """When the last row was sorted."""

    def note(self, judged: "Judged") -> None:
        """Take in a run of sorted tiles; the result is the same however rows are cut into runs."""
        if not len(judged.times):
            return
        newest = judged.times == judged.times[-1]
        for name in SAMPLED:
            values = judged.columns[name][newest].tolist()
            self.last[name] = sum(values) / len(values)
        row = np.concatenate(([0], np.cumsum(np.diff(judged.times) != 0)))
        tiles = np.bincount(row)
        means = np.bincount(row, weights=judged.columns["measured_size"]) / tiles
        times = judged.times[np.searchsorted(row, np.arange(len(tiles)))]
        for time, mean in zip(times.tolist(), means.tolist(), strict=True):
            share = 1.0 if math.isnan(self.size) else -math.expm1(-(time - self.seen) / HOUR)
            self.size = mean if math.isnan(self.size) else self.size + share * (mean - self.size)
            self.seen = time
