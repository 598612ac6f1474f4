import numpy as np
import pytest

from plant_models.physics.printing import (
    NozzleFailure,
    dots_per_m2,
    drop_volume,
    ink_grammage,
    nozzle_failure_rate,
    nozzle_wear,
)
from tests.plant_models.physics.bodies import DROP, NOZZLE_FAILURE


def test_360_dpi_puts_201_million_dots_on_a_square_metre():
    assert dots_per_m2(360.0) == pytest.approx(2.01e8, rel=2e-3)


def test_ink_is_proportional_to_coverage_and_drop():
    full = ink_grammage(1.0, 360.0, 20.0, 1.2)
    assert ink_grammage(np.array([0.0, 0.5]), 360.0, 20.0, 1.2) == pytest.approx([0.0, full / 2])
    assert ink_grammage(1.0, 360.0, 40.0, 1.2) == pytest.approx(2 * full)


def test_a_head_4_degrees_colder_lays_5_percent_less_ink():
    assert drop_volume(20.0, 41.0, 25.0, DROP) / 20.0 == pytest.approx(0.95, abs=0.005)


def test_a_volt_more_makes_drops_0_8_percent_larger():
    assert drop_volume(20.0, 45.0, 26.0, DROP) == pytest.approx(20.16)


def test_nozzles_fail_five_times_as_often_under_tiles_10_degrees_too_hot():
    rates = nozzle_failure_rate(np.array([20.0, 50.0, 55.0, 60.0, 90.0]), NOZZLE_FAILURE)
    assert rates == pytest.approx([0.015, 0.015, 0.015 * np.sqrt(5.0), 0.075, 0.075])


def test_dust_triples_nozzle_failures():
    assert nozzle_failure_rate(40.0, NOZZLE_FAILURE, dusty=True) == pytest.approx(0.045)


def test_hot_tiles_wear_nozzles_up_to_the_heat_factor():
    failure = NozzleFailure(0.015, 50.0, 10.0, heat_factor=5.0, dust_factor=3.0)
    wear = nozzle_wear(np.array([20.0, 50.0, 55.0, 60.0, 99.0]), failure)
    np.testing.assert_allclose(wear, [1.0, 1.0, np.sqrt(5.0), 5.0, 5.0])
    assert nozzle_failure_rate(60.0, failure) == pytest.approx(0.015 * 5.0)
