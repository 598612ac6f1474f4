"""All figures of a tile line's report, in the order in which material passes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plant_models.energy_books import NEEDED, energy_books
from plant_models.report.firing import firing_curve
from plant_models.report.money import energy_per_stage, orders_table
from plant_models.report.pressing import compaction
from plant_models.report.quality import caliber_mix, defect_pareto, shade_mix, size_over_density, size_over_temperature
from plant_models.report.sample import COLUMNS, tally
from twin.line.report import Figure, Rows

if TYPE_CHECKING:
    from plant_models.genealogy import TileGenealogy
    from plant_models.line import TileLine


def tile_figures(line: "TileLine", genealogy: "TileGenealogy", entries: NDArray[np.void]) -> Sequence[Figure | Rows]:
    """The figures of a run out of its tiles and its event log."""
    tiles = tally(genealogy.batches(COLUMNS))
    books = energy_books(line, entries, list(genealogy.batches(NEEDED)))
    parts: list[Figure | Rows] = [firing_curve(line, part, number) for number, part in enumerate(line.firing, start=1)]
    parts += [compaction(line, tiles, number) for number in range(len(line.forming))]
    if len(line.forming) % 2 == 0:
        parts += [size_over_density(line, tiles), size_over_temperature(line, tiles)]
        parts += [defect_pareto(tiles), caliber_mix(line, tiles), shade_mix(line, tiles)]
        parts += [energy_per_stage(line, books), orders_table(line, books, tiles)]
        return parts
    parts += [energy_per_stage(line, books), size_over_density(line, tiles), size_over_temperature(line, tiles)]
    parts += [defect_pareto(tiles), caliber_mix(line, tiles), shade_mix(line, tiles), orders_table(line, books, tiles)]
    return parts
