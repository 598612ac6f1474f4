"""How a tile's temperature follows the air of the kiln's zones, above and below it.

A tile is a slab between two streams of air. Here its profile over the thickness is taken as always settled (a straight
line plus a parabola), which leaves one ordinary equation for its mean temperature: cheap enough to be used while the
kiln runs. `slab_solution` integrates the heat equation itself and shows how good that is.

References:
    [1] Heat conduction in a plane wall: with fluxes q from both sides, face minus mean temperature is
        R (2/3 q_own - 1/3 q_other), R = half thickness / conductivity.
    [2] Radiation as a transfer coefficient, 4 eps sigma Tm^3, between air and tile at mean temperature Tm. Emissivity,
        convection and the rollers' view factor are estimates of this project.
"""

from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from plant_models.physics.numeric import Array, Numeric

STEFAN_BOLTZMANN = 5.670374419e-8
"""Stefan-Boltzmann constant [W/m2K4]."""
KELVIN = 273.15
INTERVALS = 240
"""Steps along the kiln on which the tile is followed."""
SWEEPS = 4
"""Newton sweeps over the whole kiln; a fifth moves the porcelain curve by less than 0.5 K and its peak by 0.001 K."""
LEVEL = 1e-9
"""Rise below which a step along the kiln counts as level [K]."""
SLOWEST_RATE = 1e-9
"""Floor of the relaxation rate [1/s], which the closed form divides by."""


@dataclass(frozen=True, slots=True)
class Slab:
    """The tile as a slab that conducts, stores and exchanges heat [1, 2]."""

    density: float
    """Bulk density [g/cm3]."""
    conductivity: float
    """Thermal conductivity [W/mK]."""
    heat_capacity: float
    """Heat capacity at 0 degC [kJ/kgK]."""
    heat_capacity_per_degree: float
    """Growth of the heat capacity with temperature [kJ/kgK per K]."""
    emissivity: float
    """Emissivity between air, walls and tile [-]."""
    convection: float
    """Convective transfer coefficient [W/m2K]."""
    roller_view_factor: float
    """Share of the radiation from below that the rollers let through [-]."""
    entry_temperature: float
    """Temperature on entering the kiln [degC]."""
    nodes: int = 9
    """Nodes over the thickness in `slab_solution`."""
    blown_from: float = 1.0
    """Place from which fans blow at the tile in final cooling, as share of the kiln's length [-]."""
    blown_convection: float = 0.0
    """What that adds to the convective transfer coefficient [W/m2K]."""


@dataclass(frozen=True, slots=True)
class ReducedWeights:
    """What one degree more in each zone does to a tile at its peak, and the nominal peak itself."""

    mean_above: Array
    """Change of the mean peak temperature per degree of a zone's air above [K/K], one per zone."""
    mean_below: Array
    """The same for the air below [K/K]."""
    difference_above: Array
    """Change of underside minus upper side at the peak per degree of a zone's air above [K/K], mostly negative."""
    difference_below: Array
    """The same for the air below [K/K], mostly positive."""
    peak_temperature: float
    """Nominal mean temperature at the peak [degC]."""
    peak_difference: float
    """Nominal underside minus upper side at the peak [K]."""
    peak_position: float
    """Where the peak is, as share of the kiln's length [-]."""


class _Course(NamedTuple):
    """The tile's way through the kiln on the fine grid: nodes, and quantities of the intervals between them.

    Arrays with two rows hold the upper side first, then the underside.
    """

    nodes: Array
    temperatures: Array
    offsets: Array
    """Face minus mean temperature, two rows [K]."""
    decay: Array
    """Integral of the relaxation rate up to each node [-]."""
    rate: Array
    """Relaxation rate of the mean temperature [1/s]."""
    capacity: Array
    """Heat stored per area and degree [J/m2K]."""
    gain: Array
    """Growth of the flux into each face with the air's temperature, two rows [W/m2K]."""
    loss: Array
    """Fall of the flux into each face with its own temperature, two rows [W/m2K]."""
    difference: Array
    """Underside minus upper side [K]."""


def tile_temperature_curve(
    positions: Array, air_above: Array, air_below: Array, cycle_minutes: float, thickness: float, slab: Slab
) -> Array:
    """Mean temperature of a tile at places along the kiln [degC] [1, 2].

    positions: rising, as share of length [-]; air_above, air_below: air there [degC], linear in between, 20 to 1300;
    cycle_minutes: from entry to exit [min], up to 120; thickness: of the tile [mm], 3 to 25. One call costs some
    hundred microseconds.

    >>> tile = Slab(2.1, 1.15, 0.95, 2.3e-4, 0.85, 25.0, 0.7, 60.0)
    >>> air = np.array([60.0, 1200.0, 1200.0])
    >>> curve = tile_temperature_curve(np.array([0.0, 0.5, 1.0]), air, air, 45.0, 9.5, tile)
    >>> [round(float(temperature), 1) for temperature in curve]
    [60.0, 1165.0, 1200.0]
    """
    course = _course(positions, np.array([air_above, air_below]), cycle_minutes, thickness, slab)
    return np.interp(positions, course.nodes, course.temperatures)


