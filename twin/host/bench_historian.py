"""`rajola bench historian`: how fast and how small history is written, and how soon it answers meanwhile."""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from twin.host.historian import FILE
from twin.line.time import DAY, HOUR, MINUTE, SECOND
from twin.record.aggregates import Aggregate, processed
from twin.record.historian.block import Batch, Rows, joined_rows, no_rows
from twin.record.historian.reading import FileHistory
from twin.record.historian.store import Store
from twin.record.history import Series
from twin.record.run import Run
from twin.record.scanning import SCAN_PERIOD, Recalled, Scanner

START = 1_767_225_600_000_000
"""2026-01-01 00:00 UTC [microseconds since 1970]."""
PER_COMMIT = 30 * MINUTE
"""Plant time of the samples in a commit: about what comes in half a second at the speed that is asked for."""
STRETCH = 8
"""Commits that are timed together: four hours, closed as they pass; the best of them says least about neighbours."""
ASKED = 500
"""Frame place of the random walk that is asked for."""
ROUNDS = 15
"""Times a chart is asked for."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What something took."""

    wall: float
    """[s]"""
    processor: float
    """Processor time of the thread, in which the database works too [s]."""

    def __add__(self, other: "Spent") -> "Spent":
        return Spent(self.wall + other.wall, self.processor + other.processor)


@dataclass(frozen=True, slots=True)
class Written:
    """What writing took."""

    samples: int
    whole: Spent
    best: tuple[int, Spent]
    """Samples of the quickest stretch, and what it took."""
    size: int
    """Of the file [bytes]."""


@dataclass(frozen=True, slots=True)
class Answered:
    """How soon questions were answered."""

    minutes: Sequence[Spent]
    trend: Sequence[Spent]


def blocks(signals: int, hours: float, seed: int = 1) -> Iterator[Rows]:
    """Random walks of step 0.05 rounded to 0.01, each signal once a second, in the order of time."""
    numbers = np.random.Generator(np.random.PCG64(seed))
    last = np.full(signals, 100.0)
    length = PER_COMMIT // SECOND
    for begin in range(START, START + round(hours * HOUR), length * SECOND):
        walk = last + np.cumsum(numbers.normal(0.0, 0.05, (length, signals)), axis=0)
        last = walk[-1]
        yield Rows(
            np.tile(np.arange(signals, dtype=np.uint16), length),
            np.repeat(begin + np.arange(length, dtype=np.int64) * SECOND, signals),
            np.round(walk, 2).ravel(),
            np.zeros(length * signals, dtype=np.uint8),
        )


def plant_blocks(run: Run, hours: float) -> Iterator[Rows]:
    """What a run's history records, from its present instant on, half an hour at a time."""
    description = run.line.describe()
    nothing = Recalled(-1, no_rows(), {})
    scanner = Scanner(run.line, description, run.definition.seed, nothing)
    kept: list[Rows] = []

    def scan(now: int) -> None:
        run.settle()
        kept.append(scanner.scan(now))

    run.engine.listen(SCAN_PERIOD, scan)
    end = run.now + round(hours * HOUR)
    while run.now < end:
        run.advance(min(end, run.now + PER_COMMIT))
        yield joined_rows(kept)
        kept.clear()


class Timed:
    """Times what is done inside: `with Timed() as timed: ...`, then `timed.spent`."""

    spent = Spent(0.0, 0.0)

    def __enter__(self) -> "Timed":
        self._began = time.perf_counter(), time.thread_time()
        return self

    def __exit__(self, *_: object) -> None:
        wall, processor = self._began
        self.spent = Spent(time.perf_counter() - wall, time.thread_time() - processor)


class Asking:
    """Asks for an hour of minute averages, again and again, while somebody writes."""

    def __init__(self, history: FileHistory, place: int, newest: Callable[[], int]) -> None:
        self._history, self._newest = history, newest
        self._asked = Series(place, 1, stepped=False)
        self.spent: list[Spent] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask, daemon=True)

    def _ask(self) -> None:
        while not self._stop.wait(0.2):
            end = self._newest() // HOUR * HOUR
            if end:
                with Timed() as timed:
                    processed(self._history, self._asked, end - HOUR, end, MINUTE, Aggregate.AVERAGE)
                self.spent.append(timed.spent)

    def __enter__(self) -> "Asking":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


