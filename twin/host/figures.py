"""Answers questions about KPIs of shifts, days, orders and any window, out of the recorded event log."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol
from zoneinfo import ZoneInfo

from twin.host.history import AskHistory
from twin.line.key_figures import Counted
from twin.line.line import Line
from twin.record.figures import EntryHistory, Figure, UnitLosses, WindowFigures, figures_of, losses_of, tally_of
from twin.record.history import HistoryRefused
from twin.record.windows import Window, days, orders, shifts

SPANS = ("window", "shift", "day", "order")
MOST_WINDOWS = 200


class FigureHistory(EntryHistory, Protocol):
    """The recorded event log, with its reach and its orders."""

    def reach(self) -> tuple[int, int]:
        """Plant instants between which everything is recorded."""
        ...

    def orders(self, station: str) -> dict[str, int]:
        """When each order began at a station."""
        ...


class AskFigures:
    """The KPIs of one run's past."""

    def __init__(self, line: Line, asking: AskHistory, history: FigureHistory | None) -> None:
        self._line, self._asking, self._history = line, asking, history

    async def figures(self, span: str, start: int, end: int, station: str) -> Sequence[WindowFigures]:
        """KPIs of every shift, day or order that touches [start, end), or of that window; cut at what is recorded."""
        return await self._asking.run(lambda: self._figures(span, start, end, station))

    async def losses(self, start: int, end: int) -> Sequence[UnitLosses]:
        """The loss tree of every work unit in [start, end), cut at what is recorded."""
        return await self._asking.run(lambda: self._losses(start, end))

    def _recorded(self) -> FigureHistory:
        if self._history is None:
            raise HistoryRefused("this run records no history, so only its KPIs so far are known; leave out the window")
        return self._history

    def _figures(self, span: str, start: int, end: int, station: str) -> list[WindowFigures]:
        history = self._recorded()
        found = self._windows(history, span, start, end, station)
        if len(found) > MOST_WINDOWS:
            raise HistoryRefused(f"{len(found)} windows are asked for, {MOST_WINDOWS} is the most; ask for less")
        # Of their own, because a figure remembers what it was asked last, and others ask meanwhile.
        declared = self._line.key_figures()
        return [
            WindowFigures(window, tuple(map(_told, figures_of(declared, tally_of(history, window)))))
            for window in found
        ]

    def _losses(self, start: int, end: int) -> tuple[UnitLosses, ...]:
        history = self._recorded()
        (window,) = _cut([Window("window", start, end)], *history.reach()) or (Window("window", start, start),)
        return tuple(map(_told_losses, losses_of(self._line.work_units(), tally_of(history, window))))

    def _windows(self, history: FigureHistory, span: str, start: int, end: int, station: str) -> list[Window]:
        if start > end:
            raise HistoryRefused(f"the window begins at {start} and ends before, at {end}; exchange them")
        first, last = history.reach()
        zone, hour = ZoneInfo(self._line.zone), self._line.shift_hour
        low, high = max(start, first), min(end, last)
        if low >= high:
            return []
        match span:
            case "window":
                found = [Window("window", start, end)]
            case "shift":
                found = list(shifts(low, high, zone, hour))
            case "day":
                found = list(days(low, high, zone, hour))
            case "order":
                begun = orders(history.orders(station), last)
                found = [window for window in begun if window.start < high and window.end > low]
            case _:
                raise HistoryRefused(f"there is no span {span!r}; choose one of {', '.join(SPANS)}")
        return _cut(found, first, last)


def _told(figure: Figure) -> Figure:
    """The figure as plain data: what computes it stays with the run, as no function crosses to another process."""
    return Figure(replace(figure.declaration, compute=_nothing), figure.value)


def _told_losses(losses: UnitLosses) -> UnitLosses:
    """The losses as plain data."""
    unit = replace(losses.unit, produced=_none_counted, good=_none_counted, reworked=_none_counted, energy=None)
    return UnitLosses(unit, losses.steps)


def _nothing(_tally: Counted) -> None:
    return None


def _none_counted(_tally: Counted) -> int:
    return 0


def _cut(windows: Sequence[Window], first: int, last: int) -> list[Window]:
    """The windows as far as they are recorded."""
    cut = [Window(window.name, max(window.start, first), min(window.end, last)) for window in windows]
    return [window for window in cut if window.start < window.end]
