"""Pace says which plant instant a run should have reached."""

from twin.line.time import SECOND
from twin.run.pace import Pace

PACE = Pace(1000 * SECOND, 50.0, 2.0)


def test_a_run_goes_on_at_its_speed() -> None:
    assert PACE.target(50.0) == 1000 * SECOND
    assert PACE.target(53.5) == 1007 * SECOND


def test_a_paused_run_stands_still_and_goes_on_from_there() -> None:
    paused = PACE.paused(1007 * SECOND)
    assert paused.target(9e9) == 1007 * SECOND
    resumed = paused.resumed(1007 * SECOND, 100.0)
    assert resumed.target(101.0) == 1009 * SECOND


def test_a_resume_of_a_run_that_goes_changes_nothing() -> None:
    assert PACE.resumed(1001 * SECOND, 60.0) is PACE


def test_another_speed_goes_on_from_the_present_instant() -> None:
    faster = PACE.at_speed(1007 * SECOND, 54.0, 100.0)
    assert faster.target(54.0) == 1007 * SECOND
    assert faster.target(55.0) == 1107 * SECOND


def test_another_speed_neither_starts_a_paused_run_nor_ends_its_step() -> None:
    stepping = PACE.paused(1007 * SECOND).stepped(1007 * SECOND, 60.0)
    faster = stepping.at_speed(1030 * SECOND, 54.0, 100.0)
    assert not faster.running
    assert faster.target(99.0) == 1067 * SECOND


def test_steps_add_up() -> None:
    paused = PACE.paused(1007 * SECOND)
    twice = paused.stepped(1007 * SECOND, 60.0).stepped(1010 * SECOND, 5.0)
    assert twice.target(0.0) == 1072 * SECOND


def test_a_pause_ends_a_step() -> None:
    assert PACE.stepped(1007 * SECOND, 60.0).paused(1010 * SECOND).target(0.0) == 1010 * SECOND


def test_a_run_that_slips_does_not_catch_up() -> None:
    assert PACE.slipped(1001 * SECOND, 90.0).target(91.0) == 1003 * SECOND
