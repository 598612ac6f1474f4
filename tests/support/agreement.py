"""Runs a line under the engine and with one process per tile, and says where the two disagree."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from plant_models.definition.load import locate, merged, read_tables, resolve
from plant_models.definition.plant import Plant
from plant_models.line import TileLine
from plant_models.orders import Order
from plant_models.plain.line import PlainLine
from plant_models.tiles import BLOCK, BLOCK_BITS, COLUMNS, GREEN_SCRAP, PLACE, ClosedBlock
from tests.support.tile_lines import START, NoRecorder
from twin.line.time import HOUR
from twin.run.engine import Engine

KNOWN_WHEN_SORTED = frozenset(COLUMNS[PLACE["kiln"] : PLACE["defects"]])
"""Columns that the engine writes when a tile is sorted, the plain line when it leaves the kiln."""
HANDS_OFF = {"operators": {"move_set_points": False}}


def plant(name: str, changes: Mapping[str, Any], fault_scale: float = 1.0) -> Plant:
    """A shipped plant with other values, and without people who move set points: the plain line has none."""
    path = locate(name, "plants")
    return resolve(merged(merged(read_tables(path), HANDS_OFF), changes), path, fault_scale)


@dataclass
class Pair:
    """One run of both."""

    engine: TileLine
    plain: PlainLine
    blocks: dict[int, NDArray[np.float64]]

    @property
    def numbers(self) -> list[int]:
        """Numbers of all tiles that the plain line has made."""
        return sorted(self.plain.tiles)

    def columns(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(engine's columns, plain line's), each (columns, tiles)."""
        numbers = self.numbers
        by_engine = [self.blocks[number >> BLOCK_BITS][:, number & (BLOCK - 1)] for number in numbers]
        by_plain = [self.plain.tiles[number].columns for number in numbers]
        return np.array(by_engine).T, np.array(by_plain).T

    def differences(self) -> Iterator[str]:
        """A sentence for every column in which tiles differ by a single bit."""
        engine, plain = self.columns()
        gone = engine[PLACE["left_at"]] > 0.0
        fired = gone & (engine[PLACE["grade"]] != GREEN_SCRAP)
        for name, place in PLACE.items():
            different = engine[place] != plain[place]
            if name in KNOWN_WHEN_SORTED:
                different &= fired
            if different.any():
                first = int(np.nonzero(different)[0][0])
                yield (
                    f"{name}: {different.sum()} of {len(different)} tiles, first {self.numbers[first]}: "
                    f"engine {engine[place, first]!r}, plain {plain[place, first]!r}"
                )
        if len(self.plain.tiles) != self.tiles_of_engine:
            yield f"the engine has {self.tiles_of_engine} tiles, the plain line {len(self.plain.tiles)}"
        yield from self._other_counts()

    def _other_counts(self) -> Iterator[str]:
        pairs = {
            "powder": (self.engine.powder.state.used_mg, self.plain.powder.used_mg),
            "boxes": (
                [part.palletiser.state.boxes for part in self.engine.firing],
                [part.palletiser.boxes for part in self.plain.firing],
            ),
            "pallets": (
                [part.palletiser.state.pallets for part in self.engine.firing],
                [part.palletiser.pallets for part in self.plain.firing],
            ),
        }
        for what, (engine, plain) in pairs.items():
            if engine != plain:
                yield f"{what}: engine {engine}, plain {plain}"

    @property
    def tiles_of_engine(self) -> int:
        """How many tiles the engine has made, with the opening's."""
        return sum(line.press.state.strokes * line.press.parameters.cavities for line in self.engine.forming)

    @property
    def sorted_tiles(self) -> int:
        """Tiles that were sorted."""
        return sum(part.sorter.state.tiles for part in self.engine.firing)


def run_both(
    definition: Plant,
    hours: float,
    opening: str,
    seed: int = 1,
    start: int = START,
    orders: Sequence[Order] | None = None,
) -> Pair:
    """Run a plant for some hours under the engine and plainly."""
    until = start + round(hours * HOUR)
    plain = PlainLine(definition, seed, start, opening, orders)
    plain.run(until)
    line, blocks = TileLine(definition, orders), {}

    def keep(block: ClosedBlock) -> None:
        blocks[block.number] = block.columns

    line.block_listeners.append(keep)
    engine = Engine(line, seed, start, NoRecorder())
    engine.open(opening)
    engine.advance(until)
    engine.settle()
    return Pair(line, plain, blocks | line.table.blocks)
