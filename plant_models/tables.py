"""What charts of a tile plant are drawn of besides signals: the newest sorted tiles as measured, and the orders."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plant_models.definition.plant import Plant
from plant_models.fired import Judged
from plant_models.tiles import DEFECTS, FIRST, PRESS_STEP
from twin.line.table import Column, Ring, Table, TableDescription, TableRows
from twin.line.text import Text
from twin.line.time import MINUTE
from twin.line.units import COLOUR_DIFFERENCE, MICROSECOND, MILLIMETRE, SQUARE_METRE

if TYPE_CHECKING:
    from plant_models.line import TileLine
    from plant_models.orders import OpenOrder

KEPT = 20_000
"""Sorted tiles that are kept: about a day of a line of porcelain."""

GRADES = (
    Text("in process", "en proceso"), Text("first", "primera"), Text("second", "segunda"),
    Text("scrap", "tiesto cocido"),
)  # fmt: skip
ORIGINS = {
    "powder": Text("powder", "polvo"),
    "press": Text("press", "prensa"),
    "dryer": Text("dryer", "secadero"),
    "glazing": Text("glazing", "esmaltado"),
    "printer": Text("printing", "impresión"),
    "kiln": Text("kiln", "horno"),
    "handling": Text("handling", "manipulación"),
}


def _number(name: str, en: str, es: str) -> Column:
    return Column(name, Text(en, es))


SORTED = TableDescription(
    "sorted",
    Text("Sorted tiles", "Piezas clasificadas"),
    (
        Column("time", Text("Sorted at", "Clasificada a las"), MICROSECOND),
        _number("press", "Press", "Prensa"),
        _number("number", "Number", "Número"),
        _number("cavity", "Cavity", "Cavidad"),
        _number("kiln", "Kiln", "Horno"),
        _number("row", "Row", "Fila"),
        _number("lane", "Lane", "Posición en la fila"),
        Column("size", Text("Deviation of size", "Desviación de tamaño"), MILLIMETRE),
        Column("curvature", Text("Curvature", "Curvatura"), MILLIMETRE),
        Column("shade_l", Text("Lightness against the reference", "Claridad respecto a la muestra"), COLOUR_DIFFERENCE),
        _number("caliber", "Caliber", "Calibre"),
        _number("shade", "Shade", "Tono"),
        Column("grade", Text("Class", "Clase"), words=GRADES),
        Column(
            "defects", Text("Defects found", "Defectos hallados"),
            words=tuple(Text(each.en, each.es) for each in DEFECTS),
            groups=tuple(ORIGINS[each.origin] for each in DEFECTS), flags=True,
        ),
        Column("area", Text("Area", "Superficie"), SQUARE_METRE),
    ),
)  # fmt: skip


def sorted_tiles(definition: Plant) -> Ring:
    """The newest tiles that sorting lines have measured."""
    kept = min(KEPT, max(1000, round(8000.0 / definition.format.area_m2)))
    return Ring(SORTED, kept, ("order",))


def inspected(judged: Judged, definition: Plant) -> dict[str, NDArray[np.float64]]:
    """What the sorting line knows of tiles; a defect it did not see is no defect here.

    Presses and lanes are counted from 1, as people do.
    """
    columns = judged.columns
    press = judged.ids // PRESS_STEP
    cavities = np.array([part.press.cavities for part in definition.forming])
    grade = judged.grade
    return {
        "time": judged.times.astype(np.float64),
        "press": press.astype(np.float64) + 1.0,
        "number": (judged.ids % PRESS_STEP).astype(np.float64),
        "cavity": ((judged.ids % PRESS_STEP) % cavities[press]).astype(np.float64) + 1.0,
        "kiln": columns["kiln"] + 1.0,
        "row": columns["row"],
        "lane": columns["lane"] + 1.0,
        "size": columns["measured_size"] - definition.format.length_mm,
        "curvature": columns["measured_curvature"],
        "shade_l": columns["measured_shade"],
        "caliber": judged.caliber.astype(np.float64),
        "shade": judged.shade.astype(np.float64),
        "grade": grade.astype(np.float64),
        "defects": np.where(grade > FIRST, judged.defects, 0).astype(np.float64),
        "area": np.full(len(grade), definition.format.area_m2),
        "order": judged.order.astype(np.float64),
    }


def order_table(line: "TileLine") -> Table:
    """Orders begun, and those known ahead."""
    titles = tuple(Text(each.title_en, each.title_es) for each in line.definition.products.values())
    description = TableDescription(
        "orders",
        Text("Orders", "Órdenes"),
        (
            Column("product", Text("Product", "Producto"), words=titles),
            Column("quantity", Text("Ordered", "Pedido"), SQUARE_METRE),
            Column("first", Text("First quality", "Primera"), SQUARE_METRE),
            Column("begin", Text("Begun", "Comenzada"), MICROSECOND),
            Column("end", Text("Pressed until", "Prensada hasta"), MICROSECOND),
            Column("due", Text("Due", "Entrega"), MICROSECOND),
            Column("share", Text("Pressed", "Prensado")),
        ),
    )
    return Table(description, lambda limit: _orders(line, limit))


def _orders(line: "TileLine", limit: int) -> TableRows:
    """Orders by their beginning, those ahead last; instants that are not known are 0."""
    orders = sorted(line.book.state.orders, key=lambda order: (not order.begun, order.begun_at, order.number))
    orders = orders[-limit:] if limit else []
    numbers = np.array([_order(line, order) for order in orders], dtype=np.float64).reshape(len(orders), 7)
    return TableRows(numbers.T, tuple(order.name for order in orders))


def _order(line: "TileLine", order: "OpenOrder") -> tuple[float, ...]:
    first = order.tiles_by_grade[FIRST] * line.definition.format.area_m2
    share, end = 0.0, 0.0
    if order.begun:
        share, end = _progress(line, order)
    return (order.product, order.quantity_m2, first, order.begun_at, end, order.due, share)


def _progress(line: "TileLine", order: "OpenOrder") -> tuple[float, float]:
    """How much of an order is pressed, and until when, at the press's nominal rate."""
    now = line.stations[0].now
    press = next((part.press for part in line.forming if part.press.state.order == order.number), None)
    if press is None:
        later = [each.begun_at for each in line.book.state.orders if each.begun and each.begun_at > order.begun_at]
        return 1.0, float(min(later, default=now))
    left = press.state.strokes_left
    return 1.0 - left / order.strokes_left, now + left / press.parameters.strokes_per_minute * MINUTE
