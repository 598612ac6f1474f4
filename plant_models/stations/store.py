"""The buffer store: boxes are filled behind the printers, wait, and are emptied into the kilns row by row."""

from plant_models.definition.product import changeover_minutes
from plant_models.stations.boxes import Boxes
from plant_models.stations.store_parts import Box, Feed, StoreParameters, StoreState
from twin.line.activity import Activity
from twin.line.generic import Transport
from twin.line.link import UNLIMITED, Link
from twin.line.reach import Reach
from twin.line.records import Record
from twin.line.signal import counter, quantity
from twin.line.station import Process, ProcessAlarm
from twin.line.text import Text
from twin.line.time import microseconds
from twin.line.units import BOXES, MINUTE, SQUARE_METRE, TILES
from twin.line.units import HOUR as HOURS


class Store(Boxes):
    """First in, first out per product; a kiln stays with its product as long as a box of it is ready."""

    parameters_type = StoreParameters
    parameters: StoreParameters
    state: StoreState
    reach: Reach | None = None
    """What leads to the loaders, where that runs behind."""
    process_alarms = (
        ProcessAlarm("autonomy", "STO-501", Text("Kiln autonomy low", "Autonomía de horno baja"), 600, "upstream"),
        ProcessAlarm(
            "full",
            "STO-502",
            Text("No empty boxes - line blocked", "Sin boxes vacíos: línea bloqueada"),
            500,
            "downstream",
        ),
    )

    def initial_state(self) -> StoreState:
        """A fresh state."""
        return StoreState()

    def open(self) -> None:
        """Have no box filling and no kiln fed."""
        self.state.filling = [None] * len(self.diaries)
        self.state.feeds = [Feed() for _ in self.rows]
        self.become(Activity.PRODUCING)

    def run(self) -> Process:
        """Nothing of its own: loaders and kilns set the pace."""
        yield self.woken()

    # Emptying.

    def deliver(self, link: Link, now: int) -> int:
        """Make the next row for a kiln; -1 when there is nothing to feed it with."""
        kiln = self.outlets.index(link)
        feed, lanes = self.state.feeds[kiln], self.lanes[kiln]
        if len(feed.tiles) - feed.next <= lanes and not self._knows_enough(feed, now):
            self._know(feed, now)
        if now < feed.gap_until:
            return -1
        while (left := len(feed.tiles) - feed.next) < lanes:
            box = self._choose(feed.product, now)
            if box is None:
                return -1
            if left > 0 and box.product != feed.product:
                break
            if not self._join(box, feed, now):
                return -1
        return self._make_row(kiln, feed, lanes)

    def rows_at_hand(self, link: Link, now: int) -> int:
        """Full rows that a kiln is given from `now` on, before anything but what lies before it has to be looked at."""
        kiln = self.outlets.index(link)
        feed = self.state.feeds[kiln]
        return 0 if now < feed.gap_until else max(0, len(feed.tiles) - feed.next - 1) // self.lanes[kiln]

    def deliver_many(self, link: Link, count: int) -> int:
        """Make rows that are at hand; the number of the first."""
        kiln = self.outlets.index(link)
        feed, lanes, rows = self.state.feeds[kiln], self.lanes[kiln], self.rows[kiln]
        first, end = rows.end, feed.next + count * lanes
        tiles = iter(feed.tiles[feed.next : end])
        rows.tiles.extend(zip(*[tiles] * lanes, strict=True))
        rows.products.extend([feed.product] * count)
        self.state.delivered += count * lanes
        feed.next = end
        return first

    def _know(self, feed: Feed, now: int) -> None:
        """Know what loaders have done that may matter for a kiln now."""
        self.load()
        if self.reach is not None and not self._knows_enough(feed, now):
            self.reach.catch_up(now)
            self.load()

    def _knows_enough(self, feed: Feed, now: int) -> bool:
        """Whether what loaders have done lately changes nothing for a kiln now, nor what the kiln takes for them.

        The kiln goes on with boxes of its product that are ready, and no loader can have missed an empty box.
        """
        ready = (box for box in self.state.waiting if box.product == feed.product and box.ready_at <= now)
        needed = self.lanes[self.state.feeds.index(feed)] - (len(feed.tiles) - feed.next)
        return sum(len(box.tiles) for box in ready) >= needed and (
            self.boxes_in_use + self._most_begun(now) < self.parameters.boxes
        )

    def _most_begun(self, now: int) -> int:
        """More boxes than loaders can have begun by `now` besides those they have begun as far as is known."""
        arrived = len(self.state.arrived) // 3 * self._most_tiles
        behind, most = now - self.now, -(-arrived // self.box_tiles)
        for link, diary in zip(self.inlets, self.diaries, strict=True):
            loader = link.producer
            if not isinstance(loader, Transport) or loader.headway() <= 0:
                return UNLIMITED
            strokes = behind // loader.headway() + 2
            # A box is begun when one is full or the product changes: to one that is known, or once a belt has emptied.
            changes = len(diary.batches) + behind // max(1, loader.transit()) + 2
            most += strokes * diary.cavities // self.box_tiles + changes
        return most

    def _join(self, box: Box, feed: Feed, now: int) -> bool:
        """Join a box to what is left of the present one; False when the kiln has to wait for another product."""
        self.state.waiting.remove(box)
        self.log.extend((now, Record.LEFT, box.number, len(box.tiles)))
        feed.tiles = feed.tiles[feed.next :] + box.tiles
        feed.next = 0
        before, feed.product = feed.product, box.product
        self._open_or_close_inlets()
        if before in (-1, box.product):
            return True
        matrix = self.parameters.kiln_changeover_min
        minutes = changeover_minutes(self.products[before], self.products[box.product], matrix)
        feed.gap_until = now + microseconds(60.0 * minutes)
        return now >= feed.gap_until

    def _choose(self, product: int, now: int) -> Box | None:
        oldest = None
        for box in self.state.waiting:
            if box.ready_at <= now:
                if box.product == product:
                    return box
                oldest = oldest or box
        return oldest

    def _make_row(self, kiln: int, feed: Feed, lanes: int) -> int:
        tiles = feed.tiles[feed.next : feed.next + lanes]
        feed.next += len(tiles)
        self.state.delivered += len(tiles)
        if feed.next >= len(feed.tiles):
            feed.tiles, feed.next = [], 0
            self._open_or_close_inlets()
        return self.rows[kiln].begin((*tiles, *(-1,) * (lanes - len(tiles))), feed.product)

    # Counting.

    def meter(self) -> None:
        """Look at the autonomy."""
        known = self._tiles_loaded
        most = known + len(self.state.arrived) // 3 * self._most_tiles
        if self._is_low(known) != self._is_low(most):
            known = self.tiles_inside
        self.alarm(0, self._is_low(known))

    def _is_low(self, tiles: int) -> bool:
        return 60.0 * (tiles / self.kiln_rate) < self.parameters.low_autonomy_min

    def settle(self, until: int) -> None:
        """Load what has come so far."""
        self.load()

    @property
    def tiles_inside(self) -> int:
        """Tiles in all boxes."""
        self.load()
        return self._tiles_loaded

    @property
    def _tiles_loaded(self) -> int:
        state = self.state
        boxes = (*(box for box in state.filling if box is not None), *state.waiting)
        return sum(len(box.tiles) for box in boxes) + sum(len(feed.tiles) - feed.next for feed in state.feeds)

    @quantity(
        TILES,
        "Tiles in the store",
        "Piezas en el parque",
        low=0.0,
        high=lambda s: s.parameters.boxes * s.box_tiles,
        main=True,
    )
    def inside(self) -> float:
        return float(self.tiles_inside)

    @quantity(
        SQUARE_METRE,
        "Area in the store",
        "Superficie en el parque",
        low=0.0,
        high=lambda s: s.parameters.boxes * s.parameters.box_m2,
    )
    def area_ready(self) -> float:
        return self.tiles_inside * self.tile_area

    @quantity(HOURS, "Kiln autonomy", "Autonomía de horno", low=0.0, high=200.0, main=True)
    def autonomy(self) -> float:
        return self.tiles_inside / self.kiln_rate

    @quantity(BOXES, "Boxes waiting", "Boxes en espera", low=0.0, high=lambda s: s.parameters.boxes)
    def boxes_waiting(self) -> float:
        self.load()
        return float(len(self.state.waiting))

    @quantity(BOXES, "Empty boxes", "Boxes vacíos", low=0.0, high=lambda s: s.parameters.boxes)
    def boxes_empty(self) -> float:
        self.load()
        return float(self.parameters.boxes - self.boxes_in_use)

    @quantity(MINUTE, "Trip of a box", "Trayecto de un box", low=0.0, high=120.0)
    def trip_minutes(self) -> float:
        return self.trip_min

    @counter(TILES, "Tiles loaded into boxes", "Piezas cargadas en boxes")
    def tiles_loaded(self) -> int:
        self.load()
        return self.state.loaded

    @counter(TILES, "Tiles delivered to the kilns", "Piezas entregadas a hornos", main=True)
    def tiles_delivered(self) -> int:
        return self.state.delivered
