"""Nothing is lost and nothing appears: tiles, powder, heat and meters, at any instant and whatever fails."""

import random
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from plant_models.meters import ELECTRICITY, GAS, GRADED, WATER
from plant_models.stations.powder import MILLIGRAMS_PER_TONNE
from plant_models.tiles import FIRED_SCRAP, GREEN_SCRAP, PRESS_STEP
from tests.support.tile_tracking import SMALL_PLANT, TWO_LINES, Tiles, TrackedRun, tracked
from twin.line.activity import Activity
from twin.line.records import Record
from twin.line.time import HOUR, MINUTE, microseconds

METER_PERIOD, SECOND = 10.0 / 1440.0, 1.0 / 86400.0
"""Days; meters are read every ten minutes, and what they tell is in the event log when that instant is over."""


@dataclass(frozen=True)
class Case:
    """A plant, how it begins and how long it runs [days]."""

    name: str
    plant: str = "porcelain-600"
    opening: str = "running"
    days: float = 0.4
    changes: Mapping[str, Any] = field(default_factory=dict)
    seed: int = 1

    def run(self) -> TrackedRun:
        """The plant at its beginning."""
        return tracked(self.plant, opening=self.opening, changes=self.changes, seed=self.seed)


BLOCKING = {
    **SMALL_PLANT,
    "store": {"boxes": 8, "box_m2": 20.0, "opening_share": 0.4},
    "dryer": {"capacity_tiles": 500},
}
CASES = (
    *(
        Case(f"{plant}, {opening}", plant, opening, 0.13)
        for plant in ("porcelain-600", "wall-316", "slab-600x1200")
        for opening in ("running", "empty")
    ),
    Case("two presses and two kilns", changes=TWO_LINES),
    Case("two presses and two kilns, empty", opening="empty", changes=TWO_LINES, seed=2),
    Case("a store that blocks", changes=BLOCKING, seed=3),
)


def press_any_button(run: TrackedRun, chance: random.Random) -> None:
    """Let some failure mode of some station begin, for a quarter of an hour to three hours."""
    station = chance.choice([station for station in run.line.stations if station.faults.names])
    run.inject(station, chance.choice(station.faults.names), chance.uniform(15.0, 180.0))


def is_balanced(run: TrackedRun) -> bool:
    """Whether opening + pressed = green scrap + in process + fired scrap + first + second."""
    tiles = run.tiles
    fates = ("green_scrap", "in_process", "fired_scrap", "first", "second")
    return bool(tiles["opening"] + tiles["pressed"] == sum(tiles[fate] for fate in fates))


@pytest.fixture(scope="module", params=CASES, ids=lambda case: case.name)
def run(request: pytest.FixtureRequest) -> TrackedRun:
    """A run in which everything fails again and again, checked for lost tiles at random instants."""
    case: Case = request.param
    chance, run = random.Random(case.name), case.run()
    injected_at = sorted(chance.uniform(0.05, case.days) for _ in range(12))
    run.to(0.02)
    run.inject(run.line.firing[0].kiln, "pile_up", 30.0)
    for instant in injected_at:
        assert is_balanced(run.to(instant))
        press_any_button(run, chance)
    return run.to(case.days + METER_PERIOD - case.days % METER_PERIOD + SECOND)


def test_every_tile_is_in_exactly_one_place(run: TrackedRun) -> None:
    assert is_balanced(run)
    places = Counter(tile for _, tile in run.whereabouts())
    assert set(places.values()) == {1}
    pressed = {
        line.diary.press * PRESS_STEP + number
        for line in run.line.forming
        for number in range(line.press.state.strokes * line.press.parameters.cavities)
    }
    assert set(places) == pressed
    inside = sum(place != "gone" for place, _ in run.whereabouts())
    assert inside == run.tiles["in_process"]


def test_a_pile_up_loses_the_rows_in_the_firing_zone_and_they_come_out_as_scrap(run: TrackedRun) -> None:
    fired = run.tiles_by_number.fired
    lost = fired["defects"].astype(np.int64) >> 15 == 1
    assert (
        run.line.firing[0].sorter.state.by_defect[15]
        + sum(part.sorter.state.by_defect[15] for part in run.line.firing[1:])
        == lost.sum()
    )
    assert (fired["grade"][lost] == FIRED_SCRAP).all()


def test_no_tile_is_fired_without_a_passage_through_a_kiln(run: TrackedRun) -> None:
    everything = run.tiles_by_number
    fired, rest = everything.fired, everything.where(everything["kiln_exit_at"] == 0.0)
    assert len(fired) + len(rest) == len(everything)
    assert (rest["peak_temperature"] == 0.0).all()
    for part in run.line.firing:
        own = fired.where(fired["kiln"] == part.rows.kiln)
        ticks = {int(tick) for tick in part.kiln.state.tick_at}
        assert set(own["kiln_entry_at"].astype(np.int64).tolist()) <= ticks
        assert set(own["kiln_exit_at"].astype(np.int64).tolist()) <= ticks
        places = set(zip(own["row"].tolist(), own["lane"].tolist(), strict=True))
        assert len(places) == len(own)
        assert own["lane"].max(initial=0.0) < part.kiln.parameters.lanes


