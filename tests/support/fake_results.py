"""Results of the bakery's oven, as plain data."""

from collections.abc import Sequence

from twin.line.results import Result, ResultKind
from twin.line.table import Column
from twin.line.text import Text
from twin.line.units import GRAM

_OVEN = "bakery/corner/baking/line-1/oven"
FLAWS = (Text("burnt", "quemado"), Text("torn", "rasgado"))
LOAF = ResultKind(
    "Loaf",
    Text("Inspected loaves", "Panes inspeccionados"),
    (_OVEN,),
    (
        Column("weight", Text("Weight", "Peso"), GRAM),
        Column("crust", Text("Crust", "Corteza")),
        Column("class", Text("Class", "Clase"), words=(Text("for sale", "a la venta"), Text("crumbs", "para rallar"))),
        Column(
            "flaws", Text("Flaws", "Defectos"), words=(Text("burnt", "quemado"), Text("torn", "rasgado")), flags=True
        ),
    ),
    seldom=True,
)


def loaf(number: int, time: int) -> Result:
    """A loaf; every third one is burnt and torn."""
    bad = number % 3 == 0
    values = (400.0 + number, float(number % 5), float(bad), 3.0 if bad else 0.0)
    return Result(number, f"B-{number}", _OVEN, time, not bad, "monday", "baguette", values)


def newest(count: int, after: int, limit: int, time: int) -> Sequence[Result]:
    """The newest of `count` loaves."""
    first = max(after, count - limit)
    return [loaf(number, time) for number in range(first + 1, count + 1)]
