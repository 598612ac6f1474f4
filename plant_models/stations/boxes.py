"""How a store is filled: strokes that come behind the printers are loaded into boxes, which wait for a kiln.

While there are boxes for all that comes, nobody needs to know what is in them: strokes are then loaded together, when
somebody asks.
"""

from array import array
from collections.abc import Callable, Sequence

import numpy as np

from plant_models.definition.product import Product
from plant_models.rows import Rows
from plant_models.stations.store_parts import Box, StoreParameters, StoreState
from plant_models.strokes import Strokes
from plant_models.tiles import PRESS_STEP, TileTable
from twin.line.link import Link
from twin.line.reach import Arrivals, Instants, Tokens
from twin.line.records import Record
from twin.line.station import Station
from twin.line.time import NEVER, microseconds


class Boxes(Station):
    """The boxes of a store, up to where they wait; `Store` says how they are emptied."""

    parameters: StoreParameters
    state: StoreState

    def bind(
        self,
        table: TileTable,
        diaries: list[Strokes],
        rows: list[Rows],
        lanes: list[int],
        products: tuple[Product, ...],
        tile_area: float,
        kiln_rate: float,
        count: Callable[[], None],
    ) -> None:
        """Connect what the store shares; `tile_area` [m2], `kiln_rate` of all kilns [tiles/h].

        `count` lets the lines know which tiles have reached the store.
        """
        self.table, self.diaries, self.rows, self.lanes, self.products = table, diaries, rows, lanes, products
        self.tile_area, self.kiln_rate, self._count = tile_area, kiln_rate, count
        self.box_tiles = max(1, round(self.parameters.box_m2 / tile_area))

    @property
    def trip_min(self) -> float:
        """From a loader to a place from which a kiln can be fed [min]."""
        return self.parameters.trip_min + self.faults.condition("trip_min")

    @property
    def boxes_in_use(self) -> int:
        """Boxes that are not empty, but for strokes not loaded yet."""
        state = self.state
        filling = sum(box is not None for box in state.filling)
        return filling + len(state.waiting) + sum(bool(feed.tiles) for feed in state.feeds)

    @property
    def has_empty_box(self) -> bool:
        """Whether a box can be begun."""
        return self.boxes_in_use < self.parameters.boxes

    def ready_for(self, link: Link, token: int) -> int:
        """Take a stroke of another product only when there is an empty box for it."""
        if self._finds_boxes(1):
            return 0
        self.load()
        line = self.inlets.index(link)
        box = self.state.filling[line]
        product, _ = self.diaries[line].product_from(token)
        return 0 if box is None or box.product == product or self.has_empty_box else NEVER

    def look_ahead(self, link: Link, token: int) -> None:
        """Know up to which stroke the product stays the same, if it is that of the box that is being filled."""
        line = self.inlets.index(link)
        box, (product, end) = self.state.filling[line], self.diaries[line].product_from(token)
        arrived = self.state.arrived
        last = next((arrived[n + 1] for n in range(len(arrived) - 3, -1, -3) if arrived[n] == line), -1)
        before = self.diaries[line].product_from(last)[0] if last >= 0 else -1 if box is None else box.product
        if before == product:
            link.same_until = end

    def receive(self, link: Link) -> None:
        """Put a stroke's tiles into the box that is being filled."""
        token, line = link.queue.popleft(), self.inlets.index(link)
        if token >= link.same_until:
            _, link.same_until = self.diaries[line].product_from(token)
        loads = not self._finds_boxes(1)
        self.state.arrived.extend((line, token, self.now))
        if loads:
            self.load()

    def _finds_boxes(self, strokes: int) -> bool:
        """Whether there are boxes for so many strokes besides those that have come, whatever is loaded when."""
        if self.faults.any_active:
            return False
        tiles = (len(self.state.arrived) // 3 + strokes) * self._most_tiles
        # A box is begun when one is full, or when the product changes.
        begun = tiles // self.box_tiles + sum(1 + len(diary.batches) for diary in self.diaries)
        return self.boxes_in_use + begun < self.parameters.boxes

    @property
    def _most_tiles(self) -> int:
        """Tiles of a stroke at most."""
        return max(diary.cavities for diary in self.diaries)

    def load(self) -> None:
        """Load the strokes that have come so far."""
        arrived, self.state.arrived = self.state.arrived, array("q")
        if not arrived:
            return
        self._count()
        table = np.array(arrived, dtype=np.int64).reshape(-1, 3)
        if len(self.diaries) == 1:
            self._load_run(0, table[:, 1], table[:, 2])
            return
        for line, stroke, now in table.tolist():
            self._begin_batch(line, stroke, now)
            self._load(line, stroke, now)
            self.diaries[line].loaded = stroke + 1

    def before_change(self) -> None:
        """Load what came before."""
        self.load()

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
        strokes = sum(len(strokes) for _, strokes, _ in arrivals)
        if not self._finds_boxes(strokes):
            self.load()
        return self._finds_boxes(strokes)

    def receive_many(self, arrivals: Sequence[Arrivals]) -> None:
        """Take strokes that came one after the other, whatever the line; there are boxes for them."""
        table, end = np.empty((sum(len(strokes) for _, strokes, _ in arrivals), 3), dtype=np.int64), 0
        for link, strokes, times in arrivals:
            begin, end = end, end + len(strokes)
            table[begin:end, 0], table[begin:end, 1], table[begin:end, 2] = self.inlets.index(link), strokes, times
        if len(arrivals) > 1:
            table = table[np.argsort(table[:, 2], kind="stable")]
        self.state.arrived.frombytes(table.tobytes())

    def _load_run(self, line: int, strokes: Tokens, times: Instants) -> None:
        """Load consecutive strokes of one line, as many at once as nothing was taken from and a box still holds."""
        diary = self.diaries[line]
        first, end = int(strokes[0]), int(strokes[-1]) + 1
        damaged = {stroke for stroke in diary.scrap if first <= stroke < end}
        batches = {begin for begin, _ in diary.batches if first < begin < end}
        stroke = first
        self._begin_batch(line, stroke, int(times[0]))
        for whole_until in sorted({*damaged, *batches, end}):
            self._load_whole(line, range(stroke, whole_until), times[stroke - first :])
            stroke = whole_until
            if stroke in batches:
                self._begin_batch(line, stroke, int(times[stroke - first]))
            if stroke in damaged:
                self._load(line, stroke, int(times[stroke - first]))
                stroke += 1
        diary.loaded = end

    def _load_whole(self, line: int, strokes: range, times: Instants) -> None:
        """Load consecutive strokes of one product from which nothing was taken."""
        diary, state, base = self.diaries[line], self.state, line * PRESS_STEP
        stroke, first, end = strokes.start, strokes.start, strokes.stop
        while stroke < end:
            box = state.filling[line] or self._begin_box(line, diary.product_from(stroke)[0])
            room = -(-(self.box_tiles - len(box.tiles)) // diary.cavities)
            last = min(end, stroke + room)
            box.tiles.extend(range(base + stroke * diary.cavities, base + last * diary.cavities))
            state.loaded += (last - stroke) * diary.cavities
            stroke = last
            if len(box.tiles) >= self.box_tiles:
                self._close(line, box, int(times[stroke - 1 - first]))

    def _begin_batch(self, line: int, stroke: int, now: int) -> None:
        """Close the box of another product."""
        box = self.state.filling[line]
        if box is not None and box.product != self.diaries[line].product_from(stroke)[0]:
            self._close(line, box, now)

    def _begin_box(self, line: int, product: int) -> Box:
        state = self.state
        box = state.filling[line] = Box(state.numbered, product)
        state.numbered += 1
        self._open_or_close_inlets()
        return box

    def _close(self, line: int, box: Box, now: int) -> None:
        state = self.state
        state.filling[line] = None
        box.ready_at = now + microseconds(60.0 * self.trip_min)
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
