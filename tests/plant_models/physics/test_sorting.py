import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_models.physics.sorting import (
    allowed_deviation,
    caliber,
    shade_cells,
    shade_distance,
    shade_group,
    within_standard,
)


def test_millimetres_govern_large_tiles_and_percent_small_ones():
    assert allowed_deviation(np.array([200.0, 600.0]), 0.6, 2.0) == pytest.approx([1.2, 2.0])


def test_a_deviation_counts_to_both_sides():
    assert within_standard(np.array([597.9, 598.0, 602.0, 602.1]), 600.0, 0.6, 2.0).tolist() == [
        False,
        True,
        True,
        False,
    ]


@given(st.floats(590.0, 610.0))
def test_a_size_lies_within_half_a_step_of_its_caliber(size):
    assert abs(size - (600.0 + 1.5 * caliber(size, 600.0, 1.5))) <= 0.75 + 1e-9


def test_calibers_are_whole_numbers():
    assert caliber(np.array([598.4, 600.0, 601.6]), 600.0, 1.5).tolist() == [-1.0, 0.0, 1.0]


def test_shade_differences_can_cancel():
    assert shade_distance(0.3 - 0.3, 0.0, 0.0) == 0.0
    assert shade_distance(0.2, -0.2, 0.1) == pytest.approx(0.3)


def test_shades_are_cells_of_signed_vectors_so_that_causes_cancel_or_add() -> None:
    steps = (0.8, 1.2)
    warm, pale = np.array([0.0, 0.0, 0.7]), np.array([0.5, 0.0, 0.0])
    assert [int(shade_group(*vector, steps)) for vector in (warm, pale, warm + pale, pale - pale)] == [25, 1, 26, 0]
    numbers = {
        int(shade_group(0.8 * light, 1.2 * red, 1.2 * yellow, steps))
        for light in range(-3, 4)
        for red in range(-3, 4)
        for yellow in range(-3, 4)
    }
    assert len(numbers) == 125
    assert (min(numbers), max(numbers)) == (-62, 62)
    assert shade_cells(-62) == (-2, -2, -2)
