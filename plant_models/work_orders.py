"""Work orders at a tile line: which press turns to them, and what becomes of their tiles and of the energy for them.

Energy is booked as in the energy books, while the line runs: what a station drew between two readings of its meter
belongs in equal parts to the tiles that left it in between.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from plant_models.fired import Judged
from plant_models.orders import OpenOrder
from plant_models.tiles import FIRED_SCRAP, FIRST, SECOND
from twin.line.records import Record
from twin.line.text import Text
from twin.line.time import HOUR
from twin.line.units import KILOWATT_HOUR, PERCENT, SQUARE_METRE
from twin.line.work_orders import URGENT, Amount, Material, Use, WorkOrder
from twin.run.engine import METER_PERIOD

if TYPE_CHECKING:
    from plant_models.line import TileLine
    from plant_models.stations.press import Press

LARGEST_M2 = 100_000.0
"""Largest quantity of a work order [m2]."""
KEPT_PERIODS = 7 * 24 * HOUR // METER_PERIOD
"""Readings of the firing lines' meters that are kept: tiles are sorted long before that many have passed."""
Joules = tuple[int, int]
"""(electricity, gas) [J]."""


@dataclass(slots=True)
class Account:
    """What has become of a work order."""

    spans: list[tuple[int, int, int]] = field(default_factory=list)
    """(press, first stroke, first stroke no longer of the order; -1 while the press has it)."""
    green_scrap: int = 0
    calibers: dict[int, int] = field(default_factory=dict)
    """First quality by caliber; likewise below."""
    shades: dict[int, int] = field(default_factory=dict)
    joules: list[float] = field(default_factory=lambda: [0.0, 0.0])
    """Electricity and gas booked [J]."""
    passed: dict[tuple[int, int], int] = field(default_factory=dict)
    """Tiles that left a station of the firing lines, by (station, reading of its meter), not booked yet."""
    last: int = 0
    """When the last of its tiles left, or a press left it."""
    ended: bool = False
    """Whether no more of it is to be made."""
    gone: bool = False


@dataclass(slots=True)
class Accounts:
    """The accounts of all work orders by their number in the book, and the meters they are booked by."""

    of: dict[int, Account] = field(default_factory=dict)
    marks: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    """(tiles or strokes passed, electricity [J], gas [J]) of each station at the last reading."""
    rates: dict[tuple[int, int], tuple[float, float]] = field(default_factory=dict)
    """(electricity, gas) per tile [J] of a firing station, by (station, reading)."""


