"""Paired differences: their interval covers the truth as often as it says, and pairs narrow it."""

import numpy as np
import pytest

from twin.study.paired import paired_difference


def test_the_interval_covers_the_true_difference_as_often_as_it_says() -> None:
    dice = np.random.Generator(np.random.PCG64(1))
    hits = 0
    for _ in range(2000):
        common = dice.normal(size=10)
        a = common + 0.3 * dice.normal(size=10)
        b = common + 0.3 * dice.normal(size=10) + 0.2
        found = paired_difference(a.tolist(), b.tolist())
        hits += found.low is not None and found.high is not None and found.low <= 0.2 <= found.high
    assert hits / 2000 == pytest.approx(0.95, abs=0.015)


def test_what_both_sides_share_does_not_widen_the_interval() -> None:
    spread = [100.0, 300.0, -500.0, 40.0]
    found = paired_difference(spread, [value + 1.0 for value in spread])
    assert found.mean == pytest.approx(1.0)
    assert found.half_width == pytest.approx(0.0, abs=1e-9)
    assert found.excludes_zero


def test_one_pair_has_a_difference_and_no_interval() -> None:
    found = paired_difference([1.0], [3.0])
    assert (found.mean, found.low, found.high) == (2.0, None, None)
    assert not found.excludes_zero


def test_series_that_are_no_pairs_are_refused() -> None:
    with pytest.raises(ValueError, match="zip"):
        paired_difference([1.0, 2.0], [1.0])
