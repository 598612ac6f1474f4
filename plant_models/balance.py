"""A planner's balance of a plant: press against kiln, store, fired size, water absorption, energy.

All are expected values by arithmetic on the plant's own parameters; the simulation adds chance, queues and control.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from plant_models.definition.product import changeover_minutes
from plant_models.line import FiringPart, FormingLine, TileLine
from plant_models.orders import Order
from plant_models.physics.compaction import bulk_density, drying_shrinkage, green_thickness, springback
from plant_models.physics.drying import crack_probability, dry
from plant_models.physics.firing import die_for_size, fired_mass, fired_size, fired_thickness
from plant_models.physics.kiln import daily_area, specific_gas
from plant_models.physics.sorting import allowed_deviation
from plant_models.stations.kiln import Kiln
from twin.line.calendar import OpenHours, minute_of_week
from twin.line.faults import FailureMode
from twin.line.station import Station

WEEK_MINUTES = 7 * 24 * 60
ABSORPTION_LIMITS: dict[str, tuple[float, float]] = {
    "BIa": (0.0, 0.5),
    "BIb": (0.5, 3.0),
    "BIIa": (3.0, 6.0),
    "BIII": (10.0, 100.0),
}
"""Water absorption of the groups of ISO 13006 / EN 14411 [%]: from, to."""
LARGEST_SIZE_ERROR = 0.75
"""Distance of the fired size from the nominal above which a planner corrects the die [mm]: half a caliber."""
SOAKS = (3.0, 8.0)
"""Time near the peak for which the bodies' coefficients are meant [min]."""
COOLING_RATES = (0.0, 40.0)
"""Rates at which tiles may pass the inversion of quartz [K/min]."""
EXIT_TEMPERATURES = (30.0, 100.0)
"""With what tiles may leave the kiln [degC]."""
MOST_SPARE = 1.5
"""What the presses may be able to make over what the kilns take [-]."""


@dataclass(frozen=True, slots=True)
class PressBalance:
    """What one press can send into the store; shares are of the time or tiles before them."""

    name: str
    tiles_per_minute: float
    manned_share: float
    availability: float
    changeover_share: float
    """Share of the manned time that changeovers leave."""
    cadence_share: float
    green_yield: float
    m2_day: float


@dataclass(frozen=True, slots=True)
class KilnBalance:
    """What one kiln can take, and what it makes of a tile."""

    name: str
    tiles: int
    tiles_per_minute: float
    nominal_m2_day: float
    """Full at every tick."""
    expected_m2_day: float
    """After stops and gaps in the feed."""
    load_t_h: float
    gas_kwh_t: float
    peak: float
    """Temperature that a tile reaches [degC]."""
    length: float
    width: float
    die_length: float
    """Cavity that would give the nominal length [mm]; likewise below."""
    die_width: float
    thickness: float
    water_absorption: float


@dataclass(frozen=True, slots=True)
class Balance:
    """The balance of a whole plant."""

    presses: tuple[PressBalance, ...]
    kilns: tuple[KilnBalance, ...]
    store_m2: float
    store_hours: float
    """How long a full store feeds all kilns [h]."""
    closed_hours: float
    """Longest time of the week in which no press is manned [h]."""
    density: float
    mass_kg_m2: float
    """Fired mass, without coats [kg/m2]."""
    dryer_kwh_t: float
    order_m2: float
    changeover_min: float
    """Mean time from one order to the next [min]."""

    @property
    def press_m2_day(self) -> float:
        """All presses together [m2/day]."""
        return sum(press.m2_day for press in self.presses)

    @property
    def kiln_m2_day(self) -> float:
        """All kilns together, as expected [m2/day]."""
        return sum(kiln.expected_m2_day for kiln in self.kilns)

    @property
    def bottleneck(self) -> str:
        """`press` or `kiln`."""
        return "press" if self.press_m2_day < self.kiln_m2_day else "kiln"


def balance(line: TileLine, orders: Sequence[Order] | None = None) -> Balance:
    """The balance of a plant; with an order book, changeovers are those between its orders by due date."""
    plant = line.definition
    order_m2, minutes = _order_mix(line, orders)
    presses = tuple(_press(line, part, order_m2, minutes) for part in line.forming)
    kilns = tuple(_kiln(line, part) for part in line.firing)
    nominal = sum(kiln.nominal_m2_day for kiln in kilns)
    store_m2 = plant.store.boxes * line.store.box_tiles * plant.format.area_m2
    press = plant.forming[0].press
    dry_kg = press.moist_mass / (1.0 + plant.powder.moisture / 100.0)
    return Balance(
        presses,
        kilns,
        store_m2,
        24.0 * store_m2 / nominal,
        closed_hours([part.press.hours for part in plant.forming]),
        _density(line, press.specific_pressure),
        float(fired_mass(dry_kg, plant.body.loss_on_ignition)) / plant.format.area_m2,
        _dryer_kwh_t(line, presses, sum(kiln.expected_m2_day for kiln in kilns)),
        order_m2,
        minutes,
    )


