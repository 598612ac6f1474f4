"""Faults of sensors are commands on the path of a measured signal: checked, journaled, logged, and part of the hash."""

import pytest

from tests.support.runs import START, opened
from twin.line.errors import Reason, RefusedCommand
from twin.line.records import Record
from twin.line.time import MINUTE
from twin.run.sensors import Instruments

OVEN = "hourly-bakery/mill-street/baking/line-1/oven"


def heat_of(run: object) -> str:
    """The path of a measured signal of the oven."""
    line = run.line  # type: ignore[attr-defined]
    station = line.station(OVEN)
    return f"{OVEN}/{next(iter(station.sensing.sensors))}"


def test_a_stuck_sensor_can_be_injected_and_cleared_by_its_path() -> None:
    run = opened()
    path = heat_of(run)
    instruments = Instruments(run.line, 1)
    place = run.line.describe().signal(path).index
    run.advance(START + MINUTE)
    run.apply("inject_fault", path, {"fault": "stuck"})
    shown = set()
    for minute in range(2, 30):
        run.advance(START + minute * MINUTE)
        instruments.read(run.now)
        shown.add(float(instruments.values[place]))
    assert len(shown) == 1
    run.apply("clear_fault", path, {"fault": "stuck"})
    run.advance(START + 40 * MINUTE)
    instruments.read(run.now)
    assert float(instruments.values[place]) not in shown


def test_what_begins_and_ends_is_in_the_event_log_and_in_the_hash() -> None:
    plain, ailing = opened(), opened()
    kinds: list[int] = []
    ailing.recorder.listeners.append(lambda entries: kinds.extend(entries["kind"].tolist()))
    ailing.apply("inject_fault", heat_of(ailing), {"fault": "bias", "duration_s": 60.0, "size": -2.0})
    for run in (plain, ailing):
        run.advance(START + 5 * MINUTE)
    assert plain.digest() != ailing.digest()
    assert kinds.count(Record.SENSOR_FAULT_BEGAN) == kinds.count(Record.SENSOR_FAULT_ENDED) == 1


@pytest.mark.parametrize(
    ("arguments", "reason", "words"),
    [
        ({"fault": "rust"}, Reason.UNKNOWN_TARGET, "has no fault 'rust'; it has: stuck, spikes"),
        ({}, Reason.UNKNOWN_TARGET, "has no fault None"),
        ({"fault": "bias", "size": 0.0}, Reason.OUT_OF_RANGE, "size is 0"),
        ({"fault": "bias", "size": 1e6}, Reason.OUT_OF_RANGE, "from -100 to 100 times the usual size"),
        ({"fault": "bias", "size": "much"}, Reason.WRONG_TYPE, "size is not a finite number"),
        ({"fault": "bias", "duration_s": -1.0}, Reason.OUT_OF_RANGE, "duration_s is -1"),
    ],
)
def test_a_fault_that_no_sensor_can_have_is_refused(
    arguments: dict[str, float | str], reason: Reason, words: str
) -> None:
    run = opened()
    with pytest.raises(RefusedCommand, match=words) as refused:
        run.check("inject_fault", heat_of(run), arguments)
    assert refused.value.reason is reason


def test_a_signal_that_is_known_without_a_sensor_cannot_get_one_of_its_faults() -> None:
    run = opened()
    with pytest.raises(RefusedCommand, match="there is no station"):
        run.check("inject_fault", f"{OVEN}/activity", {"fault": "stuck"})
