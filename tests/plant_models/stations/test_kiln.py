"""The kiln: what counts as a stop, and what a failure does to the air and the tiles."""

import pytest

from plant_models.stations.kiln import Kiln
from plant_models.tiles import FIRED_SCRAP
from tests.support.tile_lines import START, LineRun, opened
from twin.line.activity import Activity
from twin.line.time import HOUR


@pytest.fixture
def run() -> LineRun:
    return opened(scenario="no-faults").to(4.0 / 24.0)


def kiln_of(run: LineRun) -> Kiln:
    return run.line.firing[0].kiln


def inject(run: LineRun, name: str, hours: float) -> None:
    kiln = kiln_of(run)
    kiln.inject(kiln.faults.names.index(name), run.engine.now + round(hours * HOUR))


def test_a_breakdown_that_closes_the_entry_is_a_stop_though_the_rollers_turn(run: LineRun) -> None:
    inject(run, "roller_broken", 0.5)
    before = kiln_of(run).tiles_out
    run.to(4.4 / 24.0)
    assert kiln_of(run).state.activity == Activity.DOWN
    assert kiln_of(run).tiles_out > before
    run.to(5.0 / 24.0)
    assert kiln_of(run).state.activity == Activity.PRODUCING
    assert kiln_of(run).time_in(Activity.DOWN) == pytest.approx(HOUR / 2, rel=0.02)


def test_a_gap_in_the_feed_is_no_stop(run: LineRun) -> None:
    inject(run, "feed_gap", 0.2)
    run.to(5.0 / 24.0)
    assert kiln_of(run).time_in(Activity.DOWN) == 0
    assert kiln_of(run).gaps > 10


def test_without_combustion_air_the_firing_falls_and_the_tiles_inside_are_scrap(run: LineRun) -> None:
    scrap = run.line.firing[0].sorter.state.graded[FIRED_SCRAP]
    inject(run, "combustion_fan", 1.0)
    run.to(4.9 / 24.0)
    assert kiln_of(run).peak_air_temperature < 1170.0
    assert kiln_of(run).gas_flow == 0.0
    run.to(8.0 / 24.0)
    assert kiln_of(run).peak_air_temperature == pytest.approx(1195.0, abs=2.0)
    assert run.line.firing[0].sorter.state.graded[FIRED_SCRAP] - scrap > 200


def test_a_pile_up_loses_100_to_600_tiles(run: LineRun) -> None:
    before = kiln_of(run).tiles_lost
    inject(run, "pile_up", 0.5)
    lost = kiln_of(run).tiles_lost - before
    assert 100 <= lost <= 600
    run.to(6.0 / 24.0)
    assert run.line.firing[0].sorter.state.by_defect[15] == lost
    assert run.engine.now - START == 6 * HOUR


@pytest.mark.parametrize(
    ("plant", "peak"), [("porcelain-600", 1195.0), ("slab-600x1200", 1195.0), ("wall-316", 1110.0)]
)
def test_a_shipped_curve_soaks_as_the_body_wants_and_lets_tiles_leave_at_60_to_100_degrees(
    plant: str, peak: float
) -> None:
    kiln = opened(plant, scenario="no-faults", opening="empty").line.firing[0].kiln
    assert kiln.weights.peak_temperature == pytest.approx(peak, abs=0.2)
    assert 4.0 <= kiln.nominal_soak <= 7.0
    assert 20.0 <= kiln.nominal_cooling < 40.0
    assert 60.0 <= kiln.nominal_exit <= 100.0


def test_the_tiles_behind_the_kiln_are_hotter_when_the_air_of_the_final_cooling_is(run: LineRun) -> None:
    kiln = kiln_of(run)
    usual = kiln.tile_exit_temperature
    assert usual == pytest.approx(kiln.nominal_exit, abs=5.0)
    kiln.air.state.temperature[:, -4:] += 20.0
    assert usual + 5.0 < kiln.tile_exit_temperature < usual + 20.0
