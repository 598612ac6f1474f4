"""Every declared failure mode before the kiln: seen in its signature, felt at the sorter, and gone when it is cleared.

Two runs with the same random numbers differ in one failure. A mode is tested by being declared.
"""

from ast import literal_eval
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from plant_models.definition.load import load_plant
from plant_models.tiles import DEFECTS
from tests.support.tile_tracking import SMALL_PLANT, Tiles, TrackedRun, same_tiles, tracked
from twin.line.activity import Activity
from twin.line.faults import FailureMode
from twin.line.signal import Value
from twin.line.time import DAY, HOUR, MINUTE
from twin.run import commands

STATIONS = ("powder", "press", "dryer", "glazing", "printer")
"""In the order in which material passes them."""
STAMPS = {"powder": "pressed_at", "press": "pressed_at", "dryer": "dried_at", "glazing": "dried_at"}
DAYS = 0.29
BEGIN_H = 1.5
ONSET_MIN = 12.0
"""Onset of every mode that has one, so that days pass in minutes."""
LASTS_MIN = 52.0
SEEN_MIN = 80
"""For how long signals are compared."""
FOLLOWING_THE_WORK = ("activity", "flow", "glaze_flow", "strokes_per_minute", "speed")


def declared() -> dict[str, dict[str, FailureMode]]:
    plant = load_plant("porcelain-600")
    line = plant.forming[0]
    parameters = {"powder": plant.powder} | {name: getattr(line, name) for name in STATIONS[1:]}
    return {name: dict(parameters[name].faults) for name in STATIONS}


DECLARED = declared()
MODES = [(station, name) for station, modes in DECLARED.items() for name in modes]
LOUD = {"quality": {"defects": {"pinhole": 0.08}}, "press": {"marks_per_mm": 2.0, "dirt_clean_mm": 0.0}}
"""Makes rare defects frequent enough for an hour of tiles."""


def plant_changes() -> dict[str, Any]:
    changes: dict[str, Any] = {name: dict(table) for name, table in SMALL_PLANT.items()}
    for station, modes in DECLARED.items():
        short = {name: {"onset_min": ONSET_MIN} for name, mode in modes.items() if mode.onset_min}
        changes[station] = changes.get(station, {}) | LOUD.get(station, {}) | {"faults": short}
    return changes | {"quality": LOUD["quality"]}


Sample = dict[str, str]


def sampled(run: TrackedRun) -> Sample:
    """The true value of every signal to the last bit, by `station/signal`."""
    return {
        f"{station.name}/{signal.name}": repr(np.asarray(signal.truth(station)).tolist())
        for station in run.line.stations
        for signal in station.signals
    }


@dataclass
class Watched:
    """A run with all signals once a minute after the failure begins."""

    run: TrackedRun
    samples: list[Sample] = field(default_factory=list)

    def watch(self) -> "Watched":
        for minute in range(SEEN_MIN):
            self.run.to((BEGIN_H + (minute + 0.01) / 60.0) / 24.0)
            self.samples.append(sampled(self.run))
        return self

    def differing(self, other: "Watched", minutes: range) -> Iterator[str]:
        """Signals that differ in some of the minutes."""
        for name in self.samples[0]:
            if any(self.samples[minute][name] != other.samples[minute][name] for minute in minutes):
                yield name


def begun() -> TrackedRun:
    run = tracked(changes=plant_changes(), scenario="no-faults", opening="empty")
    return run.to(BEGIN_H / 24.0)


@pytest.fixture(scope="module")
def undisturbed() -> Watched:
    watched = Watched(begun()).watch()
    watched.run.to(DAYS)
    return watched


def failed(station: str, name: str) -> Watched:
    """The same run with one failure."""
    run, mode = begun(), DECLARED[station][name]
    path = run.station(station).path
    arguments: dict[str, Value] = {"fault": name, "duration_s": 60.0 * LASTS_MIN, "size": mode.sizes[1]}
    commands.apply(run.line, "inject_fault", path, arguments, 1)
    return Watched(run).watch()


def signature(station: str, mode: FailureMode) -> set[str]:
    return {name if "/" in name else f"{station}/{name}" for name in mode.signature}


def upstream(station: str) -> set[str]:
    """Names of the stations before one: a failure that stops nothing cannot reach them."""
    return set(STATIONS[: STATIONS.index(station)])


@pytest.mark.parametrize(("station", "name"), MODES, ids=[f"{station} {name}" for station, name in MODES])
def test_a_failure_shows_its_signature_spoils_its_tiles_and_leaves_no_trace_when_it_is_cleared(
    undisturbed: Watched, station: str, name: str
) -> None:
    mode, failing = DECLARED[station][name], failed(station, name)
    alarm = round(ONSET_MIN) if mode.onset_min else 0
    seen = set(undisturbed.differing(failing, range(alarm + 2)))
    assert signature(station, mode) <= seen
    untouched_until = alarm if mode.stops else SEEN_MIN
    moved = set(undisturbed.differing(failing, range(untouched_until)))
    fed_back = {"powder/flow", "powder/level", "powder/used"} if "cadence" in mode.conditions else set()
    assert {each for each in moved - fed_back if each.partition("/")[0] in upstream(station)} == set()
    for defect in mode.defects:
        failing.run.to(DAYS)
        without, with_failure = shares(undisturbed.run, failing.run, STAMPS.get(station, "printed_at"), defect)
        assert with_failure > without, defect
    assert_recovered(undisturbed, failing, station, mode)


