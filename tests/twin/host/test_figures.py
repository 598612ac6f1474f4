"""KPIs of windows, as they cross to other processes."""

import pickle
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tests.support.runs import START, opened
from twin.host.figures import AskFigures
from twin.host.history import AskHistory
from twin.line.time import HOUR
from twin.record.memory_history import MemoryHistory


class Entries:
    """The event log of a run, kept in memory."""

    def __init__(self) -> None:
        self._parts: list[NDArray[np.void]] = []

    def take(self, entries: NDArray[np.void]) -> None:
        self._parts.append(entries.copy())

    def entries(self, start: int, end: int) -> NDArray[np.void]:
        found = np.concatenate(self._parts)
        return found[(found["time"] >= start) & (found["time"] < end)]

    def activities(self, time: int) -> Mapping[int, int]:
        return {}

    def pieces(self, time: int) -> Mapping[tuple[int, int], int]:
        return {}

    def reach(self) -> tuple[int, int]:
        return START, START + 4 * HOUR

    def orders(self, station: str) -> dict[str, int]:
        return {}


async def test_figures_and_losses_of_a_window_are_plain_data() -> None:
    run, entries = opened(), Entries()
    run.recorder.listeners.append(entries.take)
    run.advance(START + 4 * HOUR)
    asking = AskHistory(run.line.describe(), MemoryHistory())
    figures = AskFigures(run.line, asking, entries)
    (window,) = await figures.figures("window", START, START + 4 * HOUR, "")
    losses = await figures.losses(START, START + 4 * HOUR)
    names = [(figure.declaration.station, figure.declaration.name, figure.value) for figure in window.figures]
    again = pickle.loads(pickle.dumps((window, losses)))  # noqa: S301 - our own
    assert [(each.declaration.station, each.declaration.name, each.value) for each in again[0].figures] == names
    assert any(value for _, _, value in names)
    assert [(each.unit.path, each.steps) for each in again[1]] == [(each.unit.path, each.steps) for each in losses]