class TileOrders:
    """The work orders of a tile line; implements `twin.line.work_orders.WorkOrders`."""

    def __init__(self, line: "TileLine") -> None:
        self._line, self._book = line, line.book
        self.state = Accounts()
        line.book.taken, line.book.left = self._taken, self._left

    # What the line can be told.

    @property
    def materials(self) -> Sequence[Material]:
        """The plant's products."""
        return [
            Material(key, Text(product.title_en, product.title_es), SQUARE_METRE, 0.0, LARGEST_M2)
            for key, product in self._line.definition.products.items()
        ]

    def taken(self, name: str) -> bool:
        """Whether an order of this name stands in the book, or may come with the stream."""
        return self._book.draws(name) or any(order.name == name for order in self._book.state.orders)

    def release(self, order: WorkOrder) -> None:
        """Enter an order into the book, or what is left of it, and let a press turn to it."""
        book, state = self._book, self._book.state
        product = book.ids.index(order.material)
        known = self._order(order.name)
        if known is None:
            number = len(state.orders)
            known = OpenOrder(number, order.name, product, order.quantity, order.due, work_order=True)
            state.orders.append(known)
            self.state.of[number] = Account()
        known.product, known.quantity_m2, known.due = product, order.quantity, order.due
        known.priority, known.earliest = order.priority, order.earliest
        state.releases += 1
        known.released = state.releases
        self.turn()

    def withhold(self, name: str) -> None:
        """Let the press that has the order leave it, and no press take it."""
        order = self._order(name)
        if order is not None:
            order.released = 0
            for press in self._presses:
                if press.order() is order:
                    press.leave_order()

    def end(self, name: str) -> None:
        """Withhold an order for good."""
        self.withhold(name)
        order = self._order(name)
        if order is not None:
            account = self.state.of[order.number]
            account.ended, account.last = True, max(account.last, self._now)

    def turn(self) -> None:
        """Let idle presses look again, and a press leave its order for each urgent one that waits."""
        for press in self._presses:
            press.look_again()
        for order in self._book.waiting_work_orders:
            if order.priority >= URGENT and order.earliest <= self._now:
                free = [press for press in self._presses if self._would_leave(press, order)]
                if free:
                    min(free, key=lambda press: self._changeover(press, order)).leave_order()

    def _would_leave(self, press: "Press", order: OpenOrder) -> bool:
        work = press.order()
        if work is None or not work.begun or press.state.strokes_left == 0:
            return False
        return not work.work_order or work.priority < order.priority

    def _changeover(self, press: "Press", order: OpenOrder) -> tuple[float, int]:
        minutes = self._book.minutes(press.state.product, order.product, press.parameters.changeover_min)
        return minutes, press.diary.press

    @property
    def _presses(self) -> "list[Press]":
        return [part.press for part in self._line.forming]

    @property
    def _now(self) -> int:
        return self._line.store.now

    def _order(self, name: str) -> OpenOrder | None:
        of = self.state.of
        return next((order for number in of if (order := self._book.state.orders[number]).name == name), None)

    # What becomes of its tiles.

    def _taken(self, number: int, press: int, stroke: int) -> None:
        if number in self.state.of:
            self.state.of[number].spans.append((press, stroke, -1))

    def _left(self, number: int, stroke: int) -> None:
        account = self.state.of.get(number)
        if account is not None:
            press, first, _ = account.spans[-1]
            account.spans[-1] = (press, first, stroke)

    def note_scrap(self, leaving: Sequence[tuple[int, int]]) -> None:
        """Count what a rejecter has taken out: (tile, instant)."""
        if not leaving or not self._open:
            return
        orders = self._line.table.read(np.array([tile for tile, _ in leaving], dtype=np.int64), ("order",))[0]
        for (_, time), number in zip(leaving, orders.astype(np.int64).tolist(), strict=True):
            account = self.state.of.get(number)
            if account is not None:
                account.green_scrap += 1
                account.last = max(account.last, time)

    def note_sorted(self, number: int, judged: Judged) -> None:
        """Count what the sorting line of firing line `number` has decided."""
        for order, account in self._open.items():
            (mine,) = np.nonzero(judged.order == order)
            if not len(mine):
                continue
            account.last = max(account.last, int(judged.times[mine].max()))
            first = mine[judged.grade[mine] == FIRST]
            for totals, values in ((account.calibers, judged.caliber), (account.shades, judged.shade)):
                for value, tiles in _counted(values[first]):
                    totals[value] = totals.get(value, 0) + tiles
            part = self._line.firing[number]
            passing = ((part.kiln, judged.columns["kiln_exit_at"][mine]), (part.sorter, judged.times[mine]))
            for station, times in passing:
                index = self._line.stations.index(station)
                readings = np.asarray(times, dtype=np.int64) // METER_PERIOD
                for reading, tiles in _counted(readings):
                    cell = (index, reading)
                    account.passed[cell] = account.passed.get(cell, 0) + tiles

    def close_gone(self) -> None:
        """Log the work orders of which nothing is left in the line."""
        for number, account in self._open.items():
            order = self._book.state.orders[number]
            worked = any(press.order() is order and press.state.strokes_left for press in self._presses)
            made = order.begun and order.strokes_left == 0
            if worked or not (account.ended or made):
                continue
            pressed = self.pressed(order)
            if pressed == account.green_scrap + sum(order.tiles_by_grade):
                account.gone = True
                self._line.firing[0].palletiser.log.extend((account.last, Record.ORDER_GONE, number, pressed))

    @property
    def _open(self) -> Mapping[int, Account]:
        """Accounts of the orders that are not gone."""
        return {number: account for number, account in self.state.of.items() if not account.gone}

    def pressed(self, order: OpenOrder) -> int:
        """Tiles pressed for an order."""
        account, total = self.state.of[order.number], 0
        for press, first, last in account.spans:
            part = self._line.forming[press]
            total += ((part.press.state.strokes if last < 0 else last) - first) * part.diary.cavities
        return total

    # Energy.

    def metered(self) -> None:
        """Book what was drawn since the last reading."""
        if self._book.state.releases:
            self.turn()
        reading = self._now // METER_PERIOD - 1
        for part in self._line.forming:
            passed = (part.diary.pressed.end, part.diary.dried.end, part.diary.dried.end, part.diary.printed.end)
            for station, end in zip((part.press, part.dryer, part.glazing, part.printer), passed, strict=True):
                begin, drawn = self._since(self._line.stations.index(station), station.state, end)
                self._book_strokes(part.diary.press, begin, end, drawn)
        for firing in self._line.firing:
            tiles = (firing.kiln.state.tiles_left, firing.sorter.state.tiles)
            for station, count in zip((firing.kiln, firing.sorter), tiles, strict=True):
                index = self._line.stations.index(station)
                begin, drawn = self._since(index, station.state, count)
                if station is firing.sorter:
                    _, packing = self._since(
                        self._line.stations.index(firing.palletiser), firing.palletiser.state, count
                    )
                    drawn = (drawn[0] + packing[0], drawn[1] + packing[1])
                each = max(1, count - begin)
                self.state.rates[index, reading] = (drawn[0] / each, drawn[1] / each)
                self.state.rates.pop((index, reading - KEPT_PERIODS), None)
        for account in self._open.values():
            self._book_passed(account)

    def _since(self, index: int, state: object, passed: int) -> tuple[int, Joules]:
        """What had passed a station at the last reading, and what it drew since."""
        electricity, gas = getattr(state, "electricity_j", 0), getattr(state, "gas_j", 0)
        before = self.state.marks.get(index, (passed, electricity, gas))
        self.state.marks[index] = (passed, electricity, gas)
        return before[0], (electricity - before[1], gas - before[2])

    def _book_strokes(self, press: int, begin: int, end: int, drawn: Joules) -> None:
        for account in self._open.values():
            mine = 0
            for number, first, last in account.spans:
                if number == press:
                    mine += max(0, min(end, last if last >= 0 else end) - max(begin, first))
            if mine:
                for carrier in range(2):
                    account.joules[carrier] += drawn[carrier] * mine / (end - begin)

    def _book_passed(self, account: Account) -> None:
        for cell in sorted(account.passed):
            rate = self.state.rates.get(cell)
            if rate is not None:
                tiles = account.passed.pop(cell)
                for carrier in range(2):
                    account.joules[carrier] += tiles * rate[carrier]

    # What is said of it.

    def amounts(self, name: str) -> Sequence[Amount]:
        """Areas by class, energy, and shares of quality of what has been sorted."""
        order = self._order(name)
        if order is None:
            return ()
        account, area = self.state.of[order.number], self._line.definition.format.area_m2
        graded = order.tiles_by_grade
        areas = (
            ("pressed", "Pressed", "Prensado", Use.MADE, self.pressed(order)),
            ("first", "First quality", "Primera", Use.GOOD, graded[FIRST]),
            ("second", "Second quality", "Segunda", Use.GOOD, graded[SECOND]),
            ("fired_scrap", "Fired scrap", "Tiesto cocido", Use.SCRAP, graded[FIRED_SCRAP]),
            ("green_scrap", "Green scrap", "Tiesto crudo", Use.SCRAP, account.green_scrap),
        )
        found = [Amount(key, Text(en, es), SQUARE_METRE, use, tiles * area) for key, en, es, use, tiles in areas]
        joules = list(account.joules)
        for cell, tiles in account.passed.items():
            for carrier, rate in enumerate(self.state.rates.get(cell, (0.0, 0.0))):
                joules[carrier] += tiles * rate
        for key, en, es, drawn in (
            ("electricity", "Electricity", "Electricidad", joules[0]), ("gas", "Gas (LHV)", "Gas (PCI)", joules[1]),
        ):  # fmt: skip
            found.append(Amount(key, Text(en, es), KILOWATT_HOUR, Use.ENERGY, drawn / 3.6e6))
        total, first = sum(graded), graded[FIRST]
        for key, en, es, part, whole in (
            ("first_share", "Share of first quality", "Porcentaje de primera", first, total),
            ("main_caliber_share", "Share of the commonest caliber", "Porcentaje del calibre más frecuente",
             max(account.calibers.values(), default=0), first),
            ("main_shade_share", "Share of the commonest shade", "Porcentaje del tono más frecuente",
             max(account.shades.values(), default=0), first),
        ):  # fmt: skip
            if whole:
                found.append(Amount(key, Text(en, es), PERCENT, Use.QUALITY, 100.0 * part / whole))
        return found


def _counted(values: NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Each value, and how often it is there."""
    found, counts = np.unique(values, return_counts=True)
    yield from zip(found.tolist(), counts.tolist(), strict=True)
