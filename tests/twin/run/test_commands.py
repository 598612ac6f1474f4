"""Commands are checked against the line, and applied at the present instant or not at all."""

import numpy as np
import pytest

from tests.support.runs import START, opened
from twin.line.errors import Reason, RefusedCommand
from twin.line.faults import NEVER
from twin.line.records import Record
from twin.line.signal import Value
from twin.line.time import MINUTE, SECOND
from twin.record.run import Run
from twin.run.commands import LONGEST_FAULT_S, finite_number

ROOT = "hourly-bakery/mill-street"
OVEN, MIXER = f"{ROOT}/baking/line-1/oven", f"{ROOT}/dough/line-1/mixer"
HEAT = f"{OVEN}/temperature_set_point"


@pytest.fixture
def run() -> Run:
    run = opened()
    run.advance(START + MINUTE)
    return run


@pytest.mark.parametrize(
    ("name", "target", "arguments", "reason", "words"),
    [
        ("bake", "", {}, Reason.UNKNOWN_COMMAND, "there is no command 'bake'; commands are: write,"),
        ("write", "nowhere/heat", {"value": 1.0}, Reason.UNKNOWN_TARGET, f"no station 'nowhere'.*{OVEN}"),
        ("write", f"{OVEN}/colour", {"value": 1.0}, Reason.UNKNOWN_TARGET, "has no signal 'colour'"),
        ("write", f"{OVEN}/temperature", {"value": 1.0}, Reason.NOT_WRITABLE, "is a measurement and cannot be"),
        ("write", HEAT, {}, Reason.WRONG_TYPE, "None is not a finite number"),
        ("write", HEAT, {"value": "hot"}, Reason.WRONG_TYPE, "'hot' is not a finite number"),
        ("write", HEAT, {"value": True}, Reason.WRONG_TYPE, "True is not a finite number"),
        ("write", HEAT, {"value": float("nan")}, Reason.WRONG_TYPE, "nan is not a finite number"),
        ("write", HEAT, {"value": 10**400}, Reason.WRONG_TYPE, "more than 300 digits"),
        ("write", HEAT, {"value": 10**5000}, Reason.WRONG_TYPE, "more than 300 digits"),
        ("write", HEAT, {"value": "x" * 10_000}, Reason.WRONG_TYPE, r"xxx\.\.\. is not"),
        ("write", HEAT, {"value": 149.9}, Reason.OUT_OF_RANGE, "149.9 °C is outside 150 to 320 °C"),
        ("write", HEAT, {"value": 320.1}, Reason.OUT_OF_RANGE, "choose within"),
        ("write", HEAT, {"value": 200.0, "ramp": 1.0}, Reason.WRONG_TYPE, "takes no argument 'ramp'; it takes: value"),
        ("inject_fault", "nowhere", {"fault": "jam"}, Reason.UNKNOWN_TARGET, "no station"),
        ("inject_fault", MIXER, {}, Reason.UNKNOWN_TARGET, "no fault None; it has: worn_belt, jam, pause"),
        ("inject_fault", MIXER, {"fault": ["jam"]}, Reason.UNKNOWN_TARGET, "no fault"),
        ("inject_fault", f"{ROOT}/dough/line-1/flour", {"fault": "jam"}, Reason.UNKNOWN_TARGET, "it has: none"),
        ("inject_fault", MIXER, {"fault": "jam", "duration_s": "long"}, Reason.WRONG_TYPE, "'long', not a number"),
        ("inject_fault", MIXER, {"fault": "jam", "duration_s": -1.0}, Reason.OUT_OF_RANGE, "is -1; give 0"),
        ("inject_fault", MIXER, {"fault": "jam", "duration_s": 2 * LONGEST_FAULT_S}, Reason.OUT_OF_RANGE, "to 2.592e"),
        ("inject_fault", MIXER, {"fault": "jam", "duration_s": 10**400}, Reason.WRONG_TYPE, "300 digits"),
        ("inject_fault", MIXER, {"fault": "jam", "size": "huge"}, Reason.WRONG_TYPE, "'huge', not a number"),
        (
            "inject_fault",
            MIXER,
            {"fault": "jam", "size": 9.0},
            Reason.OUT_OF_RANGE,
            "jam can be injected with 0.1 to 3",
        ),
        ("clear_fault", MIXER, {"fault": "rust"}, Reason.UNKNOWN_TARGET, "no fault 'rust'"),
        ("acknowledge", "a", {"comment": 5.0}, Reason.WRONG_TYPE, "comment must be a text"),
        ("acknowledge", "a", {"comment": "x" * 1001}, Reason.WRONG_TYPE, "at most 1000 characters"),
        ("acknowledge", "\ud800", {}, Reason.WRONG_TYPE, "target must be a text"),
    ],
)
def test_what_cannot_be_applied_is_refused_and_changes_nothing(
    run: Run, name: str, target: str, arguments: dict[str, Value], reason: Reason, words: str
) -> None:
    before = [dict(station.set_points) for station in run.line.stations]
    for attempt in (run.check, run.apply):
        with pytest.raises(RefusedCommand, match=words) as refused:
            attempt(name, target, arguments)
        assert refused.value.reason is reason
    assert run.commands == 0
    assert [dict(station.set_points) for station in run.line.stations] == before
    run.advance(START + 2 * MINUTE)
    untouched = opened()
    untouched.advance(START + 2 * MINUTE)
    assert run.digest() == untouched.digest()