def shares(one: TrackedRun, other: TrackedRun, stamp: str, defect: str) -> tuple[float, float]:
    """Share of a defect among the tiles that met the failure, without and with it."""
    bit = next(bit for bit, known in enumerate(DEFECTS) if known.code == defect)
    begin = one.engine.start + BEGIN_H * HOUR
    tiles: tuple[Tiles, Tiles] = same_tiles(one.tiles_by_number.fired, other.tiles_by_number.fired)
    met = (tiles[1][stamp] > begin) & (tiles[1][stamp] < begin + (LASTS_MIN + 1.0) * MINUTE)
    assert met.sum() > 20
    without, with_failure = ((each["defects"].astype(int) >> bit & 1)[met].mean() for each in tiles)
    return float(without), float(with_failure)


def assert_recovered(undisturbed: Watched, failing: Watched, name: str, mode: FailureMode) -> None:
    station = failing.run.station(name)
    assert not station.faults.any_active
    assert station.state.activity in (Activity.PRODUCING, Activity.STARVED, Activity.BLOCKED, Activity.SETTING_UP)
    last, expected = failing.samples[-1], undisturbed.samples[-1]
    if not mode.stops:
        assert {signal for signal in signature(name, mode) if last[signal] != expected[signal]} == set()
        return
    # After a stop the line is at another place in its work, so that what follows the work cannot be the same.
    for signal in signature(name, mode) - {f"{name}/{each}" for each in FOLLOWING_THE_WORK}:
        now, usual = (np.array(literal_eval(each[signal]), dtype=float) for each in (last, expected))
        np.testing.assert_allclose(now, usual, rtol=0.02)


@pytest.mark.parametrize(("station", "name"), MODES, ids=[f"{station} {name}" for station, name in MODES])
def test_a_failure_says_in_both_languages_what_it_is_why_it_occurs_and_what_to_do(station: str, name: str) -> None:
    mode = DECLARED[station][name]
    assert all((mode.en, mode.es, mode.cause_en, mode.cause_es, mode.response_en, mode.response_es))
    assert mode.en != mode.es or mode.code == ""
    assert mode.signature or not mode.code
    assert set(mode.defects) <= {defect.code for defect in DEFECTS}
    assert mode.code == "" or mode.code.partition("-")[0] in ("POW", "PRS", "DRY", "GLZ", "LIN", "INK")


def test_alarm_codes_are_not_used_twice() -> None:
    codes = [mode.code for modes in DECLARED.values() for mode in modes.values() if mode.code]
    assert len(codes) == len(set(codes))


def test_every_mode_of_the_tables_of_the_process_sheet_is_declared() -> None:
    codes = {mode.code for modes in DECLARED.values() for mode in modes.values()}
    sheet = {
        "POW-102", "POW-120", "PRS-201", "PRS-210", "PRS-215", "PRS-220", "PRS-230", "PRS-240", "PRS-290", "DRY-301",
        "DRY-310", "DRY-320", "DRY-330", "DRY-340", "GLZ-401", "GLZ-410", "LIN-460", "INK-430", "INK-440", "INK-450",
    }  # fmt: skip
    assert sheet <= codes
    run = tracked(scenario="no-faults")
    process = {alarm.code for station in run.line.stations for alarm in station.process_alarms}
    assert {"POW-101", "PRS-250", "GLZ-415"} <= process


def test_the_shortened_onset_is_the_only_thing_that_the_test_plant_changes_in_a_mode() -> None:
    run = tracked(changes=plant_changes(), scenario="no-faults", opening="empty")
    for station, modes in DECLARED.items():
        for name, mode in modes.items():
            index = run.station(station).faults.names.index(name)
            expected = mode.model_copy(update={"onset_min": ONSET_MIN if mode.onset_min else 0.0})
            assert run.station(station).faults.modes[index] == expected
    assert run.engine.now - run.engine.start < DAY


def test_failures_occur_as_often_as_they_are_declared_to() -> None:
    scale, hours = 30.0, 14.0
    changes: dict[str, Any] = {name: dict(table) for name, table in SMALL_PLANT.items()}
    for station in STATIONS:
        changes[station] = changes.get(station, {}) | {"fault_scale": scale}
    run = tracked(changes=changes).to(hours / 24.0)
    compared = 0
    for station, modes in DECLARED.items():
        faults = run.station(station).faults
        for name, mode in modes.items():
            if mode.clock != "plant" or mode.uptime_h is None:
                continue
            cycle_h = mode.uptime_h.mean / scale + (mode.onset_min + mode.repair_min.mean) / 60.0
            expected = hours / cycle_h
            assert abs(faults.state.counts[faults.names.index(name)] - expected) < 4.0 * np.sqrt(expected) + 1.0, name
            compared += 1
    assert compared > 12
