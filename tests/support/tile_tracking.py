"""A tile line whose tiles and event log are all kept, and where each tile is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plant_models.line import TileLine
from plant_models.tiles import BLOCK, COLUMNS, GREEN_SCRAP, PLACE, PRESS_STEP, ClosedBlock
from tests.support.line_building import LogKeeper
from tests.support.tile_lines import LineRun, opened
from twin.line.records import Record
from twin.line.station import Station
from twin.line.time import MINUTE
from twin.run import commands

SMALL_PLANT: Mapping[str, Any] = {
    "press": {"strokes_per_minute": 4.0, "changeover_min": {"texture": 6.0}},
    "kiln": {"length_m": 40.0, "lanes": 3},
    "store": {"boxes": 30, "box_m2": 20.0, "opening_share": 0.2},
    "orders": {"smallest_m2": 40.0, "mean_m2": 90.0, "largest_m2": 250.0},
    "glazing": {"changeover_min": {"glaze": 7.0}},
}
"""Makes a day short, with all that happens in a large plant."""
TWO_LINES: Mapping[str, Any] = {
    **SMALL_PLANT,
    "forming": [{"name": "line-1"}, {"name": "line-2", "press": {"strokes_per_minute": 3.1}}],
    "firing": [{"name": "kiln-1"}, {"name": "kiln-2", "kiln": {"cycle_min": 51.0, "length_m": 50.0}}],
}


@dataclass
class TrackedRun(LineRun):
    """A run that keeps every block of tiles and every entry of the event log."""

    log: LogKeeper = field(default_factory=LogKeeper)
    closed: list[ClosedBlock] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine.recorder = self.log
        self.line.block_listeners.append(self.closed.append)

    def to(self, days: float) -> "TrackedRun":
        super().to(days)
        return self

    def station(self, name: str) -> Station:
        """The first station of a name."""
        return next(station for station in self.line.stations if station.name == name)

    def inject(self, station: Station, fault: str, minutes: float) -> None:
        """Make a failure mode active for some minutes."""
        station.inject(station.faults.names.index(fault), self.engine.now + round(minutes * MINUTE))

    def write(self, station: Station, set_point: str, value: float) -> None:
        """Write a set point."""
        commands.apply(self.line, "write", f"{station.path}/{set_point}", {"value": value}, 1)

    def entries(self, station: Station, kind: Record) -> NDArray[np.void]:
        """The entries of one kind of one station."""
        entries = self.log.entries
        return entries[(entries["station"] == self.line.stations.index(station)) & (entries["kind"] == kind)]

    @property
    def tiles_by_number(self) -> "Tiles":
        """All tiles that have been pressed and computed."""
        blocks = {block.number: block.columns for block in self.closed} | self.line.table.blocks
        numbers = np.concatenate([number * BLOCK + np.arange(BLOCK) for number in sorted(blocks)])
        columns = np.concatenate([blocks[number] for number in sorted(blocks)], axis=1)
        made = columns[PLACE["pressed_at"]] != 0.0
        return Tiles(numbers[made], columns[:, made])

    def whereabouts(self) -> Iterator[tuple[str, int]]:
        """(place, number of tile) for every tile that is or was in the line, from what the stations hold."""
        for line in self.line.forming:
            base, cavities, behind = line.diary.press * PRESS_STEP, line.diary.cavities, False
            link = line.press.outlet
            while link.consumer is not self.line.store:
                for stroke in link.queue:
                    gone = set(line.diary.scrap.get(stroke, ())) if behind else set()
                    for tile in range(stroke * cavities, (stroke + 1) * cavities):
                        if tile not in gone:
                            yield link.consumer.path, base + tile
                behind = behind or link.consumer is line.glazing
                link = link.consumer.outlet
        yield from (("box", tile) for tile in self._tiles_in_boxes())
        for part in self.line.firing:
            rows = part.rows
            sorted_rows = rows.base + len(rows.sorted_at)
            for row in (
                *(row for row in part.kiln.state.slots if row >= 0),
                *range(sorted_rows, rows.base + len(rows.left_at)),
            ):
                yield from ((part.kiln.path, tile) for tile in rows.row(row) if tile >= 0)
        left = self.tiles_by_number.gone
        yield from (("gone", number) for number in left.numbers.tolist())

    def _tiles_in_boxes(self) -> Iterator[int]:
        state = self.line.store.state
        for box in (*state.filling, *state.waiting):
            if box is not None:
                yield from box.tiles
        for feed in state.feeds:
            yield from feed.tiles[feed.next :]


@dataclass(frozen=True)
class Tiles:
    """Columns of tiles, in the order of their numbers."""

    numbers: NDArray[np.int64]
    columns: NDArray[np.float64]

    def __getitem__(self, name: str) -> NDArray[np.float64]:
        column: NDArray[np.float64] = self.columns[PLACE[name]]
        return column

    def __len__(self) -> int:
        return len(self.numbers)

    def where(self, chosen: NDArray[np.bool_]) -> "Tiles":
        """Some of the tiles."""
        return Tiles(self.numbers[chosen], self.columns[:, chosen])

    def of(self, numbers: NDArray[np.int64]) -> "Tiles":
        """The tiles with these numbers."""
        return self.where(np.isin(self.numbers, numbers))

    @property
    def gone(self) -> "Tiles":
        """Tiles that have left the line."""
        return self.where(self["left_at"] > 0.0)

    @property
    def fired(self) -> "Tiles":
        """Tiles that have been fired and sorted."""
        return self.where((self["left_at"] > 0.0) & (self["grade"] != GREEN_SCRAP))

    def differing(self, other: "Tiles") -> set[str]:
        """Columns in which the same tiles differ by a single bit."""
        assert (self.numbers == other.numbers).all()
        return {name for name in COLUMNS if not (self[name] == other[name]).all()}


def tracked(
    plant: str = "porcelain-600",
    scenario: str = "standard",
    seed: int = 1,
    opening: str = "running",
    changes: Mapping[str, Any] | None = None,
    prepare: Callable[[TileLine], None] = lambda line: None,
) -> TrackedRun:
    """A tile line at its beginning; `changes` are laid over the plant's tables, `prepare` is done to the line."""
    run = opened(plant, scenario, seed, opening, changes, prepare)
    return TrackedRun(run.line, run.engine)


def same_tiles(one: Tiles, other: Tiles) -> tuple[Tiles, Tiles]:
    """The tiles that both have."""
    numbers = np.intersect1d(one.numbers, other.numbers)
    return one.of(numbers), other.of(numbers)