def test_every_tile_passes_as_many_ticks_of_the_drive_as_the_kiln_has_places(run: TrackedRun) -> None:
    fired = run.tiles_by_number.fired
    for part in run.line.firing:
        own = fired.where(fired["kiln"] == part.rows.kiln)
        ticks = np.array(part.kiln.state.tick_at)
        entered, left = (
            np.searchsorted(ticks, own[name].astype(np.int64)) for name in ("kiln_entry_at", "kiln_exit_at")
        )
        assert (left - entered == part.kiln.places).all()


STAMPS = ("pressed_at", "dried_at", "glazed_at", "printed_at", "kiln_entry_at", "kiln_exit_at", "left_at")


def test_the_instants_of_every_tile_are_in_order(run: TrackedRun) -> None:
    everything = run.tiles_by_number
    for before, after in pairwise(STAMPS):
        have_both = everything.where((everything[before] > 0.0) & (everything[after] > 0.0))
        assert (have_both[before] <= have_both[after]).all(), (before, after)
        passed = everything[after] > 0.0
        if after != "left_at":
            assert (everything[before][passed] > 0.0).all(), (before, after)
    fired = everything.fired
    assert (fired["kiln_entry_at"] < fired["kiln_exit_at"]).all()
    assert (fired["printed_at"] < fired["kiln_entry_at"]).all()


def test_green_scrap_never_reaches_printer_or_kiln(run: TrackedRun) -> None:
    everything = run.tiles_by_number
    scrap = everything.where(everything["grade"] == GREEN_SCRAP)
    assert len(scrap)
    for name in ("printed_at", "ink", "kiln_entry_at", "peak_temperature"):
        assert (scrap[name] == 0.0).all()


def test_the_powder_that_tiles_weigh_is_the_powder_that_was_used(run: TrackedRun) -> None:
    state = run.line.powder.state
    assert run.line.powder.held_mg == state.opening_mg + state.delivered_mg - state.used_mg
    assert state.delivered_mg == run.entries(run.line.powder, Record.MADE)["b"].sum()
    everything, weighed_mg = run.tiles_by_number, 0
    for line in run.line.forming:
        first = line.diary.press * PRESS_STEP + line.diary.opening * line.diary.cavities
        since_start = everything.where(
            (everything.numbers >= first) & (everything.numbers < (line.diary.press + 1) * PRESS_STEP)
        )
        assert len(since_start) == line.press.tiles_pressed
        weighed_mg += int(np.rint(since_start["mass"] * 1e6).sum())
    assert state.used_mg == weighed_mg
    assert run.line.powder.used == pytest.approx(weighed_mg / MILLIGRAMS_PER_TONNE, rel=1e-12)


def test_the_heat_of_every_kiln_is_closed(run: TrackedRun) -> None:
    for balance in run.line.summary()["energy"]["kiln_balance_kwh"]:
        kept = balance["given_to_tiles"] + balance["lost"] + balance["stored"]
        assert balance["burnt"] == pytest.approx(kept, rel=1e-9)


def test_the_meters_in_the_event_log_add_up_to_the_counters(run: TrackedRun) -> None:
    for station in run.line.stations:
        meters = run.entries(station, Record.METER)
        totals: Counter[int] = Counter()
        for meter, amount in zip(meters["a"].tolist(), meters["b"].tolist(), strict=True):
            totals[meter] += amount
        state = station.state
        for meter, name in ((ELECTRICITY, "electricity_j"), (GAS, "gas_j"), (WATER, "water_g")):
            assert totals.pop(meter, 0) == getattr(state, name, 0), (station.path, name)
        graded = [totals.pop(GRADED + grade, 0) for grade in range(5)]
        assert graded == getattr(state, "graded", [0] * 5)
        assert not totals


def test_the_energy_of_the_stations_is_the_energy_of_the_line(run: TrackedRun) -> None:
    energy = run.line.summary()["energy"]
    for carrier in ("gas_kwh", "electricity_kwh"):
        assert energy[carrier] == pytest.approx(
            sum(station.get(carrier, 0.0) for station in energy["stations"].values()), rel=1e-12
        )
    for part, balance in zip(run.line.firing, energy["kiln_balance_kwh"], strict=True):
        assert part.kiln.state.gas_j / 3.6e6 == pytest.approx(balance["burnt"], rel=1e-9)


