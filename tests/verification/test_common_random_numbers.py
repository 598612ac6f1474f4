"""What happens downstream leaves every tile upstream as it was, bit for bit; nothing depends on when it is asked for.

A stop downstream that fills belts and dryer does hold tiles upstream back, as it does in a plant; no case here does.
"""

import random
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from plant_models import fired, green
from plant_models.line import TileLine
from plant_models.tiles import COLUMNS, PLACE
from tests.support.tile_tracking import SMALL_PLANT, TWO_LINES, Tiles, TrackedRun, same_tiles, tracked
from twin.line.generic import Transport, TransportState
from twin.line.signal import counter
from twin.line.station import Parameters, Place
from twin.line.text import Text
from twin.line.time import DAY, microseconds
from twin.line.units import TILES

DAYS = 0.35
NOTHING_BLOCKS = {
    **SMALL_PLANT,
    "printer": {"changeover_min": {"design": 0.0}, "fault_scale": 0.0},
    "store": {"boxes": 90, "box_m2": 20.0, "opening_share": 0.07},
}


def up_to(column: str) -> set[str]:
    """Columns that are known when `column` is: those before it and itself, without the fate of the tile."""
    return set(COLUMNS[: PLACE[column] + 1])


BEFORE_GLAZING = up_to("drying_rate")
BEFORE_PRINTING = up_to("print_temperature")
BEFORE_KILN = up_to("box")
BEFORE_SORTING = up_to("shade_b")


@pytest.fixture(scope="module")
def undisturbed() -> TrackedRun:
    return tracked(changes=SMALL_PLANT, scenario="no-faults").to(DAYS)


def disturbed(station: str, fault: str, minutes: float) -> TrackedRun:
    """The same run with one failure two hours after its beginning."""
    run = tracked(changes=SMALL_PLANT, scenario="no-faults").to(2.0 / 24.0)
    run.inject(run.station(station), fault, minutes)
    return run.to(DAYS)


@dataclass(frozen=True)
class Disturbance:
    """A failure, and the columns that it must leave as they are."""

    station: str
    fault: str
    minutes: float
    untouched: frozenset[str]
    touched: frozenset[str]


DISTURBANCES = (
    Disturbance("dryer", "burner", 20.0, frozenset(up_to("thickness")), frozenset({"residual_moisture", "shade_l"})),
    Disturbance(
        "glazing", "filter_clogged", 20.0, frozenset(BEFORE_GLAZING | {"engobe"}), frozenset({"glaze", "shade_l"})
    ),
    Disturbance("printer", "nozzle_row", 20.0, frozenset(BEFORE_PRINTING | {"ink"}), frozenset({"defects", "grade"})),
    Disturbance("store", "vehicle_lost", 60.0, frozenset(BEFORE_KILN), frozenset()),
    Disturbance("kiln", "feed_gap", 12.0, frozenset(BEFORE_KILN), frozenset({"peak_temperature", "size"})),
    Disturbance("kiln", "pile_up", 90.0, frozenset(BEFORE_KILN), frozenset({"grade"})),
    Disturbance("sorter", "stacker_jam", 30.0, frozenset(BEFORE_SORTING), frozenset({"left_at"})),
    Disturbance("palletiser", "film_wrapper", 30.0, frozenset(BEFORE_SORTING), frozenset({"left_at"})),
)


@pytest.mark.parametrize("case", DISTURBANCES, ids=lambda case: f"{case.station} {case.fault}")
def test_a_failure_leaves_every_upstream_column_equal(undisturbed: TrackedRun, case: Disturbance) -> None:
    with_fault = disturbed(case.station, case.fault, case.minutes)
    before, after = both_printed(undisturbed.tiles_by_number, with_fault.tiles_by_number, case.station)
    assert len(before) > 1000
    assert before.differing(after) & case.untouched == set()
    fired_before, fired_after = same_tiles(before.fired, after.fired)
    assert case.touched <= fired_before.differing(fired_after)


def both_printed(one: Tiles, other: Tiles, station: str) -> tuple[Tiles, Tiles]:
    """The tiles that have been through the stations upstream of `station` in both runs."""
    stamp = {"dryer": "pressed_at", "glazing": "dried_at", "printer": "printed_at"}.get(station, "printed_at")
    if station in ("store", "kiln", "sorter", "palletiser"):
        one, other = one.fired, other.fired
    return same_tiles(one.where(one[stamp] > 0.0), other.where(other[stamp] > 0.0))


