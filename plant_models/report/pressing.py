"""The compaction diagram: bulk density over pressure, with the powder's lines of equal moisture and the run's tiles."""

from typing import TYPE_CHECKING

import numpy as np

from plant_models.physics.compaction import bulk_density
from plant_models.report.sample import Tally
from plant_models.report.words import sentence
from twin.line.report import Band, Curve, Figure, FigureAxis, Points, Trace
from twin.line.text import Text

if TYPE_CHECKING:
    from plant_models.line import TileLine

AROUND = 0.15
"""Share of the set pressure that the diagram shows at least to each side."""


def compaction(line: "TileLine", tiles: Tally, number: int) -> Figure:
    """Tiles of one press in the diagram of its powder."""
    part, body = line.forming[number], line.definition.body
    own = tiles.pressed["press"] == number
    pressure, density, moisture = (tiles.pressed[name][own] for name in ("pressure", "density", "moisture"))
    set_to = part.press.set_points["specific_pressure_set_point"]
    low, high = set_to * (1.0 - AROUND), set_to * (1.0 + AROUND)
    if len(pressure):
        low, high = min(low, float(pressure.min()) - 5.0), max(high, float(pressure.max()) + 5.0)
    presses = np.linspace(low, high, 40)
    middle = body.reference_moisture
    lines: list[Trace] = []
    for wet in np.arange(middle - 1.0, middle + 1.01, 0.5).tolist():
        curve = np.asarray(bulk_density(presses, np.full_like(presses, wet), body.compaction, 0.0))
        label = sentence("{wet} %", "{wet} %", wet=(wet, 1))
        lines.append(Curve(label, presses, curve, "quiet", dashed=wet != middle, label=label))
    mean, spread = (float(density.mean()), float(density.std())) if len(density) else (0.0, 0.0)
    points = Points(Text("tiles", "piezas"), pressure, density, "first", moisture, Text("moisture [%]", "humedad [%]"))
    wanted = body.firing.reference_density
    name = "" if len(line.forming) == 1 else f" {number + 1}"
    return Figure(
        f"compaction-{number + 1}",
        Text(f"Compaction diagram{name}", f"Diagrama de compactación{name}"),
        sentence(
            "A sample of {count} tiles over the run, on lines of equal moisture of this powder. Density {mean} ± "
            "{spread} g/cm³. What moves up or down across the lines is moisture; what moves sideways is pressure.",
            "Muestra de {count} piezas de toda la ejecución sobre líneas de igual humedad de este polvo. Densidad "
            "{mean} ± {spread} g/cm³. Lo que sube o baja entre líneas es humedad; lo que va a un lado es presión.",
            count=(len(pressure), 0),
            mean=(mean, 3),
            spread=(spread, 4),
        ),
        FigureAxis(Text("specific pressure", "presión específica"), "kgf/cm²", "logarithm", low, high),
        FigureAxis(Text("dry bulk density", "densidad aparente seca"), "g/cm³"),
        (*lines, points),
        bands=(Band(wanted, wanted, Text("reference", "referencia")),),
    )
