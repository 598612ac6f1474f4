"""Working hours follow the clock on the wall of the plant, also in the nights that put it forward or back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from twin.line.calendar import OpenHours, WorkCalendar, minute_of_week, next_local_time
from twin.line.time import HOUR, from_datetime, to_datetime

MADRID = ZoneInfo("Europe/Madrid")


def at(text: str, fold: int = 0) -> int:
    return from_datetime(datetime.fromisoformat(text).replace(tzinfo=MADRID, fold=fold))


def calendar(*hours: tuple[str, str]) -> WorkCalendar:
    return WorkCalendar(tuple(OpenHours(start=start, end=end) for start, end in hours), MADRID)


def test_no_hours_at_all_means_always_open() -> None:
    start, end = calendar().opening(at("2025-06-01 12:00"))

    assert start == at("2025-06-01 12:00")
    assert end > at("2200-01-01 00:00")


def test_an_open_instant_is_in_its_opening_and_a_closed_one_is_before_the_next() -> None:
    weekday = calendar(("Mon 06:00", "Mon 14:00"), ("Wed 06:00", "Wed 14:00"))
    monday = (at("2025-06-02 06:00"), at("2025-06-02 14:00"))
    wednesday = (at("2025-06-04 06:00"), at("2025-06-04 14:00"))

    assert weekday.opening(monday[0]) == monday
    assert weekday.opening(monday[1] - 1) == monday
    assert weekday.opening(monday[1]) == wednesday
    assert weekday.opening(wednesday[1]) == (at("2025-06-09 06:00"), at("2025-06-09 14:00"))


def test_answers_do_not_depend_on_what_was_asked_before() -> None:
    hours = (("Mon 06:00", "Mon 22:00"), ("Mon 08:00", "Mon 23:00"), ("Sat 22:00", "Mon 07:00"))
    asked = [at("2025-06-02 00:00") + step * HOUR // 2 for step in range(14 * 48)]
    forwards, backwards = calendar(*hours), calendar(*hours)
    ahead = [forwards.opening(instant) for instant in asked]

    assert [backwards.opening(instant) for instant in reversed(asked)] == list(reversed(ahead))
    assert ahead == [calendar(*hours).opening(instant) for instant in asked]


def test_an_opening_may_wrap_around_the_end_of_the_week() -> None:
    weekend = calendar(("Sat 22:00", "Mon 06:00"))
    expected = (at("2025-06-07 22:00"), at("2025-06-09 06:00"))

    assert weekend.opening(at("2025-06-08 23:59")) == expected
    assert weekend.opening(at("2025-06-09 05:59")) == expected
    assert weekend.opening(at("2025-06-09 06:00"))[0] == at("2025-06-14 22:00")


def test_shifts_that_touch_are_one_opening() -> None:
    shifts = calendar(("Mon 06:00", "Mon 14:00"), ("Mon 22:00", "Tue 06:00"), ("Mon 14:00", "Mon 22:00"))

    assert shifts.opening(at("2025-06-02 13:00")) == (at("2025-06-02 06:00"), at("2025-06-03 06:00"))


def test_a_week_without_a_closed_instant_is_open_at_every_instant() -> None:
    always = calendar(("Mon 00:00", "Mon 00:00"))

    for hour in range(0, 400, 7):
        instant = at("2025-03-20 00:00") + hour * HOUR
        start, end = always.opening(instant)
        assert start <= instant
        assert end > at("2200-01-01 00:00")


def test_midnight_may_be_called_24_00() -> None:
    assert calendar(("Sun 00:00", "Sun 24:00")).opening(at("2025-06-08 12:00")) == (
        at("2025-06-08 00:00"),
        at("2025-06-09 00:00"),
    )


@pytest.mark.parametrize(
    ("night", "hours"),
    [("2025-06-14", 8), ("2025-03-29", 7), ("2025-10-25", 9)],
    ids=["ordinary night", "night the clock goes forward", "night the clock goes back"],
)
def test_a_night_shift_is_as_long_as_the_night_really_is(night: str, hours: int) -> None:
    start, end = calendar(("Sat 22:00", "Sun 06:00")).opening(at(f"{night} 23:00"))

    assert start == at(f"{night} 22:00")
    assert end - start == hours * HOUR


def test_openings_keep_their_hour_on_the_wall_all_year() -> None:
    morning = calendar(("Mon 06:00", "Mon 14:00"))
    instant = at("2025-01-01 00:00")
    for _ in range(60):
        start, instant = morning.opening(instant)
        local = to_datetime(start).astimezone(MADRID)
        assert (local.weekday(), local.hour, local.minute) == (0, 6, 0)


def test_an_opening_inside_the_hour_that_is_left_out_does_not_fail() -> None:
    start, end = calendar(("Sun 02:15", "Sun 02:45")).opening(at("2025-03-30 00:00"))

    assert end - start == HOUR // 2
    assert to_datetime(start).astimezone(MADRID).strftime("%H:%M") == "03:15"


@pytest.mark.parametrize(
    "label",
    [
        "",
        "Mon",
        "Mon 25:00",
        "Mon 24:30",
        "Mon 06:60",
        "Mon 6",
        "mon 06:00",
        "Mon 06:00 ",
        "Mon ²:00",
        "Lun 06:00",
        "Mon -1:00",
        "Mon 06:5",
    ],
)
def test_what_is_no_time_of_the_week_is_refused_with_an_example(label: str) -> None:
    with pytest.raises(ValueError, match="write it like 'Sat 14:00'"):
        minute_of_week(label)
    with pytest.raises(ValidationError, match="write it like 'Sat 14:00'"):
        OpenHours(start="Mon 06:00", end=label)


def test_minutes_are_counted_from_monday() -> None:
    assert [minute_of_week(label) for label in ("Mon 00:00", "Tue 6:30", "Sun 23:59", "Sun 24:00")] == [
        0,
        1830,
        10079,
        10080,
    ]


def test_the_next_local_time_is_later_and_shows_the_hour_on_the_wall() -> None:
    instant = at("2025-03-01 06:00")
    days = []
    for _ in range(300):
        later = next_local_time(instant, 6, MADRID)
        local = to_datetime(later).astimezone(MADRID)
        assert later > instant
        assert (local.hour, local.minute, local.second, local.microsecond) == (6, 0, 0, 0)
        days.append(local.date())
        instant = later
    assert days == [days[0] + timedelta(days=count) for count in range(300)]


def test_the_next_local_time_is_the_first_one() -> None:
    assert next_local_time(at("2025-06-02 05:59"), 6, MADRID) == at("2025-06-02 06:00")
    assert next_local_time(at("2025-06-02 06:00"), 6, MADRID) == at("2025-06-03 06:00")


def test_an_hour_that_a_spring_night_leaves_out_comes_once() -> None:
    first = next_local_time(at("2025-03-29 12:00"), 2, MADRID)

    assert to_datetime(first).astimezone(MADRID).strftime("%d %H:%M") == "30 03:00"
    assert next_local_time(first, 2, MADRID) == at("2025-03-31 02:00")


def test_an_hour_that_an_autumn_night_has_twice_comes_once() -> None:
    first = next_local_time(at("2025-10-25 12:00"), 2, MADRID)

    assert first == at("2025-10-26 02:00")
    assert next_local_time(first, 2, MADRID) == at("2025-10-27 02:00")
