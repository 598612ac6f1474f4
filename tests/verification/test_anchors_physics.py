"""The validation anchors of the process sheet (section 11) that the physics alone can meet.

Each says its type: published (observed by others), derived (arithmetic), own consistency (of our coefficients).
"""
# ruff: noqa: N802 - the tests carry the names of the anchors

import itertools

import numpy as np
import pytest

from plant_models.physics.compaction import (
    bulk_density,
    drying_shrinkage,
    green_thickness,
    holding_pressure,
    springback,
)
from plant_models.physics.drying import residual_moisture
from plant_models.physics.firing import (
    core_lag,
    die_for_size,
    fired_mass,
    fired_size,
    fired_thickness,
    modulus_of_rupture,
    total_porosity,
)
from plant_models.physics.glazing import belt_temperature, belt_time_constant, evaporation_cooling, solids_fraction
from plant_models.physics.kiln import area_throughput, daily_area, gas_power, rows_inside, specific_gas, throughput
from plant_models.physics.planarity import elastic_sag, firing_curvature, lane_temperature
from plant_models.physics.printing import ink_grammage
from plant_models.physics.slab import reduced_weights
from plant_models.physics.sorting import within_standard
from plant_models.physics.spray_drying import powder_flow, solids_of_slip
from tests.plant_models.physics.bodies import (
    DENSE_STRENGTH,
    DRYING_SHRINKAGE,
    FIRING_CURVATURE,
    PORCELAIN,
    PORCELAIN_POWDER,
    POROSITY_EXPONENT,
    SLAB,
    SPRINGBACK,
    VERTICAL_DRYER,
    ZONE_AIR,
    ZONE_POSITIONS,
)

KGF_CM2_PER_MPA = 1 / 0.0981
DIE = 644.1
MOIST_MASS, DRY_MASS, LOSS_ON_IGNITION = 8.9, 8.46, 4.5
THICKNESS_EXCESS = 2.5


def size_of(shrinkage):
    return fired_size(DIE, springback(400.0, 5.5, SPRINGBACK), drying_shrinkage(5.5, DRYING_SHRINKAGE), shrinkage)


def rupture_of(density, temperature):
    """Strength of the reference tile pressed to a density and fired [N/mm2]."""
    shrinkage = PORCELAIN.shrinkage(density, temperature)
    side = size_of(shrinkage) / 1000
    green = green_thickness(MOIST_MASS, (DIE / 1000) ** 2, density, 5.5)
    thickness = fired_thickness(green, shrinkage, THICKNESS_EXCESS)
    porosity = total_porosity(fired_mass(DRY_MASS, LOSS_ON_IGNITION), side * side, thickness, PORCELAIN.solid_density)
    return modulus_of_rupture(porosity, DENSE_STRENGTH, POROSITY_EXPONENT)


def test_V01_porcelain_at_400_and_5_5_has_bulk_density_1_950():
    """Own consistency."""
    assert bulk_density(400.0, 5.5, PORCELAIN_POWDER) == pytest.approx(1.950, abs=0.005)


def test_V02_porcelain_at_300_has_bulk_density_1_916():
    """Own consistency."""
    assert bulk_density(300.0, 5.5, PORCELAIN_POWDER) == pytest.approx(1.916, abs=0.005)


def test_V03_a_percent_more_moisture_adds_0_020_to_the_density():
    """Own consistency."""
    moister = bulk_density(400.0, 6.5, PORCELAIN_POWDER)
    assert moister == pytest.approx(1.970, abs=0.004)
    assert moister - bulk_density(400.0, 5.5, PORCELAIN_POWDER) == pytest.approx(0.020, abs=0.004)


def test_V04_holding_the_density_at_6_5_percent_takes_336():
    """Own consistency."""
    density = bulk_density(400.0, 5.5, PORCELAIN_POWDER)
    assert holding_pressure(density, 6.5, PORCELAIN_POWDER) == pytest.approx(336.0, abs=12.0)


@pytest.mark.parametrize(("pressure", "moisture"), list(itertools.product((350.0, 500.0), (4.0, 7.0))))
def test_V05_the_corners_of_the_plant_span_give_densities_from_1_90_to_2_01(pressure, moisture):
    """Published bounds of pressure and moisture; the densities are recalled from the literature."""
    assert 1.90 <= bulk_density(pressure, moisture, PORCELAIN_POWDER) <= 2.01


