"""States over time are stretches without holes, and shares that sum to one."""

from itertools import pairwise

import pytest

from api.index import Index
from api.pictures import Pictures
from api.timelines import STRETCHES, _drawn, timelines
from tests.support.village_bakery import VillageBakery, path_of


def test_stretches_follow_each_other_and_shares_sum_to_one() -> None:
    port = VillageBakery()
    for _ in range(30):
        port.advance(60.0)
    port.jam()
    for _ in range(10):
        port.advance(60.0)
    found = timelines(port, Pictures(Index(port, simulator=True)), 8.0)
    by_station = {station["station"]: station for station in found["stations"]}
    divider, mixer = by_station[path_of("divider")], by_station[path_of("mixer")]
    assert [stretch["state"] for stretch in divider["stretches"]] == [1, 6]
    assert divider["stretches"][0]["end"] == divider["stretches"][1]["begin"]
    assert divider["stretches"][-1]["end"] == found["time"]
    assert sum(divider["shares"]) == pytest.approx(1.0)
    # Down is busy with itself; blocked waits for another.
    assert divider["busy"] == pytest.approx(1.0)
    assert mixer["busy"] < 0.9


def test_a_station_of_which_nothing_is_kept_has_no_stretches() -> None:
    port = VillageBakery()
    found = timelines(port, Pictures(Index(port, simulator=True)), 1.0)
    assert all(station["stretches"] == [] for station in found["stations"])


def test_a_bar_with_more_stretches_than_it_has_room_for_covers_its_whole_time() -> None:
    whole = [(10 * number, 10 * number + 10, number % 2) for number in range(5000)]
    drawn = _drawn(whole)
    assert (drawn[0][0], drawn[-1][1]) == (0, 50_000)
    assert len(drawn) <= STRETCHES
    assert all(before[1] == after[0] and before[2] != after[2] for before, after in pairwise(drawn))


def test_a_bar_shows_the_state_that_lasted_longest_in_each_of_its_parts() -> None:
    blinking = [(100 * number + 90 * odd, 100 * number + 90 + 10 * odd, odd) for number in range(500) for odd in (0, 1)]
    assert _drawn(blinking) == [(0, 50_000, 0)]
    assert _drawn(blinking[:300]) == blinking[:300]
