"""How a green tile loses its water in the dryer, how hot it leaves, and what that costs in cracks and heat.

Moisture is on dry basis [kg water / 100 kg dry solid].

References:
    [1] First-order drying towards an equilibrium moisture: the usual lumped form; coefficients are estimates of this
        project on residence times of the BREF Ceramic Manufacturing (EU JRC, 2007).
    [2] Heat balance of a lumped tile between two streams of air, with evaporation as a heat sink.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from plant_models.physics.numeric import Numeric

SECONDS_PER_MINUTE = 60.0
WATER_HEAT_CAPACITY = 4.186
"""Heat capacity of liquid water [kJ/kgK]."""
VAPOUR_HEAT_CAPACITY = 1.87
"""Heat capacity of water vapour at constant pressure [kJ/kgK]."""
EVAPORATION_HEAT = 2442.0
"""Latent heat of evaporation of water at 25 degC [kJ/kg]."""
REFERENCE_SOLID_HEAT_CAPACITY = 0.92
"""Heat capacity of the dry body in the reference balance of `useful_heat` [kJ/kgK]."""
SMALLEST_RATE_GAP = 1e-7
"""Rates closer than this [1/min] are told apart artificially: the closed form divides by their difference."""


@dataclass(frozen=True, slots=True)
class Drying:
    """How fast a dryer dries and heats a tile [1, 2]."""

    rate: float
    """Rate constant at the reference air temperature and thickness [1/min]."""
    reference_thickness: float
    """Fired thickness at which the rate holds [mm]."""
    thickness_exponent: float
    """Power by which a thinner tile dries faster [-]."""
    temperature_gain: float
    """Relative growth of the rate with air temperature [1/K]."""
    reference_temperature: float
    """Air temperature at which the rate holds [degC]."""
    equilibrium_moisture: float
    """Moisture that stays however long the tile dries [% dry]."""
    heat_transfer: float
    """Heat transfer coefficient from the air to each face [W/m2K]."""
    heat_capacity: float
    """Heat capacity of the tile [kJ/kgK]."""
    latent_heat: float
    """Heat of evaporation of the water in the tile [kJ/kg]."""
    mass_per_thickness: float
    """Dry mass per area and per millimetre of fired thickness [kg/m2 per mm]."""
    entry_temperature: float
    """Temperature of the tile on entering the dryer [degC]."""


@dataclass(frozen=True, slots=True)
class Cracking:
    """How the risk of a drying crack follows the drying rate."""

    base_probability: float
    """Probability per tile at the reference rate [-]."""
    reference_rate: float
    """Maximum drying rate at which the base holds [% dry per min]."""
    rate_scale: float
    """Growth of the rate that multiplies the probability by e [% dry per min]."""
    gradient_limit: float
    """Density difference inside a tile above which it cracks more easily [g/cm3]."""
    gradient_factor: float
    """Multiplies the probability above that difference [-]."""


class Dried(NamedTuple):
    """What the dryer made of a tile."""

    residual_moisture: Numeric
    """Moisture on leaving [% dry]."""
    exit_temperature: Numeric
    """Temperature on leaving [degC]."""
    maximum_rate: Numeric
    """Largest drying rate on the way, at the entry [% dry per min]."""


def rate_constant(air_temperature: Numeric, thickness: Numeric, d: Drying) -> Numeric:
    """Drying rate constant k = k0 (e0/e)^n exp[g (T - T0)] [1/min] [1].

    air_temperature [degC], 60 to 260; thickness: fired thickness [mm], 3 to 25.

    >>> vertical = Drying(0.065, 9.5, 1.5, 0.012, 180.0, 0.05, 18.0, 0.9, 2450.0, 2.147, 35.0)
    >>> round(float(rate_constant(195.0, 9.5, vertical)), 4)
    0.0778
    """
    # One exponential instead of a power and an exponential.
    constant: Numeric = d.rate * np.exp(
        d.thickness_exponent * np.log(d.reference_thickness / thickness)
        + d.temperature_gain * (air_temperature - d.reference_temperature)
    )
    return constant


def residual_moisture(
    initial: Numeric, minutes: Numeric, air_temperature: Numeric, thickness: Numeric, d: Drying
) -> Numeric:
    """Moisture left after some time in air of one temperature [% dry] [1].

    initial [% dry]; minutes [min]; air_temperature [degC], 60 to 260; thickness: fired thickness [mm], 3 to 25.

    >>> vertical = Drying(0.065, 9.5, 1.5, 0.012, 180.0, 0.05, 18.0, 0.9, 2450.0, 2.147, 35.0)
    >>> round(float(residual_moisture(5.5, 45.0, 180.0, 9.5, vertical)), 2)
    0.34
    """
    decay = np.exp(-rate_constant(air_temperature, thickness, d) * minutes)
    left: Numeric = d.equilibrium_moisture + (initial - d.equilibrium_moisture) * decay
    return left


def dry(
    initial_moisture: Numeric,
    residence_min: Numeric,
    hot_temperature: Numeric,
    cool_temperature: Numeric,
    hot_share: Numeric,
    thickness: Numeric,
    d: Drying,
    speed: Numeric = 1.0,
) -> Dried:
    """Send a tile through a dryer of a hot and a cool section: residual moisture, exit temperature, maximum rate.

    initial_moisture [% dry]; residence_min: time in both sections [min]; hot_temperature, cool_temperature: air of the
    first and of the second section [degC], 20 to 260; hot_share: share of the time in the first [-], 0 to 1;
    thickness: fired thickness [mm], 3 to 25; speed: multiplies the rate of drying [-], below 1 where too little air
    moves. Both sections are solved in closed form [1, 2].

    >>> vertical = Drying(0.065, 9.5, 1.5, 0.012, 180.0, 0.05, 18.0, 0.9, 2450.0, 2.147, 35.0)
    >>> dried = dry(5.5, 45.0, 195.0, 80.0, 0.8, 9.5, vertical)
    >>> [round(float(value), 2) for value in dried]
    [0.33, 113.55, 0.42]
    """
    hot_minutes = residence_min * hot_share
    heating = _heating_rate(thickness, d)
    hot_rate = rate_constant(hot_temperature, thickness, d) * speed
    cool_rate = rate_constant(cool_temperature, thickness, d) * speed
    free = initial_moisture - d.equilibrium_moisture
    sink = d.latent_heat / d.heat_capacity / 100.0
    free_between, temperature_between = _section(
        free, d.entry_temperature, hot_minutes, air=hot_temperature, rate=hot_rate, heating=heating, sink=sink
    )
    cool_minutes = residence_min - hot_minutes
    free_after, temperature_after = _section(
        free_between,
        temperature_between,
        cool_minutes,
        air=cool_temperature,
        rate=cool_rate,
        heating=heating,
        sink=sink,
    )
    maximum_rate: Numeric = np.maximum(hot_rate * free, cool_rate * free_between)
    return Dried(d.equilibrium_moisture + free_after, temperature_after, maximum_rate)


def _heating_rate(thickness: Numeric, d: Drying) -> Numeric:
    """Rate at which the tile approaches the air's temperature through both faces [1/min]."""
    watts_per_kelvin = 2.0 * d.heat_transfer
    return watts_per_kelvin * SECONDS_PER_MINUTE / (d.mass_per_thickness * thickness * d.heat_capacity * 1000.0)


