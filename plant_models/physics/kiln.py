"""What a roller kiln holds, how fast it delivers, and how much gas it burns.

References:
    [1] Geometry: a kiln delivers what it holds once per cycle.
    [2] Gas as a constant loss plus a share in proportion to the load: two-term form of this project.
    [3] IPCC / EU ETS: 56.1 kg CO2 per GJ of natural gas, lower heating value.
    [4] Burning natural gas: about 9.9 Nm3 of air per Nm3 of gas, 1.38 kJ/Nm3K for flue gas; excess air from oxygen.
    [5] Exchange of heat with a stream that does not run out: effectiveness 1 - exp(-NTU).
"""

import numpy as np

from plant_models.physics.numeric import Numeric

MINUTES_PER_DAY = 1440.0
AIR_PER_GAS = 9.9
"""Air that burning takes [Nm3 per Nm3 of gas] [4]."""
FLUE_GAS_HEAT = 1.38
"""Heat capacity of flue gas [kJ/Nm3K] [4]."""
AIR_OXYGEN = 21.0
"""Oxygen in air [%]."""


def rows_inside(length_m: Numeric, pitch_m: Numeric) -> Numeric:
    """Rows in a full kiln [-], a row in part inside counting in part [1].

    length_m: of the kiln [m]; pitch_m: from row to row [m].

    >>> round(float(rows_inside(110.0, 0.668)), 1)
    164.7
    """
    return length_m / pitch_m


def throughput(length_m: Numeric, pitch_m: Numeric, lanes: Numeric, cycle_minutes: Numeric) -> Numeric:
    """Tiles that a full kiln delivers [1/min] [1].

    length_m [m]; pitch_m [m]; lanes: tiles per row; cycle_minutes: from entry to exit [min].

    >>> round(float(throughput(110.0, 0.668, 4, 45.0)), 1)
    14.6
    """
    return rows_inside(length_m, pitch_m) * lanes / cycle_minutes


def daily_area(tiles_per_minute: Numeric, tile_area_m2: Numeric) -> Numeric:
    """Area per day at a rate of tiles [m2/day].

    tiles_per_minute [1/min]; tile_area_m2 [m2].

    >>> round(float(daily_area(14.6, 0.36)))
    7569
    """
    return tiles_per_minute * tile_area_m2 * MINUTES_PER_DAY


def area_throughput(length_m: Numeric, useful_width_m: Numeric, cycle_minutes: Numeric) -> Numeric:
    """Area per day of a kiln covered over its useful width [m2/day] [1].

    length_m [m]; useful_width_m: net of joints [m]; cycle_minutes [min].

    >>> round(float(area_throughput(151.2, 2.3, 40.0)))
    12519
    """
    return length_m * useful_width_m / cycle_minutes * MINUTES_PER_DAY


def gas_power(load_t_h: Numeric, loss_kw: Numeric, product_kwh_t: Numeric) -> Numeric:
    """Fuel that a kiln burns [kW, lower heating value], also when empty [2].

    load_t_h: fired product [t/h]; loss_kw: burnt with no load [kW]; product_kwh_t: further need per load [kWh/t].

    >>> round(gas_power(7.1, 1900.0, 380.0))
    4598
    """
    return loss_kw + product_kwh_t * load_t_h


def specific_gas(load_t_h: Numeric, loss_kw: Numeric, product_kwh_t: Numeric) -> Numeric:
    """Fuel per tonne of fired product [kWh/t, lower heating value] [2].

    load_t_h: above 0 [t/h]; loss_kw [kW]; product_kwh_t [kWh/t].

    >>> round(specific_gas(7.1, 1900.0, 380.0))
    648
    """
    return loss_kw / load_t_h + product_kwh_t


def gas_volume(energy_kwh: Numeric, lower_heating_value: float) -> Numeric:
    """Normal volume of gas that holds an energy [Nm3].

    energy_kwh: by lower heating value [kWh] (or kW, for Nm3/h); lower_heating_value [kWh/Nm3].

    >>> round(gas_volume(4598.0, 10.0))
    460
    """
    return energy_kwh / lower_heating_value


def combustion_co2(energy_kwh: Numeric, kg_per_kwh: float) -> Numeric:
    """Carbon dioxide from burning gas [kg] [3].

    energy_kwh: by lower heating value [kWh]; kg_per_kwh: emission factor for that value [kg/kWh].

    >>> round(combustion_co2(17.0, 0.202), 2)
    3.43
    """
    return energy_kwh * kg_per_kwh


def higher_heating_energy(energy_kwh: Numeric, ratio: float) -> Numeric:
    """Energy by higher heating value, as Spanish gas is invoiced [kWh].

    energy_kwh: by lower heating value [kWh]; ratio: higher to lower heating value [-].

    >>> round(higher_heating_energy(1000.0, 1.11))
    1110
    """
    return energy_kwh * ratio


def lower_heating_energy(energy_kwh: Numeric, ratio: float) -> Numeric:
    """Energy by lower heating value from an invoiced energy [kWh].

    energy_kwh: by higher heating value [kWh]; ratio: higher to lower heating value [-].

    >>> round(lower_heating_energy(1110.0, 1.11))
    1000
    """
    return energy_kwh / ratio


def flue_heat(gas_nm3_h: Numeric, oxygen_pct: Numeric, above_surroundings: Numeric) -> Numeric:
    """Heat that flue gas carries away [kW] [4].

    gas_nm3_h: gas burnt [Nm3/h]; oxygen_pct: in the flue gas before it is diluted [%], below 21; above_surroundings:
    how much hotter it leaves than the surroundings [K].

    >>> round(flue_heat(460.0, 8.0, 275.0))
    824
    """
    excess = AIR_OXYGEN / (AIR_OXYGEN - oxygen_pct)
    return gas_nm3_h * (1.0 + AIR_PER_GAS * excess) * FLUE_GAS_HEAT * above_surroundings / 3600.0


def cooling_effectiveness(first: Numeric, last: Numeric, air: Numeric, residence: Numeric = 1.0) -> Numeric:
    """Share of a tile's heat that cooling air takes when it has `residence` times as long as it had [-] [5].

    first, last: temperature of the tile into and out of cooling at residence 1 [degC]; air: of the air [degC].

    >>> [round(float(cooling_effectiveness(1195.0, 90.0, 25.0, share)), 4) for share in (1.0, 1.01)]
    [0.9444, 0.946]
    """
    units = np.log((first - air) / (last - air))
    share: Numeric = 1.0 - np.exp(-units * residence)
    return share
