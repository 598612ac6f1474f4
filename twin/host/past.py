"""Scans a long past in processes of their own, each a stretch between two chapters, while the run goes ahead of them.

A run that nobody reads goes through a day in a second or two; what takes its time is reading its instruments. From a
chapter on a process simulates that stretch again and reads them, and gives back what one process would have recorded:
a stretch begins to record at a full hour, when everything is recorded, as soon as its sensors are warm.
"""

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as StillWorking
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context, parent_process
from pathlib import Path
from typing import Any, Protocol

from twin.line.errors import StateError
from twin.line.line import Line
from twin.line.time import HOUR
from twin.record.historian.block import Rows, joined_rows, no_rows
from twin.record.run import Run
from twin.record.scanning import LEAD, Recalled, Scanner, warm_up
from twin.run.chapters import chapter_in
from twin.run.definition import Definition, PlantFamily

MOST_PROCESSES = 8
LOOK_S = 0.2
"""Wall time between two looks at how far the processes are [s]."""
_hours_done: Any = None
"""In a process that scans: plant hours done by all of them together."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """What one process scans: from a chapter on, recorded from `begin` to before `end` [plant instants]."""

    chapter: int
    """Instant of the chapter; the run's start where the first stretch begins."""
    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a stretch gives to record."""

    hours: tuple[tuple[int, Rows], ...]
    """Hour by hour, the plant instant of the last scan, and the samples."""
    words: tuple[str, ...]
    """Texts, in the order of the numbers that stand for them."""


def stretches(line: Line, start: int, until: int) -> list[Stretch]:
    """The parts of a past from `start` to the full hour `until` that can be scanned apart, in order of time."""
    warm, chapters, after = warm_up(line), [start], line.next_chapter(start)
    while _warm(after, warm) < until:
        chapters.append(after)
        after = line.next_chapter(after)
    begins = [start, *(_warm(chapter, warm) for chapter in chapters[1:]), until]
    return [Stretch(chapter, *part) for chapter, part in zip(chapters, pairwise(begins), strict=True)]


def _warm(chapter: int, warm: int) -> int:
    """The first full hour at which sensors that are read from a chapter on show what they would have anyway."""
    return -(-(chapter + warm) // HOUR) * HOUR


def scan_stretch(
    stretch: Stretch, content: bytes, definition: Definition, families: Sequence[PlantFamily], period: int
) -> Scanned:
    """Simulate a stretch from the chapter with this content, empty for the run's start, and scan it every `period`."""
    run = Run(definition, families)
    if content:
        run.resume(chapter_in(content, f"chapter {stretch.chapter}", run.line, definition.digest, definition.version))
    else:
        run.open()
    description = run.line.describe()
    # Read for an hour and forgotten, so that the same is kept in mind at the beginning as had been recorded before.
    known = Recalled(-1, no_rows(), {}, read_from=stretch.begin - LEAD)
    scanner = Scanner(run.line, description, definition.seed, known)
    kept: list[Rows] = []

    def scan(now: int) -> None:
        if scanner.wants(now):
            run.settle()
            rows = scanner.scan(now, past=True)
            if now >= stretch.begin:
                kept.append(rows)

    if run.now % period == 0:
        scan(run.now)
    run.engine.listen(period, scan)
    last, hours = (stretch.end - 1) // period * period, []
    while run.now < last:
        run.advance(min(last, (run.now // HOUR + 1) * HOUR))
        if run.now >= stretch.begin:
            hours.append((run.now // period * period, joined_rows([rows for rows in kept if len(rows)])))
        if run.now > stretch.begin:
            _tell_hour()
        kept.clear()
    return Scanned(tuple(hours), tuple(text for _, text in scanner.new_words))


def _tell_hour() -> None:
    if _hours_done is not None:
        with _hours_done.get_lock():
            _hours_done.value += 1


def _begin_process(hours_done: Any) -> None:
    """Prepare a process that scans: Ctrl-C is for the run's process alone, and with that one it ends."""
    global _hours_done  # noqa: PLW0603 - a process of the pool is given it once, and has no other place for it
    _hours_done = hours_done
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


class Recording(Protocol):
    """What takes the scans of a past, and then scans by itself."""

    def take(self, scanned: Scanned) -> None:
        """Record the scans of the next stretch."""
        ...

    def go_on(self) -> None:
        """Scan from the run's present instant on; all stretches are recorded."""
        ...


class PastScans:
    """The scans of one past: given to processes as its chapters appear, recorded in order of time."""

    def __init__(
        self,
        run: Run,
        families: Sequence[PlantFamily],
        planned: Sequence[Stretch],
        chapters: Path,
        period: int,
        recording: Recording,
    ) -> None:
        self._definition, self._families, self._period = run.definition, families, period
        self._planned, self._chapters, self._recording = deque(planned), chapters, recording
        self.goes_on = max(run.now, planned[-1].end - warm_up(run.line))
        """Plant instant from which the recording scans by itself: its sensors are warm when the past is over."""
        self.over = False
        self._working: deque[Future[Scanned]] = deque()
        context = get_context("spawn")
        self._done = context.Value("q", 0)
        # Twice as many as there are cores: all cores have work until the last stretches are done.
        workers = min(len(planned), 2 * processors(), MOST_PROCESSES)
        self._most = workers + 1
        self._pool = ProcessPoolExecutor(workers, context, _begin_process, (self._done,))

    @property
    def hours(self) -> int:
        """Plant hours that are scanned."""
        return int(self._done.value)

    def passed(self, now: int, look: Callable[[], None]) -> None:
        """Go on now that the run is at `now`, which is not after `goes_on`; `look` is called while it waits."""
        while self._planned and self._planned[0].chapter <= now:
            self._wait(self._most - 1, look)
            stretch = self._planned.popleft()
            first = stretch.chapter == self._definition.start
            content = b"" if first else (self._chapters / f"{stretch.chapter}.chapter").read_bytes()
            asked = (stretch, content, self._definition, self._families, self._period)
            self._working.append(self._pool.submit(scan_stretch, *asked))
        if now == self.goes_on:
            self._wait(0, look)
            self.over = True
            self.close()
            self._recording.go_on()

    def _wait(self, most: int, look: Callable[[], None]) -> None:
        """Record what is done, until at most so many stretches are worked on."""
        while self._working and (len(self._working) > most or self._working[0].done()):
            try:
                self._recording.take(self._working[0].result(LOOK_S))
            except StillWorking:
                look()
            except BrokenProcessPool:
                raise StateError(
                    "a process that scanned the past was ended from outside; start again, and history is filled in"
                ) from None
            else:
                self._working.popleft()

    def close(self) -> None:
        """End all processes."""
        self._pool.shutdown(wait=True, cancel_futures=True)


def processors() -> int:
    """Processors that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1
