"""The newest published frames, kept for charts."""

import numpy as np
from numpy.typing import NDArray

from twin.host.port import Frame

KEPT = 7200
"""Frames that are kept: half an hour of wall time at four frames a second."""


class Trend:
    """A ring of frames; rows are frames."""

    def __init__(self, length: int) -> None:
        self._values = np.zeros((KEPT, length), dtype=np.float32)
        self._exact = np.zeros(KEPT, dtype=np.int64)
        self._count = 0

    def add(self, frame: Frame) -> None:
        """Keep a frame, unless plant time stands still."""
        newest = (self._count - 1) % KEPT
        if self._count and self._exact[newest] == frame.time:
            self._values[newest] = np.where(frame.status == 0, frame.values, np.nan)
            return
        place = self._count % KEPT
        self._values[place] = np.where(frame.status == 0, frame.values, np.nan)
        self._exact[place] = frame.time
        self._count += 1

    def read(self, index: int, since: int, points: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """(times, values) of one place since an instant, evenly thinned to at most `points`; no bad values."""
        kept = min(self._count, KEPT)
        order = (np.arange(self._count - kept, self._count)) % KEPT
        order = order[self._exact[order] >= since]
        values = self._values[order, index].astype(np.float64)
        good = np.isfinite(values)
        order, values = order[good], values[good]
        if len(order) > max(1, points):
            chosen = np.linspace(0, len(order) - 1, max(1, points)).round().astype(np.int64)
            order, values = order[chosen], values[chosen]
        return self._exact[order], values
