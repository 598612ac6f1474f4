"""Sums up an hour of samples: lowest, highest, first, last and mean of every signal for every ten minutes."""

import numpy as np
from numpy.typing import NDArray

from twin.line.time import MINUTE
from twin.record.historian.block import Rows
from twin.record.history import BAD, GOOD

BUCKET = 10 * MINUTE


def summed_up(rows: Rows) -> dict[str, NDArray[np.generic]]:
    """Columns of the table `summary` for rows that are ordered by signal and time; not empty."""
    bucket = rows.time // BUCKET
    turns = (bucket[1:] != bucket[:-1]) | (rows.signal[1:] != rows.signal[:-1])
    begins = np.concatenate(([0], np.flatnonzero(turns) + 1))
    counts = np.diff(np.append(begins, len(rows)))
    usable = (rows.status != BAD) & ~np.isnan(rows.value)
    all_usable = bool(usable.all())
    known = counts if all_usable else np.add.reduceat(usable, begins, dtype=np.int64)
    total = np.add.reduceat(rows.value if all_usable else np.where(usable, rows.value, 0.0), begins)
    above = rows.value if all_usable else np.where(usable, rows.value, np.inf)
    below = rows.value if all_usable else np.where(usable, rows.value, -np.inf)
    lowest, lowest_at = _extreme(above, rows.time, begins, counts, np.minimum)
    highest, highest_at = _extreme(below, rows.time, begins, counts, np.maximum)
    none = known == 0
    ends = begins + counts - 1
    return {
        "signal": rows.signal[begins],
        "time": (bucket[begins] * BUCKET).view("datetime64[us]"),
        "samples": counts.astype(np.int32),
        "good": np.add.reduceat(rows.status == GOOD, begins, dtype=np.int32),
        "minimum": np.ma.array(lowest, mask=none),
        "minimum_time": np.ma.array(lowest_at.view("datetime64[us]"), mask=none),
        "maximum": np.ma.array(highest, mask=none),
        "maximum_time": np.ma.array(highest_at.view("datetime64[us]"), mask=none),
        "mean": np.ma.array(total / np.maximum(known, 1), mask=none),
        "first": rows.value[begins],
        "last": rows.value[ends],
    }


def _extreme(
    value: NDArray[np.float64],
    time: NDArray[np.int64],
    begins: NDArray[np.intp],
    counts: NDArray[np.intp],
    ufunc: np.ufunc,
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """The extreme value of every bucket, and when it was first reached."""
    extreme = ufunc.reduceat(value, begins)
    reached = np.flatnonzero(value == np.repeat(extreme, counts))
    return extreme, time[reached[np.searchsorted(reached, begins)]]
