"""Ratios of key figures."""

from twin.line.key_figures import ratio


def test_a_ratio_is_in_percent_unless_told() -> None:
    assert ratio(1.0, 4.0) == 25.0
    assert ratio(1.0, 4.0, 1.0) == 0.25
    assert ratio(0.0, 4.0) == 0.0


def test_a_ratio_to_nothing_is_not_defined() -> None:
    assert ratio(1.0, 0.0) is None
    assert ratio(0.0, 0) is None
