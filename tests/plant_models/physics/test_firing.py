import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_models.physics.firing import (
    Firing,
    core_lag,
    degree_of_vitrification,
    die_for_size,
    fired_mass,
    fired_size,
    fired_thickness,
    modulus_of_rupture,
    soak_equivalent_temperature,
    total_porosity,
)
from tests.plant_models.physics.bodies import (
    DENSE_STRENGTH,
    PORCELAIN,
    POROSITY_EXPONENT,
    POROUS_WALL,
    RED_FLOOR,
)

BODIES: list[tuple[Firing, float, float]] = [
    (PORCELAIN, 1.95, 1195.0),
    (RED_FLOOR, 2.06, 1130.0),
    (POROUS_WALL, 1.92, 1110.0),
]


@pytest.mark.parametrize(
    ("body", "density", "temperature", "shrinkage", "absorption"),
    [
        (PORCELAIN, 1.95, 1195.0, 7.22, 0.26),
        (PORCELAIN, 1.95, 1205.0, 7.29, 0.13),
        (PORCELAIN, 1.95, 1180.0, 6.91, 0.83),
        (RED_FLOOR, 2.06, 1130.0, 5.3, 2.9),
        (POROUS_WALL, 1.92, 1110.0, 0.5, 15.0),
    ],
)
def test_each_body_has_the_shrinkage_and_absorption_of_its_table(body, density, temperature, shrinkage, absorption):
    assert body.shrinkage(density, temperature) == pytest.approx(shrinkage, abs=0.01)
    assert body.water_absorption(density, temperature) == pytest.approx(absorption, abs=0.03)


@pytest.mark.parametrize(("body", "density", "temperature"), BODIES)
def test_hotter_tiles_shrink_more_and_absorb_less(body, density, temperature):
    rising = temperature + np.linspace(-20.0, 20.0, 9)
    assert np.all(np.diff(body.shrinkage(density, rising)) > 0)
    assert np.all(np.diff(body.water_absorption(density, rising)) < 0)


@pytest.mark.parametrize(("body", "density", "temperature"), BODIES)
def test_denser_tiles_shrink_less(body, density, temperature):
    assert np.all(np.diff(body.shrinkage(density + np.linspace(-0.05, 0.05, 9), temperature)) < 0)


@pytest.mark.parametrize(("body", "density", "temperature"), [BODIES[0], BODIES[2]])
def test_denser_tiles_absorb_less_where_pores_set_the_absorption(body, density, temperature):
    assert np.all(np.diff(body.water_absorption(density + np.linspace(-0.05, 0.05, 9), temperature)) < 0)


@pytest.mark.parametrize(
    ("change", "shrinkage", "size", "absorption"), [(10.0, 0.07, -0.48, -0.14), (-10.0, -0.165, 1.07, 0.30)]
)
def test_ten_degrees_move_size_and_absorption_as_the_causal_map_says(change, shrinkage, size, absorption):
    before, after = PORCELAIN.shrinkage(1.95, 1195.0), PORCELAIN.shrinkage(1.95, 1195.0 + change)
    assert after - before == pytest.approx(shrinkage, abs=0.006)
    assert fired_size(644.1, 0.6, 0.2, after) - fired_size(644.1, 0.6, 0.2, before) == pytest.approx(size, abs=0.015)
    moved = PORCELAIN.water_absorption(1.95, 1195.0 + change) - PORCELAIN.water_absorption(1.95, 1195.0)
    assert moved == pytest.approx(absorption, abs=0.01)


def test_a_body_that_vitrifies_5_degrees_later_is_a_tile_fired_5_degrees_colder():
    colder = fired_size(644.1, 0.6, 0.2, PORCELAIN.shrinkage(1.95, 1190.0))
    assert colder - fired_size(644.1, 0.6, 0.2, PORCELAIN.shrinkage(1.95, 1195.0)) == pytest.approx(0.43, abs=0.01)


def test_an_overfired_tile_loses_shrinkage():
    assert PORCELAIN.shrinkage(1.95, 1240.0) < PORCELAIN.shrinkage(1.95, 1215.0)
    lost = PORCELAIN.shrinkage(1.95, 1260.0) - PORCELAIN.shrinkage(1.95, 1250.0)
    assert lost == pytest.approx(-0.2, abs=0.005)


@given(st.floats(900.0, 1300.0))
def test_vitrification_is_a_share_and_symmetric_around_its_midpoint(temperature):
    degree = degree_of_vitrification(temperature, 1147.0, 12.0)
    assert 0.0 <= degree <= 1.0
    assert degree + degree_of_vitrification(2 * 1147.0 - temperature, 1147.0, 12.0) == pytest.approx(1.0)


def test_the_reference_soak_changes_nothing_and_half_of_it_costs_ten_degrees():
    equivalents = soak_equivalent_temperature(1195.0, np.array([5.0, 2.5]), 5.0, 10.0)
    assert equivalents == pytest.approx([1195.0, 1185.0])


@given(st.floats(100.0, 1300.0), st.floats(0.3, 0.9), st.floats(0.1, 0.4), st.floats(0.2, 10.0))
def test_the_die_for_a_size_gives_that_size(nominal, springback, drying, firing):
    die = die_for_size(nominal, springback, drying, firing)
    assert fired_size(die, springback, drying, firing) == pytest.approx(nominal)


def test_the_fired_reference_tile_weighs_8_1_kilograms_and_is_9_5_mm_thick():
    assert fired_mass(8.46, 4.5) == pytest.approx(8.1, abs=0.03)
    assert fired_thickness(10.43, 7.22, 2.5) == pytest.approx(9.5, rel=0.02)


def test_porosity_is_the_volume_that_the_solid_leaves():
    assert total_porosity(2.65 * 0.36 * 9.5, 0.36, 9.5, 2.65) == pytest.approx(0.0, abs=1e-12)
    assert total_porosity(2.65 * 0.36 * 9.5 / 2, 0.36, 9.5, 2.65) == pytest.approx(0.5)


def test_pores_weaken_a_fired_tile():
    assert modulus_of_rupture(0.0, DENSE_STRENGTH, POROSITY_EXPONENT) == DENSE_STRENGTH
    assert modulus_of_rupture(0.1, DENSE_STRENGTH, POROSITY_EXPONENT) == pytest.approx(52.0 * np.exp(-0.22))


def test_core_lag_grows_with_the_square_of_thickness():
    assert core_lag(30.0, 19.0, 5.4e-7) == pytest.approx(4 * core_lag(30.0, 9.5, 5.4e-7))
