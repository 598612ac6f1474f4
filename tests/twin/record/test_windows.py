"""Shifts, days and orders as windows; on the nights when the clock changes too."""

from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from twin.line.time import HOUR, from_datetime
from twin.record.windows import Window, days, orders, shifts

MADRID = ZoneInfo("Europe/Madrid")


def at(text: str) -> int:
    return from_datetime(datetime.fromisoformat(text).replace(tzinfo=UTC))


def test_shifts_begin_at_six_two_and_ten_by_the_clock_on_the_wall() -> None:
    found = list(shifts(at("2026-01-05T05:00"), at("2026-01-06T05:00"), MADRID))
    assert [window.name for window in found] == ["2026-01-05 06:00", "2026-01-05 14:00", "2026-01-05 22:00"]
    assert found[0].start == at("2026-01-05T05:00")


def test_the_night_of_the_clock_change_is_an_hour_longer_or_shorter() -> None:
    autumn = {w.name: (w.end - w.start) // HOUR for w in shifts(at("2026-10-24T12:00"), at("2026-10-25T12:00"), MADRID)}
    spring = {w.name: (w.end - w.start) // HOUR for w in shifts(at("2026-03-28T12:00"), at("2026-03-29T12:00"), MADRID)}
    assert autumn["2026-10-24 22:00"] == 9
    assert spring["2026-03-28 22:00"] == 7
    assert {hours for name, hours in (autumn | spring).items() if "22:00" not in name} == {8}


def test_days_of_a_year_follow_each_other_without_hole_or_overlap() -> None:
    found = list(days(at("2026-01-01T00:00"), at("2027-01-01T00:00"), MADRID, 6))
    assert all(before.end == after.start for before, after in pairwise(found))
    assert {(window.end - window.start) // HOUR for window in found} == {23, 24, 25}
    assert found[0].start <= at("2026-01-01T00:00")
    assert found[-1].end >= at("2027-01-01T00:00")


def test_an_order_lasts_until_the_next_one_begins() -> None:
    assert list(orders({"B": 20, "A": 10}, 50)) == [Window("A", 10, 20), Window("B", 20, 50)]
    assert not list(orders({}, 50))
