"""The causal map of the process sheet (section 10), rows 14 to 22, 24 and 25: causes in the kiln and in the body.

Two runs with the same random numbers differ in one cause; what differs between a tile and itself is the effect. Signs
are those of the map, sizes within 30 % of it, and delays in its range.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from plant_models.definition.load import load_plant
from plant_models.tiles import DEFECTS
from tests.support.tile_tracking import SMALL_PLANT, Tiles, TrackedRun, same_tiles, tracked
from twin.line.time import HOUR, MINUTE

SEEN = 0.3
"""Smallest change of shade that the map speaks of [dE]."""
BEGIN_H, HOURS = 1.0, 4.0


def mode(**conditions: float) -> dict[str, Any]:
    """A failure mode that does just this."""
    return {
        "en": "A cause by itself",
        "es": "Una causa por sí sola",
        "clock": "plant",
        "stops": False,
        "repair_min": {"distribution": "constant", "value": 6000.0},
        "conditions": conditions,
    }


KILN = {
    "faults": {
        "below": mode(thermocouple_below=5.0),
        "ageing": mode(thermocouple=2.0),
        "drift": mode(thermocouple=2.0) | {"onset_min": 120.0},
        "side_insulation": {"onset_min": 0.0},
        "cooling_damper": {"onset_min": 0.0},
    }
}
PLANT: Mapping[str, Any] = {
    **SMALL_PLANT,
    "kiln": {**SMALL_PLANT["kiln"], "lanes": 4, **KILN},
    "store": {**SMALL_PLANT["store"], "boxes": 60, "kiln_changeover_min": {"glaze": 0.0, "design": 0.0}},
    "quality": {"defects": {"cooling_crack": 0.02}},
}
Cause = Callable[[TrackedRun], None]


def nothing(run: TrackedRun) -> None:
    """No cause."""


def writing(set_point: str, value: float) -> Cause:
    return lambda run: run.write(run.station("kiln"), set_point, value)


def failing(fault: str, minutes: float = 6000.0) -> Cause:
    return lambda run: run.inject(run.station("kiln"), fault, minutes)


def after(cause: Cause, changes: Mapping[str, Any] = PLANT, hours: float = HOURS) -> TrackedRun:
    run = tracked(changes=changes, scenario="no-faults").to(BEGIN_H / 24.0)
    cause(run)
    return run.to(hours / 24.0)


@cache
def usual() -> TrackedRun:
    return after(nothing)


class Effect:
    """What a cause does to tiles that met it in full, and how long it takes to be seen at the sorter."""

    def __init__(
        self, cause: Cause, changes: Mapping[str, Any] = PLANT, without: Callable[[], TrackedRun] = usual
    ) -> None:
        self.run = after(cause, changes)
        self.one, self.other = same_tiles(without().tiles_by_number.fired, self.run.tiles_by_number.fired)
        self.begin = self.run.engine.start + BEGIN_H * HOUR
        self.full = self.one["kiln_entry_at"] > self.begin + 45.0 * MINUTE

    def change(self, column: str) -> NDArray[np.float64]:
        """Change of a column of the tiles in full effect."""
        changed: NDArray[np.float64] = (self.other[column] - self.one[column])[self.full]
        return changed

    def mean(self, column: str, lanes: tuple[int, ...] = (0, 1, 2, 3)) -> float:
        """Mean change in some lanes."""
        return float(self.change(column)[np.isin(self.one["lane"][self.full], lanes)].mean())

    def shade(self, lanes: tuple[int, ...] = (0, 1, 2, 3)) -> float:
        """Length of the mean change of shade [dE]."""
        return float(np.linalg.norm([self.mean(f"shade_{axis}", lanes) for axis in "lab"]))

    def delay(self, column: str) -> float:
        """Minutes from the cause to the first sorted tile with a tenth of the effect."""
        changed = np.abs(self.other[column] - self.one[column])
        felt = changed > 0.1 * np.abs(self.change(column)).mean()
        return float((self.other["left_at"][felt].min() - self.begin) / MINUTE)


def about(value: float) -> Any:
    """Within 30 % of what the map says."""
    return pytest.approx(value, rel=0.3)


EDGE, INNER = (0, 3), (1, 2)


def test_row_14_a_peak_of_10_degrees_more_makes_tiles_smaller_denser_darker_and_sagging() -> None:
    effect = Effect(writing("peak_shift_set_point", 10.0))
    assert effect.mean("peak_temperature") == pytest.approx(10.0, abs=0.5)
    assert effect.mean("shrinkage") == about(0.07)
    assert effect.mean("size") == about(-0.48)
    assert effect.mean("water_absorption") == about(-0.14)
    assert 0.6 <= effect.shade() <= 1.2
    assert effect.mean("shade_l") < 0.0
    assert effect.mean("curvature") == about(0.2)
    assert 18.0 <= effect.delay("size") <= 35.0


def test_row_15_a_peak_of_10_degrees_less_makes_tiles_larger_and_porous_beyond_the_limit() -> None:
    effect = Effect(writing("peak_shift_set_point", -10.0))
    assert effect.mean("shrinkage") == about(-0.165)
    assert effect.mean("size") == about(1.07)
    assert effect.mean("water_absorption") == about(0.30)
    assert effect.other["water_absorption"][effect.full].mean() > 0.5
    assert 18.0 <= effect.delay("size") <= 35.0


def test_row_16_air_5_degrees_hotter_below_bends_tiles_convex() -> None:
    effect = Effect(failing("below"))
    assert effect.mean("face_difference") == pytest.approx(5.0, abs=0.3)
    assert effect.mean("curvature") == about(0.4)
    assert 18.0 <= effect.delay("curvature") <= 35.0


def test_row_17_an_edge_lane_5_degrees_colder_makes_its_tiles_larger_and_more_porous() -> None:
    effect = Effect(failing("side_insulation"))
    assert effect.mean("peak_temperature", EDGE) == pytest.approx(-5.0, abs=0.2)
    assert effect.mean("size", EDGE) == about(0.43)
    assert effect.mean("water_absorption", EDGE) > 0.1
    assert abs(effect.mean("size", INNER)) < 0.1 * effect.mean("size", EDGE)
    assert 18.0 <= effect.delay("size") <= 35.0


def test_row_18_a_kiln_pressure_of_3_pascal_less_cools_the_sides_and_moves_their_shade() -> None:
    effect = Effect(writing("pressure_pa_set_point", 2.0))
    assert effect.run.line.firing[0].kiln.pressure == pytest.approx(2.0, abs=0.1)
    assert effect.mean("peak_temperature", EDGE) == about(-2.0)
    assert effect.mean("size", EDGE) > 0.1
    assert effect.shade(EDGE) > 4.0 * effect.shade(INNER)
    assert 18.0 <= effect.delay("size") <= 35.0


def test_row_19_a_gap_of_10_minutes_sends_a_wave_that_takes_50_to_90_tiles_off() -> None:
    runs = [tracked(scenario="no-faults").to(2.0 / 24.0) for _ in range(2)]
    entry, kiln = runs[1].engine.now, runs[1].line.firing[0].kiln
    runs[1].inject(kiln, "feed_gap", 10.0)
    one, other = same_tiles(*(run.to(5.0 / 24.0).tiles_by_number.fired for run in runs))
    behind = (other["kiln_entry_at"] - entry) / MINUTE - 10.0
    warmer = other["peak_temperature"] - one["peak_temperature"]
    assert warmer[(behind >= 0.0) & (behind < 3.0)].mean() == about(5.0)
    assert warmer[(behind >= 10.0) & (behind < 16.0)].mean() == about(-3.0)
    shade = np.linalg.norm([other[f"shade_{axis}"] - one[f"shade_{axis}"] for axis in "lab"], axis=0)
    off = shade > SEEN
    assert 0.7 * 50 <= off.sum() <= 1.3 * 90
    first = float((other["left_at"][(behind >= 0.0) & off].min() - entry) / MINUTE)
    assert 45.0 <= first <= 60.0
    tiles_out = [run.line.firing[0].kiln.tiles_out for run in runs]
    assert tiles_out[1] == pytest.approx(tiles_out[0] - 146, abs=8)


def test_row_20_cooling_too_fast_through_573_degrees_cracks_six_times_as_many() -> None:
    effect = Effect(failing("cooling_damper"))
    kiln = effect.run.line.firing[0].kiln
    met = kiln.nominal_cooling + 2 * 0.5 * float(kiln.cooling_weights @ (kiln.temperature_above - kiln.air.nominal[0]))
    assert met > 49.0
    cracks = [(tiles["defects"].astype(int) >> 12 & 1) for tiles in (effect.one, effect.other)]
    assert cracks[1][effect.full].sum() / cracks[0][effect.full].sum() == about(6.0)
    new = cracks[1] > cracks[0]
    crossing = effect.other["kiln_entry_at"] + kiln.quartz_place * kiln.interval()
    from_crossing = (effect.other["left_at"] - crossing)[new] / MINUTE
    assert 8.0 <= from_crossing.min() <= from_crossing.max() <= 18.0


def test_row_21_thermocouples_that_read_2_degrees_low_fire_tiles_smaller_within_weeks() -> None:
    effect = Effect(failing("ageing"))
    assert effect.mean("peak_temperature") == pytest.approx(2.0, abs=0.1)
    assert effect.mean("size") == about(-0.13)
    assert effect.mean("water_absorption") == about(-0.05)
    kiln, before = effect.run.line.firing[0].kiln, usual().line.firing[0].kiln
    np.testing.assert_allclose(kiln.temperature_above, before.temperature_above, atol=0.5)
    ageing = load_plant("porcelain-600").firing[0].kiln.faults["thermocouple_ageing"]
    weeks_to_2 = ageing.onset_min / (7 * 24 * 60) * 2.0 / ageing.conditions["thermocouple"]
    assert 4.0 <= weeks_to_2 <= 13.0


def test_row_22_a_store_without_autonomy_costs_energy_and_first_quality() -> None:
    whole, starved = (tracked(scenario="no-faults").to(1.0 / 24.0) for _ in range(2))
    kiln, hours = starved.line.firing[0].kiln, BEGIN_H
    while hours < 7.0:
        starved.inject(kiln, "feed_gap", 12.0)
        hours += 0.4
        starved.to(hours / 24.0)
    whole.to(hours / 24.0)
    per_tile = [run.line.firing[0].kiln.gas / run.line.firing[0].kiln.tiles_out for run in (whole, starved)]
    assert 1.10 <= per_tile[1] / per_tile[0] <= 1.45
    first = []
    for run in (whole, starved):
        fired = run.tiles_by_number.fired
        met = fired["kiln_entry_at"] > run.engine.start + 90 * MINUTE
        first.append(100.0 * float((fired["grade"][met] == 1.0).mean()))
    assert 2.0 * 0.7 <= first[0] - first[1] <= 5.0 * 1.3


def test_row_24_a_body_lot_that_fuses_5_degrees_later_is_larger_and_more_porous() -> None:
    effect = Effect(nothing, {**PLANT, "body_changes": {"vitrified": {"vitrification": {"midpoint": 1152.0}}}})
    assert effect.mean("peak_temperature") == 0.0
    assert effect.mean("size") == about(0.43)
    assert effect.mean("water_absorption") == about(0.12)


def test_row_25_a_body_that_contracts_more_than_its_glaze_bends_convex() -> None:
    effect = Effect(nothing, {**PLANT, "body_changes": {"expansion_shift": 5e-7}})
    assert effect.mean("curvature") == about(0.3)
    assert np.ptp(effect.change("curvature")) < 0.1


# Pairs of causes that look alike, and what tells them apart.


def test_moist_powder_and_a_cold_peak_both_make_large_tiles_and_water_absorption_tells_them_apart() -> None:
    cold = Effect(writing("peak_shift_set_point", -10.0))
    wet = tracked(changes=SMALL_PLANT, scenario="no-faults", opening="empty").to(0.01)
    dry = tracked(changes=SMALL_PLANT, scenario="no-faults", opening="empty").to(0.01)
    wet.inject(wet.station("powder"), "wet_lot", 600.0)
    one, other = same_tiles(*(run.to(0.3).tiles_by_number.fired for run in (dry, wet)))
    moist = other["moisture"] - one["moisture"] > 0.3
    assert (other["size"] - one["size"])[moist].mean() > 0.5
    assert cold.mean("size") > 0.5
    assert abs((other["water_absorption"] - one["water_absorption"])[moist].mean()) < 0.05
    assert cold.mean("water_absorption") > 0.2


def by(tiles: Tiles, column: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means of values for each value of a column."""
    return np.array([values[tiles[column] == each].mean() for each in np.unique(tiles[column])])


