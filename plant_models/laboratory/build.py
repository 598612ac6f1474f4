"""Adds the laboratories that a plant has to its line."""

from typing import TYPE_CHECKING

from plant_models.laboratory.stations import FiredLaboratory, GreenLaboratory, PowderLaboratory
from twin.line.station import Place
from twin.line.text import Text

if TYPE_CHECKING:
    from plant_models.line import TileLine

AREA = "laboratory"


def add_laboratories(line: "TileLine") -> None:
    """Add one for the powder, one for each forming line and one for each kiln, as far as the plant has them."""
    plant, plan = line.definition, line.definition.laboratory
    if plan.powder is not False:
        place = Place(AREA, "powder", Text("Powder laboratory", "Laboratorio de polvo"))
        line.add(PowderLaboratory("laboratory", plan.powder, place)).bind(line.powder)
    for forming, parts in zip(line.forming, plant.forming, strict=True):
        if plan.green is not False:
            place = Place(AREA, parts.name, Text("Press and glaze laboratory", "Laboratorio de prensa y esmaltado"))
            laboratory = line.add(GreenLaboratory("laboratory", plan.green, place))
            laboratory.bind(forming.press, forming.glazing, forming.dryer)
    for firing, kiln in zip(line.firing, plant.firing, strict=True):
        if plan.fired is not False:
            place = Place(AREA, kiln.name, Text("Fired tile laboratory", "Laboratorio de cocido"))
            line.add(FiredLaboratory("laboratory", plan.fired, place)).bind(firing.sorter)
