"""The air of a kiln's zones: heat stored, lost, given to the tiles, and controlled zone by zone.

Each zone has air above and below the rollers. Around its nominal state a zone is a first-order store of heat: burners
(or cooling air) on one side, losses and the tiles inside on the other, and the brickwork around, which follows the air
and holds heat for hours. A PID controller per zone and side moves the burners. Everything is stepped together every
`step_s`, discretised exactly for inputs that stay constant over the step, and only when somebody asks: the inputs
(tiles inside, set points, faults) are all known for the past. The slower brickwork takes one step for BRICK_STEPS of
the air's.
"""

import math
from dataclasses import dataclass
from typing import Self

import numpy as np
from pydantic import Field, model_validator

from plant_models.air_steps import BRICK_STEPS, INTEGRAL, OUTPUT, TEMPERATURE, AirSteps
from plant_models.definition.product import Definition
from plant_models.physics.numeric import Array

SURROUNDINGS = 25.0
"""Temperature around the kiln, from which losses are counted [degC]."""


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
    """How much warmer than the brickwork the mean firing zone would get without tiles and without control [K]."""
    brick_memory_h: float = Field(ge=0.2)
    """Time constant with which the brickwork of the firing zones would cool [h]."""
    even_share: float = Field(ge=0, le=1)
    """Share of the tiles' heat that all firing zones give alike, as gas and radiation mix them [-]."""
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

    @model_validator(mode="after")
    def _has_burners(self) -> Self:
        if self.firing_to - self.firing_from < 1.0 / self.zones:
            raise ValueError(
                f"burners stand from firing_from ({self.firing_from:g}) to firing_to ({self.firing_to:g}): "
                f"let that be at least one of {self.zones} zones"
            )
        return self


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
    """Sum of the temperature at each step's beginning, over the steps since the brickwork's last step [degC]."""
    total_from: Array
    """Temperature at the brickwork's last step [degC]."""
    brick: Array
    """Temperature of the brickwork [degC]."""
    brick_total: Array
    """Sum over all steps of the air up to the brickwork's last step of the brickwork's temperature [degC]."""


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
        self.offset = np.zeros_like(set_points)
        """How far from its set point a fault lets a zone be held [K]."""
        self.burner_share = np.ones_like(set_points)
        """Share of each burner group that burns, below 1 with one out; of cooling air, above 1 with a damper open."""
        self.centres = (np.arange(p.zones) + 0.5) / p.zones
        self.burning = (self.centres >= p.firing_from) & (self.centres < p.firing_to)
        losses, tiles = self._nominal_heat(heating, load_t_h)
        self.tiles_kw = np.broadcast_to(tiles, (2, p.zones)).copy()
        nominal_kw = losses + tiles
        self.nominal_kw = 2.0 * float(nominal_kw[self.burning].sum())
        """What all burners burn at nominal load [kW]."""
        weakest = 0.25 * float(np.abs(nominal_kw[self.burning]).mean())
        sign = np.where(self.burning, 1.0, -1.0)
        self.power = np.broadcast_to(
            sign * np.maximum(np.abs(nominal_kw) * p.burner_reserve, weakest), (2, p.zones)
        ).copy()
        self.losses = np.broadcast_to(losses, (2, p.zones)).copy()
        firing_mean = float(tiles[self.burning].mean())
        self.transfer = np.full_like(self.nominal, firing_mean / p.unloaded_rise)
        """Heat that the brickwork takes per degree of difference, the same in all zones [kW/K]."""
        self.leak = np.abs(nominal_kw) / (self.nominal - SURROUNDINGS)
        """Heat that leaves for good per degree of brickwork above nominal: what it gives grows with its temperature."""
        mean_leak = float(self.leak[:, self.burning].mean())
        self.brick_capacity = np.full_like(self.nominal, mean_leak * 3600.0 * p.brick_memory_h)
        """Heat that the brickwork stores per degree, the same in all zones [kJ/K]."""
        self.decay = math.exp(-p.step_s / (60.0 * p.air_memory_min))
        mean_share = (1.0 - self.decay) * (60.0 * p.air_memory_min) / p.step_s
        self.beyond_begin = (1.0 - mean_share) / (1.0 - self.decay)
        """How far the mean within a step is on the way from its begin to its end [-]."""
        sign = np.sign(self.power)
        derivative = p.gain * p.derivative_s / p.step_s * sign
        integral = p.gain * p.step_s / p.integral_s * sign
        self._steps = AirSteps(np.array([integral, p.gain * sign + derivative, derivative]), self.decay)
        duty = np.broadcast_to(nominal_kw, (2, p.zones)) / self.power
        # What arrays are multiplied with a thousand times a day, as arrays: NumPy is slower with numbers.
        self._renewed, self._seconds = (
            np.full_like(self.nominal, 1.0 - self.decay),
            np.full_like(self.nominal, p.step_s),
        )
        self._beyond_begin = np.full_like(self.nominal, self.beyond_begin)
        self._brick_steps = np.full_like(self.nominal, BRICK_STEPS)
        self._sums = np.empty((BRICK_STEPS + 1, 2, p.zones))
        self.state = self._at_rest(duty, kept)

    def _nominal_heat(self, heating: Array, load_t_h: float) -> tuple[Array, Array]:
        """What a burner group of each zone gives at nominal load: to its surroundings, and to the tiles [kW]."""
        p = self.p
        burners = 2.0 * self.burning.sum()
        losses = np.where(self.burning, p.loss_kw / burners, 0.0)
        firing_heat = np.where(self.burning, np.maximum(heating, 0.0), 0.0)
        share = firing_heat / firing_heat.sum()
        share = share + p.even_share * (self.burning / self.burning.sum() - share)
        tiles = np.where(
            self.burning,
            p.product_kwh_t * load_t_h * share / 2.0,
            -p.product_kwh_t * load_t_h * np.abs(heating) / (2.0 * firing_heat.sum()),
        )
        return losses, tiles

    def _at_rest(self, duty: Array, kept: int) -> AirState:
        """The air at its set points, as it has been for long."""
        shape = (kept, *self.nominal.shape)
        return AirState(
            0,
            self.nominal.copy(),
            duty.copy(),
            np.zeros_like(self.nominal),
            duty.copy(),
            np.broadcast_to(self.nominal, shape).copy(),
            np.zeros_like(self.nominal),
            np.zeros(self.p.zones),
            np.zeros_like(self.nominal),
            self.nominal.copy(),
            self.nominal.copy(),
            np.zeros_like(self.nominal),
        )

    def advance(self, load: Array) -> list[float]:
        """Take one step per row of `load`: tiles inside each zone over its nominal number, (steps, zones).

        Returns what the burners burnt in each step over what they burn at nominal load.
        """
        s, begin, renew = self.state, 0, 1.0 - self.decay
        count, per_kw = len(load), renew / self.transfer
        if not count:
            return []
        heat = self.power * self.burner_share * per_kw
        drift = (self.tiles_kw * -per_kw) * load[:, None, :] - self.losses * per_kw
        goal = self.set_points + self.sensor_shift + self.offset
        temperatures, outputs = np.empty((count, *goal.shape)), np.empty((count, *goal.shape))
        while begin < count:
            steps = min(count - begin, BRICK_STEPS - s.step % BRICK_STEPS)
            taken = slice(begin, begin + steps)
            drift[taken] += s.brick * self._renewed
            path = self._steps.taken(s, goal, drift[taken], heat)
            temperatures[taken], outputs[taken] = path[1 : steps + 1, TEMPERATURE], path[:steps, OUTPUT]
            self._sums[0], self._sums[1 : steps + 1] = s.total, path[:steps, TEMPERATURE]
            s.total = np.add.reduce(self._sums[: steps + 1], axis=0)
            s.last_error = goal - path[steps - 1, TEMPERATURE]
            s.temperature, s.integral = path[steps, TEMPERATURE].copy(), path[steps - 1, INTEGRAL].copy()
            s.step += steps
            begin += steps
            if s.step % BRICK_STEPS == 0:
                self._advance_brick()
        s.output = outputs[-1].copy()
        s.history[np.arange(s.step - count + 1, s.step + 1) % len(s.history)] = temperatures
        s.fuel = _added_up(s.fuel, outputs if (self.burner_share == 1.0).all() else outputs * self.burner_share)
        s.load = _added_up(s.load, load)
        return self._fires(outputs)

    def _fires(self, outputs: Array) -> list[float]:
        """Gas of the steps with these burner outputs, (steps, 2, zones), over nominal [-]."""
        burnt = (outputs * (self.power * self.burner_share))[:, :, self.burning].reshape(len(outputs), -1)
        fires: list[float] = (np.add.reduce(burnt, axis=1) / self.nominal_kw).tolist()
        return fires

    def _advance_brick(self) -> None:
        """Let the brickwork follow the air of the last BRICK_STEPS steps."""
        s = self.state
        s.brick_total = s.brick_total + s.brick * self._brick_steps
        s.brick = s.brick + self._into_brick_kj(BRICK_STEPS) / self.brick_capacity
        s.total[:] = 0.0
        s.total_from = s.temperature

    def _into_brick_kj(self, count: int) -> Array:
        """Heat that stays in the brickwork in the `count` steps since its own last one, (2, zones) [kJ]."""
        s = self.state
        steps = self._brick_steps if count == BRICK_STEPS else np.full_like(s.brick, count)
        # Each step relaxes towards a limit, which its two ends tell; from it follows the mean within the step.
        means = s.total + (s.temperature - s.total_from) * self._beyond_begin
        taken = self.transfer * (means - s.brick * steps) - self.leak * (s.brick - self.nominal) * steps
        kilojoules: Array = taken * self._seconds
        return kilojoules

    @property
    def burnt_kj(self) -> Array:
        """Heat from the burners since step 0, (2, zones) [kJ]."""
        burnt: Array = self.state.fuel * self.power * self.p.step_s
        return burnt

    @property
    def given_kj(self) -> Array:
        """Heat given to tiles since step 0, (2, zones) [kJ]."""
        return self.tiles_kw * self.state.load * self.p.step_s

    @property
    def lost_kj(self) -> Array:
        """Heat lost through walls and stacks since step 0, (2, zones) [kJ]."""
        s = self.state
        brick = s.brick_total + s.brick * (s.step % BRICK_STEPS)
        lost: Array = (self.losses * s.step + self.leak * (brick - self.nominal * s.step)) * self.p.step_s
        return lost

    @property
    def stored_kj(self) -> Array:
        """Heat stored in air and brickwork since step 0, (2, zones) [kJ]."""
        s = self.state
        return (
            self.capacity * (s.temperature - self.nominal)
            + self.brick_capacity * (s.brick - self.nominal)
            + self._into_brick_kj(s.step % BRICK_STEPS)
        )

    def burner_kw(self) -> float:
        """Gas power of the last step, lower heating value [kW]."""
        return float((self.state.output * self.power * self.burner_share)[:, self.burning].sum())

    @property
    def capacity(self) -> Array:
        """Heat stored per degree, (2, zones) [kJ/K]."""
        return self.transfer * (60.0 * self.p.air_memory_min)


def _added_up(total: Array, steps: Array) -> Array:
    """A total after it has grown step by step, so that it is the same however steps are asked for."""
    grown: Array = np.add.reduce(np.concatenate((total[None], steps)), axis=0)
    return grown
