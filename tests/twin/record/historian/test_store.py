"""The store seals closed hours, forgets what is too old, takes back what lies too late, and sums up for charts."""

from pathlib import Path

import duckdb
import numpy as np
import pytest

from twin.line.errors import StateError
from twin.line.time import DAY, HOUR, MINUTE, SECOND
from twin.record.historian.block import Batch, Rows
from twin.record.historian.reading import FileHistory
from twin.record.historian.store import Retention, Store
from twin.record.history import BAD, Series
from twin.run.engine import LOG_ENTRY

START = 1_767_225_600_000_000
"""2026-01-01 00:00 UTC."""
WAVE, FLAT = Series(0, 1, stepped=False), Series(1, 1, stepped=True)


def minutes(start: int, count: int) -> Rows:
    """Two signals once a minute: a saw that peaks once a day, and a constant with a bad value now and then."""
    times = start + np.arange(count, dtype=np.int64) * MINUTE
    saw = (times - START) % DAY / HOUR
    return Rows(
        np.tile(np.array([0, 1], np.uint16), count),
        np.repeat(times, 2),
        np.column_stack((saw, np.full(count, 5.0))).ravel(),
        np.column_stack((np.zeros(count), np.where(np.arange(count) % 50 == 0, BAD, 0))).ravel().astype(np.uint8),
    )


def written(path: Path, hours: int, step: int = 60) -> Store:
    store = Store(path / "history.duckdb", "digest")
    for start in range(0, hours * 60, step):
        rows = minutes(START + start * MINUTE, step)
        store.write(Batch([rows], scanned=START + (start + step) * MINUTE))
    return store


def count(store: Store, table: str) -> int:
    return int(store.connection.table(table).count("*").fetchall()[0][0])


@pytest.mark.parametrize("step", [1, 7, 60, 300])
def test_the_batches_in_which_samples_come_do_not_matter(tmp_path: Path, step: int) -> None:
    store = written(tmp_path, 35 * step // 60 + 1, step)
    found = FileHistory(store.connection).read(WAVE, START, START + DAY, 50_000)
    assert (np.diff(found.times) == MINUTE).all()
    assert found.values[:, 0] == pytest.approx((found.times - START) / HOUR)
    sealed = [store.progress.sealed]
    late = store.connection.execute("SELECT count(*) FROM sample WHERE time >= make_timestamp(?)", sealed).fetchall()
    assert late == [(0,)]
    store.close()


def test_a_summary_keeps_the_extremes_of_good_values(tmp_path: Path) -> None:
    store = written(tmp_path, 3)
    found = store.connection.execute(
        """SELECT signal, samples, good, minimum, maximum, epoch_us(maximum_time), mean, first, last FROM summary
        WHERE time = make_timestamp(?) ORDER BY signal""",
        [START + HOUR],
    ).fetchall()
    saw, flat = found
    assert saw[1:5] == (10, 10, 1.0, pytest.approx(1.15))
    assert saw[5] == START + HOUR + 9 * MINUTE
    assert saw[6:] == (pytest.approx(1.075), 1.0, pytest.approx(1.15))
    assert flat[1:5] == (10, 9, 5.0, 5.0)
    store.close()


def test_a_stretch_without_a_usable_value_has_no_extremes(tmp_path: Path) -> None:
    store = Store(tmp_path / "history.duckdb", "digest")
    rows = minutes(START, 60)
    store.write(
        Batch([Rows(rows.signal, rows.time, rows.value, np.full(len(rows), BAD, np.uint8))], scanned=START + HOUR)
    )
    found = store.connection.execute("SELECT DISTINCT good, minimum, maximum_time, mean FROM summary").fetchall()
    assert found == [(0, None, None, None)]
    store.close()


def test_a_month_is_drawn_from_summaries_without_losing_a_peak(tmp_path: Path) -> None:
    store = written(tmp_path, 24 * 30, 24 * 60)
    found = FileHistory(store.connection).trend(WAVE, START, START + 30 * DAY, 200)
    assert len(found) <= 200
    assert (np.diff(found.times) >= 0).all()
    assert found.values.max() == pytest.approx(24.0 - 1 / 60)
    assert found.values.min() == 0.0
    store.close()


def test_old_samples_are_forgotten_in_plant_time_and_their_summaries_stay(tmp_path: Path) -> None:
    store = written(tmp_path, 48)
    summaries = count(store, "summary")
    store.forget(Retention(raw_days=1.0))
    assert FileHistory(store.connection).read(WAVE, START, START + 2 * DAY, 10).times[0] == START + DAY
    assert count(store, "summary") == summaries
    store.forget(Retention(raw_days=0.0))
    assert count(store, "sample") == 24 * 60 * 2
    store.close()


def test_what_lies_after_an_instant_can_be_taken_back(tmp_path: Path) -> None:
    store = written(tmp_path, 5, 7)
    cut = START + 2 * HOUR + 30 * MINUTE
    store.cut(cut)
    assert store.progress.scanned == cut
    assert FileHistory(store.connection).newest(WAVE, START + DAY).times.tolist() == [cut]
    store.close()


def test_entries_are_stored_once_and_never_with_a_hole(tmp_path: Path) -> None:
    store = Store(tmp_path / "history.duckdb", "digest")
    entries = np.zeros(5, dtype=LOG_ENTRY)
    entries["time"] = START + np.arange(5) * SECOND
    store.write(Batch(entries=[entries], first_entry=1))
    store.write(Batch(entries=[entries[2:], entries[:1]], first_entry=3))
    assert count(store, "entry") == 6
    with pytest.raises(StateError, match="7 to 8 of the event log are missing"):
        store.write(Batch(entries=[entries], first_entry=9))
    store.close()


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    written(tmp_path, 1).close()
    with duckdb.connect(str(tmp_path / "history.duckdb")) as connection:
        connection.execute("UPDATE about SET value = '0' WHERE key = 'format'")
    with pytest.raises(StateError, match="has format 0"):
        Store(tmp_path / "history.duckdb", "digest")


def test_values_of_a_bad_status_come_with_it(tmp_path: Path) -> None:
    store = written(tmp_path, 1)
    found = FileHistory(store.connection).read(FLAT, START, START + HOUR, 100)
    assert np.nonzero(found.status == BAD)[0].tolist() == [0, 50]
    store.close()
