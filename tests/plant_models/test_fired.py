"""Tiles behind the kiln: shade and size."""

import pytest

from plant_models.tiles import DEFECTS, FIRED_SCRAP, PLACE, ClosedBlock
from tests.support.tile_lines import opened

BITS = {defect.code: 1 << bit for bit, defect in enumerate(DEFECTS)}


def blocks(plant: str, changes: dict[str, dict[str, float]] | None = None, days: float = 0.6) -> list[ClosedBlock]:
    run = opened(plant, scenario="no-faults", changes=changes)
    closed: list[ClosedBlock] = []
    run.line.block_listeners.append(closed.append)
    run.to(days)
    assert closed
    return closed


def test_a_product_without_ink_is_not_out_of_shade_for_lack_of_it() -> None:
    for block in blocks("wall-316"):
        inkless = block.columns[:, (block.columns[PLACE["ink"]] == 0.0) & (block.columns[PLACE["grade"]] < 4)]
        assert inkless.shape[1] > 100
        assert abs(float(inkless[PLACE["shade_l"]].mean())) < 0.5


def test_every_tile_of_wrong_size_carries_its_defect() -> None:
    (first, *_) = blocks("porcelain-600", {"press": {"die_length_mm": 646.2}})
    fired = first.columns[:, first.columns[PLACE["grade"]] < 4]
    wrong = abs(fired[PLACE["measured_size"]] - 600.0) > 2.0
    assert 0.2 < wrong.mean() < 0.9
    assert (fired[PLACE["defects"]].astype(int)[wrong] & BITS["D01"] != 0).all()
    assert fired[PLACE["grade"]][wrong] == pytest.approx(FIRED_SCRAP)
