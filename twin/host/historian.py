"""Records a run into its state folder: scans in plant time, and a thread of its own that commits every half second.

The run hands over what is new and goes on; only when the thread is millions of samples behind does the run wait for
it. After a kill the file says up to which scan it is complete. A resumed run is then replayed from a chapter before
that scan, and what is missing is recorded as if nothing had happened.
"""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from twin.host.past import PastScans, Scanned, processors, stretches
from twin.line.errors import StateError
from twin.line.records import Record
from twin.line.time import DAY, HOUR, SECOND
from twin.record.historian.block import Batch, Rows
from twin.record.historian.catalogue import write_catalogue
from twin.record.historian.pieces import pieces_folder, show_pieces
from twin.record.historian.reading import FileHistory
from twin.record.historian.shift_books import ShiftBooks
from twin.record.historian.store import Retention, Store
from twin.record.history import series_of
from twin.record.run import Run
from twin.record.scanning import (
    LEAD,
    SCAN_PERIOD,
    Recalled,
    Scanner,
    warm_up,
)
from twin.run.definition import PlantFamily

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
        self._committing, self._settled = False, 0
        self._words: dict[str, int] = {}
        self._text_places: NDArray[np.bool_] = np.zeros(0, np.bool_)

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
        self._attach(run)
        self._scan_from_now(run)

    def follow_apart(self, run: Run, families: Sequence[PlantFamily], chapters: Path) -> PastScans | None:
        """Record a run whose past processes of their own scan, as long as it has chapters in a folder.

        None, and it is followed as usual, when the past is too short for that.
        """
        past_until = int(self.store.noted("past_until") or 0)
        planned = stretches(run.line, run.now, past_until) if self._fresh and run.now < past_until else []
        if len(planned) < 2 or processors() < 2:
            self.follow(run)
            return None
        self._attach(run)
        return PastScans(run, families, planned, chapters, PAST_PERIOD, self)

    def _attach(self, run: Run) -> None:
        """Take entries of the event log from now on, and begin to write."""
        self._run = run
        if self._fresh:
            self.store.begin_at(run.now, run.recorder.state.entries)
        description = run.line.describe()
        write_catalogue(self.store.connection, run.line, description)
        self._text_places = np.zeros(description.frame_length, np.bool_)
        self._text_places[[signal.index for signal in description.signals if series_of(signal).text]] = True
        self._books = ShiftBooks(self.store, run.line)
        show_pieces(self.store.connection, self._pieces)
        self.store.lock(self._parts, self._pieces)
        run.recorder.listeners.append(self._take_entries)
        self._past_until = int(self.store.noted("past_until") or 0)
        self._writing.start()

    def _scan_from_now(self, run: Run) -> None:
        """Scan a run, and record what is not recorded yet."""
        scanned = -1 if self._fresh else self.store.progress.scanned
        known = Recalled(scanned, self.store.newest_of_all(), self.store.words(), scanned - LEAD)
        self._first_scan = run.now if self._fresh else scanned - warm_up(run.line)
        self._scanner = Scanner(run.line, run.line.describe(), run.definition.seed, known)
        if run.now < self._past_until:
            self._listen(PAST_PERIOD, self._scan_past)
        else:
            self._listen(self._period, self._scan)

    def take(self, scanned: Scanned) -> None:
        """Record the scans of the next stretch of a past."""
        fresh = [text for text in scanned.words if text not in self._words]
        first = len(self._words)
        self._words.update(zip(fresh, range(first, first + len(fresh)), strict=True))
        numbers = [self._words[text] for text in scanned.words]
        with self._room:
            self._batch.words += [(self._words[text], text) for text in fresh]
        for last, rows in scanned.hours:
            self._hand_over(rows.with_numbers(self._text_places, numbers), last)

    def flush(self) -> None:
        """Wait until everything is committed that has been given so far."""
        with self._room:
            batch = self._batch
            while (batch.scanned or batch.entries or self._committing) and self._failure is None:
                self._wake.set()
                self._room.wait(1.0)
                batch = self._batch
            self._refuse_to_go_on_alone()

    def go_on(self) -> None:
        """Scan from the run's present instant on, when its past is recorded."""
        self.flush()
        if self._run is not None:
            self._fresh = False
            self._scan_from_now(self._run)

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
        if run is None or scanner is None or now < self._first_scan or not scanner.wants(now):
            return
        run.settle()
        rows = scanner.scan(now, past=now < self._past_until)
        with self._room:
            self._batch.words += scanner.new_words
        scanner.new_words.clear()
        self._hand_over(rows, now)

    def _hand_over(self, rows: Rows, scanned: int) -> None:
        """Give samples to the thread, and the instant of the newest scan, up to which there are no others."""
        with self._room:
            self._refuse_to_go_on_alone()
            if len(rows):
                self._batch.rows.append(rows)
            self._batch.scanned = scanned
            while self._batch.samples > MOST_WAITING and self._failure is None:
                self._wake.set()
                self._room.wait(1.0)

    def _take_entries(self, entries: NDArray[np.void]) -> None:
        run = self._run
        if run is None:
            return
        with self._lock:
            self._batch.settled = run.recorder.tally.now
        if not len(entries):
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
                self._books.close_books(self._settled)
                if self._exports and waiting < EXPORT_BELOW:
                    self.store.export_hour(self._parts)
                day = self.store.progress.sealed // DAY
                if day != forgotten:
                    self.store.forget(self._retention)
                    forgotten = day
            self._commit()
            self._books.close_books(self._settled)
        except (duckdb.Error, StateError, OSError) as error:
            with self._room:
                self._failure = error
                self._room.notify_all()

    def _commit(self) -> int:
        """Commit what has come since the last time; how many samples that was."""
        with self._room:
            batch, self._batch = self._batch, Batch()
            self._committing = True
            self._room.notify_all()
        samples = batch.samples
        if batch.scanned or batch.entries or batch.words:
            self.store.write(batch)
        self._settled = max(self._settled, batch.settled)
        with self._room:
            self._committing = False
            self._room.notify_all()
        return samples

    # Questions.

    @property
    def history(self) -> FileHistory:
        """What is recorded, for questions."""
        return FileHistory(self.store.connection, lambda: self.store.newest)

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
