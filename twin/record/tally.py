"""The fold behind all KPIs: what an event log adds up to, per station."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twin.line.activity import Activity
from twin.line.key_figures import Flow
from twin.line.records import Record

KIND_BITS = 48
"""Bits in which the numbers of kinds find room."""
_HALF = 1 << (KIND_BITS - 1)
METER_BITS = 32
"""Bits in which the numbers of meters find room."""
FEW = 200
"""Entries below which they are added one by one."""
MILLISECOND = 1000
AT_ONCE = 50_000
"""Entries whose pieces are added up in one array, so that the products find room in 64 bits for a century."""
MOST_PIECES = 1 << 16
"""More than any entry tells of at once; what a palletiser makes are numbers of kinds, which are larger."""
COUNTED = (Record.MADE, Record.SCRAPPED, Record.ENTERED, Record.LEFT)
"""Kinds of entries that tell of pieces."""
_COUNTED = frozenset(map(int, COUNTED))


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
    moments: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Pieces times milliseconds since the start, by (station, kind of entry)."""
    before: Counter[tuple[int, int]] = field(default_factory=Counter)
    """Pieces by (station, kind of entry) in the run's log before the start."""

    def absorb(self, entries: NDArray[np.void], now: int) -> None:
        """Add the next entries; everything before `now` has then been seen."""
        self.now = now
        self.read += len(entries)
        if len(entries) < FEW:
            self._absorb_few(entries)
        else:
            self._absorb_many(entries)

    def _absorb_few(self, entries: NDArray[np.void]) -> None:
        """Add some entries one by one: for a few, arrays take longer than they are worth."""
        for time, station, kind, a, b in entries.tolist():
            if kind in _COUNTED:
                self.counts[station, kind] += b
                if abs(b) < MOST_PIECES:
                    self.moments[station, kind] += b * ((time - self.start) // MILLISECOND)
                if kind == Record.MADE:
                    self.kinds[station, b] = None
            elif kind == Record.METER:
                self.meters[station, a] += b
            elif kind == Record.ACTIVITY:
                self._become(time, station, a)

    def _absorb_many(self, entries: NDArray[np.void]) -> None:
        kinds = entries["kind"]
        for kind in COUNTED:
            chosen = entries[kinds == kind]
            for first in range(0, len(chosen), AT_ONCE):
                self._count(int(kind), chosen[first : first + AT_ONCE])
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
            self._become(time, station, activity)

    def _become(self, time: int, station: int, activity: int) -> None:
        before = self.activity.get(station, 0)
        self.spent[station, before] += time - self.since.get(station, self.start)
        if activity != before:
            self.starts[station, activity] += 1
        self.activity[station], self.since[station] = activity, time

    def _count(self, kind: int, entries: NDArray[np.void]) -> None:
        """Add pieces, and how long ago they were; what is too much for a number of pieces is none."""
        stations, pieces = entries["station"], entries["b"]
        for station, count in enumerate(np.bincount(stations, weights=pieces).tolist()):
            if count:
                self.counts[station, kind] += int(count)
        moments = np.zeros(int(stations.max()) + 1, dtype=np.int64)
        after = (entries["time"] - self.start) // MILLISECOND
        np.add.at(moments, stations, np.where(np.abs(pieces) < MOST_PIECES, pieces, 0) * after)
        for station in np.flatnonzero(moments).tolist():
            self.moments[station, kind] += int(moments[station])

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

    def stock(self, entered: Sequence[Flow], left: Sequence[Flow], opening: int) -> float | None:
        """Average number of pieces between what lets them in and what lets them out; None without any time.

        `opening` is how many there were when the run began.
        """
        if not self.elapsed:
            return None
        present, piece_ms = opening, 0
        for sign, flows in ((1, entered), (-1, left)):
            for key in flows:
                present += sign * self.before[key]
                piece_ms += sign * (self.counts[key] * (self.elapsed // MILLISECOND) - self.moments[key])
        return present + piece_ms / (self.elapsed / MILLISECOND)
