"""The planner's balance: by hand for the reference line, and sane for every shipped plant."""

import pytest

from plant_models.balance import availability, balance, closed_hours, warnings_of
from plant_models.definition.load import load_plant, load_scenario
from plant_models.line import TileLine
from plant_models.orders import Order
from tests.support.tile_lines import EXAMPLE, opened
from twin.line.calendar import OpenHours

PLANTS = ("porcelain-600", "wall-316", "slab-600x1200", str(EXAMPLE / "plant.toml"))


@pytest.mark.parametrize("plant", PLANTS)
def test_every_plant_comes_out_sane(plant: str) -> None:
    line = TileLine(load_plant(plant))
    found = balance(line)
    assert warnings_of(line, found) == []
    assert found.bottleneck == "kiln"
    for kiln in found.kilns:
        assert kiln.length == pytest.approx(line.definition.format.length_mm, abs=0.3)
        assert kiln.width == pytest.approx(line.definition.format.width_mm, abs=0.3)
        assert kiln.thickness == pytest.approx(line.definition.format.thickness_mm, rel=0.015)
        assert 540.0 <= kiln.gas_kwh_t <= 800.0
    assert 90.0 <= found.dryer_kwh_t <= 130.0
    assert 1.0 < found.press_m2_day / found.kiln_m2_day < 1.3


def test_the_reference_line_is_that_of_the_process_sheet() -> None:
    found = balance(TileLine(load_plant("porcelain-600")))
    (press,), (kiln,) = found.presses, found.kilns
    # The sheet sets 26; so many would wait for boxes every week, and the press would miss its OEE.
    assert press.tiles_per_minute == pytest.approx(24.4)
    assert press.manned_share == pytest.approx(128.0 / 168.0)
    assert press.availability == pytest.approx(0.885, abs=0.02)
    assert press.changeover_share == pytest.approx(0.914, abs=0.02)
    assert press.green_yield == pytest.approx(0.97, abs=0.005)
    assert kiln.tiles_per_minute == pytest.approx(14.6, rel=0.01)
    assert kiln.nominal_m2_day == pytest.approx(7580.0, rel=0.01)
    assert kiln.load_t_h == pytest.approx(7.1, rel=0.01)
    assert kiln.gas_kwh_t == pytest.approx(648.0, rel=0.01)
    assert kiln.peak == pytest.approx(1195.0, abs=2.0)
    assert kiln.die_length == pytest.approx(644.1, abs=0.3)
    assert found.mass_kg_m2 == pytest.approx(22.5, rel=0.01)
    assert found.closed_hours == 40.0
    assert found.store_m2 == pytest.approx(15000.0, rel=0.01)


def test_the_balance_foretells_what_the_simulation_makes() -> None:
    run = opened(scenario="no-faults").to(2)
    found = balance(run.line)
    area = run.line.definition.format.area_m2
    assert run.sorted_tiles * area / 2.0 == pytest.approx(found.kiln_m2_day, rel=0.02)
    assert float(run.line.definition.format.length_mm) == pytest.approx(found.kilns[0].length, abs=0.3)


def test_without_faults_nothing_stops_in_the_balance_either() -> None:
    line = TileLine(load_plant("porcelain-600", load_scenario("no-faults")))
    found = balance(line)
    assert found.presses[0].availability == 1.0
    assert found.kilns[0].expected_m2_day == found.kilns[0].nominal_m2_day


def test_stops_of_stations_in_a_row_add_up() -> None:
    line = TileLine(load_plant("porcelain-600"))
    alone, together = availability([line.firing[0].palletiser]), availability([line.firing[0].palletiser] * 2)
    assert alone == pytest.approx(1.0 / (1.0 + 6.0 / 60.0 / 40.0 + 15.0 / 60.0 / 120.0))
    assert 1.0 / together == pytest.approx(2.0 / alone - 1.0)


@pytest.mark.parametrize(
    ("lines", "hours"),
    [
        ([[]], 0.0),
        ([[("Mon 06:00", "Sat 14:00")]], 40.0),
        ([[("Mon 06:00", "Sat 14:00")], []], 0.0),
        ([[("Mon 06:00", "Sat 14:00")], [("Sat 10:00", "Sun 06:00")]], 24.0),
        ([[("Fri 22:00", "Mon 06:00")]], 112.0),
        ([[("Mon 06:00", "Mon 14:00"), ("Mon 14:00", "Mon 22:00")]], 152.0),
    ],
)
def test_closed_hours_are_the_longest_rest_of_all_lines_together(
    lines: list[list[tuple[str, str]]], hours: float
) -> None:
    openings = [[OpenHours(start=start, end=end) for start, end in line] for line in lines]
    assert closed_hours(openings) == hours


def test_an_order_book_brings_its_own_changeovers() -> None:
    line = TileLine(load_plant("porcelain-600"))
    same = [Order(order=f"A{n}", product="arena", quantity_m2=3000.0, due=n) for n in range(5)]
    turning = [Order(order=f"B{n}", product=("arena", "roble")[n % 2], quantity_m2=3000.0, due=n) for n in range(5)]
    assert balance(line, same).changeover_min == 0.0
    assert balance(line, same).presses[0].changeover_share == 1.0
    assert balance(line, turning).changeover_min == 90.0
    assert balance(line, turning).order_m2 == 3000.0


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"press": {"die_length_mm": 646.0}}, ["length"]),
        ({"press": {"die_width_mm": 642.0}}, ["width"]),
        ({"press": {"moist_mass": 10.0}}, ["thickness"]),
        ({"press": {"strokes_per_minute": 10.0}}, ["feed"]),
        ({"store": {"boxes": 100}}, ["store"]),
        ({"kiln": {"peak_shift": -20.0}}, ["length", "width", "absorption"]),
        ({"kiln": {"cycle_min": 30.0}}, ["soak", "cooling", "exit", "feed", "store"]),
        ({"kiln": {"cycle_min": 90.0}}, ["soak", "spare"]),
    ],
)
def test_a_planner_is_warned_of_what_does_not_fit(changes: dict[str, dict[str, float]], kinds: list[str]) -> None:
    line = opened(opening="empty", changes=changes).line
    assert [kind for kind, _, _ in warnings_of(line, balance(line))] == kinds
