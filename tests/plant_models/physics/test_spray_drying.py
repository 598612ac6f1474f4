import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_models.physics.spray_drying import (
    evaporated_water,
    powder_flow,
    silo_outlet,
    solids_of_slip,
    specific_heat_use,
)


@given(st.floats(1_000.0, 60_000.0), st.floats(0.60, 0.70), st.floats(4.0, 8.0))
def test_the_balance_closes(slip, solids, moisture):
    evaporated = evaporated_water(slip, solids, moisture)
    assert evaporated > 0
    assert solids_of_slip(slip, powder_flow(slip, evaporated), moisture) == pytest.approx(solids)


def test_spray_drying_takes_320_to_385_kilowatt_hours_per_tonne():
    powder = powder_flow(39_780.0, 11_000.0)
    assert specific_heat_use(11_000.0, powder, 3000.0) == pytest.approx(320, abs=4)
    assert specific_heat_use(11_000.0, powder, 3600.0) == pytest.approx(385, abs=4)


def test_silos_mix_a_new_lot_into_the_old_one():
    ages = np.array([0.0, 7.2, 1e3])
    np.testing.assert_allclose(silo_outlet(0.6, -0.2, ages, 7.2), [-0.2, 0.6 - 0.8 / np.e, 0.6])
    assert silo_outlet(0.6, -0.2, 0.0, 0.0) == 0.6


def test_silos_that_rest_at_a_value_stay_there():
    assert silo_outlet(0.3, 0.3, 5.0, 7.2) == 0.3
