"""Wall stamps: what the wall clock would have said when a sample was taken."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from twin.host.stamps import WallStamps
from twin.line.time import SECOND


def stamps(*seconds: float) -> np.ndarray:
    return np.array([round(second * SECOND) for second in seconds], dtype=np.int64)


def test_the_first_stamps_are_the_present() -> None:
    assert WallStamps().of(stamps(1, 2), 5 * SECOND, 900 * SECOND, 10.0).tolist() == [900 * SECOND] * 2


def test_a_new_sample_is_as_old_as_the_speed_makes_it() -> None:
    made = WallStamps()
    made.of(stamps(0, 0), 0, 900 * SECOND, 10.0)
    shown = made.of(stamps(95, 0), 100 * SECOND, 910 * SECOND, 10.0)
    assert shown.tolist() == stamps(909.5, 900).tolist()


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(-3, 30), st.floats(0.01, 10_000.0)), min_size=1, max_size=30))
def test_no_stamp_goes_back_whatever_the_clock_and_the_speed_do(steps: list[tuple[int, int, float]]) -> None:
    made, plant, wall = WallStamps(), 0, 1000 * SECOND
    before = made.of(stamps(0, 0, 0), plant, wall, 1.0)
    for ahead, later, speed in steps:
        plant, wall = plant + ahead * SECOND, wall + later * SECOND
        source = np.array([plant, plant // (7 * SECOND) * 7 * SECOND, 0], dtype=np.int64)
        shown = made.of(source, plant, wall, speed)
        assert (shown >= before).all()
        assert shown[2] == 1000 * SECOND
        before = shown
