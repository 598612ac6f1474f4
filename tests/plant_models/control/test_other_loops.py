"""Glaze density and size are held by loops that read what the instruments show."""

from typing import Any

import pytest

from tests.support.tile_lines import START, LineRun, opened
from twin.line.time import DAY, HOUR, MINUTE


def test_water_takes_away_what_thickens_the_glaze() -> None:
    changes = {"control": {"glaze_density": {"filter_min": 1.0}}}
    run = opened(scenario="no-faults", changes=changes)
    glazing = run.line.forming[0].glazing
    glazing.write("density_trim_set_point", 0.04)
    run.engine.advance(START + 2 * HOUR)
    assert float(glazing.glaze_density) == pytest.approx(glazing.parameters.glaze_density, abs=0.006)
    assert glazing.set_points["density_trim_set_point"] == pytest.approx(0.0, abs=0.006)


CALM: dict[str, Any] = {
    "powder": {"moisture_sd": 0.0, "lot_moisture_sd": 0.0, "body_index_sd": 0.0, "moisture": 5.8},
    "kiln": {"edge_drop": 0.0},
}


def fed_back(control: dict[str, Any]) -> LineRun:
    run = opened(scenario="no-faults", changes=CALM | {"control": control})
    run.engine.advance(START + 2 * DAY)
    return run


def test_press_and_kiln_are_corrected_by_the_size_behind_the_kiln() -> None:
    run = fed_back({"size_feedback": {"gain": 0.3, "kiln_share": 0.3}})
    press, kiln = run.line.forming[0].press, run.line.firing[0].kiln
    # Wet powder packs denser, shrinks less and comes out large: less pressure, and a hotter kiln.
    assert press.set_points["specific_pressure_set_point"] < 400.0
    assert kiln.set_points["peak_shift_set_point"] > 0.0
    assert run.line.loops[0].state.interventions >= 2


def test_with_a_trim_the_correction_goes_through_it() -> None:
    run = fed_back({"size_feedback": {"gain": 0.3}, "pressure_trim": {}})
    trim, feedback = run.line.loops
    assert trim.name == "pressure-trim"
    # Held density lets wet powder come out small (the drying shrinkage stays), so the trim is asked for more.
    assert trim.set_points["pressure_offset_set_point"] > 0.0
    assert feedback.state.interventions >= 1


def test_the_loop_waits_between_two_corrections() -> None:
    run = opened(scenario="no-faults", changes=CALM | {"control": {"size_feedback": {}}})
    run.engine.advance(START + 4 * HOUR)
    before = run.line.loops[0].state.interventions
    run.engine.advance(START + 4 * HOUR + 30 * MINUTE)
    assert run.line.loops[0].state.interventions == before
