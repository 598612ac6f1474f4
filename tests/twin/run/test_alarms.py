"""Conditions of alarms: what the plant, people and time do to them, and that they survive a chapter."""

import pickle

import pytest

from tests.support.runs import FAMILIES, START, definition, opened
from twin.line.errors import Reason, RefusedCommand
from twin.line.faults import NEVER
from twin.line.signal import Value
from twin.line.time import HOUR, MINUTE, SECOND
from twin.record.run import Run
from twin.run.alarms import ALARM_COMMANDS, Change, Condition
from twin.run.chapters import Chapter
from twin.run.journal import Entry

ROOT = "hourly-bakery/mill-street"
OVEN, MIXER = f"{ROOT}/baking/line-1/oven", f"{ROOT}/dough/line-1/mixer"
DOOR, JAM = f"{OVEN}/door", f"{MIXER}/jam"


@pytest.fixture
def run() -> Run:
    """A run whose oven door stands open until somebody closes it."""
    run = opened()
    run.apply("inject_fault", OVEN, {"fault": "door"})
    run.advance(START + MINUTE)
    run.settle()
    return run


def door(run: Run) -> Condition:
    return run.alarms.conditions[DOOR]


def do(run: Run, name: str, target: str = DOOR, **arguments: Value) -> None:
    run.apply(name, target, arguments, "ana")


def test_a_raised_alarm_is_active_unacknowledged_and_retained(run: Run) -> None:
    condition = door(run)
    assert (condition.active, condition.acknowledged, condition.confirmed) == (True, False, False)
    assert condition.retain
    assert condition.raised == START


def test_acknowledging_brings_the_operator_who_ends_what_waited_for_somebody(run: Run) -> None:
    assert run.line.station(OVEN).faults.state.until[0] == NEVER
    do(run, "acknowledge", comment="on my way")
    condition = door(run)
    assert (condition.acknowledged, condition.comment, condition.acknowledged_by) == (True, "on my way", "ana")
    run.advance(START + 12 * HOUR)
    run.settle()
    assert not door(run).active
    assert not door(run).retain


def test_without_an_acknowledgement_nobody_comes(run: Run) -> None:
    run.advance(START + 12 * HOUR)
    run.settle()
    assert door(run).active


def test_an_alarm_is_confirmed_after_it_was_acknowledged(run: Run) -> None:
    with pytest.raises(RefusedCommand, match="not acknowledged yet"):
        do(run, "confirm")
    do(run, "acknowledge")
    do(run, "confirm", comment="closed")
    assert (door(run).confirmed, door(run).comment) == (True, "closed")


def test_timed_shelving_ends_in_plant_time(run: Run) -> None:
    do(run, "shelve", duration_s=90.0)
    assert door(run).shelved_until == START + MINUTE + 90 * SECOND
    run.advance(START + 2 * MINUTE)
    run.settle()
    assert door(run).shelved_until
    run.advance(START + 3 * MINUTE)
    run.settle()
    assert (door(run).shelved_until, door(run).changed) == (0, START + MINUTE + 90 * SECOND)


def test_one_shot_shelving_ends_when_the_alarm_clears(run: Run) -> None:
    do(run, "shelve")
    do(run, "clear_fault", OVEN, fault="door")
    run.advance(START + 2 * MINUTE)
    run.settle()
    assert (door(run).active, door(run).shelved_until) == (False, 0)


def test_a_disabled_alarm_is_not_retained_and_takes_nothing_but_enable(run: Run) -> None:
    do(run, "disable")
    assert not door(run).retain
    for name in sorted(set(ALARM_COMMANDS) - {"enable"}):
        with pytest.raises(RefusedCommand, match="is disabled; enable it first"):
            do(run, name)
    do(run, "enable")
    assert door(run).retain


@pytest.mark.parametrize(
    ("name", "target", "arguments", "reason", "words"),
    [
        ("acknowledge", "nothing", {}, Reason.UNKNOWN_TARGET, "there is no alarm 'nothing'"),
        ("acknowledge", JAM, {}, Reason.NOT_NOW, "has never been raised"),
        ("confirm", JAM, {}, Reason.NOT_NOW, "has never been raised"),
        ("unshelve", DOOR, {}, Reason.NOT_NOW, "is not shelved"),
        ("enable", DOOR, {}, Reason.NOT_NOW, "is enabled already"),
        ("shelve", DOOR, {"duration_s": "long"}, Reason.WRONG_TYPE, "not a number"),
        ("shelve", DOOR, {"duration_s": -1.0}, Reason.OUT_OF_RANGE, "give 0"),
        ("shelve", DOOR, {"duration_s": float("nan")}, Reason.OUT_OF_RANGE, "give 0"),
        ("enable", DOOR, {"comment": "x"}, Reason.WRONG_TYPE, "takes no argument"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(
    run: Run, name: str, target: str, arguments: dict[str, Value], reason: Reason, words: str
) -> None:
    before = run.digest()
    with pytest.raises(RefusedCommand, match=words) as refused:
        run.apply(name, target, arguments)
    assert refused.value.reason is reason
    assert run.digest() == before


def test_an_alarm_is_acknowledged_once(run: Run) -> None:
    do(run, "acknowledge")
    with pytest.raises(RefusedCommand, match="is acknowledged already"):
        do(run, "acknowledge")


def test_listeners_hear_every_change_in_order(run: Run) -> None:
    heard: list[tuple[Change, int]] = []
    run.alarms.listeners.append(lambda change, _, condition: heard.append((change, condition.changes)))
    do(run, "shelve", duration_s=30.0)
    do(run, "comment", comment="seen")
    run.advance(START + 2 * MINUTE)
    run.settle()
    do(run, "acknowledge")
    changes = [change for change, _ in heard]
    assert changes == [Change.SHELVED, Change.COMMENTED, Change.UNSHELVED, Change.ACKNOWLEDGED]
    assert [number for _, number in heard] == [2, 3, 4, 5]


def test_conditions_survive_a_chapter() -> None:
    entries = [
        Entry(1, START + HOUR, "inject_fault", OVEN, {"fault": "door"}, "ana", 0),
        Entry(2, START + 2 * HOUR, "comment", DOOR, {"comment": "seen"}, "ana", 0),
        Entry(3, START + 3 * HOUR, "disable", JAM, {}, "ana", 0),
        Entry(4, START + 4 * HOUR, "shelve", DOOR, {"duration_s": 6 * 86400.0}, "ana", 0),
    ]
    kept: list[bytes] = []
    first = opened()
    first.on_chapter = lambda chapter: kept.append(pickle.dumps(chapter))
    first.replay(entries, START + 30 * HOUR)
    chapter: Chapter = pickle.loads(kept[0])  # noqa: S301 - written a moment ago
    second = Run(definition(), FAMILIES)
    second.resume(chapter)
    second.replay(entries, START + 30 * HOUR)
    first.settle()
    second.settle()
    assert second.alarms.conditions == first.alarms.conditions
    assert second.alarms.conditions[DOOR].comment == "seen"
    assert not second.alarms.conditions[JAM].enabled
    assert second.alarms.conditions[DOOR].shelved_until
