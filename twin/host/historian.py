"""Records a run into its state folder: scans in plant time, and a thread of its own that commits every half second.

The run hands over what is new and goes on; only when the thread is millions of samples behind does the run wait for
it. After a kill the file says up to which scan it is complete. A resumed run is then replayed from a chapter before
that scan, and what is missing is recorded as if nothing had happened.
"""

import threading
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from twin.line.errors import StateError
from twin.line.records import Record
from twin.line.time import DAY, HOUR, SECOND
from twin.record.historian.block import Batch
from twin.record.historian.catalogue import write_catalogue
from twin.record.historian.pieces import pieces_folder, show_pieces
from twin.record.historian.reading import FileHistory
from twin.record.historian.shift_books import ShiftBooks
from twin.record.historian.store import Retention, Store
from twin.record.run import Run
from twin.record.scanning import SCAN_PERIOD, Recalled, Scanner, warm_up

FILE = "history.duckdb"
PARTS = "parts"
HISTORY = (FILE, f"{FILE}.wal", PARTS)
"""What a history consists of in a state folder."""
COMMIT_S = 0.5
"""Wall time between two commits [s]: with the commit itself, less than a second is missing after a kill."""
PAST_PERIOD = 60 * SECOND
"""Plant time between two scans of a past that is simulated at once."""
MOST_WAITING = 4_000_000
"""Samples that may wait for the thread before the run waits too."""
EXPORT_BELOW = 200_000
"""Samples waiting above which closed hours are exported later."""


class Historian:
    """The recording of one run."""

    def __init__(
        self,
        folder: Path,
        digest: str,
        *,
        retention: Retention | None = None,
        period: int = SCAN_PERIOD,
        parts: bool = True,
    ) -> None:
        self._parts, self._pieces = folder / PARTS, pieces_folder(folder)
        self._parts.mkdir(parents=True, exist_ok=True)
        self._exports = parts
        self.store = Store(folder / FILE, digest)
        self._retention, self._period = retention or Retention(), period
        self._lock = threading.Lock()
        self._room = threading.Condition(self._lock)
        self._batch = Batch()
        self._fresh = self.store.progress.scanned == 0
        self._wake, self._stopping = threading.Event(), False
        self._failure: BaseException | None = None
        self._writing = threading.Thread(target=self._write, name="historian", daemon=True)
        self._first_scan = self._past_until = 0
        self._run: Run | None = None
        self._scanner: Scanner | None = None
        self._books: ShiftBooks

    # Following a run.

    def latest_start(self, run: Run, until: int) -> int:
        """The latest plant instant from which a replay to `until` gives everything that is missing."""
        if self._fresh:
            return until
        self.store.cut(until)
        return min(until, max(run.definition.start, self.store.progress.scanned - warm_up(run.line)))

    def begin(self, past_until: int) -> None:
        """Scan what lies before a plant instant at the slower rate of a past that is simulated at once."""
        self.store.note("past_until", str(past_until // HOUR * HOUR))

    def follow(self, run: Run) -> None:
        """Record a run from its present instant on; call it before the run goes on."""
        description = run.line.describe()
        self._run = run
        if self._fresh:
            self.store.begin_at(run.now, run.recorder.state.entries)
        write_catalogue(self.store.connection, run.line, description)
        scanned = self.store.progress.scanned
        self._first_scan = run.now if self._fresh else scanned - warm_up(run.line)
        self._scanner = Scanner(
            run.line,
            description,
            run.definition.seed,
            Recalled(-1 if self._fresh else scanned, self.store.newest_of_all(), self.store.words()),
        )
        self._books = ShiftBooks(self.store, run.line)
        show_pieces(self.store.connection, self._pieces)
        self.store.lock(self._parts, self._pieces)
        run.recorder.listeners.append(self._take_entries)
        self._past_until = int(self.store.noted("past_until") or 0)
        if run.now < self._past_until:
            self._listen(PAST_PERIOD, self._scan_past)
        else:
            self._listen(self._period, self._scan)
        self._writing.start()

    def _listen(self, period: int, scan: Callable[[int], None]) -> None:
        run = self._run
        if run is not None:
            if run.now % period == 0:
                scan(run.now)
            run.engine.listen(period, scan)

    def _scan_past(self, now: int) -> None:
        if now < self._past_until:
            self._scan(now)
        elif now == self._past_until:
            self._listen(self._period, self._scan)

    def _scan(self, now: int) -> None:
        run, scanner = self._run, self._scanner
        if run is None or scanner is None or now < self._first_scan:
            return
        run.settle()
        rows = scanner.scan(now)
        with self._room:
            self._refuse_to_go_on_alone()
            self._batch.words += scanner.new_words
            scanner.new_words.clear()
            if len(rows):
                self._batch.rows.append(rows)
            self._batch.scanned = now
            while self._batch.samples > MOST_WAITING and self._failure is None:
                self._wake.set()
                self._room.wait(1.0)

    def _take_entries(self, entries: NDArray[np.void]) -> None:
        run = self._run
        if run is None or not len(entries):
            return
        first = run.recorder.state.entries - len(entries) + 1
        with self._lock:
            batch = self._batch
            if not batch.entries:
                batch.first_entry = first
            batch.entries.append(entries)
            known = self.store.progress.entries
            ordered = np.nonzero(entries["kind"] == Record.ORDER)[0]
            for place in ordered[first + ordered > known].tolist():
                entry = entries[place]
                number = int(entry["a"])
                batch.orders.append((number, run.line.order_name(number), int(entry["station"]), int(entry["time"])))

    def _refuse_to_go_on_alone(self) -> None:
        if self._failure is not None:
            raise StateError(
                f"{self.store.path}: history cannot be written any more ({self._failure}); make room for it"
            )

    # The thread.

    def _write(self) -> None:
        try:
            forgotten = 0
            while not self._stopping:
                self._wake.wait(COMMIT_S)
                self._wake.clear()
                waiting = self._commit()
                self._books.close_books()
                if self._exports and waiting < EXPORT_BELOW:
                    self.store.export_hour(self._parts)
                day = self.store.progress.sealed // DAY
                if day != forgotten:
                    self.store.forget(self._retention)
                    forgotten = day
            self._commit()
            self._books.close_books()
        except (duckdb.Error, StateError, OSError) as error:
            with self._room:
                self._failure = error
                self._room.notify_all()

    def _commit(self) -> int:
        """Commit what has come since the last time; how many samples that was."""
        with self._room:
            batch, self._batch = self._batch, Batch()
            self._room.notify_all()
        samples = batch.samples
        if batch.scanned or batch.entries:
            self.store.write(batch)
        return samples

    # Questions.

    @property
    def history(self) -> FileHistory:
        """What is recorded, for questions."""
        return FileHistory(self.store.connection)

    @property
    def cursor(self) -> Callable[[], duckdb.DuckDBPyConnection]:
        """Makes connections for questions in SQL."""
        return self.store.connection.cursor

    def close(self) -> None:
        """Commit everything and close the file."""
        self._stopping = True
        self._wake.set()
        if self._writing.is_alive():
            self._writing.join()
        if self._failure is None:
            try:
                self.store.close()
            except duckdb.Error as error:
                # What is committed is on disk; the file is tidied up when it is opened next.
                self._failure = error
