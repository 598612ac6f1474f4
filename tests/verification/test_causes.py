"""Causes and their effects on fired tiles, by the causal map of the process sheet (section 10), tile by tile.

Two runs with the same random numbers differ in one cause; what differs between a tile and itself is the effect.
"""
# ruff: noqa: N802 - a test carries the name of its anchor

from itertools import pairwise

import numpy as np
import pytest

from plant_models.tiles import DEFECTS, GREEN_SCRAP
from tests.support.tile_tracking import SMALL_PLANT, Tiles, TrackedRun, same_tiles, tracked
from twin.line.activity import Activity
from twin.line.records import Record
from twin.line.time import DAY, HOUR, MINUTE

DAYS = 0.3
EARLY = 0.01
"""Days after which the cause sets in: before anything has been dried."""


@pytest.fixture(scope="module")
def undisturbed() -> TrackedRun:
    return tracked(changes=SMALL_PLANT, scenario="no-faults", opening="empty").to(DAYS)


def begun() -> TrackedRun:
    return tracked(changes=SMALL_PLANT, scenario="no-faults", opening="empty").to(EARLY)


def effect(one: Tiles, other: Tiles, column: str) -> float:
    """Mean change of a column from one run to the other."""
    return float((other[column] - one[column]).mean())


def touched(undisturbed: TrackedRun, run: TrackedRun, minutes: float = 0.0) -> tuple[Tiles, Tiles]:
    """The fired tiles of both runs that were pressed under the cause, which lasts for some minutes or to the end."""
    one, other = same_tiles(undisturbed.tiles_by_number.fired, run.to(DAYS).tiles_by_number.fired)
    begin = run.engine.start + EARLY * DAY
    under = (one["pressed_at"] > begin) & (one["pressed_at"] < begin + (minutes * MINUTE or DAY))
    assert under.sum() > 200
    return one.where(under), other.where(under)


def test_ten_percent_more_pressure_makes_tiles_denser_and_larger(undisturbed: TrackedRun) -> None:
    run = begun()
    run.write(run.station("press"), "specific_pressure_set_point", 440.0)
    one, other = touched(undisturbed, run)
    assert effect(one, other, "density") == pytest.approx(0.0112, rel=0.05)
    assert effect(one, other, "size") == pytest.approx(1.3, rel=0.3)
    assert effect(one, other, "water_absorption") < 0.0


def test_a_pressure_that_drops_makes_tiles_lighter_and_smaller(undisturbed: TrackedRun) -> None:
    run = begun()
    run.inject(run.station("press"), "pressure_drop", 90.0)
    one, other = touched(undisturbed, run, 90.0)
    assert effect(one, other, "pressure") == pytest.approx(-0.055 * 400.0)
    assert effect(one, other, "density") == pytest.approx(-0.0067, rel=0.05)
    assert effect(one, other, "size") == pytest.approx(-0.75, rel=0.3)


def test_wet_powder_makes_tiles_larger_at_the_same_pressure(undisturbed: TrackedRun) -> None:
    run = begun()
    run.inject(run.station("powder"), "wet_lot", 600.0)
    one, other = touched(undisturbed, run)
    per_percent = 1.0 / effect(one, other, "moisture")
    assert effect(one, other, "moisture") == pytest.approx(0.6)
    assert per_percent * effect(one, other, "density") == pytest.approx(0.020, rel=0.1)
    assert per_percent * effect(one, other, "size") == pytest.approx(1.6, rel=0.3)
    assert effect(one, other, "residual_moisture") > 0.0


def test_a_colder_dryer_leaves_more_moisture_and_moves_the_shade(undisturbed: TrackedRun) -> None:
    run = begun()
    run.inject(run.station("dryer"), "burner", 300.0)
    one, other = touched(undisturbed, run)
    assert effect(one, other, "residual_moisture") == pytest.approx(0.3, rel=0.3)
    assert 0.25 < shade_change(one, other) < 0.6
    assert effect(one, other, "size") == 0.0


def shade_change(one: Tiles, other: Tiles) -> float:
    """Length of the mean change of shade [dE]."""
    return float(np.linalg.norm([effect(one, other, f"shade_{axis}") for axis in "lab"]))


def test_less_glaze_moves_the_shade(undisturbed: TrackedRun) -> None:
    run = begun()
    run.inject(run.station("glazing"), "filter_clogged", 360.0)
    one, other = touched(undisturbed, run)
    clogged = one["dried_at"] > run.engine.start + EARLY * DAY + HOUR
    one, other = one.where(clogged), other.where(clogged)
    assert (other["glaze"] / one["glaze"]).mean() == pytest.approx(0.9)
    assert 0.4 < shade_change(one, other) < 0.8
    assert effect(one, other, "density") == 0.0


