"""What machines tell of tiles and pallets agrees with passports, and holds nothing that a gauge did not measure."""

import pytest

from tests.support.kept_runs import KeptRun, kept

HOURS = 14.0


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> KeptRun:
    """Hours of the reference plant."""
    return kept(tmp_path_factory.mktemp("day"), HOURS)


def test_the_result_of_a_tile_says_what_its_passport_says_the_sorter_measured(day: KeptRun) -> None:
    tiles = day.line.results["Tile"]
    names = [column.name for column in tiles.kind.columns]
    for found in tiles.read(0, 3):
        stages = {stage.name: stage for stage in day.genealogy.passport("tile", found.id).stages}
        facts = {fact.name: fact.value for fact in stages["sorter"].facts}
        told = dict(zip(names, found.values, strict=True))
        assert told["size"] == pytest.approx(facts["measured_size"])
        assert told["caliber"] == facts["caliber"]
        assert found.station == stages["sorter"].station
        assert found.good == (told["class"] == 1)
        assert not (found.good and told["defects"])


def test_the_result_of_a_pallet_counts_the_tiles_that_its_passport_has(day: KeptRun) -> None:
    pallets = day.line.results["Pallet"]
    names = [column.name for column in pallets.kind.columns]
    found = pallets.read(0, 1000)[-1]
    told = dict(zip(names, found.values, strict=True))
    passport = day.genealogy.passport("pallet", found.id)
    assert passport.pieces == told["tiles"]
    assert found.order in {each.id for each in passport.made_from if each.kind == "order"} | {""}


@pytest.mark.parametrize("kind", ["Tile", "Pallet"])
def test_results_are_numbered_and_the_newest_are_told_first_to_last(day: KeptRun, kind: str) -> None:
    results = day.line.results[kind]
    newest = results.read(0, 5)
    last = newest[-1].number
    assert [each.number for each in newest] == list(range(last - 4, last + 1))
    assert [each.number for each in results.read(last - 2, 1000)] == [last - 1, last]
    assert not results.read(last, 1000)
