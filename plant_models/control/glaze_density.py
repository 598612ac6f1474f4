"""Holds the density of the glaze by the water that is added to the tank."""

import math
from dataclasses import dataclass

from pydantic import Field

from plant_models.stations.glazing import GlazingLine
from twin.line.signal import quantity
from twin.line.units import GRAM_PER_CUBIC_CENTIMETRE
from twin.run.control import ControlLoop, LoopParameters, LoopState


class GlazeDensityParameters(LoopParameters):
    """The loop from the density gauge to the water valve."""

    every_s: float = Field(default=300.0, ge=10, le=86400)
    """Time between two additions [s]."""
    gain: float = Field(default=0.5, gt=0, le=1)
    """Share of the error that one addition takes away [-]."""
    filter_min: float = Field(default=10.0, ge=0, le=240)
    """Time constant with which the measured density is smoothed [min]."""
    least_error: float = Field(default=0.002, ge=0)
    """Error that is left alone [g/cm3]."""
    widest: float = Field(default=0.05, gt=0, le=0.2)
    """Farthest that the loop goes [g/cm3]."""


@dataclass(slots=True)
class GlazeDensityState(LoopState):
    """What the loop keeps."""

    density: float = math.nan


class GlazeDensity(ControlLoop):
    """Reads the glaze's density, writes how much the added water changes it."""

    parameters_type = GlazeDensityParameters
    parameters: GlazeDensityParameters
    state: GlazeDensityState

    def bind(self, glazing: GlazingLine) -> None:
        """Connect the glazing line."""
        self.glazing = glazing
        self.reads(glazing, "glaze_density")

    def initial_state(self) -> GlazeDensityState:
        """A fresh state."""
        return GlazeDensityState()

    def act(self, now: int, values: list[float]) -> None:
        """Smooth the density, and take away a part of its error."""
        p, state = self.parameters, self.state
        share = 1.0 if math.isnan(state.density) else p.every_s / (p.every_s + 60.0 * p.filter_min)
        before = values[0] if math.isnan(state.density) else state.density
        state.density = before + share * (values[0] - before)
        error = state.density - self.glazing.parameters.glaze_density
        if abs(error) < p.least_error:
            return
        trim = self.glazing.set_points["density_trim_set_point"] - p.gain * error
        self.writes(self.glazing, "density_trim_set_point", round(min(max(trim, -p.widest), p.widest), 4))
        # What has just been corrected is not waited for.
        state.density -= p.gain * error

    @quantity(
        GRAM_PER_CUBIC_CENTIMETRE, "Density that the loop follows", "Densidad que sigue el lazo", low=1.3, high=1.95,
        main=True,
    )  # fmt: skip
    def density(self) -> float:
        return self.state.density
