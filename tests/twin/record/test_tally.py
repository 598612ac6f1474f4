"""The tally adds up an event log, whatever the pieces in which it comes."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from twin.line.activity import Activity
from twin.line.records import Record
from twin.line.time import SECOND
from twin.record.tally import Tally
from twin.record.windows import fold, pieces_at
from twin.run.engine import LOG_ENTRY

START = 1000 * SECOND


def log(*entries: tuple[float, int, int, int, int]) -> NDArray[np.void]:
    """Entries (second, station, kind, a, b)."""
    return np.array([(START + round(second * SECOND), *rest) for second, *rest in entries], dtype=LOG_ENTRY)


def test_a_fresh_tally_has_seen_nothing() -> None:
    tally = Tally(START, START)
    assert tally.elapsed == 0
    assert tally.time_in(0, Activity.IDLE) == 0
    assert tally.made(0) == tally.scrapped(0) == tally.entered(0) == tally.left(0) == tally.metered(0, 0) == 0


def test_pieces_are_counted_by_station_and_kind() -> None:
    tally = Tally(START, START)
    tally.absorb(
        log(
            (1, 0, Record.MADE, 0, 5),
            (2, 0, Record.LEFT, 0, 5),
            (2, 3, Record.ENTERED, 0, 5),
            (3, 3, Record.SCRAPPED, 0, 2),
            (4, 3, Record.ENTERED, 1, 4),
        ),
        START + 5 * SECOND,
    )
    assert (tally.made(0), tally.left(0), tally.made(3)) == (5, 5, 0)
    assert (tally.entered(3), tally.scrapped(3)) == (9, 2)
    assert tally.elapsed == 5 * SECOND


def test_meters_add_up_each_for_itself() -> None:
    tally = Tally(START, START)
    big = 1 << 60
    tally.absorb(log((1, 0, Record.METER, 0, 7), (1, 0, Record.METER, 1, big)), START + 1)
    tally.absorb(log((2, 0, Record.METER, 0, 8), (2, 1, Record.METER, 0, 9)), START + 2)
    assert (tally.metered(0, 0), tally.metered(0, 1), tally.metered(1, 0)) == (15, big, 9)


def test_time_in_an_activity_goes_on_while_it_lasts() -> None:
    tally = Tally(START, START)
    tally.absorb(log((10, 0, Record.ACTIVITY, Activity.PRODUCING, -1)), START + 30 * SECOND)
    assert tally.time_in(0, Activity.IDLE) == 10 * SECOND
    assert tally.time_in(0, Activity.PRODUCING) == 20 * SECOND
    tally.absorb(log((40, 0, Record.ACTIVITY, Activity.DOWN, 2)), START + 45 * SECOND)
    assert tally.time_in(0, Activity.PRODUCING) == 30 * SECOND
    assert tally.time_in(0, Activity.DOWN) == 5 * SECOND
    assert tally.time_in(1, Activity.IDLE) == 45 * SECOND


_ENTRY = st.tuples(
    st.integers(0, 3),
    st.sampled_from([Record.MADE, Record.ENTERED, Record.LEFT, Record.SCRAPPED, Record.ACTIVITY, Record.METER]),
    st.integers(0, 8),
    st.integers(0, 8),
)


@given(st.lists(_ENTRY, max_size=30), st.integers(0, 30))
def test_the_pieces_in_which_a_log_comes_do_not_matter(entries: list[tuple[int, Record, int, int]], cut: int) -> None:
    timed = log(*((second, station, kind, a, b) for second, (station, kind, a, b) in enumerate(entries)))
    end = START + 100 * SECOND
    whole, parts = Tally(START, START), Tally(START, START)
    whole.absorb(timed, end)
    parts.absorb(timed[:cut], START + min(cut, len(entries)) * SECOND)
    parts.absorb(timed[cut:], end)
    assert +whole.counts == +parts.counts
    assert +whole.meters == +parts.meters
    for station in range(4):
        spent = [whole.time_in(station, activity) for activity in Activity]
        assert spent == [parts.time_in(station, activity) for activity in Activity]
        assert sum(spent) == 100 * SECOND


def test_kinds_made_are_told_apart_by_station() -> None:
    tally = Tally(START, START)
    tally.absorb(log((1, 0, Record.MADE, 1, 9), (2, 0, Record.MADE, 2, 4), (3, 0, Record.MADE, 3, 9)), START + 4)
    tally.absorb(log((5, 1, Record.MADE, 1, 7), (5, 2, Record.MADE, 1, -9)), START + 6)
    assert (tally.kinds_made(0), tally.kinds_made(1), tally.kinds_made(2)) == ([4, 9], [7], [-9])


IN, OUT = (0, int(Record.MADE)), (1, int(Record.LEFT))


def test_the_average_stock_counts_each_piece_for_as_long_as_it_is_inside() -> None:
    entries = log((10, 0, Record.MADE, 1, 4), (30, 1, Record.LEFT, 1, 3), (50, 1, Record.LEFT, 2, 1))
    tally = Tally(START, START)
    tally.absorb(entries, START + 100 * SECOND)
    # 10 pieces all the time, 4 more from 10 s on, of which 3 leave at 30 s and 1 at 50 s.
    assert tally.stock([IN], [OUT], 10) == pytest.approx(10.0 + (4 * 90 - 3 * 70 - 1 * 50) / 100.0)


def test_the_stock_of_a_window_begins_with_what_was_inside() -> None:
    entries = log((10, 0, Record.MADE, 1, 4), (30, 1, Record.LEFT, 1, 3), (50, 1, Record.LEFT, 2, 1))
    edges = [START, START + 20 * SECOND, START + 40 * SECOND, START + 100 * SECOND]
    parts = [
        (end - start, fold(entries, {}, start, end, pieces_at(entries, start)).stock([IN], [OUT], 10))
        for start, end in pairwise(edges)
    ]
    whole = fold(entries, {}, START, edges[-1]).stock([IN], [OUT], 10)
    assert sum(length * (stock or 0.0) for length, stock in parts) / (100 * SECOND) == pytest.approx(whole)


def test_there_is_no_stock_without_any_time() -> None:
    assert Tally(START, START).stock([IN], [OUT], 10) is None
