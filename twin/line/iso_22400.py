"""The KPIs of ISO 22400-2 for any work unit, each declared once.

References:
    [1] ISO 22400-2:2014, Key performance indicators for manufacturing operations management, Part 2, with Amd 1:2017.
"""

from collections.abc import Callable
from dataclasses import dataclass

from twin.line.key_figures import Counted, KeyFigureDeclaration, ratio
from twin.line.text import Text
from twin.line.time import HOUR as HOUR_US
from twin.line.time import MINUTE as MINUTE_US
from twin.line.units import HOUR, MINUTE, PERCENT, Unit
from twin.line.work_unit import Elements, WorkUnit, elements

SOURCE = "ISO 22400-2"
PIECES_PER_HOUR = Unit("pieces/h", Text("pieces per hour", "piezas por hora"))
KILOWATT_HOUR_PER_PIECE = Unit("kWh/piece", Text("kilowatt hour per piece", "kilovatio hora por pieza"))
JOULES_PER_KWH = 3.6e6

NO_TIME = Text("no time has been planned yet", "todavía no hay tiempo planificado")
NOTHING_MADE = Text("nothing has been made yet", "todavía no se ha fabricado nada")
NO_FAILURE = Text("it has not broken down yet", "todavía no ha tenido averías")
NO_PRODUCTION = Text("it has not produced yet", "todavía no ha producido")

_SYMBOLS = {
    "APT": "time in activity producing",
    "AUST": "time in activity changeover",
    "ADET": "time in activities breakdown and micro-stop",
    "AUPT": "APT + AUST",
    "AUBT": "AUPT + ADET",
    "PBT": "calendar time without no shift, idle and cleaning",
    "PQ": "pieces finished",
    "GQ": "pieces finished that are good",
    "SQ": "PQ - GQ",
    "RQ": "pieces worked on again",
    "PRI": "1 / declared cadence",
    "CT": "calendar time",
    "DT": "time in activity breakdown",
    "FE": "times that activity breakdown was taken up",
    "E": "energy metered at the station",
}
_WAITING_OUT = "starved and blocked are planned time, but no busy time of the unit: others cause them"


@dataclass(frozen=True, slots=True)
class _Formula:
    """One KPI of a work unit."""

    name: str
    en: str
    es: str
    unit: Unit
    formula: str
    symbols: str
    compute: Callable[[Elements], float | None]
    undefined: Text
    high: float = 100.0
    time_model: str = "planned busy time"


def _product(*factors: float | None) -> float | None:
    """Product of percentages [%], None as soon as one of them is not defined."""
    result = 100.0
    for factor in factors:
        if factor is None:
            return None
        result *= factor / 100.0
    return result


def availability(e: Elements) -> float | None:
    """APT / PBT [%]."""
    return ratio(e.apt, e.pbt)


def effectiveness(e: Elements) -> float | None:
    """PRI x PQ / APT [%]; above 100 says that the declared cadence is too low."""
    return ratio(e.ideal, e.apt)


def quality(e: Elements) -> float | None:
    """GQ / PQ [%]."""
    return ratio(e.gq, e.pq)


def oee(e: Elements) -> float | None:
    """Availability x effectiveness x quality ratio [%]."""
    return _product(availability(e), effectiveness(e), quality(e))


def nee(e: Elements) -> float | None:
    """AUPT / PBT x effectiveness x quality ratio [%]: OEE that counts set-up as used time."""
    return _product(ratio(e.aupt, e.pbt), effectiveness(e), quality(e))


