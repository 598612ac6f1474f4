"""The heat equation of a tile in the kiln, solved over its thickness: the reference for `slab`'s cheap forms.

References:
    [1] Explicit finite volumes of a plane wall, half cells at the faces, step below the stability limit
        rho c dz / (2 (h + k/dz)).
"""

import math
from typing import NamedTuple

import numpy as np

from plant_models.physics.numeric import Array
from plant_models.physics.slab import Slab, air_exchange

STABILITY_SHARE = 0.5
"""Step as share of the stability limit."""
HOTTEST = 1400.0
"""Temperature at which the stability limit is taken [degC]."""


class SlabSolution(NamedTuple):
    """Temperatures of one or more tiles on their way through the kiln; time runs along the last axis."""

    positions: Array
    """Where the samples are, as share of the kiln's length [-]."""
    mean: Array
    """Mean over the thickness [degC]."""
    upper: Array
    """Upper face [degC]."""
    under: Array
    """Underside [degC]."""


def solve_slab(
    positions: Array,
    air_above: Array,
    air_below: Array,
    cycle_minutes: float,
    thickness_mm: float,
    *,
    slab: Slab,
    samples: int = 600,
) -> SlabSolution:
    """Solve the heat equation of tiles that go through the kiln [1].

    positions: rising, as share of length [-]; air_above, air_below: air there [degC], shape (..., positions), one
    tile per leading index, linear between positions, 20 to 1300; cycle_minutes: from entry to exit [min];
    thickness_mm [mm], 3 to 25; samples: how many results along the kiln.

    >>> tile = Slab(2.1, 1.15, 0.95, 2.3e-4, 0.85, 25.0, 0.7, 60.0)
    >>> air = np.array([60.0, 1200.0, 1200.0])
    >>> solution = solve_slab(np.array([0.0, 0.5, 1.0]), air, air, 45.0, 9.5, slab=tile)
    >>> round(float(solution.mean[-1]), 1)
    1200.0
    """
    height = thickness_mm / 1000.0 / (slab.nodes - 1)
    inner_steps = math.ceil(cycle_minutes * 60.0 / samples / (STABILITY_SHARE * _stable_step(height, slab)))
    seconds = cycle_minutes * 60.0 / samples / inner_steps
    cells = np.full(slab.nodes, height)
    cells[[0, -1]] = height / 2.0

    temperatures = np.full((*np.shape(air_above)[:-1], slab.nodes), slab.entry_temperature)
    profiles = np.empty((samples + 1, *temperatures.shape))
    profiles[0] = temperatures
    for sample in range(samples):
        for inner in range(inner_steps):
            place = (sample + (inner + 0.5) / inner_steps) / samples
            above, below = _air_at(place, positions, air_above), _air_at(place, positions, air_below)
            temperatures = temperatures + seconds * _warming(temperatures, above, below, cells, slab=slab, place=place)
        profiles[sample + 1] = temperatures

    profiles = np.moveaxis(profiles, 0, -2)
    mean = np.sum(profiles * (cells / np.sum(cells)), axis=-1)
    return SlabSolution(np.linspace(0.0, 1.0, samples + 1), mean, profiles[..., 0], profiles[..., -1])


def _stable_step(height: float, slab: Slab) -> float:
    """Longest stable step of the half cell at a face [s] [1]."""
    hottest = np.array(HOTTEST)
    exchange = float(air_exchange(hottest, hottest, 1.0, slab, 1.0))
    stored = slab.density * 1e6 * slab.heat_capacity * height / 2.0
    return stored / (exchange + slab.conductivity / height)


def _air_at(place: float, positions: Array, air: Array) -> Array:
    """Air at a place along the kiln [degC], linear between positions and constant beyond them."""
    right = int(np.clip(np.searchsorted(positions, place), 1, len(positions) - 1))
    share = (place - positions[right - 1]) / (positions[right] - positions[right - 1])
    share = min(max(float(share), 0.0), 1.0)
    between: Array = air[..., right - 1] * (1.0 - share) + air[..., right] * share
    return between


def _warming(temperatures: Array, above: Array, below: Array, cells: Array, *, slab: Slab, place: float) -> Array:
    """Rate of change of each node at a place along the kiln [K/s]."""
    inflow = np.empty_like(temperatures)
    upper, under = temperatures[..., 0], temperatures[..., -1]
    downward = (temperatures[..., :-1] - temperatures[..., 1:]) * (slab.conductivity / cells[1])
    inflow[..., 0] = air_exchange(above, upper, 1.0, slab, place) * (above - upper)
    inflow[..., 1:] = downward
    inflow[..., :-1] -= downward
    inflow[..., -1] += air_exchange(below, under, slab.roller_view_factor, slab, place) * (below - under)
    heat_capacity = slab.heat_capacity + slab.heat_capacity_per_degree * temperatures
    rate: Array = inflow / (slab.density * 1e6 * heat_capacity * cells)
    return rate
