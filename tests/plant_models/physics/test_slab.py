from dataclasses import replace

import numpy as np
import pytest

from plant_models.physics.slab import ReducedWeights, reduced_weights, soak_minutes, tile_temperature_curve
from plant_models.physics.slab_solution import SlabSolution, solve_slab
from tests.plant_models.physics.bodies import SLAB, ZONE_AIR, ZONE_POSITIONS

CYCLE, THICKNESS = 45.0, 9.5
ZONES = len(ZONE_POSITIONS)
STEP = 10.0


@pytest.fixture(scope="module")
def disturbed() -> SlabSolution:
    """The slab under the nominal curve, then with each zone above, then below, STEP hotter, then STEP colder."""
    shifts = STEP * np.eye(2 * ZONES).reshape(2 * ZONES, 2, ZONES)
    air = ZONE_AIR + np.concatenate((np.zeros((1, 2, ZONES)), shifts, -shifts))
    return solve_slab(ZONE_POSITIONS, air[:, 0], air[:, 1], CYCLE, THICKNESS, slab=SLAB)


@pytest.fixture(scope="module")
def weights() -> ReducedWeights:
    return reduced_weights(ZONE_POSITIONS, ZONE_AIR, CYCLE, THICKNESS, SLAB)


def test_the_cheap_curve_stays_within_4_degrees_of_the_heat_equation(disturbed):
    curve = tile_temperature_curve(ZONE_POSITIONS, ZONE_AIR, ZONE_AIR, CYCLE, THICKNESS, SLAB)
    exact = np.interp(ZONE_POSITIONS, disturbed.positions, disturbed.mean[0])
    assert np.max(np.abs(curve - exact)) < 4.0
    heating = ZONE_POSITIONS < 0.6
    assert np.max(np.abs(curve - exact)[heating]) < 1.5


def test_fans_cool_the_tile_behind_their_place_and_nowhere_else():
    blown = replace(SLAB, blown_from=0.82, blown_convection=25.0)
    still, cooled = (
        tile_temperature_curve(ZONE_POSITIONS, ZONE_AIR, ZONE_AIR, CYCLE, THICKNESS, slab) for slab in (SLAB, blown)
    )
    before = ZONE_POSITIONS < 0.80
    np.testing.assert_array_equal(still[before], cooled[before])
    assert cooled[-1] < still[-1] - 20.0
    exact = solve_slab(ZONE_POSITIONS, ZONE_AIR, ZONE_AIR, CYCLE, THICKNESS, slab=blown)
    assert cooled == pytest.approx(np.interp(ZONE_POSITIONS, exact.positions, exact.mean), abs=4.0)


def test_the_reduced_peak_is_that_of_the_heat_equation(disturbed, weights):
    assert weights.peak_temperature == pytest.approx(np.max(disturbed.mean[0]), abs=0.5)
    assert weights.peak_position == pytest.approx(disturbed.positions[np.argmax(disturbed.mean[0])], abs=0.005)


def test_the_reduced_mean_response_agrees_with_the_heat_equation(disturbed, weights):
    """Each zone within 10 % of the total response, and within 2 degrees of the peak for 10 degrees either way."""
    peaks = np.max(disturbed.mean, axis=-1) - np.max(disturbed.mean[0])
    hotter, colder = peaks[1 : 2 * ZONES + 1], peaks[2 * ZONES + 1 :]
    reduced = np.concatenate((weights.mean_above, weights.mean_below))
    slope = (hotter - colder) / (2 * STEP)
    assert np.max(np.abs(reduced - slope)) < 0.10 * np.sum(slope)
    assert np.sum(reduced) == pytest.approx(np.sum(slope), rel=0.10)
    assert np.max(np.abs(STEP * reduced - hotter)) < 2.0
    assert np.max(np.abs(-STEP * reduced - colder)) < 2.0


def test_the_reduced_difference_response_agrees_with_the_heat_equation(disturbed, weights):
    """Each zone within 10 % of the total response of its side, at the nominal place of the peak."""
    place = np.argmax(disturbed.mean[0])
    difference = (disturbed.under - disturbed.upper)[:, place]
    slope = (difference[1 : 2 * ZONES + 1] - difference[2 * ZONES + 1 :]) / (2 * STEP)
    reduced = np.concatenate((weights.difference_above, weights.difference_below))
    assert weights.peak_difference == pytest.approx(difference[0], abs=0.2)
    assert np.max(np.abs(reduced - slope)) < 0.10 * np.sum(np.abs(slope)) / 2


