"""Answers out of the historian's file, each through a cursor of its own: a question never waits for a commit."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from twin.line.records import Record
from twin.line.time import DAY, HOUR
from twin.record.historian.newest import Newest
from twin.record.history import Samples, Series, checked_window, joined, no_samples
from twin.record.tally import COUNTED, MOST_PIECES
from twin.record.thinning import thinned
from twin.run.engine import LOG_ENTRY

_ROWS = """WITH chosen AS (
        SELECT signal, time, value, status FROM sample
        WHERE signal {which} AND time >= make_timestamp($start) AND time < make_timestamp($end)
        UNION ALL SELECT signal, time, value, status FROM recent
        WHERE signal {which} AND time >= make_timestamp($start) AND time < make_timestamp($end))
    SELECT time, value, status FROM chosen ORDER BY time {order}, signal LIMIT $rows"""
"""A result of a laboratory may come after its hour was sealed: both tables are asked, and put in order together."""
_NEWEST_WITHIN = (HOUR, DAY, 40 * DAY, 40_000 * DAY)
"""How far back the newest sample is looked for, in turns: nearly always it lies within the hour."""
_RAW_WINDOW = 12 * HOUR
"""Longest window of which a chart reads all samples; the summaries serve longer ones."""
_EARLIEST, _LATEST = -62_135_596_800_000_000, 253_402_300_799_999_999


@dataclass(frozen=True, slots=True)
class FileHistory:
    """The history in an open file."""

    connection: duckdb.DuckDBPyConnection
    newest_samples: Callable[[], Newest] = Newest
    """The samples that whoever writes has in memory too; what is not there is read from the file."""

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
        last = series.place + series.length - 1
        at_hand = None if series.text else self.newest_samples().read(series.place, last, start, end)
        if at_hand is not None:
            return _cut(_samples(series, at_hand.columns()), limit, newest_first=newest_first)
        order, which = "DESC" if newest_first else "ASC", "= $first"
        asked = self._parameters(series, start, end) | {"rows": limit * series.length}
        if series.length > 1:
            which, asked["last"] = "BETWEEN $first AND $last", last
        with self.connection.cursor() as cursor:
            cursor.execute("BEGIN TRANSACTION READ ONLY")
            found = cursor.execute(_ROWS.format(which=which, order=order), asked).fetchnumpy()
            texts = self._texts(cursor, series)
        samples = _samples(series, found)
        return Samples(samples.times, samples.values, samples.status, texts=texts)

    def _parameters(self, series: Series, start: int, end: int) -> dict[str, int]:
        return {
            "first": series.place,
            "start": max(start, _EARLIEST),
            "end": min(max(end, _EARLIEST), _LATEST),
        }

    def _texts(self, cursor: duckdb.DuckDBPyConnection, series: Series) -> dict[int, str]:
        if not series.text:
            return {}
        return dict(cursor.execute("SELECT id, text FROM word").fetchall())

    def newest(self, series: Series, until: int) -> Samples:
        """The newest sample with time <= `until`, or none."""
        for back in _NEWEST_WITHIN:
            found = self._read(series, until - back, until + 1, 1, newest_first=True)
            if len(found):
                return found
        return no_samples(series)

    def entries(self, start: int, end: int) -> NDArray[np.void]:
        """All entries of the event log in [start, end), in total order."""
        with self.connection.cursor() as cursor:
            found = cursor.execute(
                """SELECT number, epoch_us(time) AS time, station, kind, a, b FROM entry
                WHERE time >= make_timestamp($start) AND time < make_timestamp($end) ORDER BY number""",
                {"start": max(start, _EARLIEST), "end": min(end, _LATEST)},
            ).fetchnumpy()
        return _as_entries(found)

    def entries_of(self, kinds: Sequence[int], until: int, since: int = _EARLIEST) -> NDArray[np.void]:
        """All entries of these kinds from an instant to before another, in total order."""
        with self.connection.cursor() as cursor:
            found = cursor.execute(
                """SELECT number, epoch_us(time) AS time, station, kind, a, b FROM entry
                WHERE list_contains($kinds, kind) AND time >= make_timestamp($since)
                    AND time < make_timestamp($until) ORDER BY number""",
                {"kinds": list(kinds), "since": max(since, _EARLIEST), "until": min(until, _LATEST)},
            ).fetchnumpy()
        return _as_entries(found)

    def activities(self, time: int) -> dict[int, int]:
        """What each station was doing at an instant."""
        with self.connection.cursor() as cursor:
            found = cursor.execute(
                """SELECT station, arg_max(a, number) FROM entry WHERE kind = $kind AND time < make_timestamp($time)
                GROUP BY station""",
                {"kind": int(Record.ACTIVITY), "time": time},
            ).fetchall()
        return {int(station): int(activity) for station, activity in found}

    def pieces(self, time: int) -> dict[tuple[int, int], int]:
        """Pieces of the event log before an instant, by station and kind of entry."""
        with self.connection.cursor() as cursor:
            found = cursor.execute(
                """SELECT station, kind, sum(b)::BIGINT FROM entry
                WHERE list_contains($kinds, kind) AND abs(b) < $most AND time < make_timestamp($time) GROUP BY ALL""",
                {"kinds": [int(kind) for kind in COUNTED], "most": MOST_PIECES, "time": max(time, _EARLIEST)},
            ).fetchall()
        return {(int(station), int(kind)): int(pieces) for station, kind, pieces in found}

    def orders(self, station: str) -> dict[str, int]:
        """When each order began at a station."""
        with self.connection.cursor() as cursor:
            found = cursor.execute(
                """SELECT production_order.name, epoch_us(min(begun)) FROM production_order
                JOIN station ON station.id = production_order.station WHERE station.path = $path GROUP BY 1""",
                {"path": station},
            ).fetchall()
        return {str(name): int(begun) for name, begun in found}

    def booked(self, span: str) -> int | None:
        """The end of the last booked shift or day, None when there is none."""
        with self.connection.cursor() as cursor:
            asked = {"span": span}
            ((last,),) = cursor.execute('SELECT epoch_us(max("end")) FROM kpi WHERE span = $span', asked).fetchall()
        return None if last is None else int(last)

    def reach(self) -> tuple[int, int]:
        """Plant instants between which everything is recorded."""
        with self.connection.cursor() as cursor:
            found = cursor.execute(
                "SELECT (SELECT value::BIGINT FROM about WHERE key = 'begins'), (SELECT scanned FROM progress)"
            ).fetchall()
        begins, scanned = found[0]
        return int(begins or 0), int(scanned)

    def trend(self, series: Series, start: int, end: int, points: int) -> Samples:
        """At most `points` samples that keep the extremes of every stretch of the window, for a chart."""
        if end - start <= _RAW_WINDOW or series.length > 1:
            return thinned(self._read(series, start, end, 200_000, newest_first=False), points)
        with self.connection.cursor() as cursor:
            found = cursor.execute(
                """SELECT minimum_time, minimum, maximum_time, maximum
                FROM summary WHERE signal = $place AND time >= make_timestamp($start) AND time < make_timestamp($end)
                    AND minimum IS NOT NULL""",
                {"place": series.place, "start": max(start, _EARLIEST), "end": min(end, _LATEST)},
            ).fetchnumpy()
        summed = _extremes(found)
        newest = int(summed.times[-1]) + 1 if len(summed) else start
        open_hour = self._read(series, max(start, newest), end, 50_000, newest_first=False)
        return thinned(joined((summed, open_hour), series), points)


def _as_entries(found: Mapping[str, NDArray[np.generic]]) -> NDArray[np.void]:
    entries = np.empty(len(found["number"]), dtype=LOG_ENTRY)
    for name in ("time", "station", "kind", "a", "b"):
        entries[name] = found[name]
    return entries


def _samples(series: Series, found: Mapping[str, NDArray[np.generic]]) -> Samples:
    """Rows of the store, point by point of a profile, as samples."""
    times = np.asarray(found["time"]).astype("datetime64[us]").astype(np.int64)
    rows = len(times) // series.length
    kept = rows * series.length
    values = np.asarray(found["value"], dtype=np.float64)[:kept].reshape(rows, series.length)
    status = np.asarray(found["status"], dtype=np.uint8)[:kept].reshape(rows, series.length)
    return Samples(times[: kept : series.length], values, status.max(axis=1, initial=0))


def _cut(found: Samples, limit: int, *, newest_first: bool) -> Samples:
    """The first samples, or the last ones with the newest first."""
    chosen = slice(None, -limit - 1, -1) if newest_first else slice(limit)
    return Samples(found.times[chosen], found.values[chosen], found.status[chosen])


def _extremes(found: Mapping[str, NDArray[np.generic]]) -> Samples:
    """Lowest and highest values of summaries, by time."""
    instants = [np.asarray(found[name]) for name in ("minimum_time", "maximum_time")]
    times = np.concatenate(instants).astype("datetime64[us]").astype(np.int64)
    values = np.concatenate([np.asarray(found[name], dtype=np.float64) for name in ("minimum", "maximum")])
    order = np.argsort(times, kind="stable")
    return Samples(times[order], values[order][:, None], np.zeros(len(order), dtype=np.uint8))
