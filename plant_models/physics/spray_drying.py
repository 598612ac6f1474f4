"""How a spray dryer turns slip into powder, its mass balance and its heat; and how silos mix what it makes.

The solids of a slip of known density are `glazing.solids_fraction`.

References:
    [1] Energy and Environmental Assessment of Cogeneration in Ceramic Tiles Industry, Energies 2023, 16, 182: the mass
        flows of a real spray dryer.
"""

import numpy as np

from plant_models.physics.numeric import Numeric

KILOJOULES_PER_KILOWATT_HOUR = 3600.0


def powder_flow(slip: Numeric, evaporated: Numeric) -> Numeric:
    """Powder that leaves the spray dryer [kg/h], by mass conservation.

    slip: fed [kg/h]; evaporated: water [kg/h].

    >>> powder_flow(39780.0, 11000.0)
    28780.0
    """
    return slip - evaporated


def solids_of_slip(slip: Numeric, powder: Numeric, moisture: Numeric) -> Numeric:
    """Mass fraction of solids that the slip must have had [-], by mass conservation.

    slip: fed [kg/h]; powder: made [kg/h]; moisture: of the powder [% dry].

    >>> round(solids_of_slip(39780.0, 28780.0, 6.0), 3)
    0.683
    """
    return powder / (1.0 + moisture / 100.0) / slip


def evaporated_water(slip: Numeric, solids: Numeric, moisture: Numeric) -> Numeric:
    """Water that the spray dryer evaporates [kg/h], by mass conservation.

    slip: fed [kg/h]; solids: mass fraction in the slip [-]; moisture: of the powder [% dry].

    >>> round(evaporated_water(39780.0, 0.6825, 6.0))
    11001
    """
    return slip * (1.0 - solids * (1.0 + moisture / 100.0))


def specific_heat_use(evaporated: Numeric, powder: Numeric, heat_per_water: Numeric) -> Numeric:
    """Heat per tonne of powder [kWh/t].

    evaporated: water [kg/h]; powder: made [kg/h]; heat_per_water: the dryer's heat per evaporated water [kJ/kg].

    >>> round(specific_heat_use(11000.0, 28780.0, 3000.0))
    319
    """
    return evaporated * heat_per_water / KILOJOULES_PER_KILOWATT_HOUR / (powder / 1000.0)


def silo_outlet(of_lot: Numeric, before: Numeric, age_h: Numeric, mixing_h: float) -> Numeric:
    """A property of the powder that leaves the silos, some time after a lot has come through to their outlet.

    of_lot: property of the lot; before: what left the silos when it came through [both alike]; age_h: time since then
    [h]; mixing_h: time constant of mixing [h], 0 for silos that do not mix. The well-mixed part of dH/dt =
    (H_in - H) / tau, solved for an inlet that changes by steps.

    >>> round(float(silo_outlet(0.6, 0.0, 7.2, 7.2)), 3)
    0.379
    """
    if mixing_h == 0.0:
        return of_lot
    left: Numeric = of_lot + (before - of_lot) * np.exp(-age_h / mixing_h)
    return left
