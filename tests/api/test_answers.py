"""How values and times are written."""

import math

import numpy as np
import orjson

from api.answers import encoded, finite, instant


def test_numbers_that_are_not_finite_become_null() -> None:
    assert finite(math.nan) is None
    assert finite([1.0, math.inf]) == [1.0, None]
    assert orjson.loads(encoded(np.array([1.0, np.nan]))) == [1.0, None]


def test_values_of_other_types_stay_as_they_are() -> None:
    assert [finite(value) for value in (True, 3, "barra", 2.5)] == [True, 3, "barra", 2.5]


def test_times_are_iso_8601_in_utc() -> None:
    assert instant(1_767_596_400_000_001) == "2026-01-05T07:00:00.000001Z"
