import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_models.physics.spray_drying import evaporated_water, powder_flow, solids_of_slip, specific_heat_use


@given(st.floats(1_000.0, 60_000.0), st.floats(0.60, 0.70), st.floats(4.0, 8.0))
def test_the_balance_closes(slip, solids, moisture):
    evaporated = evaporated_water(slip, solids, moisture)
    assert evaporated > 0
    assert solids_of_slip(slip, powder_flow(slip, evaporated), moisture) == pytest.approx(solids)


def test_spray_drying_takes_320_to_385_kilowatt_hours_per_tonne():
    powder = powder_flow(39_780.0, 11_000.0)
    assert specific_heat_use(11_000.0, powder, 3000.0) == pytest.approx(320, abs=4)
    assert specific_heat_use(11_000.0, powder, 3600.0) == pytest.approx(385, abs=4)