def write(store: Store, parts: Iterable[Rows]) -> Written:
    """Commit blocks one after the other as the historian does, and check-point at the end."""
    took: list[tuple[int, Spent]] = []
    for rows in parts:
        batch = Batch([rows], scanned=int(rows.time.max()) + 1)
        with Timed() as timed:
            store.write(batch)
        took.append((len(rows), timed.spent))
    with Timed() as timed:
        store.connection.execute("CHECKPOINT")
    stretches = [_together(took[at : at + STRETCH]) for at in range(0, len(took), STRETCH)]
    samples, writing = _together(took)
    best = max(stretches, key=lambda stretch: stretch[0] / stretch[1].wall)
    return Written(samples, writing + timed.spent, best, store.path.stat().st_size)


def _together(took: Sequence[tuple[int, Spent]]) -> tuple[int, Spent]:
    return sum(samples for samples, _ in took), sum((spent for _, spent in took), Spent(0.0, 0.0))


def measure(signals: int, hours: float, folder: Path) -> tuple[Written, Answered]:
    """Write random walks, ask meanwhile, and ask for a month afterwards."""
    store = Store(folder / FILE, "bench")
    history = FileHistory(store.connection, lambda: store.newest)
    with Asking(history, min(ASKED, signals - 1), lambda: store.progress.sealed) as asking:
        written = write(store, blocks(signals, hours))
    _lay_out_month(store, signals)
    asked = Series(min(ASKED, signals - 1), 1, stepped=False)
    trends = []
    for _ in range(ROUNDS):
        with Timed() as timed:
            history.trend(asked, START - 30 * DAY, START + round(hours * HOUR), 2000)
        trends.append(timed.spent)
    store.close()
    return written, Answered(asking.spent, trends)


def _lay_out_month(store: Store, signals: int) -> None:
    """Summaries of thirty days before, in the order in which the samples of those days would have left them."""
    store.connection.execute(
        f"""INSERT INTO summary SELECT signal, slot, 600, 600, value - 1, slot, value + 1, slot + INTERVAL 5 MINUTE,
            value, value, value FROM (SELECT s.range::USMALLINT AS signal, 100 + sin(t.range / 7.0) * s.range AS value,
                make_timestamp({START - 30 * DAY} + t.range * {10 * MINUTE}) AS slot
            FROM range({30 * 144}) t, range({signals}) s
            ORDER BY t.range // 144, s.range, t.range)"""  # noqa: S608 - numbers of ours
    )
    store.connection.execute("CHECKPOINT")


def report(signals: int, hours: float) -> Iterator[str]:
    """Measure with random walks, and say what was found."""
    with tempfile.TemporaryDirectory(prefix="rajola-bench-") as folder:
        written, answered = measure(signals, hours, Path(folder))
    yield f"{signals} signals, 1 Hz, {hours:g} h: random walks rounded to their resolution, {written.samples:,} samples"
    yield from _writing(written)
    asked = len(answered.minutes)
    yield f"  minute averages     {_middle(answered.minutes)} for a signal's hour, {asked} while writing"
    yield f"  a month's trend     {_middle(answered.trend)} for 2000 points, {len(answered.trend)} afterwards"


def report_of(name: str, run: Run, hours: float) -> Iterator[str]:
    """Measure with what a run records, and say what was found."""
    with tempfile.TemporaryDirectory(prefix="rajola-bench-") as folder:
        store = Store(Path(folder) / FILE, "bench")
        written = write(store, plant_blocks(run, hours))
        store.close()
    places, seconds = run.line.describe().frame_length, SCAN_PERIOD // SECOND
    yield f"{name}: {places} places, every {seconds} s, {hours:g} h, recorded by exception, {written.samples:,} samples"
    yield from _writing(written)


def _writing(found: Written) -> Iterator[str]:
    for words, samples, spent in (("written", found.samples, found.whole), ("best stretch", *found.best)):
        wall, processor = samples / spent.wall / 1e6, samples / spent.processor / 1e6
        yield f"  {words:<19} {wall:8.2f} million samples a second, {processor:.2f} a second of processor time"
    yield f"  size                {found.size / found.samples:8.2f} bytes a sample"


def _middle(spent: Sequence[Spent]) -> str:
    """Median and least of wall times, and the median of processor times."""
    if not spent:
        return "nothing measured"
    walls = [1e3 * each.wall for each in spent]
    worked = statistics.median(1e3 * each.processor for each in spent)
    return f"{statistics.median(walls):8.2f} ms ({worked:.2f} processor, {min(walls):.2f} at best)"
