"""The air of a kiln's zones: heat stored, lost, given to the tiles, and controlled zone by zone.

Each zone has air above and below the rollers. Around its nominal state a zone is a first-order store of heat: burners
(or cooling air) on one side, losses and the tiles inside on the other. A PID controller per zone and side moves the
burners. Everything is stepped together every `step_s`, discretised exactly for inputs that stay constant over the step,
and only when somebody asks: the inputs (tiles inside, set points, faults) are all known for the past.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from plant_models.definition.product import Definition
from plant_models.physics.numeric import Array


class AirParameters(Definition):
    """Heat and control of the zones."""

    zones: int = Field(ge=8, le=60)
    """Zones along the kiln, each above and below the rollers."""
    step_s: float = Field(gt=0, le=60)
    """Step of the air's model [s]."""
    loss_kw: float = Field(gt=0)
    """Walls and stacks of the hot empty kiln [kW]."""
    product_kwh_t: float = Field(gt=0)
    """Gas that the tiles take [kWh/t]."""
    air_memory_min: float = Field(gt=0)
    """Time constant of a zone's air without control [min]."""
    unloaded_rise: float = Field(gt=0)
    """How much warmer the mean firing zone would get without tiles and without control [K]."""
    burner_reserve: float = Field(gt=1)
    """Largest burner power over nominal power [-]."""
    gain: float = Field(ge=0)
    """Proportional gain [share of burner power per K]."""
    integral_s: float = Field(gt=0)
    """Integral time of the controllers [s]."""
    derivative_s: float = Field(ge=0)
    """Derivative time of the controllers [s]."""
    firing_from: float = Field(ge=0, le=1)
    """Burners from this share of the length [-] ..."""
    firing_to: float = Field(ge=0, le=1)
    """... to this one [-]."""


@dataclass(slots=True)
class AirState:
    """Present temperatures and controllers, the recent past, and the energy since the start."""

    step: int
    """Steps taken since the origin."""
    temperature: Array
    """(2, zones): above, below [degC]."""
    integral: Array
    last_error: Array
    output: Array
    history: Array
    """(kept steps, 2, zones) as a ring: the temperature after step n is at n modulo its length."""
    fuel: Array
    """Sum over all steps of each burner's output [share of its power]."""
    load: Array
    """Sum over all steps of each zone's tiles [share of nominal], (zones,)."""
    total: Array
    """Sum over all steps of the temperature at the step's beginning [degC]."""


