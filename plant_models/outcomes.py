"""What a study compares of a tile line: quality, calibers, output, energy and money of a stretch of its run."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from plant_models.energy_summary import energy
from plant_models.tiles import FIRED_SCRAP, FIRST, SECOND
from twin.line.outcome import Outcome
from twin.line.text import Text

if TYPE_CHECKING:
    from plant_models.line import TileLine

NOTHING = Text("nothing has been made", "no se ha fabricado nada")


def totals(line: "TileLine") -> dict[str, float]:
    """What adds up over a run: tiles by grade and caliber, energy, and money where the plant counts it."""
    spent = energy(line)
    states = [part.sorter.state for part in line.firing]
    return {
        "first": float(sum(state.graded[FIRST] for state in states)),
        "second": float(sum(state.graded[SECOND] for state in states)),
        "fired_scrap": float(sum(state.graded[FIRED_SCRAP] for state in states)),
        "in_caliber": float(sum(state.in_caliber for state in states)),
        "gas_kwh": float(spent["gas_kwh"]),
        "electricity_kwh": float(spent["electricity_kwh"]),
        "cost_eur": float(spent["cost_eur"]),
    }


def outcomes(line: "TileLine", made: Mapping[str, float], days: float) -> tuple[Outcome, ...]:
    """The figures of a stretch of `days` in which `made` was added to the totals."""
    area = line.definition.format.area_m2
    tiles = made["first"] + made["second"] + made["fired_scrap"]
    first_m2 = made["first"] * area
    kwh = made["gas_kwh"] + made["electricity_kwh"]

    def figure(name: str, en: str, es: str, unit: str, value: float, of: float, decimals: int) -> Outcome:
        known = None if of <= 0.0 else value / of
        return Outcome(name, Text(en, es), unit, known, decimals, NOTHING if known is None else None)

    return (
        figure("first_quality_share", "First quality", "Primera calidad", "%", 100.0 * made["first"], tiles, 2),
        figure("caliber_share", "In the nominal caliber", "En el calibre nominal", "%",
               100.0 * made["in_caliber"], tiles, 2),
        figure("output", "Output behind sorting", "Producción clasificada", "m2/day", tiles * area, days, 0),
        figure("first_quality_output", "First quality per day", "Primera al día", "m2/day", first_m2, days, 0),
        figure("energy_per_first_m2", "Energy per first m2", "Energía por m2 de primera", "kWh/m2", kwh, first_m2, 3),
        figure("cost_per_first_m2", "Energy and materials per first m2", "Energía y materiales por m2 de primera",
               "EUR/m2", made["cost_eur"], first_m2, 3),
    )  # fmt: skip
