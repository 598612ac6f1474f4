"""A past is simulated up to now, and never beyond."""

import argparse
from dataclasses import dataclass

import pytest

from tests.support.runs import START, opened
from twin.host.backfill import NEAR, duration, fill
from twin.line.time import DAY, HOUR, MINUTE, SECOND


@dataclass
class Wall:
    """A clock that goes on by a second at every look."""

    now: int

    def __call__(self) -> int:
        self.now += SECOND
        return self.now


def test_a_past_ends_at_the_present_and_never_after_it() -> None:
    run, wall, allowed = opened(), Wall(START + 3 * HOUR), list[int]()
    wall_stops = iter([*range(6), *[0] * 100])

    def clock() -> int:
        return wall() if next(wall_stops) else wall.now

    fill(run, clock, allowed.append)
    assert wall.now - NEAR <= run.now <= wall.now
    assert allowed == sorted(allowed)
    assert allowed[-1] == run.now


def test_a_run_that_is_up_to_date_stays_where_it_is() -> None:
    run = opened()
    fill(run, lambda: START, lambda _: None)
    assert run.now == START


@pytest.mark.parametrize(
    ("text", "length"), [("7d", 7 * DAY), ("12h", 12 * HOUR), ("90m", 90 * MINUTE), ("1.5d", 36 * HOUR)]
)
def test_a_length_of_time_is_written_with_its_unit(text: str, length: int) -> None:
    assert duration(text) == length


@pytest.mark.parametrize("text", ["7", "d", "-1d", "0d", "1e9d", "999999d", "7 d", "nan", "7w"])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(argparse.ArgumentTypeError):
        duration(text)
