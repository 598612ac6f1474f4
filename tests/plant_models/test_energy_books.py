"""Energy, water, emissions and money: every way of counting comes to the same sum."""

import numpy as np
import pytest

from plant_models.energy_books import NEEDED, Books, Used, energy_books
from plant_models.energy_summary import energy
from tests.support.kept_runs import KeptRun, kept
from twin.line.time import HOUR

FIELDS = ("gas_kwh", "electricity_kwh", "water_m3", "co2_kg", "eur")


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> KeptRun:
    """Hours of the reference plant; the log holds what was before its end, so that ends after a reading of meters."""
    return kept(tmp_path_factory.mktemp("energy"), 6.05)


@pytest.fixture(scope="module")
def books(ran: KeptRun) -> Books:
    """Its books."""
    return energy_books(ran.line, ran.record.log.entries(), list(ran.genealogy.batches(NEEDED)))


def total(group: dict[str, Used], field: str) -> float:
    """Sum of a group."""
    return float(sum(getattr(used, field) for used in group.values()))


@pytest.mark.parametrize("field", FIELDS)
def test_stations_orders_and_classes_add_up_to_the_same(books: Books, field: str) -> None:
    whole = total(books.stations, field)
    assert whole > 0.0
    assert total(books.orders, field) == pytest.approx(whole, rel=1e-9)
    assert total(books.grades, field) == pytest.approx(whole, rel=1e-9)


def test_the_books_hold_what_the_meters_read(ran: KeptRun, books: Books) -> None:
    spent = energy(ran.line)
    assert total(books.stations, "gas_kwh") == pytest.approx(spent["gas_kwh"], rel=1e-9)
    assert total(books.stations, "electricity_kwh") == pytest.approx(spent["electricity_kwh"], rel=1e-9)
    assert total(books.stations, "water_m3") == pytest.approx(spent["water_m3"], rel=1e-9)


def test_every_tile_is_in_one_order_and_one_class(ran: KeptRun, books: Books) -> None:
    tiles = sum(len(part["tile"]) for part in ran.genealogy.batches(("grade",)))
    assert sum(used.tiles for used in books.orders.values()) == tiles
    assert sum(used.tiles for used in books.grades.values()) == tiles


def test_money_is_the_sum_of_its_parts_and_gas_is_paid_by_its_higher_heating_value(ran: KeptRun) -> None:
    spent, tariffs = energy(ran.line), ran.line.definition.energy
    assert spent["cost_eur"] == pytest.approx(sum(spent["cost"].values()), rel=1e-12)
    assert spent["gas_kwh_hhv"] == pytest.approx(1.11 * spent["gas_kwh"], rel=1e-12)
    assert spent["cost"]["gas"] == pytest.approx(spent["gas_kwh_hhv"] / 1000.0 * tariffs.gas_eur_per_mwh, rel=1e-12)
    assert spent["co2_kg"] == pytest.approx(0.202 * spent["gas_kwh"], rel=1e-12)


def test_what_one_square_metre_took_times_the_area_is_all(ran: KeptRun) -> None:
    spent = energy(ran.line)
    state = ran.line.firing[0].sorter.state
    for name, tiles in (("sorted", sum(state.graded[1:4])), ("first", state.graded[1])):
        area = tiles * ran.line.definition.format.area_m2
        assert spent["per_m2"][name]["gas_kwh"] * area == pytest.approx(spent["gas_kwh"], rel=1e-12)


def test_a_closed_entry_makes_the_kiln_pay_for_empty_places(tmp_path_factory: pytest.TempPathFactory) -> None:
    run = kept(tmp_path_factory.mktemp("gap"), 1.0)
    before = energy(run.line)["kiln_gaps"][0]
    kiln = run.line.firing[0].kiln
    kiln.inject(kiln.faults.names.index("feed_gap"), run.run.now + HOUR)
    run.run.advance(run.run.now + HOUR)
    after = energy(run.line)["kiln_gaps"][0]
    places = after["places"] - before["places"]
    assert places == pytest.approx(kiln.places * 60.0 / kiln.parameters.cycle_min, abs=2)
    losses = kiln.parameters.air.loss_kw
    assert after["gas_kwh"] - before["gas_kwh"] == pytest.approx(losses, rel=0.02)


def test_idle_energy_belongs_to_nobody(books: Books) -> None:
    assert books.orders["idle"].tiles == 0
    assert np.isclose(books.orders["idle"].electricity_kwh, books.grades["idle"].electricity_kwh)
