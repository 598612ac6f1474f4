"""What a job asks for, read from the arguments of a command."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from twin.line.errors import Reason, RefusedCommand
from twin.line.signal import Value
from twin.line.work_orders import Material

LONGEST_DESCRIPTION = 1000
LOWEST_PRIORITY, HIGHEST_PRIORITY = -32768, 32767
LAST_INSTANT = 7_258_118_400_000_000
"""The year 2200 [microseconds since 1970 UTC]."""
ORDER_ARGUMENTS = ("product", "quantity", "unit", "priority", "start", "end", "description")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class JobOrder:
    """What is to be made: `quantity` of `product`, between two wished instants (0: none), higher priorities first."""

    id: str
    product: str
    quantity: float
    unit: str
    """Symbol of the quantity's unit."""
    priority: int = 0
    start: int = 0
    """Plant instant before which it is not begun [microseconds since 1970 UTC]."""
    end: int = 0
    """Plant instant by which it is wanted."""
    description: str = ""


def read_job_order(key: str, arguments: Mapping[str, Value], materials: Mapping[str, Material]) -> JobOrder:
    """The job order that a command asks for; raises RefusedCommand.

    `key` is the job order's id. `product` and `quantity` are needed; `unit`, the symbol or UNECE code of the product's
    own unit, may be left out or empty.
    """
    material = _material(key, arguments.get("product"), materials)
    unit = arguments.get("unit", "")
    if unit not in ("", material.unit.symbol, material.unit.unece):
        raise RefusedCommand(
            Reason.OUT_OF_RANGE,
            f"job {key}: unit is {_shown(unit)}; {material.id} is ordered in {material.unit.symbol} "
            f"({material.unit.unece})",
        )
    start, end = (_whole(key, arguments, name, 0, LAST_INSTANT) for name in ("start", "end"))
    if start and end and end <= start:
        raise RefusedCommand(Reason.OUT_OF_RANGE, f"job {key}: end is not after start; give a later end, or none")
    description = arguments.get("description", "")
    if not isinstance(description, str) or len(description) > LONGEST_DESCRIPTION or _SURROGATE.search(description):
        raise RefusedCommand(
            Reason.WRONG_TYPE, f"job {key}: description must be a text of at most {LONGEST_DESCRIPTION} characters"
        )
    priority = _whole(key, arguments, "priority", LOWEST_PRIORITY, HIGHEST_PRIORITY)
    quantity = _quantity(key, arguments.get("quantity"), material)
    return JobOrder(key, material.id, quantity, material.unit.symbol, priority, start, end, description)


def _material(key: str, product: Value | None, materials: Mapping[str, Material]) -> Material:
    if not isinstance(product, str):
        raise RefusedCommand(Reason.WRONG_TYPE, f"job {key}: product is missing; name one of {', '.join(materials)}")
    material = materials.get(product)
    if material is None:
        close = get_close_matches(product[:100], materials, n=1, cutoff=0.4)
        way_out = f"did you mean {close[0]}?" if close else f"the products are {', '.join(materials)}"
        raise RefusedCommand(Reason.OUT_OF_RANGE, f"job {key}: {_shown(product)} is no product of this line; {way_out}")
    return material


def _quantity(key: str, value: Value | None, material: Material) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise RefusedCommand(
            Reason.WRONG_TYPE, f"job {key}: quantity is missing or no number; give it in {material.unit.symbol}"
        )
    if not material.above < value <= material.highest or math.isnan(value):
        raise RefusedCommand(
            Reason.OUT_OF_RANGE,
            f"job {key}: quantity is {_shown(value)} {material.unit.symbol}; give more than {material.above:g} and at "
            f"most {material.highest:g} {material.unit.symbol}",
        )
    return float(value)


def _whole(key: str, arguments: Mapping[str, Value], name: str, low: int, high: int) -> int:
    value = arguments.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int):
        raise RefusedCommand(Reason.WRONG_TYPE, f"job {key}: {name} is {_shown(value)}, not a whole number")
    if not low <= value <= high:
        raise RefusedCommand(Reason.OUT_OF_RANGE, f"job {key}: {name} is {_shown(value)}; give {low} to {high}")
    return value


def _shown(value: Value) -> str:
    """A value of any size as a short text."""
    if isinstance(value, int) and value.bit_length() > 256:
        return "a number of many digits"
    text = repr(value) if not isinstance(value, float) else f"{value:g}"
    return text if len(text) <= 40 else f"{text[:40]}..."
