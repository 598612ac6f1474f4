"""Which control loops a plant has, as plant data: a table that is there switches its loop on, `false` off."""

from typing import Literal

from plant_models.control.glaze_density import GlazeDensityParameters
from plant_models.control.pressure_trim import PressureTrimParameters
from plant_models.control.size_feedback import SizeFeedbackParameters
from plant_models.definition.product import Definition


class Control(Definition):
    """The control loops of a plant; one that is left out does not exist.

    The controllers of a kiln's zones and of its pressure are parts of the kiln.
    """

    pressure_trim: PressureTrimParameters | Literal[False] = False
    """Follow the moisture at the press exit with the pressure, to keep the density."""
    glaze_density: GlazeDensityParameters | Literal[False] = False
    """Hold the density of the glaze by adding water."""
    size_feedback: SizeFeedbackParameters | Literal[False] = False
    """Correct press and kiln by the size that the sorter finds hours later."""
