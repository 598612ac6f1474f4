"""Every declared failure mode from the store on: seen in its signature, felt at the sorter, gone when it is cleared.

Two runs with the same random numbers differ in one failure. A mode is tested by being declared.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from plant_models.definition.load import load_plant
from plant_models.tiles import DEFECTS
from tests.support.tile_tracking import SMALL_PLANT, TrackedRun, same_tiles, tracked
from twin.line.activity import Activity
from twin.line.faults import FailureMode
from twin.line.time import MINUTE
from twin.run import commands

STATIONS = ("store", "kiln", "sorter", "palletiser")
FORMING = ("powder", "press", "dryer", "glazing", "printer")
UNTOUCHED = {
    "store": FORMING,
    "kiln": FORMING,
    "sorter": (*FORMING, "store", "kiln"),
    "palletiser": (*FORMING, "store", "kiln"),
}
"""Stations that a failure cannot reach, by material or by control, as long as no store runs full."""
BY_CONTROL = {"kiln/overflow"}
"""What the sorting line holds back is unloaded by hand behind the kiln and counted there."""
FOLLOWED = ("mains_failure", "reheating")
"""Modes that another one follows; they have a test of their own."""
BEGIN_MIN = 60
ONSET_MIN = 15.0
"""Onset of every mode that has one, so that months pass in minutes."""
LASTS_MIN = 75.0
STEP_MIN = 5
SEEN_MIN = 180
"""For how long signals are compared."""
HOURS = 8.0


def declared() -> dict[str, dict[str, FailureMode]]:
    plant = load_plant("porcelain-600")
    line = plant.firing[0]
    return {"store": dict(plant.store.faults)} | {name: dict(getattr(line, name).faults) for name in STATIONS[1:]}


DECLARED = declared()
MODES = [(station, name) for station, modes in DECLARED.items() for name in modes]
STRICT = {"caliber_step_mm": 0.4, "calibers": 1, "flat_mm": 0.6, "shade_limit": 0.5}
"""Sorts far tighter than any plant, so that an hour of tiles is enough to see a share rise."""
LOUD = {"print_line": 0.1, "cooling_crack": 0.02, "roller_mark": 0.01, "black_core": 0.02, "chip": 0.02}


def plant_changes() -> dict[str, Any]:
    changes: dict[str, Any] = {name: dict(table) for name, table in SMALL_PLANT.items()}
    changes["store"] = changes["store"] | {"boxes": 60, "kiln_changeover_min": {"glaze": 0.0, "design": 0.0}}
    changes["sorter"] = dict(STRICT)
    for station, modes in DECLARED.items():
        short = {name: {"onset_min": ONSET_MIN} for name, mode in modes.items() if mode.onset_min}
        changes[station] = changes.get(station, {}) | {"faults": short}
    return changes | {"quality": {"defects": dict(LOUD)}}


Sample = dict[str, str]


def sampled(run: TrackedRun) -> Sample:
    """The true value of every signal to the last bit, by `station/signal`."""
    return {
        f"{station.name}/{signal.name}": repr(np.asarray(signal.truth(station)).tolist())
        for station in run.line.stations
        if station.name in FORMING + STATIONS
        for signal in station.signals
    }


@dataclass
class Watched:
    """A run with all signals every few minutes after the failure begins."""

    run: TrackedRun
    samples: list[Sample] = field(default_factory=list)

    def watch(self) -> "Watched":
        for minute in range(0, SEEN_MIN, STEP_MIN):
            self.run.to((BEGIN_MIN + minute + 0.01) / 1440.0)
            self.samples.append(sampled(self.run))
        self.run.to(HOURS / 24.0)
        return self

    def differing(self, other: "Watched", until_min: float) -> Iterator[str]:
        """Signals that differ at some time up to so long after the begin."""
        last = int(until_min // STEP_MIN) + 1
        for name in self.samples[0]:
            if any(mine[name] != its[name] for mine, its in zip(self.samples[:last], other.samples, strict=False)):
                yield name


def begun() -> TrackedRun:
    return tracked(changes=plant_changes(), scenario="no-faults").to(BEGIN_MIN / 1440.0)


@pytest.fixture(scope="module")
def undisturbed() -> Watched:
    return Watched(begun()).watch()


def failed(station: str, name: str) -> Watched:
    """The same run with one failure."""
    run, mode = begun(), DECLARED[station][name]
    target = run.station(station)
    arguments = {
        "fault": name,
        "duration_s": 60.0 * LASTS_MIN,
        "size": min(mode.sizes[1], 8.0) if drifts(mode) else 1.0,
    }
    commands.apply(run.line, "inject_fault", target.path, arguments, 1)
    return Watched(run).watch()


def drifts(mode: FailureMode) -> bool:
    """Whether a mode is seen by nobody and grows over days: the test takes it at its largest."""
    return not mode.code and mode.onset_min > 1000.0


def signature(station: str, mode: FailureMode) -> set[str]:
    return {name if "/" in name else f"{station}/{name}" for name in mode.signature}


def delay_of(name: str) -> float:
    """How long after the alarm a signal may move [min]: at once, or when the tiles have come to the sorter."""
    return float(SEEN_MIN) if name.startswith("sorter/") else STEP_MIN


@pytest.mark.parametrize(("station", "name"), [mode for mode in MODES if mode[1] not in FOLLOWED], ids=str)
def test_a_failure_shows_its_signature_with_its_alarm_and_touches_nothing_that_it_cannot_reach(
    undisturbed: Watched, station: str, name: str
) -> None:
    mode, failing = DECLARED[station][name], failed(station, name)
    alarm = ONSET_MIN if mode.onset_min else 0.0
    for signal in signature(station, mode):
        seen = set(undisturbed.differing(failing, alarm + delay_of(signal)))
        assert signal in seen, signal
    moved = set(undisturbed.differing(failing, SEEN_MIN)) - BY_CONTROL
    assert {each for each in moved if each.partition("/")[0] in UNTOUCHED[station]} == set()
    assert_more_defects(undisturbed, failing, mode)
    assert_recovered(undisturbed, failing, station)


def assert_more_defects(undisturbed: Watched, failing: Watched, mode: FailureMode) -> None:
    one, other = same_tiles(undisturbed.run.tiles_by_number.fired, failing.run.tiles_by_number.fired)
    for code in mode.defects:
        bit = next(bit for bit, known in enumerate(DEFECTS) if known.code == code)
        before, after = ((each["defects"].astype(int) >> bit & 1).sum() for each in (one, other))
        assert after > before, code


def assert_recovered(undisturbed: Watched, failing: Watched, name: str) -> None:
    run, station = failing.run, failing.run.station(name)
    assert not station.faults.any_active
    assert station.state.activity in (Activity.PRODUCING, Activity.STARVED)
    kiln, usual = run.line.firing[0].kiln, undisturbed.run.line.firing[0].kiln
    np.testing.assert_allclose(kiln.temperature_above, usual.temperature_above, atol=3.0)
    np.testing.assert_allclose(kiln.temperature_below, usual.temperature_below, atol=3.0)
    assert kiln.pressure == pytest.approx(usual.pressure, abs=0.5)
    assert kiln.oxygen == pytest.approx(usual.oxygen, abs=0.5)
    one, other = same_tiles(undisturbed.run.tiles_by_number.fired, run.tiles_by_number.fired)
    late = one["kiln_entry_at"] > run.engine.start + (BEGIN_MIN + LASTS_MIN + 180.0) * MINUTE
    if late.any():
        assert np.abs((other["peak_temperature"] - one["peak_temperature"])[late]).max() < 5.0


def test_a_mains_failure_costs_the_contents_and_is_followed_by_reheating_and_settling() -> None:
    run = begun()
    kiln = run.line.firing[0].kiln
    modes = {name: kiln.faults.names.index(name) for name in ("mains_failure", "reheating", "settling")}
    inside, power, fire = kiln.inside_tiles, kiln.power, kiln.gas_flow
    run.inject(kiln, "mains_failure", 30.0)
    run.to((BEGIN_MIN + 5.0) / 1440.0)
    assert kiln.tiles_lost == inside
    assert kiln.power < 0.1 * power
    assert kiln.gas_flow < 0.1 * fire
    assert kiln.combustion_air_pressure == 0.0
    run.to((BEGIN_MIN + 40.0) / 1440.0)
    assert kiln.faults.active(modes["reheating"])
    assert kiln.state.activity == Activity.DOWN
    kiln.clear(modes["reheating"])
    assert kiln.faults.active(modes["settling"])
    run.to((BEGIN_MIN + 200.0) / 1440.0)
    assert kiln.state.activity == Activity.PRODUCING
    kiln.clear(modes["settling"])
    assert not kiln.faults.any_active
    lost = run.tiles_by_number.fired["defects"].astype(int) >> 15 & 1
    assert lost.sum() == inside


@pytest.mark.parametrize(("station", "name"), MODES, ids=str)
def test_a_failure_says_in_both_languages_what_it_is_why_it_occurs_and_what_to_do(station: str, name: str) -> None:
    mode = DECLARED[station][name]
    assert all((mode.en, mode.es, mode.cause_en, mode.cause_es, mode.response_en, mode.response_es))
    assert mode.signature
    assert set(mode.defects) <= {defect.code for defect in DEFECTS}
    assert mode.code == "" or mode.code.partition("-")[0] in ("AGV", "STO", "KLN", "SOR", "PAL")


def test_alarm_codes_are_not_used_twice() -> None:
    codes = [mode.code for modes in DECLARED.values() for mode in modes.values() if mode.code]
    assert len(codes) == len(set(codes))


def test_every_mode_of_the_tables_of_the_process_sheet_is_declared() -> None:
    codes = {mode.code for modes in DECLARED.values() for mode in modes.values()}
    sheet = {
        "AGV-510", "KLN-610", "KLN-620", "KLN-630", "KLN-640", "KLN-650", "KLN-660", "KLN-670", "SOR-701", "SOR-710",
        "PAL-720",
    }  # fmt: skip
    assert sheet <= codes
    assert {"feed_gap", "thermocouple_ageing", "dirty_rollers"} <= set(DECLARED["kiln"])
    run = tracked(scenario="no-faults")
    process = {alarm.code for station in run.line.stations for alarm in station.process_alarms}
    assert {"STO-501", "STO-502", "KLN-601", "SOR-730"} <= process


def test_modes_that_make_a_drift_take_as_long_as_the_sheet_says() -> None:
    ageing = DECLARED["kiln"]["thermocouple_ageing"]
    months = ageing.onset_min / (60.0 * 24.0 * 30.0)
    assert (ageing.conditions["thermocouple"] + ageing.conditions["thermocouple_below"] / 2.0) / months == 1.0
    assert 3.0 <= months <= 6.0
    assert DECLARED["kiln"]["dirty_rollers"].onset_min >= 7 * 24 * 60