def test_a_failure_of_the_kiln_moves_the_shade_of_no_tile_but_by_its_temperature(undisturbed: TrackedRun) -> None:
    gap = disturbed("kiln", "feed_gap", 12.0)
    before, after = same_tiles(undisturbed.tiles_by_number.fired, gap.tiles_by_number.fired)
    same_lane = before["lane"] == after["lane"]
    warmer = (after["peak_temperature"] - before["peak_temperature"])[same_lane]
    darker = (after["shade_l"] - before["shade_l"])[same_lane]
    per_degree = undisturbed.line.definition.quality.shade.per_degree[0]
    assert np.abs(warmer).max() > 1.0
    np.testing.assert_allclose(darker, per_degree * warmer, atol=1e-9)


@dataclass(slots=True)
class SecondDryerState(TransportState):
    """What the second dryer keeps."""

    passed: int = 0


class SecondDryerParameters(Parameters):
    """How long tiles stay."""

    residence_min: float = 4.0


class SecondDryer(Transport):
    """A dryer behind the glazing line."""

    parameters_type = SecondDryerParameters
    parameters: SecondDryerParameters
    state: SecondDryerState

    def initial_state(self) -> SecondDryerState:
        return SecondDryerState()

    def transit(self) -> int:
        return microseconds(60.0 * self.parameters.residence_min)

    def capacity_now(self) -> int:
        return 100

    def passed(self, token: int, now: int) -> None:
        self.state.passed += 1

    @counter(TILES, "Strokes dried again", "Prensadas secadas de nuevo")
    def strokes(self) -> int:
        return self.state.passed


def add_second_dryer(line: TileLine) -> None:
    """One more station: the class above, and one line that connects it."""
    place = Place("forming", "line-1", Text("Second dryer", "Segundo secadero"))
    line.insert(SecondDryer("second-dryer", place=place), before=line.forming[0].printer)


@pytest.mark.parametrize("opening", ["running", "empty"])
def test_an_added_station_leaves_every_upstream_column_equal(opening: str) -> None:
    without = tracked(changes=NOTHING_BLOCKS, opening=opening).to(DAYS)
    longer = tracked(changes=NOTHING_BLOCKS, opening=opening, prepare=add_second_dryer).to(DAYS)
    before, after = same_tiles(without.tiles_by_number, longer.tiles_by_number)
    pressed_since = before["pressed_at"] > without.engine.start
    printed = (before["printed_at"] > 0.0) & (after["printed_at"] > 0.0)
    before, after = before.where(pressed_since & printed), after.where(pressed_since & printed)
    assert len(before) > 1000
    assert before.differing(after) & BEFORE_PRINTING == set()
    assert (before["ink"] == after["ink"]).all()
    later = (after["printed_at"] - before["printed_at"]) / 60e6
    assert np.median(later) == pytest.approx(4.0)
    assert (later >= 0.0).all()
    assert longer.station("second-dryer").state.passed > 500
    kept = longer.tiles
    assert kept["opening"] + kept["pressed"] == sum(
        kept[fate] for fate in ("green_scrap", "in_process", "fired_scrap", "first", "second")
    )


def everything(run: TrackedRun) -> tuple[bytes, NDArray[np.float64]]:
    """The event log and all tiles."""
    return run.log.entries.tobytes(), run.tiles_by_number.columns


def look_at_everything(run: TrackedRun) -> None:
    for station in run.line.stations:
        for signal in station.signals:
            signal.truth(station)


@pytest.mark.parametrize("changes", [SMALL_PLANT, TWO_LINES], ids=["one line", "two lines and kilns"])
def test_nothing_depends_on_when_it_is_asked_for(changes: dict[str, object]) -> None:
    at_once = tracked(changes=changes).to(DAYS)
    in_slices, chance = tracked(changes=changes), random.Random(3)
    for instant in sorted(chance.uniform(0.0, DAYS) for _ in range(60)):
        look_at_everything(in_slices.to(instant))
    log, tiles = everything(in_slices.to(DAYS))
    expected_log, expected_tiles = everything(at_once)
    assert log == expected_log
    assert (tiles == expected_tiles).all()


def test_nothing_depends_on_how_many_tiles_are_computed_together(
    undisturbed: TrackedRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(green, "PROCESSED_AT_ONCE", 7)
    monkeypatch.setattr(fired, "ROWS_AT_ONCE", 5)
    log, tiles = everything(tracked(changes=SMALL_PLANT, scenario="no-faults").to(DAYS))
    expected_log, expected_tiles = everything(undisturbed)
    assert log == expected_log
    assert (tiles == expected_tiles).all()


def test_another_seed_makes_other_tiles() -> None:
    one, other = (tracked(changes=SMALL_PLANT, scenario="no-faults", seed=seed).to(0.02) for seed in (1, 2))
    first, second = same_tiles(one.tiles_by_number, other.tiles_by_number)
    assert (first["density"] != second["density"]).all()
    assert one.engine.now - one.engine.start == round(0.02 * DAY)
