"""How pressing turns moist powder into a green tile: density, springback, drying shrinkage, thickness, strength.

Moisture is on dry basis [kg water / 100 kg dry solid] unless a name says otherwise.

References:
    [1] Amoros, Mallol, Llorens, Cantavella (AICE): automatic control of the apparent density, patent ES2249993A1.
        Source of the four-parameter form in moisture and pressure; its algebra follows Blasco, Amoros, Mallol (ITC).
    [2] CICER project (ITC), Observatorio Tecnologico Ceramico, 30-11-2015: springback and drying shrinkage matter
        besides density for the size of porcelain and large formats.
"""

import math
from dataclasses import dataclass

import numpy as np

from plant_models.physics.numeric import Array, Numeric


@dataclass(frozen=True, slots=True)
class Compaction:
    """How density follows pressure and moisture for one powder: rho = (m H + b) ln P + (M H + B) [1]."""

    moisture_pressure: float
    """m: change of the pressure slope with moisture [g/cm3 per %]."""
    pressure: float
    """b: pressure slope of dry powder [g/cm3 per unit of ln(kg/cm2)]."""
    moisture: float
    """M: direct effect of moisture [g/cm3 per %]."""
    intercept: float
    """B: density of dry powder at 1 kg/cm2, by extrapolation [g/cm3]."""
    moisture_limit: float = math.inf
    """Moisture above which water fills the pores and density gains no more [% dry]."""


@dataclass(frozen=True, slots=True)
class Springback:
    """How much a tile grows when it leaves the die, linear in pressure and moisture [2]."""

    base: float
    """Springback at the reference pressure and moisture [%]."""
    per_pressure: float
    """Change with pressure [% per kg/cm2]."""
    reference_pressure: float
    """Pressure at which the base holds [kg/cm2]."""
    per_moisture: float
    """Change with moisture [% per % dry]."""
    reference_moisture: float
    """Moisture at which the base holds [% dry]."""


@dataclass(frozen=True, slots=True)
class DryingShrinkage:
    """How much a tile shrinks while it dries, linear in the moisture it was pressed with [2]."""

    base: float
    """Shrinkage at the reference moisture [%]."""
    per_moisture: float
    """Change with moisture [% per % dry]."""
    reference_moisture: float
    """Moisture at which the base holds [% dry]."""


@dataclass(frozen=True, slots=True)
class GreenStrength:
    """How the bending strength of an unfired tile follows its density and moisture."""

    stiffness: float
    """Strength per squared density above the floor, at the reference moisture [MPa per (g/cm3)2]."""
    density_floor: float
    """Density at which the powder no longer holds together [g/cm3]."""
    per_moisture: float
    """Relative change with moisture [1 per % dry]; 0 for a dried tile."""
    reference_moisture: float
    """Moisture at which the stiffness holds [% dry]."""


def bulk_density(pressure: Numeric, moisture: Numeric, c: Compaction, body_index_shift: Numeric = 0.0) -> Numeric:
    """Dry bulk density of a tile pressed at a pressure and a moisture [g/cm3] [1].

    pressure: maximum specific pressure [kg/cm2], 150 to 550; moisture [% dry], 4 to 7.5; body_index_shift: the powder
    lot's shift of the intercept [g/cm3]. Above the moisture limit the density stays at its value there.

    >>> porcelain = Compaction(moisture_pressure=-0.0040, pressure=0.140, moisture=0.0440, intercept=1.001)
    >>> round(float(bulk_density(400.0, 5.5, porcelain)), 3)
    1.95
    """
    effective = np.minimum(moisture, c.moisture_limit)
    density: Numeric = (
        (c.moisture_pressure * effective + c.pressure) * np.log(pressure)
        + c.moisture * effective
        + (c.intercept + body_index_shift)
    )
    return density


def holding_pressure(density: Numeric, moisture: Numeric, c: Compaction, body_index_shift: Numeric = 0.0) -> Numeric:
    """Pressure that gives a wanted density at a moisture [kg/cm2]: the inverse of `bulk_density` [1].

    density [g/cm3]; moisture [% dry], 4 to 7.5; body_index_shift [g/cm3]. The result is not held inside the press's
    range.

    >>> porcelain = Compaction(moisture_pressure=-0.0040, pressure=0.140, moisture=0.0440, intercept=1.001)
    >>> round(float(holding_pressure(1.95, 6.5, porcelain)))
    336
    """
    effective = np.minimum(moisture, c.moisture_limit)
    pressure: Numeric = np.exp(
        (density - c.moisture * effective - (c.intercept + body_index_shift))
        / (c.moisture_pressure * effective + c.pressure)
    )
    return pressure