THREE_LANES = {**PLANT, "kiln": {**PLANT["kiln"], "lanes": 3}}
"""So that the two cavities do not always fall into the same lanes."""


def test_a_cavity_and_a_kiln_side_both_make_two_sizes_and_the_row_and_the_cavity_tell_them_apart() -> None:
    without = after(nothing, THREE_LANES)
    sides = Effect(failing("side_insulation"), THREE_LANES, lambda: without)
    grown = sides.change("size")
    by_lane = by(sides.one.where(sides.full), "lane", grown)
    by_cavity = by(sides.one.where(sides.full), "cavity", grown)
    assert np.ptp(by_lane) > 0.3
    assert np.ptp(by_cavity) < 0.3 * np.ptp(by_lane)
    offset = {**THREE_LANES, "press": {**PLANT["press"], "cavity_density_sd": 0.006}}
    uneven = Effect(nothing, offset, lambda: without)
    grown = uneven.change("size")
    by_lane = by(uneven.one.where(uneven.full), "lane", grown)
    by_cavity = by(uneven.one.where(uneven.full), "cavity", grown)
    assert np.ptp(by_cavity) > 0.3
    assert np.ptp(by_lane) < 0.3 * np.ptp(by_cavity)


MANY_LOTS = {**PLANT, "powder": {"lot_hours": [0.5, 1.0], "mixing_h": 0.02}, "body_changes": {"expansion_lot_sd": 0.0}}


