"""The opening of a run: everything full and hot, or hot and empty."""

import pytest

from tests.support.tile_tracking import SMALL_PLANT, tracked


def test_a_running_opening_fills_the_kiln_and_a_share_of_the_store() -> None:
    line = tracked(scenario="no-faults").line
    kiln, store = line.firing[0].kiln, line.store
    assert kiln.inside_tiles == kiln.places * kiln.parameters.lanes
    room = store.parameters.boxes * store.box_tiles
    assert store.tiles_inside / room == pytest.approx(store.parameters.opening_share, abs=0.02)
    assert line.opening_tiles == line.tiles_inside()


def test_an_empty_opening_has_no_tile() -> None:
    line = tracked(scenario="no-faults", opening="empty").line
    assert line.tiles_inside() == line.opening_tiles == 0


def test_the_openings_tiles_are_fired_and_sorted_like_all_others() -> None:
    run = tracked(changes=SMALL_PLANT, scenario="no-faults").to(0.06)
    fired = run.tiles_by_number.fired
    assert (fired["pressed_at"] < run.engine.start).all()
    assert fired["size"].mean() == pytest.approx(600.0, abs=0.5)
    assert fired["peak_temperature"].mean() == pytest.approx(1195.0, abs=2.0)
    assert 0.85 < (fired["grade"] == 1.0).mean() <= 1.0


def test_the_rows_of_an_opening_have_no_gap_beside_them() -> None:
    run = tracked(changes=SMALL_PLANT, scenario="no-faults").to(0.01)
    rows = run.line.firing[0].rows
    assert len(rows.beside_gap) > 0 or rows.base > 0
    assert sum(rows.beside_gap) == 0.0
