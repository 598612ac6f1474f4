"""The KPIs of a tile line: ISO 22400-2 by name for each station, and the tile maker's own."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from plant_models.meters import ELECTRICITY, GAS, GRADED
from plant_models.physics.firing import fired_mass
from plant_models.tiles import FIRED_SCRAP, FIRST, SECOND
from twin.line.activity import Activity
from twin.line.key_figures import Counted, KeyFigureDeclaration, ratio
from twin.line.station import Station
from twin.line.text import Text
from twin.line.time import DAY, MINUTE
from twin.line.units import (
    KILOWATT_HOUR_PER_SQUARE_METRE,
    KILOWATT_HOUR_PER_TONNE,
    PERCENT,
    SQUARE_METRES_PER_DAY,
    Unit,
)

if TYPE_CHECKING:
    from plant_models.line import FiringPart, FormingLine, TileLine

ISO = "ISO 22400-2"
HOUSE = "tile maker's practice"
NOT_YET = Text("nothing has been made yet", "todavía no se ha fabricado nada")
NO_TIME = Text("no time has been planned yet", "todavía no hay tiempo planificado")
JOULES_PER_KWH = 3.6e6

Compute = Callable[[Counted], float | None]


def tile_key_figures(line: "TileLine") -> tuple[KeyFigureDeclaration, ...]:
    """All KPIs, the line's first."""
    figures = list(_line_figures(line))
    for forming in line.forming:
        figures.extend(_press_figures(line, forming))
    for firing in line.firing:
        figures.extend(_kiln_figures(line, firing))
        figures.extend(_sorter_figures(line, firing))
    return tuple(figures)


def _figure(
    name: str,
    title: tuple[str, str],
    unit: Unit,
    formula: str,
    source: str,
    compute: Compute,
    *,
    station: Station | None = None,
    high: float = 100.0,
    main: bool = False,
    undefined: Text = NOT_YET,
) -> KeyFigureDeclaration:
    path = "" if station is None else station.path
    return KeyFigureDeclaration(name, Text(*title), unit, path, formula, source, compute, undefined, 0.0, high, main)


def _graded(line: "TileLine", tally: Counted, *grades: int) -> int:
    return sum(_graded_behind(line, part, tally, *grades) for part in line.firing)


def _graded_behind(line: "TileLine", part: "FiringPart", tally: Counted, *grades: int) -> int:
    """Tiles of some grades that the sorting line of one kiln has counted."""
    index = _index(line, part.sorter)
    return sum(tally.metered(index, GRADED + grade) for grade in grades)


def _sorted(line: "TileLine", tally: Counted) -> int:
    return _graded(line, tally, FIRST, SECOND, FIRED_SCRAP)


def _index(line: "TileLine", station: Station) -> int:
    return line.stations.index(station)


def _energy(line: "TileLine", tally: Counted, meter: int) -> float:
    return sum(tally.metered(index, meter) for index in range(len(line.stations))) / JOULES_PER_KWH


def _line_figures(line: "TileLine") -> Iterator[KeyFigureDeclaration]:
    area = line.definition.format.area_m2

    def first_m2(tally: Counted) -> float:
        return _graded(line, tally, FIRST) * area

    def pressed(tally: Counted) -> int:
        return sum(tally.made(_index(line, part.press)) for part in line.forming)

    def green_scrap(tally: Counted) -> int:
        return sum(tally.scrapped(_index(line, part.glazing)) for part in line.forming)

    yield _figure(
        "first_quality_share", ("First quality", "Primera calidad"), PERCENT, "first / (first + second + fired scrap)",
        HOUSE, lambda tally: ratio(_graded(line, tally, FIRST), _sorted(line, tally)), main=True,
    )  # fmt: skip
    yield _figure(
        "output", ("Output behind sorting", "Producción tras clasificación"), SQUARE_METRES_PER_DAY,
        "sorted area / time", HOUSE, lambda tally: ratio(_sorted(line, tally) * area, tally.elapsed, DAY),
        high=60000.0, main=True, undefined=NO_TIME,
    )  # fmt: skip
    yield _figure(
        "first_quality_output", ("First quality per day", "Primera al día"), SQUARE_METRES_PER_DAY,
        "first quality area / time", HOUSE, lambda tally: ratio(first_m2(tally), tally.elapsed, DAY), high=60000.0,
        undefined=NO_TIME,
    )  # fmt: skip
    yield _figure(
        "green_scrap_ratio", ("Green scrap ratio", "Tiesto crudo"), PERCENT, "green scrap / pressed", ISO,
        lambda tally: ratio(green_scrap(tally), pressed(tally)),
    )  # fmt: skip
    yield _figure(
        "scrap_ratio", ("Fired scrap ratio", "Tiesto cocido"), PERCENT, "fired scrap / sorted", ISO,
        lambda tally: ratio(_graded(line, tally, FIRED_SCRAP), _sorted(line, tally)),
    )  # fmt: skip
    yield _figure(
        "gas_per_first_m2", ("Gas per m2 of first quality", "Gas por m2 de primera"), KILOWATT_HOUR_PER_SQUARE_METRE,
        "gas (LHV) / first quality area", HOUSE, lambda tally: ratio(_energy(line, tally, GAS), first_m2(tally), 1.0),
        high=200.0, main=True,
    )  # fmt: skip
    yield _figure(
        "electricity_per_first_m2", ("Electricity per m2 of first quality", "Electricidad por m2 de primera"),
        KILOWATT_HOUR_PER_SQUARE_METRE, "electricity / first quality area", HOUSE,
        lambda tally: ratio(_energy(line, tally, ELECTRICITY), first_m2(tally), 1.0), high=50.0,
    )  # fmt: skip


