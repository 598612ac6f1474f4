"""A ring keeps the newest rows, in order."""

import numpy as np
import pytest

from twin.line.table import Column, Ring, TableDescription
from twin.line.text import Text

DESCRIPTION = TableDescription(
    "loaves", Text("Loaves", "Panes"), (Column("number", Text("No", "N.º")), Column("weight", Text("Weight", "Peso")))
)


def filled(kept: int, *counts: int) -> Ring:
    ring, first = Ring(DESCRIPTION, kept), 0
    for count in counts:
        numbers = np.arange(first, first + count, dtype=np.float64)
        ring.add({"number": numbers, "weight": numbers * 10.0})
        first += count
    return ring


@pytest.mark.parametrize("counts", [(3,), (4, 4), (2, 3, 5), (25,), (1,) * 17])
def test_the_newest_rows_come_oldest_first_however_they_were_added(counts: tuple[int, ...]) -> None:
    total = sum(counts)
    numbers, weights = filled(10, *counts).newest(6).numbers
    assert numbers.tolist() == [float(number) for number in range(max(0, total - 6), total)]
    assert weights.tolist() == [10.0 * number for number in numbers]


def test_no_more_than_what_is_kept_or_asked_for_is_read() -> None:
    assert filled(10, 25).newest(100).numbers.shape == (2, 10)
    assert filled(10, 25).newest(0).numbers.shape == (2, 0)


def test_a_column_is_found_by_its_name_alone() -> None:
    assert DESCRIPTION.place("weight") == 1
    with pytest.raises(KeyError):
        DESCRIPTION.place("height")
