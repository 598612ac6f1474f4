"""Keeps the pressed tile's density: follows the moisture at the press exit with the pressure.

The pressure at which density stays the same when moisture changes follows from the compaction of the powder, as in the
automatic control that ITC and AICE describe (docs/sources.md, S2 and S3).
"""

import math
from dataclasses import dataclass

from pydantic import Field

from plant_models.definition.body import Body
from plant_models.physics.compaction import bulk_density, holding_pressure
from plant_models.stations.press import Press
from twin.line.signal import quantity, set_point
from twin.line.units import GRAM_PER_CUBIC_CENTIMETRE, KILOGRAM_FORCE_PER_SQUARE_CENTIMETRE, PERCENT
from twin.run.control import ControlLoop, LoopParameters, LoopState


class PressureTrimParameters(LoopParameters):
    """The loop from moisture to pressure."""

    every_s: float = Field(default=120.0, ge=1, le=86400)
    """Time between two scans [s]; a multiple of the sensor's period."""
    filter_min: float = Field(default=4.0, ge=0, le=240)
    """Time constant with which the measured moisture is smoothed [min]."""
    least_step: float = Field(default=2.5, ge=0, le=50)
    """Smallest change of pressure that is worth a new set point [kgf/cm2]."""
    widest: float = Field(default=90.0, gt=0, le=200)
    """Farthest that the loop goes from the pressure at the reference moisture [kgf/cm2]."""
    pressure_offset: float = Field(default=0.0, ge=-100, le=100)
    """Correction of the pressure at the reference moisture, by hand or by another loop [kgf/cm2]."""


@dataclass(slots=True)
class PressureTrimState(LoopState):
    """What the loop keeps."""

    moisture: float = math.nan


class PressureTrim(ControlLoop):
    """Reads the moisture of the pressed tile, writes the press's specific pressure."""

    parameters_type = PressureTrimParameters
    parameters: PressureTrimParameters
    state: PressureTrimState

    def bind(self, press: Press, body: Body) -> None:
        """Connect the press and the powder's compaction."""
        self.press, self.body = press, body
        self.base = press.parameters.specific_pressure
        self.reads(press, "tile_moisture")

    def initial_state(self) -> PressureTrimState:
        """A fresh state."""
        return PressureTrimState()

    @property
    def density(self) -> float:
        """Density that the loop holds [g/cm3]."""
        base = self.base + self.set_points["pressure_offset_set_point"]
        return float(bulk_density(base, self.body.reference_moisture, self.body.compaction))

    def act(self, now: int, values: list[float]) -> None:
        """Smooth the moisture, and follow it."""
        state, p = self.state, self.parameters
        share = 1.0 if math.isnan(state.moisture) else p.every_s / (p.every_s + 60.0 * p.filter_min)
        before = values[0] if math.isnan(state.moisture) else state.moisture
        state.moisture = before + share * (values[0] - before)
        asked = float(holding_pressure(self.density, state.moisture, self.body.compaction))
        asked = min(max(asked, self.base - p.widest), self.base + p.widest)
        if abs(asked - self.press.set_points["specific_pressure_set_point"]) >= p.least_step:
            self.writes(self.press, "specific_pressure_set_point", round(asked, 1))

    pressure_offset_set_point = set_point(
        KILOGRAM_FORCE_PER_SQUARE_CENTIMETRE,
        "Correction of the pressure at reference moisture",
        "Corrección de la presión a humedad de referencia",
        low=-100.0,
        high=100.0,
    )

    @quantity(PERCENT, "Moisture that the loop follows", "Humedad que sigue el lazo", low=3.0, high=9.0, main=True)
    def moisture(self) -> float:
        return self.state.moisture

    @quantity(
        GRAM_PER_CUBIC_CENTIMETRE, "Density that the loop holds", "Densidad que mantiene el lazo", low=1.7, high=2.2
    )
    def density_held(self) -> float:
        return self.density

    @quantity(
        KILOGRAM_FORCE_PER_SQUARE_CENTIMETRE, "Pressure that the loop asks for", "Presión que pide el lazo",
        low=0.0, high=600.0, main=True,
    )  # fmt: skip
    def pressure_asked(self) -> float:
        return self.state.output