def test_colder_heads_print_less_ink_and_move_the_shade(undisturbed: TrackedRun) -> None:
    run = begun()
    run.write(run.station("printer"), "head_temperature_set_point", 41.0)
    one, other = touched(undisturbed, run)
    assert (other["ink"] / one["ink"]).mean() == pytest.approx(0.952)
    assert 0.3 < shade_change(one, other) < 0.6


def test_a_nozzle_row_that_is_out_draws_a_line_on_every_tile(undisturbed: TrackedRun) -> None:
    run = begun().to(0.1)
    run.inject(run.station("printer"), "nozzle_row", 15.0)
    one, other = same_tiles(undisturbed.tiles_by_number, run.to(DAYS).tiles_by_number)
    begin = run.engine.start + round(0.1 * DAY)
    printed = (other["printed_at"] > begin + MINUTE) & (other["printed_at"] < begin + 15 * MINUTE)
    bit = next(bit for bit, defect in enumerate(DEFECTS) if defect.code == "D09")
    assert printed.sum() > 50
    assert (other["defects"][printed].astype(int) >> bit & 1).all()
    assert (one["defects"][printed].astype(int) >> bit & 1).mean() < 0.1


@pytest.mark.parametrize(
    ("shift", "size", "absorption"), [(10.0, -0.48, -0.14), (-10.0, 1.07, 0.30)], ids=["hotter", "colder"]
)
def test_the_peak_of_firing_moves_size_and_water_absorption(
    undisturbed: TrackedRun, shift: float, size: float, absorption: float
) -> None:
    run = begun()
    run.write(run.station("kiln"), "peak_shift_set_point", shift)
    one, other = touched(undisturbed, run)
    assert effect(one, other, "peak_temperature") == pytest.approx(shift, abs=0.5)
    assert effect(one, other, "size") == pytest.approx(size, rel=0.3)
    assert effect(one, other, "water_absorption") == pytest.approx(absorption, rel=0.3)
    assert 0.6 < shade_change(one, other) < 1.2


def test_a_thermocouple_that_reads_low_fires_tiles_smaller() -> None:
    drift = {
        "en": "Thermocouples read low",
        "es": "Los termopares leen de menos",
        "clock": "plant",
        "stops": False,
        "repair_min": {"distribution": "constant", "value": 600.0},
        "conditions": {"thermocouple": 2.0},
    }
    changes = {**SMALL_PLANT, "kiln": {**SMALL_PLANT["kiln"], "faults": {"ageing": drift}}}
    runs = [tracked(changes=changes, scenario="no-faults", opening="empty").to(EARLY) for _ in range(2)]
    runs[1].inject(runs[1].station("kiln"), "ageing", 600.0)
    one, other = same_tiles(*(run.to(DAYS).tiles_by_number.fired for run in runs))
    assert effect(one, other, "peak_temperature") == pytest.approx(2.0, abs=0.2)
    assert effect(one, other, "size") == pytest.approx(-0.13, rel=0.3)
    assert effect(one, other, "water_absorption") == pytest.approx(-0.035, abs=0.02)
    assert runs[1].line.firing[0].kiln.temperature_above[14] == pytest.approx(1195.0, abs=0.5)


def test_a_lower_burner_group_that_is_out_makes_tiles_concave() -> None:
    runs = [tracked(scenario="no-faults").to(1.5 / 24.0) for _ in range(2)]
    runs[1].inject(runs[1].station("kiln"), "burner_group", 20.0)
    one, other = same_tiles(*(run.to(4.0 / 24.0).tiles_by_number.fired for run in runs))
    colder = other["face_difference"] - one["face_difference"]
    bent = other["curvature"] - one["curvature"]
    assert -20.0 < colder.min() < -8.0
    assert -1.8 < bent.min() < -0.6
    assert bent[colder < -1.0].max() < 0.0
    assert np.abs(bent[colder == 0.0]).max() < 0.2


def test_V24_the_tiles_of_the_edge_lanes_are_larger() -> None:
    """Type P: larger tiles at the cooler outer edges; own bands of 0.2-0.6 mm."""
    fired = tracked(scenario="no-faults").to(0.25).tiles_by_number.fired
    edge = np.isin(fired["lane"], (0.0, 3.0))
    assert 0.2 < fired["size"][edge].mean() - fired["size"][~edge].mean() < 0.6
    assert fired["water_absorption"][edge].mean() > fired["water_absorption"][~edge].mean()


def test_low_kiln_pressure_lets_the_edge_tiles_grow() -> None:
    runs = [tracked(scenario="no-faults").to(0.02) for _ in range(2)]
    runs[1].inject(runs[1].station("kiln"), "pressure_hunting", 60.0)
    one, other = same_tiles(*(run.to(0.15).tiles_by_number.fired for run in runs))
    edge = np.isin(one["lane"], (0.0, 3.0))
    grown = other["size"] - one["size"]
    assert 0.2 < grown[edge].max() < 0.5
    assert grown[~edge].max() < 0.04


