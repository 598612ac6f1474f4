"""The historian's file: written by one thread, read by any, never corrupt after a kill.

Samples of the hour that is still open lie in `recent` as they came; a closed hour is sealed into `sample`, ordered by
signal, and summed up in `summary`. Everything that belongs together is committed together, so that after a kill the
file says by itself up to which scan and which entry of the event log it is complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from twin.line.errors import StateError
from twin.line.time import DAY, HOUR
from twin.record.historian.block import Batch, Rows, joined_rows, rows_of
from twin.record.historian.newest import Newest, put_together
from twin.record.historian.pieces import quoted
from twin.record.historian.schema import FORMAT, create
from twin.record.historian.summing import summed_up


@dataclass(frozen=True, slots=True)
class Progress:
    """Up to when the file is complete [plant instants, microseconds]."""

    scanned: int
    """The newest scan that is committed."""
    entries: int
    """Entries of the event log that are committed."""
    sealed: int
    """Before this instant all samples are sealed."""
    exported: int
    """Before this instant all closed hours are exported."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long samples are kept, in plant time; 0 keeps them for ever. Summaries stay."""

    raw_days: float = 90.0


class Store:
    """Owns the connection that writes."""

    def __init__(self, path: Path, digest: str, *, memory_mb: int = 512) -> None:
        self.path = path
        try:
            self.connection = duckdb.connect(str(path))
            # One thread keeps row groups whole, and leaves the other cores to the plant.
            self.connection.execute("SET threads = 1")
            self.connection.execute(f"SET memory_limit = '{memory_mb}MB'")
            self.connection.execute("SET preserve_insertion_order = true")
            self.connection.execute("SET enable_progress_bar = false")
            self.connection.execute("BEGIN")
            create(self.connection)
            self._know(digest)
            self.connection.execute("COMMIT")
        except duckdb.Error as error:
            raise StateError(
                f"{path}: cannot be used as history ({error}); move it away, and history begins anew"
            ) from None
        self._progress = self._read_progress()
        self._open: list[Rows] = []
        self._sealing: Rows | None = None
        self.newest = Newest()
        """The newest samples, for questions that shall not wait."""
        self._begin_open()

    def _know(self, digest: str) -> None:
        about = dict(self.connection.execute("SELECT key, value FROM about").fetchall())
        if not about:
            self.connection.executemany(
                "INSERT INTO about VALUES (?, ?)", [("format", FORMAT), ("definition_sha256", digest)]
            )
        elif about.get("format") != FORMAT:
            raise StateError(
                f"{self.path}: has format {about.get('format')}, this version writes {FORMAT}; move it away"
            )
        elif about.get("definition_sha256") != digest:
            raise StateError(f"{self.path}: is the history of another run; move it away, and history begins anew")

    def _read_progress(self) -> Progress:
        rows = self.connection.execute("SELECT scanned, entries, sealed, exported FROM progress").fetchall()
        if len(rows) != 1:
            raise StateError(f"{self.path}: does not say how far it goes; move it away, and history begins anew")
        return Progress(*rows[0])

    @property
    def progress(self) -> Progress:
        """Up to when the file is complete."""
        return self._progress

    def begin_at(self, time: int, entries: int) -> None:
        """Say that nothing before a plant instant and an entry of the event log will ever be here."""
        self.connection.execute("UPDATE progress SET scanned = ?, entries = ?", [time, entries])
        self.note("begins", str(time))
        self._progress = self._read_progress()

    def note(self, key: str, value: str) -> None:
        """Keep a fact about the history."""
        self.connection.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", [key, value])

    def noted(self, key: str) -> str | None:
        """A fact that was kept, None when it was not."""
        found = self.connection.execute("SELECT value FROM about WHERE key = ?", [key]).fetchall()
        return str(found[0][0]) if found else None

    def lock(self, *folders: Path) -> None:
        """Let nobody reach other files through SQL from now on, but for those in some folders."""
        self.connection.execute("SET temp_directory = ''")
        self.connection.execute(f"SET allowed_directories = [{', '.join(map(quoted, folders))}]")
        self.connection.execute("SET enable_external_access = false")
        self.connection.execute("SET lock_configuration = true")

    def write(self, batch: Batch) -> None:
        """Commit a batch, and seal the hours that it closes."""
        rows = joined_rows(batch.rows).sorted()
        self.connection.execute("BEGIN")
        try:
            entries = self._write_entries(batch)
            self._write_others(batch)
            sealed = self._write_samples(rows, batch.scanned)
            scanned = max(self._progress.scanned, batch.scanned)
            self.connection.execute(
                "UPDATE progress SET scanned = ?, entries = ?, sealed = ?", [scanned, entries, sealed]
            )
            self.connection.execute("COMMIT")
        except duckdb.Error:
            self.connection.execute("ROLLBACK")
            self._begin_open()
            raise
        self._progress = Progress(scanned, entries, sealed, self._progress.exported)
        if self._sealing is not None:
            self.newest, self._sealing = self.newest.with_sealed(self._sealing), None
        self.newest = self.newest.with_open(self._open)

    def _write_entries(self, batch: Batch) -> int:
        known = self._progress.entries
        if not batch.entries:
            return known
        entries = np.concatenate(batch.entries)
        numbers = batch.first_entry + np.arange(len(entries), dtype=np.int64)
        if numbers[0] > known + 1:
            raise StateError(f"{self.path}: entries {known + 1} to {numbers[0] - 1} of the event log are missing")
        fresh = numbers > known
        self._insert("entry", _entry_columns(numbers[fresh], entries[fresh]))
        return max(known, int(numbers[-1]))

    def _write_others(self, batch: Batch) -> None:
        if batch.words:
            self.connection.executemany("INSERT OR IGNORE INTO word VALUES (?, ?)", batch.words)
        if batch.orders:
            self.connection.executemany(
                "INSERT INTO production_order SELECT ?, ?, ?, make_timestamp(?)",
                [(number, name, station, time) for number, name, station, time in batch.orders],
            )
        if batch.figures:
            self.connection.executemany(
                "INSERT INTO kpi SELECT ?, make_timestamp(?), make_timestamp(?), ?, ?, ?, ?, ?", batch.figures
            )

    def _write_samples(self, rows: Rows, scanned: int) -> int:
        """Insert samples; returns before which instant everything is sealed now."""
        sealed, closed = self._progress.sealed, scanned // HOUR * HOUR
        if closed <= sealed:
            self._insert("recent", rows.columns())
            self._open = put_together([*self._open, rows])
            return sealed
        past = rows.time < closed
        self._seal(joined_rows([*self._open, rows.where(past)]))
        left = rows.where(~past)
        self.connection.execute("DELETE FROM recent")
        self._insert("recent", left.columns())
        self._open = [left]
        if closed // DAY > sealed // DAY:
            self._order_summaries(sealed // DAY * DAY, closed // DAY * DAY)
        return closed

    def _seal(self, rows: Rows) -> None:
        if len(rows):
            ordered = rows.sorted()
            self._insert("sample", ordered.columns())
            self._insert("summary", summed_up(ordered))
            self._sealing = ordered

    def _order_summaries(self, start: int, end: int) -> None:
        """Put the summaries of days that are over in the order of signals, so that a long trend touches few blocks."""
        those = f"WHERE time >= make_timestamp({start}) AND time < make_timestamp({end})"
        block = self.connection.execute(
            f"SELECT * FROM summary {those} ORDER BY signal, time"  # noqa: S608 - numbers of ours
        ).fetchnumpy()
        self.connection.execute(f"DELETE FROM summary {those}")  # noqa: S608 - the same
        self._insert("summary", block)

    def _begin_open(self) -> None:
        """Know the samples of the open hour, which wait in memory too until the hour is sealed."""
        found = self.connection.execute("SELECT signal, time, value, status FROM recent ORDER BY time").fetchnumpy()
        ((latest,),) = self.connection.execute("SELECT epoch_us(max(time)) FROM sample").fetchall()
        self._open, self._sealing = [rows_of(found).sorted()], None
        self.newest = Newest(before=int(latest or 0)).with_open(self._open)

    def _insert(self, table: str, columns: Mapping[str, NDArray[np.generic]]) -> None:
        if not len(next(iter(columns.values()))):
            return
        self.connection.register("block", columns)
        self.connection.execute(f"INSERT INTO {table} SELECT * FROM block")  # noqa: S608 - a table of ours
        self.connection.unregister("block")

    def newest_of_all(self) -> Rows:
        """The newest committed sample of every frame place."""
        with self.connection.cursor() as cursor:
            found = cursor.execute(
                """SELECT signal, max(time) AS time, arg_max(value, time) AS value, arg_max(status, time) AS status
                FROM (SELECT * FROM recent UNION ALL
                    SELECT * FROM sample WHERE time >= make_timestamp(?)) GROUP BY signal ORDER BY signal""",
                [self._progress.scanned - DAY],
            ).fetchnumpy()
        return rows_of(found)

    def words(self) -> dict[str, int]:
        """The number of every text that was ever a value."""
        with self.connection.cursor() as cursor:
            return {text: number for number, text in cursor.execute("SELECT id, text FROM word").fetchall()}

    def cut(self, time: int) -> None:
        """Take back what lies after a plant instant: a run goes on from there that has not been there before."""
        if self._progress.scanned <= time:
            return
        self.connection.execute("BEGIN")
        for table in ("recent", "sample", "summary"):
            self.connection.execute(f"DELETE FROM {table} WHERE time > make_timestamp(?)", [time])  # noqa: S608
        self.connection.execute("UPDATE progress SET scanned = ?", [time])
        self.connection.execute("COMMIT")
        self._progress = self._read_progress()
        self._begin_open()

    def forget(self, retention: Retention) -> None:
        """Drop the samples that are older than they are kept; their summaries stay."""
        if not retention.raw_days:
            return
        oldest = (self._progress.scanned - round(retention.raw_days * DAY)) // HOUR * HOUR
        self.connection.execute("DELETE FROM sample WHERE time < make_timestamp(?)", [oldest])

    def export_hour(self, folder: Path) -> Path | None:
        """Write the oldest closed hour that is not exported yet as a Parquet file; None when there is none."""
        hour = self._next_hour()
        if hour is None or hour >= self._progress.sealed:
            return None
        name = np.datetime64(hour, "us").astype("datetime64[h]").item().strftime("%Y-%m-%dT%H")
        path = folder / f"samples-{name}.parquet"
        passing = path.with_suffix(".new")
        self.connection.execute(
            f"""COPY (SELECT signal.path, signal.point, sample.time, sample.value, sample.status
                FROM sample JOIN signal ON signal.id = sample.signal
                WHERE sample.time >= make_timestamp({hour}) AND sample.time < make_timestamp({hour + HOUR})
                ORDER BY sample.signal, sample.time)
            TO {quoted(passing)} (FORMAT parquet, COMPRESSION zstd)"""  # noqa: S608 - numbers and a path of ours
        )
        passing.replace(path)
        self.connection.execute("UPDATE progress SET exported = ?", [hour + HOUR])
        self._progress = self._read_progress()
        return path

    def _next_hour(self) -> int | None:
        if self._progress.exported:
            return self._progress.exported
        ((oldest,),) = self.connection.execute("SELECT epoch_us(min(time)) FROM sample").fetchall()
        return None if oldest is None else int(oldest) // HOUR * HOUR

    def close(self) -> None:
        """Write everything into the one file and let go of it."""
        self.connection.execute("CHECKPOINT")
        self.connection.close()


def _entry_columns(numbers: NDArray[np.int64], entries: NDArray[np.void]) -> dict[str, NDArray[np.generic]]:
    return {
        "number": numbers,
        "time": np.ascontiguousarray(entries["time"]).view("datetime64[us]"),
        "station": entries["station"].astype(np.uint16),
        "kind": entries["kind"].astype(np.uint8),
        "a": np.ascontiguousarray(entries["a"]),
        "b": np.ascontiguousarray(entries["b"]),
    }