def test_the_event_log_counts_what_the_stations_count(run: TrackedRun) -> None:
    for line in run.line.forming:
        assert run.entries(line.press, Record.MADE)["b"].sum() == line.press.tiles_pressed
        assert run.entries(line.glazing, Record.SCRAPPED)["b"].sum() == line.glazing.scrapped
    for part in run.line.firing:
        assert run.entries(part.kiln, Record.ENTERED)["b"].sum() == part.kiln.tiles_in
        assert run.entries(part.kiln, Record.LEFT)["b"].sum() == part.kiln.tiles_out
        assert len(run.entries(part.palletiser, Record.MADE)) == part.palletiser.state.pallets
    grades = Counter(run.tiles_by_number.gone["grade"].astype(int).tolist())
    counted = sum((np.array(part.sorter.state.graded) for part in run.line.firing), np.zeros(5, dtype=int))
    assert [grades[grade] for grade in (1, 2, 3)] == counted[1:4].tolist()


def test_the_event_log_carries_the_digest_of_every_block_that_has_left(run: TrackedRun) -> None:
    told = {}
    for station in run.line.stations:
        closed = run.entries(station, Record.BLOCK_CLOSED)
        told.update(zip(closed["a"].tolist(), closed["b"].tolist(), strict=True))
    assert told == {
        block.number: int.from_bytes(sha256(block.columns.tobytes()).digest()[:8], "little", signed=True)
        for block in run.closed
    }


def test_activities_fill_the_time_of_every_station(run: TrackedRun) -> None:
    for station in run.line.stations:
        assert sum(station.time_in(activity) for activity in Activity) == run.engine.now - run.engine.start


def test_the_gas_of_the_dryer_is_its_idle_part_and_that_of_its_tiles() -> None:
    run = tracked(scenario="no-faults", changes={**SMALL_PLANT, "powder": {"lot_moisture_sd": 0.0, "moisture_sd": 0.0}})
    run.to(0.25)
    dryer = run.line.forming[0].dryer
    tiles = len(run.entries(dryer, Record.LEFT)) * dryer.diary.cavities
    expected = dryer.parameters.idle_kw * 0.25 * 86400.0 + dryer.heat_per_tile() * tiles
    assert dryer.state.gas_j / 1000.0 == pytest.approx(expected, rel=1e-9)


def test_wet_powder_costs_the_dryer_gas() -> None:
    run = tracked(scenario="no-faults", changes={**SMALL_PLANT, "powder": {"lot_moisture_sd": 0.0, "moisture_sd": 0.0}})
    dryer, before = run.line.forming[0].dryer, run.line.forming[0].dryer.heat_per_tile()
    run.inject(run.line.powder, "wet_lot", 60.0)
    assert 1.04 < dryer.heat_per_tile() / before < 1.12


def test_a_store_that_is_full_for_hours_loses_no_tile() -> None:
    run = tracked(opening="empty", changes=BLOCKING, scenario="no-faults")
    run.to(0.05)
    run.inject(run.line.firing[0].kiln, "pile_up", 9 * 60.0)
    for hour in (4, 7, 10, 13):
        run.to(hour / 24.0)
        assert is_balanced(run)
    line = run.line.forming[0]
    assert line.printer.time_in(Activity.BLOCKED) > 4 * HOUR
    assert line.press.time_in(Activity.BLOCKED) > 3 * HOUR
    assert {*Counter(tile for _, tile in run.whereabouts()).values()} == {1}


def transits(run: TrackedRun) -> Tiles:
    fired = run.tiles_by_number.fired
    return fired.where(fired["kiln_entry_at"] >= run.engine.start)


def test_without_stops_of_the_drive_the_transit_is_the_cycle() -> None:
    run = tracked(opening="empty", scenario="no-faults", changes=SMALL_PLANT).to(0.25)
    kiln, fired = run.line.firing[0].kiln, transits(run)
    assert len(fired) > 500
    assert set(fired["kiln_exit_at"] - fired["kiln_entry_at"]) == {float(kiln.places * kiln.interval())}
    assert kiln.places * kiln.interval() == pytest.approx(microseconds(60.0 * 45.0), abs=kiln.places)


def test_a_stop_of_the_drive_lengthens_the_transit_of_what_is_inside_by_its_length() -> None:
    run = tracked(scenario="no-faults", changes=SMALL_PLANT).to(2.0 / 24.0)
    kiln, stopped_at = run.line.firing[0].kiln, run.engine.now
    run.inject(kiln, "drive", 20.0)
    run.to(5.0 / 24.0)
    fired = transits(run)
    inside = (fired["kiln_entry_at"] < stopped_at) & (fired["kiln_exit_at"] > stopped_at)
    extra = fired["kiln_exit_at"] - fired["kiln_entry_at"] - kiln.places * kiln.interval()
    assert inside.sum() > 50
    assert (extra[~inside] == 0.0).all()
    assert np.ptp(extra[inside]) == 0.0
    assert extra[inside].max() == pytest.approx(20 * MINUTE, abs=kiln.interval())