def reduced_weights(
    zone_positions: Array, zone_temperatures: Array, cycle_minutes: float, thickness_mm: float, slab: Slab
) -> ReducedWeights:
    """Linear answer of a tile's peak to each zone's air, around a nominal firing curve [1, 2].

    zone_positions: zone centres, rising, as share of length [-]; zone_temperatures: nominal air [degC], shape (zones,)
    for the same above and below or (2, zones) for above and below, linear between centres; cycle_minutes [min], up to
    120; thickness_mm [mm], 3 to 25. The tile remembers each zone by an exponential whose time constant follows its own
    nominal temperature.

    >>> tile = Slab(2.1, 1.15, 0.95, 2.3e-4, 0.85, 25.0, 0.7, 60.0)
    >>> zones = np.array([0.1, 0.3, 0.5, 0.55, 0.7])
    >>> weights = reduced_weights(zones, np.array([300.0, 800.0, 1190.0, 1200.0, 500.0]), 45.0, 9.5, tile)
    >>> [round(float(weight), 2) for weight in weights.mean_above + weights.mean_below]
    [0.0, 0.0, 0.29, 0.72, 0.0]
    """
    course = _course(
        zone_positions, np.broadcast_to(zone_temperatures, (2, len(zone_positions))), cycle_minutes, thickness_mm, slab
    )
    peak = int(np.argmax(course.temperatures))
    last = max(peak - 1, 0)
    resistance = thickness_mm / 2000.0 / slab.conductivity
    share = _zone_shares(zone_positions, course.nodes)
    memory = np.diff(np.exp(course.decay[: peak + 1] - course.decay[peak])) / (course.rate * course.capacity)[:peak]
    by_mean = _settled_fluxes(-course.loss, course.loss, resistance)

    mean, difference = [], []
    for side in np.eye(2):
        fluxes = _settled_fluxes(course.gain * side[:, np.newaxis], course.loss, resistance)
        of_mean = np.sum(share[:, :peak] * (memory * (fluxes[0] + fluxes[1])[:peak]), axis=1)
        directly = (fluxes[1] - fluxes[0])[last] * share[:, last]
        mean.append(of_mean)
        difference.append(resistance * (directly + (by_mean[1] - by_mean[0])[last] * of_mean))
    return ReducedWeights(
        mean_above=mean[0],
        mean_below=mean[1],
        difference_above=difference[0],
        difference_below=difference[1],
        peak_temperature=float(course.temperatures[peak]),
        peak_difference=float(course.difference[last]),
        peak_position=float(course.nodes[peak]),
    )


def soak_minutes(positions: Array, tile_temperatures: Array, cycle_minutes: float, drop: float) -> float:
    """Time that a tile spends within a drop of its peak temperature [min].

    positions: rising, as share of length [-]; tile_temperatures: there [degC], linear in between; cycle_minutes: from
    entry to exit [min]; drop [K].

    >>> round(soak_minutes(np.array([0.0, 0.5, 1.0]), np.array([0.0, 1000.0, 0.0]), 50.0, 10.0), 2)
    0.5
    """
    excess = tile_temperatures - (np.max(tile_temperatures) - drop)
    before, after = excess[:-1], excess[1:]
    high, low = np.maximum(before, after), np.minimum(before, after)
    # A step that crosses the limit counts by the part above it; one wholly above counts in full.
    inside = np.where(low >= 0.0, 1.0, np.maximum(high, 0.0) / np.maximum(high - low, LEVEL))
    return float(np.sum(inside * np.diff(positions)) * cycle_minutes)


def cooling_rate(
    positions: Array, tile_temperatures: Array, cycle_minutes: float, temperature: float, reach: float = 10.0
) -> tuple[float, float]:
    """(place, rate) where a tile cools through a temperature behind its peak [share of the length, K/min].

    positions: rising, as share of length [-]; tile_temperatures: there [degC], linear in between; cycle_minutes: from
    entry to exit [min]; temperature [degC]; reach: the rate is the mean from so far above it to so far below [K].

    >>> place, rate = cooling_rate(np.array([0.0, 0.5, 1.0]), np.array([0.0, 1000.0, 0.0]), 50.0, 573.0)
    >>> round(place, 4), round(rate, 1)
    (0.7135, 40.0)
    """
    peak = int(np.argmax(tile_temperatures))
    falling, places = tile_temperatures[peak:][::-1], positions[peak:][::-1]
    above, at, below = np.interp((temperature + reach, temperature, temperature - reach), falling, places)
    return float(at), float(2.0 * reach / ((below - above) * cycle_minutes))


