"""Samples on their way into the historian, as columns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Rows:
    """Samples of any signals: frame places, plant instants [microseconds], values and status."""

    signal: NDArray[np.uint16]
    time: NDArray[np.int64]
    value: NDArray[np.float64]
    status: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.signal)

    def where(self, chosen: NDArray[np.bool_]) -> "Rows":
        """Some of them."""
        if chosen.all():
            return self
        return Rows(self.signal[chosen], self.time[chosen], self.value[chosen], self.status[chosen])

    def sorted(self) -> "Rows":
        """By signal, and by time for each, if they were by time before: so one signal lies in few row groups."""
        if not (self.signal[1:] < self.signal[:-1]).any():
            return self
        order = np.argsort(self.signal, kind="stable")
        return Rows(self.signal.take(order), self.time.take(order), self.value.take(order), self.status.take(order))

    def with_numbers(self, texts: NDArray[np.bool_], numbers: Sequence[int]) -> "Rows":
        """The same with other numbers for texts, which are the values at the frame places that `texts` tells."""
        worded = texts[self.signal]
        if not worded.any():
            return self
        value = self.value.copy()
        value[worded] = np.array(numbers, np.float64)[value[worded].astype(np.int64)]
        return Rows(self.signal, self.time, value, self.status)

    def columns(self) -> dict[str, NDArray[np.generic]]:
        """As the store takes them."""
        return {
            "signal": self.signal,
            "time": self.time.view("datetime64[us]"),
            "value": self.value,
            "status": self.status,
        }


def rows_of(found: Mapping[str, NDArray[np.generic]]) -> Rows:
    """Samples out of columns as the store gives them."""
    return Rows(
        np.asarray(found["signal"], np.uint16),
        np.asarray(found["time"]).astype("datetime64[us]").astype(np.int64),
        np.asarray(found["value"], np.float64),
        np.asarray(found["status"], np.uint8),
    )


def no_rows() -> Rows:
    """No samples."""
    return Rows(np.empty(0, np.uint16), np.empty(0, np.int64), np.empty(0), np.empty(0, np.uint8))


def joined_rows(parts: Sequence[Rows]) -> Rows:
    """All of them, in order."""
    if not parts:
        return no_rows()
    if len(parts) == 1:
        return parts[0]
    return Rows(
        np.concatenate([part.signal for part in parts]),
        np.concatenate([part.time for part in parts]),
        np.concatenate([part.value for part in parts]),
        np.concatenate([part.status for part in parts]),
    )


@dataclass(slots=True)
class Batch:
    """What is committed at once: samples, entries of the event log, and up to when that is everything."""

    rows: list[Rows] = field(default_factory=list)
    entries: list[NDArray[np.void]] = field(default_factory=list)
    first_entry: int = 0
    """Number of the first entry."""
    orders: list[tuple[int, str, int, int]] = field(default_factory=list)
    """Number, name, station and beginning of orders."""
    words: list[tuple[int, str]] = field(default_factory=list)
    figures: list[tuple[str, int, int, str, str, float | None, str, str | None]] = field(default_factory=list)
    """Span, start, end, station, name, value, unit and reason of KPIs."""
    scanned: int = 0
    """Plant instant of the newest scan."""
    settled: int = 0
    """Plant instant before which no entry is missing any more."""

    @property
    def samples(self) -> int:
        """Samples inside."""
        return sum(map(len, self.rows))
