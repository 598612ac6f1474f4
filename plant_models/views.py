"""The pages and charts of a tile plant's console: quality, kiln, energy and performance."""

from typing import TYPE_CHECKING

from plant_models.physics.slab import tile_temperature_curve
from twin.line.presentation import Page
from twin.line.station import Station
from twin.line.text import Text
from twin.line.views import (
    CompareView,
    ControlChartView,
    CurveView,
    FiguresView,
    GanttView,
    GridView,
    Item,
    Loss,
    LossTreeView,
    MapView,
    Named,
    ParetoView,
    PassportView,
    PeriodsView,
    Reference,
    SankeyView,
    ScatterView,
    ShareView,
    Stream,
    TimelineView,
    TrendView,
    View,
    WaterfallView,
)

if TYPE_CHECKING:
    from plant_models.line import FiringPart, FormingLine, TileLine
    from plant_models.stations.kiln import Kiln

PASSPORT = PassportView(
    name="passport",
    title=Text("Passport", "Pasaporte"),
    note=Text(
        "Type the number of a tile and see its whole life; a box, pallet, lot or order shows what it was made of.",
        "Escriba el número de una pieza y vea toda su vida; un box, palet, lote u orden muestra de qué se hizo.",
    ),
    items=(
        Item(kind="tile", title=Text("Tile", "Pieza"), example="4242"),
        Item(kind="box", title=Text("Box", "Box"), example="1"),
        Item(kind="pallet", title=Text("Pallet", "Palet"), example="1"),
        Item(kind="lot", title=Text("Powder lot", "Lote de polvo"), example="L00001"),
        Item(kind="order", title=Text("Order", "Orden"), example="O00001"),
    ),
    wide=True,
)


QUALITY: tuple[View, ...] = (
    ParetoView(
        name="defects",
        title=Text("Defects by origin", "Defectos por origen"),
        note=Text(
            "What the sorting line found, by where it came from, then by kind.",
            "Lo que halló clasificación, por su origen y luego por tipo.",
        ),
        table="sorted",
        column="defects",
        thing="tile",
        thing_id=("press", "number"),
    ),
    ControlChartView(
        name="size",
        title=Text("Size, control chart", "Tamaño, gráfico de control"),
        note=Text(
            "Means of five tiles in a row and their range; limits at three sigma. A marked point breaks a rule.",
            "Medias de cinco piezas seguidas y su recorrido; límites a tres sigma. Lo marcado rompe una regla.",
        ),
        table="sorted",
        column="size",
        subgroup=5,
        wide=True,
    ),
    GridView(
        name="calibers",
        title=Text("Caliber by shade", "Calibre por tono"),
        note=Text("Area in each combination that has to be packed apart.", "Superficie que se encaja aparte."),
        table="sorted",
        across="shade",
        down="caliber",
        weight="area",
    ),
    MapView(
        name="across-kiln",
        title=Text("Across the kiln", "Sección del horno"),
        note=Text(
            "Mean size by place in the row, newest rows below: cold sides show as large tiles.",
            "Tamaño medio según la posición en la fila, abajo lo más nuevo: un lado frío da piezas grandes.",
        ),
        table="sorted",
        across="lane",
        down="row",
        column="size",
    ),
    CompareView(
        name="cavities",
        title=Text("Cavities of the press", "Cavidades de la prensa"),
        note=Text("Mean and middle 80 % of the fired size.", "Media y 80 % central del tamaño cocido."),
        table="sorted",
        by=("press", "cavity"),
        column="size",
    ),
    PASSPORT,
)


def views(line: "TileLine") -> tuple[View, ...]:
    """All charts of a plant."""
    return (
        *(view for number, part in enumerate(line.firing, 1) for view in _firing(line, part, number)),
        *(view for number, part in enumerate(line.forming, 1) for view in _forming(line, part, number)),
        *QUALITY,
        *_energy(line),
        *_performance(line),
    )


def pages(line: "TileLine") -> tuple[Page, ...]:
    """The pages, in the order in which a plant manager asks."""
    kilns, presses = range(1, len(line.firing) + 1), range(1, len(line.forming) + 1)
    return (
        Page(
            name="quality",
            title=Text("Quality", "Calidad"),
            views=(
                "size", "defects", "across-kiln", *(f"pressing-{number}" for number in presses),
                "cavities", "calibers", *(f"grades-{number}" for number in kilns), "passport",
            ),
        ),
        Page(
            name="kiln",
            title=Text("Kiln", "Horno"),
            views=tuple(
                f"{name}-{number}" for number in kilns for name in ("firing", "deviation", "burners", "air", "gas")
            ),
        ),
        Page(name="energy", title=Text("Energy", "Energía"), views=("carriers", "per-area", "gas", "power")),
        Page(
            name="performance",
            title=Text("KPIs", "Indicadores"),
            views=(
                "figures", "loss-tree", "periods", *(f"press-losses-{number}" for number in presses),
                *(f"kiln-losses-{number}" for number in kilns), "states", "orders", "station-figures",
            ),
        ),
    )  # fmt: skip