def air_exchange(air: Array, face: Array, view_factor: Numeric, slab: Slab, places: Numeric = 0.0) -> Array:
    """Transfer coefficient between air and a face of the tile [W/m2K]: convection and radiation [2].

    air: and the walls around [degC]; face: of the tile [degC]; view_factor: share of the radiation let through [-];
    places: along the kiln, as share of its length [-].

    >>> tile = Slab(2.1, 1.15, 0.95, 2.3e-4, 0.85, 25.0, 0.7, 60.0)
    >>> hot = np.array([100.0, 1000.0])
    >>> air_exchange(hot, hot, 1.0, tile).round()
    array([ 35., 423.])
    """
    middle = (air + face) / 2.0 + KELVIN
    convection = slab.convection + slab.blown_convection * np.greater_equal(places, slab.blown_from)
    return convection + (4.0 * slab.emissivity * STEFAN_BOLTZMANN) * view_factor * middle * middle * middle


def _exchange_bend(air: Array, face: Array, view_factor: Array, slab: Slab) -> Array:
    """Part of the flux's slope that comes from the coefficient itself growing with temperature [W/m2K]."""
    middle = (air + face) / 2.0 + KELVIN
    return (6.0 * slab.emissivity * STEFAN_BOLTZMANN) * view_factor * middle * middle * (air - face)


def _settled_fluxes(drive: Array, loss: Array, resistance: float) -> Array:
    """Solve q_own = drive_own - loss_own R (2/3 q_own - 1/3 q_other) for both faces, two rows [W/m2] [1]."""
    own = 1.0 + (resistance * 2.0 / 3.0) * loss
    other = (resistance / 3.0) * loss
    fluxes: Array = (own[::-1] * drive + other * drive[::-1]) / (own[0] * own[1] - other[0] * other[1])
    return fluxes


def _course(positions: Array, air: Array, cycle_minutes: float, thickness_mm: float, slab: Slab) -> _Course:
    """Follow the mean temperature by Newton sweeps: linearise around the last course, solve that in closed form."""
    nodes = np.linspace(0.0, 1.0, INTERVALS + 1)
    middles = _between(nodes)
    air = np.array([np.interp(middles, positions, side) for side in air])
    seconds = cycle_minutes * 60.0 / INTERVALS
    mean = (air[0] + air[1]) / 2.0
    course = _sweep(nodes, air, mean, air - mean, seconds=seconds, thickness_mm=thickness_mm, slab=slab)
    for _ in range(SWEEPS - 1):
        mean = _between(course.temperatures)
        course = _sweep(nodes, air, mean, course.offsets, seconds=seconds, thickness_mm=thickness_mm, slab=slab)
    return course


def _sweep(
    nodes: Array, air: Array, mean: Array, offsets: Array, *, seconds: float, thickness_mm: float, slab: Slab
) -> _Course:
    """Solve dT/dt = rate (T* - T) along the kiln, with rate and T* linearised around given means and faces."""
    resistance = thickness_mm / 2000.0 / slab.conductivity
    view_factor = np.array([[1.0], [slab.roller_view_factor]])
    exchange = air_exchange(air, mean + offsets, view_factor, slab, _between(nodes))
    fluxes = _settled_fluxes(exchange * (air - mean), exchange, resistance)
    offsets = (resistance / 3.0) * (2.0 * fluxes - fluxes[::-1])
    bend = _exchange_bend(air, mean + offsets, view_factor, slab)
    loss = exchange - bend
    lost = _settled_fluxes(loss, loss, resistance)

    heat_capacity = slab.heat_capacity + slab.heat_capacity_per_degree * mean
    capacity = slab.density * thickness_mm * 1000.0 * heat_capacity
    heating = (fluxes[0] + fluxes[1]) / capacity
    rate = (lost[0] + lost[1]) / capacity + heating * slab.heat_capacity_per_degree / heat_capacity
    rate = np.maximum(rate, SLOWEST_RATE)

    decay = np.concatenate(([0.0], np.cumsum(rate * seconds)))
    kept = np.exp(-rate * seconds)
    gained = (mean + heating / rate) * (1.0 - kept)
    # Step by step: the sum over growing exponentials, which NumPy could do at once, overflows for thin tiles.
    steps = zip(kept.tolist(), gained.tolist(), strict=True)
    temperatures = np.array(
        list(accumulate(steps, lambda now, step: now * step[0] + step[1], initial=slab.entry_temperature))
    )
    difference = resistance * (fluxes[1] - fluxes[0])
    return _Course(nodes, temperatures, offsets, decay, rate, capacity, exchange + bend, loss, difference)


def _between(nodes: Array) -> Array:
    """Means of neighbours."""
    middles: Array = (nodes[1:] + nodes[:-1]) / 2.0
    return middles


def _zone_shares(zone_positions: Array, nodes: Array) -> Array:
    """How much of each zone's air a tile sees in each interval of the grid, shape (zones, intervals)."""
    middles = _between(nodes)
    return np.array([np.interp(middles, zone_positions, own) for own in np.eye(len(zone_positions))])
