"""How often a client may ask: a bucket of tokens for each, refilled at a steady rate."""

import time
from collections import OrderedDict
from collections.abc import Callable

KEPT = 10_000
"""Clients that are remembered; those not heard of for longest are forgotten first."""


class Bucket:
    """Buckets of `size` tokens that refill at `rate` [1/s], one for each client."""

    def __init__(self, rate: float, size: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._size, self._clock = rate, size, clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, client: str) -> float:
        """Take a token: 0.0 when there was one, else the time until there is one [s]."""
        now = self._clock()
        level, at = self._levels.pop(client, (self._size, now))
        level = min(self._size, level + self._rate * (now - at))
        taken = level >= 1.0
        self._levels[client] = (level - 1.0 if taken else level, now)
        if len(self._levels) > KEPT:
            self._levels.popitem(last=False)
        return 0.0 if taken else (1.0 - level) / self._rate
