"""The tiles of a run: every tile has its own number and its own columns, kept in blocks and never as an object.

A tile's number is its press's number times PRESS_STEP plus its place in that press's production, so that numbers of one
press are consecutive: stroke times cavities plus cavity.
"""

from dataclasses import dataclass, field
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from plant_models.physics.numeric import Array

PRESS_STEP = 1 << 40
BLOCK_BITS = 10
BLOCK = 1 << BLOCK_BITS

COLUMNS: tuple[str, ...] = (
    "order", "product", "lot", "body_index", "press", "stroke", "cavity", "pressed_at", "pressure", "density",
    "gradient", "moisture", "mass", "thickness", "dried_at", "residual_moisture", "dryer_temperature", "drying_rate",
    "glazed_at", "engobe", "glaze", "glaze_density", "print_temperature", "printed_at", "ink", "box", "kiln", "row",
    "lane", "kiln_entry_at", "kiln_exit_at", "peak_temperature", "face_difference", "entry_moisture", "shrinkage",
    "size", "fired_thickness", "curvature", "settled_curvature", "water_absorption", "strength", "shade_l", "shade_a",
    "shade_b", "defects", "measured_size", "measured_curvature", "measured_shade", "grade", "caliber", "shade",
    "carton", "pallet", "left_at",
)  # fmt: skip
"""Lengths in mm, masses in kg, coats in g/m2, densities in g/cm3, temperatures in degC, moistures in % dry, strength in
N/mm2, instants in microseconds since 1970; `defects` has one bit per entry of DEFECTS; `grade` is one of these."""
PLACE: dict[str, int] = {name: place for place, name in enumerate(COLUMNS)}

IN_PROCESS, FIRST, SECOND, FIRED_SCRAP, GREEN_SCRAP = 0, 1, 2, 3, 4
GRADES: tuple[str, ...] = ("in_process", "first", "second", "fired_scrap", "green_scrap")

Ids = NDArray[np.int64]


@dataclass(slots=True)
class ClosedBlock:
    """A block whose last tile has left the line."""

    number: int
    time: int
    """When the last tile left [microseconds since 1970]."""
    columns: Array
    """(len(COLUMNS), tiles)."""
    digest: bytes


@dataclass(slots=True)
class TileTable:
    """All tiles that are still in the line, in blocks of BLOCK numbers."""

    blocks: dict[int, Array] = field(default_factory=dict)
    gone: dict[int, int] = field(default_factory=dict)
    """Tiles of each block that have left the line."""

    def _block(self, number: int) -> Array:
        block = self.blocks.get(number)
        if block is None:
            block = self.blocks[number] = np.zeros((len(COLUMNS), BLOCK))
            self.gone[number] = 0
        return block

    def write_run(self, first: int, columns: dict[str, Array]) -> None:
        """Write columns of consecutive tiles that begin at number `first`."""
        count = len(next(iter(columns.values())))
        start = 0
        while start < count:
            number = (first + start) >> BLOCK_BITS
            slot = (first + start) & (BLOCK - 1)
            length = min(count - start, BLOCK - slot)
            block = self._block(number)
            for name, values in columns.items():
                block[PLACE[name], slot : slot + length] = values[start : start + length]
            start += length

    def read_run(self, first: int, count: int, names: tuple[str, ...]) -> Array:
        """Columns (len(names), count) of consecutive tiles that begin at number `first`."""
        places = [PLACE[name] for name in names]
        parts, start = [], 0
        while start < count:
            number = (first + start) >> BLOCK_BITS
            slot = (first + start) & (BLOCK - 1)
            length = min(count - start, BLOCK - slot)
            parts.append(self.blocks[number][places, slot : slot + length])
            start += length
        return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)

    def read(self, ids: Ids, names: tuple[str, ...]) -> Array:
        """Columns (len(names), len(ids)) of any tiles."""
        places = np.array([PLACE[name] for name in names])
        result = np.empty((len(names), len(ids)))
        for number, chosen in _by_block(ids):
            result[:, chosen] = self.blocks[number][places[:, None], ids[chosen] & (BLOCK - 1)]
        return result

    def write(self, ids: Ids, columns: dict[str, Array]) -> None:
        """Write columns of any tiles."""
        for number, chosen in _by_block(ids):
            block, slots = self.blocks[number], ids[chosen] & (BLOCK - 1)
            for name, values in columns.items():
                block[PLACE[name], slots] = values[chosen]

    def leave(self, ids: Ids) -> list[ClosedBlock]:
        """Count tiles as gone (their `left_at` is written); the blocks that this completes, and forget them."""
        closed = []
        for number, chosen in _by_block(ids):
            self.gone[number] += len(ids[chosen])
            if self.gone[number] == BLOCK:
                columns = self.blocks.pop(number)
                del self.gone[number]
                closed.append(_close(number, columns))
        return closed


def _close(number: int, columns: Array) -> ClosedBlock:
    time = int(columns[PLACE["left_at"]].max())
    return ClosedBlock(number, time, columns, sha256(columns.tobytes()).digest())


def _by_block(ids: Ids) -> list[tuple[int, "slice | NDArray[np.intp]"]]:
    """The blocks that `ids` touch, in order of first touch, with the places of `ids` in each."""
    if not len(ids):
        return []
    numbers = ids >> BLOCK_BITS
    if (numbers == numbers[0]).all():
        return [(int(numbers[0]), slice(None))]
    return [(number, np.nonzero(numbers == number)[0]) for number in dict.fromkeys(numbers.tolist())]


@dataclass(frozen=True, slots=True)
class Defect:
    """A kind of defect: its code, words and station of origin."""

    code: str
    en: str
    es: str
    origin: str


DEFECTS: tuple[Defect, ...] = (
    Defect("D01", "size out of caliber", "calibre fuera de serie", "press"),
    Defect("D02", "wedge", "descuadre", "press"),
    Defect("D03", "curvature", "curvatura", "kiln"),
    Defect("D04", "lamination", "hojeado", "press"),
    Defect("D05", "drying crack", "grieta de secado", "dryer"),
    Defect("D06", "edge or corner chip", "desportillado", "handling"),
    Defect("D07", "pinhole", "pinchado", "glazing"),
    Defect("D08", "crawling", "retirado", "glazing"),
    Defect("D09", "print line", "raya de cabezal", "printer"),
    Defect("D10", "out of shade", "fuera de tono", "kiln"),
    Defect("D11", "dark speck", "mota oscura", "powder"),
    Defect("D12", "black core", "corazón negro", "kiln"),
    Defect("D13", "cooling crack", "desventado", "kiln"),
    Defect("D14", "roller mark", "marca de rodillo", "kiln"),
    Defect("D15", "punch mark", "marca de punzón", "press"),
    Defect("LOST", "lost in the kiln", "perdida en el horno", "kiln"),
)
"""Kinds of defects; the place in this list is the bit in the column `defects`."""
