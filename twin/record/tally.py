"""The fold behind all KPIs: what an event log adds up to, per station."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twin.line.activity import Activity
from twin.line.records import Record

KIND_BITS = 48
"""Bits in which the numbers of kinds find room."""
_HALF = 1 << (KIND_BITS - 1)
METER_BITS = 32
"""Bits in which the numbers of meters find room."""
_COUNTED = (Record.MADE, Record.SCRAPPED, Record.ENTERED, Record.LEFT)


@dataclass(slots=True)
class Tally:
    """Sums over an event log that has been read up to `now`; stations begin idle at `start`."""

    start: int
    now: int
    activity: dict[int, int] = field(default_factory=dict)
    since: dict[int, int] = field(default_factory=dict)
    spent: Counter[tuple[int, int]] = field(default_factory=Counter)
    meters: Counter[tuple[int, int]] = field(default_factory=Counter)
    counts: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Pieces by (station, kind of entry)."""
    starts: Counter[tuple[int, int]] = field(default_factory=Counter)
    """How often an activity was taken up, by (station, activity)."""
    kinds: dict[tuple[int, int], None] = field(default_factory=dict)
    """What entries MADE say that was made, by station; the values say nothing."""
    read: int = 0
    """Entries that have been added up."""

    def absorb(self, entries: NDArray[np.void], now: int) -> None:
        """Add the next entries; everything before `now` has then been seen."""
        self.now = now
        self.read += len(entries)
        kinds = entries["kind"]
        for kind in _COUNTED:
            chosen = entries[kinds == kind]
            if len(chosen):
                pieces = np.bincount(chosen["station"], weights=chosen["b"])
                for station in np.nonzero(pieces)[0].tolist():
                    self.counts[station, int(kind)] += int(pieces[station])
        made = entries[kinds == Record.MADE]
        for key in np.unique((made["station"].astype(np.int64) << KIND_BITS) + made["b"] + _HALF).tolist():
            self.kinds[key >> KIND_BITS, (key & ((1 << KIND_BITS) - 1)) - _HALF] = None
        metered = entries[kinds == Record.METER]
        meters, of = np.unique(metered["station"].astype(np.int64) << METER_BITS | metered["a"], return_inverse=True)
        sums = np.zeros(len(meters), dtype=np.int64)
        np.add.at(sums, of, metered["b"])
        for meter, total in zip(meters.tolist(), sums.tolist(), strict=True):
            self.meters[meter >> METER_BITS, meter & ((1 << METER_BITS) - 1)] += total
        for time, station, _, activity, _ in entries[kinds == Record.ACTIVITY].tolist():
            before = self.activity.get(station, 0)
            self.spent[station, before] += time - self.since.get(station, self.start)
            if activity != before:
                self.starts[station, activity] += 1
            self.activity[station], self.since[station] = activity, time

    @property
    def elapsed(self) -> int:
        """Plant time since the start [microseconds]."""
        return self.now - self.start

    def time_in(self, station: int, activity: Activity) -> int:
        """Plant time that a station spent in an activity [microseconds]."""
        open_since = self.since.get(station, self.start)
        running = self.now - open_since if self.activity.get(station, 0) == activity else 0
        return self.spent[station, int(activity)] + running

    def begun(self, station: int, activity: Activity) -> int:
        """How often a station took an activity up; one that lasted already at the start is not counted."""
        return self.starts[station, int(activity)]

    def metered(self, station: int, meter: int) -> int:
        """Sum of a station's meter."""
        return self.meters[station, meter]

    def made(self, station: int) -> int:
        """Pieces that a station made."""
        return self.counts[station, int(Record.MADE)]

    def kinds_made(self, station: int) -> Sequence[int]:
        """The different things that a station's entries MADE say, rising: pieces, or the kind of what was made."""
        return sorted(made for number, made in self.kinds if number == station)

    def scrapped(self, station: int) -> int:
        """Pieces scrapped at a station."""
        return self.counts[station, int(Record.SCRAPPED)]

    def entered(self, station: int) -> int:
        """Pieces that entered a station."""
        return self.counts[station, int(Record.ENTERED)]

    def left(self, station: int) -> int:
        """Pieces that left a station."""
        return self.counts[station, int(Record.LEFT)]
