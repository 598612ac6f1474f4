"""Results that machines of a tile plant give: of every sorted tile and every full pallet; measured, never the truth."""

from collections import deque
from collections.abc import Sequence
from typing import TYPE_CHECKING

from plant_models.passport_ids import tile_id
from plant_models.stations.palletiser import Full, Palletiser, kind_of_pallet
from plant_models.tables import GRADES, SORTED
from plant_models.tiles import FIRST, PRESS_STEP
from twin.line.results import Result, ResultKind, Results
from twin.line.table import Column
from twin.line.text import Text
from twin.line.units import MILLIMETRE, SQUARE_METRE

if TYPE_CHECKING:
    from plant_models.line import TileLine

KEPT_PALLETS = 1000
_CLASS = Column("class", Text("Class", "Clase"), words=GRADES)
_CALIBER, _SHADE = (SORTED.columns[SORTED.place(name)] for name in ("caliber", "shade"))
_COPIED = tuple(
    SORTED.columns[SORTED.place(name)]
    for name in ("curvature", "shade_l", "caliber", "shade", "defects", "cavity", "lane")
)
_TILE = (Column("size", Text("Measured size", "Tamaño medido"), MILLIMETRE), _CLASS, *_COPIED)
_PALLET = (
    _CLASS, _CALIBER, _SHADE, Column("boxes", Text("Boxes", "Cajas")), Column("tiles", Text("Tiles", "Piezas")),
    Column("area", Text("Area", "Superficie"), SQUARE_METRE),
)  # fmt: skip


def line_results(line: "TileLine") -> dict[str, Results]:
    """All kinds of results of a line whose stations are there."""
    tiles = ResultKind(
        "Tile", Text("Sorted tiles", "Piezas clasificadas"), tuple(part.sorter.path for part in line.firing), _TILE
    )
    pallets = ResultKind(
        "Pallet", Text("Full pallets", "Palets completos"), tuple(part.palletiser.path for part in line.firing),
        _PALLET, seldom=True,
    )  # fmt: skip
    full = _FullPallets(line)
    for kiln, part in enumerate(line.firing):
        part.palletiser.full = full.teller(kiln, part.palletiser)
    return {
        tiles.name: Results(tiles, lambda after, most: _tiles(line, after, most)),
        pallets.name: Results(pallets, full.newest),
    }


def _tiles(line: "TileLine", after: int, most: int) -> Sequence[Result]:
    count = line.sorted_tiles.count
    columns = line.sorted_tiles.columns(min(most, count - after))
    rows = zip(*(values.tolist() for values in columns.values()), strict=True)
    tiles = [dict(zip(columns, row, strict=True)) for row in rows]
    return [_tile(line, count - len(tiles) + place, tile) for place, tile in enumerate(tiles, 1)]


def _tile(line: "TileLine", number: int, tile: dict[str, float]) -> Result:
    order, product = _made_for(line, int(tile["order"]))
    size = line.definition.format.length_mm + tile["size"]
    return Result(
        number,
        tile_id((int(tile["press"]) - 1) * PRESS_STEP + int(tile["number"])),
        line.firing[int(tile["kiln"]) - 1].sorter.path,
        int(tile["time"]),
        tile["grade"] == FIRST,
        order,
        product,
        (size, tile["grade"], *(tile[column.name] for column in _COPIED)),
    )


def _made_for(line: "TileLine", number: int) -> tuple[str, str]:
    """(name of an order, its product); empty for tiles that no order asked for."""
    if number < 0:
        return "", ""
    order = line.book.state.orders[number]
    return order.name, tuple(line.definition.products)[order.product]


class _FullPallets:
    """The newest pallets that became full."""

    def __init__(self, line: "TileLine") -> None:
        self._line = line
        self._count = 0
        self._kept: deque[Result] = deque(maxlen=KEPT_PALLETS)

    def newest(self, after: int, most: int) -> Sequence[Result]:
        """The newest of those with greater numbers."""
        fresh = [each for each in self._kept if each.number > after]
        return fresh[max(0, len(fresh) - most) :]

    def teller(self, kiln: int, palletiser: Palletiser) -> Full:
        """What a palletiser tells its full pallets to."""

        def tell(time: int, pallet: int, kind: int) -> None:
            number, grade, caliber, shade = kind_of_pallet(kind)
            order, product = _made_for(self._line, number)
            p = palletiser.parameters
            tiles = p.boxes_per_pallet * p.tiles_per_box
            area = tiles * self._line.definition.format.area_m2
            self._count += 1
            values = (grade, caliber, shade, p.boxes_per_pallet, tiles, area)
            self._kept.append(
                Result(
                    self._count, f"{kiln + 1}.{pallet}", palletiser.path, time, grade == FIRST, order, product, values
                )
            )

        return tell