_FORMULAS: tuple[_Formula, ...] = (
    _Formula("availability", "availability", "disponibilidad", PERCENT, "APT / PBT", "APT PBT", availability, NO_TIME),
    _Formula(
        "effectiveness", "effectiveness", "efectividad", PERCENT, "PRI x PQ / APT", "PRI PQ APT", effectiveness,
        NO_PRODUCTION, 150.0,
    ),
    _Formula("quality_ratio", "quality ratio", "ratio de calidad", PERCENT, "GQ / PQ", "GQ PQ", quality, NOTHING_MADE),
    _Formula(
        "oee", "OEE", "OEE", PERCENT, "availability x effectiveness x quality ratio", "APT PBT PRI PQ GQ", oee,
        NOTHING_MADE, 150.0,
    ),
    _Formula(
        "nee", "NEE", "NEE", PERCENT, "AUPT / PBT x effectiveness x quality ratio", "AUPT PBT PRI PQ APT GQ", nee,
        NOTHING_MADE, 150.0, "planned busy time; set-up counts as used",
    ),
    _Formula(
        "teep", "TEEP", "TEEP", PERCENT, "PRI x GQ / CT", "PRI GQ CT", lambda e: ratio(e.ideal_good, e.calendar),
        NO_TIME, 150.0, "calendar time; in use beside the standard, not in it",
    ),
    _Formula(
        "throughput_rate", "throughput rate", "producción horaria", PIECES_PER_HOUR, "PQ / CT", "PQ CT",
        lambda e: ratio(e.pq, e.calendar, float(HOUR_US)), NO_TIME, 1e6,
        "the window; the standard takes an order's execution, which is the window of the order",
    ),
    _Formula(
        "allocation_efficiency", "allocation efficiency", "eficiencia de asignación", PERCENT, "AUBT / PBT", "AUBT PBT",
        lambda e: ratio(e.aubt, e.pbt), NO_TIME, 100.0, _WAITING_OUT,
    ),
    _Formula(
        "utilization_efficiency", "utilisation efficiency", "eficiencia de utilización", PERCENT, "APT / AUBT",
        "APT AUBT", lambda e: ratio(e.apt, e.aubt), NO_PRODUCTION, 100.0, _WAITING_OUT,
    ),
    _Formula(
        "technical_efficiency", "technical efficiency", "eficiencia técnica", PERCENT, "APT / (APT + ADET)", "APT ADET",
        lambda e: ratio(e.apt, e.apt + e.adet), NO_PRODUCTION, 100.0, _WAITING_OUT,
    ),
    _Formula(
        "setup_ratio", "set-up ratio", "ratio de preparación", PERCENT, "AUST / AUPT", "AUST AUPT",
        lambda e: ratio(e.aust, e.aupt), NO_PRODUCTION,
    ),
    _Formula(
        "scrap_ratio", "scrap ratio", "ratio de desecho", PERCENT, "SQ / PQ", "SQ PQ", lambda e: ratio(e.sq, e.pq),
        NOTHING_MADE,
    ),
    _Formula(
        "rework_ratio", "rework ratio", "ratio de reproceso", PERCENT, "RQ / PQ", "RQ PQ", lambda e: ratio(e.rq, e.pq),
        NOTHING_MADE,
    ),
    _Formula(
        "first_pass_yield", "first pass yield", "rendimiento a la primera", PERCENT, "(GQ - RQ) / PQ", "GQ RQ PQ",
        lambda e: ratio(e.gq - e.rq, e.pq), NOTHING_MADE,
    ),
    _Formula(
        "mtbf", "mean time between failures", "tiempo medio entre averías", HOUR, "AUBT / FE", "AUBT FE",
        lambda e: ratio(e.aubt / HOUR_US, e.breakdowns, 1.0), NO_FAILURE, 1e5,
        "busy time, repairs included; divided by the breakdowns that began, not by one more",
    ),
    _Formula(
        "mttr", "mean time to repair", "tiempo medio de reparación", MINUTE, "DT / FE", "DT FE",
        lambda e: ratio(e.down / MINUTE_US, e.breakdowns, 1.0), NO_FAILURE, 1e5,
        "breakdown time in the window over breakdowns that began in it",
    ),
)  # fmt: skip


class _Known:
    """The elements of a unit, worked out once for all its figures at an instant."""

    def __init__(self, unit: WorkUnit) -> None:
        self._unit = unit
        self._tally: Counted | None = None
        self._key = (-1, -1)
        self._elements: Elements | None = None

    def __call__(self, tally: Counted) -> Elements:
        key = (tally.elapsed, tally.read)
        if tally is not self._tally or key != self._key or self._elements is None:
            self._tally, self._key, self._elements = tally, key, elements(self._unit, tally)
        return self._elements


def iso_figures(unit: WorkUnit) -> tuple[KeyFigureDeclaration, ...]:
    """All KPIs of ISO 22400-2 that a work unit has."""
    known = _Known(unit)

    def declared(f: _Formula) -> KeyFigureDeclaration:
        return KeyFigureDeclaration(
            f.name, Text(f"{unit.title.en}: {f.en}", f"{unit.title.es}: {f.es}"), f.unit, unit.path, f.formula, SOURCE,
            lambda tally: f.compute(known(tally)), f.undefined, 0.0, f.high,
            inputs=tuple(f"{symbol} = {_SYMBOLS[symbol]}" for symbol in f.symbols.split()), time_model=f.time_model,
        )  # fmt: skip

    figures = [declared(formula) for formula in _FORMULAS]
    if unit.energy is not None:
        figures.append(_energy_figure(unit, unit.energy))
    return tuple(figures)


def _energy_figure(unit: WorkUnit, energy: Callable[[Counted], int]) -> KeyFigureDeclaration:
    title = Text(f"{unit.title.en}: energy per piece", f"{unit.title.es}: energía por pieza")
    return KeyFigureDeclaration(
        "energy_per_piece", title, KILOWATT_HOUR_PER_PIECE, unit.path, "E / PQ", SOURCE,
        lambda tally: ratio(energy(tally) / JOULES_PER_KWH, unit.produced(tally), 1.0), NOTHING_MADE, 0.0, 1e4,
        inputs=(f"E = {_SYMBOLS['E']}", f"PQ = {_SYMBOLS['PQ']}"),
        time_model="calendar time: energy drawn while it waits or stands is included",
    )  # fmt: skip
