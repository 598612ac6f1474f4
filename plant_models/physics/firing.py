"""What the kiln makes of a tile: vitrification, shrinkage, water absorption, size, thickness, strength.

A body lot whose vitrification temperature lies d above the body's is fired as if at `temperature - d`.

References:
    [1] Logistic degree of vitrification; the slope of shrinkage on density follows from mass conservation at constant
        fired density, dLS/drho = -(1 - LS) / (3 rho). Coefficients are estimates of this project.
    [2] Role of moisturising and pressing pressure on ceramic tile properties, J. Aust. Ceram. Soc. 2017,
        s41779-017-0129-4: thickness shrinks 2 to 3 points more than the side.
    [3] Celik, J. Ceram. Process. Res. 12 (2011) 483-487: strength of fast-fired porcelain; the exponential law in
        porosity is the usual one.
    [4] Ina Tile, parameter design: raising lime from 1 to 5 % cut the scatter of sizes tenfold in the same kiln.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from plant_models.physics.numeric import Numeric


class Firing(Protocol):
    """A body's answer to firing, whichever kind of body it is."""

    @property
    def shrinkage_per_density(self) -> float:
        """Change of shrinkage with green density [% per g/cm3]."""
        ...

    @property
    def reference_density(self) -> float:
        """Green density at which the coefficients hold [g/cm3]."""
        ...

    def shrinkage(self, density: Numeric, temperature: Numeric) -> Numeric:
        """Shrinkage of the side [%] from green density [g/cm3] and soak-equivalent peak temperature [degC]."""
        ...

    def overfired(self, density: Numeric, temperature: Numeric) -> Numeric:
        """How far a tile has been fired beyond where its body bloats [K], 0 below."""
        ...

    def water_absorption(self, density: Numeric, temperature: Numeric) -> Numeric:
        """Water absorption [%] from green density [g/cm3] and soak-equivalent peak temperature [degC]."""
        ...


@dataclass(frozen=True, slots=True)
class Vitrification:
    """Where and how sharply a body vitrifies [1]."""

    midpoint: float
    """T0: soak-equivalent temperature at which half of the body has vitrified [degC]."""
    width: float
    """w: temperature scale of the transition [K]."""


@dataclass(frozen=True, slots=True)
class VitrifiedBody:
    """A body that closes its pores in firing, such as porcelain or stoneware [1].

    >>> porcelain = VitrifiedBody(Vitrification(1147.0, 12.0), 7.35, -16.1, 1.95, 2.65, 0.02, 1215.0, 0.02)
    >>> round(float(porcelain.shrinkage(1.95, 1195.0)), 2), round(float(porcelain.water_absorption(1.95, 1195.0)), 2)
    (7.22, 0.26)
    """

    vitrification: Vitrification
    """Where and how sharply it vitrifies."""
    full_shrinkage: float
    """Shrinkage when fully vitrified, at the reference density [%]."""
    shrinkage_per_density: float
    """Change of the full shrinkage with green density, negative [% per g/cm3]."""
    reference_density: float
    """Green density at which the full shrinkage holds [g/cm3]."""
    solid_density: float
    """Density of the solid, which fixes the unfired body's pores [g/cm3]."""
    closed_absorption: float
    """Absorption that stays when fully vitrified [%]."""
    overfiring_temperature: float
    """Temperature above which the body bloats [degC]."""
    overfiring_loss: float
    """Shrinkage lost above it [% per K]."""
    overfiring_per_density: float = 0.0
    """Change of that temperature with green density, negative: denser tiles bloat earlier [K per g/cm3]."""
    unfired_absorption: float | None = None
    """Absorption of the unfired body [%], where it is given as one number instead of following from the pores."""

    def shrinkage(self, density: Numeric, temperature: Numeric) -> Numeric:
        """Shrinkage of the side [%].

        density: green, dry [g/cm3], 1.8 to 2.2; temperature: soak-equivalent peak [degC], 900 to 1260.
        """
        vitrified = degree_of_vitrification(temperature, self.vitrification.midpoint, self.vitrification.width)
        full = self.full_shrinkage + self.shrinkage_per_density * (density - self.reference_density)
        shrinkage: Numeric = full * vitrified - self.overfiring_loss * self.overfired(density, temperature)
        return shrinkage

    def overfired(self, density: Numeric, temperature: Numeric) -> Numeric:
        """How far a tile has been fired beyond where closed pores begin to grow [K], 0 below.

        density: green, dry [g/cm3], 1.8 to 2.2; temperature: soak-equivalent peak [degC], 900 to 1260.

        >>> body = VitrifiedBody(Vitrification(1147.0, 12.0), 7.35, -16.1, 1.95, 2.65, 0.02, 1215.0, 0.02, -150.0)
        >>> round(float(body.overfired(1.97, 1220.0)), 1)
        8.0
        """
        limit = self.overfiring_temperature + self.overfiring_per_density * (density - self.reference_density)
        excess: Numeric = np.maximum(temperature - limit, 0.0)
        return excess

    def water_absorption(self, density: Numeric, temperature: Numeric) -> Numeric:
        """Water absorption [%].

        density: green, dry [g/cm3], 1.8 to 2.2; temperature: soak-equivalent peak [degC], 900 to 1260.
        """
        vitrified = degree_of_vitrification(temperature, self.vitrification.midpoint, self.vitrification.width)
        unfired = self.unfired_absorption
        if unfired is None:
            return (100.0 / density - 100.0 / self.solid_density) * (1.0 - vitrified) + self.closed_absorption
        return unfired * (1.0 - vitrified) + self.closed_absorption


