"""Root causes: planted by a scenario, found by comparing with the run without them, tile by tile.

Each row plants one cause of the causal map at a time and of a size of its own. The run without it is computed here once
more, apart from the finder, and says which tiles are defective because of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from plant_models.attribution import TileBlame, Verdicts, chance, verdict
from tests.support.kept_runs import defined
from twin.host.installed import families
from twin.line.genealogy import Cause
from twin.line.time import HOUR
from twin.line.truth import TruthKind
from twin.record.causes import CauseFinder, suspects
from twin.record.run import Run
from twin.record.truth import truth_log
from twin.run.definition import Definition

ROWS: Mapping[str, dict[str, object]] = {
    "wet powder": {"station": "powder", "fault": "wet_lot", "size": 2.6, "at_h": 2.3, "duration_h": 7.0},
    "pressure too high": {
        "station": "press", "set_point": "specific_pressure_set_point", "value": 475.0, "at_h": 3.1, "duration_h": 6.0,
        "back_to": 400.0,
    },
    "pressure drops": {"station": "press", "fault": "pressure_drop", "size": 2.2, "at_h": 1.7, "duration_h": 8.0},
    "cold dryer": {
        "station": "dryer", "set_point": "hot_temperature_set_point", "value": 150.0, "at_h": 2.0, "duration_h": 8.0,
        "back_to": 180.0,
    },
    "nozzles out": {"station": "printer", "fault": "nozzle_row", "size": 1.0, "at_h": 4.4, "duration_h": 2.5},
    "kiln too hot": {
        "station": "kiln", "set_point": "peak_shift_set_point", "value": 14.0, "at_h": 9.2, "duration_h": 5.0,
        "back_to": 0.0,
    },
    "kiln too cold": {
        "station": "kiln", "set_point": "peak_shift_set_point", "value": -13.0, "at_h": 7.7, "duration_h": 6.0,
        "back_to": 0.0,
    },
    "lower burners out": {"station": "kiln", "fault": "burner_group", "size": 1.6, "at_h": 8.9, "duration_h": 1.5},
    "pressure of the kiln": {
        "station": "kiln", "fault": "pressure_hunting", "size": 2.5, "at_h": 6.3, "duration_h": 3.0,
    },
    "gap in the feed": {"station": "kiln", "fault": "feed_gap", "size": 1.0, "at_h": 12.0, "duration_h": 0.35},
}  # fmt: skip
HOURS = 30.0
QUICK = ("kiln too hot",)


@dataclass
class Found:
    """What a run with a planted cause and the run without it show."""

    causes: Mapping[int, tuple[Cause, ...]]
    logged: bool
    extra: list[int]
    """Tiles that are defective only with the cause."""
    same: list[int]
    """Tiles that are as defective without it."""

    def share_naming(self, tiles: list[int]) -> float:
        """How many of the tiles name the planted cause."""
        return float(np.mean([any(each.cause == "scenario/1" for each in self.causes[tile]) for tile in tiles]))


def verdicts(definition: Definition, until: int, *, planted: bool) -> dict[int, int]:
    """What is wrong with every tile that has left."""
    run = Run(definition, families())
    if not planted:
        run.line.planned = ()
    collected = Verdicts(run.line)  # type: ignore[arg-type]
    run.open()
    run.advance(until)
    run.engine.settle()
    tiles = collected.columns()
    return dict(zip(tiles["tile"].astype(int).tolist(), verdict(tiles).tolist(), strict=True))


def look(row: dict[str, object], folder: Path, hours: float) -> Found:
    """Plant a row and look for it."""
    definition = defined([row], folder)
    until = definition.start + round(hours * HOUR)
    run, entries = Run(definition, families()), list[Any]()
    run.recorder.listeners.append(entries.append)
    run.open()
    run.advance(until)
    run.engine.settle()
    log = truth_log(run.line, np.concatenate(entries), definition.start, (), until)
    finder = CauseFinder(definition, families(), (), TileBlame())
    causes = finder.find(until, suspects(log, drawn=False))
    base = verdicts(definition, until, planted=True)
    without = verdicts(definition, until, planted=False)
    extra = [tile for tile, bits in base.items() if bits and without.get(tile) == 0]
    same = [tile for tile, bits in base.items() if bits and without.get(tile) == bits]
    planted = [each for each in log if each.planted]
    logged = len(planted) >= 1 and planted[0].begin == definition.start + round(float(str(row["at_h"])) * HOUR)
    return Found(causes, logged, extra, same)


@pytest.mark.parametrize("name", QUICK)
def test_a_planted_cause_is_logged_and_named_by_the_tiles_it_made_defective(name: str, tmp_path: Path) -> None:
    check(look(ROWS[name], tmp_path, 13.0))


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in ROWS if name not in QUICK])
def test_every_planted_row_is_named_by_its_extra_tiles_and_by_no_others(name: str, tmp_path: Path) -> None:
    check(look(ROWS[name], tmp_path, HOURS))


def check(found: Found) -> None:
    """The promise about root causes."""
    assert found.logged
    assert len(found.extra) >= 5
    assert found.share_naming(found.extra) >= 0.9
    assert found.share_naming(found.same) <= 0.05
    assert all(sum(each.share for each in causes) == pytest.approx(1.0, abs=1e-12) for causes in found.causes.values())


def test_a_tile_without_a_cause_names_chance_by_its_first_defect() -> None:
    assert chance(0b1_0000_0100) == Cause("chance/D03", chance(0b100).title, 1.0)
    assert chance(1 << 16).cause == "chance/green-scrap"


STUCK = {"at_h": 0.5, "station": "press", "signal": "tile_moisture", "fault": "stuck", "duration_h": 1.0}


def test_a_stuck_sensor_that_nobody_follows_is_told_and_named_by_no_tile(tmp_path: Path) -> None:
    definition = defined([ROWS["kiln too hot"] | {"at_h": 1.0}, STUCK], tmp_path)
    until = definition.start + 5 * HOUR
    run, entries = Run(definition, families()), list[Any]()
    run.recorder.listeners.append(entries.append)
    run.open()
    run.advance(until)
    run.engine.settle()
    log = truth_log(run.line, np.concatenate(entries), definition.start, (), until)
    (told,) = (each for each in log if each.planted and each.kind is TruthKind.SENSOR_FAULT)
    assert told.title.es.endswith("valor congelado")
    causes = CauseFinder(definition, families(), (), TileBlame()).find(until, suspects(log, drawn=False))
    assert len(causes) > 5
    assert not any(each.cause == told.cause for found in causes.values() for each in found)
