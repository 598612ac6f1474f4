"""Aggregates of recorded samples over intervals, with the meaning that OPC UA part 13 gives their names.

Only good samples count, except for PercentGood. An interval takes in its start and leaves out its end. Where nothing
good is known the answer is NO_DATA; where something bad was left out, or the run of values begins or ends inside the
interval, it is UNCERTAIN.

References:
    [1] OPC 10000-13, OPC Unified Architecture, Part 13: Aggregates.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from twin.line.time import MINUTE
from twin.record.history import (
    BAD,
    GOOD,
    MOST_SAMPLES,
    NO_DATA,
    UNCERTAIN,
    History,
    HistoryRefused,
    Samples,
    Series,
    joined,
)

MOST_INTERVALS = 10_000
MOST_RAW = 5_000_000
"""Recorded instants that one question may go through."""
NEAR = 15 * MINUTE
"""How far before and after a window a sample is looked for first: what is measured is recorded more often."""

Floats = NDArray[np.float64]
Times = NDArray[np.int64]
Answer = tuple[float, int]


class Aggregate(StrEnum):
    """Aggregates by their name in part 13."""

    AVERAGE = "Average"
    MINIMUM = "Minimum"
    MAXIMUM = "Maximum"
    COUNT = "Count"
    TIME_AVERAGE = "TimeAverage"
    DELTA = "Delta"
    INTERPOLATIVE = "Interpolative"
    STANDARD_DEVIATION = "StandardDeviationSample"
    PERCENT_GOOD = "PercentGood"


def _nothing() -> Answer:
    return 0.0, NO_DATA


def _average(values: Floats) -> float:
    return float(values.mean())


def _spread(values: Floats) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else 0.0


_OF_VALUES: Mapping[Aggregate, Callable[[Floats], float]] = {
    Aggregate.AVERAGE: _average,
    Aggregate.MINIMUM: lambda values: float(values.min()),
    Aggregate.MAXIMUM: lambda values: float(values.max()),
    Aggregate.DELTA: lambda values: float(values[-1] - values[0]),
    Aggregate.STANDARD_DEVIATION: _spread,
}


class Stretch:
    """The samples of one place that matter to some intervals: those inside, and one before and after."""

    def __init__(self, times: Times, values: Floats, status: NDArray[np.uint8], *, stepped: bool) -> None:
        self.times, self.values, self.status, self.stepped = times, values, status, stepped
        usable = status != BAD
        self._good_times, self._good_values = times[usable], values[usable]

    def interpolated(self, at: int) -> Answer:
        """The value at an instant: between the good samples around it, or the last one as it stands."""
        after = int(np.searchsorted(self._good_times, at, side="left"))
        if after < len(self._good_times) and self._good_times[after] == at:
            return float(self._good_values[after]), GOOD
        if after == 0:
            return _nothing()
        held = float(self._good_values[after - 1])
        skipped = self._bad_between(int(self._good_times[after - 1]), at)
        if self.stepped:
            return held, UNCERTAIN if skipped else GOOD
        if after == len(self._good_times):
            return held, UNCERTAIN
        low, high = int(self._good_times[after - 1]), int(self._good_times[after])
        share = (at - low) / (high - low)
        value = held + share * (float(self._good_values[after]) - held)
        return value, UNCERTAIN if self._bad_between(low, high) else GOOD

    def _bad_between(self, low: int, high: int) -> bool:
        first, last = np.searchsorted(self.times, [low, high], side="right")
        return bool((self.status[first:last] == BAD).any())

    def of_values(self, start: int, end: int, compute: Callable[[Floats], float]) -> Answer:
        """Something of the good samples in an interval."""
        first, last = np.searchsorted(self.times, [start, end], side="left")
        status = self.status[first:last]
        good = self.values[first:last][status == GOOD]
        if not len(good):
            return _nothing()
        return compute(good), GOOD if len(good) == len(status) else UNCERTAIN

    def count(self, start: int, end: int) -> Answer:
        """How many samples are good."""
        first, last = np.searchsorted(self.times, [start, end], side="left")
        status = self.status[first:last]
        good = int((status == GOOD).sum())
        return float(good), GOOD if good == len(status) else UNCERTAIN

    def time_average(self, start: int, end: int) -> Answer:
        """The area under the run of values over its length, its ends interpolated."""
        first, last = np.searchsorted(self._good_times, [start, end], side="left")
        inner_times, inner = self._good_times[first:last], self._good_values[first:last]
        left, left_status = self.interpolated(start)
        right, right_status = self.interpolated(end)
        times, values = [*inner_times.tolist()], [*inner.tolist()]
        if left_status != NO_DATA and (not times or times[0] != start):
            times, values = [start, *times], [left, *values]
        if right_status != NO_DATA:
            times, values = [*times, end], [*values, right]
        if len(times) < 2:
            return (values[0], UNCERTAIN) if values else _nothing()
        spans, points = np.diff(np.array(times, dtype=np.float64)), np.array(values)
        heights = points[:-1] if self.stepped else (points[:-1] + points[1:]) / 2.0
        whole = left_status == GOOD and right_status == GOOD
        bad = self._bad_between(start - 1, end - 1)
        return float((heights * spans).sum() / spans.sum()), GOOD if whole and not bad else UNCERTAIN

    def percent_good(self, start: int, end: int) -> Answer:
        """Share of the time in which the newest sample was good [%]."""
        first, last = np.searchsorted(self.times, [start, end], side="right")
        first = max(0, int(first) - 1)
        times, status = self.times[first:last], self.status[first:last]
        if not len(times) or times[0] >= end:
            return _nothing()
        edges = np.append(np.clip(times, start, end), end)
        good = float(np.diff(edges)[status == GOOD].sum())
        return 100.0 * good / (end - start), GOOD

    def answer(self, aggregate: Aggregate, start: int, end: int) -> Answer:
        """One aggregate over one interval."""
        match aggregate:
            case Aggregate.INTERPOLATIVE:
                return self.interpolated(start)
            case Aggregate.COUNT:
                return self.count(start, end)
            case Aggregate.TIME_AVERAGE:
                return self.time_average(start, end)
            case Aggregate.PERCENT_GOOD:
                return self.percent_good(start, end)
            case _:
                return self.of_values(start, end, _OF_VALUES[aggregate])


def intervals(start: int, end: int, interval: int) -> list[tuple[int, int]]:
    """The intervals of a window, the last one cut at its end; 0 makes the window one interval."""
    if start >= end:
        raise HistoryRefused(f"the window from {start} to {end} holds no time; let it end later")
    if interval < 0:
        raise HistoryRefused(f"interval is {interval} us; give a length of plant time above 0")
    step = interval or end - start
    count = -((start - end) // step)
    if count > MOST_INTERVALS:
        raise HistoryRefused(
            f"the window holds {count} intervals of {step} us, and {MOST_INTERVALS} is the most; take longer ones"
        )
    return [(at, min(end, at + step)) for at in range(start, end, step)]


def around(history: History, series: Series, start: int, end: int) -> Samples:
    """All samples of a window, with the one before and the one after; bounded by MOST_RAW."""
    near = history.read(series, start - NEAR, end + NEAR, MOST_SAMPLES)
    first, last = np.searchsorted(near.times, [start, end], side="left").tolist()
    if not near.more and first > 0 and last < len(near):
        # Nearly always the neighbours are this near, and one question is enough.
        chosen = slice(first - 1, last + 1)
        return Samples(near.times[chosen], near.values[chosen], near.status[chosen], texts=near.texts)
    parts: list[Samples] = [history.newest(series, start - 1)]
    at = start
    while True:
        part = history.read(series, at, end, MOST_SAMPLES)
        parts.append(part)
        if not part.more:
            break
        at = int(part.times[-1]) + 1
        if sum(map(len, parts)) > MOST_RAW:
            raise HistoryRefused(f"the window holds more than {MOST_RAW} samples; ask for a shorter one")
    parts.append(_first_from(history, series, end))
    return joined(parts, series)


def _first_from(history: History, series: Series, start: int) -> Samples:
    found = history.read(series, start, 1 << 62, 1)
    return Samples(found.times, found.values, found.status, texts=found.texts)


def processed(history: History, series: Series, start: int, end: int, interval: int, aggregate: Aggregate) -> Samples:
    """One value for every interval of a window, stamped with the interval's start; point by point for a profile."""
    spans = intervals(start, end, interval)
    raw = around(history, series, start, end)
    answers = np.empty((len(spans), series.length))
    status = np.full(len(spans), GOOD, dtype=np.uint8)
    for point in range(series.length):
        stretch = Stretch(raw.times, raw.values[:, point], raw.status, stepped=series.stepped)
        for row, (low, high) in enumerate(spans):
            answers[row, point], found = stretch.answer(aggregate, low, high)
            status[row] = max(status[row], found)
    return Samples(np.array([low for low, _ in spans], dtype=np.int64), answers, status, texts=raw.texts)


def at_times(history: History, series: Series, times: Times) -> Samples:
    """The value at each of some instants, interpolated as the series goes between samples."""
    if len(times) > MOST_INTERVALS:
        raise HistoryRefused(f"{len(times)} instants are asked for, and {MOST_INTERVALS} is the most; ask in parts")
    if not len(times):
        return joined((), series)
    raw = around(history, series, int(times.min()), int(times.max()) + 1)
    answers = np.empty((len(times), series.length))
    status = np.full(len(times), GOOD, dtype=np.uint8)
    for point in range(series.length):
        stretch = Stretch(raw.times, raw.values[:, point], raw.status, stepped=series.stepped)
        for row, at in enumerate(times.tolist()):
            answers[row, point], found = stretch.interpolated(at)
            status[row] = max(status[row], found)
    return Samples(times, answers, status, texts=raw.texts)
