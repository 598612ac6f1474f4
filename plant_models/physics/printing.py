"""How much ink the printer lays, how its drops follow temperature and voltage, and how often nozzles fail.

References:
    [1] Arithmetic of dots, drops and density; usual drops of 6 to 80 pL at 360 to 400 dpi.
    [2] Ewers (Xaar): Digital inkjet ceramics - where do we go from here? Blocked and deviated nozzles as the cause of
        lines. The rates and sensitivities are estimates of this project.
"""

import math
from dataclasses import dataclass

import numpy as np

from plant_models.physics.numeric import Numeric

METRES_PER_INCH = 0.0254
MILLILITRES_PER_PICOLITRE = 1e-9


@dataclass(frozen=True, slots=True)
class Drop:
    """How the volume of a drop follows the printhead's temperature and voltage [2]."""

    reference_temperature: float
    """Head temperature at which the nominal volume holds [degC]."""
    per_degree: float
    """Relative change with head temperature [1/K]."""
    reference_voltage: float
    """Voltage at which the nominal volume holds [V]."""
    per_volt: float
    """Relative change with voltage [1/V]."""


@dataclass(frozen=True, slots=True)
class NozzleFailure:
    """How often a bar loses nozzles: hot tiles send vapour that condenses on the plate [2]."""

    base_rate: float
    """Failures per bar under a tile below the limit temperature [1/h]."""
    limit_temperature: float
    """Tile temperature above which the rate grows [degC]."""
    temperature_span: float
    """Excess over the limit at which the growth is complete [K]."""
    heat_factor: float
    """Multiplies the rate when the growth is complete [-]."""
    dust_factor: float
    """Multiplies the rate in dusty air [-]."""


def dots_per_m2(dpi: Numeric) -> Numeric:
    """Dots on a square metre at full coverage [1/m2] [1].

    dpi: resolution, equal in both directions [1/inch].

    >>> f"{dots_per_m2(360.0):.3g}"
    '2.01e+08'
    """
    per_metre = dpi / METRES_PER_INCH
    return per_metre * per_metre


def ink_grammage(coverage: Numeric, dpi: Numeric, drop_pl: Numeric, density: Numeric) -> Numeric:
    """Ink of one colour on the tile [g/m2] [1].

    coverage: share of dots printed [-], 0 to 1; dpi [1/inch]; drop_pl: drop volume [pL]; density: of the ink [g/mL].

    >>> round(float(ink_grammage(1.0, 360.0, 20.0, 1.2)), 2)
    4.82
    """
    return coverage * dots_per_m2(dpi) * drop_pl * MILLILITRES_PER_PICOLITRE * density


def drop_volume(nominal_pl: Numeric, head_temperature: Numeric, voltage: Numeric, d: Drop) -> Numeric:
    """Volume of a drop [pL] [2].

    nominal_pl: at the reference temperature and voltage [pL]; head_temperature [degC], 30 to 60; voltage [V].

    >>> drop = Drop(reference_temperature=45.0, per_degree=0.012, reference_voltage=25.0, per_volt=0.008)
    >>> round(float(drop_volume(20.0, 41.0, 25.0, drop)), 2)
    19.04
    """
    return nominal_pl * (
        1.0 + d.per_degree * (head_temperature - d.reference_temperature) + d.per_volt * (voltage - d.reference_voltage)
    )


def nozzle_wear(tile_temperature: Numeric, n: NozzleFailure) -> Numeric:
    """How many times as fast as usual tiles of a temperature bring a bar's next failure closer [-] [2].

    tile_temperature: under the printer [degC].

    >>> failure = NozzleFailure(0.015, limit_temperature=50.0, temperature_span=10.0, heat_factor=5.0, dust_factor=3.0)
    >>> [round(float(nozzle_wear(temperature, failure)), 2) for temperature in (45.0, 55.0, 70.0)]
    [1.0, 2.24, 5.0]
    """
    excess = (tile_temperature - n.limit_temperature) / n.temperature_span
    growth: Numeric = np.exp(math.log(n.heat_factor) * np.minimum(np.maximum(excess, 0.0), 1.0))
    return growth


def nozzle_failure_rate(tile_temperature: Numeric, n: NozzleFailure, dusty: bool | np.bool_ = False) -> Numeric:
    """Rate at which one bar loses nozzles [1/h] [2].

    tile_temperature: under the printer [degC]; dusty: whether the dust index is high.

    >>> failure = NozzleFailure(0.015, limit_temperature=50.0, temperature_span=10.0, heat_factor=5.0, dust_factor=3.0)
    >>> round(float(nozzle_failure_rate(60.0, failure)), 3)
    0.075
    """
    rate: Numeric = (n.base_rate * (n.dust_factor if dusty else 1.0)) * nozzle_wear(tile_temperature, n)
    return rate
