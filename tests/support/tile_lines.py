"""Tile lines in an engine, without journal and command line."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plant_models.definition.load import load_plant, load_scenario, locate, merged, read_tables, resolve
from plant_models.line import TileLine
from twin.line.activity import Activity
from twin.line.station import Station
from twin.line.time import DAY, from_datetime
from twin.run.engine import Engine

START = from_datetime(datetime(2026, 1, 5, 5, tzinfo=UTC))
"""A Monday, 06:00 at the plant."""
EXAMPLE = Path(__file__).parents[2] / "examples" / "ceramica-ejemplo"


class NoRecorder:
    """Lets the event log go."""

    def absorb(self, entries: NDArray[np.void], now: int) -> None:
        """Forget entries."""

    def chapter(self, time: int) -> None:
        """Forget chapters."""


@dataclass
class LineRun:
    """A tile line under an engine that has been opened."""

    line: TileLine
    engine: Engine

    def to(self, days: float) -> "LineRun":
        """Let everything before `days` after the start happen."""
        self.engine.advance(START + round(days * DAY))
        self.engine.settle()
        return self

    def share_in(self, station: Station, activity: Activity) -> float:
        """Share of the time that a station has spent in an activity."""
        return station.time_in(activity) / (self.engine.now - START)

    @property
    def tiles(self) -> dict[str, Any]:
        """Tiles by fate."""
        counted: dict[str, Any] = self.line.summary()["tiles"]
        return counted

    @property
    def sorted_tiles(self) -> int:
        """Tiles that the sorters have decided about."""
        return int(sum(self.tiles[grade] for grade in ("first", "second", "fired_scrap")))

    @property
    def first_share(self) -> float:
        """Share of first quality."""
        return float(self.tiles["first"]) / self.sorted_tiles


def opened(
    plant: str = "porcelain-600",
    scenario: str = "standard",
    seed: int = 1,
    opening: str = "running",
    changes: Mapping[str, Any] | None = None,
    prepare: Callable[[TileLine], None] = lambda line: None,
) -> LineRun:
    """A tile line at its beginning; `changes` are laid over the plant's tables, `prepare` is done to the line."""
    laid_over = load_scenario(scenario)
    if changes is None:
        definition = load_plant(plant, laid_over)
    else:
        path = locate(plant, "plants")
        tables = merged(merged(read_tables(path), laid_over.changes), changes)
        definition = resolve(tables, path, laid_over.fault_scale)
    line = TileLine(definition)
    prepare(line)
    engine = Engine(line, seed, START, NoRecorder())
    engine.open(opening)
    return LineRun(line, engine)