def closed_hours(lines: Sequence[Sequence[OpenHours]]) -> float:
    """Longest time of the week in which none of the lines is open [h]; a line without hours is always open.

    >>> closed_hours([[OpenHours(start="Mon 06:00", end="Sat 14:00")]])
    40.0
    """
    open_minutes = np.zeros(WEEK_MINUTES, dtype=bool)
    for hours in lines:
        open_minutes |= _open_minutes(hours)
    if open_minutes.all():
        return 0.0
    if not open_minutes.any():
        return WEEK_MINUTES / 60.0
    begins = np.nonzero(open_minutes)[0]
    gaps = np.diff(np.append(begins, begins[0] + WEEK_MINUTES)) - 1
    return float(gaps.max()) / 60.0


def _open_minutes(hours: Sequence[OpenHours]) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    result = np.full(WEEK_MINUTES, not hours)
    for opening in hours:
        start, end = minute_of_week(opening.start), minute_of_week(opening.end)
        length = (end - start) % WEEK_MINUTES or WEEK_MINUTES
        result[(start + np.arange(length)) % WEEK_MINUTES] = True
    return result


# Press and glazing.


def _stopped_share(mode: FailureMode, scale: float) -> float:
    """Stopped time over running time of one failure mode [-]."""
    if mode.uptime_h is None or not mode.stops or scale == 0.0:
        return 0.0
    return mode.repair_min.mean / 60.0 / (mode.uptime_h.mean / scale)


def availability(stations: Sequence[Station]) -> float:
    """Share of the time in which none of the stations stands still [-], one stop at a time."""
    stopped = sum(
        _stopped_share(mode, station.parameters.fault_scale)
        for station in stations
        for mode in station.parameters.faults.values()
    )
    return 1.0 / (1.0 + stopped)


def _order_mix(line: TileLine, orders: Sequence[Order] | None) -> tuple[float, float]:
    """(mean area of an order [m2], mean changeover from one to the next [min])."""
    plant, products = line.definition, line.definition.products
    stations = plant.forming[0]
    matrices = (stations.press.changeover_min, stations.glazing.changeover_min, stations.printer.changeover_min)

    def minutes(before: str, after: str) -> float:
        return max(changeover_minutes(products[before], products[after], matrix) for matrix in matrices)

    if orders:
        due = sorted(orders, key=lambda order: order.due)
        changes = [minutes(one.product, other.product) for one, other in pairwise(due)]
        return sum(order.quantity_m2 for order in orders) / len(orders), sum(changes) / max(1, len(changes))
    total = sum(product.share for product in products.values())
    mean = sum(
        first.share * second.share / total**2 * minutes(before, after)
        for before, first in products.items()
        for after, second in products.items()
    )
    return plant.orders.mean_m2, mean


def _press(line: TileLine, part: FormingLine, order_m2: float, change_min: float) -> PressBalance:
    plant, p = line.definition, part.press.parameters
    area = plant.format.area_m2
    rate = p.cavities * p.strokes_per_minute
    manned = float(_open_minutes(p.hours).mean())
    running = availability((line.powder, part.press, part.dryer, part.glazing, part.printer))
    order_min = order_m2 / plant.orders.planned_yield / area / (rate * p.cadence_share * running)
    changeover = order_min / (order_min + change_min)
    green = _green_yield(line, part)
    tiles = rate * p.cadence_share * manned * running * changeover * green
    return PressBalance(
        part.press.path.split("/")[-2],
        rate,
        manned,
        running,
        changeover,
        p.cadence_share,
        green,
        float(daily_area(tiles, area)),
    )


def _green_yield(line: TileLine, part: FormingLine) -> float:
    press, d = part.press.parameters, part.dryer.parameters
    dried = dry(
        line.definition.powder.moisture,
        d.residence_min,
        d.hot_temperature,
        d.cool_temperature,
        d.hot_share,
        line.definition.format.thickness_mm,
        d.drying,
    )
    cracked = float(crack_probability(dried.maximum_rate, d.cracking, press.gradient)) * d.cracked_found_share
    return (1.0 - press.broken_share) * (1.0 - cracked)


