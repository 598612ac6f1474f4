"""From entries of the event log to events and alarms."""

import numpy as np
import pytest

from tests.support.runs import START, opened
from twin.host import happenings as module
from twin.host.happenings import Happenings
from twin.line.activity import Activity
from twin.line.records import Record
from twin.line.signal import Value
from twin.line.text import Text
from twin.line.time import SECOND
from twin.run.alarms import Alarms
from twin.run.engine import LOG_ENTRY

MIXER, OVEN = 1, 2
JAM, PAUSE = 1, 2


class Told:
    """Happenings with the alarms behind them."""

    def __init__(self) -> None:
        line = opened().line
        self.alarms = Alarms(line)
        self.happenings = Happenings(line, self.alarms)

    def absorb(self, *entries: tuple[int, int, int, int, int]) -> None:
        """Entries (second, station, kind, a, b)."""
        table = np.array([(START + second * SECOND, *rest) for second, *rest in entries], dtype=LOG_ENTRY)
        self.alarms.absorb(table)
        self.happenings.absorb(table)

    def do(self, command: str, key: str, second: int, **arguments: Value) -> None:
        """Apply a command."""
        self.alarms.check(command, key, arguments)
        self.alarms.apply(command, key, arguments, START + second * SECOND, "somebody")
        self.happenings.tell()


@pytest.fixture
def told() -> Told:
    return Told()


def test_a_fault_is_an_alarm_until_it_ended_and_was_acknowledged(told: Told) -> None:
    told.absorb((1, MIXER, Record.FAULT_BEGAN, JAM, 1))
    (alarm,) = told.happenings.alarms()
    assert (alarm.code, alarm.severity, alarm.message.es) == ("MIX-220", 800, "Masa atascada")
    assert (alarm.raised, alarm.cleared) == (START + SECOND, None)
    told.absorb((5, MIXER, Record.FAULT_ENDED, JAM, 1))
    assert told.happenings.alarms()[0].cleared == START + 5 * SECOND
    told.do("acknowledge", alarm.id, 6)
    assert told.happenings.alarms() == []
    assert [event.kind for event in told.happenings.events(0, 10)] == ["alarm", "alarm-cleared", "alarm-acknowledged"]


def test_an_alarm_that_was_acknowledged_goes_when_it_ends(told: Told) -> None:
    told.absorb((1, OVEN, Record.ALARM_RAISED, 0, 0))
    (alarm,) = told.happenings.alarms()
    assert alarm.code == "OVN-110"
    told.do("acknowledge", alarm.id, 2)
    assert told.happenings.alarms()[0].acknowledged
    told.absorb((3, OVEN, Record.ALARM_CLEARED, 0, 0))
    assert told.happenings.alarms() == []


def test_an_alarm_that_comes_again_is_new(told: Told) -> None:
    told.absorb((1, OVEN, Record.ALARM_RAISED, 0, 0), (2, OVEN, Record.ALARM_CLEARED, 0, 0))
    told.absorb((3, OVEN, Record.ALARM_RAISED, 0, 0))
    (alarm,) = told.happenings.alarms()
    assert (alarm.raised, alarm.cleared) == (START + 3 * SECOND, None)


def test_an_event_of_an_alarm_shows_what_it_was_like_after_it(told: Told) -> None:
    told.absorb((1, OVEN, Record.ALARM_RAISED, 0, 0))
    key = told.happenings.alarms()[0].id
    told.do("shelve", key, 2, duration_s=30.0)
    told.do("comment", key, 3, comment="door open")
    raised, shelved, commented = (event.alarm for event in told.happenings.events(0, 10))
    assert raised is not None
    assert shelved is not None
    assert commented is not None
    assert (raised.active, raised.shelving, raised.change) == (True, "", 1)
    assert (shelved.shelving, shelved.shelved_until, shelved.change) == ("timed", START + 32 * SECOND, 2)
    assert (commented.comment, commented.user, commented.raised_change) == ("door open", "somebody", 1)


def test_all_alarms_are_told_when_asked_for(told: Told) -> None:
    codes = {alarm.code for alarm in told.happenings.alarms(every=True)}
    assert {"MIX-220", "OVN-110", "OVN-200"} <= codes
    assert told.happenings.alarms() == []


def test_a_mode_without_a_code_raises_no_alarm(told: Told) -> None:
    told.absorb((1, MIXER, Record.FAULT_BEGAN, PAUSE, 1), (2, MIXER, Record.FAULT_ENDED, PAUSE, 1))
    assert told.happenings.alarms() == []
    assert told.happenings.events(0, 10) == []


def test_events_tell_of_stops_and_orders_and_leave_the_ordinary_out(told: Told) -> None:
    told.absorb(
        (1, MIXER, Record.ACTIVITY, Activity.PRODUCING, -1),
        (2, MIXER, Record.MADE, 7, 1),
        (3, MIXER, Record.ACTIVITY, Activity.DOWN, JAM),
        (4, MIXER, Record.ORDER, 12, 0),
        (5, MIXER, Record.METER, 0, 99),
    )
    events = told.happenings.events(0, 10)
    assert [(event.number, event.kind, event.message.en) for event in events] == [
        (1, "state", "breakdown"),
        (2, "order", "Order 12 begins"),
    ]


def test_events_are_told_in_pages(told: Told) -> None:
    for number in range(1, 51):
        told.happenings.add(START, "session", "", Text(str(number), str(number)), 100)
    assert [event.number for event in told.happenings.events(0, 3)] == [1, 2, 3]
    assert [event.number for event in told.happenings.events(47, 100)] == [48, 49, 50]
    assert [event.number for event in told.happenings.events(-5, 1)] == [1]
    assert told.happenings.events(50, 10) == []
    assert told.happenings.events(1000, 10) == []
    assert told.happenings.events(0, -1) == []


def test_only_the_newest_events_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "KEPT_EVENTS", 10)
    told = Told()
    for number in range(1, 26):
        told.happenings.add(START, "session", "", Text(str(number), str(number)), 100)
    assert [event.number for event in told.happenings.events(0, 100)] == list(range(16, 26))
    assert [event.number for event in told.happenings.events(20, 2)] == [21, 22]
