"""Passports of a tile line, in both directions, for tiles that have left and tiles that are inside."""

from pathlib import Path

import numpy as np
import pytest

from plant_models.tiles import FIRST, PLACE, SECOND
from tests.support.kept_runs import KeptRun, kept
from twin.line.genealogy import Passport, UnknownThing
from twin.line.time import iso

HOURS = 14.0


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> KeptRun:
    """Hours of the reference plant."""
    return kept(tmp_path_factory.mktemp("day"), HOURS)


def sold_tile(day: KeptRun) -> str:
    """A tile of the run that is packed."""
    tiles = next(iter(day.genealogy.batches(("grade", "carton", "order"))))
    chosen = tiles["tile"][(tiles["carton"] > 0) & (tiles["grade"] == FIRST)]
    return f"1.{int(chosen[-1])}"


def related(passport: Passport) -> dict[str, str]:
    """The only relative of each kind."""
    return {each.kind: each.id for each in (*passport.made_from, *passport.went_into)}


def test_a_tile_names_everything_that_made_it_and_each_of_those_names_the_tile(day: KeptRun) -> None:
    tile = sold_tile(day)
    relatives = related(day.genealogy.passport("tile", tile))
    assert set(relatives) >= {"lot", "stroke-window", "glaze-batch", "kiln-interval", "box", "pallet"}
    for kind, thing in relatives.items():
        assert tile in day.genealogy.where_used(kind, thing, limit=100_000).ids, kind


def test_the_stages_of_a_tile_follow_each_other_in_time(day: KeptRun) -> None:
    passport = day.genealogy.passport("tile", sold_tile(day))
    names = [stage.name for stage in passport.stages]
    assert names == ["press", "dryer", "glazing", "printer", "boxes", "kiln", "sorter", "palletiser"]
    instants = [time for stage in passport.stages for time in (stage.begin, stage.end) if time is not None]
    assert instants == sorted(instants)


def test_a_tile_in_the_kiln_says_where_it_is(day: KeptRun) -> None:
    rows = day.line.firing[0].rows
    row = len(rows.left_at) + 3
    tile = rows.tiles[row][1]
    passport = day.genealogy.passport("tile", f"1.{tile}")
    kiln = passport.stages[-1]
    assert (kiln.name, kiln.begin, kiln.end) == ("kiln", rows.entered_at[row], None)
    assert {fact.name: fact.value for fact in kiln.facts}["lane"] == 2
    interval = f"1.{iso(kiln.begin or 0)}/{iso(day.run.now)}"
    assert f"1.{tile}" in day.genealogy.where_used("kiln-interval", interval, limit=100_000).ids


def test_a_tile_just_pressed_is_in_the_dryer(day: KeptRun) -> None:
    stroke = day.line.forming[0].press.state.strokes - 1
    passport = day.genealogy.passport("tile", f"1.{stroke * 2}")
    assert [(stage.name, stage.end is None) for stage in passport.stages] == [("press", False), ("dryer", True)]
    assert passport.counts["in_process"] == 1


def test_what_was_found_is_told_to_all_and_the_truth_to_the_instructor_alone(day: KeptRun) -> None:
    tile = sold_tile(day)
    plain, told = (day.genealogy.passport("tile", tile, truth=truth) for truth in (False, True))
    facts = {fact.name for stage in plain.stages for fact in stage.facts}
    assert "defects_found" in facts
    assert not any(fact.truth for stage in plain.stages for fact in stage.facts)
    assert {"density", "peak_temperature", "defects"} <= {fact.name for stage in told.stages for fact in stage.facts}
    assert not facts & {"density", "peak_temperature", "defects", "pressure"}


