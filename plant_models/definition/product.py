"""What is made: the format, the products of the range, and how a changeover between two of them is judged."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Definition(BaseModel):
    """Base of everything read from a plant file: frozen, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Format(Definition):
    """The fired tile."""

    length_mm: float = Field(gt=50, le=3600)
    """Nominal length [mm]; the model follows this side's size."""
    width_mm: float = Field(gt=50, le=1800)
    """Nominal width [mm]."""
    thickness_mm: float = Field(ge=4, le=30)
    """Nominal thickness [mm]; drying and firing depend on it."""

    @property
    def area_m2(self) -> float:
        """Face of one tile [m2]."""
        return self.length_mm * self.width_mm / 1e6


class Product(Definition):
    """One reference of the range; two products differ in their attributes, and each difference costs a changeover."""

    title_en: str = Field(min_length=1, max_length=80)
    """Title in English."""
    title_es: str = Field(min_length=1, max_length=80)
    """Title in Spanish."""
    share: float = Field(ge=0, le=1)
    """Share of the endless order stream [-]."""
    texture: str = "smooth"
    """Relief of the punch; another one means another punch."""
    glaze: str = "matt"
    """Glaze in the tanks; another one means washing the line."""
    design: str = "plain"
    """Design file of the printer."""
    engobe_g_m2: float = Field(gt=0, le=1500)
    """Engobe, wet [g/m2]."""
    glaze_g_m2: float = Field(gt=0, le=2500)
    """Glaze, wet [g/m2]."""
    ink_g_m2: float = Field(ge=0, le=60)
    """Ink of all colours [g/m2]."""

    def attribute(self, name: str) -> str:
        """The value of a changeover attribute: texture, glaze, design or product (any difference)."""
        return repr(self) if name == "product" else str(getattr(self, name))


Changeover = Mapping[Literal["texture", "glaze", "design", "product"], Annotated[float, Field(ge=0, le=1440)]]
"""Minutes that a station needs when an attribute differs: texture, glaze, design, product."""


def changeover_minutes(before: Product, after: Product, matrix: Changeover) -> float:
    """Time a station needs to change from one product to the next [min]: the longest of what differs."""
    return max(
        (minutes for name, minutes in matrix.items() if before.attribute(name) != after.attribute(name)), default=0.0
    )
