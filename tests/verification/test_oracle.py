"""The engine, which moves strokes and rows and computes in blocks, against one process per tile: equal to the last bit.

Instants, attributes, numbers of tiles, boxes and pallets are compared tile by tile; whatever differs is a fault in one
of the two.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from plant_models.definition.plant import Plant
from plant_models.orders import Order
from tests.support.agreement import Pair, plant, run_both
from tests.support.tile_lines import START
from twin.line.activity import Activity
from twin.line.time import DAY, HOUR, from_datetime

SMALL_ORDERS = {"smallest_m2": 40.0, "mean_m2": 90.0, "largest_m2": 250.0}
SMALL_PLANT = {
    "press": {"strokes_per_minute": 4.0, "changeover_min": {"texture": 6.0}},
    "kiln": {"length_m": 70.0, "lanes": 3},
    "store": {"boxes": 40, "box_m2": 20.0, "opening_share": 0.2},
    "orders": SMALL_ORDERS,
    "glazing": {"changeover_min": {"glaze": 7.0}},
}
"""Makes a day short: about 7 000 tiles."""
TWO_LINES = {
    "forming": [{"name": "line-1"}, {"name": "line-2", "press": {"strokes_per_minute": 3.1}}],
    "firing": [{"name": "kiln-1"}, {"name": "kiln-2", "kiln": {"cycle_min": 51.0, "length_m": 50.0}}],
}
ALL_KINDS_OF_FAULTS = {
    "powder": {"faults": {"wet_lot": {"uptime_h": {"distribution": "exponential", "mean": 40.0}}}},
    "press": {
        "faults": {
            "pressure_drop": {"uptime_h": {"distribution": "exponential", "mean": 40.0}},
            "soft_valve": {
                "en": "A fault of working time that does not stop the press",
                "es": "Una avería de tiempo trabajado que no para la prensa",
                "stops": False,
                "uptime_h": {"distribution": "exponential", "mean": 30.0},
                "repair_min": {"distribution": "constant", "value": 7.0},
                "conditions": {"pressure": -0.03, "mass": 0.004, "gradient": 0.002, "broken": 0.05},
            },
        }
    },
    "kiln": {"faults": {"drive": {"uptime_h": {"distribution": "exponential", "mean": 60.0}}}},
    "sorter": {
        "faults": {
            "film": {
                "en": "A stop that has nothing to do with work",
                "es": "Un paro que no depende del trabajo",
                "clock": "plant",
                "uptime_h": {"distribution": "exponential", "mean": 30.0},
                "repair_min": {"distribution": "constant", "value": 3.0},
            }
        }
    },
}


@dataclass(frozen=True)
class Case:
    """A plant and how long it runs."""

    name: str
    hours: float
    opening: str = "running"
    base: str = "porcelain-600"
    changes: Mapping[str, Any] = field(default_factory=dict)
    fault_scale: float = 1.0
    seed: int = 1

    @property
    def definition(self) -> Plant:
        """The plant."""
        return plant(self.base, self.changes, self.fault_scale)


def merged_all(*changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes laid over each other, table by table."""
    result: dict[str, Any] = {}
    for change in changes:
        for table, values in change.items():
            known = result.get(table)
            result[table] = {**known, **values} if isinstance(known, dict) else values
    return result


SHORT = (
    Case(
        "a day and a shift change",
        24.5,
        changes=merged_all(SMALL_PLANT, {"press": {"strokes_per_minute": 2.0}, "kiln": {"length_m": 40.0}}),
    ),
    Case("an empty line that fills", 6.0, "empty", changes=SMALL_PLANT, seed=2),
    Case(
        "boxes that hold less than a row",
        4.0,
        changes=merged_all(SMALL_PLANT, {"store": {"boxes": 30, "box_m2": 0.7}}),
        fault_scale=2.0,
        seed=4,
    ),
    Case("two lines and two kilns", 5.0, changes=merged_all(SMALL_PLANT, TWO_LINES), fault_scale=3.0, seed=5),
    Case(
        "two lines before a store that blocks",
        6.0,
        "empty",
        changes=merged_all(SMALL_PLANT, TWO_LINES, {"store": {"boxes": 12, "box_m2": 1.4}}),
        fault_scale=3.0,
        seed=6,
    ),
    Case(
        "so much green scrap that strokes are empty and the kiln is never full",
        4.0,
        changes=merged_all(SMALL_PLANT, {"press": {"cavities": 1, "strokes_per_minute": 9.0, "broken_share": 0.2}}),
        seed=7,
    ),
)


