"""The press: stroke after stroke, as long as it is manned, in order, fed, and has room behind it."""

from collections.abc import Callable

import simpy

from plant_models.orders import OrderBook
from plant_models.plain.belt import Belt
from plant_models.plain.breakdowns import Breakdowns
from plant_models.plain.powder import Powder
from plant_models.stations.press import Press
from plant_models.stations.press_parts import LONGEST_PAUSE, Dirt, dirt_per_stroke, growing
from twin.line.calendar import WorkCalendar
from twin.line.faults import FailureMode
from twin.line.station import Process
from twin.line.time import MINUTE, microseconds


class PlainPress:
    """Presses strokes and tells `pressed` of each."""

    def __init__(
        self,
        env: simpy.Environment,
        declared: Press,
        faults: Breakdowns,
        powder: Powder,
        powder_faults: Breakdowns,
        book: OrderBook,
        calendar: WorkCalendar,
        dryer: Belt,
        pressed: Callable[["PlainPress"], None],
    ) -> None:
        self.env, self.declared, self.faults = env, declared, faults
        self.powder, self.powder_faults = powder, powder_faults
        self.book, self.calendar, self.dryer, self._pressed = book, calendar, dryer, pressed
        self.cavities = declared.parameters.cavities
        self.room = declared.outlet.capacity * self.cavities
        self.stroke = declared.state.strokes
        self.dirt: Dirt = (0.0, float(self.stroke), self._dirt_growth)
        self.last_stroke_at = declared.state.last_stroke_at
        self.restart = (0.0, 0.0)
        """When the press began again after its last long pause, and how long that was [microseconds]."""
        self.order, self.product, self._strokes_left = -1, declared.state.product, 0
        faults.ended.append(self._repaired)
        env.process(self._work())

    def _repaired(self, mode: FailureMode) -> None:
        if mode.activity == "cleaning":
            self.dirt = (0.0, float(self.stroke), self.dirt[2])

    @property
    def stroke_time(self) -> int:
        """Time of one stroke under the present conditions [microseconds]."""
        declared = self.declared
        share = declared.parameters.cadence_share * (1.0 + self.faults.condition("cadence"))
        return microseconds(60.0 / (declared.set_points["strokes_per_minute_set_point"] * share))

    @property
    def _dirt_growth(self) -> float:
        return dirt_per_stroke(self.declared.parameters, self.stroke_time, self.faults.condition("sticking"))

    def _work(self) -> Process:
        while True:
            yield from self.faults.standstill()
            if self.faults.work_left <= 0:
                self.faults.strike()
                continue
            now = int(self.env.now)
            opens = self.calendar.opening(now)[0]
            if opens > now:
                yield self.env.timeout(opens - now)
            elif self._strokes_left == 0:
                yield from self._change_over()
            elif not self._has_room:
                yield self.dryer.freed.wait()
            elif self.powder_faults.stopping or self.powder.is_empty(now):
                yield self.env.timeout(MINUTE)
            else:
                yield from self._press()

    def _change_over(self) -> Process:
        area, first = self.declared.tile_area, self.order < 0
        matrix = self.declared.parameters.changeover_min
        order = self.book.next(self.product, int(self.env.now), area, self.cavities, matrix)
        if order is None:
            # The book is done, and with it the press.
            yield self.env.event()
            return
        minutes = 0.0 if first else self.book.minutes(self.product, order.product, matrix)
        self.order, self.product, self._strokes_left = order.number, order.product, order.strokes_left
        yield self.env.timeout(microseconds(60.0 * minutes))

    @property
    def _has_room(self) -> bool:
        return not self.dryer.stands and self.dryer.inside + self.cavities <= self.room

    def _press(self) -> Process:
        yield self.env.timeout(self.stroke_time)
        while not self._has_room:
            yield self.dryer.freed.wait()
        self.faults.worked += self.stroke_time
        now = int(self.env.now)
        if now - self.last_stroke_at > LONGEST_PAUSE and self.last_stroke_at:
            self.restart = (float(now), float(now - self.last_stroke_at))
        self.last_stroke_at = now
        self.dirt = growing(self.dirt, self.stroke, self._dirt_growth, self.declared.parameters)
        self._pressed(self)
        self.stroke += 1
        self._strokes_left -= 1