def test_a_check_applies_nothing(run: Run) -> None:
    run.check("write", HEAT, {"value": 250.0})
    run.check("inject_fault", MIXER, {"fault": "jam"})
    assert run.line.station(OVEN).set_points["temperature_set_point"] == 230.0
    assert not run.line.station(MIXER).faults.active(1)


def test_a_written_set_point_holds_from_the_present_instant(run: Run) -> None:
    oven = run.line.station(OVEN)
    run.apply("write", HEAT, {"value": 250})
    assert oven.temperature_set_point == 250.0
    assert oven.heat_now() == 230.0
    run.advance(run.now + 10 * MINUTE)
    assert oven.heat_now() == pytest.approx(250.0 - 20.0 / np.e)


def test_an_injected_fault_lasts_as_long_as_asked(run: Run) -> None:
    faults = run.line.station(MIXER).faults
    run.apply("inject_fault", MIXER, {"fault": "worn_belt", "duration_s": 30.0})
    assert faults.state.until[0] == run.now + 30 * SECOND
    run.advance(run.now + 29 * SECOND)
    assert faults.active(0)
    run.advance(run.now + 2 * SECOND)
    assert not faults.active(0)


def test_an_injected_fault_is_as_large_as_asked(run: Run) -> None:
    faults = run.line.station(OVEN).faults
    run.apply("inject_fault", OVEN, {"fault": "door", "size": 0.5})
    usual = faults.modes[0].conditions["heat"]
    assert faults.condition("heat") == 0.5 * usual
    run.apply("inject_fault", OVEN, {"fault": "door", "size": 2})
    assert faults.condition("heat") == 2.0 * usual


def test_a_fault_of_no_duration_lasts_until_it_is_cleared(run: Run) -> None:
    faults = run.line.station(MIXER).faults
    run.apply("inject_fault", MIXER, {"fault": "worn_belt"})
    assert faults.state.until[0] == NEVER
    run.apply("clear_fault", MIXER, {"fault": "worn_belt"})
    assert not faults.active(0)
    run.apply("clear_fault", MIXER, {"fault": "worn_belt"})
    assert run.commands == 3


def test_a_fault_shorter_than_a_microsecond_still_ends(run: Run) -> None:
    run.apply("inject_fault", MIXER, {"fault": "worn_belt", "duration_s": 1e-9})
    run.advance(run.now + SECOND)
    assert not run.line.station(MIXER).faults.active(0)


def _commands(run: Run) -> list[tuple[int, int, int]]:
    found: list[tuple[int, int, int]] = []

    def listen(entries: np.ndarray) -> None:
        chosen = entries[entries["kind"] == Record.COMMAND]
        found.extend((time - START, station, a) for time, station, _, a, _ in chosen.tolist())

    run.recorder.listeners.append(listen)
    return found


def test_the_event_log_has_every_command_with_its_number_at_its_station(run: Run) -> None:
    found = _commands(run)
    run.apply("write", HEAT, {"value": 240.0})
    run.advance(START + 2 * MINUTE)
    run.apply("comment", f"{MIXER}/jam", {"comment": "seen"})
    run.apply("clear_fault", MIXER, {"fault": "jam"})
    run.advance(START + 3 * MINUTE)
    run.digest()
    assert found == [(MINUTE, 2, 1), (2 * MINUTE, 0, 2), (2 * MINUTE, 1, 3)]


def test_what_was_asked_is_in_the_hash_even_when_nothing_comes_of_it() -> None:
    def digest(name: str, target: str, arguments: dict[str, Value]) -> str:
        run = opened()
        run.apply(name, target, arguments)
        run.advance(START + 1)
        return run.digest()

    asked: list[tuple[str, str, dict[str, Value]]] = [
        ("write", HEAT, {"value": 240.0}),
        ("write", HEAT, {"value": 240.5}),
        ("clear_fault", MIXER, {"fault": "jam"}),
        ("clear_fault", MIXER, {"fault": "pause"}),
        ("comment", f"{MIXER}/jam", {}),
        ("comment", f"{MIXER}/jam", {"comment": "b"}),
        ("comment", f"{OVEN}/door", {}),
    ]
    assert len({digest(*each) for each in asked}) == len(asked)


@pytest.mark.parametrize("value", [None, "1", True, [1.0], float("inf"), float("-inf"), float("nan"), 10**309])
def test_no_finite_number(value: Value) -> None:
    assert finite_number(value) is None


def test_finite_numbers() -> None:
    assert [finite_number(value) for value in (0, -2.5, 1e308)] == [0.0, -2.5, 1e308]
