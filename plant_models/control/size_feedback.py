"""Corrects press and kiln by the size that the sorter finds, hours after the tiles were pressed.

What the sorter shows was pressed 2 to 50 hours ago: dryer, store and kiln lie between (section 8.3 of the process
sheet). So the loop acts seldom and takes only a part of the error each time.
"""

from pydantic import Field

from plant_models.control.pressure_trim import PressureTrim
from plant_models.stations.kiln import Kiln
from plant_models.stations.press import Press
from plant_models.stations.sorter import Sorter
from twin.line.signal import quantity
from twin.line.units import MILLIMETRE
from twin.run.control import ControlLoop, LoopParameters


class SizeFeedbackParameters(LoopParameters):
    """The loop from the sorter back to press and kiln."""

    every_s: float = Field(default=28800.0, ge=60, le=86400)
    """Time between two corrections [s]."""
    gain: float = Field(default=0.3, ge=0, le=1)
    """Share of the error that a correction takes away [-]."""
    kiln_share: float = Field(default=0.0, ge=0, le=1)
    """Part of the correction that the kiln takes by its peak temperature, the press the rest [-]."""
    mm_per_pressure: float = Field(default=0.0325, gt=0)
    """Change of size with the pressure of all presses, on a tile of 600 mm [mm per kgf/cm2]."""
    mm_per_degree: float = Field(default=-0.058, lt=0)
    """Change of size with the kiln's peak temperature, on a tile of 600 mm [mm/K]."""
    least_error_mm: float = Field(default=0.1, ge=0)
    """Error that is left alone [mm]."""
    widest_pressure: float = Field(default=30.0, gt=0, le=100)
    """Farthest that the press is moved from its own set point [kgf/cm2]."""
    widest_degrees: float = Field(default=4.0, gt=0, le=30)
    """Farthest that the kiln is moved from its curve [K]."""


class SizeFeedback(ControlLoop):
    """Reads the mean size behind one kiln; writes the presses' set point, or that of their trim, and the kiln's."""

    parameters_type = SizeFeedbackParameters
    parameters: SizeFeedbackParameters

    def bind(
        self, sorter: Sorter, kiln: Kiln, presses: list[Press], trims: list[PressureTrim], nominal_mm: float
    ) -> None:
        """Connect sorter and kiln, all presses that feed it, and the trims through which they are moved, if any."""
        self.kiln, self.presses, self.trims, self.nominal = kiln, presses, trims, nominal_mm
        self.reads(sorter, "mean_size")

    def act(self, now: int, values: list[float]) -> None:
        """Take away a part of the error."""
        p, error = self.parameters, values[0] - self.nominal
        if abs(error) < p.least_error_mm:
            return
        correction = -p.gain * error * 600.0 / self.nominal
        if p.kiln_share:
            shift = self.kiln.set_points["peak_shift_set_point"] + p.kiln_share * correction / p.mm_per_degree
            bounded = min(max(shift, -p.widest_degrees), p.widest_degrees)
            self.writes(self.kiln, "peak_shift_set_point", round(bounded, 1))
        self._press_harder((1.0 - p.kiln_share) * correction / p.mm_per_pressure)

    def _press_harder(self, more: float) -> None:
        """Move all presses by `more` [kgf/cm2]."""
        widest = self.parameters.widest_pressure
        if self.trims:
            for trim in self.trims:
                offset = trim.set_points["pressure_offset_set_point"] + more
                self.writes(trim, "pressure_offset_set_point", round(min(max(offset, -widest), widest), 1))
            return
        for press in self.presses:
            base = press.parameters.specific_pressure
            asked = press.set_points["specific_pressure_set_point"] + more
            bounded = min(max(asked, base - widest), base + widest)
            self.writes(press, "specific_pressure_set_point", round(bounded, 1))

    @quantity(MILLIMETRE, "Size that the loop aims at", "Dimensión objetivo", low=0.0, high=3000.0, main=True)
    def size_aimed_at(self) -> float:
        return self.nominal
