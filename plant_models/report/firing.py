"""The firing curve: air as asked for and as it is, and the temperature of the tile that passes through it."""

from typing import TYPE_CHECKING

import numpy as np

from plant_models.physics.slab import tile_temperature_curve
from plant_models.report.words import sentence
from twin.line.report import Band, Curve, Figure, FigureAxis, Ticks
from twin.line.text import Text

if TYPE_CHECKING:
    from plant_models.line import FiringPart, TileLine

POINTS = 241
STRETCHES = (
    (0.00, 0.12, Text("pre-kiln", "prehorno")),
    (0.12, 0.38, Text("preheating", "precalentamiento")),
    (0.38, 0.60, Text("firing", "cocción")),
    (0.60, 0.67, Text("rapid", "rápido")),
    (0.67, 0.82, Text("slow cooling", "enfr. lento")),
    (0.82, 1.00, Text("final cooling", "enfriamiento final")),
)
"""Parts of the kiln by share of its length."""
QUARTZ = Text("quartz 573 °C", "cuarzo 573 °C")
QUARTZ_DEGREES = 573.0


def firing_curve(line: "TileLine", part: "FiringPart", number: int) -> Figure:
    """The kiln at the end of the run; the tile's line is the temperature in the middle of its thickness."""
    kiln, p = part.kiln, part.kiln.parameters
    length = p.length_m
    places = np.linspace(0.0, 1.0, POINTS)
    air = np.array([kiln.temperature_above, kiln.temperature_below])
    asked = kiln.air.set_points
    cycle = kiln.set_points["cycle_min_set_point"]

    along = [np.interp(places, kiln.air.centres, side) for side in air]
    tile = tile_temperature_curve(places, along[0], along[1], cycle, kiln.thickness, kiln.body.slab)
    metres = kiln.air.centres * length
    peak = int(np.argmax(tile))
    falling = peak + int(np.argmax(tile[peak:] < QUARTZ_DEGREES))
    curves = (
        Curve(Text("air above", "aire superior"), metres, air[0], "first"),
        Curve(Text("air below", "aire inferior"), metres, air[1], "second"),
        Curve(Text("set points above", "consignas superiores"), metres, asked[0], "first", marked=True),
        Curve(Text("set points below", "consignas inferiores"), metres, asked[1], "second", marked=True),
        Curve(Text("tile", "pieza"), places * length, tile, "third"),
    )
    bands = tuple(Band(a * length, b * length, title, upright=True) for a, b, title in STRETCHES)
    rate = -float(np.gradient(tile, places * cycle)[falling])
    soak = float((tile > tile[peak] - p.soak_drop).sum()) / POINTS * cycle
    steps = np.linspace(0.0, 1.0, 10)
    name = "" if len(line.firing) == 1 else f" {number}"
    return Figure(
        f"firing-{number}",
        Text(f"Firing curve{name}", f"Curva de cocción{name}"),
        sentence(
            "The tile reaches {peak} °C after {after} min, stays {soak} min within {drop} °C of it, and passes 573 °C "
            "on cooling at {rate} °C/min. Air and set points as they stood at the end of the run.",
            "La pieza llega a {peak} °C a los {after} min, pasa {soak} min a menos de {drop} °C de ella y cruza 573 °C "
            "al enfriar a {rate} °C/min. Aire y consignas tal como estaban al final de la ejecución.",
            peak=(tile[peak], 0),
            after=(places[peak] * cycle, 1),
            soak=(soak, 1),
            drop=(p.soak_drop, 0),
            rate=(rate, 0),
        ),
        FigureAxis(Text("place in the kiln", "posición en el horno"), "m", low=0.0, high=length),
        FigureAxis(Text("temperature", "temperatura"), "°C", low=0.0, high=1300.0),
        curves,
        bands=(*bands, Band(QUARTZ_DEGREES, QUARTZ_DEGREES, QUARTZ)),
        top=Ticks(Text("min", "min"), tuple(steps * length), tuple(f"{cycle * step:.0f}" for step in steps)),
        wide=True,
        height=480,
    )
