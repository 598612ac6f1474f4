"""From entries of the event log to events and alarms."""

import numpy as np
import pytest

from tests.support.runs import START, opened
from twin.host import happenings as module
from twin.host.happenings import Happenings
from twin.line.activity import Activity
from twin.line.records import Record
from twin.line.text import Text
from twin.line.time import MINUTE, SECOND
from twin.run.engine import LOG_ENTRY

MIXER, OVEN = 1, 2
JAM, PAUSE = 1, 2


@pytest.fixture
def happenings() -> Happenings:
    return Happenings(opened().line)


def absorb(happenings: Happenings, *entries: tuple[int, int, int, int, int]) -> None:
    """Entries (second, station, kind, a, b)."""
    happenings.absorb(np.array([(START + second * SECOND, *rest) for second, *rest in entries], dtype=LOG_ENTRY))


def test_a_fault_is_an_alarm_until_it_ended_and_was_acknowledged(happenings: Happenings) -> None:
    absorb(happenings, (1, MIXER, Record.FAULT_BEGAN, JAM, 1))
    (alarm,) = happenings.alarms()
    assert (alarm.code, alarm.severity, alarm.message.es) == ("MIX-220", 800, "Masa atascada")
    assert (alarm.raised, alarm.cleared) == (START + SECOND, None)
    absorb(happenings, (5, MIXER, Record.FAULT_ENDED, JAM, 1))
    assert happenings.alarms()[0].cleared == START + 5 * SECOND
    assert happenings.knows(alarm.id)
    happenings.acknowledge(alarm.id)
    assert happenings.alarms() == []
    assert not happenings.knows(alarm.id)
    assert [event.kind for event in happenings.events(0, 10)] == ["alarm", "alarm-cleared"]


def test_an_alarm_that_was_acknowledged_goes_when_it_ends(happenings: Happenings) -> None:
    absorb(happenings, (1, OVEN, Record.ALARM_RAISED, 0, 0))
    (alarm,) = happenings.alarms()
    assert alarm.code == "OVN-110"
    happenings.acknowledge(alarm.id)
    assert happenings.alarms()[0].acknowledged
    absorb(happenings, (2, OVEN, Record.ALARM_CLEARED, 0, 0))
    assert happenings.alarms() == []


def test_an_alarm_that_comes_again_is_new(happenings: Happenings) -> None:
    absorb(happenings, (1, OVEN, Record.ALARM_RAISED, 0, 0), (2, OVEN, Record.ALARM_CLEARED, 0, 0))
    absorb(happenings, (3, OVEN, Record.ALARM_RAISED, 0, 0))
    (alarm,) = happenings.alarms()
    assert (alarm.raised, alarm.cleared) == (START + 3 * SECOND, None)


def test_a_mode_without_a_code_raises_no_alarm(happenings: Happenings) -> None:
    absorb(happenings, (1, MIXER, Record.FAULT_BEGAN, PAUSE, 1), (2, MIXER, Record.FAULT_ENDED, PAUSE, 1))
    assert happenings.alarms() == []
    assert happenings.events(0, 10) == []


def test_events_tell_of_stops_and_orders_and_leave_the_ordinary_out(happenings: Happenings) -> None:
    absorb(
        happenings,
        (1, MIXER, Record.ACTIVITY, Activity.PRODUCING, -1),
        (2, MIXER, Record.MADE, 7, 1),
        (3, MIXER, Record.ACTIVITY, Activity.DOWN, JAM),
        (4, MIXER, Record.ORDER, 12, 0),
        (5, MIXER, Record.METER, 0, 99),
    )
    events = happenings.events(0, 10)
    assert [(event.number, event.kind, event.message.en) for event in events] == [
        (1, "state", "breakdown"),
        (2, "order", "Order 12 begins"),
    ]


def test_events_are_told_in_pages(happenings: Happenings) -> None:
    for number in range(1, 51):
        happenings.add(START, "session", "", Text(str(number), str(number)), 100)
    assert [event.number for event in happenings.events(0, 3)] == [1, 2, 3]
    assert [event.number for event in happenings.events(47, 100)] == [48, 49, 50]
    assert [event.number for event in happenings.events(-5, 1)] == [1]
    assert happenings.events(50, 10) == []
    assert happenings.events(1000, 10) == []
    assert happenings.events(0, -1) == []


def test_only_the_newest_events_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_EVENTS", 10)
    happenings = Happenings(opened().line)
    for number in range(1, 26):
        happenings.add(START, "session", "", Text(str(number), str(number)), 100)
    assert [event.number for event in happenings.events(0, 100)] == list(range(16, 26))
    assert [event.number for event in happenings.events(20, 2)] == [21, 22]


def test_only_the_newest_alarms_are_kept(monkeypatch: pytest.MonkeyPatch, happenings: Happenings) -> None:
    monkeypatch.setattr(module, "KEPT_ALARMS", 2)
    for index in (0, 1):
        absorb(happenings, (index, MIXER, Record.FAULT_BEGAN, index, 1), (index, MIXER, Record.FAULT_ENDED, index, 1))
    absorb(happenings, (5, OVEN, Record.FAULT_BEGAN, 0, 1), (6, OVEN, Record.FAULT_ENDED, 0, 1))
    assert [alarm.code for alarm in happenings.alarms()] == ["OVN-200", "MIX-220"]


def test_what_is_active_when_a_session_begins_is_known() -> None:
    run = opened()
    for path, fault in (("dough/line-1/mixer", "worn_belt"), ("baking/line-1/oven", "door")):
        run.apply("inject_fault", f"hourly-bakery/mill-street/{path}", {"fault": fault})
    run.advance(START + 40 * MINUTE)
    happenings = Happenings(run.line)
    happenings.recall(run.now)
    raised = {alarm.code: alarm.raised for alarm in happenings.alarms()}
    assert raised["MIX-300"] == raised["OVN-200"] == START
    assert raised["OVN-110"] == run.now
