"""Guessing passwords takes ever longer: attempts of one address for one user come one after another, with pauses."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

FIRST_DELAY_S = 0.5
"""Pause after the first failure; it doubles with each further one [s]."""
LONGEST_DELAY_S = 30.0
WAITING = 16
"""Attempts of one address for one user that may wait; more are refused unheard."""
KEPT = 10_000
"""Addresses and users that are remembered."""
SPRAY = 20
"""Failures that one address may have at once over all users ..."""
SPRAY_PER_S = 0.5
"""... and how many it gets back [1/s]."""


@dataclass(slots=True)
class _Record:
    """What is known of one address and user."""

    failures: int = 0
    next_at: float = 0.0
    waiting: int = 0
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(slots=True)
class Attempt:
    """One attempt to log in; who may try sets `succeeded` when the password was right."""

    allowed: bool
    succeeded: bool = False


class LoginDelays:
    """Paces the attempts to log in. Time comes from `clock` [s], pauses from `sleep`."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._records: OrderedDict[tuple[str, str], _Record] = OrderedDict()
        self._failed: OrderedDict[str, tuple[float, float]] = OrderedDict()

    @asynccontextmanager
    async def attempt(self, address: str, user: str) -> AsyncIterator[Attempt]:
        """Wait for the turn of this attempt; when it is not `allowed`, the password is not to be looked at."""
        record = self._record(address, user)
        if record.waiting >= WAITING or self._spent(address) >= SPRAY:
            yield Attempt(allowed=False)
            return
        record.waiting += 1
        try:
            async with record.turn:
                await asyncio.sleep(max(0.0, record.next_at - self._clock()))
                attempt = Attempt(allowed=True)
                try:
                    yield attempt
                finally:
                    self._note(record, address, succeeded=attempt.succeeded)
        finally:
            record.waiting -= 1

    def _record(self, address: str, user: str) -> _Record:
        key = (address, user)
        record = self._records.setdefault(key, _Record())
        self._records.move_to_end(key)
        while len(self._records) > KEPT:
            self._records.popitem(last=False)
        return record

    def _note(self, record: _Record, address: str, *, succeeded: bool) -> None:
        if succeeded:
            record.failures = 0
            record.next_at = 0.0
            return
        record.failures += 1
        delay = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2.0 ** min(record.failures - 1, 30))
        record.next_at = self._clock() + delay
        self._failed[address] = (self._spent(address) + 1.0, self._clock())
        self._failed.move_to_end(address)
        while len(self._failed) > KEPT:
            self._failed.popitem(last=False)

    def _spent(self, address: str) -> float:
        """Failures of an address that time has not yet forgiven."""
        failures, since = self._failed.get(address, (0.0, 0.0))
        return max(0.0, failures - SPRAY_PER_S * (self._clock() - since))
