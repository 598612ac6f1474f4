"""What a historian stores and gives back: the protocol that a store keeps, and how a question about history is asked.

Plant time throughout [microseconds since 1970 UTC]. A series is a signal's run of frame places: one, or as many as its
profile has points, which are recorded together.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from twin.line.description import SignalDescription
from twin.line.errors import RajolaError
from twin.line.signal import Kind, ValueType

GOOD, UNCERTAIN, BAD, NO_DATA = 0, 1, 2, 3
"""Status of a value; NO_DATA only where a question about an instant or interval has no answer."""
MOST_SAMPLES = 50_000
"""Most instants in one answer."""


class HistoryRefused(RajolaError):
    """A question about history that cannot be answered as asked."""


@dataclass(frozen=True, slots=True)
class Series:
    """Where a signal is in the history: its first frame place, its points, and how it goes between two samples."""

    place: int
    length: int
    stepped: bool
    """Whether a value holds until the next one (states, counters, set points) or runs straight to it."""
    text: bool = False
    """Whether values are keys of texts."""


@dataclass(frozen=True, slots=True)
class Samples:
    """Recorded or computed values of one signal.

    `times` [int64, n], `values` [float64, n x points of the series], `status` [uint8, n]. A text's value is a key of
    `texts`. `more` says that the limit cut the answer: ask again from after the last time.
    """

    times: NDArray[np.int64]
    values: NDArray[np.float64]
    status: NDArray[np.uint8]
    more: bool = False
    texts: Mapping[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.times)


class History(Protocol):
    """A store of samples; every method may be called from any thread, and never waits for the run."""

    def read(
        self, series: Series, start: int, end: int, limit: int, *, newest_first: bool = False, bounds: bool = False
    ) -> Samples:
        """At most `limit` samples with start <= time < end; with `bounds` also the one before and the one after."""
        ...

    def newest(self, series: Series, until: int) -> Samples:
        """The newest sample with time <= `until`, or none."""
        ...

    def trend(self, series: Series, start: int, end: int, points: int) -> Samples:
        """At most `points` samples that keep the extremes of every stretch of the window, for a chart."""
        ...


def series_of(signal: SignalDescription) -> Series:
    """Where a signal is recorded."""
    stepped = signal.kind not in (Kind.MEASUREMENT, Kind.PROFILE)
    return Series(signal.index, signal.length, stepped, signal.value_type is ValueType.TEXT)


def no_samples(series: Series) -> Samples:
    """An empty answer."""
    return Samples(np.empty(0, np.int64), np.empty((0, series.length)), np.empty(0, np.uint8))


def joined(parts: Sequence[Samples], series: Series, *, more: bool = False) -> Samples:
    """Answers one after the other as one."""
    kept = [part for part in parts if len(part)]
    if not kept:
        return no_samples(series)
    texts: dict[int, str] = {}
    for part in kept:
        texts.update(part.texts)
    return Samples(
        np.concatenate([part.times for part in kept]),
        np.concatenate([part.values for part in kept]),
        np.concatenate([part.status for part in kept]),
        more,
        texts,
    )


def checked_window(start: int, end: int, limit: int) -> int:
    """The limit to use; raises HistoryRefused for a window that cannot be one."""
    if start > end:
        raise HistoryRefused(f"the window begins at {start} and ends before, at {end}; exchange them")
    if limit < 1:
        raise HistoryRefused(f"limit is {limit}; give 1 to {MOST_SAMPLES}")
    return min(limit, MOST_SAMPLES)
