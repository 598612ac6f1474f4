import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_models.physics.drying import crack_probability, dry, rate_constant, residual_moisture, useful_heat
from tests.plant_models.physics.bodies import CRACKING, ROLLER_DRYER, VERTICAL_DRYER


def integrated(initial, residence, hot, cool, hot_share, thickness, d, steps=200_000):
    """March the two balance equations in small steps."""
    moisture, temperature, minutes = initial, d.entry_temperature, residence / steps
    mass = d.mass_per_thickness * thickness
    for step in range(steps):
        air = hot if step < steps * hot_share else cool
        rate = rate_constant(air, thickness, d) * (moisture - d.equilibrium_moisture)
        heating = 2 * d.heat_transfer * 60 * (air - temperature) / 1000 - d.latent_heat * mass * rate / 100
        moisture -= rate * minutes
        temperature += heating / (mass * d.heat_capacity) * minutes
    return moisture, temperature


def test_the_vertical_dryer_of_the_sheet_leaves_0_33_percent_at_113_degrees():
    dried = dry(5.5, 45.0, 195.0, 80.0, 0.8, 9.5, VERTICAL_DRYER)
    assert dried.residual_moisture == pytest.approx(0.33, abs=0.01)
    assert dried.exit_temperature == pytest.approx(113.0, abs=1.0)
    assert dried.maximum_rate == pytest.approx(0.42, abs=0.005)


def test_the_roller_dryer_of_the_sheet_leaves_0_26_percent_at_116_degrees():
    dried = dry(5.5, 13.3, 195.0, 80.0, 0.8, 9.5, ROLLER_DRYER)
    assert dried.residual_moisture == pytest.approx(0.26, abs=0.01)
    assert dried.exit_temperature == pytest.approx(116.0, abs=1.0)


@pytest.mark.parametrize("dryer", [VERTICAL_DRYER, ROLLER_DRYER])
def test_the_closed_form_agrees_with_small_steps(dryer):
    dried = dry(5.5, 20.0, 195.0, 80.0, 0.8, 9.5, dryer)
    moisture, temperature = integrated(5.5, 20.0, 195.0, 80.0, 0.8, 9.5, dryer, steps=20_000)
    assert dried.residual_moisture == pytest.approx(moisture, abs=0.002)
    assert dried.exit_temperature == pytest.approx(temperature, abs=0.05)


def test_a_tile_that_heats_exactly_as_fast_as_it_dries_has_a_finite_temperature():
    heating = 2 * 18.0 * 60 / (VERTICAL_DRYER.mass_per_thickness * 9.5 * 900.0)
    air = 180.0 + np.log(heating / 0.065) / 0.012 + np.linspace(-1e-3, 1e-3, 201)
    exits = dry(5.5, 30.0, air, air, 1.0, 9.5, VERTICAL_DRYER).exit_temperature
    assert np.all(np.isfinite(exits))
    assert np.ptp(exits) < 0.01


def test_uniform_hot_air_lets_the_tile_leave_at_170_degrees():
    assert dry(5.5, 45.0, 180.0, 180.0, 1.0, 9.5, VERTICAL_DRYER).exit_temperature == pytest.approx(170.0, abs=3.0)


def test_two_sections_of_equal_air_are_one():
    split = dry(5.5, 45.0, 180.0, 180.0, 0.3, 9.5, VERTICAL_DRYER)
    assert split.residual_moisture == pytest.approx(residual_moisture(5.5, 45.0, 180.0, 9.5, VERTICAL_DRYER))
    whole = dry(5.5, 45.0, 180.0, 180.0, 1.0, 9.5, VERTICAL_DRYER)
    assert split.exit_temperature == pytest.approx(whole.exit_temperature)


def test_tiles_that_wait_for_days_take_equilibrium_moisture_and_the_cool_air():
    dried = dry(5.5, np.array([2880.0, 28800.0]), 195.0, 80.0, 0.8, 4.0, ROLLER_DRYER)
    assert dried.residual_moisture == pytest.approx([0.05, 0.05])
    assert dried.exit_temperature == pytest.approx([80.0, 80.0])


def test_a_dryer_without_time_changes_nothing():
    dried = dry(5.5, 0.0, 195.0, 80.0, 0.8, 9.5, VERTICAL_DRYER)
    assert dried.residual_moisture == pytest.approx(5.5)
    assert dried.exit_temperature == pytest.approx(35.0)


@given(st.floats(4.0, 7.5), st.floats(10.0, 60.0), st.floats(120.0, 230.0), st.floats(5.0, 15.0))
def test_more_time_hotter_air_and_thinner_tiles_dry_further(initial, minutes, air, thickness):
    left = residual_moisture(initial, minutes, air, thickness, VERTICAL_DRYER)
    assert VERTICAL_DRYER.equilibrium_moisture < left < initial
    assert residual_moisture(initial, minutes + 1.0, air, thickness, VERTICAL_DRYER) < left
    assert residual_moisture(initial, minutes, air + 5.0, thickness, VERTICAL_DRYER) < left
    assert residual_moisture(initial, minutes, air, thickness - 0.5, VERTICAL_DRYER) < left


def test_air_20_degrees_colder_leaves_0_3_points_more_moisture():
    normal = dry(5.5, 45.0, 195.0, 80.0, 0.8, 9.5, VERTICAL_DRYER).residual_moisture
    colder = dry(5.5, 45.0, 175.0, 80.0, 0.8, 9.5, VERTICAL_DRYER).residual_moisture
    assert colder - normal == pytest.approx(0.3, abs=0.1)


def test_crack_risk_grows_with_rate_and_fourfold_with_an_uneven_tile():
    assert crack_probability(0.35, CRACKING) == pytest.approx(0.0005)
    assert crack_probability(0.95, CRACKING) == pytest.approx(0.0005 * np.e)
    assert crack_probability(0.35, CRACKING, np.array([0.015, 0.016])) == pytest.approx([0.0005, 0.002])


def test_crack_probability_never_exceeds_one():
    assert crack_probability(20.0, CRACKING) == 1.0


def test_the_reference_energy_case_needs_61_95_kilowatts():
    assert useful_heat(1000.0, 6.0, 0.5, 25.0, 110.0) == pytest.approx(223_031, abs=1)
    assert useful_heat(1000.0, 6.0, 0.5, 25.0, 110.0) / 3600 == pytest.approx(61.95, abs=0.005)


def test_heating_a_tile_that_loses_no_water_takes_its_heat_capacity_alone():
    assert useful_heat(1.0, 0.0, 0.0, 20.0, 30.0, solid_heat_capacity=0.9) == pytest.approx(9.0)


def test_too_little_air_dries_slower_at_the_same_temperature():
    usual = dry(5.5, 45.0, 195.0, 80.0, 0.8, 9.5, VERTICAL_DRYER)
    slower = dry(5.5, 45.0, 195.0, 80.0, 0.8, 9.5, VERTICAL_DRYER, 0.85)
    assert slower.residual_moisture > usual.residual_moisture + 0.1
    assert slower.maximum_rate == pytest.approx(0.85 * usual.maximum_rate)
    assert dry(5.5, 45.0, 195.0, 80.0, 0.8, 9.5, VERTICAL_DRYER, 1.0) == usual