@pytest.fixture(scope="module")
def gap() -> tuple[Tiles, Tiles, float]:
    """Fired tiles without and with a gap of ten minutes in the feed, and when it ended."""
    runs = [tracked(scenario="no-faults").to(2.0 / 24.0) for _ in range(2)]
    ended = runs[1].engine.now + 10 * MINUTE
    runs[1].inject(runs[1].station("kiln"), "feed_gap", 10.0)
    return *same_tiles(*(run.to(6.0 / 24.0).tiles_by_number.fired for run in runs)), ended


def test_a_gap_in_the_feed_sends_a_wave_through_the_firing(gap: tuple[Tiles, Tiles, float]) -> None:
    one, other, ended = gap
    after = (other["kiln_entry_at"] - ended) / MINUTE
    warmer = other["peak_temperature"] - one["peak_temperature"]
    first = warmer[(after >= 0.0) & (after < 3.0)]
    later = warmer[(after >= 10.0) & (after < 16.0)]
    assert 3.0 < first.mean() < 8.0
    assert 4.0 < warmer.max() < 8.0
    assert -4.5 < later.mean() < -2.0
    assert np.abs(warmer[after > 60.0]).max() < 0.5
    assert np.abs(warmer[after < -30.0]).max() < 0.1


def test_the_wave_behind_a_gap_moves_size_the_other_way(gap: tuple[Tiles, Tiles, float]) -> None:
    one, other, _ = gap
    warmer, larger = other["peak_temperature"] - one["peak_temperature"], other["size"] - one["size"]
    assert larger[warmer > 2.0].max() < 0.0
    assert larger[warmer < -2.0].min() > 0.0
    assert 50 < (np.abs(larger) > 0.2).sum() < 400


def test_a_gap_is_seen_in_the_alarm_and_the_gas_falls_behind_it() -> None:
    run = tracked(scenario="no-faults").to(2.0 / 24.0)
    kiln = run.line.firing[0].kiln
    before = kiln.gas_flow
    run.inject(kiln, "feed_gap", 10.0)
    run.to(2.3 / 24.0)
    (raised,) = run.entries(kiln, Record.ALARM_RAISED)["time"]
    assert (raised - run.engine.start - 2 * HOUR) / MINUTE == pytest.approx(2.3, abs=0.5)
    run.to(2.6 / 24.0)
    assert len(run.entries(kiln, Record.ALARM_CLEARED)) == 1
    assert kiln.gas_flow < 0.97 * before


def test_a_hotter_peak_costs_some_gas_for_good_and_more_of_it_at_first() -> None:
    run = tracked(scenario="no-faults").to(0.02)
    kiln = run.line.firing[0].kiln
    before = kiln.gas_flow
    run.write(kiln, "peak_shift_set_point", 10.0)
    flows = [kiln.gas_flow for hours in np.arange(0.6, 8.0, 0.1) if run.to(hours / 24.0)]
    assert max(flows) > 1.04 * before
    assert 1.003 < flows[-1] / before < 1.03


def test_tiles_that_wait_in_the_dryer_come_out_drier_and_hotter(undisturbed: TrackedRun) -> None:
    run = begun().to(0.06)
    stopped = run.engine.now
    run.inject(run.station("glazing"), "curtain", 60.0)
    one, other = same_tiles(undisturbed.tiles_by_number, run.to(DAYS).tiles_by_number)
    waited = (one["dried_at"] > stopped) & (other["dried_at"] - one["dried_at"] > 20 * MINUTE)
    assert waited.sum() > 100
    assert effect(one.where(waited), other.where(waited), "residual_moisture") < -0.02
    assert (other["print_temperature"][waited] - one["print_temperature"][waited] > 0.0).mean() > 0.5
    assert (other["grade"][~waited] == GREEN_SCRAP).mean() < 0.06


def test_a_store_that_is_empty_starves_the_kiln_and_its_rows_have_gaps() -> None:
    run = tracked(changes=SMALL_PLANT, scenario="no-faults", opening="empty").to(0.3)
    kiln = run.line.firing[0].kiln
    assert kiln.time_in(Activity.STARVED) > HOUR
    assert kiln.gaps > 80
    run = tracked(changes=SMALL_PLANT, scenario="no-faults").to(0.05)
    run.inject(run.station("press"), "carriage_jam", 24 * 60.0)
    run.to(0.95)
    assert not run.line.store.state.waiting
    assert run.line.firing[0].kiln.inside_tiles == 0
    assert run.line.firing[0].kiln.state.activity == Activity.STARVED
    assert len(run.entries(run.line.store, Record.ALARM_RAISED)) >= 1


