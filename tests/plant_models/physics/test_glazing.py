import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_models.physics.glazing import (
    bell_grammage,
    belt_temperature,
    belt_time_constant,
    coat_gain,
    coating_water,
    curtain_flow,
    evaporation_cooling,
    lateral_profile,
    solids_fraction,
)


@pytest.mark.parametrize(("density", "solids"), [(1.80, 0.72), (1.50, 0.54)])
def test_a_glaze_has_the_solids_of_its_density(density, solids):
    assert solids_fraction(density, 2.6) == pytest.approx(solids, abs=0.005)


def test_water_has_no_solids_and_dry_powder_nothing_else():
    assert solids_fraction(1.0, 2.6) == 0.0
    assert solids_fraction(2.6, 2.6) == pytest.approx(1.0)


@pytest.mark.parametrize(("density", "percent"), [(1.80, 1.25), (1.71, 1.4)])
def test_a_hundredth_of_density_changes_the_solids_of_a_volume(density, percent):
    before = density * solids_fraction(density, 2.6)
    after = (density + 0.01) * solids_fraction(density + 0.01, 2.6)
    assert 100 * (after / before - 1) == pytest.approx(percent, abs=0.05)


def test_a_bell_of_known_flow_lays_all_of_it_on_the_belt():
    grammage = bell_grammage(7.8, 1.80, 26.0, 1.2)
    assert grammage * 26.0 * 1.2 == pytest.approx(7.8 * 1.80 * 1000)


@given(st.floats(0.04, 0.10))
def test_the_lateral_profile_has_mean_one_and_more_at_the_sides(excess):
    positions = np.linspace(-1.0, 1.0, 2001)
    profile = lateral_profile(positions, excess)
    assert np.trapezoid(profile, positions) / 2.0 == pytest.approx(1.0, abs=1e-6)
    assert profile[0] - profile[1000] == pytest.approx(excess)


def test_an_engobe_of_400_grams_brings_111_grams_of_water():
    assert coating_water(400.0, 1.80, 2.6) == pytest.approx(111.0, abs=0.5)


def test_that_water_cools_the_tile_by_14_5_degrees_if_all_evaporates():
    assert evaporation_cooling(111.0, 20.4, heat_capacity=0.9, latent_heat=2400.0) == pytest.approx(14.5, abs=0.05)


def test_a_belt_has_a_time_constant_of_760_seconds():
    assert belt_time_constant(1.95, 0.9, 10.4, 12.0) == pytest.approx(760.0, abs=1.0)


@given(st.floats(60.0, 130.0), st.floats(0.0, 60.0))
def test_a_tile_on_the_belt_cools_towards_the_air_and_never_below(start, minutes):
    now = belt_temperature(start, minutes, 25.0, 760.0)
    assert 25.0 < belt_temperature(start, minutes + 1.0, 25.0, 760.0) < now <= start


def test_a_coat_of_more_density_carries_more_solids_at_the_same_flow():
    assert coat_gain(1.81, 1.80) - 1.0 == pytest.approx(0.0125)
    assert coat_gain(1.71, 1.70) - 1.0 == pytest.approx(0.0143, abs=1e-4)
    assert coat_gain(1.80, 1.80) == 1.0


def test_the_flow_of_a_curtain_is_the_inverse_of_its_grammage():
    flow = curtain_flow(450.0, 1.80, 26.0, 1.2)
    assert bell_grammage(flow, 1.80, 26.0, 1.2) == pytest.approx(450.0)
