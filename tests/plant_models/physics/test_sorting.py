import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plant_models.physics.sorting import allowed_deviation, caliber, shade_distance, within_standard


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
