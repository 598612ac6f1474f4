"""Answers out of the historian's file, each through a cursor of its own: a question never waits for a commit."""

from dataclasses import dataclass

import duckdb
import numpy as np

from twin.line.time import DAY, HOUR
from twin.record.history import Samples, Series, checked_window, joined
from twin.record.thinning import thinned

_SOURCES = """(SELECT * FROM sample WHERE signal BETWEEN $first AND $last AND time >= make_timestamp($start)
    AND time < make_timestamp($end)
    UNION ALL SELECT * FROM recent WHERE signal BETWEEN $first AND $last AND time >= make_timestamp($start)
    AND time < make_timestamp($end))"""
_NEWEST_WITHIN = (HOUR, DAY, 40 * DAY, 40_000 * DAY)
"""How far back the newest sample is looked for, in turns: nearly always it lies within the hour."""
_RAW_WINDOW = 12 * HOUR
"""Longest window of which a chart reads all samples; the summaries serve longer ones."""
_EARLIEST, _LATEST = -62_135_596_800_000_000, 253_402_300_799_999_999


@dataclass(frozen=True, slots=True)
class FileHistory:
    """The history in an open file."""

    connection: duckdb.DuckDBPyConnection

    def read(
        self, series: Series, start: int, end: int, limit: int, *, newest_first: bool = False, bounds: bool = False
    ) -> Samples:
        """At most `limit` samples with start <= time < end; with `bounds` also the one before and the one after."""
        limit = checked_window(start, end, limit)
        found = self._read(series, start, end, limit + 1, newest_first=newest_first)
        more = len(found) > limit
        found = Samples(found.times[:limit], found.values[:limit], found.status[:limit], more, found.texts)
        if not bounds:
            return found
        after = self._read(series, end, _LATEST, 1, newest_first=False)
        parts = [self.newest(series, start - 1), found, after]
        return joined(parts[::-1] if newest_first else parts, series, more=more)

    def _read(self, series: Series, start: int, end: int, limit: int, *, newest_first: bool) -> Samples:
        order = "DESC" if newest_first else "ASC"
        with self.connection.cursor() as cursor:
            found = cursor.execute(
                f"SELECT time, value, status FROM {_SOURCES} ORDER BY time {order}, signal LIMIT $rows",  # noqa: S608
                self._parameters(series, start, end) | {"rows": limit * series.length},
            ).fetchnumpy()
            return self._samples(cursor, series, found)

    def _parameters(self, series: Series, start: int, end: int) -> dict[str, int]:
        return {
            "first": series.place,
            "last": series.place + series.length - 1,
            "start": max(start, _EARLIEST),
            "end": min(max(end, _EARLIEST), _LATEST),
        }

    def _samples(
        self,
        cursor: duckdb.DuckDBPyConnection,
        series: Series,
        found: dict[str, np.ndarray[tuple[int], np.dtype[np.generic]]],
    ) -> Samples:
        times = np.asarray(found["time"]).astype("datetime64[us]").astype(np.int64)
        rows = len(times) // series.length
        kept = rows * series.length
        values = np.asarray(found["value"], dtype=np.float64)[:kept].reshape(rows, series.length)
        status = np.asarray(found["status"], dtype=np.uint8)[:kept].reshape(rows, series.length)
        return Samples(
            times[: kept : series.length], values, status.max(axis=1, initial=0), texts=self._texts(cursor, series)
        )

    def _texts(self, cursor: duckdb.DuckDBPyConnection, series: Series) -> dict[int, str]:
        if not series.text:
            return {}
        return dict(cursor.execute("SELECT id, text FROM word").fetchall())

    def newest(self, series: Series, until: int) -> Samples:
        """The newest sample with time <= `until`, or none."""
        found = self._read(series, 0, 0, 1, newest_first=True)
        for back in _NEWEST_WITHIN:
            found = self._read(series, until - back, until + 1, 1, newest_first=True)
            if len(found):
                break
        return found

    def trend(self, series: Series, start: int, end: int, points: int) -> Samples:
        """At most `points` samples that keep the extremes of every stretch of the window, for a chart."""
        if end - start <= _RAW_WINDOW or series.length > 1:
            return thinned(self._read(series, start, end, 200_000, newest_first=False), points)
        with self.connection.cursor() as cursor:
            found = cursor.execute(
                """SELECT unnest([minimum_time, maximum_time]) AS time, unnest([minimum, maximum]) AS value,
                    0::UTINYINT AS status
                FROM summary WHERE signal = $place AND time >= make_timestamp($start) AND time < make_timestamp($end)
                    AND minimum IS NOT NULL ORDER BY time""",
                {"place": series.place, "start": max(start, _EARLIEST), "end": min(end, _LATEST)},
            ).fetchnumpy()
            summed = self._samples(cursor, series, found)
        newest = int(summed.times[-1]) + 1 if len(summed) else start
        open_hour = self._read(series, max(start, newest), end, 50_000, newest_first=False)
        return thinned(joined((summed, open_hour), series), points)
