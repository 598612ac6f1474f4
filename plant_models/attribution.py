"""Why a tile is defective: what was done to it, and what is ordinary scatter, with shares that sum to 1.

A cause that can be taken out of the run (a planted one, a failure mode) is judged by the same run without it: a tile
names it when it has a defect that it does not have without it, and only then. Ordinary causes, such as a lot or the
kiln's temperature, are judged by what each adds to the quantity behind the defect: a tile names one when the quantity
would be within its limit without it. A tile that would be defective without any single one of them names chance.

Shares are the normalised effects of the named causes: how much nearer to good the tile is without each.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plant_models.ordinary_causes import Ordinary
from plant_models.tiles import DEFECTS, GREEN_SCRAP, PLACE, ClosedBlock
from twin.line.genealogy import Cause
from twin.line.line import Line
from twin.line.text import Text

if TYPE_CHECKING:
    from plant_models.line import TileLine

Columns = dict[str, NDArray[np.float64]]
GREEN_BIT = len(DEFECTS)
"""The verdict's bit of a tile that was scrapped green."""
LEAST_EFFECT = 0.05
"""Effect that a cause is credited with at least when the verdict hangs on it."""
NEEDED = (
    "product", "lot", "moisture", "density", "gradient", "residual_moisture", "glaze", "ink", "peak_temperature",
    "curvature", "shade_a", "shade_b", "measured_size", "measured_curvature", "measured_shade", "defects", "grade",
    "left_at",
)  # fmt: skip
ORDINARY = ("moisture", "peak_temperature", "residual_moisture", "glaze", "ink")
"""Quantities on which ordinary causes act."""
_MEASURED = {0: "measured_size", 1: "gradient", 2: "measured_curvature", 9: "measured_shade"}


class Verdicts:
    """Collects what became of every tile of a run; made before the run begins."""

    def __init__(self, line: "TileLine") -> None:
        self._line = line
        self._parts: list[tuple[int, NDArray[np.float64]]] = []
        self._places = [PLACE[name] for name in NEEDED]
        line.block_listeners.append(self._take)

    def _take(self, block: ClosedBlock) -> None:
        self._parts.append((block.number, block.columns[self._places]))

    def columns(self) -> Columns:
        """Columns of all tiles that have left, in the order of their numbers."""
        blocks = [(number, block[self._places]) for number, block in self._line.table.blocks.items()]
        parts = sorted((*self._parts, *blocks), key=lambda part: part[0])
        values = np.concatenate([part[1] for part in parts], axis=1) if parts else np.empty((len(NEEDED), 0))
        tiles = [number * part.shape[1] + np.arange(part.shape[1]) for number, part in parts]
        numbers = np.concatenate(tiles).astype(np.float64) if tiles else np.empty(0)
        left = values[NEEDED.index("left_at")] > 0.0
        nominal = np.full(int(left.sum()), self._line.definition.format.length_mm)
        return {"tile": numbers[left], "nominal": nominal} | {
            name: values[place][left] for place, name in enumerate(NEEDED)
        }


def verdict(tiles: Columns) -> NDArray[np.int64]:
    """All that is wrong with tiles, in bits: their defects, and whether they were scrapped green."""
    green = (tiles["grade"] == GREEN_SCRAP).astype(np.int64) << GREEN_BIT
    bits: NDArray[np.int64] = tiles["defects"].astype(np.int64) | green
    return bits


@dataclass(frozen=True, slots=True)
class _Named:
    """What one cause has to do with the tiles: which name it, and how much nearer to good they are without it."""

    cause: str
    title: Text
    named: NDArray[np.bool_]
    effect: NDArray[np.float64]


