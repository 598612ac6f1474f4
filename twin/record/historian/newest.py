"""The newest samples in memory: a question about them is answered at once, whatever the file is busy with."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from twin.line.time import NEVER
from twin.record.historian.block import Rows, joined_rows

MOST_KEPT = 500_000
"""Samples of sealed hours that are kept."""
MOST_OF_TWO_HOURS = 8_000_000
"""Samples that the last two sealed hours may have to be kept in any case: most questions are about them."""
MOST_PIECES = 16
"""Pieces in which the open hour lies before they are put together."""


@dataclass(frozen=True, slots=True)
class Newest:
    """What has been committed last, as it was at one commit; every block is ordered by signal."""

    sealed: tuple[Rows, ...] = ()
    """Hour by hour."""
    open: tuple[Rows, ...] = ()
    before: int = NEVER
    """No sample that is not here is later than this plant instant."""

    def with_open(self, parts: list[Rows]) -> "Newest":
        """The same with these samples of the open hour."""
        return replace(self, open=tuple(part for part in parts if len(part)))

    def with_sealed(self, rows: Rows) -> "Newest":
        """The same with an hour more, and without those that are too old to be kept."""
        kept, before = [*self.sealed, rows], self.before
        while kept and _too_many(kept):
            before = max(before, int(kept.pop(0).time.max(initial=0)))
        return replace(self, sealed=tuple(kept), before=before)

    def read(self, first: int, last: int, start: int, end: int) -> Rows | None:
        """Samples of frame places `first` to `last` with start <= time < end, by time; None: some may be missing."""
        if start <= self.before:
            return None
        parts = []
        for block in (*self.sealed, *self.open):
            # Of the column's own type: any other would be made of the whole column first.
            low = int(np.searchsorted(block.signal, np.uint16(first), side="left"))
            high = int(np.searchsorted(block.signal, np.uint16(last), side="right"))
            if low < high:
                chosen = slice(low, high)
                part = Rows(block.signal[chosen], block.time[chosen], block.value[chosen], block.status[chosen])
                parts.append(part.where((part.time >= start) & (part.time < end)))
        found = joined_rows(parts)
        order: NDArray[np.intp] = np.lexsort((found.signal, found.time))
        return Rows(found.signal[order], found.time[order], found.value[order], found.status[order])


def _too_many(blocks: list[Rows]) -> bool:
    count = sum(map(len, blocks))
    return count > (MOST_KEPT if len(blocks) > 2 else MOST_OF_TWO_HOURS)


def put_together(parts: list[Rows]) -> list[Rows]:
    """The same samples in few pieces, each ordered by signal."""
    return parts if len(parts) <= MOST_PIECES else [joined_rows(parts).sorted()]