def _signal(station: Station, name: str) -> str:
    return f"{station.path}/{name}"


def _numbered(en: str, es: str, number: int, count: int) -> Text:
    return Text(en, es) if count == 1 else Text(f"{en} {number}", f"{es} {number}")


def _firing(line: "TileLine", part: "FiringPart", number: int) -> tuple[View, ...]:
    count, kiln = len(line.firing), part.kiln
    curve = ("set_points_above", "set_points_below", "temperature_above", "temperature_below")
    return (
        CurveView(
            name=f"firing-{number}",
            title=_numbered("Firing curve", "Curva de cocción", number, count),
            note=Text(
                "Dashed is asked for, drawn through is measured, dotted is the tile in the air that is asked for. "
                "Below the curve, the rows inside: a hole is a gap.",
                "A trazos lo pedido, continuo lo medido, a puntos la pieza en el aire pedido. "
                "Bajo la curva, las filas de dentro: un vacío es un hueco.",
            ),
            lines=tuple(_signal(kiln, name) for name in curve),
            references=(_tile_by_calculation(kiln),),
            second_axis=_signal(kiln, "minutes_inside"),
            inside=_signal(kiln, "rows_inside"),
            wide=True,
        ),
        CurveView(
            name=f"deviation-{number}",
            title=_numbered("Air against its set points", "Aire frente a sus consignas", number, count),
            note=Text(
                "Below zero the zone is colder than asked for: behind a gap a wave runs along the kiln.",
                "Bajo cero la zona está más fría de lo pedido: tras un hueco una onda recorre el horno.",
            ),
            lines=tuple(_signal(kiln, name) for name in curve),
            deviation=True,
        ),
        CurveView(
            name=f"burners-{number}",
            title=_numbered("Burners", "Quemadores", number, count),
            lines=(_signal(kiln, "burner_output"),),
        ),
        TrendView(
            name=f"air-{number}",
            title=_numbered("Pressure and oxygen", "Presión y oxígeno", number, count),
            lines=(_signal(kiln, "pressure"), _signal(kiln, "oxygen")),
        ),
        TrendView(
            name=f"gas-{number}",
            title=_numbered("Gas and peak", "Gas y máxima", number, count),
            lines=(_signal(kiln, "gas_flow"), _signal(kiln, "peak_air_temperature")),
        ),
        ShareView(
            name=f"grades-{number}",
            title=_numbered("Classes since the start", "Clases desde el inicio", number, count),
            parts=tuple(_signal(part.sorter, name) for name in ("first", "second", "fired_scrap")),
        ),
        WaterfallView(
            name=f"kiln-losses-{number}",
            title=_numbered("OEE of the kiln", "OEE del horno", number, count),
            station=kiln.path,
            whole=Text("planned time", "tiempo planificado"),
            left=Text("OEE", "OEE"),
            losses=_LOSSES,
        ),
    )


def _tile_by_calculation(kiln: "Kiln") -> Reference:
    """The temperature of a tile in the air that is asked for, at the middles of the zones [degC]."""
    above, below = kiln.air.nominal
    cycle, slab = kiln.parameters.cycle_min, kiln.body.slab
    curve = tile_temperature_curve(kiln.air.centres, above, below, cycle, kiln.thickness, slab)
    return Reference(
        title=Text("Tile, by calculation", "Pieza, por cálculo"), values=tuple(round(float(each), 1) for each in curve)
    )


_OF_A_SHIFT = (
    "first_quality_output", "first_quality_share", "fall_off_ratio", "gas_per_first_m2", "electricity_per_first_m2",
    "energy_eur_per_first_m2",
)  # fmt: skip
"""Key figures of the whole plant by which shifts are compared."""
_LOSSES = (
    Loss(figure="availability", loses=Text("stops and waiting", "paros y esperas")),
    Loss(figure="effectiveness", loses=Text("slow cycles", "ciclos lentos")),
    Loss(figure="quality_ratio", loses=Text("scrap", "rechazo")),
)


