"""What disturbed a live run, and when: its ground-truth log while it goes on; for the instructor."""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from twin.host.history import AskHistory
from twin.line.line import Line
from twin.line.truth import TruthEntry
from twin.record.truth import OF_INTEREST, truth_log
from twin.run.engine import LOG_ENTRY
from twin.run.journal import Entry


class RecordedEntries(Protocol):
    """The recorded event log, by kinds of entries."""

    def entries_of(self, kinds: Sequence[int], until: int) -> NDArray[np.void]:
        """All entries of these kinds before an instant, in total order."""
        ...


class Disturbances:
    """Keeps the entries of the event log that begin and end disturbances, and the commands that planted them."""

    def __init__(
        self,
        line: Line,
        start: int,
        asking: AskHistory,
        recorded: RecordedEntries | None,
        now: int,
        journal: Sequence[Entry] = (),
    ) -> None:
        """`journal`: the commands of the run before `now`."""
        self._line, self._start, self._asking, self._recorded, self._since = line, start, asking, recorded, now
        self._kinds = [int(kind) for kind in OF_INTEREST]
        self._parts: list[NDArray[np.void]] = []
        self._commands: list[Entry] = list(journal)

    def absorb(self, entries: NDArray[np.void]) -> None:
        """Keep what matters of new entries of the event log."""
        found = entries[np.isin(entries["kind"], self._kinds)]
        if len(found):
            self._parts.append(found.copy())

    def noting(self, append: Callable[[Entry], None]) -> Callable[[Entry], None]:
        """What appends a command to the journal, made to keep it here too."""

        def both(command: Entry) -> None:
            append(command)
            self._commands.append(command)

        return both

    async def between(self, begin: int, end: int, now: int) -> Sequence[TruthEntry]:
        """All that was going on in some of [begin, end], in order of time; what came before this session included."""
        if self._recorded is not None:
            recorded, since = self._recorded, self._since
            earlier = await self._asking.run(lambda: recorded.entries_of(self._kinds, since))
            self._recorded = None
            self._parts.insert(0, earlier)
        entries = np.concatenate([np.empty(0, LOG_ENTRY), *self._parts])
        log = truth_log(self._line, entries, self._start, self._commands, now)
        return tuple(_overlapping(log, begin, end))


def _overlapping(log: Iterable[TruthEntry], begin: int, end: int) -> Iterable[TruthEntry]:
    return (entry for entry in log if entry.begin <= end and (entry.end is None or entry.end >= begin))
