"""The windows that KPIs are asked for: shifts, days, orders, or any two instants; and the fold over one of them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from twin.line.records import Record
from twin.line.time import from_datetime, to_datetime
from twin.record.tally import Tally

SHIFT_HOURS = 8


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of plant time [microseconds] with the name that people give it."""

    name: str
    start: int
    end: int


def shifts(start: int, end: int, zone: ZoneInfo, first_hour: int = 6) -> Iterator[Window]:
    """The shifts that touch a stretch, whole; each begins by the clock on the wall, so one night a year is longer."""
    hours = tuple(range(first_hour % SHIFT_HOURS, 24, SHIFT_HOURS))
    yield from _by_the_clock(start, end, zone, hours, "%Y-%m-%d %H:%M")


def days(start: int, end: int, zone: ZoneInfo, first_hour: int = 0) -> Iterator[Window]:
    """The days that touch a stretch, whole."""
    yield from _by_the_clock(start, end, zone, (first_hour,), "%Y-%m-%d")


def _by_the_clock(start: int, end: int, zone: ZoneInfo, hours: tuple[int, ...], pattern: str) -> Iterator[Window]:
    first = to_datetime(start).astimezone(zone).date() - timedelta(days=1)
    count = (to_datetime(end).astimezone(zone).date() - first).days + 2
    instants = sorted({_at(first + timedelta(days=day), hour, zone) for day in range(count) for hour in hours})
    for begin, finish in pairwise(instants):
        if begin < end and finish > start:
            yield Window(to_datetime(begin).astimezone(zone).strftime(pattern), begin, finish)


def _at(day: date, hour: int, zone: ZoneInfo) -> int:
    return from_datetime(datetime.combine(day, time(hour), zone))


def orders(begun: Mapping[str, int], end: int) -> Iterator[Window]:
    """Orders of one station by name: each from its beginning to that of the next; the last one up to `end`."""
    ordered = sorted(begun.items(), key=lambda item: (item[1], item[0]))
    for (name, start), (_, finish) in pairwise([*ordered, ("", end)]):
        yield Window(name, start, max(start, finish))


def fold(
    entries: NDArray[np.void],
    activities: Mapping[int, int],
    start: int,
    end: int,
    before: Mapping[tuple[int, int], int] | None = None,
) -> Tally:
    """What the entries of [start, end) add up to; `activities` says what each station was doing at the start.

    States that last over an edge are cut there; a piece belongs to the window in which it was finished. `before` are
    the pieces of the log before the start, by station and kind of entry.
    """
    tally = Tally(start, start, activity=dict(activities), before=Counter(before or {}))
    inside = entries[(entries["time"] >= start) & (entries["time"] < end)]
    tally.absorb(inside, max(start, end))
    return tally


def activities_at(entries: NDArray[np.void], start: int) -> dict[int, int]:
    """What each station was doing at an instant, by all entries of activities before it."""
    before = entries[(entries["kind"] == Record.ACTIVITY) & (entries["time"] < start)]
    return {int(entry["station"]): int(entry["a"]) for entry in before}


def pieces_at(entries: NDArray[np.void], start: int) -> dict[tuple[int, int], int]:
    """Pieces of all entries before an instant, by station and kind of entry."""
    tally = Tally(start, start)
    tally.absorb(entries[entries["time"] < start], start)
    return dict(tally.counts)
