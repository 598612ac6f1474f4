"""How a fired tile is judged: by the standard, by caliber and by shade.

References:
    [1] EN 14411 / ISO 13006: a deviation must keep both its limit in per cent and its limit in millimetres.
"""

import numpy as np
from numpy.typing import NDArray

from plant_models.physics.numeric import Numeric

SHADE_CELLS = 2
"""Cells of shade to each side of the reference on each axis."""


def allowed_deviation(nominal: Numeric, percent: float, millimetres: float) -> Numeric:
    """Deviation that the standard allows to either side [mm]: the tighter of its two limits [1].

    nominal [mm]; percent: limit [% of nominal]; millimetres: limit [mm].

    >>> float(allowed_deviation(600.0, 0.6, 2.0))
    2.0
    """
    allowed: Numeric = np.minimum(nominal * (percent / 100.0), millimetres)
    return allowed


def within_standard(
    size: Numeric, nominal: Numeric, percent: float, millimetres: float
) -> np.bool_ | NDArray[np.bool_]:
    """Whether a size keeps both limits of the standard [1].

    size, nominal [mm]; percent: limit [% of nominal]; millimetres: limit [mm].

    >>> bool(within_standard(602.0, 600.0, 0.6, 2.0)), bool(within_standard(602.1, 600.0, 0.6, 2.0))
    (True, False)
    """
    kept: np.bool_ | NDArray[np.bool_] = np.less_equal(
        np.abs(size - nominal), allowed_deviation(nominal, percent, millimetres)
    )
    return kept


def caliber(size: Numeric, nominal: Numeric, step: float) -> Numeric:
    """Caliber of a size [-], a whole number: 0 around the nominal size, 1 for the next larger step.

    size, nominal [mm]; step: from caliber to caliber [mm].

    >>> [int(caliber(size, 600.0, 1.5)) for size in (599.0, 600.7, 600.8)]
    [-1, 0, 1]
    """
    number: Numeric = np.rint((size - nominal) / step)
    return number


def shade_distance(lightness: Numeric, red: Numeric, yellow: Numeric) -> Numeric:
    """Distance of a tile's shade from the lot's reference [dE]: the length of (dL*, da*, db*).

    lightness, red, yellow: differences dL*, da*, db* from the reference [CIELAB units].

    >>> round(float(shade_distance(0.3, 0.4, 0.0)), 3)
    0.5
    """
    distance: Numeric = np.sqrt(lightness * lightness + red * red + yellow * yellow)
    return distance


def shade_group(lightness: Numeric, red: Numeric, yellow: Numeric, steps: tuple[float, float]) -> Numeric:
    """Number of the shade that a tile is packed with [-], a whole number: tiles of one cell of (dL*, da*, db*).

    Each axis is cut into cells around the reference, two to each side and what lies beyond with the last. The number
    is dL* + 5 da* + 25 db*, in cells: 0 like the reference, -1 one cell darker, 5 redder, 25 yellower.

    lightness, red, yellow: differences dL*, da*, db* from the reference [CIELAB units]; steps: from cell to cell of
    lightness, and of each of the two others [dE].

    >>> [int(shade_group(light, 0.0, yellow, (0.8, 1.2))) for light, yellow in ((0.3, -0.3), (-0.9, 0.0), (0.9, 0.7))]
    [0, -1, 26]
    """
    across, cells = 2 * SHADE_CELLS + 1, []
    for axis, step in ((lightness, steps[0]), (red, steps[1]), (yellow, steps[1])):
        cells.append(np.clip(np.rint(axis / step), -SHADE_CELLS, SHADE_CELLS))
    number: Numeric = cells[0] + across * cells[1] + across * across * cells[2]
    return number


def shade_cells(number: int) -> tuple[int, int, int]:
    """(dL*, da*, db*) of a shade in cells, out of its number.

    >>> shade_cells(26), shade_cells(-1), shade_cells(4)
    ((1, 0, 1), (-1, 0, 0), (-1, 1, 0))
    """
    across, cells, rest = 2 * SHADE_CELLS + 1, [], number
    for _ in range(3):
        cell = (rest + SHADE_CELLS) % across - SHADE_CELLS
        cells.append(cell)
        rest = (rest - cell) // across
    return cells[0], cells[1], cells[2]


def cooling_crack_factor(rate: Numeric, limit: float, growth: float) -> Numeric:
    """How much more often tiles crack in cooling than at a harmless rate through the quartz inversion at 573 degC [-].

    rate: of cooling there [K/min]; limit: rate up to which nothing is added [K/min]; growth: logarithmic, above the
    limit [min/K].

    >>> round(float(cooling_crack_factor(50.0, 40.0, 0.179)), 1)
    6.0
    """
    factor: Numeric = np.exp(growth * np.maximum(rate - limit, 0.0))
    return factor


def black_core_factor(
    oxygen: Numeric, density: Numeric, haste: Numeric, coefficients: tuple[float, float, float, float]
) -> Numeric:
    """How much more often a black core stays than in a well aired, slowly heated tile of nominal density [-].

    oxygen: around the tile in preheating [%]; density: green, above the nominal one [g/cm3]; haste: how much faster
    than nominally the tile is heated [-]; coefficients: oxygen below which organics do not burn out [%], factor added
    without any oxygen [-], and the logarithmic growth with density [cm3/g] and with haste [-].

    >>> round(float(black_core_factor(1.5, 0.0, 0.0, (3.0, 20.0, 15.0, 6.0))), 1)
    11.0
    """
    limit, added, per_density, per_haste = coefficients
    starved = np.clip((limit - oxygen) / limit, 0.0, 1.0)
    factor: Numeric = (1.0 + added * starved) * np.exp(per_density * density + per_haste * haste)
    return factor