class TileBlame:
    """How a tile line's tiles are judged."""

    def verdicts(self, line: Line) -> Verdicts:
        """Begin to collect the tiles of a run."""
        return Verdicts(_tile_line(line))

    def attribute(
        self,
        line: Line,
        base: Columns,
        without: Mapping[str, Columns],
        titles: Mapping[str, Text],
        pieces: Sequence[int] | None,
    ) -> dict[int, tuple[Cause, ...]]:
        """Causes of every defective tile (of `pieces`, or of all) with shares that sum to 1.

        `without` has the tiles of the run without each cause, `titles` the causes in words.
        """
        bits = verdict(base)
        chosen = bits != 0
        if pieces is not None:
            chosen &= np.isin(base["tile"], np.array(pieces, dtype=np.float64))
        base, bits = {name: values[chosen] for name, values in base.items()}, bits[chosen]
        found, ordinary = [], dict(base)
        for cause, other in without.items():
            at = _Other(base["tile"], other)
            found.append(_removed(base, bits, at, cause, titles[cause]))
            for name in ORDINARY:
                # What an ordinary cause did is judged without what the others did to the same quantity.
                ordinary[name] = ordinary[name] + np.where(found[-1].named, at.column(name, base) - base[name], 0.0)
        found += [_Named(*each) for each in Ordinary(_tile_line(line)).judged(ordinary, bits)]
        return _shared(base["tile"], bits, found)


def _tile_line(line: Line) -> "TileLine":
    from plant_models.line import TileLine  # noqa: PLC0415 - a line knows how its tiles are judged

    if not isinstance(line, TileLine):
        raise TypeError(f"{type(line).__name__} is no tile line")
    return line


class _Other:
    """The same tiles in another run."""

    def __init__(self, tiles: NDArray[np.float64], other: Columns) -> None:
        self._other = other
        place = np.searchsorted(other["tile"], tiles)
        self._place = np.minimum(place, max(0, len(other["tile"]) - 1))
        self.known = np.zeros(len(tiles), dtype=bool)
        """Which of them have left in it too."""
        if len(other["tile"]):
            self.known = other["tile"][self._place] == tiles
        self.bits = np.where(self.known, verdict(other)[self._place], -1) if self.known.any() else None

    def column(self, name: str, base: Columns) -> NDArray[np.float64]:
        """A column in the other run; where it does not know the tile, as it is."""
        if not self.known.any():
            return base[name]
        values: NDArray[np.float64] = np.where(self.known, self._other[name][self._place], base[name])
        return values


def _removed(base: Columns, bits: NDArray[np.int64], other: _Other, cause: str, title: Text) -> _Named:
    """What taking a cause out of the run does to tiles."""
    vanished = np.zeros_like(bits) if other.bits is None else np.where(other.known, bits & ~other.bits, 0)
    effect = np.zeros(len(bits))
    for bit in range(GREEN_BIT + 1):
        gone = (vanished >> bit & 1) == 1
        column = _MEASURED.get(bit)
        if column is None:
            effect[gone] = np.maximum(effect[gone], 1.0)
            continue
        middle = _middle(column, base)
        now = np.abs(base[column] - middle)[gone]
        then = np.abs(other.column(column, base) - middle)[gone]
        nearer = (now - then) / np.maximum(now, 1e-12)
        effect[gone] = np.maximum(effect[gone], np.clip(nearer, LEAST_EFFECT, 1.0))
    return _Named(cause, title, vanished != 0, effect)


def _middle(column: str, base: Columns) -> float:
    """Where a quantity should be."""
    return float(base["nominal"][0]) if column == "measured_size" and len(base["nominal"]) else 0.0


def _shared(
    tiles: NDArray[np.float64], bits: NDArray[np.int64], found: Sequence[_Named]
) -> dict[int, tuple[Cause, ...]]:
    """Effects as shares; a tile that names nobody names chance."""
    effects = np.array([np.where(each.named, each.effect, 0.0) for each in found]).reshape(len(found), len(tiles))
    total = effects.sum(axis=0)
    shares = np.divide(effects, total, out=np.zeros_like(effects), where=total > 0.0)
    result: dict[int, tuple[Cause, ...]] = {}
    for place, tile in enumerate(tiles.astype(np.int64).tolist()):
        named = np.nonzero(shares[:, place])[0].tolist()
        causes = tuple(Cause(found[n].cause, found[n].title, float(shares[n, place])) for n in named)
        result[tile] = causes or (chance(int(bits[place])),)
    return result


def chance(bits: int) -> Cause:
    """Ordinary scatter as the only cause, named by the first defect it made."""
    bit = (bits & -bits).bit_length() - 1
    if bit >= GREEN_BIT:
        return Cause("chance/green-scrap", Text("ordinary green scrap", "tiesto crudo ordinario"), 1.0)
    defect = DEFECTS[bit]
    title = Text(f"ordinary scatter: {defect.en}", f"dispersión ordinaria: {defect.es}")
    return Cause(f"chance/{defect.code}", title, 1.0)
