"""What a live run shows of the time before it went live: stations' states, and events, out of the recorded log."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from twin.host.happenings import Happenings
from twin.line.records import Record
from twin.line.station import Station
from twin.line.time import DAY
from twin.record.run import Run
from twin.run.alarms import Alarms
from twin.run.engine import LOG_ENTRY

KEPT = 8 * DAY
"""Plant time for which states are kept."""
MOST_CHANGES = 200_000
"""Changes of states that are kept, of all stations together."""
_TOLD = tuple(
    int(kind)
    for kind in (
        Record.ACTIVITY,
        Record.ORDER,
        Record.FAULT_BEGAN,
        Record.FAULT_ENDED,
        Record.ALARM_RAISED,
        Record.ALARM_CLEARED,
    )
)


class RecordedEntries(Protocol):
    """The recorded event log, by kinds of entries."""

    def entries_of(self, kinds: Sequence[int], until: int, since: int = 0) -> NDArray[np.void]:
        """All entries of these kinds from an instant to before another, in total order."""
        ...


class Earlier:
    """The entries about states and alarms of the last days: recorded ones at first, then those that come."""

    def __init__(self, run: Run, recorded: RecordedEntries | None) -> None:
        self._line, now = run.line, run.now
        described = run.line.describe()
        self._stations = {
            signal.index: number
            for number, station in enumerate(described.stations)
            for signal in station.signals
            if signal.name == Station.activity.name
        }
        self._entries = np.empty(0, LOG_ENTRY)
        if recorded is not None:
            self._entries = recorded.entries_of(_TOLD, now, now - KEPT)
        changes = self._entries[self._entries["kind"] == int(Record.ACTIVITY)]
        known = np.isin(list(self._stations.values()), changes["station"])
        tally = run.recorder.tally
        silent = [number for number, heard in zip(self._stations.values(), known, strict=True) if not heard]
        standing = [
            (tally.since.get(number, tally.start), number, int(Record.ACTIVITY), tally.activity.get(number, 0), -1)
            for number in silent
        ]
        self._changes = [np.array(standing, dtype=LOG_ENTRY), changes[-MOST_CHANGES:]]
        self._count = sum(map(len, self._changes))

    def tell(self, happenings: Happenings) -> None:
        """Tell of what happened before, as far as it is kept; the alarms of the run stay as they are."""
        happenings.recall(Alarms(self._line), self._entries)
        self._entries = np.empty(0, LOG_ENTRY)

    def absorb(self, entries: NDArray[np.void]) -> None:
        """Keep changes of states among new entries of the event log."""
        changes = entries[entries["kind"] == int(Record.ACTIVITY)]
        if len(changes):
            self._changes.append(changes)
            self._count += len(changes)
        if self._count > MOST_CHANGES + MOST_CHANGES // 4:
            self._changes = [np.concatenate(self._changes)[-MOST_CHANGES:]]
            self._count = len(self._changes[0])

    def shows(self, place: int) -> bool:
        """Whether a frame place shows what a station does, so that its changes are kept."""
        return place in self._stations

    def states(self, place: int, since: int, now: int) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """(times, states) of what a station did: at `since`, at every change after it, and `now`."""
        self._changes = [np.concatenate(self._changes)]
        changes = self._changes[0]
        own = changes[changes["station"] == self._stations[place]]
        own = own[max(0, int(np.searchsorted(own["time"], since, side="right")) - 1) :]
        if not len(own):
            return np.empty(0, np.int64), np.empty(0)
        times = np.maximum(np.append(own["time"], max(now, int(own["time"][-1]))), since)
        return times, np.append(own["a"], own["a"][-1]).astype(np.float64)
