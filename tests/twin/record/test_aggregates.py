"""Aggregates by hand: nine samples ten seconds apart, one of them bad, and what part 13's names make of them."""

import math

import numpy as np
import pytest

from twin.line.time import SECOND
from twin.record.aggregates import Aggregate, at_times, processed
from twin.record.history import BAD, GOOD, NO_DATA, UNCERTAIN, HistoryRefused, Samples, Series, no_samples

SLOPED, STEPPED = Series(0, 1, stepped=False), Series(0, 1, stepped=True)


class Nine:
    """10 at second 10, 20 at second 20 ... 90 at second 90; the one at 40 is bad."""

    def __init__(self) -> None:
        self.times = np.arange(10, 100, 10, dtype=np.int64) * SECOND
        self.values = np.arange(10.0, 100.0, 10.0)[:, None]
        self.status = np.where(self.times == 40 * SECOND, BAD, GOOD).astype(np.uint8)

    def read(
        self, series: Series, start: int, end: int, limit: int, *, newest_first: bool = False, bounds: bool = False
    ) -> Samples:
        first, last = np.searchsorted(self.times, [start, end])
        chosen = slice(first, min(last, first + limit))
        return Samples(self.times[chosen], self.values[chosen], self.status[chosen], bool(last - first > limit))

    def newest(self, series: Series, until: int) -> Samples:
        place = int(np.searchsorted(self.times, until, side="right"))
        chosen = slice(max(0, place - 1), place)
        return Samples(self.times[chosen], self.values[chosen], self.status[chosen])

    def trend(self, series: Series, start: int, end: int, points: int) -> Samples:
        return no_samples(series)


def over(aggregate: Aggregate, start: float, end: float, series: Series = SLOPED) -> tuple[float, int]:
    found = processed(Nine(), series, round(start * SECOND), round(end * SECOND), 0, aggregate)
    assert found.times.tolist() == [round(start * SECOND)]
    return float(found.values[0, 0]), int(found.status[0])


@pytest.mark.parametrize(
    ("aggregate", "start", "end", "value", "status"),
    [
        (Aggregate.AVERAGE, 10, 40, 20.0, GOOD),
        (Aggregate.AVERAGE, 10, 60, (10 + 20 + 30 + 50) / 4, UNCERTAIN),
        (Aggregate.MINIMUM, 15, 55, 20.0, UNCERTAIN),
        (Aggregate.MAXIMUM, 50, 90, 80.0, GOOD),
        (Aggregate.COUNT, 10, 60, 4.0, UNCERTAIN),
        (Aggregate.COUNT, 11, 19, 0.0, GOOD),
        (Aggregate.DELTA, 50, 90, 30.0, GOOD),
        (Aggregate.STANDARD_DEVIATION, 10, 40, 10.0, GOOD),
        (Aggregate.STANDARD_DEVIATION, 10, 20, 0.0, GOOD),
        (Aggregate.INTERPOLATIVE, 15, 20, 15.0, GOOD),
        (Aggregate.INTERPOLATIVE, 40, 50, 40.0, UNCERTAIN),
        (Aggregate.INTERPOLATIVE, 95, 99, 90.0, UNCERTAIN),
        (Aggregate.TIME_AVERAGE, 10, 30, 20.0, GOOD),
        (Aggregate.TIME_AVERAGE, 12, 18, 15.0, GOOD),
        (Aggregate.PERCENT_GOOD, 10, 50, 75.0, GOOD),
        (Aggregate.PERCENT_GOOD, 35, 45, 50.0, GOOD),
        (Aggregate.AVERAGE, 0, 10, 0.0, NO_DATA),
        (Aggregate.INTERPOLATIVE, 5, 9, 0.0, NO_DATA),
        (Aggregate.PERCENT_GOOD, 0, 10, 0.0, NO_DATA),
    ],
)
def test_an_aggregate_over_nine_samples_is_what_paper_says(
    aggregate: Aggregate, start: float, end: float, value: float, status: int
) -> None:
    found, how = over(aggregate, start, end)
    assert (round(found, 12), how) == (value, status)


def test_a_stepped_series_holds_its_value_until_the_next_sample() -> None:
    assert over(Aggregate.INTERPOLATIVE, 29, 30, STEPPED) == (20.0, GOOD)
    assert over(Aggregate.TIME_AVERAGE, 10, 30, STEPPED) == (15.0, GOOD)


def test_a_window_is_parted_into_intervals_and_the_last_one_is_cut() -> None:
    found = processed(Nine(), SLOPED, 10 * SECOND, 75 * SECOND, 30 * SECOND, Aggregate.COUNT)
    assert (found.times // SECOND).tolist() == [10, 40, 70]
    assert found.values[:, 0].tolist() == [3.0, 2.0, 1.0]


def test_values_at_instants_lie_between_the_samples_around_them() -> None:
    found = at_times(Nine(), SLOPED, np.array([10, 55, 88], dtype=np.int64) * SECOND)
    assert np.round(found.values[:, 0], 9).tolist() == [10.0, 55.0, 88.0]


@pytest.mark.parametrize(("start", "end", "interval"), [(10, 10, 0), (20, 10, 0), (0, 10, -1), (0, 10**6, 1)])
def test_a_window_that_cannot_be_answered_is_refused_in_a_sentence(start: int, end: int, interval: int) -> None:
    with pytest.raises(HistoryRefused, match=r"; "):
        processed(Nine(), SLOPED, start, end, interval, Aggregate.AVERAGE)


def test_no_aggregate_ever_answers_with_a_number_that_is_none() -> None:
    for aggregate in Aggregate:
        for start in range(0, 100, 7):
            found = processed(Nine(), SLOPED, start * SECOND, 100 * SECOND, 9 * SECOND, aggregate)
            assert all(math.isfinite(value) for value in found.values[:, 0])
