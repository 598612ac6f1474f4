"""The KPIs of a tile line: those of ISO 22400-2 for every work unit, and the tile maker's own."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from plant_models.energy_books import Used, tile_tonnes
from plant_models.meters import ELECTRICITY, GAS, GRADED, WATER
from plant_models.stations.palletiser import kind_of_pallet
from plant_models.tiles import FIRED_SCRAP, FIRST, SECOND
from twin.line.activity import Activity
from twin.line.iso_22400 import JOULES_PER_KWH, NO_TIME, NOTHING_MADE, SOURCE, iso_figures
from twin.line.key_figures import Counted, KeyFigureDeclaration, ratio
from twin.line.records import Record
from twin.line.station import Station
from twin.line.text import Text
from twin.line.time import DAY, MINUTE
from twin.line.units import (
    EURO_PER_SQUARE_METRE,
    HOUR,
    KILOGRAM_PER_SQUARE_METRE,
    KILOWATT_HOUR_PER_SQUARE_METRE,
    KILOWATT_HOUR_PER_TONNE,
    ONE,
    PERCENT,
    SQUARE_METRES_PER_DAY,
    Unit,
)
from twin.line.work_unit import WorkUnit

if TYPE_CHECKING:
    from plant_models.line import FiringPart, FormingLine, TileLine

HOUSE = "tile maker's practice"
_STOPPED = (Activity.CLOSED, Activity.IDLE, Activity.CLEANING, Activity.DOWN)
NO_FIRST = Text("no first quality has been sorted yet", "todavía no se ha clasificado ninguna primera")
NO_PALLET = Text("no pallet of first quality is full yet", "todavía no hay ningún palet completo de primera")
NOTHING_INSIDE = Text("nothing has been inside yet", "todavía no ha habido nada dentro")
NO_KILN_TIME = Text("no row was due at the kiln yet", "todavía no tocaba entrar ninguna fila al horno")

TURNS_PER_DAY = Unit("1/day", Text("turns per day", "rotaciones al día"))

Compute = Callable[[Counted], float | None]


def tile_key_figures(line: "TileLine") -> tuple[KeyFigureDeclaration, ...]:
    """All KPIs, the line's first."""
    figures = list(_line_figures(line))
    for unit in work_units(line):
        figures.extend(iso_figures(unit))
    for part in line.firing:
        figures.extend(_kiln_figures(line, part))
    return tuple(figures)


def work_units(line: "TileLine") -> tuple[WorkUnit, ...]:
    """Presses, kilns and sorting lines, in the order of the line."""
    return (
        *(_press(line, part) for part in line.forming),
        *(_kiln(line, part) for part in line.firing),
        *(_sorter(line, part) for part in line.firing),
    )


def _unit(
    line: "TileLine",
    station: Station,
    produced: Callable[[Counted], int],
    good: Callable[[Counted], int],
    ideal_per_minute: float,
) -> WorkUnit:
    index = line.stations.index(station)
    area = line.definition.format.area_m2
    return WorkUnit(
        index,
        station.path,
        station.place.title,
        produced,
        good,
        ideal_per_minute,
        energy=lambda tally: tally.metered(index, GAS) + tally.metered(index, ELECTRICITY),
        piece_m2=area,
        piece_eur=area * line.definition.energy.first_eur_per_m2,
    )


def _press(line: "TileLine", part: "FormingLine") -> WorkUnit:
    press, glazing = line.stations.index(part.press), line.stations.index(part.glazing)
    p = part.press.parameters
    return _unit(
        line,
        part.press,
        lambda tally: tally.made(press),
        lambda tally: tally.made(press) - tally.scrapped(glazing),
        p.cavities * p.strokes_per_minute,
    )


def _kiln(line: "TileLine", part: "FiringPart") -> WorkUnit:
    kiln, sorter = line.stations.index(part.kiln), line.stations.index(part.sorter)
    p = part.kiln.parameters
    return _unit(
        line,
        part.kiln,
        lambda tally: tally.left(kiln),
        lambda tally: tally.left(kiln) - tally.metered(sorter, GRADED + FIRED_SCRAP),
        p.lanes * part.kiln.places / p.cycle_min,
    )


