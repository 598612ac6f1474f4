"""Writes the tiles of a run to a CSV file, block by block as they leave the line."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from plant_models.physics.numeric import Array
from plant_models.tiles import BLOCK, COLUMNS, PLACE, ClosedBlock

if TYPE_CHECKING:
    from plant_models.line import TileLine


def export_tiles(line: "TileLine", folder: Path) -> Callable[[], None]:
    """Write tiles.csv: the column `tile` with the tile's number, then all columns; the returned function ends it."""
    file = (folder / "tiles.csv").open("w", newline="", encoding="utf-8")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("tile", *COLUMNS))

    def write(number: int, columns: Array) -> None:
        made = np.nonzero(columns[PLACE["pressed_at"]])[0]
        for place in made.tolist():
            writer.writerow((number * BLOCK + place, *(f"{value:.17g}" for value in columns[:, place].tolist())))

    def write_closed(block: ClosedBlock) -> None:
        write(block.number, block.columns)

    def finish() -> None:
        for number in sorted(line.table.blocks):
            write(number, line.table.blocks[number])
        file.close()

    line.block_listeners.append(write_closed)
    return finish
