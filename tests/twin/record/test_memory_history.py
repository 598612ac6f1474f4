"""History in memory: samples appear once, windows are half-open, and limits are told."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from twin.record.history import HistoryRefused, Series
from twin.record.memory_history import MemoryHistory

ONE, CURVE = Series(0, 1, stepped=False), Series(1, 2, stepped=False)


@dataclass
class Shown:
    values: NDArray[np.float64]
    source_time: NDArray[np.int64]
    status: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(3, np.uint8))
    texts: Mapping[int, str] = field(default_factory=dict)


@pytest.fixture
def ten() -> MemoryHistory:
    """Ten frames; the first signal's sensor samples every second one only."""
    memory = MemoryHistory()
    for at in range(10):
        sample = at // 2 * 2
        memory.add(Shown(np.array([float(sample), at, at + 0.5]), np.array([sample, at, at])))
    return memory


def test_a_sample_that_stands_still_is_kept_once(ten: MemoryHistory) -> None:
    found = ten.read(ONE, 0, 10, 100)
    assert found.times.tolist() == [0, 2, 4, 6, 8]
    assert found.values[:, 0].tolist() == [0.0, 2.0, 4.0, 6.0, 8.0]


def test_a_window_takes_in_its_start_and_leaves_out_its_end(ten: MemoryHistory) -> None:
    assert ten.read(ONE, 2, 6, 100).times.tolist() == [2, 4]
    assert ten.read(ONE, 2, 6, 100, bounds=True).times.tolist() == [0, 2, 4, 6]


def test_a_cut_answer_says_that_there_is_more(ten: MemoryHistory) -> None:
    found = ten.read(ONE, 0, 10, 2, newest_first=True)
    assert (found.times.tolist(), found.more) == ([8, 6], True)
    assert not ten.read(ONE, 0, 10, 5).more


def test_a_profile_comes_whole(ten: MemoryHistory) -> None:
    assert ten.read(CURVE, 3, 5, 9).values.tolist() == [[3.0, 3.5], [4.0, 4.5]]


def test_the_newest_sample_up_to_an_instant_is_found(ten: MemoryHistory) -> None:
    assert ten.newest(ONE, 5).times.tolist() == [4]
    assert not len(ten.newest(ONE, -1))
    assert not len(MemoryHistory().newest(ONE, 5))


def test_a_chart_keeps_the_extremes() -> None:
    memory = MemoryHistory()
    heights = [0.0] * 100
    heights[37], heights[62] = 9.0, -9.0
    for at, height in enumerate(heights):
        memory.add(Shown(np.array([height, 0.0, 0.0]), np.array([at, at, at])))
    found = memory.trend(ONE, 0, 100, 10)
    assert len(found) <= 10
    assert {37, 62} <= set(found.times.tolist())


def test_a_window_that_ends_before_it_begins_is_refused(ten: MemoryHistory) -> None:
    with pytest.raises(HistoryRefused, match="exchange"):
        ten.read(ONE, 5, 4, 10)
    with pytest.raises(HistoryRefused, match="limit"):
        ten.read(ONE, 4, 5, 0)
