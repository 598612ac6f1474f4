"""The roller kiln: rows move through the firing one pitch at a time, whether or not a row enters.

The kiln is a shift register: at every tick of its drive each row moves on by one pitch, the last one leaves, and the
feed is asked for a row; a tick without a row is a gap. The air of the zones is stepped only when somebody needs it.
"""

from array import array
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from pydantic import Field

from plant_models.air import AirParameters, AirState, KilnAir
from plant_models.definition.body import Body
from plant_models.definition.curve import zone_set_points
from plant_models.meters import ELECTRICITY, GAS
from plant_models.physics.firing import fired_mass
from plant_models.physics.numeric import Array
from plant_models.physics.planarity import lane_temperature
from plant_models.physics.slab import reduced_weights, soak_minutes, tile_temperature_curve
from plant_models.rows import Rows
from twin.line.activity import Activity
from twin.line.records import Record
from twin.line.signal import Axis, Sensor, counter, measurement, profile, quantity, set_point
from twin.line.station import Parameters, Process, ProcessAlarm, Station, StationState
from twin.line.text import Text
from twin.line.time import SECOND, microseconds
from twin.line.units import (
    CELSIUS,
    KILOWATT,
    KILOWATT_HOUR,
    METRE,
    MINUTE,
    NORMAL_CUBIC_METRES_PER_HOUR,
    PASCAL,
    PERCENT,
    ROWS,
    TILES,
    TILES_PER_MINUTE,
)

ZONE_AXIS = Axis("zone", METRE, Text("Middle of the zone from the entry", "Centro de la zona desde la entrada"))
PLACE_AXIS = Axis("place", METRE, Text("Place from the entry", "Posición desde la entrada"))
PLACES = 55


class KilnParameters(Parameters):
    """The kiln, its air and how tiles come out of it."""

    length_m: float = Field(ge=20, le=300)
    """Length from entry to exit [m]."""
    lanes: int = Field(ge=1, le=12)
    """Tiles side by side in a row."""
    pitch_mm: float = Field(gt=60, le=4000)
    """From row to row [mm]."""
    cycle_min: float = Field(ge=20, le=120)
    """From entry to exit [min]."""
    peak_shift: float = Field(ge=-30, le=30)
    """Shift of all firing zones' set points against the curve [K]."""
    air: AirParameters
    """Heat and control of the zones."""
    edge_drop: float = Field(ge=0, le=40)
    """How much cooler the edge of a row is than its middle [K]."""
    edge_exponent: float = Field(gt=0)
    """How sharply the edge drop is bound to the edge; 2 is a parabola [-]."""
    peak_sd: float = Field(ge=0)
    """Scatter of peak temperature between tiles [K]."""
    soak_drop: float = Field(gt=0)
    """Soak counts above peak minus this [K]."""
    reference_soak_min: float = Field(gt=0)
    """Soak at which the body's coefficients hold [min]."""
    degrees_per_doubling: float = Field(ge=0)
    """What doubling the soak is worth in temperature [K]."""
    pressure_pa: float = Field(ge=-5, le=20)
    """Pressure in the firing zone [Pa]."""
    edge_drop_per_pa: float
    """Growth of the edge drop when pressure falls [K/Pa]."""
    oxygen_pct: float = Field(ge=0, le=21)
    """Oxygen in the firing channel [%]."""
    firing_places: tuple[float, float]
    """Part of the length in which a pile-up takes the rows [-]."""
    gap_alarm_s: float = Field(gt=0)
    """Alarm when no row has entered for this long [s]."""
    power_kw: float = Field(ge=0)
    """Electricity [kW]."""
    gas_kwh_per_nm3: float = Field(gt=5, le=12)
    """Lower heating value [kWh/Nm3]."""
    compenser_tiles: int = Field(ge=0)
    """Room behind the exit; what does not fit is unloaded by hand and brought back later."""


