"""States over time are stretches without holes, and shares that sum to one."""

import pytest

from api.index import Index
from api.pictures import Pictures
from api.timelines import timelines
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
