"""Answers questions about history for gateways: outside the loop's thread, a few at a time, and never for too long."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import numpy as np

from twin.line.description import LineDescription, SignalDescription
from twin.record.aggregates import Aggregate, at_times, processed
from twin.record.history import History, HistoryRefused, Samples, Series, series_of

Answer = TypeVar("Answer")

WORKERS = 2
MOST_WAITING = 64
PATIENCE_S = 10.0
"""Wall time after which an answer is given up [s]."""


class AskHistory:
    """The history of one run, by signal paths."""

    def __init__(self, description: LineDescription, history: History) -> None:
        self._signals: dict[str, SignalDescription] = {signal.path: signal for signal in description.signals}
        self.history = history
        self._threads = ThreadPoolExecutor(WORKERS, thread_name_prefix="history")
        self._waiting = 0

    def close(self) -> None:
        """Answer no more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _series(self, path: str) -> Series:
        signal = self._signals.get(path)
        if signal is None:
            raise HistoryRefused(f"there is no signal {path!r}; `rajola tags` lists all")
        return series_of(signal)

    async def run(self, question: Callable[[], Answer]) -> Answer:
        """The answer to a question that takes a while; raises HistoryRefused when there are too many of them."""
        if self._waiting >= MOST_WAITING:
            raise HistoryRefused(f"{MOST_WAITING} questions about history wait already; ask again in a moment")
        self._waiting += 1
        try:
            working = asyncio.get_running_loop().run_in_executor(self._threads, question)
            return await asyncio.wait_for(working, PATIENCE_S)
        except TimeoutError:
            raise HistoryRefused(f"the answer would take longer than {PATIENCE_S:g} s; ask for less") from None
        finally:
            self._waiting -= 1

    async def raw(
        self, path: str, start: int, end: int, limit: int, *, newest_first: bool = False, bounds: bool = False
    ) -> Samples:
        """At most `limit` recorded samples with start <= time < end."""
        series = self._series(path)
        return await self.run(
            lambda: self.history.read(series, start, end, limit, newest_first=newest_first, bounds=bounds)
        )

    async def at(self, path: str, times: Sequence[int]) -> Samples:
        """The value at each instant."""
        series, instants = self._series(path), np.array(times, dtype=np.int64)
        return await self.run(lambda: at_times(self.history, series, instants))

    async def processed(self, path: str, start: int, end: int, interval: int, aggregate: str) -> Samples:
        """One aggregate for every interval of a window."""
        series = self._series(path)
        try:
            chosen = Aggregate(aggregate)
        except ValueError:
            names = ", ".join(Aggregate)
            raise HistoryRefused(f"there is no aggregate {aggregate!r}; choose one of {names}") from None
        return await self.run(lambda: processed(self.history, series, start, end, interval, chosen))

    async def trend(self, path: str, start: int, end: int, points: int) -> Samples:
        """At most `points` samples that keep the extremes, for a chart."""
        series = self._series(path)
        if not 2 <= points <= 10_000:
            raise HistoryRefused(f"points is {points}; give 2 to 10000")
        if start >= end:
            raise HistoryRefused(f"the window from {start} to {end} holds no time; let it end later")
        return await self.run(lambda: self.history.trend(series, start, end, points))
