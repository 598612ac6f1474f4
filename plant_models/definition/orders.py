"""An order book: which product, how much of it, and until when, read from CSV (`order,product,quantity_m2,due`)."""

import csv
import math
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from difflib import get_close_matches
from pathlib import Path

from plant_models.definition.plant import Plant
from plant_models.orders import Order
from twin.line.errors import DefinitionError
from twin.line.time import from_datetime

HEADER = ("order", "product", "quantity_m2", "due")
DUE_HOUR = time(18)
"""When an order with a bare date is due, by the plant's clock."""
LARGEST_M2 = 1_000_000.0
LONGEST_NAME = 40
FIRST_YEAR, LAST_YEAR = 2000, 2199
MOST_BYTES = 16 << 20
MOST_SENTENCES = 20


def read_orders(path: Path, plant: Plant) -> tuple[Order, ...]:
    """Read an order book for a plant; raises DefinitionError with a sentence for each row that cannot be used.

    Columns may stand in any order. `product` is an id in the plant file, `quantity_m2` a number above 0, `due` a date
    (then 18:00 by the plant's clock) or a date and time (by the plant's clock unless it names its offset).
    """
    rows = _rows(path)
    places = _places(path, rows[0][1] if rows else ())
    orders: list[Order] = []
    wrong: list[str] = []
    begun: dict[str, int] = {}
    for number, row in rows[1:]:
        try:
            order = _order(path, number, row, places, plant)
        except DefinitionError as error:
            wrong.append(str(error))
            continue
        if order.order in begun:
            wrong.append(
                f"{path}, row {number}, column order: {order.order!r} is in row {begun[order.order]} already; "
                "give every order its own name"
            )
        begun[order.order] = number
        orders.append(order)
    if len(wrong) > MOST_SENTENCES:
        wrong[MOST_SENTENCES:] = [f"{path}: {len(wrong) - MOST_SENTENCES} more rows cannot be used"]
    if wrong:
        raise DefinitionError("\n".join(wrong))
    if not orders:
        raise DefinitionError(f"{path}: has no orders; write one per row below the header, or leave the order book out")
    return tuple(orders)


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """Rows that are not empty, with their numbers in the file."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise DefinitionError(f"{path}: has more than {MOST_BYTES >> 20} MB; an order book is far smaller")
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file)
            return [(reader.line_num, row) for row in reader if any(cell.strip() for cell in row)]
    except UnicodeDecodeError as error:
        raise DefinitionError(
            f"{path}: byte {error.start + 1} is no UTF-8 text; save the order book as CSV with the encoding UTF-8"
        ) from None
    except (OSError, csv.Error) as error:
        raise DefinitionError(f"{path}: cannot be read as an order book ({error})") from None


def _places(path: Path, header: Iterable[str]) -> Mapping[str, int]:
    """Where each column stands."""
    names = [cell.strip() for cell in header]
    wanted = ",".join(HEADER)
    if len(names) == 1 and any(mark in names[0] for mark in ";\t"):
        raise DefinitionError(f"{path}, row 1: columns must be separated by commas: {wanted}")
    for name in names:
        if name not in HEADER:
            close = get_close_matches(name, HEADER, n=1, cutoff=0.4)
            way_out = f"did you mean {close[0]}?" if close else f"the columns are {wanted}"
            raise DefinitionError(f"{path}, row 1: {name!r} is no column of an order book; {way_out}")
    for name in HEADER:
        if names.count(name) != 1:
            fault = "is missing" if name not in names else "is there more than once"
            raise DefinitionError(f"{path}, row 1: column {name} {fault}; the header must be {wanted}")
    return {name: names.index(name) for name in HEADER}


def _order(path: Path, number: int, row: list[str], places: Mapping[str, int], plant: Plant) -> Order:
    if len(row) != len(HEADER):
        way_out = "write decimals with a point" if len(row) > len(HEADER) else "add what is missing"
        raise DefinitionError(
            f"{path}, row {number}: has {len(row)} columns, needs {len(HEADER)}: {','.join(HEADER)}; {way_out}"
        )
    cells = {name: row[place].strip() for name, place in places.items()}
    for name, cell in cells.items():
        if not cell:
            raise DefinitionError(f"{path}, row {number}, column {name}: is empty; fill it in")
    name = cells["order"]
    if len(name) > LONGEST_NAME or not name.isprintable():
        raise DefinitionError(
            f"{path}, row {number}, column order: {name[:LONGEST_NAME]!r} is no name for an order: "
            f"take at most {LONGEST_NAME} letters, digits and signs"
        )
    return Order(
        order=name,
        product=_product(f"{path}, row {number}, column product", cells["product"], plant),
        quantity_m2=_quantity(f"{path}, row {number}, column quantity_m2", cells["quantity_m2"]),
        due=_due(f"{path}, row {number}, column due", cells["due"], plant),
    )


def _product(place: str, cell: str, plant: Plant) -> str:
    if cell in plant.products:
        return cell
    close = get_close_matches(cell, plant.products, n=1, cutoff=0.4)
    way_out = f"did you mean {close[0]}?" if close else f"the products are {', '.join(plant.products)}"
    raise DefinitionError(f"{place}: {cell!r} is no product of plant {plant.plant.id}; {way_out}")


def _quantity(place: str, cell: str) -> float:
    try:
        quantity = float(cell) if "_" not in cell else math.nan
    except ValueError:
        quantity = math.nan
    if math.isnan(quantity):
        raise DefinitionError(f"{place}: {cell!r} is not a number; write it with a point, such as 4200.5")
    if not 0.0 < quantity <= LARGEST_M2:
        raise DefinitionError(f"{place}: {cell} is not above 0 and up to {LARGEST_M2:.0f}; give the area in m2")
    return quantity


def _due(place: str, cell: str, plant: Plant) -> int:
    try:
        instant = _instant(cell)
    except ValueError:
        raise DefinitionError(f"{place}: {cell!r} is no date; write it like 2026-03-27 or 2026-03-27T14:00") from None
    if not FIRST_YEAR <= instant.year <= LAST_YEAR:
        raise DefinitionError(f"{place}: {cell} is not between the years {FIRST_YEAR} and {LAST_YEAR}")
    return from_datetime(instant if instant.tzinfo else instant.replace(tzinfo=plant.zone))


def _instant(cell: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(cell), DUE_HOUR)
    except ValueError:
        return datetime.fromisoformat(cell)