def _dryer_kwh_t(line: TileLine, presses: Sequence[PressBalance], wanted_m2_day: float) -> float:
    """Gas of the dryers per dry mass [kWh/t] at what the kilns take, idle heat included."""
    plant = line.definition
    possible = sum(press.m2_day for press in presses)
    share = min(1.0, wanted_m2_day / possible)
    gas_kw, dry_t_h = 0.0, 0.0
    for part, press in zip(line.forming, presses, strict=True):
        p, d = part.press.parameters, part.dryer.parameters
        tiles_h = share * press.m2_day / plant.format.area_m2 / 24.0 / press.green_yield
        gas_kw += d.idle_kw + part.dryer.heat_per_tile() * tiles_h / 3600.0
        dry_t_h += tiles_h * p.moist_mass / (1.0 + plant.powder.moisture / 100.0) / 1000.0
    return gas_kw / dry_t_h


# Kiln.


def _density(line: TileLine, pressure: float) -> float:
    plant = line.definition
    return float(bulk_density(pressure, plant.powder.moisture, plant.body.compaction))


def _kiln(line: TileLine, part: FiringPart) -> KilnBalance:
    plant, kiln, p = line.definition, part.kiln, part.kiln.parameters
    body, press, nominal = plant.body, plant.forming[0].press, plant.format
    rate = kiln.places * p.lanes / p.cycle_min
    full = float(daily_area(rate, nominal.area_m2))
    weights = kiln.weights
    shift = float((weights.mean_above + weights.mean_below)[kiln.air.burning].sum()) * p.peak_shift
    peak = weights.peak_temperature + shift
    density = _density(line, press.specific_pressure)
    firing = float(body.firing.shrinkage(density, peak))
    moisture = plant.powder.moisture
    recovery = float(springback(press.specific_pressure, moisture, body.springback))
    drying = float(drying_shrinkage(moisture, body.drying_shrinkage))
    face = press.die_length_mm * press.die_width_mm / 1e6
    green = float(green_thickness(press.moist_mass, face, density, moisture))
    return KilnBalance(
        part.kiln.path.split("/")[-2],
        kiln.places * p.lanes,
        rate,
        full,
        full * _fed_share(part),
        kiln.load_t_h,
        float(specific_gas(kiln.load_t_h, p.air.loss_kw, p.air.product_kwh_t)),
        peak,
        float(fired_size(press.die_length_mm, recovery, drying, firing)),
        float(fired_size(press.die_width_mm, recovery, drying, firing)),
        float(die_for_size(nominal.length_mm, recovery, drying, firing)),
        float(die_for_size(nominal.width_mm, recovery, drying, firing)),
        float(fired_thickness(green, firing, body.thickness_excess)),
        float(body.firing.water_absorption(density, peak)),
    )


def _fed_share(part: FiringPart) -> float:
    """Share of the time in which the kiln runs and its entry is open [-]."""
    parameters = part.kiln.parameters
    stopped = 0.0
    for mode in parameters.faults.values():
        if mode.uptime_h is not None and (mode.stops or mode.conditions.get("feed_closed")):
            stopped += mode.repair_min.mean / 60.0 / mode.uptime_h.mean * parameters.fault_scale
    return 1.0 / (1.0 + stopped)


def warnings_of(line: TileLine, found: Balance) -> list[tuple[str, float, float]]:
    """What a planner would not let pass: (kind, value, limit), by kind as the report words it."""
    plant = line.definition
    result: list[tuple[str, float, float]] = []
    for kiln in found.kilns:
        for kind, size, nominal in (
            ("length", kiln.length, plant.format.length_mm),
            ("width", kiln.width, plant.format.width_mm),
        ):
            if abs(size - nominal) > LARGEST_SIZE_ERROR:
                result.append((kind, size, nominal))
        low, high = ABSORPTION_LIMITS[plant.body.group]
        if not low <= kiln.water_absorption <= high:
            result.append(("absorption", kiln.water_absorption, high if kiln.water_absorption > high else low))
        if abs(kiln.thickness - plant.format.thickness_mm) > allowed_deviation(plant.format.thickness_mm, 5.0, 0.5):
            result.append(("thickness", kiln.thickness, plant.format.thickness_mm))
    for part in line.firing:
        result += _curve_warnings(part.kiln)
    if found.press_m2_day < found.kiln_m2_day:
        result.append(("feed", found.press_m2_day, found.kiln_m2_day))
    elif found.press_m2_day > MOST_SPARE * found.kiln_m2_day:
        result.append(("spare", found.press_m2_day, found.kiln_m2_day))
    if found.store_hours < found.closed_hours:
        result.append(("store", found.store_hours, found.closed_hours))
    return result


def _curve_warnings(kiln: Kiln) -> Iterator[tuple[str, float, float]]:
    """What a kiln's curve and cycle do to its tiles that they should not."""
    for kind, value, (low, high) in (
        ("soak", kiln.nominal_soak, SOAKS),
        ("cooling", kiln.nominal_cooling, COOLING_RATES),
        ("exit", kiln.nominal_exit, EXIT_TEMPERATURES),
    ):
        if not low <= value <= high:
            yield kind, value, high if value > high else low
