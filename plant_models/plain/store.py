"""The buffer store: boxes of tiles that wait for a kiln."""

from collections import deque
from dataclasses import dataclass, field

import simpy

from plant_models.definition.product import changeover_minutes
from plant_models.plain.breakdowns import Breakdowns, Signal
from plant_models.plain.tile import Tile
from plant_models.stations.store import Store
from twin.line.time import microseconds


@dataclass(slots=True, eq=False)
class Box:
    """A box and what is in it."""

    number: int
    product: int
    ready_at: int = 0
    tiles: list[Tile] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Feed:
    """The tiles laid out before a kiln."""

    product: int = -1
    pile: deque[Tile] = field(default_factory=deque)
    pause_until: int = 0


class PlainStore:
    """Boxes being filled, boxes waiting, and what lies before each kiln."""

    def __init__(self, env: simpy.Environment, declared: Store, faults: Breakdowns, lines: int, kilns: int) -> None:
        self.env, self.declared, self.faults = env, declared, faults
        self.filling: list[Box | None] = [None] * lines
        self.waiting: list[Box] = []
        self.feeds = [Feed() for _ in range(kilns)]
        self.numbered = 0
        self.freed = [Signal(env) for _ in range(lines)]
        """A box is empty again; by line, and told in their order."""

    @property
    def has_empty_box(self) -> bool:
        """Whether a box is empty."""
        used = sum(box is not None for box in self.filling) + sum(bool(feed.pile) for feed in self.feeds)
        return used + len(self.waiting) < self.declared.parameters.boxes

    def close(self, line: int, box: Box) -> None:
        """Send a box off; it is ready for a kiln after its trip."""
        minutes = self.declared.parameters.trip_min + self.faults.condition("trip_min")
        box.ready_at = int(self.env.now) + microseconds(60.0 * minutes)
        for tile in box.tiles:
            tile.write(box=float(box.number))
        self.filling[line] = None
        self.waiting.append(box)

    def next_row(self, kiln: int, lanes: int) -> list[Tile]:
        """Tiles for the next row of a kiln, none when it has to wait; an incomplete row before another product."""
        feed = self.feeds[kiln]
        if self.env.now < feed.pause_until:
            return []
        while len(feed.pile) < lanes:
            box = self._next_box(feed.product)
            if box is None:
                return []
            if feed.pile and box.product != feed.product:
                break
            self._empty(box, feed)
            if self.env.now < feed.pause_until:
                return []
        row = [feed.pile.popleft() for _ in range(min(lanes, len(feed.pile)))]
        if not feed.pile:
            self._tell()
        return row

    def _tell(self) -> None:
        for signal in self.freed:
            signal.fire()

    def _next_box(self, product: int) -> Box | None:
        """The first box of the product that is ready, or else the first box that is ready."""
        ready = [box for box in self.waiting if box.ready_at <= self.env.now]
        return next((box for box in ready if box.product == product), ready[0] if ready else None)

    def _empty(self, box: Box, feed: Feed) -> None:
        self.waiting.remove(box)
        feed.pile.extend(box.tiles)
        self._tell()
        if feed.product not in (-1, box.product):
            before, after = self.declared.products[feed.product], self.declared.products[box.product]
            minutes = changeover_minutes(before, after, self.declared.parameters.kiln_changeover_min)
            feed.pause_until = int(self.env.now) + microseconds(60.0 * minutes)
        feed.product = box.product


class Loader:
    """What lays the strokes of one line into boxes."""

    def __init__(self, store: PlainStore, line: int) -> None:
        self._store, self._line = store, line
        self._stroke = -1

    def obstacle(self, tile: Tile) -> simpy.Event | None:
        """No empty box for a stroke that needs one."""
        box = self._store.filling[self._line]
        if tile.stroke == self._stroke or (box is not None and box.product == tile.product):
            return None
        return None if self._store.has_empty_box else self._store.freed[self._line].wait()

    def take(self, tile: Tile) -> None:
        """Lay a tile into the box of its stroke; a box is closed with the stroke that fills it.

        What the rejecter has left empty lays nothing, and a stroke of which nothing is left needs no box.
        """
        store, self._stroke = self._store, tile.stroke
        box = store.filling[self._line]
        if all(mate.gone for mate in tile.mates):
            return
        if box is not None and box.product != tile.product:
            store.close(self._line, box)
            box = None
        if box is None:
            box = store.filling[self._line] = Box(store.numbered, tile.product)
            store.numbered += 1
        if not tile.gone:
            box.tiles.append(tile)
        if tile.last and len(box.tiles) >= store.declared.box_tiles:
            store.close(self._line, box)