def agree(case: Case) -> Pair:
    """Run both; they must agree, and tiles must have come out."""
    pair = run_both(case.definition, case.hours, case.opening, case.seed)
    assert list(pair.differences()) == []
    assert pair.sorted_tiles > 300
    return pair


@pytest.mark.parametrize("case", SHORT, ids=lambda case: case.name)
def test_the_engine_agrees_with_one_process_per_tile(case: Case) -> None:
    agree(case)


def test_they_agree_before_a_store_so_small_that_it_blocks() -> None:
    changes = merged_all(
        SMALL_PLANT, {"store": {"boxes": 6}, "press": {"strokes_per_minute": 6.0}, "dryer": {"capacity_tiles": 500}}
    )
    pair = agree(Case("blocks", 9.0, "empty", changes=changes, fault_scale=3.0, seed=3))
    for station in (pair.engine.forming[0].printer, pair.engine.forming[0].press):
        assert station.time_in(Activity.BLOCKED) > HOUR


def test_they_agree_with_faults_of_all_kinds_all_the_time() -> None:
    changes = merged_all(SMALL_PLANT, ALL_KINDS_OF_FAULTS, {"press": {"strokes_per_minute": 6.0}})
    pair = agree(Case("faults", 14.0, changes=changes, fault_scale=25.0, seed=8))
    occurred = {
        name: count > 0
        for station in pair.engine.stations
        for name, count in zip(station.faults.names, station.faults.state.counts, strict=True)
    }
    for name in ("die_cleaning", "silo_blocked", "chain_jam", "pile_up", "drive", "wet_lot", "soft_valve", "film"):
        assert occurred[name], name


def test_they_agree_over_a_weekend() -> None:
    saturday = from_datetime(datetime(2026, 1, 10, 12, tzinfo=UTC))
    pair = run_both(plant("porcelain-600", SMALL_PLANT), 4.0, "running", start=saturday)
    assert list(pair.differences()) == []
    assert pair.engine.forming[0].press.time_in(Activity.CLOSED) > 2 * HOUR


def test_they_agree_when_the_order_book_is_done() -> None:
    definition = plant("porcelain-600", SMALL_PLANT)
    book = [
        Order(order=f"A{number}", product=product, quantity_m2=8.0, due=START + DAY - number)
        for number, product in enumerate(definition.products)
    ]
    pair = run_both(definition, 5.0, "empty", orders=book)
    assert list(pair.differences()) == []
    assert pair.engine.forming[0].press.time_in(Activity.IDLE) > 0.5 * HOUR


def test_they_agree_when_the_sorting_line_stands_for_longer_than_the_air_is_remembered() -> None:
    stops = {
        "uptime_h": {"distribution": "constant", "value": 1.0},
        "repair_min": {"distribution": "constant", "value": 480.0},
    }
    changes = merged_all(SMALL_PLANT, {"sorter": {"faults": {"stacker_jam": stops}}})
    pair = run_both(plant("porcelain-600", changes), 10.5, "running")
    assert list(pair.differences()) == []


def test_a_tile_that_is_changed_in_one_bit_is_found() -> None:
    pair = run_both(plant("porcelain-600", SMALL_PLANT), 1.0, "empty")
    assert list(pair.differences()) == []
    number = pair.numbers[17]
    tile = pair.plain.tiles[number]
    tile.write(density=tile["density"] * (1.0 + 2.0**-52))
    [found] = pair.differences()
    assert found.startswith(f"density: 1 of {len(pair.numbers)} tiles, first {number}:")


@pytest.mark.slow
@pytest.mark.parametrize("opening", ["running", "empty"])
@pytest.mark.parametrize("name", ["porcelain-600", "wall-316", "slab-600x1200"])
def test_they_agree_for_a_day_of_the_shipped_plants(name: str, opening: str, in_full_length: bool) -> None:
    agree(Case(name, 26.0 if in_full_length else 6.0, opening, base=name))


@pytest.mark.slow
@pytest.mark.parametrize("boxes", [6, 8, 15])
def test_they_agree_for_a_day_before_a_store_that_blocks(boxes: int, in_full_length: bool) -> None:
    changes = {"store": {"boxes": boxes}, "orders": SMALL_ORDERS}
    agree(Case("blocks", 26.0 if in_full_length else 6.0, "empty", changes=changes, fault_scale=3.0, seed=boxes))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(20, 30))
def test_they_agree_in_many_small_plants(seed: int, in_full_length: bool) -> None:
    changes = merged_all(SMALL_PLANT, TWO_LINES, ALL_KINDS_OF_FAULTS, {"store": {"boxes": 3 + seed}})
    agree(Case("many", 50.0 if in_full_length else 10.0, changes=changes, fault_scale=float(seed % 7), seed=seed))
