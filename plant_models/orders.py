"""Orders: where they come from, which one a press takes next, and how far each has come.

Besides those of the book or the stream there are work orders that people hand in while the line runs; a press takes
them before all others.
"""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Self

from pydantic import Field, model_validator

from plant_models.definition.product import Changeover, Definition, Product, changeover_minutes
from twin.line.errors import DefinitionError
from twin.line.streams import Stream
from twin.line.time import DAY


class OrderStream(Definition):
    """The endless order stream that runs without an order book, and how orders are dispatched."""

    mean_m2: float = Field(gt=0)
    """Mean quantity [m2]."""
    smallest_m2: float = Field(gt=0)
    """Smallest quantity [m2]."""
    largest_m2: float = Field(gt=0)
    """Largest quantity [m2]."""
    horizon: int = Field(ge=1, le=50)
    """Orders that are known ahead, among which the dispatch rule chooses."""
    lead_days: float = Field(gt=0)
    """Days from an order's arrival to its due date."""
    dispatch: str
    """Name of the dispatch rule."""
    planned_yield: float = Field(gt=0, le=1)
    """Share of pressed tiles counted on to become first quality; the press makes 1/this as much as ordered."""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.smallest_m2 <= self.mean_m2 <= self.largest_m2:
            raise ValueError(
                "smallest_m2, mean_m2 and largest_m2 must rise: "
                f"{self.smallest_m2:g}, {self.mean_m2:g}, {self.largest_m2:g}"
            )
        return self


class Order(Definition):
    """A line of an order book."""

    order: str
    product: str
    quantity_m2: float
    due: int
    """Plant instant."""


@dataclass(slots=True)
class OpenOrder:
    """An order and how far it has come."""

    number: int
    name: str
    product: int
    """Position in the plant's products."""
    quantity_m2: float
    due: int
    strokes_left: int = 0
    """Strokes that it lacked when a press took it last."""
    begun: bool = False
    """Whether a press has it, or is done with it."""
    begun_at: int = 0
    """Plant instant at which a press took it first; 0 before."""
    tiles_pressed: int = 0
    """Tiles pressed by the presses that are done with it."""
    tiles_by_grade: list[int] = field(default_factory=lambda: [0, 0, 0, 0, 0])
    work_order: bool = False
    """Whether people handed it in; likewise below."""
    priority: int = 0
    earliest: int = 0
    """Plant instant before which no press takes it."""
    released: int = 0
    """Running number of its release; 0 while no press may take it."""


@dataclass(slots=True)
class BookState:
    """All orders begun or known, and how many the stream has given."""

    orders: list[OpenOrder] = field(default_factory=list)
    drawn: int = 0
    releases: int = 0
    """Releases of work orders so far."""


def _nobody(*_said: int) -> None:
    """Nobody wants to know."""


Rule = Callable[[Sequence[OpenOrder], int, Callable[[int, int], float]], OpenOrder]
"""Chooses among waiting orders, given the product in the machine and the changeover minutes between two products."""


def due_date(waiting: Sequence[OpenOrder], _current: int, _minutes: Callable[[int, int], float]) -> OpenOrder:
    """The order that is due first; the earlier entry among equals."""
    return min(waiting, key=lambda order: (order.due, order.number))


def campaign(waiting: Sequence[OpenOrder], current: int, minutes: Callable[[int, int], float]) -> OpenOrder:
    """The order with the shortest changeover from what is in the machine; the earlier due date among equals."""
    return min(waiting, key=lambda order: (minutes(current, order.product), order.due, order.number))


DISPATCH_RULES: Mapping[str, Rule] = {"due-date": due_date, "campaign": campaign}
"""Dispatch rules by the name a plant file calls them; add a function here to have another."""


