import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_models.physics.compaction import (
    Compaction,
    bulk_density,
    density_cells,
    drying_shrinkage,
    green_strength,
    green_thickness,
    holding_pressure,
    moisture_dry_basis,
    moisture_wet_basis,
    springback,
)
from tests.plant_models.physics.bodies import (
    AS_PRESSED,
    DRIED,
    DRYING_SHRINKAGE,
    PORCELAIN_POWDER,
    RED_POWDER,
    SPRINGBACK,
    WALL_POWDER,
)

pressures = st.floats(150.0, 550.0)
moistures = st.floats(4.0, 7.5)


@pytest.mark.parametrize(
    ("powder", "pressure", "moisture", "density", "per_moisture", "per_log_pressure"),
    [
        (PORCELAIN_POWDER, 400.0, 5.5, 1.950, 0.0200, 0.118),
        (RED_POWDER, 280.0, 5.5, 2.060, 0.0215, 0.118),
        (WALL_POWDER, 250.0, 6.0, 1.920, 0.0219, 0.116),
    ],
)
def test_each_powder_has_the_density_and_slopes_of_its_table(
    powder, pressure, moisture, density, per_moisture, per_log_pressure
):
    here = bulk_density(pressure, moisture, powder)
    assert here == pytest.approx(density, abs=6e-4)
    assert bulk_density(pressure, moisture + 1.0, powder) - here == pytest.approx(per_moisture, abs=1e-4)
    assert bulk_density(pressure * np.e, moisture, powder) - here == pytest.approx(per_log_pressure, abs=1e-12)


@given(pressures, moistures)
def test_density_rises_with_pressure_and_with_moisture(pressure, moisture):
    here = bulk_density(pressure, moisture, PORCELAIN_POWDER)
    assert bulk_density(pressure + 1.0, moisture, PORCELAIN_POWDER) > here
    assert bulk_density(pressure, moisture + 0.1, PORCELAIN_POWDER) > here


@given(pressures, moistures, st.floats(-0.003, 0.003))
def test_the_holding_pressure_gives_back_the_density(pressure, moisture, shift):
    density = bulk_density(pressure, moisture, PORCELAIN_POWDER, shift)
    assert holding_pressure(density, moisture, PORCELAIN_POWDER, shift) == pytest.approx(pressure, rel=1e-9)


def test_a_body_index_shift_adds_to_the_density():
    assert bulk_density(400.0, 5.5, PORCELAIN_POWDER, 0.001) == pytest.approx(
        bulk_density(400.0, 5.5, PORCELAIN_POWDER) + 0.001
    )


def test_water_above_the_moisture_limit_adds_no_density():
    powder = Compaction(-0.0040, 0.140, 0.0440, 1.001, moisture_limit=8.0)
    assert bulk_density(400.0, 9.0, powder) == bulk_density(400.0, 8.0, powder) > bulk_density(400.0, 7.9, powder)
    assert holding_pressure(1.95, 9.0, powder) == holding_pressure(1.95, 8.0, powder)


def test_springback_grows_with_pressure_and_falls_with_moisture():
    assert springback(500.0, 5.5, SPRINGBACK) == pytest.approx(0.68)
    assert springback(400.0, 6.5, SPRINGBACK) == pytest.approx(0.57)


def test_drying_shrinkage_grows_with_moisture():
    assert drying_shrinkage(np.array([4.5, 5.5, 6.5]), DRYING_SHRINKAGE) == pytest.approx([0.16, 0.20, 0.24])


def test_the_reference_tile_is_10_4_mm_thick_when_green():
    assert green_thickness(8.9, 0.6441**2, 1.95, 5.5) == pytest.approx(10.4, abs=0.05)


@given(st.floats(5.0, 12.0), moistures, st.floats(1.8, 2.1))
def test_a_green_tile_weighs_what_its_volume_and_density_say(mass, moisture, density):
    volume = 0.41 * green_thickness(mass, 0.41, density, moisture)
    assert volume * density * (1 + moisture / 100) == pytest.approx(mass)


def test_green_strength_lies_in_its_published_ranges():
    assert 0.5 <= green_strength(1.95, 5.5, AS_PRESSED) <= 1.0
    assert 1.5 <= green_strength(1.95, 0.0, DRIED) <= 3.0


def test_a_moist_tile_gains_15_percent_strength_per_percent_of_moisture():
    assert green_strength(1.95, 6.5, AS_PRESSED) == pytest.approx(1.15 * green_strength(1.95, 5.5, AS_PRESSED))


@given(st.floats(0.0, 50.0))
def test_moisture_returns_from_wet_to_dry_basis(moisture):
    assert moisture_dry_basis(moisture_wet_basis(moisture)) == pytest.approx(moisture)
    assert moisture_wet_basis(moisture) <= moisture


def test_the_cells_of_a_tile_keep_its_mean_and_rise_from_front_to_back():
    cells = density_cells(np.array([1.95, 1.94]), 0.012, np.zeros((2, 9)))
    np.testing.assert_allclose(cells.mean(axis=1), [1.95, 1.94])
    np.testing.assert_allclose(cells[:, 8] - cells[:, 0], 0.008)
    np.testing.assert_allclose(cells[:, 0], cells[:, 2])


def test_a_pattern_is_added_cell_by_cell():
    pattern = np.arange(9.0)[None, :] / 1000.0
    np.testing.assert_allclose(density_cells(np.array([1.9]), 0.0, pattern) - 1.9, pattern)
