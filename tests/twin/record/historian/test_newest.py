"""What is in memory answers as the file does, and says when it cannot."""

from pathlib import Path

import numpy as np
import pytest

from twin.line.time import HOUR, MINUTE, SECOND
from twin.record.historian import newest
from twin.record.historian.block import Batch, Rows
from twin.record.historian.newest import Newest
from twin.record.historian.reading import FileHistory
from twin.record.historian.store import Store
from twin.record.history import Samples, Series

START = 100 * HOUR
PLACES = 6


def minutes(number: int) -> Rows:
    """What all places showed in a number of minutes, every ten seconds, from `START` plus as much on."""
    times = START + number * MINUTE + np.arange(6, dtype=np.int64) * 10 * SECOND
    signal = np.tile(np.arange(PLACES, dtype=np.uint16), len(times))
    return Rows(signal, np.repeat(times, PLACES), times.repeat(PLACES) / SECOND + signal, (signal % 3).astype(np.uint8))


def written(folder: Path) -> Store:
    store = Store(folder / "history.duckdb", "digest")
    for number in range(150):
        store.write(Batch([minutes(number)], scanned=START + number * MINUTE + 50 * SECOND))
    return store


def same(one: Samples, other: Samples) -> bool:
    return all(
        np.array_equal(*pair)
        for pair in ((one.times, other.times), (one.values, other.values), (one.status, other.status))
    )


@pytest.mark.parametrize("newest_first", [False, True])
@pytest.mark.parametrize("series", [Series(2, 1, stepped=False), Series(1, 4, stepped=False)])
def test_memory_and_file_give_the_same_answer(tmp_path: Path, series: Series, newest_first: bool) -> None:
    store = written(tmp_path)
    from_file, at_hand = FileHistory(store.connection), FileHistory(store.connection, lambda: store.newest)
    assert (len(store.newest.sealed), store.newest.before) == (2, 0)
    for start, end, limit in ((0, 150, 5000), (59, 61, 5), (10, 30, 100), (149, 300, 50), (60, 60, 1), (200, 300, 9)):
        window = (series, START + start * MINUTE, START + end * MINUTE, limit)
        found = at_hand.read(*window, newest_first=newest_first)
        expected = from_file.read(*window, newest_first=newest_first)
        assert same(found, expected)
        assert found.more == expected.more
    assert same(at_hand.newest(series, START + 75 * MINUTE), from_file.newest(series, START + 75 * MINUTE))
    store.close()


def test_what_is_too_old_to_be_kept_is_read_from_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(newest, "MOST_OF_TWO_HOURS", 3000)
    store, series = written(tmp_path), Series(3, 1, stepped=False)
    assert len(store.newest.sealed) == 1
    assert store.newest.read(3, 3, START + 30 * MINUTE, START + 90 * MINUTE) is None
    known = store.newest.read(3, 3, START + 70 * MINUTE, START + 90 * MINUTE)
    assert known is not None
    assert len(known) == 120
    history = FileHistory(store.connection, lambda: store.newest)
    assert len(history.read(series, START, START + 90 * MINUTE, 5000)) == 540
    store.close()


def test_a_history_that_was_closed_is_read_from_the_file_but_for_the_open_hour(tmp_path: Path) -> None:
    written(tmp_path).close()
    store = Store(tmp_path / "history.duckdb", "digest")
    assert store.newest.read(0, 0, START, START + 3 * HOUR) is None
    rest = store.newest.read(0, 0, START + 2 * HOUR, START + 3 * HOUR)
    assert rest is not None
    assert len(rest) == 180
    store.close()


def test_who_has_nothing_at_hand_says_so() -> None:
    assert Newest().read(0, 0, START, START + HOUR) is None
