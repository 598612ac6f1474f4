"""A history in memory: the newest frames, for a run that keeps no state, and for tests."""

from collections import deque
from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from twin.record.history import Samples, Series, checked_window, joined, no_samples
from twin.record.thinning import thinned


class Scan(Protocol):
    """All signals at one plant instant, as the instruments show them."""

    @property
    def values(self) -> NDArray[np.float64]:
        """Values by frame place."""
        ...

    @property
    def source_time(self) -> NDArray[np.int64]:
        """Plant instant of each value."""
        ...

    @property
    def status(self) -> NDArray[np.uint8]:
        """GOOD, UNCERTAIN or BAD."""
        ...

    @property
    def texts(self) -> Mapping[int, str]:
        """Texts by the key that stands for them."""
        ...


class MemoryHistory:
    """The newest scans; a sample is what differs from the scan before in value, status or source time."""

    def __init__(self, kept: int = 7200) -> None:
        self._scans: deque[Scan] = deque(maxlen=kept)

    def add(self, scan: Scan) -> None:
        """Keep a scan, which is not older than the newest one."""
        self._scans.append(scan)

    def _all(self, series: Series) -> Samples:
        scans = tuple(self._scans)
        if not scans:
            return no_samples(series)
        places = slice(series.place, series.place + series.length)
        times = np.array([scan.source_time[series.place] for scan in scans], dtype=np.int64)
        values = np.array([scan.values[places] for scan in scans])
        status = np.array([scan.status[places].max() for scan in scans], dtype=np.uint8)
        # A value that stands still keeps its source time, so every instant appears once.
        fresh = np.append(times[1:] != times[:-1], True)
        texts = scans[-1].texts if series.text else {}
        return Samples(times[fresh], values[fresh], status[fresh], texts=texts)

    def read(
        self, series: Series, start: int, end: int, limit: int, *, newest_first: bool = False, bounds: bool = False
    ) -> Samples:
        """At most `limit` samples with start <= time < end; with `bounds` also the one before and the one after."""
        limit = checked_window(start, end, limit)
        known = self._all(series)
        first, last = np.searchsorted(known.times, [start, end], side="left").tolist()
        if bounds:
            first, last = max(0, first - 1), min(len(known), last + 1)
        more = last - first > limit
        chosen = np.arange(first, last)
        chosen = chosen[::-1][:limit] if newest_first else chosen[:limit]
        return Samples(known.times[chosen], known.values[chosen], known.status[chosen], more, known.texts)

    def newest(self, series: Series, until: int) -> Samples:
        """The newest sample with time <= `until`, or none."""
        known = self._all(series)
        place = int(np.searchsorted(known.times, until, side="right"))
        chosen = slice(max(0, place - 1), place)
        return Samples(known.times[chosen], known.values[chosen], known.status[chosen], texts=known.texts)

    def trend(self, series: Series, start: int, end: int, points: int) -> Samples:
        """At most `points` samples that keep the extremes of every stretch of the window, for a chart."""
        known = joined((self.read(series, start, end, 50_000),), series)
        return thinned(known, points)
