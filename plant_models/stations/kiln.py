"""The roller kiln: rows move through the firing one pitch at a time, whether or not a row enters.

The kiln is a shift register: at every tick of its drive each row moves on by one pitch, the last one leaves, and the
feed is asked for a row; a tick without a row is a gap.
"""

from collections import deque
from itertools import islice, pairwise

import numpy as np
import simpy
from numpy.typing import NDArray

from plant_models.meters import GAS
from plant_models.stations.kiln_chamber import KilnChamber
from plant_models.stations.kiln_parts import CONDITIONS, KilnParameters, KilnState
from plant_models.stations.store import Store
from twin.line.activity import Activity
from twin.line.faults import ONSET_STEPS
from twin.line.generic.service import Service
from twin.line.records import Record
from twin.line.signal import Axis, Sensor, counter, measurement, profile, quantity
from twin.line.station import Process, ProcessAlarm
from twin.line.text import Text
from twin.line.time import SECOND, microseconds
from twin.line.units import METRE, METRE_PER_MINUTE, MINUTE, PERCENT, ROWS, TILES, TILES_PER_MINUTE

PLACE_AXIS = Axis("place", METRE, Text("Place from the entry", "Posición desde la entrada"))
PLACES = 55
_PRODUCING, _ENTERED, _LEFT = int(Activity.PRODUCING), int(Record.ENTERED), int(Record.LEFT)


