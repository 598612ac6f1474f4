"""The buffer store: boxes are filled behind the printers, wait, and are emptied into the kilns row by row."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from pydantic import Field

from plant_models.definition.product import Changeover, Product, changeover_minutes
from plant_models.rows import Rows
from plant_models.strokes import Strokes
from plant_models.tiles import PRESS_STEP, TileTable
from twin.line.activity import Activity
from twin.line.faults import NEVER
from twin.line.generic import Transport
from twin.line.link import UNLIMITED, Link
from twin.line.reach import Arrivals, Instants, Reach, Tokens
from twin.line.records import Record
from twin.line.signal import counter, quantity
from twin.line.station import Parameters, Process, ProcessAlarm, Station, StationState
from twin.line.text import Text
from twin.line.time import microseconds
from twin.line.units import BOXES, MINUTE, SQUARE_METRE, TILES
from twin.line.units import HOUR as HOURS


class StoreParameters(Parameters):
    """The boxes and what moves them."""

    boxes: int = Field(ge=3, le=2000)
    """Boxes in the store."""
    box_m2: float = Field(gt=0, le=400)
    """Tiles that fill a box [m2]."""
    trip_min: float = Field(ge=0, le=60)
    """From the loader to a place from which a kiln can be fed [min]."""
    opening_share: float = Field(ge=0, lt=1)
    """How full the store is in a running opening [-]."""
    kiln_changeover_min: Changeover
    """Gap in a kiln's feed between two products [min]."""
    low_autonomy_min: float = Field(ge=0)
    """Alarm when the store can feed the kilns no longer than this [min]."""


@dataclass(slots=True)
class Box:
    """A box and its tiles, in the order in which they went in."""

    number: int
    product: int
    ready_at: int = NEVER
    tiles: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Feed:
    """What a kiln is being fed from."""

    product: int = -1
    tiles: list[int] = field(default_factory=list)
    next: int = 0
    gap_until: int = 0


@dataclass(slots=True)
class StoreState(StationState):
    """What the store holds."""

    filling: list[Box | None] = field(default_factory=list)
    waiting: deque[Box] = field(default_factory=deque)
    feeds: list[Feed] = field(default_factory=list)
    numbered: int = 0
    loaded: int = 0
    delivered: int = 0


