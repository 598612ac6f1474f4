"""The pictures of a tile line, drawn from its topology: forming lines above, the store at their end, kilns below."""

from typing import TYPE_CHECKING

from plant_models import symbols
from plant_models.stories import stories
from plant_models.views import pages, views
from twin.line.presentation import Flow, Presentation, StateLook, StationPicture
from twin.line.station import Station

if TYPE_CHECKING:
    from plant_models.line import FiringPart, FormingLine, TileLine

WIDTH = 1500.0
TOP = 46.0
"""Room for the words above the first row."""
ROW = 202.0
"""From row to row: a symbol, the words above it and the figures below it."""
BELOW = 84.0
"""Room for the figures below the last row."""
SILO, PRESS, DRYER, GLAZING, PRINTER, STORE = 16.0, 160.0, 330.0, 476.0, 968.0, 1150.0
STORE_WIDTH, GLAZING_WIDTH = 300.0, 430.0
TURN = 1484.0
"""Where material turns from the store towards the kilns."""
KILN, KILN_LENGTH, SORTER, PALLETISER = 560.0, 896.0, 330.0, 100.0


def present(line: "TileLine") -> Presentation:
    """The presentation of a tile line with any number of forming lines and kilns."""
    forming_rows = [TOP + ROW * number for number in range(len(line.forming))]
    firing_rows = [TOP + ROW * (len(line.forming) + number) for number in range(len(line.firing))]
    stations = [*_shared(line, forming_rows)]
    for forming, top in zip(line.forming, forming_rows, strict=True):
        stations.extend(_forming(forming, top))
    for firing, top in zip(line.firing, firing_rows, strict=True):
        stations.extend(_firing(firing, top))
    return Presentation(
        width=WIDTH,
        height=firing_rows[-1] + symbols.HEIGHT + BELOW,
        stations=tuple(stations),
        flows=tuple(_flows(line, forming_rows, firing_rows)),
        views=views(line),
        pages=pages(line),
        stories=stories(line),
        headline=_headline(line),
        looks=(StateLook(state="no shift", look="off"), StateLook(state="cleaning", look="planned")),
    )


def _signal(station: Station, name: str) -> str:
    return f"{station.path}/{name}"


def _shared(line: "TileLine", rows: list[float]) -> tuple[StationPicture, ...]:
    """The silo in the middle of the forming rows, the store along all of them."""
    height = rows[-1] - rows[0] + symbols.HEIGHT
    shapes, fills = symbols.silo()
    boxes, stored = symbols.store(STORE_WIDTH, height)
    return (
        StationPicture(
            station=line.powder.path,
            at=(SILO, (rows[0] + rows[-1]) / 2.0),
            size=(80.0, symbols.HEIGHT),
            shapes=shapes,
            fills=fills,
            figures=("moisture", "lot"),
            inside="level",
        ),
        StationPicture(
            station=line.store.path,
            at=(STORE, rows[0]),
            size=(STORE_WIDTH, height),
            shapes=boxes,
            fills=stored,
            figures=("autonomy", "area_ready"),
            inside="inside",
        ),
    )


def _forming(part: "FormingLine", top: float) -> tuple[StationPicture, ...]:
    shapes, fills = symbols.dryer()
    return (
        StationPicture(
            station=part.press.path,
            at=(PRESS, top),
            size=(90.0, symbols.HEIGHT),
            shapes=symbols.press(),
            figures=("specific_pressure", "bulk_density"),
            beats="strokes",
        ),
        StationPicture(
            station=part.dryer.path,
            at=(DRYER, top),
            size=(80.0, symbols.HEIGHT),
            shapes=shapes,
            fills=fills,
            figures=("hot_temperature", "residual_moisture"),
            inside="inside",
        ),
        StationPicture(
            station=part.glazing.path,
            at=(GLAZING, top),
            size=(GLAZING_WIDTH, symbols.HEIGHT),
            shapes=symbols.glazing(GLAZING_WIDTH),
            figures=("glaze_grammage", "green_scrap_share"),
            inside="inside",
        ),
        StationPicture(
            station=part.printer.path,
            at=(PRINTER, top),
            size=(110.0, symbols.HEIGHT),
            shapes=symbols.printer(),
            figures=("design", "ink_grammage"),
        ),
    )


def _firing(part: "FiringPart", top: float) -> tuple[StationPicture, ...]:
    shapes, cells = symbols.kiln(KILN_LENGTH)
    return (
        StationPicture(
            station=part.kiln.path,
            at=(KILN, top),
            size=(KILN_LENGTH, symbols.HEIGHT),
            shapes=shapes,
            cells=cells,
            figures=("peak_air_temperature", "cycle", "gas_flow"),
            inside="inside",
        ),
        StationPicture(
            station=part.sorter.path,
            at=(SORTER, top),
            size=(150.0, symbols.HEIGHT),
            shapes=symbols.sorter(),
            figures=("first_share", "waiting"),
            inside="waiting",
        ),
        StationPicture(
            station=part.palletiser.path,
            at=(PALLETISER, top),
            size=(150.0, symbols.HEIGHT),
            shapes=symbols.palletiser(),
            figures=("pallets", "boxes"),
            beats="pallets",
        ),
    )


def _flows(line: "TileLine", forming_rows: list[float], firing_rows: list[float]) -> list[Flow]:
    flows = []
    outlet = (forming_rows[0] + forming_rows[-1]) / 2.0 + symbols.BELT
    for forming, top in zip(line.forming, forming_rows, strict=True):
        belt = top + symbols.BELT
        flows += [
            Flow(
                points=((SILO + 60.0, outlet), (PRESS - 32.0, outlet), (PRESS - 32.0, belt), (PRESS, belt)),
                counter=_signal(forming.press, "strokes"),
            ),
            Flow(points=((PRESS + 90.0, belt), (DRYER, belt)), counter=_signal(forming.press, "strokes")),
            Flow(points=((DRYER + 80.0, belt), (PRINTER, belt)), counter=_signal(forming.dryer, "tiles_dried")),
            Flow(points=((PRINTER + 110.0, belt), (STORE, belt)), counter=_signal(forming.printer, "tiles_printed")),
        ]
    leaving = forming_rows[-1] + symbols.BELT
    for firing, top in zip(line.firing, firing_rows, strict=True):
        belt = top + symbols.BELT - 13.0
        lower = top + symbols.BELT
        flows += [
            Flow(
                points=((STORE + STORE_WIDTH, leaving), (TURN, leaving), (TURN, belt), (KILN + KILN_LENGTH, belt)),
                counter=_signal(firing.kiln, "tiles_in"),
            ),
            Flow(points=((KILN, lower), (SORTER, lower)), counter=_signal(firing.kiln, "tiles_out")),
            Flow(points=((SORTER, lower), (PALLETISER + 150.0, lower)), counter=_signal(firing.sorter, "tiles_sorted")),
            Flow(points=((PALLETISER, lower), (16.0, lower)), counter=_signal(firing.palletiser, "boxes")),
        ]
    return flows


def _headline(line: "TileLine") -> tuple[str, ...]:
    return (
        _signal(line.store, "autonomy"),
        _signal(line.firing[0].kiln, "peak_air_temperature"),
        _signal(line.powder, "moisture"),
        _signal(line.forming[0].press, "bulk_density"),
    )