class Kiln(KilnChamber):
    """Ticks; takes a row when the feed has one; hands over a row that has come through."""

    parameters_type = KilnParameters
    parameters: KilnParameters
    state: KilnState
    process_alarms = (
        ProcessAlarm("gap", "KLN-601", Text("Kiln entry gap", "Hueco en la entrada del horno"), 400, "upstream"),
    )

    def initial_state(self) -> KilnState:
        """A fresh state."""
        return KilnState()

    def open(self) -> None:
        """Stand hot and empty."""
        state = self.state
        state.slots = deque([-1] * self.places, maxlen=self.places)
        state.origin = state.metered_at = state.last_entry = self.now
        state.air, state.draught = self.air.state, self.draught.state
        state.due = self.now
        # Ticks before the start, so that any place inside can be asked when its row passed any zone.
        state.ticks = 2 * self.places
        interval = self.interval()
        for back in range(state.ticks, 0, -1):
            state.tick_at.append(self.now - back * interval)
            state.entered.append(0)

    def remember_entries(self) -> None:
        """Let the past be the one in which the rows inside have entered."""
        entered, total = self.state.entered, 0
        for back, row in enumerate(self.state.slots, start=1):
            entered[-back] = total
            total -= self.rows.count(row) if row >= 0 else 0
        for tick in range(len(entered) - len(self.state.slots)):
            entered[tick] = total

    def interval(self) -> int:
        """Time from tick to tick [microseconds]."""
        return microseconds(60.0 * self.set_points["cycle_min_set_point"] / self.places)

    def attach(self, env: simpy.Environment) -> None:
        """Go on with the air as the state has it."""
        if self.state.air is not None:
            self.air.state = self.state.air
        if self.state.draught is not None:
            self.draught.state = self.state.draught
        self._aim()
        self._interval = self.interval()
        super().attach(env)

    def run(self) -> Process:
        """Tick while the drive runs."""
        env, state = self.env, self.state
        while True:
            now = int(env.now)
            if self.faults.stopping() >= 0:
                self.become(self.faults.stop_activity(), self.faults.stopping())
                yield self.woken()
            elif now < state.due:
                yield env.timeout(state.due - now)
            else:
                leaving = self.tick(now)
                if leaving >= 0:
                    if len(self.outlet.queue) >= self.compenser_rows:
                        state.overflow += self.rows.count(leaving)
                    self.outlet.put(leaving)

    @property
    def compenser_rows(self) -> int:
        """Rows that fit behind the exit; what comes when they stand there is unloaded by hand."""
        return -(-self.parameters.compenser_tiles // self.parameters.lanes)

    def tick(self, now: int) -> int:
        """Move all rows on by one pitch at `now`; the row that has come through, or -1. Somebody has to take it."""
        # A day has thousands of ticks, most of which nothing disturbs: what these need comes first, and is written out.
        state, rows, log = self.state, self.rows, self.log
        leaving = state.slots.pop()
        if leaving >= 0:
            tiles = rows.count(leaving)
            state.tiles_left += tiles
            rows.left_at.append(now)
            log.extend((now, _LEFT, leaving, tiles))
        row = -1 if self.faults.any_active and self.faults.condition("feed_closed") else self.inlet.pull(now)
        state.slots.appendleft(row)
        if state.slots[self.peak_place] >= 0:
            rows.epoch.append(state.epoch if state.epoch >= 0 else self.epoch())
        if row >= 0:
            tiles = rows.count(row)
            state.tiles_entered += tiles
            state.last_entry = now
            rows.entry_tick.append(state.ticks)
            rows.entered_at.append(now)
            log.extend((now, _ENTERED, row, tiles))
            if state.activity != _PRODUCING:
                self.become(Activity.PRODUCING, now=now)
            if self.alarms[0]:
                self.alarm(0, False, now)
        else:
            state.gaps += 1
            if now - state.last_entry > self.parameters.gap_alarm_s * SECOND:
                self.alarm(0, True, now)
            self._show(now)
        state.tick_at.append(now)
        state.entered.append(state.tiles_entered)
        state.ticks += 1
        state.due = now + self._interval
        return leaving

    # Many ticks at once: the same as `run` does one by one, as long as the drive runs.

    def ticks_before(self, until: int) -> NDArray[np.int64]:
        """The instants of the ticks before `until`; none when the drive stands."""
        if self.faults.stopping() >= 0:
            return np.empty(0, dtype=np.int64)
        return np.arange(self.state.due, until, self._interval, dtype=np.int64)

    def tick_many(self, times: list[int], store: Store) -> None:
        """Tick at each of these instants, in order; `store` feeds the kiln."""
        state, done = self.state, 0
        while done < len(times):
            self.tick(times[done])
            done += 1
            flows = state.activity == _PRODUCING and not self.alarms[0] and done < len(times)
            if flows and not (self.faults.any_active and self.faults.condition("feed_closed")):
                at_hand = min(store.rows_at_hand(self.inlet, times[done]), self.peak_place)
                together = times[done : done + at_hand]
                if together:
                    self._tick_together(together, store.deliver_many(self.inlet, len(together)))
                    done += len(together)

    def _tick_together(self, times: list[int], first: int) -> None:
        """Tick at these instants, at most `peak_place`, at each of which a full row enters: `first`, then the next."""
        state, rows, log, lanes, count = self.state, self.rows, self.log.extend, self.parameters.lanes, len(times)
        slots, tiles, base, left = state.slots, self.rows.tiles, self.rows.base, 0
        at_peak = sum(row >= 0 for row in islice(slots, self.peak_place - count, self.peak_place))
        if at_peak:
            rows.epoch.extend([self.epoch()] * at_peak)
        for now, row in zip(times, range(first, first + count), strict=True):
            leaving = slots.pop()
            if leaving >= 0:
                leave = lanes if tiles[leaving - base][-1] >= 0 else rows.count(leaving)
                left += leave
                rows.left_at.append(now)
                log((now, _LEFT, leaving, leave))
            slots.appendleft(row)
            log((now, _ENTERED, row, lanes))
        rows.entry_tick.extend(range(state.ticks, state.ticks + count))
        rows.entered_at.extend(times)
        state.tick_at.extend(times)
        entered, state.tiles_entered = state.tiles_entered, state.tiles_entered + count * lanes
        state.entered.extend(range(entered + lanes, state.tiles_entered + 1, lanes))
        state.tiles_left += left
        state.ticks += count
        state.last_entry = times[-1]
        state.due = times[-1] + self._interval

    def leaving_at(self, ticks: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Rows that come through at these ticks, at most as many as there are places, and when."""
        rows = np.array(list(islice(reversed(self.state.slots), len(ticks))), dtype=np.int64)
        filled = rows >= 0
        return rows[filled], ticks[filled]

    def comes_through(self, product: int) -> int:
        """When the first row of another product comes through, or the row that enters next."""
        state, rows = self.state, self.rows
        ticks = self.places
        if state.tiles_entered > state.tiles_left - state.opening:
            inside = rows.products[len(rows.left_at) :]
            if inside.count(product) < len(inside):
                others = (row >= 0 and rows.products[row - rows.base] != product for row in reversed(state.slots))
                ticks = next(number for number, other in enumerate(others) if other)
        return state.due + ticks * self._interval

    def count_overflow(self, service: Service) -> None:
        """Count the rows that find no room behind the exit, when the sorter goes on as planned."""
        arriving = len(service.tokens) - len(self.outlet.queue)
        if len(service.tokens) <= self.compenser_rows or not arriving:
            return
        before = len(service.tokens) - arriving + np.arange(arriving)
        standing = before - np.searchsorted(service.begins, service.comes[-arriving:])
        for row in service.tokens[-arriving:][standing >= self.compenser_rows].tolist():
            self.state.overflow += self.rows.count(row)

    def _show(self, now: int) -> None:
        """Say what the kiln is doing while no row enters: a gap alone is no stop."""
        closing = self._closing()
        if closing >= 0:
            self.become(Activity.DOWN, closing, now)
        elif self.inside_tiles == 0:
            self.become(Activity.STARVED, now=now)
        elif self.state.activity == Activity.DOWN:
            self.become(Activity.PRODUCING, now=now)

    def _closing(self) -> int:
        """The breakdown that keeps the entry closed while the drive runs on, or -1."""
        faults = self.faults
        for index, mode in enumerate(faults.modes):
            if faults.active(index) and mode.activity == "down" and mode.conditions.get("feed_closed"):
                return index
        return -1

    def epoch(self) -> int:
        """Number of the present conditions of firing."""
        state = self.state
        if state.epoch < 0:
            self.rows.epochs.append(tuple(self.faults.condition(name) for name in CONDITIONS))
            state.epoch = len(self.rows.epochs) - 1
        return state.epoch

    def _strike(self, index: int) -> None:
        """Lose the rows that the alarm of a failure mode tells of."""
        name, faults, state = self.faults.names[index], self.faults.state, self.state
        loss = self.parameters.losses.get(name)
        if loss is None:
            return
        draw = self.stream(f"{name}/lost").uniform(faults.counts[index] - 1)
        rows = loss.rows(draw, faults.sizes[index], self.parameters.lanes)
        for place in loss.places(rows, self.places):
            row = state.slots[place]
            if row >= 0 and row not in self.rows.lost:
                self.rows.lost.append(row)
                state.lost += self.rows.count(row)

    def before_change(self) -> None:
        """Bring the air up to now, and count what was drawn so far."""
        self.breathe(self.now)
        self.state.drawn_j += 1000.0 * self.power_now() * self.unmetered_s
        self.state.metered_at = self.now

    def begin_fault(self, index: int, until: int | None = None, size: float = 1.0) -> None:
        """Lose rows when a mode that takes some raises its alarm."""
        super().begin_fault(index, until, size)
        if self.faults.state.steps[index] == ONSET_STEPS:
            self._strike(index)

    def grow_fault(self, index: int) -> None:
        """Lose rows when a mode that takes some has grown up to its alarm."""
        super().grow_fault(index)
        if self.faults.state.steps[index] == ONSET_STEPS:
            self._strike(index)

    def fault_ended(self, index: int) -> None:
        """Let what follows a failure mode begin."""
        follower = self.parameters.follow_up.get(self.faults.names[index])
        if follower is not None and not self.faults.active(self.faults.names.index(follower)):
            self.begin_fault(self.faults.names.index(follower))

    def changed(self) -> None:
        """Aim at the new conditions, and tick on if the drive runs."""
        self._aim()
        self._interval = self.interval()
        self.state.epoch = -1
        if self._closing() >= 0 and self.faults.stopping() < 0:
            self._show(self.now)
        self.wake()

    def settle(self, until: int) -> None:
        """Bring the air up to `until` and forget ticks that no row inside needs."""
        self.breathe(until)
        state = self.state
        spare = len(state.tick_at) - 4 * self.places
        unfired = len(self.rows.peak)
        oldest = self.rows.entry_tick[unfired] if unfired < len(self.rows.entry_tick) else state.ticks
        spare = min(spare, oldest - state.first_tick)
        if spare > 4096:
            del state.tick_at[:spare]
            del state.entered[:spare]
            state.first_tick += spare

    def power_now(self) -> float:
        """Power drawn at this instant; without mains the batteries drive the rollers [kW]."""
        return float(self.parameters.power_kw) * max(0.0, 1.0 + self.faults.condition("mains"))

    def meter(self) -> None:
        """Count gas and electricity."""
        state, air = self.state, self.air
        self.breathe(self.now)
        burnt = air.state.fuel * air.power * self.parameters.air.step_s
        total = round(1000.0 * float(burnt[:, air.burning].sum()))
        gas, state.gas_j = total - state.gas_j, total
        self.record(Record.METER, GAS, gas)
        state.drawn_j += 1000.0 * self.power_now() * self.unmetered_s
        drawn, state.drawn_j = state.drawn_j, 0.0
        self.count_electricity(drawn)

    @property
    def inside_tiles(self) -> int:
        """Tiles inside."""
        return self.state.opening + self.state.tiles_entered - self.state.tiles_left

    def axis_points(self, axis: str) -> tuple[float, ...]:
        """Middles of the zones, or places along the kiln [m]."""
        if axis == PLACE_AXIS.name:
            return tuple(round((place + 0.5) / PLACES * self.parameters.length_m, 2) for place in range(PLACES))
        return super().axis_points(axis)

    @measurement(
        MINUTE, "Cycle", "Ciclo", low=0.0, high=150.0, sensor=Sensor(noise=0.02, resolution=0.01, period=1.0), main=True
    )
    def cycle(self) -> float:
        return self.set_points["cycle_min_set_point"]

    @profile(PERCENT, "Rows inside along the kiln", "Filas a lo largo del horno", axis=PLACE_AXIS, low=0.0, high=100.0)
    def rows_inside(self) -> list[float]:
        filled = np.array(self.state.slots) >= 0
        edges = np.linspace(0, self.places, PLACES + 1).astype(int)
        return [float(100.0 * filled[a:b].mean()) if b > a else 0.0 for a, b in pairwise(edges)]

    @quantity(
        TILES, "Tiles inside", "Piezas en el interior", low=0.0, high=lambda s: s.places * s.parameters.lanes, main=True
    )
    def inside(self) -> float:
        return float(self.inside_tiles)

    @quantity(
        METRE_PER_MINUTE, "Speed of the rollers' drive", "Velocidad del accionamiento de rodillos", low=0.0, high=15.0
    )
    def drive_speed(self) -> float:
        stands = self.faults.stopping() >= 0
        return 0.0 if stands else self.parameters.length_m / self.set_points["cycle_min_set_point"]

    @counter(TILES, "Tiles lost in the kiln", "Piezas perdidas en el horno")
    def tiles_lost(self) -> int:
        return self.state.lost

    @quantity(TILES_PER_MINUTE, "Nominal output", "Producción nominal", low=0.0, high=300.0)
    def nominal_rate(self) -> float:
        return self.parameters.lanes * 60.0 * SECOND / self.interval()

    @counter(TILES, "Tiles that entered the kiln", "Piezas entradas al horno")
    def tiles_in(self) -> int:
        return self.state.tiles_entered

    @counter(TILES, "Tiles that left the kiln", "Piezas salidas del horno", main=True)
    def tiles_out(self) -> int:
        return self.state.tiles_left

    @counter(ROWS, "Places that entered empty", "Huecos entrados")
    def gaps(self) -> int:
        return self.state.gaps

    @counter(TILES, "Tiles unloaded by hand behind the kiln", "Piezas descargadas a mano tras el horno")
    def overflow(self) -> int:
        return self.state.overflow
