"""The press: cadence, and the dirt on its punches."""

import pytest

from tests.support.tile_lines import opened
from twin.line.time import MINUTE


def test_the_press_reaches_a_share_of_the_cadence_that_is_set() -> None:
    run = opened(scenario="no-faults").to(0.1 / 24.0)
    press = run.line.forming[0].press
    share = press.parameters.cadence_share
    assert share < 1.0
    assert press.strokes_per_minute == pytest.approx(12.2 * share, rel=1e-6)
    assert press.strokes == pytest.approx(6.0 * 12.2 * share, abs=1)
    assert press.stroke_time == pytest.approx(MINUTE / 12.2 / share, abs=1)


def test_dirt_on_the_punch_makes_tiles_thicker_up_to_a_limit() -> None:
    run = opened(scenario="no-faults")
    press = run.line.forming[0].press
    clean = press.tile_thickness
    press.state.strokes += round(2.0 * 60.0 * 12.2 * press.parameters.cadence_share)
    assert press.tile_thickness - clean == pytest.approx(0.04, abs=0.001)
    press.state.strokes += 10_000_000
    assert press.tile_thickness - clean == pytest.approx(press.parameters.dirt_limit_mm)