@dataclass(frozen=True, slots=True)
class PorousBody:
    """A body whose pores stay open, such as porous wall tile: linear in temperature and density.

    Lime reacts to minerals that hold the tile's size whatever the temperature: every `lime_decade` more of it divides
    the answer of the size to temperature by ten [4].

    >>> porous_wall = PorousBody(0.5, 0.008, -4.0, 15.0, -0.02, -20.0, 1110.0, 1.92)
    >>> round(porous_wall.shrinkage(1.92, 1120.0), 2), round(porous_wall.water_absorption(1.92, 1120.0), 2)
    (0.58, 14.8)
    """

    base_shrinkage: float
    """Shrinkage at the reference temperature and density [%]."""
    shrinkage_per_degree: float
    """Change with temperature [% per K]."""
    shrinkage_per_density: float
    """Change with green density [% per g/cm3]."""
    base_absorption: float
    """Absorption at the reference temperature and density [%]."""
    absorption_per_degree: float
    """Change with temperature [% per K]."""
    absorption_per_density: float
    """Change with green density [% per g/cm3]."""
    reference_temperature: float
    """Soak-equivalent temperature at which the bases hold [degC]."""
    reference_density: float
    """Green density at which the bases hold [g/cm3]."""
    lime: float = 5.0
    """Lime in the body, as CaO [%]."""
    reference_lime: float = 5.0
    """Lime at which the change with temperature holds [%]."""
    lime_decade: float = 4.0
    """Additional lime that divides the change with temperature by ten [%]."""

    def shrinkage(self, density: Numeric, temperature: Numeric) -> Numeric:
        """Shrinkage of the side [%].

        density: green, dry [g/cm3], 1.8 to 2.1; temperature: soak-equivalent peak [degC], 1060 to 1160.
        """
        per_degree = self.shrinkage_per_degree * lime_sensitivity(self.lime, self.reference_lime, self.lime_decade)
        return (
            self.base_shrinkage
            + per_degree * (temperature - self.reference_temperature)
            + self.shrinkage_per_density * (density - self.reference_density)
        )

    def water_absorption(self, density: Numeric, temperature: Numeric) -> Numeric:
        """Water absorption [%].

        density: green, dry [g/cm3], 1.8 to 2.1; temperature: soak-equivalent peak [degC], 1060 to 1160.
        """
        return (
            self.base_absorption
            + self.absorption_per_degree * (temperature - self.reference_temperature)
            + self.absorption_per_density * (density - self.reference_density)
        )

    def overfired(self, density: Numeric, temperature: Numeric) -> Numeric:
        """How far a tile has been fired beyond where its body bloats [K]: open pores let the gas out, so 0.

        density: green, dry [g/cm3], 1.8 to 2.1; temperature: soak-equivalent peak [degC], 1060 to 1160.
        """
        none: Numeric = 0.0 * (density + temperature)
        return none


def lime_sensitivity(lime: float, reference: float, decade: float) -> float:
    """How much more the size of a body answers to temperature than at its reference lime [-] [4].

    lime, reference: in the body, as CaO [%]; decade: additional lime that divides the answer by ten [%].

    >>> lime_sensitivity(1.0, 5.0, 4.0)
    10.0
    """
    return float(10.0 ** ((reference - lime) / decade))