def _forming(line: "TileLine", part: "FormingLine", number: int) -> tuple[View, ...]:
    count = len(line.forming)
    return (
        ScatterView(
            name=f"pressing-{number}",
            title=_numbered("Compaction diagram", "Diagrama de compactación", number, count),
            note=Text(
                "Points of one moisture lie on one line: wetter powder gives more density at the same pressure.",
                "Los puntos de igual humedad siguen una línea: más humedad da más densidad a igual presión.",
            ),
            across=_signal(part.press, "specific_pressure"),
            up=_signal(part.press, "bulk_density"),
            colour=_signal(line.powder, "moisture"),
        ),
        WaterfallView(
            name=f"press-losses-{number}",
            title=_numbered("OEE of the press", "OEE de la prensa", number, count),
            station=part.press.path,
            whole=Text("planned time", "tiempo planificado"),
            left=Text("OEE", "OEE"),
            losses=_LOSSES,
        ),
    )


GAS, ELECTRICITY = Text("Natural gas", "Gas natural"), Text("Electricity", "Electricidad")


def _streams(line: "TileLine") -> tuple[Stream, ...]:
    """From each carrier to each kind of station that has a counter of it."""
    streams = []
    for carrier, name in ((GAS, "gas"), (ELECTRICITY, "electricity")):
        by_kind: dict[str, list[Station]] = {}
        for station in line.stations:
            if any(signal.name == name for signal in station.signals):
                by_kind.setdefault(type(station).__name__, []).append(station)
        for stations in by_kind.values():
            title = stations[0].place.title
            if len(stations) > 1:
                title = Text(title.en.rstrip(" 0123456789"), title.es.rstrip(" 0123456789"))
            counters = tuple(_signal(station, name) for station in stations)
            streams.append(Stream(source=carrier, target=title, counters=counters))
    return tuple(streams)


def _energy(line: "TileLine") -> tuple[View, ...]:
    burning = (*(part.kiln for part in line.firing), *(part.dryer for part in line.forming))
    driven = [station for station in line.stations if any(signal.name == "power" for signal in station.signals)]
    return (
        SankeyView(
            name="carriers",
            title=Text("Energy by stage and carrier", "Energía por etapa y vector"),
            note=Text("Since the start of the run.", "Desde el inicio de la ejecución."),
            streams=_streams(line),
            wide=True,
        ),
        TrendView(
            name="per-area",
            title=Text("Energy per m² of first quality", "Energía por m² de primera"),
            lines=("kpi/gas_per_first_m2", "kpi/electricity_per_first_m2"),
        ),
        TrendView(
            name="gas",
            title=Text("Gas", "Gas"),
            lines=tuple(_signal(station, "gas_flow") for station in burning),
        ),
        TrendView(
            name="power",
            title=Text("Electric power", "Potencia eléctrica"),
            lines=tuple(_signal(station, "power") for station in driven[:6]),
            wide=True,
        ),
    )


def _performance(line: "TileLine") -> tuple[View, ...]:
    presses, kilns = (part.press for part in line.forming), (part.kiln for part in line.firing)
    sorters = [part.sorter for part in line.firing]
    return (
        FiguresView(name="figures", title=Text("The whole plant", "Toda la planta"), wide=True),
        LossTreeView(
            name="loss-tree",
            title=Text("From calendar time to good m²", "Del tiempo de calendario a los m² buenos"),
            note=Text(
                "What each loss took: hours, the area that could have been made in them, and what that is worth.",
                "Lo que costó cada pérdida: horas, la superficie que se habría hecho en ellas y lo que vale.",
            ),
            stations=tuple(station.path for station in (*sorters, *kilns, *presses)),
            wide=True,
        ),
        PeriodsView(
            name="periods",
            title=Text("Shift by shift", "Turno a turno"),
            figures=(
                *(Named(figure=name) for name in _OF_A_SHIFT),
                *(Named(figure="oee", station=part.press.path) for part in line.forming),
                *(Named(figure="oee", station=part.kiln.path) for part in line.firing),
            ),
            orders_of=line.forming[0].press.path,
            wide=True,
        ),
        FiguresView(
            name="station-figures",
            title=Text("By station", "Por estación"),
            stations=tuple(station.path for station in line.stations),
            wide=True,
        ),
        TimelineView(
            name="states",
            title=Text("States", "Estados"),
            note=Text("Where the time went, station by station.", "En qué se fue el tiempo, estación por estación."),
            stations=tuple(station.path for station in line.stations if station.outlets or station.inlets),
            wide=True,
        ),
        GanttView(
            name="orders",
            title=Text("Orders", "Órdenes"),
            note=Text(
                "Bars are pressed from left to right; the tick is the delivery date.",
                "Las barras se prensan de izquierda a derecha; la marca es la entrega.",
            ),
            table="orders",
            begin="begin",
            end="end",
            due="due",
            share="share",
            word="product",
            wide=True,
        ),
    )
