"""The line as a whole against the bands of the process sheet: first quality, output, press, kiln, energy.

The bands are those of a porcelain line at 600 x 600 mm; the long form runs a month with ten seeds.
"""

# ruff: noqa: N802 - the tests carry the names of the anchors

from collections.abc import Sequence
from statistics import fmean

import pytest

from plant_models.physics.firing import fired_mass
from tests.support.tile_lines import LineRun, opened
from twin.line.activity import Activity
from twin.line.time import MINUTE


@pytest.fixture(scope="module")
def week() -> LineRun:
    return opened().to(7)


@pytest.fixture(scope="module")
def quiet_days() -> LineRun:
    return opened(scenario="no-faults").to(3)


@pytest.fixture(scope="module")
def months(in_full_length: bool) -> Sequence[LineRun]:
    seeds, days = (range(1, 11), 30) if in_full_length else (range(1, 3), 14)
    return [opened(seed=seed).to(days) for seed in seeds]


def output(run: LineRun) -> float:
    """Sorted area per day [m2/day]."""
    days = (run.engine.now - run.engine.start) / (1440 * MINUTE)
    return run.sorted_tiles * run.line.definition.format.area_m2 / days


def press_share(run: LineRun) -> float:
    """Share of calendar time in which the press presses."""
    return run.share_in(run.line.forming[0].press, Activity.PRODUCING)


def kiln_availability(run: LineRun) -> float:
    """Share of calendar time in which the kiln fires with its entry open."""
    return run.share_in(run.line.firing[0].kiln, Activity.PRODUCING)


def kiln_performance(run: LineRun) -> float:
    """Tiles that left over tiles that the full kiln would have given while it was available."""
    kiln = run.line.firing[0].kiln
    rate = kiln.places * kiln.parameters.lanes / kiln.parameters.cycle_min
    return kiln.state.tiles_left / (rate * kiln.time_in(Activity.PRODUCING) / MINUTE)


def test_V27_first_quality_without_faults_is_in_the_band(quiet_days: LineRun) -> None:
    """Type E: 92-95 %, an estimate beside the market's target of 95 % of sizes."""
    assert 0.92 <= quiet_days.first_share <= 0.95


def test_V27_first_quality_with_standard_faults_is_in_the_band(week: LineRun) -> None:
    """Type E: 88-94 %."""
    assert 0.88 <= week.first_share <= 0.94


def test_V28_the_kiln_sustains_its_output_and_the_press_its_share(week: LineRun) -> None:
    """Type C: 6 900-7 400 m2/day, press at 58-63 % of calendar time, kiln performance 0.92-0.99."""
    assert 6900.0 <= output(week) <= 7400.0
    assert 0.58 <= press_share(week) <= 0.63
    # One long stop a week or none: the mean of 0.984 is held over months and seeds.
    assert 0.96 <= kiln_availability(week) <= 1.0
    assert 0.92 <= kiln_performance(week) <= 0.99


def test_V28_the_kiln_gives_no_more_than_it_holds(week: LineRun) -> None:
    """Type C: at most 7 588 m2/day whatever happens."""
    assert output(week) < 7588.0


def test_the_green_scrap_is_what_presses_and_belts_lose(week: LineRun) -> None:
    """Type E: 2-4 % of the pressed tiles."""
    assert 0.02 <= week.tiles["green_scrap"] / week.tiles["pressed"] <= 0.04


def energy_per_tonne(run: LineRun) -> tuple[float, float]:
    """(kiln gas per fired tonne, dryer gas per dry tonne) [kWh/t]."""
    line = run.line
    stations = line.summary()["energy"]["stations"]
    kiln, press = line.firing[0].kiln, line.forming[0].press
    fired_t = kiln.state.tiles_left * float(fired_mass(kiln.tile_kg, kiln.body.loss_on_ignition)) / 1000.0
    moisture = line.definition.powder.moisture
    dry_t = press.tiles_pressed * press.parameters.moist_mass / (1.0 + moisture / 100.0) / 1000.0
    return stations["kiln-1/kiln"]["gas_kwh"] / fired_t, stations["line-1/dryer"]["gas_kwh"] / dry_t


def test_the_gas_per_tonne_of_kiln_and_dryer_is_in_the_sectors_bands(week: LineRun) -> None:
    """Type L: firing 540-800 kWh/t, drying 90-130 kWh/t (section 8.2)."""
    kiln, dryer = energy_per_tonne(week)
    assert 540.0 <= kiln <= 800.0
    assert 90.0 <= dryer <= 130.0


def test_V21_the_energy_per_m2_from_press_to_pack_is_in_its_bands(week: LineRun) -> None:
    """Type E: thermal 14-20 kWh/m2, electric 1.5-2.5 kWh/m2 of sorted area."""
    energy = week.line.summary()["energy"]
    area = week.sorted_tiles * week.line.definition.format.area_m2
    assert 14.0 <= energy["gas_kwh"] / area <= 20.0
    assert 1.5 <= energy["electricity_kwh"] / area <= 2.5


@pytest.mark.slow
def test_V27_V28_hold_over_months_and_seeds(months: Sequence[LineRun]) -> None:
    """Types E and C: the means over all seeds; kiln availability 0.984 by the failure modes' own means."""
    assert min(run.first_share for run in months) >= 0.88
    assert 0.88 <= fmean(run.first_share for run in months) <= 0.94
    assert 6900.0 <= fmean(output(run) for run in months) <= 7400.0
    assert 0.58 <= fmean(press_share(run) for run in months) <= 0.63
    assert fmean(kiln_availability(run) for run in months) == pytest.approx(0.984, abs=0.012)
    assert 0.92 <= fmean(kiln_performance(run) for run in months) <= 0.99


@pytest.mark.parametrize(("plant", "least"), [("wall-316", 0.90), ("slab-600x1200", 0.90)])
def test_the_other_shipped_plants_make_mostly_first_quality(plant: str, least: float) -> None:
    """Type E: 90-97 % is the model's target band."""
    run = opened(plant).to(1)
    assert least <= run.first_share <= 0.97