def soak_equivalent_temperature(
    peak: Numeric, soak_min: Numeric, reference_soak_min: float, degrees_per_doubling: float
) -> Numeric:
    """Peak temperature that does in the reference soak what this peak does in its own [degC].

    peak: of the tile [degC]; soak_min: time near the peak [min], above 0; reference_soak_min [min];
    degrees_per_doubling: what twice the soak is worth [K].

    >>> float(soak_equivalent_temperature(1190.0, 10.0, 5.0, 10.0))
    1200.0
    """
    equivalent: Numeric = peak + degrees_per_doubling * np.log2(soak_min / reference_soak_min)
    return equivalent


def degree_of_vitrification(temperature: Numeric, midpoint: Numeric, width: float) -> Numeric:
    """Share of the body that has vitrified [-] [1].

    temperature: soak-equivalent peak [degC]; midpoint: T0, where half has vitrified [degC]; width [K].

    >>> round(float(degree_of_vitrification(1195.0, 1147.0, 12.0)), 3)
    0.982
    """
    degree: Numeric = 1.0 / (1.0 + np.exp((midpoint - temperature) / width))
    return degree


def fired_size(die_mm: Numeric, springback_pct: Numeric, drying_pct: Numeric, firing_pct: Numeric) -> Numeric:
    """Side of a fired tile [mm] from the die's cavity.

    die_mm [mm]; springback_pct: growth [%]; drying_pct, firing_pct: shrinkages [%].

    >>> round(float(fired_size(644.1, 0.60, 0.20, 7.218)), 1)
    600.0
    """
    return die_mm * (1.0 + springback_pct / 100.0) * (1.0 - drying_pct / 100.0) * (1.0 - firing_pct / 100.0)


def die_for_size(nominal: Numeric, springback_pct: Numeric, drying_pct: Numeric, firing_pct: Numeric) -> Numeric:
    """Side of the die's cavity that gives a fired size [mm]: the inverse of `fired_size`.

    nominal: fired side [mm]; springback_pct: growth [%]; drying_pct, firing_pct: shrinkages [%].

    >>> round(float(die_for_size(600.0, 0.60, 0.20, 7.218)), 1)
    644.1
    """
    return nominal / fired_size(1.0, springback_pct, drying_pct, firing_pct)


def fired_thickness(green_mm: Numeric, firing_pct: Numeric, excess_pct: Numeric) -> Numeric:
    """Thickness of a fired tile [mm] [2].

    green_mm: green thickness [mm]; firing_pct: shrinkage of the side [%]; excess_pct: how many points more the
    thickness shrinks [%].

    >>> round(float(fired_thickness(10.43, 7.22, 2.5)), 2)
    9.42
    """
    return green_mm * (1.0 - (firing_pct + excess_pct) / 100.0)


def fired_mass(dry_mass: Numeric, loss_on_ignition: Numeric) -> Numeric:
    """Mass of a fired tile [kg].

    dry_mass [kg]; loss_on_ignition [% of the dry mass].

    >>> round(float(fired_mass(8.46, 4.5)), 2)
    8.08
    """
    return dry_mass * (1.0 - loss_on_ignition / 100.0)


def total_porosity(mass: Numeric, area_m2: Numeric, thickness_mm: Numeric, solid_density: float) -> Numeric:
    """Share of a tile's volume that is pores, open and closed [-].

    mass [kg]; area_m2 [m2]; thickness_mm [mm]; solid_density: of the fired solid [g/cm3].

    >>> round(float(total_porosity(8.1, 0.36, 9.5, 2.65)), 3)
    0.106
    """
    return 1.0 - mass / (area_m2 * thickness_mm * solid_density)


def modulus_of_rupture(porosity: Numeric, dense_strength: float, porosity_exponent: float) -> Numeric:
    """Bending strength of a fired tile [N/mm2] [3].

    porosity: total [-]; dense_strength: without pores [N/mm2]; porosity_exponent: loss by pores [-].

    >>> round(float(modulus_of_rupture(0.06, 52.0, 2.2)), 1)
    45.6
    """
    strength: Numeric = dense_strength * np.exp(-porosity_exponent * porosity)
    return strength


def core_lag(rate_per_min: Numeric, thickness_mm: Numeric, diffusivity: float) -> Numeric:
    """How far the middle of a steadily heated tile lags behind its faces [K]: r (e/2)^2 / (2 alpha).

    rate_per_min: heating rate [K/min]; thickness_mm [mm]; diffusivity: thermal [m2/s].

    >>> round(float(core_lag(30.0, 9.5, 5.4e-7)), 1)
    10.4
    """
    half_m = thickness_mm / 2000.0
    return rate_per_min / 60.0 * half_m * half_m / (2.0 * diffusivity)