@pytest.mark.parametrize(("thickness", "cycle"), [(7.5, 45.0), (10.5, 54.0), (20.0, 90.0)])
def test_other_tiles_and_cycles_agree_with_the_heat_equation_too(thickness, cycle):
    air = np.array([ZONE_AIR, ZONE_AIR + STEP, ZONE_AIR - STEP])
    peaks = np.max(solve_slab(ZONE_POSITIONS, air, air, cycle, thickness, slab=SLAB).mean, axis=-1)
    reduced = reduced_weights(ZONE_POSITIONS, ZONE_AIR, cycle, thickness, SLAB)
    total = np.sum(reduced.mean_above + reduced.mean_below)
    assert reduced.peak_temperature == pytest.approx(peaks[0], abs=0.5)
    assert peaks - peaks[0] == pytest.approx([0.0, STEP * total, -STEP * total], abs=1.0)


def test_an_unequal_curve_bends_the_tile_towards_its_hotter_side():
    air = np.array([ZONE_AIR, ZONE_AIR + STEP])
    reduced = reduced_weights(ZONE_POSITIONS, air, CYCLE, THICKNESS, SLAB)
    exact = solve_slab(ZONE_POSITIONS, air[0], air[1], CYCLE, THICKNESS, slab=SLAB)
    place = np.argmax(exact.mean)
    assert reduced.peak_difference > 0
    assert reduced.peak_difference == pytest.approx(exact.under[place] - exact.upper[place], abs=0.5)


def test_zones_after_the_peak_have_no_weight(weights):
    after = weights.peak_position + 1 / ZONES < ZONE_POSITIONS
    assert not np.any(weights.mean_above[after])
    assert not np.any(weights.difference_below[after])


def test_rollers_shade_the_underside(weights):
    assert np.sum(weights.mean_below) < np.sum(weights.mean_above)


def test_air_above_and_below_weigh_the_same_without_rollers_in_the_way():
    bare = reduced_weights(ZONE_POSITIONS, ZONE_AIR, CYCLE, THICKNESS, replace(SLAB, roller_view_factor=1.0))
    assert bare.mean_above == pytest.approx(bare.mean_below)
    assert bare.difference_above == pytest.approx(-bare.difference_below)
    assert bare.peak_difference == pytest.approx(0.0, abs=1e-9)


def test_a_thicker_tile_remembers_earlier_zones():
    def weight_before_last(thickness: float) -> float:
        mean = reduced_weights(ZONE_POSITIONS, ZONE_AIR, CYCLE, thickness, SLAB).mean_above
        return float(np.sum(mean[:13]) / np.sum(mean))

    assert weight_before_last(20.0) > weight_before_last(9.5) > weight_before_last(5.0)


def test_a_tile_in_air_of_its_own_temperature_keeps_it():
    still = np.full(ZONES, SLAB.entry_temperature)
    assert tile_temperature_curve(ZONE_POSITIONS, still, still, CYCLE, THICKNESS, SLAB) == pytest.approx(still)
    solution = solve_slab(ZONE_POSITIONS, still, still, CYCLE, THICKNESS, slab=SLAB, samples=50)
    assert solution.mean == pytest.approx(np.full(51, SLAB.entry_temperature))


def test_the_heat_equation_reproduces_the_core_lag_of_steady_heating():
    """At 30 K/min a plane wall's mean lags its faces by r e^2 / (12 alpha), two thirds of the core's lag."""
    plain = replace(SLAB, heat_capacity_per_degree=0.0, emissivity=0.0, convection=400.0, nodes=17)
    ramp = 60.0 + 30.0 * 45.0 * np.array([0.0, 1.0])
    solution = solve_slab(np.array([0.0, 1.0]), ramp, ramp, 45.0, 9.5, slab=plain)
    diffusivity = plain.conductivity / (plain.density * 1e6 * plain.heat_capacity)
    lag = 30.0 / 60.0 * 0.0095**2 / (12.0 * diffusivity)
    assert solution.upper[-1] - solution.mean[-1] == pytest.approx(lag, rel=0.02)


@pytest.mark.parametrize(("thickness", "cycle"), [(3.0, 120.0), (25.0, 20.0)])
def test_thin_tiles_in_slow_kilns_and_thick_ones_in_fast_kilns_stay_within_their_air(thickness, cycle):
    air = np.concatenate(([100.0], np.full(ZONES - 1, 1300.0)))
    curve = tile_temperature_curve(ZONE_POSITIONS, air, air, cycle, thickness, SLAB)
    assert np.all(np.diff(curve) >= -1e-6)
    assert SLAB.entry_temperature <= curve[0] < curve[-1] <= 1300.0 + 1e-6


def test_soak_counts_only_the_time_near_the_peak():
    flat = np.array([0.0, 1000.0, 1000.0, 0.0])
    places = np.array([0.0, 0.4, 0.6, 1.0])
    assert soak_minutes(places, flat, 50.0, 10.0) == pytest.approx(50.0 * (0.2 + 2 * 0.4 * 0.01))


def test_a_tile_of_one_temperature_soaks_all_the_time():
    assert soak_minutes(np.array([0.0, 1.0]), np.array([900.0, 900.0]), 45.0, 10.0) == pytest.approx(45.0)
