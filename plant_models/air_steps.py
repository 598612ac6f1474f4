"""The steps of a kiln's air: controller, burner and store of heat of every zone, one step after the other.

A day has thousands of steps, and each depends on the one before. So the state of all zones is one array, whatever can
be multiplied together is, and limits of the controllers are looked at only when a controller comes to one.
"""

from typing import Protocol

import numpy as np

from plant_models.physics.numeric import Array

BRICK_STEPS = 12
"""Steps of the air for one of the brickwork: as many as are taken together at most."""
TEMPERATURE, OUTPUT, INTEGRAL = 0, 1, 2


class Stepped(Protocol):
    """What the steps go on from, each (2, zones)."""

    temperature: Array
    integral: Array
    last_error: Array


class AirSteps:
    """Steps zones whose PID controllers have gains for the integral, the error and the error before."""

    def __init__(self, gains: Array, decay: float) -> None:
        """Know the controllers and the zones.

        gains: (3, 2, zones), what an error adds to the integral, to the output, and takes from the next output;
        decay: what is left of a zone's temperature after a step [-].
        """
        # All zones in one row: NumPy is twice as fast over one axis as over two.
        self._gains = gains.reshape(3, -1)
        zones = self._gains.shape[1]
        self._shape = (BRICK_STEPS + 1, 3, *gains.shape[1:])
        self._carry = np.full(2 * zones, decay)
        """What a step's end takes from temperature and output."""
        self._path = np.empty((BRICK_STEPS + 1, 3, zones))
        self._begin, self._error, self._moved = np.empty(zones), np.empty(zones), np.empty(2 * zones)
        before, lowering = self._begin, np.empty((2, zones))
        self._controls = np.empty((BRICK_STEPS, 2, zones))
        self._places = []
        for number in range(BRICK_STEPS):
            _, output, integral = path = self._path[number]
            after = self._path[number + 1, TEMPERATURE]
            self._places.append((before, integral, output, path[:2].reshape(-1), after, lowering[number % 2]))
            before = integral

    def taken(self, state: Stepped, goal: Array, drift: Array, heat: Array) -> Array:
        """The zones' path over a step per row of `drift`, at most BRICK_STEPS; it holds until the next call.

        goal: what controllers aim at; drift: what each step adds [K]; heat: what a burner at full power adds [K].
        Row n of the path, (3, 2, zones): temperature before step n, output in it, integral after it.
        """
        count, zones = len(drift), len(self._begin)
        self._path[0, TEMPERATURE] = state.temperature.reshape(-1)
        self._begin[:], self._carry[zones:] = state.integral.reshape(-1), heat.reshape(-1)
        before = self._gains[2] * state.last_error.reshape(-1)
        aims, rows = goal.reshape(-1), drift.reshape(count, -1)
        self._walk(aims, rows, before, held=False)
        # In one piece, what is largest and smallest is found much faster.
        controls = self._controls[:count]
        controls[:] = self._path[:count, OUTPUT:]
        if not (controls.min() > 0.0 and controls.max() < 1.0):
            self._walk(aims, rows, before, held=True)
        return self._path.reshape(self._shape)

    def _walk(self, goal: Array, drift: Array, before: Array, *, held: bool) -> None:
        """Step by step, in place; `held`: with integrals and outputs held between 0 and 1."""
        add, multiply, subtract = np.add, np.multiply, np.subtract
        (by_integral, by_error, by_last), carry, error = self._gains, self._carry, self._error
        moved, zones = self._moved, len(error)
        kept, burnt = moved[:zones], moved[zones:]
        subtract(goal, self._path[0, TEMPERATURE], error)
        for (last, integral, output, pair, after, lowering), given in zip(self._places, drift, strict=False):
            multiply(by_integral, error, integral)
            add(last, integral, integral)
            if held:
                _hold(integral)
            multiply(by_error, error, output)
            add(output, integral, output)
            subtract(output, before, output)
            if held:
                _hold(output)
            multiply(by_last, error, lowering)
            before = lowering
            multiply(pair, carry, moved)
            add(kept, burnt, after)
            add(after, given, after)
            subtract(goal, after, error)


def _hold(control: Array) -> None:
    """Hold a control between 0 and 1, in place."""
    np.maximum(control, 0.0, out=control)
    np.minimum(control, 1.0, out=control)
