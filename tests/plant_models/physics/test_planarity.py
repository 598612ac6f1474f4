import numpy as np
import pytest

from plant_models.physics.firing import fired_size
from plant_models.physics.planarity import (
    density_curvature,
    edge_temperature,
    elastic_sag,
    firing_curvature,
    glaze_fit_curvature,
    lane_temperature,
    pyroplastic_sag,
    wedge,
)
from tests.plant_models.physics.bodies import FIRING_CURVATURE, GLAZE_FIT, PORCELAIN


def test_five_degrees_hotter_below_bend_the_tile_convex_by_0_4_mm():
    assert firing_curvature(5.0, 600.0, 9.5, FIRING_CURVATURE) == pytest.approx(0.42, abs=0.005)
    assert firing_curvature(-5.0, 600.0, 9.5, FIRING_CURVATURE) < 0


def test_firing_curvature_has_its_given_gain_at_the_reference_tile():
    assert firing_curvature(1.0, 450.0, 9.0, FIRING_CURVATURE) == pytest.approx(0.05)


def test_a_body_that_contracts_more_than_its_glaze_bends_convex():
    assert glaze_fit_curvature(5e-7, 600.0, 9.5, GLAZE_FIT) == pytest.approx(0.3)
    assert glaze_fit_curvature(5e-7, 600.0, 9.5, GLAZE_FIT, coat_ratio=1.1) == pytest.approx(0.33)
    assert glaze_fit_curvature(5e-7, 300.0, 9.5, GLAZE_FIT) == pytest.approx(0.075)


def test_a_density_difference_of_0_005_bends_by_0_2_to_0_4_mm():
    assert 0.2 <= density_curvature(0.005, 60.0) <= 0.4


def test_sag_begins_at_the_reference_temperature():
    assert pyroplastic_sag(np.array([1180.0, 1195.0, 1205.0]), 1195.0, 0.02) == pytest.approx([0.0, 0.0, 0.2])


def test_the_elastic_sag_of_a_diagonal_is_twice_that_of_its_side():
    assert elastic_sag(1e-4, 600.0 * np.sqrt(2.0), 9.5) == pytest.approx(2 * elastic_sag(1e-4, 600.0, 9.5))


def test_the_kiln_is_coldest_at_both_sides():
    across = edge_temperature(np.array([-1.0, -0.5, 0.0, 0.5, 1.0]), 8.0, 2.0)
    assert across == pytest.approx([-8.0, -2.0, 0.0, -2.0, -8.0])


@pytest.mark.parametrize(("lanes", "exponent"), [(1, 2.0), (4, 2.0), (7, 2.0), (5, 3.0)])
def test_a_lane_takes_the_mean_of_the_profile_over_its_width(lanes, exponent):
    means = lane_temperature(np.arange(lanes), lanes, 8.0, exponent)
    for lane, mean in enumerate(means):
        across = np.linspace(2 * lane / lanes - 1, 2 * (lane + 1) / lanes - 1, 20_001)
        profile = edge_temperature(across, 8.0, exponent)
        assert mean == pytest.approx(np.trapezoid(profile, across) * lanes / 2, abs=1e-5)


def test_edge_lanes_come_out_about_0_35_mm_larger():
    lanes = 1195.0 + lane_temperature(np.arange(4), 4, 8.0, 2.0)
    sizes = fired_size(644.1, 0.6, 0.2, PORCELAIN.shrinkage(1.95, lanes))
    assert sizes[0] - sizes[1] == pytest.approx(0.35, abs=0.03)


def test_the_denser_end_of_a_tile_stays_longer():
    assert wedge(0.010, 644.1, -16.1) == pytest.approx(1.04, abs=0.01)