def test_every_carton_and_pallet_holds_one_kind_of_tile_and_no_more_than_fit(day: KeptRun) -> None:
    parts = list(day.genealogy.batches(("order", "grade", "caliber", "shade", "carton", "pallet")))
    tiles = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    packed = tiles["carton"] > 0
    assert (packed == ((tiles["grade"] == FIRST) | (tiles["grade"] == SECOND))).all()
    palletiser = day.line.firing[0].palletiser
    p = palletiser.parameters
    for column, most in (("carton", p.tiles_per_box), ("pallet", p.tiles_per_box * p.boxes_per_pallet)):
        keys = np.array([tiles[name][packed] for name in (column, "order", "grade", "caliber", "shade")])
        kinds = np.unique(keys, axis=1)
        numbers, counts = np.unique(tiles[column][packed], return_counts=True)
        assert kinds.shape[1] == len(numbers)
        assert counts.max() == most
        assert numbers.tolist() == list(range(1, len(numbers) + 1))
        full = palletiser.state.boxes if column == "carton" else palletiser.state.pallets
        assert int((counts == most).sum()) == full


def test_a_pallet_and_its_cartons_hold_the_same_tiles(day: KeptRun) -> None:
    pallet = related(day.genealogy.passport("tile", sold_tile(day)))["pallet"]
    passport = day.genealogy.passport("pallet", pallet)
    cartons = [each for each in passport.went_into if each.kind == "box"]
    ids = {tile for each in cartons for tile in day.genealogy.where_used("box", each.id).ids}
    assert ids == set(day.genealogy.where_used("pallet", pallet).ids)
    assert sum(each.pieces for each in cartons) == passport.pieces


def test_lots_and_stroke_windows_part_all_tiles_without_rest(day: KeptRun) -> None:
    count = sum(part.press.state.strokes * part.diary.cavities for part in day.line.forming)
    strokes = day.line.forming[0].press.state.strokes
    assert day.genealogy.where_used("stroke-window", f"1.0-{strokes - 1}").pieces == count
    lots = range(len(day.line.powder.state.lot_starts))
    found = 0
    for lot in lots:
        try:
            found += day.genealogy.where_used("lot", f"L{lot:05d}").pieces
        except UnknownThing:
            continue
    assert found == count


def test_where_used_says_whether_there_are_more_than_were_asked_for(day: KeptRun) -> None:
    used = day.genealogy.where_used("stroke-window", "1.1000-1100", limit=5)
    assert (len(used.ids), used.more, used.pieces) == (5, True, 202)


@pytest.mark.parametrize(
    ("kind", "thing", "sentence"),
    [
        ("loaf", "1", "is no kind of thing that has a passport; kinds are: tile, lot"),
        ("tile", "seven", "write it like 1.123456"),
        ("tile", "1.99999999", "no tile of this run belongs to it"),
        ("tile", "9.1", "write it like 1.123456"),
        ("order", "O99999", "no order of this name"),
        ("kiln-interval", "1.yesterday/today", "write it like"),
        ("stroke-window", "1.20-10", "write it like 1.1000-1100"),
    ],
)
def test_an_unknown_thing_is_refused_with_a_sentence(day: KeptRun, kind: str, thing: str, sentence: str) -> None:
    with pytest.raises(UnknownThing, match=sentence):
        day.genealogy.passport(kind, thing)


def test_frozen_passports_stay_while_the_run_goes_on(tmp_path: Path) -> None:
    run = kept(tmp_path, 2.0)
    tile = f"1.{run.line.firing[0].rows.tiles[-1][0]}"
    frozen = run.genealogy.frozen()
    before = frozen.passport("tile", tile)
    run.run.advance(run.run.now + 3_600_000_000)
    run.run.engine.settle()
    assert frozen.passport("tile", tile) == before
    assert run.genealogy.passport("tile", tile) != before


def test_columns_of_the_store_are_those_of_the_line(day: KeptRun) -> None:
    assert day.genealogy.kinds[0].name == "tile"
    finished = next(iter(day.genealogy.batches(tuple(PLACE))))
    assert (finished["left_at"] > 0).all()