def _sorter(line: "TileLine", part: "FiringPart") -> WorkUnit:
    sorter = line.stations.index(part.sorter)
    return _unit(
        line,
        part.sorter,
        lambda tally: sum(tally.metered(sorter, GRADED + grade) for grade in (FIRST, SECOND, FIRED_SCRAP)),
        lambda tally: tally.metered(sorter, GRADED + FIRST),
        part.sorter.parameters.tiles_per_minute,
    )


def _figure(
    name: str,
    title: tuple[str, str],
    unit: Unit,
    formula: str,
    inputs: tuple[str, ...],
    compute: Compute,
    *,
    station: Station | None = None,
    source: str = HOUSE,
    high: float = 100.0,
    main: bool = False,
    undefined: Text = NOTHING_MADE,
    time_model: str = "the window; a tile counts when it is sorted",
) -> KeyFigureDeclaration:
    path = "" if station is None else station.path
    return KeyFigureDeclaration(
        name, Text(*title), unit, path, formula, source, compute, undefined, 0.0, high, main, inputs, time_model
    )


class _Sums:
    """What the line as a whole adds up to."""

    def __init__(self, line: "TileLine") -> None:
        self._stations = range(len(line.stations))
        self._sorters = tuple(line.stations.index(part.sorter) for part in line.firing)
        self._palletisers = tuple(line.stations.index(part.palletiser) for part in line.firing)
        self._kilns = tuple(line.stations.index(part.kiln) for part in line.firing)
        self._presses = tuple(line.stations.index(part.press) for part in line.forming)
        self._glazing = tuple(line.stations.index(part.glazing) for part in line.forming)
        self._area = line.definition.format.area_m2
        self._tile_t = tile_tonnes(line)
        self._tariffs = line.definition.energy

    def graded(self, tally: Counted, *grades: int) -> int:
        return sum(tally.metered(sorter, GRADED + grade) for sorter in self._sorters for grade in grades)

    def sorted(self, tally: Counted) -> int:
        return self.graded(tally, FIRST, SECOND, FIRED_SCRAP)

    def first_m2(self, tally: Counted) -> float:
        return self.graded(tally, FIRST) * self._area

    def sorted_m2(self, tally: Counted) -> float:
        return self.sorted(tally) * self._area

    def pressed(self, tally: Counted) -> int:
        return sum(tally.made(press) for press in self._presses)

    def green_scrap(self, tally: Counted) -> int:
        return sum(tally.scrapped(glazing) for glazing in self._glazing)

    def pallet_kinds(self, tally: Counted) -> list[tuple[int, int, int, int]]:
        return [kind_of_pallet(made) for station in self._palletisers for made in tally.kinds_made(station)]

    def metered(self, tally: Counted, meter: int) -> int:
        return sum(tally.metered(station, meter) for station in self._stations)

    def kwh(self, tally: Counted, meter: int) -> float:
        return self.metered(tally, meter) / JOULES_PER_KWH

    def used(self, tally: Counted) -> Used:
        used = Used(
            gas_kwh=self.kwh(tally, GAS),
            electricity_kwh=self.kwh(tally, ELECTRICITY),
            water_m3=self.metered(tally, WATER) / 1e6,
        )
        fired = sum(tally.left(kiln) for kiln in self._kilns)
        return used.priced(self._tariffs, fired * self._tile_t)


_FIRST_M2 = "first m2 = area of tiles sorted as first quality"
_SORTED = "sorted = tiles sorted as first, second or fired scrap"
_CT = "CT = calendar time"


