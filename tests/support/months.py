"""What a plant of the tile family has made of some weeks, in the figures and bands of the process sheet.

Sections 7.3 (classes), 8.2 (energy per stage) and 8.3 (performance) of the sheet give the bands, all of them estimates
[E] or recalled [L]. Those of energy are of porcelain at about 22 kg/m2; machines that are driven by area draw the same
per square metre whatever a tile weighs, so that their bands per tonne are turned by the mass per square metre.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from scipy.stats import chi2, norm

from plant_models.energy_books import tile_tonnes
from tests.support.tile_lines import START, LineRun
from twin.line.activity import Activity
from twin.line.faults import ONSET_STEPS, FailureMode
from twin.line.station import Station
from twin.line.time import HOUR, MINUTE

Band = tuple[float, float]
PORCELAIN_KG_M2 = 22.5
PLANTS = ("porcelain-600", "slab-600x1200", "wall-316")
"""All shipped plants."""
KG_M2: Mapping[str, float] = {"porcelain-600": 22.5, "slab-600x1200": 23.7, "wall-316": 14.0}
"""Fired mass [kg/m2]."""

QUALITY: Mapping[str, Band] = {
    "first quality": (0.90, 0.97),
    "fired scrap": (0.015, 0.030),
    "green scrap": (0.02, 0.04),
}
"""Section 7.3: shares of sorted tiles, and of pressed ones [-]."""
PERFORMANCE: Mapping[str, Band] = {
    "press availability": (0.80, 0.90),
    "press performance": (0.92, 0.98),
    "press quality": (0.97, 0.99),
    "press OEE": (0.75, 0.85),
    "glazing availability": (0.78, 0.90),
    "glazing quality": (0.97, 0.99),
    "glazing OEE": (0.68, 0.80),
    "kiln availability": (0.96, 0.99),
    "kiln performance": (0.92, 0.99),
    "kiln quality": (0.96, 0.98),
    "kiln OEE": (0.88, 0.94),
    "sorting availability": (0.88, 0.94),
    "sorting performance": (0.80, 0.95),
    "sorting quality": (0.90, 0.97),
    "sorting OEE": (0.65, 0.82),
    "line OEE": (0.65, 0.80),
}
"""Section 8.3 [-]."""
HEAT: Mapping[str, Band] = {"drying heat": (90.0, 130.0), "firing heat": (540.0, 800.0), "heat": (640.0, 930.0)}
BY_MASS: Mapping[str, Band] = {"pressing electricity": (15.0, 35.0), "drying electricity": (4.0, 10.0)}
BY_AREA: Mapping[str, Band] = {
    "glazing electricity": (10.0, 15.0),
    "firing electricity": (20.0, 40.0),
    "packing electricity": (8.0, 15.0),
    "electricity": (60.0, 115.0),
}
"""Section 8.2 [kWh/t]; the driers and presses of green tiles per dry tonne, the others per fired tonne."""


def bands(plant: str) -> dict[str, Band]:
    """Lowest and highest value of each figure of a shipped plant."""
    lighter = PORCELAIN_KG_M2 / KG_M2[plant]
    by_area = {name: (low * lighter, high * lighter) for name, (low, high) in BY_AREA.items()}
    return {**QUALITY, **PERFORMANCE, **HEAT, **BY_MASS, **by_area}


@dataclass(frozen=True)
class Occurrences:
    """How often a failure mode has occurred, over which time and how long."""

    count: float
    clock_h: float
    """Time on its clock in which it was not active [h]."""
    down_h: float
    """Time from its alarms to its ends [h]."""
    ended: float
    """Occurrences that are over."""

    def __add__(self, other: "Occurrences") -> "Occurrences":
        return Occurrences(
            self.count + other.count,
            self.clock_h + other.clock_h,
            self.down_h + other.down_h,
            self.ended + other.ended,
        )


@dataclass(frozen=True)
class Month:
    """Figures and failures of one run."""

    plant: str
    seed: int
    days: float
    figures: Mapping[str, float]
    modes: Mapping[str, Occurrences]
    """By `station/mode`."""


def month(run: LineRun, plant: str, seed: int) -> Month:
    """The figures of a run so far; the plant has one press and one kiln."""
    days = (run.engine.now - START) / (24 * HOUR)
    figures = {**_quality(run), **_performance(run), **_energy(run)}
    assert figures.keys() == bands(plant).keys()
    return Month(plant, seed, days, figures, occurrences(run))


def _quality(run: LineRun) -> dict[str, float]:
    tiles = run.tiles
    return {
        "first quality": run.first_share,
        "fired scrap": tiles["fired_scrap"] / run.sorted_tiles,
        "green scrap": tiles["green_scrap"] / tiles["pressed"],
    }


@dataclass(frozen=True)
class _Unit:
    """A station's times [microseconds] and tiles, and what it could make [1/min]."""

    station: Station
    planned: float
    made: float
    good: float
    ideal: float

    def figures(self, name: str) -> dict[str, float]:
        working = self.station.time_in(Activity.PRODUCING)
        best = self.made / self.ideal * MINUTE
        return {
            f"{name} availability": working / self.planned,
            f"{name} performance": best / working,
            f"{name} quality": self.good / self.made,
            f"{name} OEE": best / self.planned * self.good / self.made,
        }