def test_V06_a_hundredth_of_density_makes_a_600_tile_1_mm_larger():
    """Derived from mass conservation: dLS/drho = -(1 - LS) / (3 rho)."""
    before, after = PORCELAIN.shrinkage(1.95, 1195.0), PORCELAIN.shrinkage(1.96, 1195.0)
    conserved = -100 * (1 - before / 100) / (3 * 1.95) * 0.010
    assert conserved == pytest.approx(-0.158, abs=0.001)
    assert after - before == pytest.approx(conserved, rel=0.15)
    assert size_of(after) - size_of(before) == pytest.approx(1.0, rel=0.15)


def test_V07_the_reference_tile_is_600_mm_and_absorbs_0_26_percent():
    """Own consistency."""
    shrinkage = PORCELAIN.shrinkage(1.95, 1195.0)
    assert shrinkage == pytest.approx(7.22, abs=0.2)
    assert PORCELAIN.water_absorption(1.95, 1195.0) == pytest.approx(0.26, abs=0.15)
    assert size_of(shrinkage) == pytest.approx(600.0, abs=0.5)
    assert die_for_size(600.0, 0.60, 0.20, shrinkage) == pytest.approx(DIE, abs=0.5)


def test_V08_porcelain_of_40_MPa_fired_at_1220_is_dense_and_strong():
    """Published: 0.084 % and 46 N/mm2 were measured on a fine-granule porcelain."""
    density = bulk_density(40 * KGF_CM2_PER_MPA, 5.5, PORCELAIN_POWDER)
    assert PORCELAIN.water_absorption(density, 1220.0) <= 0.15
    assert 40.0 <= rupture_of(density, 1220.0) <= 50.0


def test_V09_pressing_at_30_or_40_MPa_changes_fired_properties_little():
    """Published, qualitative: green differences are larger from 10 to 20 MPa; shrinkage moves by its slope."""
    density = {mpa: bulk_density(mpa * KGF_CM2_PER_MPA, 5.5, PORCELAIN_POWDER) for mpa in (10, 20, 30, 40)}
    shrinkage = PORCELAIN.shrinkage(density[40], 1195.0) - PORCELAIN.shrinkage(density[30], 1195.0)
    assert shrinkage == pytest.approx(-0.5, abs=0.1)
    absorption = PORCELAIN.water_absorption(density[40], 1195.0) - PORCELAIN.water_absorption(density[30], 1195.0)
    assert abs(absorption) < 0.05
    assert rupture_of(density[40], 1195.0) == pytest.approx(rupture_of(density[30], 1195.0), rel=0.10)
    assert density[20] - density[10] > 2 * (density[40] - density[30])


def test_V10_thickness_shrinks_2_to_3_points_more_than_the_side():
    """Published; the mass in the die and that shrinkage together give the 9.5 mm of the fired tile."""
    green = green_thickness(MOIST_MASS, (DIE / 1000) ** 2, 1.95, 5.5)
    side = PORCELAIN.shrinkage(1.95, 1195.0)
    fired = fired_thickness(green, side, THICKNESS_EXCESS)
    assert 2.0 <= 100 * (1 - fired / green) - side <= 3.0
    assert fired == pytest.approx(9.5, rel=0.02)


def test_V12_45_minutes_at_180_degrees_leave_0_30_percent():
    """Own consistency."""
    assert residual_moisture(5.5, 45.0, 180.0, 9.5, VERTICAL_DRYER) == pytest.approx(0.30, abs=0.15)


def test_V13_a_green_tile_cools_from_105_to_70_degrees_in_7_3_minutes():
    """Derived."""
    tau = belt_time_constant(1.95, 0.9, 10.4, 12.0)
    minutes = tau / 60 * np.log((105.0 - 25.0) / (70.0 - 25.0))
    assert minutes == pytest.approx(7.3, rel=0.20)
    assert belt_temperature(105.0, minutes, 25.0, tau) == pytest.approx(70.0)
    assert belt_temperature(105.0, 7.3, 25.0, tau) == pytest.approx(70.0, abs=0.5)


def test_V14_40_grams_of_evaporated_water_cool_the_tile_by_5_2_degrees():
    """Derived."""
    cooling = evaporation_cooling(40.0, 20.4, VERTICAL_DRYER.heat_capacity, VERTICAL_DRYER.latent_heat)
    assert cooling == pytest.approx(5.2, abs=1.0)


def test_V15_a_full_colour_of_360_dpi_and_20_pL_weighs_4_8_grams():
    """Derived."""
    assert ink_grammage(1.0, 360.0, 20.0, 1.2) == pytest.approx(4.8, rel=0.02)