def _busy(tally: Counted, index: int) -> int:
    """Planned busy time: all but closed and idle [microseconds]."""
    return tally.elapsed - tally.time_in(index, Activity.CLOSED) - tally.time_in(index, Activity.IDLE)


def _time_figures(
    line: "TileLine", station: Station, pieces: Compute, ideal_per_minute: float, good_share: Compute
) -> Iterator[KeyFigureDeclaration]:
    """Availability, effectiveness, quality and OEE of a station; `pieces` made and the share that is good [%]."""
    index = _index(line, station)

    def availability(tally: Counted) -> float | None:
        return ratio(tally.time_in(index, Activity.PRODUCING), _busy(tally, index))

    def effectiveness(tally: Counted) -> float | None:
        made = pieces(tally)
        time = tally.time_in(index, Activity.PRODUCING)
        return None if made is None else ratio(made / ideal_per_minute * MINUTE, time)

    def oee(tally: Counted) -> float | None:
        parts = (availability(tally), effectiveness(tally), good_share(tally))
        if None in parts:
            return None
        return (parts[0] or 0.0) * (parts[1] or 0.0) * (parts[2] or 0.0) / 1e4

    name = station.place.title
    for figure, english, spanish, formula, compute in (
        ("availability", "availability", "disponibilidad", "APT / PBT", availability),
        ("effectiveness", "effectiveness", "efectividad", "PRI x PQ / APT", effectiveness),
        ("quality_ratio", "quality ratio", "ratio de calidad", "GQ / PQ", good_share),
        ("oee", "OEE", "OEE", "availability x effectiveness x quality ratio", oee),
    ):
        title = (f"{name.en}: {english}", f"{name.es}: {spanish}")
        yield _figure(figure, title, PERCENT, formula, ISO, compute, station=station, high=120.0, undefined=NO_TIME)


def _press_figures(line: "TileLine", part: "FormingLine") -> Iterator[KeyFigureDeclaration]:
    press, glazing = _index(line, part.press), _index(line, part.glazing)
    p = part.press.parameters
    return _time_figures(
        line,
        part.press,
        lambda tally: float(tally.made(press)),
        p.cavities * p.strokes_per_minute,
        lambda tally: ratio(tally.made(press) - tally.scrapped(glazing), tally.made(press)),
    )


def _kiln_figures(line: "TileLine", part: "FiringPart") -> Iterator[KeyFigureDeclaration]:
    kiln, index = part.kiln, _index(line, part.kiln)
    p = kiln.parameters
    tile_t = float(fired_mass(kiln.tile_kg, kiln.body.loss_on_ignition)) / 1000.0
    yield from _time_figures(
        line,
        kiln,
        lambda tally: float(tally.left(index)),
        p.lanes * kiln.places / p.cycle_min,
        lambda tally: ratio(
            _graded_behind(line, part, tally, FIRST, SECOND),
            _graded_behind(line, part, tally, FIRST, SECOND, FIRED_SCRAP),
        ),
    )
    yield _figure(
        "gas_per_tonne", ("Kiln: gas per tonne", "Horno: gas por tonelada"), KILOWATT_HOUR_PER_TONNE,
        "kiln gas (LHV) / fired mass", HOUSE,
        lambda tally: ratio(tally.metered(index, GAS) / JOULES_PER_KWH, tally.left(index) * tile_t, 1.0),
        station=kiln, high=5000.0, main=True,
    )  # fmt: skip


def _sorter_figures(line: "TileLine", part: "FiringPart") -> Iterator[KeyFigureDeclaration]:
    index = _index(line, part.sorter)

    def tiles(tally: Counted) -> float:
        return float(_graded_behind(line, part, tally, FIRST, SECOND, FIRED_SCRAP))

    return _time_figures(
        line,
        part.sorter,
        tiles,
        part.sorter.parameters.tiles_per_minute,
        lambda tally: ratio(tally.metered(index, GRADED + FIRST), tiles(tally)),
    )
