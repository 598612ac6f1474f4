"""The hydraulic press: takes powder, closes the die once per stroke, pushes out one tile per cavity."""

from collections.abc import Iterator

import numpy as np

from plant_models.definition.body import Body
from plant_models.orders import OpenOrder, OrderBook
from plant_models.stations.powder import PowderSupply
from plant_models.stations.press_gauges import PressGauges
from plant_models.stations.press_parts import (
    FASTEST,
    LONGEST_PAUSE,
    PressParameters,
    PressState,
    dirt_per_stroke,
    growing,
    lamination_share,
)
from plant_models.strokes import Strokes
from twin.line.activity import Activity
from twin.line.calendar import WorkCalendar
from twin.line.reach import Instants, Tokens
from twin.line.records import Record
from twin.line.signal import counter, quantity, text
from twin.line.station import Process, ProcessAlarm
from twin.line.text import Text
from twin.line.time import HOUR, MINUTE, NEVER, microseconds
from twin.line.units import HOUR as HOURS
from twin.line.units import (
    STROKES,
    TILES,
)
from twin.run.engine import METER_PERIOD

_STOPS = frozenset({Activity.DOWN, Activity.CLEANING, Activity.MICRO_STOP})


class Press(PressGauges):
    """Presses strokes as long as it is manned and has an order, powder and room behind it."""

    highest_power = 1500.0

    parameters_type = PressParameters
    parameters: PressParameters
    state: PressState
    process_alarms = (
        ProcessAlarm(
            "moisture", "PRS-250", Text("Powder moisture out of band", "Humedad del polvo fuera de banda"), 500
        ),
    )

    def bind(
        self,
        powder: PowderSupply,
        diary: Strokes,
        book: OrderBook,
        calendar: WorkCalendar,
        body: Body,
        tile_area: float,
    ) -> None:
        """Connect what the press shares with the line; `tile_area` is the fired tile's face [m2]."""
        self.powder, self.diary, self.book, self.calendar, self.body = powder, diary, book, calendar, body
        self.tile_area = tile_area

    @property
    def most_powder_mg(self) -> int:
        """Powder that the press takes at most until the silos are looked at again [mg]."""
        minutes = METER_PERIOD / MINUTE
        return round(1.05e6 * self.parameters.moist_mass * self.parameters.cavities * FASTEST * minutes)

    def initial_state(self) -> PressState:
        """A fresh state."""
        return PressState()

    def open(self) -> None:
        """Begin with a press that has made no long pause."""
        super().open()
        self.diary.restarts.begin_epoch(0, (0.0, 0.0))

    def order(self) -> OpenOrder | None:
        """The order in work."""
        return self.book.state.orders[self.state.order] if self.state.order >= 0 else None

    def processes(self) -> Iterator[Process]:
        """The press's only process."""
        self._stroke = self.stroke_time
        yield self.run()

    def run(self) -> Process:
        """Do the next thing that is due: end a stroke, end a stop, or decide what comes now."""
        env, state, outlet = self.env, self.state, self.outlet
        while True:
            now = int(env.now)
            if now < state.due:
                yield env.timeout(state.due - now)
            elif state.striking:
                if outlet.has_room():
                    self._end_stroke(now)
                else:
                    self.become(Activity.BLOCKED)
                    yield self.woken()
            elif not self._decide(now):
                yield self.woken()

    def _decide(self, now: int) -> bool:
        """Begin what comes next; False when only a wake-up can help."""
        state, faults = self.state, self.faults
        if faults.any_active and not self._clear_to_run():
            return self._stand_still()
        if faults.state.worked >= faults.next_working:
            self.begin_due_fault()
        elif now >= state.closes_at and not self._is_manned(now):
            self.become(Activity.CLOSED)
        elif state.strokes_left == 0:
            return self._next_order(now)
        elif not self.outlet.has_room():
            self.become(Activity.BLOCKED)
            return False
        elif self.powder.state.empty or (self.powder.faults.any_active and self.powder.faults.stopping() >= 0):
            self.become(Activity.STARVED)
            state.due = now + MINUTE
        else:
            state.striking = True
            state.due = now + self._stroke
            self.become(Activity.PRODUCING)
        return True

    def _is_manned(self, now: int) -> bool:
        """Look into the calendar; a closed press is due when it opens."""
        opens, closes = self.calendar.opening(now)
        if opens > now:
            self.state.due = opens
            return False
        self.state.closes_at = closes
        return True

    def _clear_to_run(self) -> bool:
        """End what is over; whether nothing stops the press any more."""
        self.end_passed_faults()
        return self.faults.stopping() < 0

    def fault_ended(self, index: int) -> None:
        """Note that the die is clean, and new conditions from the next stroke on."""
        if self.faults.modes[index].activity == "cleaning":
            self.state.cleaned_stroke = self.state.strokes
            self.state.dirt = (0.0, float(self.state.strokes), self.state.dirt[2])
        self._stroke = self.stroke_time
        self.state.epoch_due = True

    def _stand_still(self) -> bool:
        mode = self.faults.stopping()
        self.become(self.faults.stop_activity(), mode)
        if self.faults.state.until[mode] == NEVER:
            return False
        self.state.due = self.faults.state.until[mode]
        return True

    def _next_order(self, now: int) -> bool:
        state, first = self.state, self.state.order < 0
        matrix = self.parameters.changeover_min
        order = self.book.next(state.product, now, self.tile_area, self.parameters.cavities, matrix)
        if order is None:
            self.become(Activity.IDLE)
            state.due = self.book.next_release(now) or 0
            return state.due > 0
        minutes = 0.0 if first else self.book.minutes(state.product, order.product, matrix)
        state.order, state.product, state.strokes_left = order.number, order.product, order.strokes_left
        state.epoch_due = True
        self.diary.begin_batch(state.strokes, order.product)
        self.record(Record.ORDER, order.number, order.product)
        self.book.taken(order.number, self.diary.press, state.strokes)
        if minutes > 0.0:
            state.due = now + microseconds(60.0 * minutes)
            self.become(Activity.SETTING_UP)
        return True

    def look_again(self) -> None:
        """Look for an order again, if there was none."""
        if self.state.activity == Activity.IDLE:
            self.state.due = self.now
            self.restart()

    def leave_order(self) -> None:
        """Go on with another order once the stroke in work has ended; the book gets back what is left of this one."""
        state, order = self.state, self.order()
        left = state.strokes_left - state.striking
        if order is None or left == 0:
            return
        state.strokes_left, state.leaving = int(state.striking), state.striking
        self.book.put_back(order, left, self.parameters.cavities)
        self.book.left(order.number, state.strokes + state.striking)
        if order.work_order:
            self.record(Record.ORDER_LEFT, order.number, order.tiles_pressed)
        self.restart()

    def _order_made(self) -> None:
        """Note that the last stroke of the order has ended, or the last one before another order."""
        state, order = self.state, self.order()
        if not state.leaving and order is not None:
            self.book.put_back(order, 0, self.parameters.cavities)
            self.book.left(order.number, state.strokes)
            if order.work_order:
                self.record(Record.ORDER_MADE, order.number, order.product)
        state.leaving = False

    def _end_stroke(self, now: int) -> None:
        state = self.state
        stroke = state.strokes
        if state.epoch_due:
            self.begin_epoch(stroke, state.order)
        self.faults.state.worked += self._stroke
        if self._resumes(now):
            self.diary.restarts.begin_epoch(stroke, (float(now), float(now - state.last_stroke_at)))
        state.last_stroke_at = now
        self.diary.pressed.at.append(now)
        self.log.extend((now, Record.MADE, stroke, self.parameters.cavities))
        state.strokes = stroke + 1
        state.strokes_left -= 1
        state.striking = False
        if state.strokes_left == 0:
            self._order_made()
        self.outlet.put(stroke)

    def _resumes(self, now: int) -> bool:
        """Whether a stroke that ends now is the first after a long pause."""
        last = self.state.last_stroke_at
        return last > 0 and now - last > LONGEST_PAUSE

    # Many strokes at once: the same as `run` does one by one, as long as nothing but strokes is due.

    def calm_until(self, now: int) -> int:
        """The next instant at which it is not just a stroke that ends."""
        state, faults, powder = self.state, self.faults, self.powder
        if state.due <= now:
            return now
        held = faults.stopping() >= 0 or powder.state.empty or powder.faults.stopping() >= 0
        if held or not state.striking or self._resumes(state.due):
            return state.due
        until_fault = -(-(faults.next_working - faults.state.worked) // self._stroke)
        until_close = -(-(state.closes_at - state.due) // self._stroke) + 1
        strokes = min(until_fault, until_close, state.strokes_left)
        return state.due + max(0, strokes - 1) * self._stroke

    def tokens_before(self, until: int) -> tuple[Tokens, Instants]:
        """The strokes that end before `until`, and when."""
        state = self.state
        count = max(0, -(-(until - state.due) // self._stroke)) if state.striking else 0
        steps = np.arange(count, dtype=np.int64)
        return state.strokes + steps, state.due + steps * self._stroke

    def make_many(self, tokens: Tokens, times: Instants) -> None:
        """End these strokes."""
        state, count = self.state, len(tokens)
        if not count:
            return
        if state.epoch_due:
            self.begin_epoch(int(tokens[0]), state.order)
        self.faults.state.worked += count * self._stroke
        self.diary.pressed.at.frombytes(times.tobytes())
        entries = np.empty((count, 4), dtype=np.int64)
        entries[:, 0], entries[:, 1], entries[:, 2], entries[:, 3] = (
            times,
            Record.MADE,
            tokens,
            self.parameters.cavities,
        )
        self.log.frombytes(entries.tobytes())
        state.strokes += count
        state.strokes_left -= count
        state.last_stroke_at = int(times[-1])
        state.due = state.last_stroke_at + self._stroke

    def begin_epoch(self, stroke: int, order: int) -> None:
        """Note the conditions under which strokes from `stroke` on are pressed for an order."""
        state, p, condition = self.state, self.parameters, self.faults.condition
        state.epoch_due = False
        per_stroke = dirt_per_stroke(p, self.stroke_time, condition("sticking"))
        state.dirt = growing(state.dirt, stroke, per_stroke, p)
        self.diary.pressed.begin_epoch(
            stroke,
            (
                float(order),
                float(state.product),
                self.pressure_now,
                self._moist_mass,
                *state.dirt,
                p.gradient + condition("gradient"),
                condition("broken"),
                condition("lamination") + lamination_share(p, self.pressure_now),
                condition("chip"),
                *(condition(f"cavity_{cavity + 1}") for cavity in range(p.cavities)),
            ),
        )

    def changed(self) -> None:
        """Note new conditions from the next stroke on, and look again whether the press may run."""
        state = self.state
        state.epoch_due = True
        if state.activity in _STOPS and not state.striking:
            state.due = self.now
        self.restart()

    def settle(self, until: int) -> None:
        """Forget strokes whose tiles need no more computing."""
        self.diary.forget()

    def meter(self) -> None:
        """Count electricity: idle power always, pressing work per stroke; and look at the powder's moisture."""
        state, p = self.state, self.parameters
        self.alarm(0, abs(self.tile_moisture - self.body.reference_moisture) > p.moisture_band)
        strokes = state.strokes - state.metered_strokes
        dry_t = p.moist_mass * p.cavities * strokes / 1000.0 / (1.0 + self.powder.parameters.moisture / 100.0)
        state.metered_strokes = state.strokes
        self.count_electricity(1000.0 * p.idle_kw * self.unmetered_s + 3.6e6 * p.kwh_per_t * dry_t)

    def power_now(self) -> float:
        """Power drawn at this instant [kW]."""
        p = self.parameters
        if self.state.activity != Activity.PRODUCING:
            return p.idle_kw
        dry_t_per_h = p.moist_mass * p.cavities * (HOUR / self.stroke_time) / 1000.0
        return p.idle_kw + p.kwh_per_t * dry_t_per_h / (1.0 + self.powder.parameters.moisture / 100.0)

    @counter(STROKES, "Strokes since the start", "Prensadas desde el inicio")
    def strokes(self) -> int:
        return self.state.strokes - self.diary.opening

    @counter(TILES, "Tiles pressed since the start", "Piezas prensadas desde el inicio", main=True)
    def tiles_pressed(self) -> int:
        return (self.state.strokes - self.diary.opening) * self.parameters.cavities

    @quantity(
        HOURS, "Pressing time since the die was cleaned", "Tiempo de prensado desde la limpieza", low=0.0, high=100.0
    )
    def since_cleaning(self) -> float:
        return (self.state.strokes - self.state.cleaned_stroke) * self.stroke_time / HOUR

    @text("Order in work", "Orden en curso")
    def order_in_work(self) -> str:
        order = self.order()
        return order.name if order else ""

    @text("Product in work", "Producto en curso")
    def product_in_work(self) -> str:
        return self.book.ids[self.state.product]
