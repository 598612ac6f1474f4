"""Which control loops a plant has, as plant data: a table that is there switches its loop on."""

from plant_models.control.pressure_trim import PressureTrimParameters
from plant_models.definition.product import Definition


class Control(Definition):
    """The control loops of a plant; one that is left out does not exist."""

    pressure_trim: PressureTrimParameters | None = None
    """Follow the moisture at the press exit with the pressure, to keep the density."""