def test_a_store_that_is_full_holds_everything_back_to_the_press() -> None:
    changes = {**SMALL_PLANT, "store": {"boxes": 10, "box_m2": 20.0, "opening_share": 0.5}}
    run = tracked(changes=changes, scenario="no-faults").to(0.05)
    run.inject(run.line.firing[0].kiln, "roller_broken", 8 * 60.0)
    run.to(0.3)
    forming = run.line.forming[0]
    for station in (forming.printer, forming.glazing, forming.dryer, forming.press):
        assert station.state.activity == Activity.BLOCKED, station.name
    assert run.line.store.boxes_empty == 0
    assert run.line.store.alarms[1]
    assert forming.dryer.longest_stay > 60.0
    before = forming.press.tiles_pressed
    run.to(0.5)
    assert forming.press.tiles_pressed > before + 200


CHANGEOVERS = {
    "press": {"strokes_per_minute": 4.0, "changeover_min": {"texture": 17.0}},
    "glazing": {"changeover_min": {"glaze": 23.0}},
    "printer": {"changeover_min": {"design": 5.0}},
    "sorter": {"changeover_min": {"design": 3.0}},
    "kiln": {"length_m": 40.0, "lanes": 3},
    "store": {"boxes": 60, "box_m2": 20.0, "kiln_changeover_min": {"design": 2.0}},
    "orders": {"smallest_m2": 40.0, "mean_m2": 60.0, "largest_m2": 90.0},
}


def test_changeovers_stop_every_station_for_the_minutes_of_its_matrix() -> None:
    run = tracked(changes=CHANGEOVERS, scenario="no-faults", opening="empty").to(1.0)
    forming, products = run.line.forming[0], tuple(run.line.definition.products.values())
    tiles = run.tiles_by_number
    made = tiles["product"].astype(int)
    seen = made[np.concatenate(([True], np.diff(made) != 0))]
    assert len(seen) > 5
    changes = list(pairwise(seen))
    textures = sum(products[a].texture != products[b].texture for a, b in changes)
    set_up = forming.press.time_in(Activity.SETTING_UP) / MINUTE
    assert set_up == pytest.approx(17.0 * textures, abs=17.1)
    for stamp, attribute, minutes in (
        ("pressed_at", "texture", 17.0),
        ("dried_at", "glaze", 23.0),
        ("printed_at", "design", 5.0),
    ):
        passed = tiles.where(tiles[stamp] > 0.0)
        instants, product = passed[stamp], passed["product"].astype(int)
        for place in np.nonzero(np.diff(product))[0]:
            before, after = products[product[place]], products[product[place + 1]]
            if getattr(before, attribute) != getattr(after, attribute):
                assert (instants[place + 1] - instants[place]) / MINUTE >= minutes


def test_the_kiln_and_the_sorter_change_over_too() -> None:
    run = tracked(changes=CHANGEOVERS, scenario="no-faults", opening="empty").to(1.0)
    fired = run.tiles_by_number.fired
    order = np.argsort(fired["row"], kind="stable")
    product, entry, left = (fired[name][order] for name in ("product", "kiln_entry_at", "left_at"))
    changes = np.nonzero(np.diff(product))[0]
    assert len(changes) > 3
    assert (entry[changes + 1] - entry[changes] >= 2 * MINUTE).all()
    assert (left[changes + 1] - left[changes] >= 3 * MINUTE).all()
    assert run.line.firing[0].sorter.time_in(Activity.SETTING_UP) == pytest.approx(len(changes) * 3 * MINUTE, rel=0.5)


def test_the_press_and_nothing_behind_it_stops_when_nobody_is_there() -> None:
    run = tracked(
        changes={
            **SMALL_PLANT,
            "press": {**SMALL_PLANT["press"], "hours": [{"start": "Mon 06:00", "end": "Mon 14:00"}]},
        }
    )
    run.to(0.6)
    pressed = run.tiles_by_number["pressed_at"]
    assert pressed.max() <= run.engine.start + 8 * HOUR + MINUTE
    assert run.line.forming[0].press.state.activity == Activity.CLOSED
    assert run.line.forming[0].press.time_in(Activity.CLOSED) == pytest.approx((0.6 * 24 - 8) * HOUR, rel=0.01)
    assert run.tiles_by_number["dried_at"].max() > run.engine.start + 8.5 * HOUR
    assert run.line.firing[0].kiln.state.activity == Activity.PRODUCING


def test_dispatch_by_campaign_changes_over_less_than_by_due_date() -> None:
    minutes = {}
    for rule in ("due-date", "campaign"):
        orders = {**CHANGEOVERS["orders"], "dispatch": rule, "horizon": 8}
        run = tracked(changes={**CHANGEOVERS, "orders": orders}, scenario="no-faults", opening="empty").to(1.0)
        minutes[rule] = run.line.forming[0].press.time_in(Activity.SETTING_UP)
    assert minutes["campaign"] < 0.7 * minutes["due-date"]
