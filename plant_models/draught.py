"""The draught of a kiln: pressure and oxygen in the firing channel, moved by burners, fans and the flue's damper.

What burners make and the flue fan takes away meet in the firing channel. The pressure there follows their difference
within seconds; a controller moves the damper before the flue fan to hold it. Oxygen follows from air and gas: burners
hold their ratio down to a least flow of air, and low pressure lets cold air in at the sides.

References:
    [1] SACMI, Manual de defectologia y manejo de hornos: pressure is quoted at burner height before the end of firing.
    [2] Air of 21 % oxygen; burning uses it in proportion to the gas.
    Coefficients are estimates of this project.
"""

import math
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from plant_models.definition.product import Definition
from plant_models.physics.numeric import Array

AIR_OXYGEN = 21.0
"""Oxygen in air [%] [2]."""


class DraughtParameters(Definition):
    """What moves pressure and oxygen."""

    oxygen_pct: float = Field(gt=0, lt=21)
    """Oxygen in the firing channel at nominal fire [%]."""
    pressure_gain: float = Field(gt=0)
    """Pressure that one nominal flow of flue gas too much would build up [Pa]."""
    pressure_memory_s: float = Field(gt=0)
    """Time constant of the pressure [s]."""
    damper: float = Field(gt=0, lt=1)
    """Opening of the flue damper at nominal fire [-]."""
    damper_gain: float = Field(ge=0)
    """Proportional gain of the pressure controller [opening per Pa]."""
    damper_integral_s: float = Field(gt=0)
    """Integral time of the pressure controller [s]."""
    least_air: float = Field(ge=0, le=1)
    """Least flow of combustion air over nominal, which burners turned down keep [-]."""
    leak_per_pa: float = Field(ge=0)
    """Cold air that comes in per Pa below the set point, over nominal combustion air [1/Pa]."""
    oxygen_memory_s: float = Field(gt=0)
    """Time constant of oxygen [s]."""
    swing_period_s: float = Field(gt=0)
    """Period with which a hunting controller lets the pressure swing [s]."""


@dataclass(slots=True)
class Disturbance:
    """What faults do to the draught; all 0 without them."""

    pressure: float = 0.0
    """Pressure that the controller cannot take away [Pa]."""
    swing: float = 0.0
    """Amplitude of its swing [Pa]."""
    flue_fan: float = 0.0
    """Change of what the flue fan takes away [-]."""
    combustion_air: float = 0.0
    """Change of the combustion air at the same gas [-]."""


@dataclass(slots=True)
class DraughtState:
    """Present values, the controller, and the recent past."""

    step: int
    regulated: float
    """Pressure without what faults add [Pa]."""
    added: float
    """What faults add, lagged [Pa]."""
    integral: float
    """Opening of the damper by the integral part [-]."""
    damper: float
    pressure: float
    oxygen: float
    history: Array
    """(kept steps, 2) as a ring: pressure [Pa] and oxygen [%] after step n are at n modulo its length."""


class Draught:
    """Steps pressure and oxygen with the air of the zones."""

    def __init__(self, p: DraughtParameters, set_point: float, step_s: float, kept: int) -> None:
        """At rest at nominal fire; `set_point` of the pressure [Pa], `step_s` [s], `kept` steps of history."""
        self.p, self.step_s = p, step_s
        self.set_point = set_point
        self.faults = Disturbance()
        self._pressure_renewed = -math.expm1(-step_s / p.pressure_memory_s)
        self._oxygen_renewed = -math.expm1(-step_s / p.oxygen_memory_s)
        history = np.empty((kept, 2))
        history[:, 0], history[:, 1] = set_point, p.oxygen_pct
        self.state = DraughtState(0, set_point, 0.0, p.damper, p.damper, set_point, p.oxygen_pct, history)

    def advance(self, fires: list[float]) -> None:
        """Take one step per entry of `fires`: the burners' gas over nominal [-]."""
        s, p, faults = self.state, self.p, self.faults
        pressures, oxygens = [], []
        # Thousands of steps a day: what stays the same is looked up once.
        set_point, renewed, oxygen_renewed = self.set_point, self._pressure_renewed, self._oxygen_renewed
        integral_gain = p.damper_gain * self.step_s / p.damper_integral_s
        flue, supply = max(1.0 + faults.flue_fan, 0.0), max(1.0 + faults.combustion_air, 0.0)
        burnt_oxygen = AIR_OXYGEN - p.oxygen_pct
        damper_gain, nominal_damper, pressure_gain = p.damper_gain, p.damper, p.pressure_gain
        least_air, leak_per_pa = p.least_air, p.leak_per_pa
        step, regulated, added, integral = s.step, s.regulated, s.added, s.integral
        damper, pressure, oxygen = s.damper, s.pressure, s.oxygen
        for fire in fires:
            step += 1
            error = regulated - set_point
            opening = integral + damper_gain * error
            integral = min(max(integral + integral_gain * error, 0.0), 1.0)
            damper = min(max(opening, 0.0), 1.0)
            combustion = max(least_air, fire)
            built_up = set_point + pressure_gain * (combustion - damper / nominal_damper * flue)
            regulated += renewed * (built_up - regulated)
            added += renewed * (faults.pressure - added)
            pressure = regulated + added
            if faults.swing:
                pressure += faults.swing * math.sin(2.0 * math.pi * step * self.step_s / p.swing_period_s)
            leak = leak_per_pa * (set_point - pressure) if pressure < set_point else 0.0
            left = AIR_OXYGEN - burnt_oxygen * fire / max(combustion * supply + leak, 0.01)
            oxygen += oxygen_renewed * (max(left, 0.0) - oxygen)
            pressures.append(pressure)
            oxygens.append(oxygen)
        s.step, s.regulated, s.added, s.integral = step, regulated, added, integral
        s.damper, s.pressure, s.oxygen = damper, pressure, oxygen
        kept, first = len(s.history), s.step - len(fires) + 1
        s.history[np.arange(first, s.step + 1) % kept] = np.array((pressures, oxygens)).T
