"""The glazing line: density and viscosity between two checks, the curtain, and how warm tiles come to the printer."""

import numpy as np
import pytest

from tests.support.tile_tracking import SMALL_PLANT, TrackedRun, tracked
from twin.line.records import Record


@pytest.fixture
def run() -> TrackedRun:
    return tracked(changes=SMALL_PLANT, scenario="no-faults").to(0.02)


def test_water_evaporates_between_two_checks(run: TrackedRun) -> None:
    glazing = run.line.forming[0].glazing
    p, seen = glazing.parameters, []
    for minute in range(int(p.check_every_min) + 5):
        run.to(0.02 + minute / 1440.0)
        seen.append((glazing.since_check, glazing.glaze_density, glazing.glaze_viscosity))
    last = max(seen)
    hours = last[0] / 3600.0
    assert hours == pytest.approx(p.check_every_min / 60.0, abs=0.02)
    assert last[1] == pytest.approx(p.glaze_density + p.density_rise_per_h * hours)
    assert last[2] == pytest.approx(p.glaze_viscosity + p.viscosity_rise_per_h * hours)
    assert min(seen)[1] == pytest.approx(p.glaze_density, abs=1e-4)


def test_a_hundredth_of_density_carries_one_and_a_quarter_percent_more_solids(run: TrackedRun) -> None:
    glazing = run.line.forming[0].glazing
    before = glazing.glaze_grammage
    run.inject(glazing, "water_in_glaze", 600.0)
    run.to(0.02 + 25.0 / 1440.0)
    assert glazing.glaze_grammage / before - 1.0 == pytest.approx(-0.025, abs=0.002)


def test_density_out_of_band_raises_the_alarm(run: TrackedRun) -> None:
    glazing = run.line.forming[0].glazing
    run.inject(glazing, "water_in_glaze", 600.0)
    run.to(0.06)
    (raised,) = run.entries(glazing, Record.ALARM_RAISED)["a"]
    assert glazing.process_alarms[raised].code == "GLZ-415"


def test_the_curtain_lays_more_at_the_sides_and_the_same_on_average(run: TrackedRun) -> None:
    glazing = run.line.forming[0].glazing
    across = np.array(glazing.glaze_profile) / glazing.glaze_grammage
    assert across.tolist() == across[::-1].tolist()
    assert across[0] - across[2] == pytest.approx(glazing.parameters.side_excess)
    assert across[2] < 1.0 < across[0]


def test_the_flow_gives_the_grammage_at_the_speed_of_the_belt(run: TrackedRun) -> None:
    glazing = run.line.forming[0].glazing
    flow = glazing.glaze_flow
    run.write(glazing, "speed_m_min_set_point", 13.0)
    assert glazing.glaze_flow == pytest.approx(0.5 * flow)
    run.inject(glazing, "belt_jam", 60.0)
    run.to(0.02 + 6.0 / 1440.0)
    assert glazing.glaze_flow == 0.0


def test_tiles_come_to_the_printer_as_warm_as_the_signal_says(run: TrackedRun) -> None:
    run.to(0.12)
    tiles = run.tiles_by_number
    came = tiles["print_temperature"][tiles["print_temperature"] > 0.0][-300:]
    assert run.line.forming[0].glazing.tile_temperature == pytest.approx(came.mean(), abs=1.5)


def test_a_trembling_curtain_leaves_bare_spots_before_it_breaks() -> None:
    changes = {**SMALL_PLANT, "glazing": {"faults": {"curtain": {"onset_min": 20.0}}}}
    run = tracked(changes=changes, scenario="no-faults").to(0.02)
    glazing = run.line.forming[0].glazing
    begin = run.engine.now
    run.inject(glazing, "curtain", 40.0)
    tiles = run.to(0.1).tiles_by_number
    came = (tiles["dried_at"] > begin) & (tiles["dried_at"] < begin + 20 * 60_000_000)
    bare = (tiles["defects"][came].astype(int) >> 7 & 1).mean()
    assert 0.05 < bare < 0.30
    assert len(run.entries(glazing, Record.FAULT_ONSET)) == len(run.entries(glazing, Record.FAULT_BEGAN)) == 1


def test_what_the_rejecter_takes_out_is_logged_right_behind_the_stroke_that_left(run: TrackedRun) -> None:
    run.to(0.15)
    entries = run.log.entries[run.log.entries["station"] == run.line.stations.index(run.line.forming[0].glazing)]
    (scrapped,) = np.nonzero(entries["kind"] == Record.SCRAPPED)
    assert len(scrapped)
    before = entries[scrapped - 1]
    assert (before["kind"] == Record.LEFT).all()
    for name in ("time", "a"):
        assert (entries[scrapped][name] == before[name]).all()