class OrderBook:
    """Gives presses their orders: from the book when there is one, else from the endless stream."""

    def __init__(self, products: Mapping[str, Product], stream: OrderStream, book: Sequence[Order] | None) -> None:
        self.ids = tuple(products)
        self.products = tuple(products.values())
        self.state = BookState()
        self.taken: Callable[[int, int, int], None] = _nobody
        """Hears of (number of an order, press, first stroke) when a press takes an order."""
        self.left: Callable[[int, int], None] = _nobody
        """Hears of (number of an order, first stroke no longer of it) when a press leaves it."""
        self._stream = stream
        self._endless = book is None
        if stream.dispatch not in DISPATCH_RULES:
            raise DefinitionError(
                f"orders: dispatch is {stream.dispatch!r}; choose one of {', '.join(sorted(DISPATCH_RULES))}"
            )
        self._rule = DISPATCH_RULES[stream.dispatch]
        for order in book or ():
            number = len(self.state.orders)
            product = self.ids.index(order.product)
            self.state.orders.append(OpenOrder(number, order.order, product, order.quantity_m2, order.due))

    def open(self, seed: int, path: str) -> None:
        """Know the run's seed."""
        self._products = Stream(seed, f"{path}/orders/product")
        self._quantities = Stream(seed, f"{path}/orders/quantity")

    def minutes(self, before: int, after: int, matrix: Changeover) -> float:
        """Changeover time of a press between two products [min]."""
        return changeover_minutes(self.products[before], self.products[after], matrix)

    def _draw(self, now: int) -> None:
        state, stream = self.state, self._stream
        number = state.drawn
        total = sum(product.share for product in self.products)
        shares = list(accumulate(product.share for product in self.products))
        chosen = min(bisect_left(shares, self._products.uniform(number) * total), len(shares) - 1)
        spread = stream.mean_m2 - stream.smallest_m2
        # Two uniform halves around the mean keep both limits and the mean whatever the plant says.
        draw = self._quantities.uniform(number)
        if draw * (stream.largest_m2 - stream.smallest_m2) < stream.largest_m2 - stream.mean_m2:
            quantity = stream.smallest_m2 + spread * self._quantities.uniform(-number - 1)
        else:
            quantity = stream.mean_m2 + (stream.largest_m2 - stream.mean_m2) * self._quantities.uniform(-number - 1)
        position = len(state.orders)
        due = now + round(stream.lead_days * DAY)
        state.orders.append(OpenOrder(position, f"O{number + 1:05d}", chosen, round(quantity), due))
        state.drawn += 1

    @property
    def waiting_work_orders(self) -> list[OpenOrder]:
        """Work orders that a press may take, the next one first, also those that may not begin yet."""
        waiting = [order for order in self.state.orders if order.released and not order.begun]
        return sorted(waiting, key=lambda order: (-order.priority, order.released))

    def next_release(self, now: int) -> int | None:
        """When the first of the waiting work orders may begin that may not yet; None when there is none."""
        return min((order.earliest for order in self.waiting_work_orders if order.earliest > now), default=None)

    def next(self, current: int, now: int, tile_area: float, cavities: int, matrix: Changeover) -> OpenOrder | None:
        """The order a press begins now, or None when the book is done; `current` is the product in the machine."""
        state = self.state
        waiting = [order for order in self.waiting_work_orders if order.earliest <= now][:1]
        if not waiting:
            waiting = [order for order in state.orders if not order.begun and not order.work_order]
            while self._endless and len(waiting) < self._stream.horizon:
                self._draw(now)
                waiting.append(state.orders[-1])
        if not waiting:
            return None
        order = self._rule(waiting, current, lambda before, after: self.minutes(before, after, matrix))
        order.begun, order.begun_at = True, order.begun_at or now
        tiles = order.quantity_m2 / tile_area / self._stream.planned_yield - order.tiles_pressed
        order.strokes_left = max(1, -int(-tiles // cavities))
        return order

    def put_back(self, order: OpenOrder, strokes_left: int, cavities: int) -> None:
        """Take back an order of which a press with `cavities` leaves some strokes unmade, unless none is left."""
        order.tiles_pressed += (order.strokes_left - strokes_left) * cavities
        order.strokes_left = strokes_left
        order.begun = strokes_left == 0

    def draws(self, name: str) -> bool:
        """Whether the stream gives, or may yet give, an order of this name."""
        return self._endless and len(name) >= 6 and name[0] == "O" and name[1:].isdigit()
