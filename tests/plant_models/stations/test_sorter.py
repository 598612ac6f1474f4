"""The sorting line: its pace, what its gauges make of a tile, and the alarm of a shade that drifts."""

import numpy as np
import pytest

from plant_models.stations.sorter import Measured
from plant_models.tiles import DEFECTS, FIRED_SCRAP, FIRST
from tests.support.tile_tracking import SMALL_PLANT, TrackedRun, same_tiles, tracked
from twin.line.records import Record
from twin.line.time import MINUTE

BIT = {defect.code: bit for bit, defect in enumerate(DEFECTS)}


@pytest.fixture(scope="module")
def run() -> TrackedRun:
    return tracked(changes=SMALL_PLANT, scenario="no-faults").to(0.15)


def test_rows_are_sorted_at_the_cadence_of_a_running_line(run: TrackedRun) -> None:
    sorter = run.line.firing[0].sorter
    assert sorter.cadence == pytest.approx(17.0 * 0.92)
    assert sorter.cycle_time(run.line.firing[0].rows.base, 0) == pytest.approx(3 / sorter.cadence * MINUTE, abs=1)


def test_what_is_seen_decides_the_class(run: TrackedRun) -> None:
    fired = run.tiles_by_number.fired
    bits = fired["defects"].astype(int)
    measured = bits & (1 << BIT["D01"] | 1 << BIT["D02"] | 1 << BIT["D03"] | 1 << BIT["D10"])
    assert (fired["grade"][measured != 0] != FIRST).all()
    assert 0.002 < (fired["grade"][bits == 0] != FIRST).mean() < 0.025
    sold = (fired["grade"] == FIRST) & (bits != 0)
    assert 0 < sold.sum() < 0.02 * len(bits)


def test_the_classes_add_up_to_the_tiles_sorted(run: TrackedRun) -> None:
    sorter = run.line.firing[0].sorter
    assert sorter.first + sorter.second + sorter.fired_scrap == sorter.tiles_sorted == len(run.tiles_by_number.fired)
    assert sum(sorter.state.by_caliber.values()) == sorter.first
    assert (
        sorter.defects_found[BIT["D06"]] == (run.tiles_by_number.fired["defects"].astype(int) >> BIT["D06"] & 1).sum()
    )


def test_a_gauge_that_reads_large_moves_the_measured_size_and_not_the_tile() -> None:
    runs = [tracked(changes=SMALL_PLANT, scenario="no-faults").to(0.02) for _ in range(2)]
    sorter = runs[1].line.firing[0].sorter
    runs[1].inject(sorter, "calibration", 3000.0)
    one, other = same_tiles(*(run.to(0.5).tiles_by_number.fired for run in runs))
    assert (one["size"] == other["size"]).all()
    bias = other["measured_size"] - one["measured_size"]
    assert bias.min() == 0.0
    assert 0.03 < bias.max() < 0.1


def test_thick_tiles_are_out_of_the_standard() -> None:
    thick = {**SMALL_PLANT, "press": {**SMALL_PLANT["press"], "moist_mass": 9.5}}
    fired = tracked(changes=thick, scenario="no-faults", opening="empty").to(0.2).tiles_by_number.fired
    out = np.abs(fired["fired_thickness"] - 9.5) > 0.475
    assert 0.3 < out.mean() <= 1.0
    assert (fired["grade"][out] == FIRED_SCRAP).all()
    assert (fired["defects"][out].astype(int) & 1 == 1).all()


def test_a_shade_that_stays_away_from_the_reference_raises_an_alarm_once() -> None:
    run = tracked(changes=SMALL_PLANT, scenario="no-faults")
    sorter = run.line.firing[0].sorter
    limit, begin = sorter.parameters.shade_alarm, len(sorter.log)
    for row in range(400):
        sorter.measured(Measured(row, 0.0, 1.5 * limit))
    assert sorter.alarms == [True]
    for row in range(400, 1200):
        sorter.measured(Measured(row, 0.0, 0.0))
    assert sorter.alarms == [False]
    kinds = list(sorter.log[begin + 1 :: 4])
    assert kinds == [Record.ALARM_RAISED, Record.ALARM_CLEARED]