def test_V16_the_reference_kiln_holds_658_tiles_and_delivers_7580_square_metres_a_day():
    """Derived."""
    per_minute = throughput(110.0, 0.668, 4, 45.0)
    assert rows_inside(110.0, 0.668) * 4 == pytest.approx(658, rel=0.01)
    assert per_minute == pytest.approx(14.6, rel=0.01)
    assert daily_area(per_minute, 0.36) == pytest.approx(7580, rel=0.01)


def test_V17_a_kiln_of_151_2_m_delivers_12500_square_metres_a_day():
    """Published output; the net width of 2.3 m is derived from it."""
    assert area_throughput(151.2, 2.3, 40.0) == pytest.approx(12_500, rel=0.08)


@pytest.mark.parametrize(("rate", "lag"), [(30.0, 10.0), (250.0, 87.0)])
def test_V18_the_core_of_a_9_5_mm_tile_lags_by_10_and_by_87_degrees(rate, lag):
    """Derived."""
    assert core_lag(rate, 9.5, 5.4e-7) == pytest.approx(lag, rel=0.25)


def test_V19_the_full_kiln_takes_648_kilowatt_hours_per_tonne_and_the_half_loaded_920():
    """Recalled bands of the literature and own consistency."""
    full = gas_power(7.1, 1900.0, 380.0)
    assert 540.0 <= specific_gas(7.1, 1900.0, 380.0) <= 800.0
    assert specific_gas(7.1, 1900.0, 380.0) == pytest.approx(648.0, abs=1.0)
    assert specific_gas(3.5, 1900.0, 380.0) == pytest.approx(920.0, rel=0.01)
    assert 0.35 <= gas_power(0.0, 1900.0, 380.0) / full <= 0.45


def test_V24_tiles_of_the_colder_edge_lanes_are_0_2_to_0_6_mm_larger():
    """Published example: +0.5 mm left and +0.2 mm right against the centre."""
    sizes = size_of(PORCELAIN.shrinkage(1.95, 1195.0 + lane_temperature(np.arange(4), 4, 8.0, 2.0)))
    assert 0.2 <= sizes[0] - sizes[1] <= 0.6
    assert sizes[3] == pytest.approx(sizes[0])


def test_V25_a_strain_difference_of_0_01_percent_sags_a_600_tile_by_0_95_mm():
    """Derived; creep on the rollers leaves 0.1 to 0.3 of it.

    The bound for air one degree hotter below follows from the faces' difference in the slab and from dLS/dT.
    """
    diagonal = 600.0 * np.sqrt(2.0)
    assert elastic_sag(1e-4, diagonal, 9.5) == pytest.approx(0.95, abs=0.01)

    weights = reduced_weights(ZONE_POSITIONS, ZONE_AIR, 45.0, 9.5, SLAB)
    faces = (np.sum(weights.difference_below) - np.sum(weights.difference_above)) / 2
    strain = faces * (PORCELAIN.shrinkage(1.95, 1195.5) - PORCELAIN.shrinkage(1.95, 1194.5)) / 100
    kept = firing_curvature(1.0, 600.0, 9.5, FIRING_CURVATURE) / elastic_sag(strain, diagonal, 9.5)
    assert 0.1 <= kept <= 0.3


@pytest.mark.parametrize(
    ("size", "percent", "millimetres", "passes"),
    [
        (602.0, 0.6, 2.0, True),
        (602.01, 0.6, 2.0, False),
        (603.0, 0.6, 2.0, False),
        (602.0, 0.3, 2.0, False),
        (598.0, 0.6, 2.0, True),
    ],
)
def test_V30_a_tile_of_plus_2_0_mm_passes_when_both_limits_pass(size, percent, millimetres, passes):
    """Published: EN 14411 group BIa, 0.6 % of 600 mm is 3.6 mm, so 2.0 mm governs."""
    assert bool(within_standard(size, 600.0, percent, millimetres)) is passes


def test_V31_a_spray_dryer_of_39780_kg_of_slip_makes_28_8_tonnes_of_powder():
    """Published flows; powder and solids derived by mass balance."""
    powder = powder_flow(39_780.0, 11_000.0)
    assert powder == pytest.approx(28_800.0, rel=0.01)
    assert solids_of_slip(39_780.0, powder, 6.0) == pytest.approx(0.68, rel=0.01)


def test_V32_a_slip_of_1_68_has_65_percent_solids():
    """Derived; the range of slip densities is published."""
    assert 100 * solids_fraction(1.68, 2.65) == pytest.approx(65.0, abs=1.0)
