"""The firing curve: air as asked for and as it is, and the temperature of the tile that passes through it."""

from typing import TYPE_CHECKING

import numpy as np

from plant_models.physics.slab import tile_temperature_curve
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
        Curve(Text("set point above", "consigna superior"), metres, asked[0], "first", dashed=True),
        Curve(Text("set point below", "consigna inferior"), metres, asked[1], "second", dashed=True),
        Curve(Text("air above", "aire superior"), metres, air[0], "first"),
        Curve(Text("air below", "aire inferior"), metres, air[1], "second"),
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
        Text(
            f"The tile reaches {tile[peak]:.0f} °C after {places[peak] * cycle:.1f} min, stays {soak:.1f} min within "
            f"{p.soak_drop:.0f} °C of it, and passes {QUARTZ_DEGREES:.0f} °C on cooling at {rate:.0f} °C/min. "
            "Air and set points as they stood at the end of the run.",
            f"La pieza llega a {tile[peak]:.0f} °C a los {places[peak] * cycle:.1f} min, pasa {soak:.1f} min a menos "
            f"de {p.soak_drop:.0f} °C de ella y cruza {QUARTZ_DEGREES:.0f} °C al enfriar a {rate:.0f} °C/min. "
            "Aire y consignas tal como estaban al final de la ejecución.",
        ),
        FigureAxis(Text("place in the kiln", "posición en el horno"), "m", low=0.0, high=length),
        FigureAxis(Text("temperature", "temperatura"), "°C", low=0.0, high=1300.0),
        curves,
        bands=(*bands, Band(QUARTZ_DEGREES, QUARTZ_DEGREES, QUARTZ)),
        top=Ticks(Text("min", "min"), tuple(steps * length), tuple(f"{cycle * step:.0f}" for step in steps)),
        wide=True,
        height=480,
    )
