"""The diary of a kiln: rows by number, what they held, and what is forgotten."""

import numpy as np

from plant_models.rows import Rows


def diary(rows: int = 4) -> Rows:
    made = Rows(0)
    for number in range(rows):
        made.begin((3 * number, 3 * number + 1, -1 if number == 2 else 3 * number + 2), 0)
        made.entry_tick.append(10 + number)
        made.entered_at.append(1000 * number)
        made.left_at.append(5000 + number)
        made.sorted_at.append(6000 + number)
        made.epoch.append(number % 2)
        for values in (*made.met, made.size_bias, made.missed):
            values.append(float(number))
    made.epochs = [(0.0, 1.0), (2.0, 3.0)]
    return made


def test_rows_are_numbered_as_they_begin_and_count_their_tiles() -> None:
    rows = diary()
    assert rows.end == 4
    assert rows.row(1) == (3, 4, 5)
    assert [rows.count(number) for number in range(4)] == [3, 3, 2, 3]


def test_conditions_are_those_of_each_rows_epoch() -> None:
    np.testing.assert_array_equal(diary().conditions(1, 4), [[2.0, 0.0, 2.0], [3.0, 1.0, 3.0]])


def test_rows_that_have_been_computed_are_forgotten_and_the_others_keep_their_numbers() -> None:
    rows = diary()
    rows.lost = [1, 3]
    rows.known = 3
    rows.forget()
    assert (rows.base, rows.end, rows.row(3)) == (3, 4, (9, 10, 11))
    assert rows.lost == [3]
    assert rows.previous_tick == 12
    assert all(len(column) == 1 for column in (rows.entry_tick, rows.sorted_at, rows.size_bias, *rows.met))
    rows.forget()
    assert rows.base == 3