def _section(
    free: Numeric, start: Numeric, minutes: Numeric, *, air: Numeric, rate: Numeric, heating: Numeric, sink: float
) -> tuple[Numeric, Numeric]:
    """Free moisture [% dry] and temperature [degC] after a section, from dT/dt = a (Ta - T) - s k X exp(-k t).

    free: moisture above equilibrium [% dry]; start [degC]; minutes [min]; air: Ta [degC]; rate: k [1/min]; heating: a
    [1/min]; sink: s, cooling per evaporated moisture [K per % dry]. The difference of two decays, over a - k, stays
    finite for tiles that wait in the dryer for days.
    """
    gap = heating - rate
    gap = np.where(np.abs(gap) < SMALLEST_RATE_GAP, SMALLEST_RATE_GAP, gap)
    drying_decay = np.exp(-rate * minutes)
    thermal_decay = np.exp(-(rate + gap) * minutes)
    evaporating = sink * rate * free * (drying_decay - thermal_decay) / gap
    return free * drying_decay, air + (start - air) * thermal_decay - evaporating


def crack_probability(rate: Numeric, c: Cracking, density_gradient: Numeric = 0.0) -> Numeric:
    """Probability that a tile cracks in the dryer [-], at most 1.

    rate: maximum drying rate [% dry per min]; density_gradient: density difference across the tile [g/cm3]. An
    estimate of this project.

    >>> cracking = Cracking(0.0005, 0.35, 0.6, gradient_limit=0.015, gradient_factor=4.0)
    >>> round(float(crack_probability(0.35, cracking)), 5)
    0.0005
    """
    weakness = np.where(np.greater(density_gradient, c.gradient_limit), c.gradient_factor, 1.0)
    probability: Numeric = np.minimum(
        c.base_probability * weakness * np.exp((rate - c.reference_rate) / c.rate_scale), 1.0
    )
    return probability


def useful_heat(
    dry_mass: Numeric,
    initial: Numeric,
    residual: Numeric,
    t_in: Numeric,
    t_out: Numeric,
    *,
    solid_heat_capacity: float = REFERENCE_SOLID_HEAT_CAPACITY,
) -> Numeric:
    """Heat that drying needs inside the tile [kJ], without any loss of the dryer.

    dry_mass [kg] (or kg/h, for kJ/h); initial, residual: moisture before and after [% dry]; t_in, t_out: tile
    temperature before and after [degC]. Water evaporates at 25 degC and its vapour, the body and the water that stays
    warm up from t_in to t_out.

    >>> round(float(useful_heat(1000.0, 6.0, 0.5, 25.0, 110.0)) / 3600.0, 2)
    61.95
    """
    warming = t_out - t_in
    evaporated = (initial - residual) / 100.0
    return dry_mass * (
        evaporated * (EVAPORATION_HEAT + VAPOUR_HEAT_CAPACITY * warming)
        + (solid_heat_capacity + WATER_HEAT_CAPACITY * residual / 100.0) * warming
    )
