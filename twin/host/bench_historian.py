"""`rajola bench historian`: how fast and how small history is written, and how soon it answers meanwhile."""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from twin.host.historian import FILE
from twin.line.time import DAY, HOUR, MINUTE, SECOND
from twin.record.aggregates import Aggregate, processed
from twin.record.historian.block import Batch, Rows
from twin.record.historian.reading import FileHistory
from twin.record.historian.store import Store
from twin.record.history import Series

START = 1_767_225_600_000_000
"""2026-01-01 00:00 UTC [microseconds since 1970]."""
CLOSED_PER_COMMIT = 30
"""Minutes of samples in a commit: about what comes in half a second at the speed that is asked for."""
ASKED = Series(500, 1, stepped=False)


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured."""

    samples: int
    written_s: float
    processor_s: float
    """Processor time of the writing thread, in which the database works too [s]."""
    size: int
    minutes_ms: float
    minutes_processor_ms: float
    trend_ms: float
    asked: int


def blocks(signals: int, hours: float, seed: int = 1) -> Iterator[Rows]:
    """Random walks of step 0.05 rounded to 0.01, each signal once a second, in the order of time."""
    numbers = np.random.Generator(np.random.PCG64(seed))
    last = np.full(signals, 100.0)
    length = CLOSED_PER_COMMIT * 60
    for begin in range(START, START + round(hours * HOUR), length * SECOND):
        walk = last + np.cumsum(numbers.normal(0.0, 0.05, (length, signals)), axis=0)
        last = walk[-1]
        yield Rows(
            np.tile(np.arange(signals, dtype=np.uint16), length),
            np.repeat(begin + np.arange(length, dtype=np.int64) * SECOND, signals),
            np.round(walk, 2).ravel(),
            np.zeros(length * signals, dtype=np.uint8),
        )


class Asking:
    """Asks for an hour of minute averages, again and again, while somebody writes."""

    def __init__(self, history: FileHistory, newest: Callable[[], int]) -> None:
        self._history, self._newest = history, newest
        self.spent: list[float] = []
        self.worked: list[float] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)

    def _ask(self) -> None:
        while not self._stop.wait(0.2):
            end = self._newest() // HOUR * HOUR
            if end - HOUR >= START:
                began, work = time.perf_counter(), time.thread_time()
                minute_averages(self._history, end)
                self.spent.append(1e3 * (time.perf_counter() - began))
                self.worked.append(1e3 * (time.thread_time() - work))

    def __enter__(self) -> "Asking":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def minute_averages(history: FileHistory, end: int) -> None:
    """An hour of minute averages of one signal."""
    processed(history, ASKED, end - HOUR, end, MINUTE, Aggregate.AVERAGE)


def measure(signals: int, hours: float, folder: Path) -> Measured:
    """Write, ask meanwhile, and ask for a month afterwards."""
    store = Store(folder / FILE, "bench")
    history, written, worked, samples = FileHistory(store.connection), 0.0, 0.0, 0
    with Asking(history, lambda: store.progress.sealed) as asking:
        for rows in blocks(signals, hours):
            batch = Batch([rows], scanned=int(rows.time[-1]) + SECOND)
            began, work = time.perf_counter(), time.thread_time()
            store.write(batch)
            written, worked = written + time.perf_counter() - began, worked + time.thread_time() - work
            samples += len(rows)
    began, work = time.perf_counter(), time.thread_time()
    store.connection.execute("CHECKPOINT")
    written, worked = written + time.perf_counter() - began, worked + time.thread_time() - work
    size = store.path.stat().st_size
    _lay_out_month(store, signals)
    month = (START - 30 * DAY, START + round(hours * HOUR))
    trend = [_chart_ms(history, *month) for _ in range(7)]
    store.close()
    answered, needed = asking.spent or [0.0], asking.worked or [0.0]
    return Measured(
        samples,
        written,
        worked,
        size,
        statistics.median(answered),
        statistics.median(needed),
        statistics.median(trend),
        len(asking.spent),
    )


def _chart_ms(history: FileHistory, start: int, end: int) -> float:
    """Wall time of a chart [ms]."""
    began = time.perf_counter()
    history.trend(ASKED, start, end, 2000)
    return 1e3 * (time.perf_counter() - began)


def _lay_out_month(store: Store, signals: int) -> None:
    """Summaries of thirty days before, as the samples of those days would have left them."""
    store.connection.execute(
        f"""INSERT INTO summary SELECT signal, slot, 600, 600, value - 1, slot, value + 1, slot + INTERVAL 5 MINUTE,
            value, value, value FROM (SELECT s.range::USMALLINT AS signal, 100 + sin(t.range / 7.0) * s.range AS value,
                make_timestamp({START - 30 * DAY} + t.range * {10 * MINUTE}) AS slot
            FROM range({30 * 144}) t, range({signals}) s ORDER BY t.range, s.range)"""  # noqa: S608 - numbers of ours
    )
    store.connection.execute("CHECKPOINT")


def report(signals: int, hours: float) -> Iterator[str]:
    """Measure, and say what was found."""
    with tempfile.TemporaryDirectory(prefix="rajola-bench-") as folder:
        found = measure(signals, hours, Path(folder))
    yield f"{signals} signals, 1 Hz, {hours:g} h: random walks rounded to their resolution, {found.samples:,} samples"
    speed, thread = found.samples / found.written_s / 1e6, found.samples / found.processor_s / 1e6
    yield f"  written             {speed:8.2f} million samples a second, {thread:.2f} of the thread's processor time"
    yield f"  size                {found.size / found.samples:8.2f} bytes a sample"
    yield f"  minute averages     {found.minutes_ms:8.2f} ms for a signal's hour, median of {found.asked} while writing"
    yield f"                      {found.minutes_processor_ms:8.2f} ms of it processor time"
    yield f"  a month's trend     {found.trend_ms:8.2f} ms for 2000 points, median of 7"