def _performance(run: LineRun) -> dict[str, float]:
    line, tiles, calendar = run.line, run.tiles, run.engine.now - START
    forming, firing = line.forming[0], line.firing[0]
    p, places = forming.press.parameters, firing.kiln.parameters.lanes * firing.kiln.places
    pressed, scrap = tiles["pressed"], tiles["green_scrap"]
    manned = calendar - forming.press.time_in(Activity.CLOSED) - forming.press.time_in(Activity.IDLE)
    cadence = p.cavities * p.strokes_per_minute
    press = _Unit(forming.press, manned - forming.press.time_in(Activity.CLEANING), pressed, pressed - scrap, cadence)
    glazing = replace(press, station=forming.glazing, planned=manned)
    left = firing.kiln.state.tiles_left
    kiln = _Unit(firing.kiln, calendar, left, left - tiles["fired_scrap"], places / firing.kiln.parameters.cycle_min)
    sorter = firing.sorter.parameters.tiles_per_minute
    sorting = _Unit(firing.sorter, calendar, run.sorted_tiles, tiles["first"], sorter)
    found = {**press.figures("press"), **glazing.figures("glazing"), **kiln.figures("kiln")}
    found |= {**sorting.figures("sorting"), "line OEE": tiles["first"] / cadence * MINUTE / press.planned}
    # A glazing line has no cadence of its own: it is given what the press has made.
    del found["glazing performance"]
    return found


def _energy(run: LineRun) -> dict[str, float]:
    line = run.line
    press, kiln = line.forming[0].press, line.firing[0].kiln
    fired_t = kiln.state.tiles_left * tile_tonnes(line)
    dry_t = press.tiles_pressed * press.parameters.moist_mass / (1.0 + line.definition.powder.moisture / 100.0) / 1e3
    used = {name.split("/")[-1]: entry for name, entry in line.summary()["energy"]["stations"].items()}

    def electricity(*stations: str) -> float:
        return float(sum(used[name]["electricity_kwh"] for name in stations))

    return {
        "drying heat": used["dryer"]["gas_kwh"] / dry_t,
        "firing heat": used["kiln"]["gas_kwh"] / fired_t,
        "heat": (used["dryer"]["gas_kwh"] + used["kiln"]["gas_kwh"]) / fired_t,
        "pressing electricity": electricity("press") / dry_t,
        "drying electricity": electricity("dryer") / dry_t,
        "glazing electricity": electricity("glazing", "printer") / fired_t,
        "firing electricity": electricity("kiln") / fired_t,
        "packing electricity": electricity("sorter", "palletiser") / fired_t,
        "electricity": electricity("press", "dryer", "glazing", "printer", "kiln", "sorter", "palletiser") / fired_t,
    }


def occurrences(run: LineRun) -> dict[str, Occurrences]:
    """Failures of the modes that come by themselves after times without memory."""
    found = {}
    for station in run.line.stations:
        state = station.faults.state
        for place, (name, mode) in enumerate(zip(station.faults.names, station.faults.modes, strict=True)):
            if mode.uptime_h is None or mode.uptime_h.distribution != "exponential":
                continue
            down, signs = state.down_time[place] / HOUR, state.counts[place] * mode.onset_min / 60.0
            if state.until[place] and state.steps[place] < ONSET_STEPS:
                # Of an onset that goes on only what has passed.
                signs += (run.engine.now - state.signs_at[place]) / HOUR - mode.onset_min / 60.0
            clock = state.worked / HOUR if mode.clock == "working" else (run.engine.now - START) / HOUR
            # A working clock stands while a mode stops its station, the plant's never does.
            clock -= signs + (0.0 if mode.clock == "working" and mode.stops else down)
            ended = state.counts[place] - bool(state.until[place])
            found[f"{station.name}/{name}"] = Occurrences(state.counts[place], max(0.0, clock), down, ended)
    return found


def poisson(count: float, outside: float) -> Band:
    """Interval of the expected number of occurrences of which `count` were seen, exact for a Poisson process."""
    low = float(chi2.ppf(outside / 2.0, 2.0 * count) / 2.0) if count else 0.0
    return low, float(chi2.ppf(1.0 - outside / 2.0, 2.0 * count + 2.0) / 2.0)


def repair_interval(mode: FailureMode, seen: Occurrences, outside: float) -> Band:
    """Interval of the mean time to repair [min], by the declared spread of a single repair."""
    mean = 60.0 * seen.down_h / seen.ended
    error = float(norm.ppf(1.0 - outside / 2.0)) * spread(mode) / math.sqrt(seen.ended)
    return mean - error, mean + error


def spread(mode: FailureMode) -> float:
    """Standard deviation of a mode's repair time [min]."""
    steps = [(step + 0.5) / 2000.0 for step in range(2000)]
    values = [mode.repair_min.quantile(step) for step in steps]
    mean = sum(values) / len(values)
    return math.sqrt(sum((value - mean) ** 2 for value in values) / len(values))