class Store(Station):
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

    def bind(
        self,
        table: TileTable,
        diaries: list[Strokes],
        rows: list[Rows],
        lanes: list[int],
        products: tuple[Product, ...],
        tile_area: float,
        kiln_rate: float,
    ) -> None:
        """Connect what the store shares; `tile_area` [m2], `kiln_rate` of all kilns [tiles/h]."""
        self.table, self.diaries, self.rows, self.lanes, self.products = table, diaries, rows, lanes, products
        self.tile_area, self.kiln_rate = tile_area, kiln_rate
        self.box_tiles = max(1, round(self.parameters.box_m2 / tile_area))

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

    # Filling.

    @property
    def boxes_in_use(self) -> int:
        """Boxes that are not empty."""
        state = self.state
        filling = sum(box is not None for box in state.filling)
        return filling + len(state.waiting) + sum(bool(feed.tiles) for feed in state.feeds)

    @property
    def has_empty_box(self) -> bool:
        """Whether a box can be begun."""
        return self.boxes_in_use < self.parameters.boxes

    def ready_for(self, link: Link, token: int) -> int:
        """Take a stroke of another product only when there is an empty box for it."""
        line = self.inlets.index(link)
        box = self.state.filling[line]
        product, _ = self.diaries[line].product_from(token)
        return 0 if box is None or box.product == product or self.has_empty_box else NEVER

    def look_ahead(self, link: Link, token: int) -> None:
        """Know up to which stroke the product stays the same, if it is that of the box that is being filled."""
        line = self.inlets.index(link)
        box, (product, end) = self.state.filling[line], self.diaries[line].product_from(token)
        if box is not None and box.product == product:
            link.same_until = end

    def receive(self, link: Link) -> None:
        """Put a stroke's tiles into the box that is being filled."""
        token, line = link.queue.popleft(), self.inlets.index(link)
        if token >= link.same_until:
            self._begin_batch(line, link, token)
        self._load(line, token, self.now)

    def _load(self, line: int, stroke: int, now: int) -> None:
        """Load what is left of a stroke; one of which nothing is left passes by."""
        diary, state = self.diaries[line], self.state
        first = line * PRESS_STEP + stroke * diary.cavities
        tiles: Sequence[int] = range(first, first + diary.cavities)
        if stroke in diary.scrap:
            gone = {line * PRESS_STEP + number for number in diary.scrap.pop(stroke)}
            tiles = [tile for tile in tiles if tile not in gone]
            if not tiles:
                return
        box = state.filling[line] or self._begin_box(line, diary.product_from(stroke)[0])
        box.tiles.extend(tiles)
        state.loaded += len(tiles)
        if len(box.tiles) >= self.box_tiles:
            self._close(line, box, now)

    def takes(self, arrivals: Sequence[Arrivals]) -> bool:
        """Whether there are boxes for all these strokes."""
        tiles = sum(len(strokes) * self.diaries[self.inlets.index(link)].cavities for link, strokes, _ in arrivals)
        begun = tiles // self.box_tiles + len(arrivals)
        return self.boxes_in_use + begun < self.parameters.boxes and not self.faults.any_active

    def receive_many(self, arrivals: Sequence[Arrivals]) -> None:
        """Load strokes that came one after the other, whatever the line."""
        if len(arrivals) == 1:
            link, strokes, times = arrivals[0]
            self._load_run(self.inlets.index(link), strokes, times)
            return
        lines = np.concatenate([np.full(len(strokes), self.inlets.index(link)) for link, strokes, _ in arrivals])
        strokes = np.concatenate([strokes for _, strokes, _ in arrivals])
        times = np.concatenate([times for *_, times in arrivals])
        order = np.argsort(times, kind="stable")
        for line, stroke, now in zip(
            lines[order].tolist(), strokes[order].tolist(), times[order].tolist(), strict=True
        ):
            self._load(line, stroke, now)

    def _load_run(self, line: int, strokes: Tokens, times: Instants) -> None:
        """Load consecutive strokes of one line, as many at once as nothing was taken from and a box still holds."""
        if not len(strokes):
            return
        diary, state = self.diaries[line], self.state
        first, end = int(strokes[0]), int(strokes[-1]) + 1
        damaged = sorted(stroke for stroke in diary.scrap if first <= stroke < end)
        stroke, base = first, line * PRESS_STEP
        for whole_until in (*damaged, end):
            while stroke < whole_until:
                box = state.filling[line] or self._begin_box(line, diary.product_from(stroke)[0])
                room = -(-(self.box_tiles - len(box.tiles)) // diary.cavities)
                last = min(whole_until, stroke + room)
                box.tiles.extend(range(base + stroke * diary.cavities, base + last * diary.cavities))
                state.loaded += (last - stroke) * diary.cavities
                stroke = last
                if len(box.tiles) >= self.box_tiles:
                    self._close(line, box, int(times[stroke - 1 - first]))
            if stroke < end:
                self._load(line, stroke, int(times[stroke - first]))
                stroke += 1

    def _begin_batch(self, line: int, link: Link, token: int) -> None:
        """Know up to which stroke the product stays the same; close the box of another product."""
        product, link.same_until = self.diaries[line].product_from(token)
        box = self.state.filling[line]
        if box is not None and box.product != product:
            self._close(line, box, self.now)

    def _begin_box(self, line: int, product: int) -> Box:
        state = self.state
        box = state.filling[line] = Box(state.numbered, product)
        state.numbered += 1
        self._open_or_close_inlets()
        return box

    def _close(self, line: int, box: Box, now: int) -> None:
        state = self.state
        state.filling[line] = None
        box.ready_at = now + microseconds(60.0 * self.trip_minutes)
        self._let_wait(box)
        self.log.extend((now, Record.ENTERED, box.number, len(box.tiles)))
        self._open_or_close_inlets()

    def _let_wait(self, box: Box) -> None:
        """Let a box wait for a kiln, and write down in which box its tiles are."""
        self.state.waiting.append(box)
        ids = np.array(box.tiles, dtype=np.int64)
        self.table.write(ids, {"box": np.full(len(ids), float(box.number))})

    def _open_or_close_inlets(self) -> None:
        room, filling = self.has_empty_box, self.state.filling
        for line, link in enumerate(self.inlets):
            taking = room or filling[line] is not None
            link.taking = taking
            if room and link.awaited:
                # Also a loader that still fills a box may hold a stroke of another product, which needs an empty one.
                link.wake_producer()
        self.alarm(1, not room and None in filling)

    def place_box(self, line: int, product: int, tiles: list[int]) -> None:
        """Put a box into the store as part of a running opening; one that is not full goes on being filled."""
        state = self.state
        box = Box(state.numbered, product, self.now, tiles)
        state.numbered += 1
        if len(tiles) < self.box_tiles:
            box.ready_at = NEVER
            state.filling[line] = box
        else:
            self._let_wait(box)
        self._open_or_close_inlets()

    # Emptying.

    def deliver(self, link: Link, now: int) -> int:
        """Make the next row for a kiln; -1 when there is nothing to feed it with."""
        kiln = self.outlets.index(link)
        feed, lanes = self.state.feeds[kiln], self.lanes[kiln]
        if self.reach is not None and len(feed.tiles) - feed.next <= lanes and not self._knows_enough(feed, now):
            self.reach.catch_up(now)
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
        behind, most = now - self.now, 0
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
        self.alarm(0, 60.0 * self.autonomy < self.parameters.low_autonomy_min)

    @property
    def tiles_inside(self) -> int:
        """Tiles in all boxes."""
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
        return float(len(self.state.waiting))

    @quantity(BOXES, "Empty boxes", "Boxes vacíos", low=0.0, high=lambda s: s.parameters.boxes)
    def boxes_empty(self) -> float:
        return float(self.parameters.boxes - self.boxes_in_use)

    @quantity(MINUTE, "Trip of a box", "Trayecto de un box", low=0.0, high=120.0)
    def trip_minutes(self) -> float:
        return self.parameters.trip_min + self.faults.condition("trip_min")

    @counter(TILES, "Tiles loaded into boxes", "Piezas cargadas en boxes")
    def tiles_loaded(self) -> int:
        return self.state.loaded

    @counter(TILES, "Tiles delivered to the kilns", "Piezas entregadas a hornos", main=True)
    def tiles_delivered(self) -> int:
        return self.state.delivered