@dataclass(slots=True)
class KilnState(StationState):
    """What the kiln holds: row numbers by place, the ticks so far, and the air."""

    slots: deque[int] = field(default_factory=deque)
    """Row at each place, the entry first; -1 for a gap."""
    due: int = 0
    ticks: int = 0
    first_tick: int = 0
    """Tick of the first entry below."""
    tick_at: "array[int]" = field(default_factory=lambda: array("q"))
    entered: "array[int]" = field(default_factory=lambda: array("q"))
    """Tiles that had entered up to and including each tick."""
    tiles_entered: int = 0
    tiles_left: int = 0
    opening: int = 0
    """Tiles inside when the run began."""
    gaps: int = 0
    last_entry: int = 0
    overflow: int = 0
    origin: int = 0
    """Plant instant of the air's step 0."""
    air: AirState | None = None
    epoch: int = -1
    gas_j: int = 0
    electricity_j: int = 0
    metered_at: int = 0


class Kiln(Station):
    """Ticks; takes a row when the feed has one; hands over a row that has come through."""

    parameters_type = KilnParameters
    parameters: KilnParameters
    state: KilnState
    process_alarms = (ProcessAlarm("gap", "KLN-601", Text("Kiln entry gap", "Hueco en la entrada del horno"), 400),)

    def bind(
        self, rows: Rows, body: Body, curve: tuple[tuple[float, float, float], ...], tile_kg: float, thickness: float
    ) -> None:
        """Connect what the kiln shares; `tile_kg` dry mass of a green tile [kg], `thickness` fired [mm]."""
        p = self.parameters
        self.rows, self.body, self.tile_kg, self.thickness = rows, body, tile_kg, thickness
        self.places = int(p.length_m * 1000.0 // p.pitch_mm)
        zones = p.air.zones
        nominal = zone_set_points(curve, p.length_m, zones)
        centres = (np.arange(zones) + 0.5) / zones
        curve_at = tile_temperature_curve(centres, nominal[0], nominal[1], p.cycle_min, thickness, body.slab)
        rise = np.diff(np.concatenate(([body.slab.entry_temperature], curve_at)))
        # Rows are fired at the latest an hour after they have left; a cycle may be four times as long as nominal.
        kept = int(4.0 * 60.0 * p.cycle_min / p.air.step_s) + 720
        self.air = KilnAir(p.air, nominal, rise, self.load_t_h, kept)
        self.weights = reduced_weights(centres, nominal, p.cycle_min, thickness, body.slab)
        fine = np.linspace(0.0, 1.0, 401)
        fine_curve = tile_temperature_curve(
            fine, *(np.interp(fine, centres, side) for side in nominal), p.cycle_min, thickness, body.slab
        )
        self.nominal_soak = soak_minutes(fine, fine_curve, p.cycle_min, p.soak_drop)
        self.zone_first = np.ceil(np.arange(zones) / zones * self.places).astype(np.int64)
        self.zone_last = np.ceil(np.arange(1, zones + 1) / zones * self.places).astype(np.int64)
        self.zone_middle = np.round(centres * self.places).astype(np.int64)
        self.peak_place = min(self.places - 1, round(self.weights.peak_position * self.places))
        lanes = np.arange(p.lanes)
        self.lane_shape = lane_temperature(lanes, p.lanes, 1.0, p.edge_exponent)
        self.lane_shape = self.lane_shape - self.lane_shape.mean()

    @property
    def load_t_h(self) -> float:
        """Dry body through the full kiln at nominal cycle [t/h]."""
        p = self.parameters
        fired = float(fired_mass(self.tile_kg, self.body.loss_on_ignition))
        return p.lanes * self.places * (60.0 / p.cycle_min) * fired / 1000.0

    def initial_state(self) -> KilnState:
        """A fresh state."""
        return KilnState()

    def open(self) -> None:
        """Stand hot and empty."""
        state = self.state
        state.slots = deque([-1] * self.places, maxlen=self.places)
        state.origin = state.metered_at = state.last_entry = self.now
        state.air = self.air.state
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

    def processes(self) -> Iterator[Process]:
        """The drive; the air continues from the state."""
        if self.state.air is not None:
            self.air.state = self.state.air
        self._aim()
        yield self.run()

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
                self._tick(now)
                state.due = now + self.interval()

    def _tick(self, now: int) -> None:
        state = self.state
        leaving = state.slots.pop()
        if leaving >= 0:
            self._let_go(leaving, now)
        row = -1 if self.faults.condition("feed_closed") else self.inlet.pull()
        state.slots.appendleft(row)
        at_peak = state.slots[self.peak_place]
        if at_peak >= 0:
            self.rows.epoch.append(self.epoch())
        if row >= 0:
            tiles = self.rows.count(row)
            state.tiles_entered += tiles
            state.last_entry = now
            self.rows.entry_tick.append(state.ticks)
            self.rows.entered_at.append(now)
            self.log.extend((now, Record.ENTERED, row, tiles))
            self.become(Activity.PRODUCING)
            if self.alarms[0]:
                self.alarm(0, False)
        else:
            state.gaps += 1
            if now - state.last_entry > self.parameters.gap_alarm_s * SECOND:
                self.alarm(0, True)
            self._show()
        state.tick_at.append(now)
        state.entered.append(state.tiles_entered)
        state.ticks += 1

    def _show(self) -> None:
        """Say what the kiln is doing while no row enters: a gap alone is no stop."""
        closing = self._closing()
        if closing >= 0:
            self.become(Activity.DOWN, closing)
        elif self.inside_tiles == 0:
            self.become(Activity.STARVED)
        elif self.state.activity == Activity.DOWN:
            self.become(Activity.PRODUCING)

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
            condition = self.faults.condition
            self.rows.epochs.append((condition("kiln_pressure"), condition("cooling_crack")))
            state.epoch = len(self.rows.epochs) - 1
        return state.epoch

    def _let_go(self, row: int, now: int) -> None:
        state = self.state
        tiles = self.rows.count(row)
        state.tiles_left += tiles
        self.rows.left_at.append(now)
        self.log.extend((now, Record.LEFT, row, tiles))
        if len(self.outlet.queue) * self.parameters.lanes >= self.parameters.compenser_tiles:
            state.overflow += tiles
        self.outlet.put(row)

    def lose(self, first: float, last: float) -> None:
        """Count all rows between two shares of the length as lost."""
        state = self.state
        low, high = int(first * self.places), int(last * self.places)
        for place, row in enumerate(state.slots):
            if low <= place < high and row >= 0 and row not in self.rows.lost:
                self.rows.lost.append(row)

    # The air.

    def _aim(self) -> None:
        """Set the controllers by set points and faults of this instant."""
        air, condition = self.air, self.faults.condition
        shift = self.set_points["peak_shift_set_point"]
        air.set_points[:] = air.nominal + np.where(air.burning, shift, 0.0)
        air.sensor_shift[:] = condition("thermocouple")
        lower = 1.0 + condition("lower_burners")
        centre = self.weights.peak_position
        near = np.abs(air.centres - centre + 0.02) < 0.05
        air.burner_share[:] = 1.0 + condition("burners")
        air.burner_share[1, near] *= lower

    def step_at(self, time: int) -> int:
        """The air's step at a plant instant."""
        return (time - self.state.origin) // microseconds(self.parameters.air.step_s)

    def breathe(self, until: int) -> None:
        """Step the air up to `until`, in chunks that fit the kept history."""
        state, air = self.state, self.air
        step = microseconds(self.parameters.air.step_s)
        while (behind := self.step_at(until) - air.state.step) > 0:
            count = min(behind, 360)
            times = state.origin + (air.state.step + np.arange(count)) * step
            air.advance(self._zone_load(times))

    def _zone_load(self, times: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Array:
        """Tiles inside each zone over its nominal number at each of `times`, (times, zones)."""
        state = self.state
        ticks = np.searchsorted(np.frombuffer(state.tick_at, dtype=np.int64), times, side="right") - 1
        entered = np.frombuffer(state.entered, dtype=np.int64)
        newest = entered[ticks[:, None] - self.zone_first]
        oldest = entered[ticks[:, None] - self.zone_last]
        load: Array = (newest - oldest) / (self.parameters.lanes * (self.zone_last - self.zone_first))
        return load

    def before_change(self) -> None:
        """Bring the air up to now."""
        self.breathe(self.now)

    def begin_fault(self, index: int, until: int | None = None) -> None:
        """Lose the rows in the firing zone when a pile-up begins."""
        super().begin_fault(index, until)
        if self.faults.modes[index].conditions.get("rows_lost"):
            self.lose(*self.parameters.firing_places)

    def changed(self) -> None:
        """Aim at the new conditions, and tick on if the drive runs."""
        self._aim()
        self.state.epoch = -1
        if self._closing() >= 0 and self.faults.stopping() < 0:
            self._show()
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

    def tick_times(self) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        """Instants of the kept ticks."""
        return np.array(self.state.tick_at, dtype=np.int64)

    def meter(self) -> None:
        """Count gas and electricity."""
        state, air = self.state, self.air
        self.breathe(self.now)
        burnt = air.state.fuel * air.power * self.parameters.air.step_s
        total = round(1000.0 * float(burnt[:, air.burning].sum()))
        gas, state.gas_j = total - state.gas_j, total
        electricity = round(1000.0 * self.parameters.power_kw * (self.now - state.metered_at) / SECOND)
        state.electricity_j += electricity
        state.metered_at = self.now
        self.record(Record.METER, GAS, gas)
        self.record(Record.METER, ELECTRICITY, electricity)

    @property
    def inside_tiles(self) -> int:
        """Tiles inside."""
        return self.state.opening + self.state.tiles_entered - self.state.tiles_left

    def axis_points(self, axis: str) -> tuple[float, ...]:
        """Middles of the zones, or places along the kiln [m]."""
        length = self.parameters.length_m
        if axis == PLACE_AXIS.name:
            return tuple(round((place + 0.5) / PLACES * length, 2) for place in range(PLACES))
        return tuple(round(float(centre) * length, 2) for centre in self.air.centres)

    def _air_now(self) -> Array:
        self.breathe(self.now)
        temperature: Array = self.air.state.temperature - self.air.sensor_shift
        return temperature

    cycle_min_set_point = set_point(MINUTE, "Set point of the cycle", "Consigna del ciclo", low=20.0, high=120.0)
    peak_shift_set_point = set_point(
        CELSIUS,
        "Shift of all firing zones' set points",
        "Desplazamiento de las consignas de cocción",
        low=-30.0,
        high=30.0,
    )

    @measurement(
        MINUTE, "Cycle", "Ciclo", low=0.0, high=150.0, sensor=Sensor(noise=0.02, resolution=0.01, period=1.0), main=True
    )
    def cycle(self) -> float:
        return self.set_points["cycle_min_set_point"]

    @profile(
        CELSIUS,
        "Air above the rollers",
        "Aire sobre los rodillos",
        axis=ZONE_AXIS,
        low=0.0,
        high=1300.0,
        sensor=Sensor(noise=0.5, resolution=0.1, period=2.0),
    )
    def temperature_above(self) -> list[float]:
        return [float(value) for value in self._air_now()[0]]

    @profile(
        CELSIUS,
        "Air below the rollers",
        "Aire bajo los rodillos",
        axis=ZONE_AXIS,
        low=0.0,
        high=1300.0,
        sensor=Sensor(noise=0.5, resolution=0.1, period=2.0),
    )
    def temperature_below(self) -> list[float]:
        return [float(value) for value in self._air_now()[1]]

    @profile(
        CELSIUS, "Set points above the rollers", "Consignas sobre los rodillos", axis=ZONE_AXIS, low=0.0, high=1300.0
    )
    def set_points_above(self) -> list[float]:
        return [float(value) for value in self.air.set_points[0]]

    @profile(
        CELSIUS, "Set points below the rollers", "Consignas bajo los rodillos", axis=ZONE_AXIS, low=0.0, high=1300.0
    )
    def set_points_below(self) -> list[float]:
        return [float(value) for value in self.air.set_points[1]]

    @profile(MINUTE, "Minutes since the entry", "Minutos desde la entrada", axis=ZONE_AXIS, low=0.0, high=120.0)
    def minutes_inside(self) -> list[float]:
        cycle = self.set_points["cycle_min_set_point"]
        return [float(value) for value in cycle * self.air.centres]

    @profile(PERCENT, "Burner output", "Salida de quemadores", axis=ZONE_AXIS, low=0.0, high=100.0)
    def burner_output(self) -> list[float]:
        self.breathe(self.now)
        return [float(value) for value in 100.0 * self.air.state.output.mean(axis=0)]

    @profile(PERCENT, "Rows inside along the kiln", "Filas a lo largo del horno", axis=PLACE_AXIS, low=0.0, high=100.0)
    def rows_inside(self) -> list[float]:
        filled = np.array(self.state.slots) >= 0
        edges = np.linspace(0, self.places, PLACES + 1).astype(int)
        return [float(100.0 * filled[a:b].mean()) if b > a else 0.0 for a, b in zip(edges, edges[1:], strict=False)]

    @measurement(
        CELSIUS,
        "Air in the hottest zone",
        "Aire en la zona más caliente",
        low=0.0,
        high=1300.0,
        sensor=Sensor(noise=0.5, resolution=0.1, period=2.0),
        main=True,
    )
    def peak_air_temperature(self) -> float:
        return float(self._air_now().max())

    @measurement(
        PASCAL,
        "Kiln pressure in the firing zone",
        "Presión del horno en cocción",
        low=-10.0,
        high=20.0,
        sensor=Sensor(noise=0.3, resolution=0.1, period=1.0),
    )
    def pressure(self) -> float:
        return self.parameters.pressure_pa + self.faults.condition("kiln_pressure")

    @measurement(
        PERCENT,
        "Oxygen in the firing channel",
        "Oxígeno en el canal de cocción",
        low=0.0,
        high=21.0,
        sensor=Sensor(noise=0.2, resolution=0.1, period=2.0),
    )
    def oxygen(self) -> float:
        return self.parameters.oxygen_pct + self.faults.condition("oxygen")

    @measurement(
        NORMAL_CUBIC_METRES_PER_HOUR,
        "Natural gas flow",
        "Caudal de gas natural",
        low=0.0,
        high=1500.0,
        sensor=Sensor(relative_noise=0.007, resolution=0.1, period=1.0),
        main=True,
    )
    def gas_flow(self) -> float:
        self.breathe(self.now)
        return self.air.burner_kw() / self.parameters.gas_kwh_per_nm3

    @measurement(
        KILOWATT,
        "Electrical power",
        "Potencia eléctrica",
        low=0.0,
        high=1000.0,
        sensor=Sensor(relative_noise=0.01, resolution=0.1, period=1.0),
    )
    def power(self) -> float:
        return self.parameters.power_kw

    @quantity(
        TILES, "Tiles inside", "Piezas en el interior", low=0.0, high=lambda s: s.places * s.parameters.lanes, main=True
    )
    def inside(self) -> float:
        return float(self.inside_tiles)

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

    @counter(KILOWATT_HOUR, "Gas used, lower heating value", "Gas consumido, PCI", real=True)
    def gas(self) -> float:
        return self.state.gas_j / 3.6e6

    @counter(KILOWATT_HOUR, "Electricity used", "Electricidad consumida", real=True)
    def electricity(self) -> float:
        return self.state.electricity_j / 3.6e6
