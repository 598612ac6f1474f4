"""The roller kiln: a row of places that move on together, and the air around them."""

from collections import Counter, deque

import numpy as np
import simpy

from plant_models.draught import Disturbance
from plant_models.physics.numeric import Array
from plant_models.plain.breakdowns import Breakdowns
from plant_models.plain.store import PlainStore
from plant_models.plain.tile import Row
from plant_models.stations.kiln import Kiln
from plant_models.stations.kiln_chamber import OPEN_DAMPER
from plant_models.stations.kiln_parts import CONDITIONS
from twin.line.faults import FailureMode
from twin.line.station import Process
from twin.line.streams import Stream
from twin.line.time import microseconds


class PlainKiln:
    """Moves its rows on by one place at every tick, and steps its air every few seconds."""

    def __init__(
        self,
        env: simpy.Environment,
        number: int,
        declared: Kiln,
        faults: Breakdowns,
        store: PlainStore,
        places: list[Row | None],
        behind: simpy.Store,
    ) -> None:
        """Begin with rows at `places`, the entry first; rows that come out go to `behind`."""
        self.env, self.number, self.declared, self.faults = env, number, declared, faults
        self.store, self.places, self.behind = store, places, behind
        self._ticks = list(declared.state.tick_at)
        self._first_tick = declared.state.first_tick
        self._origin = int(env.now)
        self._step = microseconds(declared.parameters.air.step_s)
        self._zones = declared.zone_first
        self._lanes = declared.parameters.lanes
        self.entered = 0
        self.entry_ticks: set[int] = set()
        self.first_entry = -1
        self._loads: deque[tuple[int, Array]] = deque()
        faults.begun.append(self._strike)
        faults.ended.append(self._follow)
        self._struck: Counter[str] = Counter()
        env.process(self._drive())
        env.process(self._heat())

    # The rows.

    def _drive(self) -> Process:
        while True:
            yield from self.faults.standstill()
            self._tick(int(self.env.now))
            yield self.env.timeout(self.declared.interval())

    def _tick(self, now: int) -> None:
        leaving = self.places.pop()
        if leaving is not None:
            leaving.left_at = now
            leaving.left.succeed()
            self.behind.put(leaving)
        self.places.insert(0, self._enter(now))
        at_peak = self.places[self.declared.peak_place]
        if at_peak is not None:
            at_peak.conditions = {name: self.faults.condition(name) for name in CONDITIONS}
        self._ticks.append(now)
        self._loads.append((now, self._load()))

    def _enter(self, now: int) -> Row | None:
        if self.faults.condition("feed_closed"):
            return None
        tiles = self.store.next_row(self.number, self._lanes)
        if not tiles:
            return None
        tick, left, sorted_out = self._first_tick + len(self._ticks), self.env.event(), self.env.event()
        row = Row(self.number, self.entered, tiles, tick, now, left, sorted_out)
        self.entered += 1
        self.note_entry(tick)
        for tile in tiles:
            tile.called.succeed(row)
        return row

    def _strike(self, mode: FailureMode) -> None:
        name = self.faults.name_of(mode)
        loss = self.declared.parameters.losses.get(name)
        if loss is None:
            return
        draw = Stream(self.declared.seed, f"{self.declared.path}/{name}/lost").uniform(self._struck[name])
        self._struck[name] += 1
        for place in loss.places(loss.rows(draw, 1.0, self._lanes), len(self.places)):
            row = self.places[place]
            if row is not None:
                row.lost = True

    def _follow(self, mode: FailureMode) -> None:
        follower = self.declared.parameters.follow_up.get(self.faults.name_of(mode))
        if follower is not None:
            self.faults.begin(follower)

    def note_entry(self, tick: int) -> None:
        """A row enters at a tick, or did before the start."""
        self.entry_ticks.add(tick)
        self.first_entry = tick if self.first_entry < 0 else min(tick, self.first_entry)

    def beside_gap(self, tick: int) -> float:
        """1 when no row entered a tick before or after this one, else 0; nothing is before the first row."""
        before = tick - 1 in self.entry_ticks or tick == self.first_entry
        return 0.0 if before and tick + 1 in self.entry_ticks else 1.0

    def tick_at(self, tick: int) -> int:
        """Instant of a tick."""
        return self._ticks[tick - self._first_tick]

    # The air.

    def _load(self) -> Array:
        """Tiles in each zone over its nominal number."""
        tiles = np.array([0 if row is None else len(row.tiles) for row in self.places], dtype=np.int64)
        load: Array = np.add.reduceat(tiles, self._zones) / (self._lanes * np.diff(self._zones, append=len(tiles)))
        return load

    def _heat(self) -> Process:
        """Step the air: the load is that at the beginning of a step, faults are those at its end."""
        while True:
            begin = self.env.now
            yield self.env.timeout(self._step)
            while len(self._loads) > 1 and self._loads[1][0] <= begin:
                self._loads.popleft()
            self._aim()
            passing = self._loads[0][1] * (0.0 if self.faults.stopping else 1.0)
            self.declared.draught.advance(self.declared.air.advance(passing[None, :]))

    def _aim(self) -> None:
        """Let thermocouples and burners be what the faults make of them."""
        air, condition = self.declared.air, self.faults.condition
        first, last = self.declared.parameters.slow_cooling_places
        slow = (air.centres >= first) & (air.centres < last)
        air.offset[:] = np.where(slow, condition("slow_cooling"), 0.0)
        air.sensor_shift[:] = condition("thermocouple")
        air.sensor_shift[1] += condition("thermocouple_below")
        self.declared.draught.faults = Disturbance(
            condition("kiln_pressure"), condition("pressure_swing"), condition("flue_fan"), condition("combustion_air")
        )
        air.burner_share[:] = max(1.0 + condition("burners"), 0.0)
        near = np.abs(air.centres - self.declared.weights.peak_position + 0.02) < 0.05
        air.burner_share[1, near] *= max(1.0 + condition("lower_burners"), 0.0)
        if condition("slow_cooling") < 0.0:
            air.burner_share[:, slow] = OPEN_DAMPER

    def air_at(self, tick: int) -> Array:
        """The air, (2, zones), after the last step before a tick [degC]."""
        return self._remembered(self.declared.air.state.history, tick)

    def draught_at(self, tick: int) -> tuple[float, float]:
        """(pressure [Pa], oxygen [%]) after the last step before a tick."""
        pressure, oxygen = self._remembered(self.declared.draught.state.history, tick)
        return float(pressure), float(oxygen)

    def _remembered(self, history: Array, tick: int) -> Array:
        then: Array = history[(self.tick_at(tick) - self._origin) // self._step % len(history)]
        return then
