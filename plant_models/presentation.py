"""The pictures of a tile line, drawn from its topology: forming lines left, the store in the middle, kilns right."""

from typing import TYPE_CHECKING

from twin.line.presentation import Presentation

if TYPE_CHECKING:
    from plant_models.line import TileLine


def present(line: "TileLine") -> Presentation:
    """The presentation of a tile line."""
    return Presentation(width=100.0, height=50.0, stations=())