def springback(pressure: Numeric, moisture: Numeric, s: Springback) -> Numeric:
    """Growth of the side on leaving the die [%] [2].

    pressure [kg/cm2], 150 to 550; moisture [% dry], 4 to 7.5.

    >>> springback(400.0, 5.5, Springback(0.60, 0.0008, 400.0, -0.03, 5.5))
    0.6
    """
    return (
        s.base + s.per_pressure * (pressure - s.reference_pressure) + s.per_moisture * (moisture - s.reference_moisture)
    )


def drying_shrinkage(moisture: Numeric, d: DryingShrinkage) -> Numeric:
    """Shrinkage of the side in the dryer [%] [2].

    moisture: at pressing [% dry], 4 to 7.5.

    >>> round(float(drying_shrinkage(6.5, DryingShrinkage(0.20, 0.04, 5.5))), 2)
    0.24
    """
    return d.base + d.per_moisture * (moisture - d.reference_moisture)


def green_thickness(moist_mass: Numeric, area_m2: Numeric, density: Numeric, moisture: Numeric) -> Numeric:
    """Thickness of a pressed tile from its mass and density [mm], by mass conservation.

    moist_mass [kg]; area_m2 [m2]; density: dry bulk density [g/cm3]; moisture [% dry].

    >>> round(float(green_thickness(8.9, 0.6441 * 0.6441, 1.95, 5.5)), 2)
    10.43
    """
    return moist_mass / (area_m2 * density * (1.0 + moisture / 100.0))


def density_cells(mean: Array, gradient: float, pattern: Array) -> Array:
    """Density in nine equal cells of each tile [g/cm3], (tiles, 9), row by row from the front.

    mean: of each tile (tiles) [g/cm3]; gradient: density difference between front and back edge, denser at the back
    [g/cm3]; pattern: what each cell differs by (tiles, 9) [g/cm3]. The cells' centres lie a third of the side apart.

    >>> density_cells(np.array([1.95]), 0.03, np.zeros((1, 9))).round(2).tolist()
    [[1.94, 1.94, 1.94, 1.95, 1.95, 1.95, 1.96, 1.96, 1.96]]
    """
    rows = np.repeat(np.array([-1.0, 0.0, 1.0]) / 3.0, 3)
    return mean[:, None] + gradient * rows + pattern


def thickness_cells(thickness: Array, density: Array, punch_yield: float) -> Array:
    """Thickness in the cells of each tile [mm]: thicker where more powder lies, as far as the punch gives way.

    thickness: of each tile (tiles, 1) [mm]; density: of its cells (tiles, 9) [g/cm3]; punch_yield: share of uneven
    filling that the punch follows [-], 0 for a rigid one. An estimate of this project.

    >>> thickness_cells(np.array([[10.0]]), np.array([[1.90, 2.00]]), 0.5).round(3).tolist()
    [[9.872, 10.128]]
    """
    mean = density.mean(axis=1, keepdims=True)
    return np.asarray(thickness * (1.0 + punch_yield * (density / mean - 1.0)))


def green_strength(density: Numeric, moisture: Numeric, g: GreenStrength) -> Numeric:
    """Bending strength of an unfired tile [MPa].

    density: dry bulk density, above the floor [g/cm3]; moisture [% dry]. Form and values are estimates of this project
    on levels recalled from ITC publications.

    >>> as_pressed = GreenStrength(stiffness=6.0, density_floor=1.6, per_moisture=0.15, reference_moisture=5.5)
    >>> round(float(green_strength(1.95, 5.5, as_pressed)), 3)
    0.735
    """
    above = density - g.density_floor
    return g.stiffness * above * above * (1.0 + g.per_moisture * (moisture - g.reference_moisture))


def moisture_wet_basis(dry_basis: Numeric) -> Numeric:
    """Water per 100 kg of moist solid [% wet] from water per 100 kg of dry solid [% dry].

    >>> round(float(moisture_wet_basis(5.5)), 3)
    5.213
    """
    return dry_basis / (1.0 + dry_basis / 100.0)


def moisture_dry_basis(wet_basis: Numeric) -> Numeric:
    """Water per 100 kg of dry solid [% dry] from water per 100 kg of moist solid [% wet], below 100.

    >>> round(float(moisture_dry_basis(5.213)), 2)
    5.5
    """
    return wet_basis / (1.0 - wet_basis / 100.0)