class KilnAir:
    """Steps the air of all zones."""

    def __init__(self, p: AirParameters, set_points: Array, heating: Array, load_t_h: float, kept: int) -> None:
        """Balance the zones at nominal load.

        set_points: (2, zones) [degC]; heating: share of the tiles' heat that each zone gives, (zones,), negative where
        tiles give heat back; load_t_h: nominal load [t/h]; kept: steps of history to keep.
        """
        self.p = p
        self.nominal = set_points.copy()
        self.set_points = set_points.copy()
        """What the controllers aim at; a fault may shift what they see."""
        self.sensor_shift = np.zeros_like(set_points)
        self.burner_share = np.ones_like(set_points)
        """Share of each burner group that burns; below 1 with a group out."""
        self.centres = (np.arange(p.zones) + 0.5) / p.zones
        self.burning = (self.centres >= p.firing_from) & (self.centres < p.firing_to)
        burners = 2.0 * self.burning.sum()
        losses = np.where(self.burning, p.loss_kw / burners, 0.0)
        firing_heat = np.where(self.burning, np.maximum(heating, 0.0), 0.0)
        tiles = np.where(
            self.burning,
            p.product_kwh_t * load_t_h * firing_heat / (2.0 * firing_heat.sum()),
            -p.product_kwh_t * load_t_h * np.abs(heating) / (2.0 * firing_heat.sum()),
        )
        self.tiles_kw = np.broadcast_to(tiles, (2, p.zones)).copy()
        nominal_kw = losses + tiles
        weakest = 0.25 * float(np.abs(nominal_kw[self.burning]).mean())
        sign = np.where(self.burning, 1.0, -1.0)
        self.power = np.broadcast_to(
            sign * np.maximum(np.abs(nominal_kw) * p.burner_reserve, weakest), (2, p.zones)
        ).copy()
        self.losses = np.broadcast_to(losses, (2, p.zones)).copy()
        firing_mean = float(tiles[self.burning].mean())
        self.transfer = np.full_like(self.nominal, firing_mean / p.unloaded_rise)
        """Heat that leaves per degree above nominal, the same in all zones [kW/K]."""
        self.decay = math.exp(-p.step_s / (60.0 * p.air_memory_min))
        self.mean_share = (1.0 - self.decay) * (60.0 * p.air_memory_min) / p.step_s
        self._sign = np.sign(self.power)
        self._integral_gain = p.gain * p.step_s / p.integral_s * self._sign
        self._derivative_gain = p.gain * p.derivative_s / p.step_s * self._sign
        self._error_gain = p.gain * self._sign + self._derivative_gain
        duty = np.broadcast_to(nominal_kw, (2, p.zones)) / self.power
        self.state = AirState(
            0,
            self.nominal.copy(),
            duty.copy(),
            np.zeros_like(self.nominal),
            duty.copy(),
            np.broadcast_to(self.nominal, (kept, 2, p.zones)).copy(),
            np.zeros_like(self.nominal),
            np.zeros(p.zones),
            np.zeros_like(self.nominal),
        )

    def advance(self, load: Array) -> None:
        """Take one step per row of `load`: tiles inside each zone over its nominal number, (steps, zones)."""
        s, renew = self.state, 1.0 - self.decay
        history, kept, goal = s.history, len(s.history), self.set_points + self.sensor_shift
        heat = self.power * self.burner_share / self.transfer * renew
        base = (self.nominal - self.losses / self.transfer) * renew
        drift = base - (self.tiles_kw / self.transfer * renew) * load[:, None, :]
        lowered = None if (self.burner_share == 1.0).all() else self.burner_share
        temperature, integral, output, step = s.temperature, s.integral, s.output, s.step
        error, last, change = goal - temperature, s.last_error.copy(), np.empty_like(temperature)
        # A day has thousands of steps: everything is written in place, and every sum goes step by step, so that it is
        # the same however the steps are asked for.
        for given in drift:
            np.multiply(self._integral_gain, error, out=change)
            np.add(integral, change, out=integral)
            np.maximum(integral, 0.0, out=integral)
            np.minimum(integral, 1.0, out=integral)
            np.multiply(self._error_gain, error, out=output)
            np.add(output, integral, out=output)
            np.multiply(self._derivative_gain, last, out=change)
            np.subtract(output, change, out=output)
            np.maximum(output, 0.0, out=output)
            np.minimum(output, 1.0, out=output)
            np.add(s.fuel, output if lowered is None else output * lowered, out=s.fuel)
            np.add(s.total, temperature, out=s.total)
            step += 1
            after = history[step % kept]
            np.multiply(temperature, self.decay, out=after)
            np.multiply(heat, output, out=change)
            np.add(after, change, out=after)
            np.add(after, given, out=after)
            temperature, last, error = after, error, last
            np.subtract(goal, temperature, out=error)
        s.load = np.add.reduce(np.concatenate((s.load[None], load)), axis=0)
        s.temperature, s.last_error, s.step = temperature.copy(), last, step

    @property
    def burnt_kj(self) -> Array:
        """Heat from the burners since step 0, (2, zones) [kJ]."""
        heat: Array = self.state.fuel * self.power * self.p.step_s
        return heat

    @property
    def given_kj(self) -> Array:
        """Heat given to tiles since step 0, (2, zones) [kJ]."""
        return self.tiles_kw * self.state.load * self.p.step_s

    @property
    def lost_kj(self) -> Array:
        """Heat lost through walls and stacks since step 0, (2, zones) [kJ]."""
        s, keep = self.state, self.decay
        # Each step relaxes towards a limit, which its two ends tell; from it follows the mean within the step.
        limits = (s.total + s.temperature - self.nominal - keep * s.total) / (1.0 - keep)
        means = limits - (limits - s.total) * self.mean_share
        return (self.losses * s.step + self.transfer * (means - self.nominal * s.step)) * self.p.step_s

    @property
    def stored_kj(self) -> Array:
        """Heat stored since step 0, (2, zones) [kJ]."""
        return self.capacity * (self.state.temperature - self.nominal)

    def burner_kw(self) -> float:
        """Gas power of the last step, lower heating value [kW]."""
        return float((self.state.output * self.power * self.burner_share)[:, self.burning].sum())

    @property
    def capacity(self) -> Array:
        """Heat stored per degree, (2, zones) [kJ/K]."""
        return self.transfer * (60.0 * self.p.air_memory_min)