def _line_figures(line: "TileLine") -> Iterator[KeyFigureDeclaration]:
    sums = _Sums(line)
    yield from _quality_figures(sums)
    yield from _sort_figures(sums)
    yield from _stock_figures(line)
    per_first = KILOWATT_HOUR_PER_SQUARE_METRE
    for name, title, unit, formula, inputs, total, high, main in (
        (
            "gas_per_first_m2", ("Gas per m2 of first quality", "Gas por m2 de primera"), per_first,
            "gas / first m2", "gas = gas metered at all stations [kWh, lower heating value]",
            lambda tally: sums.kwh(tally, GAS), 200.0, True,
        ),
        (
            "electricity_per_first_m2", ("Electricity per m2 of first quality", "Electricidad por m2 de primera"),
            per_first, "electricity / first m2", "electricity = electricity metered at all stations [kWh]",
            lambda tally: sums.kwh(tally, ELECTRICITY), 50.0, False,
        ),
        (
            "co2_per_first_m2", ("CO2 per m2 of first quality", "CO2 por m2 de primera"), KILOGRAM_PER_SQUARE_METRE,
            "CO2 / first m2", "CO2 = of the gas burnt and of the body fired [kg]",
            lambda tally: sums.used(tally).co2_kg, 50.0, True,
        ),
        (
            "energy_eur_per_first_m2", ("Energy cost per m2 of first quality", "Coste de energía por m2 de primera"),
            EURO_PER_SQUARE_METRE, "money / first m2", "money = gas, electricity, water and rights to emit [EUR]",
            lambda tally: sums.used(tally).eur, 50.0, True,
        ),
    ):  # fmt: skip
        yield _figure(
            name, title, unit, formula, (inputs, _FIRST_M2), _per(total, sums.first_m2), high=high, main=main,
            undefined=NO_FIRST, time_model="calendar time: what is drawn while nothing is made is included",
        )  # fmt: skip


def _stock_figures(line: "TileLine") -> Iterator[KeyFigureDeclaration]:
    """What follows from how much is inside on average."""
    index = line.stations.index
    kilns = [index(part.kiln) for part in line.firing]
    entered = [(index(part.press), int(Record.MADE)) for part in line.forming]
    left = [(index(part.glazing), int(Record.SCRAPPED)) for part in line.forming]
    left += [(kiln, int(Record.LEFT)) for kiln in kilns]

    def turns(tally: Counted) -> float | None:
        stock, days = tally.stock(entered, left, line.opening_tiles), tally.elapsed / DAY
        fired = sum(tally.left(kiln) for kiln in kilns)
        return None if stock is None else ratio(fired / days, stock, 1.0)

    yield _figure(
        "inventory_turns", ("Inventory turns", "Rotación de inventario"), TURNS_PER_DAY, "fired per day / stock",
        (
            "fired = tiles that left the kilns",
            "stock = average number of tiles between press and the kilns' end: pressed, not taken out and not fired",
        ),
        turns, source=SOURCE, undefined=NOTHING_INSIDE,
        time_model="the window; the average over calendar time, what was inside at its beginning included",
    )  # fmt: skip
    boxed, fed = [(index(line.store), int(Record.ENTERED))], [(kiln, int(Record.ENTERED)) for kiln in kilns]
    rate = line.store.kiln_rate

    def autonomy(tally: Counted) -> float | None:
        stock = tally.stock(boxed, fed, line.opening_boxed)
        return None if stock is None else max(0.0, stock) / rate

    yield _figure(
        "kiln_autonomy", ("Kiln autonomy", "Autonomía de horno"), HOUR, "stock / kilns' rate",
        (
            "stock = average number of tiles in full boxes and on their way from a box to a kiln",
            "kilns' rate = places of all kilns / declared cycle",
        ),
        autonomy, high=200.0, main=True, undefined=NO_TIME,
        time_model="the window; the average over calendar time. The signal `autonomy` of the store is that of the "
        "moment, boxes that are being filled included",
    )  # fmt: skip


def _per(total: Callable[[Counted], float], area: Callable[[Counted], float]) -> Compute:
    return lambda tally: ratio(total(tally), area(tally), 1.0)


