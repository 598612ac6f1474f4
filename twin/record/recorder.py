"""Takes the event log of a run: hashes it, adds it up, and passes it on to whoever listens.

The hash is one chain: it starts from the definition's digest, takes in every entry in total order, and at each chapter
is closed and becomes the seed of the next stretch, so that it can go on from a saved chapter. At any plant instant it
covers everything before that instant.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
from numpy.typing import NDArray

from twin.record.tally import Tally


@dataclass(slots=True)
class RecorderState:
    """What has been recorded up to a chapter."""

    chain: bytes
    entries: int
    tally: Tally


class EventRecorder:
    """The recorder of a run."""

    def __init__(self, definition_digest: bytes, start: int) -> None:
        self.state = RecorderState(definition_digest, 0, Tally(start, start))
        self.listeners: list[Callable[[NDArray[np.void]], None]] = []
        self._hash = sha256(definition_digest)

    def resume(self, state: RecorderState) -> None:
        """Go on from a chapter."""
        self.state = state
        self._hash = sha256(state.chain)

    def absorb(self, entries: NDArray[np.void], now: int) -> None:
        """Take the next entries, in total order."""
        self._hash.update(entries.tobytes())
        self.state.entries += len(entries)
        self.state.tally.absorb(entries, now)
        for listener in self.listeners:
            listener(entries)

    def chapter(self, time: int) -> None:
        """Close the stretch of the chain that ends here."""
        self.state.chain = self._hash.digest()
        self._hash = sha256(self.state.chain)

    @property
    def digest(self) -> str:
        """The hash of all entries so far, as 64 hexadecimal digits."""
        return self._hash.hexdigest()

    @property
    def tally(self) -> Tally:
        """What the entries add up to."""
        return self.state.tally
