"""Adds the control loops and the people that a plant asks for to its line."""

from typing import TYPE_CHECKING

from plant_models.control.glaze_density import GlazeDensity
from plant_models.control.pressure_trim import PressureTrim
from plant_models.control.size_feedback import SizeFeedback
from plant_models.operators.station import Operators
from twin.line.station import Place
from twin.line.text import Text
from twin.run.control import ControlLoop

if TYPE_CHECKING:
    from plant_models.line import TileLine

AREA = "control"


def add_loops(line: "TileLine") -> list[ControlLoop]:
    """Add a loop of each kind to each forming or firing line that it acts on; raises DefinitionError."""
    plant, control = line.definition, line.definition.control
    trims: list[PressureTrim] = []
    loops: list[ControlLoop] = []
    for forming, parts in zip(line.forming, plant.forming, strict=True):
        if control.pressure_trim is not False:
            place = Place(AREA, parts.name, Text("Pressure follows moisture", "La presión sigue a la humedad"))
            trim = line.add(PressureTrim("pressure-trim", control.pressure_trim, place))
            trim.bind(forming.press, plant.body)
            trims.append(trim)
            loops.append(trim)
        if control.glaze_density is not False:
            place = Place(AREA, parts.name, Text("Glaze density", "Densidad de esmalte"))
            density = line.add(GlazeDensity("glaze-density", control.glaze_density, place))
            density.bind(forming.glazing)
            loops.append(density)
    for firing, kiln in zip(line.firing, plant.firing, strict=True):
        if control.size_feedback is not False:
            place = Place(AREA, kiln.name, Text("Size feedback", "Realimentación de calibre"))
            feedback = line.add(SizeFeedback("size-feedback", control.size_feedback, place))
            presses = [forming.press for forming in line.forming]
            feedback.bind(firing.sorter, firing.kiln, presses, trims, plant.format.length_mm)
            loops.append(feedback)
    return loops


def add_operators(line: "TileLine") -> None:
    """Add the people at the line, if the plant has them, and let them watch over all its stations."""
    if line.definition.operators is False:
        return
    place = Place("people", "shift", Text("Operators", "Operarios"))
    operators = line.add(Operators("operators", line.definition.operators, place))
    for station in line.stations:
        operators.watch(station)
