"""Figures of the fired tiles: size against its causes, defects by origin, calibers and shades by order."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plant_models.physics.sorting import shade_cells
from plant_models.report.sample import DRAWN, Tally, evenly
from plant_models.report.words import sentence
from plant_models.tables import ORIGINS
from plant_models.tiles import DEFECTS, FIRST
from twin.line.report import Band, Bars, Curve, Figure, FigureAxis, Points, Tone, Trace
from twin.line.text import LANGUAGES, Text

if TYPE_CHECKING:
    from plant_models.line import TileLine

Numbers = NDArray[np.float64]
SEQUENCE: tuple[Tone, ...] = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh")
MOST_ORDERS = 24
"""Orders drawn, the newest ones."""
SIZE = Text("measured size", "tamaño medido")
OPENING, OTHERS = Text("opening stock", "existencias iniciales"), Text("others", "otros")
LEAST_SHARE = 0.005
"""Share of the first quality below which a caliber or shade is drawn among others [-]."""
SHADE_LOOKS = (
    (Text("darker", "más oscuro"), Text("lighter", "más claro")),
    (Text("greener", "más verde"), Text("redder", "más rojo")),
    (Text("bluer", "más azul"), Text("yellower", "más amarillo")),
)
"""What a shade below and above the reference looks like, by axis."""


def _calibers(line: "TileLine") -> tuple[Band, ...]:
    """Calibers that are sold, as parts of the axis of size."""
    sorter, nominal = line.definition.firing[0].sorter, line.definition.format.length_mm
    step, bands = sorter.caliber_step_mm, []
    for number in range(-sorter.calibers, sorter.calibers + 1):
        middle = nominal + number * step
        name = f"{number:+d}" if number else "0"
        bands.append(Band(middle - step / 2.0, middle + step / 2.0, Text(f"caliber {name}", f"calibre {name}")))
    return tuple(bands)


def _fit(across: Numbers, up: Numbers) -> tuple[float, float, float]:
    """Slope, intercept and correlation of a straight line through points."""
    if len(across) < 3 or float(np.ptp(across)) == 0.0:
        return 0.0, float(up.mean()) if len(up) else 0.0, 0.0
    slope, intercept = np.polyfit(across, up, 1)
    return float(slope), float(intercept), float(np.corrcoef(across, up)[0, 1])


def _over(tiles: Tally, name: str, colour: str, colour_title: Text) -> tuple[tuple[Trace, ...], float, float, int]:
    sample = evenly(tiles.fired, DRAWN)
    across, size = sample[name], sample["measured_size"]
    slope, intercept, correlation = _fit(tiles.fired[name], tiles.fired["measured_size"])
    traces: list[Trace] = [Points(Text("tiles", "piezas"), across, size, "first", sample[colour], colour_title)]
    if len(across):
        ends = np.array([np.percentile(across, 0.5), np.percentile(across, 99.5)])
        traces.append(Curve(Text("trend", "tendencia"), ends, slope * ends + intercept, "third"))
    return tuple(traces), slope, correlation, len(tiles.fired["tile"])


def _zoomed(line: "TileLine", tiles: Tally) -> FigureAxis:
    """The axis of size, around what there is."""
    nominal, step = line.definition.format.length_mm, line.definition.firing[0].sorter.caliber_step_mm
    size = tiles.fired["measured_size"]
    low, high = (np.percentile(size, [0.1, 99.9])) if len(size) else (nominal, nominal)
    return FigureAxis(SIZE, "mm", low=min(float(low), nominal - step), high=max(float(high), nominal + step))


def size_over_density(line: "TileLine", tiles: Tally) -> Figure:
    """What the press does to the size."""
    axis = FigureAxis(Text("dry bulk density when pressed", "densidad aparente al prensar"), "g/cm³")
    heat = Text("peak [°C]", "máxima [°C]")
    traces, slope, correlation, count = _over(tiles, "density", "peak_temperature", heat)
    return Figure(
        "size-density",
        Text("Size against density", "Tamaño según densidad"),
        sentence(
            "{slope} mm for each 0.01 g/cm³ (r = {r}, {count} tiles): denser tiles shrink less. A cloud that is tall "
            "where it is narrow has its cause behind the press.",
            "{slope} mm por cada 0,01 g/cm³ (r = {r}, {count} piezas): lo más denso contrae menos. Una nube alta y "
            "estrecha tiene la causa después de la prensa.",
            slope=(slope / 100.0, 2),
            r=(correlation, 2),
            count=(count, 0),
        ),
        axis,
        _zoomed(line, tiles),
        traces,
        bands=_calibers(line),
    )


def size_over_temperature(line: "TileLine", tiles: Tally) -> Figure:
    """What the kiln does to the size."""
    axis = FigureAxis(Text("peak temperature of the tile", "temperatura máxima de la pieza"), "°C")
    density = Text("density [g/cm³]", "densidad [g/cm³]")
    traces, slope, correlation, count = _over(tiles, "peak_temperature", "density", density)
    return Figure(
        "size-temperature",
        Text("Size against peak temperature", "Tamaño según temperatura máxima"),
        sentence(
            "{slope} mm for each 10 °C (r = {r}, {count} tiles): hotter tiles shrink more. Two clouds side by side are "
            "lanes at the kiln's sides.",
            "{slope} mm por cada 10 °C (r = {r}, {count} piezas): lo más caliente contrae más. Dos nubes juntas son "
            "los carriles de los lados.",
            slope=(slope * 10.0, 2),
            r=(correlation, 2),
            count=(count, 0),
        ),
        axis,
        _zoomed(line, tiles),
        traces,
        bands=_calibers(line),
    )


def defect_pareto(tiles: Tally) -> Figure:
    """Kinds of defects by how many tiles have them, coloured by where they come from."""
    order = np.argsort(-tiles.found, kind="stable")
    order = order[tiles.found[order] > 0]
    total = max(1, int(tiles.found.sum()))
    names = [Text(f"{DEFECTS[n].code} {DEFECTS[n].en}", f"{DEFECTS[n].code} {DEFECTS[n].es}") for n in order.tolist()]
    sorted_tiles = max(1, len(tiles.fired["tile"]))
    bars: list[Trace] = []
    for tone, (origin, title) in zip((*SEQUENCE, "quiet"), ORIGINS.items(), strict=False):
        own = [n for n, defect in enumerate(order.tolist()) if DEFECTS[defect].origin == origin]
        if own:
            shares = 100.0 * tiles.found[order][own] / sorted_tiles
            shown = [sentence("{share} %", "{share} %", share=(share, 2)) for share in shares.tolist()]
            bars.append(Bars(title, [names[n] for n in own], shares, tone, shown))
    growing = 100.0 * np.cumsum(tiles.found[order]) / total
    bars.append(
        Curve(
            Text("cumulative", "acumulado"), np.arange(len(order), dtype=np.float64), growing, "quiet", second_axis=True
        )
    )
    first = 100.0 * float((tiles.fired["grade"] == FIRST).mean()) if len(tiles.fired["grade"]) else 0.0
    return Figure(
        "defects",
        Text("Defects by origin", "Defectos por origen"),
        sentence(
            "Share of {count} sorted tiles in which sorting found each defect; a tile may have several. First quality "
            "{first} %; {green} tiles were scrapped green before the kiln.",
            "Porcentaje de {count} piezas clasificadas en que se halló cada defecto; una pieza puede tener varios. "
            "Primera {first} %; {green} piezas se rechazaron crudas.",
            count=(len(tiles.fired["tile"]), 0),
            first=(first, 1),
            green=(tiles.green_scrap, 0),
        ),
        FigureAxis(Text("", ""), kind="category", categories=names),
        FigureAxis(Text("share of sorted tiles", "porcentaje de piezas"), "%"),
        tuple(bars),
        second=FigureAxis(Text("cumulative", "acumulado"), "%", low=0.0, high=105.0),
        wide=True,
    )


def _by_order(line: "TileLine", tiles: Tally) -> list[tuple[Text, NDArray[np.bool_]]]:
    """Orders with sorted tiles, the oldest first, and which tiles are theirs."""
    numbers = tiles.fired["order"].astype(np.int64)
    found = np.unique(numbers).tolist()[-MOST_ORDERS:]
    names = [Text(line.order_name(n), line.order_name(n)) if n >= 0 else OPENING for n in found]
    return [(name, numbers == n) for name, n in zip(names, found, strict=True)]


def _mix(line: "TileLine", tiles: Tally, column: str, word: Callable[[int], Text]) -> tuple[Trace, ...]:
    """First quality of each order by a whole number, which `word` names, in percent of its first quality."""
    orders = _by_order(line, tiles)
    first = tiles.fired["grade"] == FIRST
    values = tiles.fired[column].astype(np.int64)
    found, counts = np.unique(values[first], return_counts=True)
    common = found[counts >= LEAST_SHARE * max(1, int(first.sum()))].tolist()
    kinds: list[tuple[Text, NDArray[np.bool_], Tone]] = [
        (word(value), values == value, _tone(value, place)) for place, value in enumerate(common)
    ]
    if len(common) < len(found):
        kinds.append((OTHERS, ~np.isin(values, common), "quiet"))
    bars: list[Trace] = []
    for title, ours, tone in kinds:
        shares = [100.0 * float(ours[own & first].mean()) if (own & first).any() else 0.0 for _, own in orders]
        bars.append(Bars(title, [order for order, _ in orders], shares, tone))
    return tuple(bars)


def _caliber_name(number: int) -> Text:
    return Text(f"caliber {number:+d}", f"calibre {number:+d}") if number else Text("caliber 0", "calibre 0")


def _shade_name(number: int) -> Text:
    """The number of a shade, and what it looks like beside the reference."""
    looks = [words for cell, pair in zip(shade_cells(number), SHADE_LOOKS, strict=True) for words in _look(cell, pair)]
    if not looks:
        return Text("shade 0", "tono 0")
    en, es = (", ".join(look.in_language(language) for look in looks) for language in LANGUAGES)
    return Text(f"shade {number:+d}: {en}", f"tono {number:+d}: {es}")


def _look(cell: int, pair: tuple[Text, Text]) -> tuple[Text, ...]:
    return (pair[cell > 0],) if cell else ()


def _tone(value: int, place: int) -> Tone:
    known: dict[int, Tone] = {0: "first", 1: "second", -1: "third", 2: "fourth", -2: "fifth"}
    return known.get(value, ("sixth", "seventh")[place % 2])


def _orders_axis(line: "TileLine", tiles: Tally) -> FigureAxis:
    names = [name for name, _ in _by_order(line, tiles)]
    title = Text("order, oldest first", "orden, de la más antigua a la última")
    return FigureAxis(title, kind="category", categories=names)


def _share_axis() -> FigureAxis:
    return FigureAxis(Text("share of its first quality", "porcentaje de su primera"), "%", low=0.0, high=100.0)


def _kinds(line: "TileLine", tiles: Tally) -> Sequence[int]:
    """How many kinds of pallets each order needs."""
    first = tiles.fired["grade"] == FIRST
    pairs = tiles.fired["caliber"] * 1000.0 + tiles.fired["shade"]
    return [len(np.unique(pairs[own & first])) for _, own in _by_order(line, tiles)]


def caliber_mix(line: "TileLine", tiles: Tally) -> Figure:
    """Calibers by order."""
    return Figure(
        "calibers",
        Text("Caliber mix by order", "Mezcla de calibres por orden"),
        Text(
            "Every colour is a stock of its own. One order in one colour is what planning wants.",
            "Cada color es un stock aparte. Una orden de un solo color es lo que quiere planificación.",
        ),
        _orders_axis(line, tiles),
        _share_axis(),
        _mix(line, tiles, "caliber", _caliber_name),
    )


def shade_mix(line: "TileLine", tiles: Tally) -> Figure:
    """Shades by order."""
    kinds = _kinds(line, tiles)
    most = max(kinds, default=0)
    return Figure(
        "shades",
        Text("Shade mix by order", "Mezcla de tonos por orden"),
        sentence(
            "Shade groups of the first quality. With calibers, an order falls apart into up to {most} sub-series.",
            "Tonos de la primera. Con los calibres, una orden se reparte en hasta {most} subseries.",
            most=(most, 0),
        ),
        _orders_axis(line, tiles),
        _share_axis(),
        _mix(line, tiles, "shade", _shade_name),
    )
