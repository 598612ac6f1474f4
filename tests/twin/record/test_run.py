"""A run is a function of its definition and its journal."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.runs import START, opened
from twin.line.errors import RefusedCommand
from twin.line.time import HOUR, MINUTE, SECOND
from twin.run.journal import Entry

OVEN, MIXER = "hourly-bakery/mill-street/baking/line-1/oven", "hourly-bakery/mill-street/dough/line-1/mixer"
END = START + 3 * HOUR


def command(number: int, after: int) -> Entry:
    """Some command, at an instant."""
    kinds = (
        ("write", f"{OVEN}/temperature_set_point", {"value": 200.0 + number}),
        ("inject_fault", MIXER, {"fault": "jam", "duration_s": 60.0}),
        ("clear_fault", MIXER, {"fault": "pause"}),
        ("inject_fault", OVEN, {"fault": "door", "duration_s": 0.0}),
        ("clear_fault", OVEN, {"fault": "door"}),
        ("comment", f"{MIXER}/jam", {"comment": "seen"}),
    )
    name, target, arguments = kinds[number % len(kinds)]
    return Entry(number, START + after, name, target, arguments, "somebody", 0)


ENTRIES = [command(number, number * 7 * MINUTE) for number in range(1, 25)]


def digest(entries: Sequence[Entry] = (), stops: Sequence[int] = (), **fields: object) -> str:
    """The hash of three hours, replayed by way of `stops`."""
    run = opened(**fields)
    for stop in sorted(stops):
        run.replay(entries, stop)
        run.digest()
    run.replay(entries, END)
    assert run.commands == len(entries)
    return run.digest()


WHOLE = digest(ENTRIES)


def test_the_same_three_give_the_same_run_and_any_other_another() -> None:
    assert digest(ENTRIES) == WHOLE
    others = {digest(), digest(ENTRIES[:-1]), digest(ENTRIES, seed=2), digest(ENTRIES, scenario="ideal-sensors"), WHOLE}
    assert len(others) == 5


@settings(max_examples=8)
@given(st.lists(st.integers(START, END), max_size=12))
def test_a_replay_in_parts_is_the_same_replay(stops: list[int]) -> None:
    assert digest(ENTRIES, stops) == WHOLE


def test_live_commands_and_their_replay_are_one_run() -> None:
    live, written = opened(), []
    for entry in ENTRIES:
        live.advance(entry.time)
        written.append(entry)
        live.apply(entry.name, entry.target, entry.arguments)
    live.advance(END)
    assert live.digest() == digest(written) == WHOLE


def test_user_and_wall_time_are_not_in_the_hash() -> None:
    others = [Entry(e.number, e.time, e.name, e.target, e.arguments, "another", 99) for e in ENTRIES]
    assert digest(others) == WHOLE


@pytest.mark.parametrize("at", [HOUR, 10 * MINUTE, 37 * SECOND + 1])
def test_a_command_comes_before_every_event_at_its_instant(at: int) -> None:
    """At a chapter, at a reading of the meters, and anywhere."""
    entries = [command(3, at)]
    assert digest(entries, [START + at]) == digest(entries, [START + at - 1, START + at + 1]) == digest(entries)


def test_a_replay_stops_before_commands_that_come_later() -> None:
    run = opened()
    run.replay(ENTRIES, START + 20 * MINUTE)
    assert (run.commands, run.now) == (2, START + 20 * MINUTE)


def test_the_hash_covers_what_is_before_the_instant_and_nothing_at_it() -> None:
    run, other = opened(), opened()
    run.advance(START + MINUTE)
    before = run.digest()
    run.apply("write", f"{OVEN}/temperature_set_point", {"value": 200.0})
    assert run.digest() == before
    for each in (run, other):
        each.advance(START + MINUTE + 1)
    assert run.digest() != other.digest()


def test_a_refused_command_has_no_number() -> None:
    run = opened()
    with pytest.raises(RefusedCommand):
        run.apply("write", "nowhere", {"value": 1.0})
    assert run.commands == 0
