"""A belt, or a dryer's chain: every tile rides for its own time, and leaves when the way before it is clear."""

from collections.abc import Callable
from typing import Protocol

import simpy

from plant_models.plain.breakdowns import Breakdowns, Signal
from plant_models.plain.tile import Tile
from twin.line.station import Process


class Onward(Protocol):
    """Where a tile goes next."""

    def obstacle(self, tile: Tile) -> simpy.Event | None:
        """What a tile has to wait for before it can enter, or None."""
        ...

    def take(self, tile: Tile) -> None:
        """Let a tile enter."""
        ...


class Belt:
    """Carries tiles; while it stands, everything on it stands, and its clock too."""

    def __init__(
        self,
        env: simpy.Environment,
        transit: int,
        headway: int,
        faults: Breakdowns,
        set_up_time: Callable[[int, int], int] | None = None,
        places: int | None = None,
    ) -> None:
        """Set the belt up for any product; `set_up_time` between two products, None when it needs none.

        `places` for tiles, None when somebody else looks after them.
        """
        self.env, self.transit, self.headway, self.faults = env, transit, headway, faults
        self._set_up_time, self._places = set_up_time, places
        self.inside = 0
        """Places taken by tiles and by what the rejecter has left of them."""
        self.product = -1
        self.last_left: int | None = None
        self.clear_at = 0
        """Belt time from which the next stroke may leave."""
        self._last_stroke = -1
        self._exit = simpy.Resource(env)
        self._stopped_at: int | None = None
        self._stood = 0
        self.freed = Signal(env)
        """A place has become free."""
        self._moving = Signal(env)
        """The belt moves again."""
        faults.listeners.append(self._look)

    def _look(self) -> None:
        now = int(self.env.now)
        if self.faults.stopping and self._stopped_at is None:
            self._stopped_at = now
        elif not self.faults.stopping and self._stopped_at is not None:
            self._stood += now - self._stopped_at
            self._stopped_at = None
            self._moving.fire()
            self.freed.fire()

    @property
    def stands(self) -> bool:
        """Whether the belt stands."""
        return self._stopped_at is not None

    @property
    def clock(self) -> int:
        """Belt time: plant time without the time for which the belt stood."""
        return (int(self.env.now) if self._stopped_at is None else self._stopped_at) - self._stood

    def obstacle(self, tile: Tile) -> simpy.Event | None:
        """A belt that stands, tiles of another product on it, or setting up."""
        if self.stands:
            return self._moving.wait()
        if self._places is not None and self.inside >= self._places:
            return self.freed.wait()
        if self._set_up_time is None or self.product in (tile.product, -1):
            return None
        if self.inside:
            return self.freed.wait()
        ready = self._set_up_time(self.product, tile.product) + (self.last_left or 0)
        return self.env.timeout(ready - int(self.env.now)) if ready > self.env.now else None

    def take(self, tile: Tile) -> None:
        """Take the next place for a tile."""
        self.inside += 1
        self.product = tile.product

    def ride(self, goal: int) -> Process:
        """Ride until belt time `goal`."""
        while True:
            if self.stands:
                yield self._moving.wait()
            elif goal > self.clock:
                yield self.env.timeout(goal - self.clock)
            else:
                return

    def carry(self, tile: Tile, goal: int | None, onward: Onward) -> Process:
        """Ride to the end (`goal`, when the tile is on its way already), wait until the way is clear, and go on."""
        yield from self.ride(self.clock + self.transit if goal is None else goal)
        with self._exit.request() as turn:
            yield turn
            while (obstacle := self._own_obstacle(tile) or onward.obstacle(tile)) is not None:
                yield obstacle
            if tile.stroke != self._last_stroke:
                self._last_stroke, self.clear_at = tile.stroke, self.clock + self.headway
            self.inside -= 1
            self.last_left = int(self.env.now)
            onward.take(tile)
            self.freed.fire()

    def _own_obstacle(self, tile: Tile) -> simpy.Event | None:
        if self.stands:
            return self._moving.wait()
        if tile.stroke != self._last_stroke and self.clear_at > self.clock:
            return self.env.timeout(self.clear_at - self.clock)
        return None
