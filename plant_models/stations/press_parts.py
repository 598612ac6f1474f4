"""What a press is told and what it keeps: parameters, the dirt on its punches, its state."""

from dataclasses import dataclass

from pydantic import Field

from plant_models.definition.product import Changeover
from twin.line.calendar import OpenHours
from twin.line.station import Parameters, StationState
from twin.line.time import HOUR, MINUTE

LONGEST_PAUSE = 30 * MINUTE
"""Time without a stroke after which the dryer has begun to heat up."""

FASTEST = 30.0
"""Highest cadence that can be set [1/min]."""


class PressParameters(Parameters):
    """How the press works and scatters."""

    cavities: int = Field(ge=1, le=8)
    """Tiles per stroke."""
    strokes_per_minute: float = Field(ge=1, le=FASTEST)
    """Cadence that is set [1/min]."""
    cadence_share: float = Field(gt=0.5, le=1)
    """Cadence that is reached over the cadence that is set [-]."""
    specific_pressure: float = Field(ge=150, le=550)
    """Maximum pressure on the tile [kgf/cm2]."""
    die_length_mm: float = Field(gt=50, le=4000)
    """Length of one cavity [mm]."""
    die_width_mm: float = Field(gt=50, le=2000)
    """Width of one cavity [mm]."""
    moist_mass: float = Field(gt=0.05, le=120)
    """Powder filled into each cavity [kg]."""
    punch_temperature: float = Field(ge=20, le=120)
    """Temperature of the upper punch [degC]."""
    hours: tuple[OpenHours, ...]
    """When the press and its glazing line are manned; none means always."""
    changeover_min: Changeover
    """Minutes of changeover by attribute that differs."""
    cavity_density_sd: float = Field(ge=0)
    """Scatter between cavities [g/cm3]."""
    stroke_density_sd: float = Field(ge=0)
    """Scatter from stroke to stroke [g/cm3]."""
    gradient: float = Field(ge=0)
    """Mean density difference over the side [g/cm3]."""
    gradient_sd: float = Field(ge=0)
    """Scatter of that difference between tiles [g/cm3]."""
    mass_sd: float = Field(ge=0)
    """Relative scatter of the filled mass [-]."""
    thickness_sd: float = Field(ge=0)
    """Scatter of thickness [mm]."""
    dirt_mm_per_h: float = Field(ge=0)
    """Growth of thickness with hours of pressing since the last cleaning [mm/h]."""
    dirt_limit_mm: float = Field(ge=0)
    """Growth of thickness at which the dirt on the punch falls off by itself [mm]."""
    dirt_clean_mm: float = Field(ge=0)
    """Dirt that leaves no marks yet [mm]."""
    lamination_per_excess: float = Field(ge=0, le=10)
    """Share of tiles with laminations for each relative excess over the plant's specific pressure [-]."""
    marks_per_mm: float = Field(ge=0, le=10)
    """Share of tiles with punch marks for each millimetre of dirt above that [1/mm]."""
    cavity_thickness_sd: float = Field(ge=0)
    """Scatter of thickness between cavities [mm]."""
    map_density_sd: float = Field(ge=0)
    """Scatter of density between the nine cells of a tile, constant for each cavity [g/cm3]."""
    punch_yield: float = Field(ge=0, le=1)
    """Share of uneven filling that the punch follows, as an isostatic one does [-]."""
    first_pressure: float = Field(ge=10, le=150)
    """Pressure of the first, de-airing pressing [kgf/cm2]."""
    oil_temperature: float = Field(ge=20, le=70)
    """Temperature of the hydraulic oil [degC]."""
    ejection_pressure: float = Field(ge=5, le=200)
    """Pressure of the extractor [bar]."""
    moisture_band: float = Field(gt=0, le=3)
    """Deviation of the powder's moisture from the body's reference that raises the alarm [% dry]."""
    broken_share: float = Field(ge=0, le=0.2)
    """Share of tiles broken at the extractor and the belts [-]."""
    idle_kw: float = Field(ge=0)
    """Electricity of the standing press [kW]."""
    kwh_per_t: float = Field(ge=0)
    """Electricity per tonne of dry body [kWh/t]."""


Dirt = tuple[float, float, float]
"""Dirt on the punch [mm] at a stroke, that stroke, and what every further stroke adds [mm]."""


def dirt_at(dirt: Dirt, stroke: int, p: PressParameters) -> float:
    """Dirt on the punch at a later stroke [mm]: at most what falls off by itself."""
    thickness, since, per_stroke = dirt
    return min(thickness + per_stroke * (stroke - since), p.dirt_limit_mm)


def growing(dirt: Dirt, stroke: int, per_stroke: float, p: PressParameters) -> Dirt:
    """The same dirt, which grows by `per_stroke` [mm] from `stroke` on."""
    return dirt if per_stroke == dirt[2] else (dirt_at(dirt, stroke, p), float(stroke), per_stroke)


def dirt_per_stroke(p: PressParameters, stroke_time: int, sticking: float) -> float:
    """What one stroke adds to the dirt on the punch [mm]; `sticking` is what a punch too cold adds to the usual 1."""
    return p.dirt_mm_per_h * (stroke_time / HOUR) * (1.0 + sticking)


def lamination_share(p: PressParameters, pressure: float) -> float:
    """Share of tiles that a pressure [kgf/cm2] above the plant's own laminates, because air cannot leave [-]."""
    return p.lamination_per_excess * max(pressure / p.specific_pressure - 1.0, 0.0)


@dataclass(slots=True)
class PressState(StationState):
    """Progress of the press."""

    due: int = 0
    striking: bool = False
    strokes: int = 0
    order: int = -1
    """Position in the book of the order in work; -1 for none."""
    product: int = 0
    strokes_left: int = 0
    leaving: bool = False
    """Whether the stroke in work is the last one before the press goes on with another order."""
    cleaned_stroke: int = 0
    """Stroke at which the die was cleaned last."""
    dirt: Dirt = (0.0, 0.0, 0.0)
    """Dirt on the punch, and how it grows."""
    last_stroke_at: int = 0
    """When the last stroke ended; 0 before the first."""
    epoch_due: bool = True
    """Whether conditions have changed since the last stroke."""
    closes_at: int = 0
    """End of the opening that the press is in."""
    metered_strokes: int = 0
    electricity_j: int = 0
    metered_at: int = 0
