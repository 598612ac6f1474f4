"""What the sorter decided, counted and summed up."""

import pytest

from plant_models.meters import GRADED
from plant_models.results import tile_counts
from plant_models.tiles import FIRED_SCRAP, FIRST, SECOND
from tests.support.tile_tracking import SMALL_PLANT, TrackedRun, tracked
from twin.line.records import Record


@pytest.fixture(scope="module")
def run() -> TrackedRun:
    return tracked(changes=SMALL_PLANT).to(0.3)


def test_every_tile_has_one_fate(run: TrackedRun) -> None:
    counts = tile_counts(run.line)
    fates = ("green_scrap", "in_process", "fired_scrap", "first", "second")
    assert counts["opening"] + counts["pressed"] == sum(counts[fate] for fate in fates)


def test_calibers_and_shades_split_the_first_quality(run: TrackedRun) -> None:
    counts = tile_counts(run.line)
    assert sum(counts["by_caliber"].values()) == sum(counts["by_shade"].values()) == counts["first"]
    assert list(counts["by_caliber"]) == sorted(counts["by_caliber"], key=int)


def test_the_log_of_each_row_adds_up_to_the_counts(run: TrackedRun) -> None:
    sorter = run.line.firing[0].sorter
    entries = run.entries(sorter, Record.METER)
    for grade, tiles in ((FIRST, sorter.first), (SECOND, sorter.second), (FIRED_SCRAP, sorter.fired_scrap)):
        assert int(entries["b"][entries["a"] == GRADED + grade].sum()) == tiles
    assert sum(sorter.state.graded) == sorter.tiles_sorted