def _quality_figures(sums: _Sums) -> Iterator[KeyFigureDeclaration]:
    yield _figure(
        "first_quality_share", ("First quality", "Primera calidad"), PERCENT, "first / sorted",
        ("first = tiles sorted as first quality", _SORTED),
        lambda tally: ratio(sums.graded(tally, FIRST), sums.sorted(tally)), main=True,
    )  # fmt: skip
    yield _figure(
        "output", ("Output behind sorting", "Producción tras clasificación"), SQUARE_METRES_PER_DAY,
        "sorted m2 / CT", (_SORTED, _CT), lambda tally: ratio(sums.sorted_m2(tally), tally.elapsed, DAY),
        high=60000.0, main=True, undefined=NO_TIME,
    )  # fmt: skip
    yield _figure(
        "first_quality_output", ("First quality per day", "Primera al día"), SQUARE_METRES_PER_DAY, "first m2 / CT",
        (_FIRST_M2, _CT), lambda tally: ratio(sums.first_m2(tally), tally.elapsed, DAY), high=60000.0,
        undefined=NO_TIME,
    )  # fmt: skip
    yield _figure(
        "green_scrap_ratio", ("Green scrap ratio", "Tiesto crudo"), PERCENT, "green scrap / pressed",
        ("green scrap = tiles taken out behind glazing", "pressed = tiles pressed"),
        lambda tally: ratio(sums.green_scrap(tally), sums.pressed(tally)), source=SOURCE,
        time_model="the window; scrap counts when it is taken out",
    )  # fmt: skip
    yield _figure(
        "scrap_ratio", ("Fired scrap ratio", "Tiesto cocido"), PERCENT, "fired scrap / sorted",
        ("fired scrap = tiles sorted as such", _SORTED),
        lambda tally: ratio(sums.graded(tally, FIRED_SCRAP), sums.sorted(tally)), source=SOURCE,
    )  # fmt: skip
    yield _figure(
        "fall_off_ratio", ("Fall-off ratio", "Ratio de caída"), PERCENT, "(green scrap + fired scrap) / pressed",
        (
            "green scrap = tiles taken out behind glazing", "fired scrap = tiles sorted as such",
            "pressed = tiles pressed",
        ),
        lambda tally: ratio(sums.green_scrap(tally) + sums.graded(tally, FIRED_SCRAP), sums.pressed(tally)),
        source=SOURCE, time_model="the window; scrap counts when it is taken out, hours after its tile was pressed",
    )  # fmt: skip


def _sort_figures(sums: _Sums) -> Iterator[KeyFigureDeclaration]:
    """What an order falls apart into behind sorting, each part with pallets of its own."""
    for name, title, what, place in (
        ("calibers_per_order", ("Calibers per order", "Calibres por orden"), "calibers", 2),
        ("shades_per_order", ("Shades per order", "Tonos por orden"), "shades", 3),
    ):
        yield _figure(
            name, title, ONE, f"{what} / orders",
            (
                f"{what} = different {what} of each order's first-quality pallets that became full, over all orders",
                "orders = orders of which such a pallet became full",
            ),
            _per_order(sums, place), high=100.0, undefined=NO_PALLET,
            time_model="the window; a pallet counts when it becomes full",
        )  # fmt: skip


def _per_order(sums: _Sums, place: int) -> Compute:
    def compute(tally: Counted) -> float | None:
        found = {(kind[0], kind[place]) for kind in sums.pallet_kinds(tally) if kind[0] >= 0 and kind[1] == FIRST}
        return ratio(len(found), len({order for order, _ in found}), 1.0)

    return compute


def _kiln_figures(line: "TileLine", part: "FiringPart") -> Iterator[KeyFigureDeclaration]:
    kiln, index = part.kiln, line.stations.index(part.kiln)
    p = kiln.parameters
    tile_t = tile_tonnes(line)
    places_per_minute = p.lanes * kiln.places / p.cycle_min
    yield _figure(
        "gas_per_tonne", ("Kiln: gas per tonne", "Horno: gas por tonelada"), KILOWATT_HOUR_PER_TONNE,
        "gas / fired mass",
        ("gas = gas metered at the kiln [kWh, lower heating value]", "fired mass = tiles left x mass"),
        lambda tally: ratio(tally.metered(index, GAS) / JOULES_PER_KWH, tally.left(index) * tile_t, 1.0),
        station=kiln, high=5000.0, main=True, time_model="calendar time: gas of gaps and stops is included",
    )  # fmt: skip

    def gaps(tally: Counted) -> float | None:
        time = tally.elapsed - sum(tally.time_in(index, stop) for stop in _STOPPED)
        due = time / MINUTE * places_per_minute
        entered = ratio(tally.entered(index), due)
        return None if entered is None else max(0.0, 100.0 - entered)

    yield _figure(
        "gap_share", ("Kiln: gaps", "Horno: huecos"), PERCENT, "1 - tiles entered / places passed",
        ("tiles entered = tiles that entered the kiln", "places passed = places of the declared cycle while it runs"),
        gaps, station=kiln, undefined=NO_KILN_TIME,
        time_model="calendar time without closed, idle, cleaning and breakdown",
    )  # fmt: skip
