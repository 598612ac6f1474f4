"""Energy, water, emissions and money of a run so far, out of the stations' meters."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from plant_models.energy_books import tile_tonnes
from plant_models.tiles import FIRED_SCRAP, FIRST, SECOND

if TYPE_CHECKING:
    from plant_models.line import TileLine
    from plant_models.stations.kiln import Kiln


def energy(line: "TileLine") -> dict[str, Any]:
    """Energy of the run [kWh] by station, its emissions [kg] and cost [EUR], and the kiln's balance and gaps."""
    tariffs = line.definition.energy
    stations = _stations(line)
    gas = sum(entry.get("gas_kwh", 0.0) for entry in stations.values())
    electricity = sum(entry.get("electricity_kwh", 0.0) for entry in stations.values())
    water = sum(part.glazing.state.water_g for part in line.forming) / 1e6
    fired_t = sum(part.kiln.state.tiles_left for part in line.firing) * tile_tonnes(line)
    combustion, process = gas * tariffs.co2_kg_per_kwh, fired_t * tariffs.process_co2_kg_per_t
    cost = {
        "gas": tariffs.gas_eur(gas),
        "electricity": tariffs.electricity_eur(electricity),
        "water": water * tariffs.water_eur_per_m3,
        "co2": (combustion + process) / 1000.0 * tariffs.co2_eur_per_t,
        "body": line.powder.state.used_mg / 1e9 * tariffs.body_eur_per_t,
        "glaze": _glazed_m2(line) * tariffs.glaze_eur_per_m2,
        "ink": sum(part.printer.state.ink_mg for part in line.forming) / 1e6 * tariffs.ink_eur_per_kg,
    }
    total = sum(cost.values())
    return {
        "gas_kwh": gas,
        "gas_kwh_hhv": gas * tariffs.higher_over_lower,
        "electricity_kwh": electricity,
        "co2_kg": combustion,
        "co2_process_kg": process,
        "water_m3": water,
        "cost_eur": total,
        "cost": cost,
        "per_m2": _per_m2(line, gas, electricity, combustion + process, water, total),
        "stations": stations,
        "kiln_balance_kwh": [_kiln_balance(part.kiln) for part in line.firing],
        "kiln_gaps": [_kiln_gaps(part.kiln, line) for part in line.firing],
    }


def _stations(line: "TileLine") -> dict[str, dict[str, float]]:
    """Energy and its price by station."""
    tariffs, stations = line.definition.energy, {}
    for station in line.stations:
        entry: dict[str, float] = {}
        for carrier, price in (("gas", tariffs.gas_eur), ("electricity", tariffs.electricity_eur)):
            joules = getattr(station.state, f"{carrier}_j", None)
            if joules is not None:
                entry[f"{carrier}_kwh"] = joules / 3.6e6
                entry["cost_eur"] = entry.get("cost_eur", 0.0) + price(joules / 3.6e6)
        if entry:
            stations["/".join(station.path.split("/")[3:])] = entry
    return stations


def _glazed_m2(line: "TileLine") -> float:
    tiles = sum(part.glazing.state.left * part.diary.cavities for part in line.forming)
    return float(tiles * line.definition.format.area_m2)


def _per_m2(
    line: "TileLine", gas: float, electricity: float, co2: float, water: float, eur: float
) -> Mapping[str, Mapping[str, float | None]]:
    """All of it over the area that was sorted, and over that of first quality."""
    area = line.definition.format.area_m2
    graded = [sum(part.sorter.state.graded[grade] for part in line.firing) for grade in range(FIRED_SCRAP + 1)]
    result = {}
    for name, tiles in (("sorted", graded[FIRST] + graded[SECOND] + graded[FIRED_SCRAP]), ("first", graded[FIRST])):
        amounts = {"gas_kwh": gas, "electricity_kwh": electricity, "co2_kg": co2, "water_m3": water, "cost_eur": eur}
        result[name] = {key: value / (tiles * area) if tiles else None for key, value in amounts.items()}
    return result


def _kiln_balance(kiln: "Kiln") -> dict[str, float]:
    air, burning = kiln.air, kiln.air.burning
    return {
        name: float(heat[:, burning].sum()) / 3600.0
        for name, heat in (
            ("burnt", air.burnt_kj),
            ("given_to_tiles", air.given_kj),
            ("lost", air.lost_kj),
            ("stored", air.stored_kj),
        )
    }


def _kiln_gaps(kiln: "Kiln", line: "TileLine") -> dict[str, float]:
    """Places that entered empty, and what their part of the kiln's constant losses cost.

    Losses are the same whatever is inside; a place that goes through empty carries its part of them for nothing.
    """
    places = float(kiln.state.gaps)
    kwh = places * kiln.parameters.air.loss_kw * kiln.interval() / 3.6e9
    return {"places": places, "gas_kwh": kwh, "cost_eur": line.definition.energy.gas_eur(kwh)}