def test_hot_air_below_and_glaze_fit_both_bend_tiles_and_constancy_over_lots_tells_them_apart() -> None:
    hours = 8.0
    flat, hot, unfit = (
        after(nothing, MANY_LOTS, hours),
        after(failing("below"), MANY_LOTS, hours),
        after(nothing, {**MANY_LOTS, "body_changes": {"expansion_lot_sd": 5e-7}}, hours),
    )
    spread = []
    for run in (hot, unfit):
        one, other = same_tiles(flat.tiles_by_number.fired, run.tiles_by_number.fired)
        late = one["kiln_entry_at"] > run.engine.start + (BEGIN_H + 0.75) * HOUR
        bent = by(one.where(late), "lot", (other["curvature"] - one["curvature"])[late])
        assert len(bent) >= 3
        spread.append((bent.min(), bent.max()))
    assert 0.3 < spread[0][0] <= spread[0][1] < 0.6
    assert spread[1][0] < 0.0 < spread[1][1]


def test_ageing_thermocouples_and_a_body_lot_both_move_the_size_and_the_shape_of_the_drift_tells_them_apart() -> None:
    drift = Effect(failing("drift"))
    grown = (drift.other["size"] - drift.one["size"])[np.argsort(drift.one["kiln_entry_at"], kind="stable")]
    of_lane = drift.one["lane"][np.argsort(drift.one["kiln_entry_at"], kind="stable")] == 1
    assert np.abs(np.diff(grown[of_lane])).max() < 0.33 * np.abs(grown[of_lane]).max()
    fused = {**MANY_LOTS, "body_changes": {"expansion_lot_sd": 0.0, "index_temperature": 6.0}}
    plain, lots = after(nothing, MANY_LOTS, 8.0), after(nothing, fused, 8.0)
    one, other = same_tiles(plain.tiles_by_number.fired, lots.tiles_by_number.fired)
    step, lot = (other["peak_temperature"] - one["peak_temperature"]), one["lot"]
    assert np.abs(step).max() == 0.0
    moved = by(one, "lot", other["size"] - one["size"])
    assert np.ptp(moved) > 0.3
    within = [np.std((other["size"] - one["size"])[lot == each]) for each in np.unique(lot)]
    assert np.median(within) < 0.25 * np.ptp(moved)


def test_every_defect_code_of_the_map_is_known() -> None:
    assert {"D01", "D02", "D03", "D10", "D13"} <= {defect.code for defect in DEFECTS}
