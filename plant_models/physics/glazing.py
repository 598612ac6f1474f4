"""How engobe and glaze land on the tile, how much water they bring, and how the tile cools on the belt.

References:
    [1] Boix, Aguilella, Llorens, Cantavella, Milian (ITC): improving glaze distribution in bell application,
        Qualicer. The circular curtain lays more at the sides of the tile.
    [2] Conservation of volume and mass; Newton's law of cooling for a tile with two free faces.
"""

import numpy as np

from plant_models.physics.numeric import Numeric


def solids_fraction(density: Numeric, solid_density: float) -> Numeric:
    """Mass fraction of solids in a suspension in water [-] [2].

    density: of the suspension [g/cm3], from 1 to the solid's; solid_density [g/cm3].

    >>> round(float(solids_fraction(1.80, 2.6)), 3)
    0.722
    """
    return (1.0 - 1.0 / density) / (1.0 - 1.0 / solid_density)


def coat_gain(density: Numeric, nominal: Numeric) -> Numeric:
    """Solids per area that a coat of another density carries at the same flow, over those of the nominal one [-] [2].

    density, nominal: of the suspension [g/cm3], above 1.

    >>> round(float(coat_gain(1.81, 1.80)), 4)
    1.0125
    """
    return (density - 1.0) / (nominal - 1.0)


def bell_grammage(flow_l_min: Numeric, density: Numeric, speed_m_min: Numeric, width_m: Numeric) -> Numeric:
    """Wet coat that a curtain leaves on the tile [g/m2] [2].

    flow_l_min: through the curtain [L/min]; density: of the suspension [g/cm3]; speed_m_min: of the belt [m/min];
    width_m: of the curtain [m].

    >>> round(float(bell_grammage(7.8, 1.80, 26.0, 1.2)))
    450
    """
    return 1000.0 * flow_l_min * density / (speed_m_min * width_m)


def curtain_flow(grammage: Numeric, density: Numeric, speed_m_min: Numeric, width_m: Numeric) -> Numeric:
    """Flow through a curtain that leaves a wet coat [L/min]: the inverse of `bell_grammage` [2].

    grammage [g/m2]; density: of the suspension [g/cm3]; speed_m_min: of the belt [m/min]; width_m: of the curtain [m].

    >>> round(float(curtain_flow(450.0, 1.80, 26.0, 1.2)), 1)
    7.8
    """
    return grammage * speed_m_min * width_m / (1000.0 * density)


def lateral_profile(position: Numeric, side_excess: Numeric) -> Numeric:
    """Coat at a place across the tile, relative to the tile's mean [-] [1].

    position: 2x/w, -1 at one side, 0 in the middle, 1 at the other; side_excess: how much more the sides get than the
    middle [-].

    >>> round(float(lateral_profile(1.0, 0.06)), 3)
    1.04
    """
    return 1.0 + side_excess * (position * position - 1.0 / 3.0)


def coating_water(grammage: Numeric, density: Numeric, solid_density: float) -> Numeric:
    """Water in a wet coat [g/m2] [2].

    grammage: wet coat [g/m2]; density: of the suspension [g/cm3]; solid_density [g/cm3].

    >>> round(float(coating_water(400.0, 1.80, 2.6)))
    111
    """
    return grammage * (1.0 - solids_fraction(density, solid_density))


def evaporation_cooling(water_g_m2: Numeric, tile_kg_m2: Numeric, heat_capacity: float, latent_heat: float) -> Numeric:
    """How much a tile cools when water on it evaporates with the tile's own heat [K] [2].

    water_g_m2: evaporated [g/m2]; tile_kg_m2: mass of the tile [kg/m2]; heat_capacity: of the tile [kJ/kgK];
    latent_heat: of evaporation [kJ/kg].

    >>> round(float(evaporation_cooling(40.0, 20.4, heat_capacity=0.9, latent_heat=2400.0)), 1)
    5.2
    """
    return water_g_m2 * (latent_heat / heat_capacity / 1000.0) / tile_kg_m2


def belt_time_constant(density: Numeric, heat_capacity: float, thickness: Numeric, h: Numeric) -> Numeric:
    """Time constant of a tile that cools through both faces [s] [2].

    density: bulk density [g/cm3]; heat_capacity [kJ/kgK]; thickness [mm]; h: heat transfer coefficient [W/m2K].

    >>> round(float(belt_time_constant(1.95, 0.9, 10.4, 12.0)))
    760
    """
    return density * (heat_capacity * 1000.0) * thickness / (2.0 * h)


def belt_temperature(start: Numeric, minutes: Numeric, ambient: Numeric, tau_s: Numeric) -> Numeric:
    """Temperature of a tile after some time on the belt [degC] [2].

    start [degC]; minutes [min]; ambient: air [degC]; tau_s: time constant [s].

    >>> round(float(belt_temperature(105.0, 7.3, 25.0, 760.0)))
    70
    """
    temperature: Numeric = ambient + (start - ambient) * np.exp(-60.0 * minutes / tau_s)
    return temperature
