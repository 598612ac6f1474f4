"""Adds the control loops that a plant asks for to its line."""

from typing import TYPE_CHECKING

from plant_models.control.pressure_trim import PressureTrim
from twin.line.station import Place
from twin.line.text import Text
from twin.run.control import ControlLoop

if TYPE_CHECKING:
    from plant_models.line import TileLine

AREA = "control"


def add_loops(line: "TileLine") -> list[ControlLoop]:
    """Add a loop of each kind to each forming or firing line that it acts on; raises DefinitionError."""
    loops: list[ControlLoop] = []
    control, body = line.definition.control, line.definition.body
    if control.pressure_trim is not None:
        for forming, parts in zip(line.forming, line.definition.forming, strict=True):
            place = Place(AREA, parts.name, Text("Pressure follows moisture", "La presión sigue a la humedad"))
            trim = line.add(PressureTrim("pressure-trim", control.pressure_trim, place))
            trim.bind(forming.press, body)
            loops.append(trim)
    return loops
