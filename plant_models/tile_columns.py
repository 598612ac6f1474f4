"""What each column of a tile means, in which unit, and whether people at the plant could know it."""

from dataclasses import dataclass

from plant_models.tiles import BLOCK, COLUMNS
from twin.line.text import Text
from twin.record.genealogy_store import PieceSchema


@dataclass(frozen=True, slots=True)
class TileColumn:
    """The meaning of a column."""

    title: Text
    unit: str = ""
    known: bool = False
    """Whether the plant itself knows it: a count, an instant or a measured value, and not the truth behind it."""
    from_one: bool = False
    """Whether people count it from 1, the column from 0."""


def _known(en: str, es: str, unit: str = "", *, from_one: bool = False) -> TileColumn:
    return TileColumn(Text(en, es), unit, True, from_one)


def _true(en: str, es: str, unit: str = "") -> TileColumn:
    return TileColumn(Text(en, es), unit)


TILE_COLUMNS: dict[str, TileColumn] = {
    "order": _known("order", "orden"),
    "product": _known("product", "producto"),
    "lot": _known("powder lot", "lote de polvo"),
    "body_index": _true("body index", "índice de pasta"),
    "press": _known("press", "prensa", from_one=True),
    "stroke": _known("stroke", "prensada"),
    "cavity": _known("cavity", "alveolo", from_one=True),
    "pressed_at": _known("pressed", "prensada a las", "instant"),
    "pressure": _true("specific pressure", "presión específica", "kgf/cm²"),
    "density": _true("dry bulk density", "densidad aparente seca", "g/cm³"),
    "gradient": _true("density difference front to back", "diferencia de densidad delante-detrás", "g/cm³"),
    "moisture": _true("moisture when pressed", "humedad al prensar", "%"),
    "mass": _true("green mass", "masa en crudo", "kg"),
    "thickness": _true("green thickness", "espesor en crudo", "mm"),
    "dried_at": _known("left the dryer", "salida del secadero", "instant"),
    "residual_moisture": _true("residual moisture", "humedad residual", "%"),
    "dryer_temperature": _true("temperature behind the dryer", "temperatura a la salida del secadero", "°C"),
    "drying_rate": _true("greatest drying rate", "velocidad máxima de secado", "%/min"),
    "glazed_at": _known("glazed", "esmaltada", "instant"),
    "engobe": _true("engobe", "engobe", "g/m²"),
    "glaze": _true("glaze", "esmalte", "g/m²"),
    "glaze_density": _true("density of the glaze", "densidad del esmalte", "g/cm³"),
    "print_temperature": _true("temperature at the printer", "temperatura en la impresora", "°C"),
    "printed_at": _known("printed", "impresa", "instant"),
    "ink": _true("ink", "tinta", "g/m²"),
    "box": _known("box of the store", "box del parque"),
    "kiln": _known("kiln", "horno", from_one=True),
    "row": _known("row", "fila"),
    "lane": _known("place in the row", "posición en la fila", from_one=True),
    "kiln_entry_at": _known("entered the kiln", "entrada al horno", "instant"),
    "kiln_exit_at": _known("left the kiln", "salida del horno", "instant"),
    "peak_temperature": _true("peak temperature", "temperatura máxima", "°C"),
    "face_difference": _true("air below minus above at the peak", "aire inferior menos superior en el máximo", "K"),
    "entry_moisture": _true("moisture on entering the kiln", "humedad a la entrada del horno", "%"),
    "shrinkage": _true("firing shrinkage", "contracción de cocción", "%"),
    "size": _true("size", "tamaño", "mm"),
    "fired_thickness": _true("fired thickness", "espesor cocido", "mm"),
    "curvature": _true("curvature", "curvatura", "mm"),
    "settled_curvature": _true("curvature after two months", "curvatura a los dos meses", "mm"),
    "water_absorption": _true("water absorption", "absorción de agua", "%"),
    "strength": _true("bending strength", "resistencia a la flexión", "N/mm²"),
    "shade_l": _true("lightness against the reference", "claridad respecto a la muestra"),
    "shade_a": _true("red-green against the reference", "rojo-verde respecto a la muestra"),
    "shade_b": _true("yellow-blue against the reference", "amarillo-azul respecto a la muestra"),
    "defects": _true("defects", "defectos"),
    "measured_size": _known("size as measured", "tamaño medido", "mm"),
    "measured_curvature": _known("curvature as measured", "curvatura medida", "mm"),
    "measured_shade": _known("lightness as measured", "claridad medida"),
    "grade": _known("class", "clase"),
    "caliber": _known("caliber", "calibre"),
    "shade": _known("shade", "tono"),
    "carton": _known("carton", "caja"),
    "pallet": _known("pallet", "palet"),
    "left_at": _known("left the line", "salida de la línea", "instant"),
}
"""By name; a column that is not here is shown by its name, and to the instructor alone."""

INSTANTS = frozenset(name for name in COLUMNS if name.endswith("_at"))
WHOLE = frozenset(
    {
        "order", "product", "lot", "press", "stroke", "cavity", "box", "kiln", "row", "lane", "defects", "grade",
        "caliber", "shade", "carton", "pallet",
    }
    & set(COLUMNS)
)  # fmt: skip
KEYS = (
    "order", "lot", "press", "stroke", "pressed_at", "glazed_at", "box", "kiln", "kiln_entry_at", "kiln_exit_at",
    "carton", "pallet",
)  # fmt: skip
SCHEMA = PieceSchema("tile", COLUMNS, INSTANTS, WHOLE, KEYS, BLOCK, frozenset({"box", "carton", "pallet"}))
"""How finished tiles are stored."""


def meaning(name: str) -> TileColumn:
    """What a column means."""
    return TILE_COLUMNS.get(name, TileColumn(Text(name, name)))
