"""Tiles before the kiln: what each column follows, and which tiles are spoiled."""

import numpy as np
import pytest

from plant_models.green import SPOILING
from plant_models.physics.compaction import green_thickness
from plant_models.tiles import DEFECTS, GREEN_SCRAP
from tests.support.tile_tracking import SMALL_PLANT, Tiles, TrackedRun, same_tiles, tracked
from twin.line.time import MINUTE


@pytest.fixture(scope="module")
def run() -> TrackedRun:
    return tracked(changes=SMALL_PLANT, scenario="no-faults").to(0.1)


@pytest.fixture(scope="module")
def tiles(run: TrackedRun) -> Tiles:
    return run.tiles_by_number


def test_thickness_is_what_mass_and_density_leave_with_the_dirt_on_top(run: TrackedRun, tiles: Tiles) -> None:
    press = run.line.forming[0].press
    bare = green_thickness(tiles["mass"], press.cavity_area, tiles["density"], tiles["moisture"])
    more = tiles["thickness"] - bare
    assert 0.0 < more.mean() < press.parameters.dirt_limit_mm + 0.1
    assert more.std() == pytest.approx(press.parameters.thickness_sd, rel=0.5)


def test_cavities_differ_and_always_in_the_same_way(run: TrackedRun, tiles: Tiles) -> None:
    press = run.line.forming[0].press
    by_cavity = [tiles["density"][tiles["cavity"] == cavity].mean() for cavity in range(2)]
    expected = np.array(press.cavity_density)
    assert by_cavity[1] - by_cavity[0] == pytest.approx(expected[1] - expected[0], abs=1e-9)


def test_the_map_of_a_cavity_has_its_density_as_mean_and_the_gradient_from_front_to_back(run: TrackedRun) -> None:
    press = run.line.forming[0].press
    cells = np.array(press.density_map).reshape(2, 3, 3)
    np.testing.assert_allclose(cells.mean(axis=(1, 2)), press.cavity_density, atol=1e-12)
    pattern = (press.parameters.map_density_sd * press.cell_pattern()).reshape(2, 3, 3)
    slope = (cells - pattern)[:, 2].mean() - (cells - pattern)[:, 0].mean()
    assert slope == pytest.approx(press.parameters.gradient * 2.0 / 3.0)


def test_a_cavity_is_thicker_where_more_powder_lies(run: TrackedRun) -> None:
    press = run.line.forming[0].press
    thickness, density = (np.array(cells).reshape(2, 9) for cells in (press.thickness_map, press.density_map))
    np.testing.assert_allclose(thickness.mean(axis=1), press.cavity_thickness, rtol=1e-12)
    assert np.corrcoef(thickness[0], density[0])[0, 1] == pytest.approx(1.0)


def test_every_way_of_spoiling_a_tile_makes_a_known_defect() -> None:
    assert {DEFECTS[bit].code for bit in SPOILING.values()} == {"D04", "D06", "D08", "D11", "D14", "D15"}


def test_a_tile_spoiled_twice_has_the_defect_once() -> None:
    chipping = {"faults": {"belt_jam": {"onset_min": 0.0, "stops": False, "conditions": {"chip": 0.4}}}}
    pressing = {"faults": {"broken_at_extractor": {"onset_min": 0.0, "stops": False, "conditions": {"chip": 0.4}}}}
    own = {"glazing": SMALL_PLANT["glazing"] | chipping, "press": SMALL_PLANT["press"] | pressing}
    spoiled = tracked(changes={**SMALL_PLANT, **own}, scenario="no-faults").to(0.02)
    begin = spoiled.engine.now
    spoiled.inject(spoiled.station("glazing"), "belt_jam", 600.0)
    spoiled.inject(spoiled.station("press"), "broken_at_extractor", 600.0)
    made = spoiled.to(0.12).tiles_by_number
    both = made["defects"][(made["pressed_at"] > begin) & (made["dried_at"] > 0.0)].astype(int)
    assert (both >> 5 & 1).mean() == pytest.approx(1.0 - 0.6 * 0.6, abs=0.06)
    assert both.max() < 1 << len(DEFECTS)


def test_what_spoils_tiles_in_the_glazing_line_moves_no_other_draw(run: TrackedRun) -> None:
    changed = tracked(changes=SMALL_PLANT, scenario="no-faults").to(0.02)
    changed.inject(changed.station("glazing"), "oil_drops", 60.0)
    one, other = same_tiles(run.tiles_by_number, changed.to(0.1).tiles_by_number)
    assert one.differing(other) <= {"defects"} | set(one.differing(other)) & {
        "grade", "measured_size", "measured_curvature", "measured_shade", "caliber", "shade", "carton", "pallet",
    }  # fmt: skip
    more = other["defects"].astype(int) & ~one["defects"].astype(int)
    assert set(np.unique(more).tolist()) <= {0, 1 << 7, 1 << 10, 1 << 7 | 1 << 10}
    assert (more > 0).sum() > 5


def test_cracked_tiles_that_are_found_and_tiles_too_hot_are_scrapped_green(run: TrackedRun, tiles: Tiles) -> None:
    limit = run.line.forming[0].glazing.parameters.reject_above
    hot = tiles["print_temperature"] > limit
    assert (tiles["grade"][hot] == GREEN_SCRAP).all()
    came = tiles["dried_at"] > 0.0
    scrapped = (tiles["grade"][came] == GREEN_SCRAP).mean()
    assert 0.01 < scrapped < 0.06


def test_glaze_follows_the_density_that_evaporation_leaves(run: TrackedRun, tiles: Tiles) -> None:
    p = run.line.forming[0].glazing.parameters
    came = tiles["dried_at"] > 0.0
    period = p.check_every_min * MINUTE
    expected = p.glaze_density + p.density_rise_per_h * (tiles["dried_at"][came] % period) / (60 * MINUTE)
    np.testing.assert_allclose(tiles["glaze_density"][came], expected, atol=1e-12)
