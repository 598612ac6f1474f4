"""The kiln's air as the plant sees it: stepped only when somebody needs it, aimed by set points, shown by sensors."""

import numpy as np

from plant_models.air import SURROUNDINGS, KilnAir
from plant_models.definition.body import Body
from plant_models.definition.curve import zone_set_points
from plant_models.draught import AIR_OXYGEN, Disturbance, Draught
from plant_models.physics.firing import fired_mass
from plant_models.physics.numeric import Array
from plant_models.physics.planarity import lane_difference, lane_temperature
from plant_models.physics.slab import cooling_rate, reduced_weights, soak_minutes, tile_temperature_curve
from plant_models.rows import Rows
from plant_models.stations.kiln_parts import KilnParameters, KilnState
from plant_models.stations.powered import Powered
from twin.line.signal import Axis, Sensor, counter, measurement, profile, set_point
from twin.line.text import Text
from twin.line.time import microseconds
from twin.line.units import (
    CELSIUS,
    KILOWATT_HOUR,
    METRE,
    MILLIBAR,
    MINUTE,
    NORMAL_CUBIC_METRES_PER_HOUR,
    PASCAL,
    PERCENT,
)

OPEN_DAMPER = 5.0
"""How much more cooling air passes a damper that has stuck open [-]."""
COOLING_PROBE = 20.0
"""How much colder a zone is made to learn what that does to the cooling rate [K]."""
ZONE_AXIS = Axis(
    "zone", METRE, Text("Middle of the zone from the entry", "Centro de la zona desde la entrada"), Text("Zone", "Zona")
)


class KilnChamber(Powered):
    """Zones of air above and below the rollers, and how a row answers to what it meets in them."""

    highest_power = 1000.0
    parameters: KilnParameters
    state: KilnState

    def bind(
        self, rows: Rows, body: Body, curve: tuple[tuple[float, float, float], ...], tile_kg: float, thickness: float
    ) -> None:
        """Connect what the kiln shares; `tile_kg` dry mass of a green tile [kg], `thickness` fired [mm]."""
        p = self.parameters
        self.rows, self.body, self.tile_kg, self.thickness = rows, body, tile_kg, thickness
        self.places = p.places
        zones = p.air.zones
        nominal = zone_set_points(curve, zones)
        centres = (np.arange(zones) + 0.5) / zones
        curve_at = tile_temperature_curve(centres, nominal[0], nominal[1], p.cycle_min, thickness, body.slab)
        rise = np.diff(np.concatenate(([body.slab.entry_temperature], curve_at)))
        # Rows are fired at the latest an hour after they have left; a cycle may be four times as long as nominal.
        kept = int(4.0 * 60.0 * p.cycle_min / p.air.step_s) + 720
        self.air = KilnAir(p.air, nominal, rise, self.load_t_h, kept)
        self.draught = Draught(p.draught, p.pressure_pa, p.air.step_s, kept)
        self.weights = reduced_weights(centres, nominal, p.cycle_min, thickness, body.slab)
        fine = np.linspace(0.0, 1.0, 401)
        self.nominal_soak = soak_minutes(fine, self._tile_curve(fine, nominal), p.cycle_min, p.soak_drop)
        self._know_the_cooling(fine)
        self.zone_first = np.ceil(np.arange(zones) / zones * self.places).astype(np.int64)
        self.zone_last = np.ceil(np.arange(1, zones + 1) / zones * self.places).astype(np.int64)
        self.zone_middle = np.round(centres * self.places).astype(np.int64)
        self.peak_place = min(self.places - 1, round(self.weights.peak_position * self.places))
        lanes = np.arange(p.lanes, dtype=np.float64)
        shape = np.asarray(lane_temperature(lanes, p.lanes, 1.0, p.edge_exponent))
        self.lane_cold = shape
        """How much colder each lane gets per degree at the edge, when cold air comes in at the sides [-]; negative."""
        self.lane_shape = shape - shape.mean()
        self.lane_tilt = np.asarray(lane_difference(lanes, p.lanes, 1.0, p.edge_exponent))
        """Difference between a tile's sides in each lane per degree at the edge [-]."""

    def stretch(self, middle: float, reach: float) -> tuple[int, int]:
        """(first, last) place of a stretch of the kiln, from its middle and its half length as shares."""
        places, centre = round(reach * self.places), round(middle * self.places)
        return max(0, centre - places), min(self.places - 1, centre + places)

    def _tile_curve(self, places: Array, zone_air: Array) -> Array:
        """Temperature of a tile at places along the kiln in air of (2, zones) [degC]."""
        p, centres = self.parameters, self.air.centres
        above, below = (np.interp(places, centres, side) for side in zone_air)
        return tile_temperature_curve(places, above, below, p.cycle_min, self.thickness, self.body.slab)

    def _know_the_cooling(self, places: Array) -> None:
        """Where and how fast tiles pass the inversion of quartz, and what a degree in each zone does to that."""
        p, nominal = self.parameters, self.air.nominal

        def rate(curve: Array) -> tuple[float, float]:
            return cooling_rate(places, curve, p.cycle_min, p.quartz_temperature)

        place, self.nominal_cooling = rate(self._tile_curve(places, nominal))
        self.quartz_place = min(self.places - 1, round(place * self.places))
        self.nominal_exit = float(self._tile_curve(places, nominal)[-1])
        """Temperature with which a tile leaves [degC]."""
        weights, at_exit = [], []
        for zone in range(p.air.zones):
            colder = nominal.copy()
            colder[:, zone] -= COOLING_PROBE
            curve = self._tile_curve(places, colder)
            weights.append((self.nominal_cooling - rate(curve)[1]) / COOLING_PROBE)
            at_exit.append((self.nominal_exit - float(curve[-1])) / COOLING_PROBE)
        self.cooling_weights = np.array(weights)
        """Change of the cooling rate per degree of a zone's air, above and below alike [K/min per K]."""
        self.exit_weights = np.array(at_exit)
        """Change of the temperature with which a tile leaves, likewise [K/K]."""

    @property
    def load_t_h(self) -> float:
        """Dry body through the full kiln at nominal cycle [t/h]."""
        p = self.parameters
        fired = float(fired_mass(self.tile_kg, self.body.loss_on_ignition))
        return p.lanes * self.places * (60.0 / p.cycle_min) * fired / 1000.0

    def _aim(self) -> None:
        """Set the controllers by set points and faults of this instant."""
        air, condition = self.air, self.faults.condition
        shift, slower = self.set_points["peak_shift_set_point"], self.set_points["slow_cooling_shift_set_point"]
        first, last = self.parameters.slow_cooling_places
        slow = (air.centres >= first) & (air.centres < last)
        air.set_points[:] = air.nominal + np.where(air.burning, shift, np.where(slow, slower, 0.0))
        air.offset[:] = np.where(slow, condition("slow_cooling"), 0.0)
        air.sensor_shift[:] = condition("thermocouple")
        air.sensor_shift[1] += condition("thermocouple_below")
        lower = max(1.0 + condition("lower_burners"), 0.0)
        centre = self.weights.peak_position
        near = np.abs(air.centres - centre + 0.02) < 0.05
        air.burner_share[:] = max(1.0 + condition("burners"), 0.0)
        air.burner_share[1, near] *= lower
        if condition("slow_cooling") < 0.0:
            air.burner_share[:, slow] = OPEN_DAMPER
        self.draught.set_point = self.set_points["pressure_pa_set_point"]
        self.draught.faults = Disturbance(
            condition("kiln_pressure"), condition("pressure_swing"), condition("flue_fan"), condition("combustion_air")
        )

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
            self.draught.advance(air.advance(self._zone_load(times)))

    def _zone_load(self, times: "np.ndarray[tuple[int], np.dtype[np.int64]]") -> Array:
        """Tiles that pass each zone over their nominal number at each of `times`, (times, zones)."""
        state = self.state
        ticks = np.searchsorted(np.frombuffer(state.tick_at, dtype=np.int64), times, side="right") - 1
        entered = np.frombuffer(state.entered, dtype=np.int64)
        newest = entered[ticks[:, None] - self.zone_first]
        oldest = entered[ticks[:, None] - self.zone_last]
        load: Array = (newest - oldest) / (self.parameters.lanes * (self.zone_last - self.zone_first))
        return load * self.pace

    @property
    def pace(self) -> float:
        """How fast tiles pass over how fast they do nominally [-]; tiles that stand take no heat."""
        stands = self.faults.stopping() >= 0
        return 0.0 if stands else self.parameters.cycle_min / self.set_points["cycle_min_set_point"]

    def tick_times(self) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
        """Instants of the kept ticks."""
        return np.array(self.state.tick_at, dtype=np.int64)

    def axis_points(self, axis: str) -> tuple[float, ...]:
        """Middles of the zones [m]."""
        return tuple(round(float(centre) * self.parameters.length_m, 2) for centre in self.air.centres)

    def _air_now(self) -> Array:
        self.breathe(self.now)
        temperature: Array = self.air.state.temperature - self.air.sensor_shift
        return temperature

    peak_shift_set_point = set_point(
        CELSIUS,
        "Shift of all firing zones' set points",
        "Desplazamiento de las consignas de cocción",
        low=-30.0,
        high=30.0,
        engineering=True,
    )
    cycle_min_set_point = set_point(
        MINUTE, "Set point of the cycle", "Consigna del ciclo", low=20.0, high=120.0, engineering=True
    )

    slow_cooling_shift_set_point = set_point(
        CELSIUS,
        "Shift of the slow cooling's set points",
        "Desplazamiento de las consignas del enfriamiento lento",
        low=-150.0,
        high=150.0,
        engineering=True,
    )
    pressure_pa_set_point = set_point(
        PASCAL, "Set point of the kiln pressure", "Consigna de presión del horno", low=-5.0, high=20.0, engineering=True
    )

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
        CELSIUS, "Tiles behind the kiln", "Piezas a la salida del horno", low=20.0, high=300.0,
        sensor=Sensor(noise=1.5, resolution=0.1, period=10.0),
    )  # fmt: skip
    def tile_exit_temperature(self) -> float:
        self.breathe(self.now)
        met = self.air.state.temperature.mean(axis=0) - self.air.nominal.mean(axis=0)
        return max(self.nominal_exit + float(self.exit_weights @ met), SURROUNDINGS)

    @measurement(
        PASCAL,
        "Kiln pressure in the firing zone",
        "Presión del horno en cocción",
        low=-10.0,
        high=20.0,
        sensor=Sensor(noise=0.3, resolution=0.1, period=1.0),
    )
    def pressure(self) -> float:
        self.breathe(self.now)
        return self.draught.state.pressure

    @measurement(
        PERCENT,
        "Oxygen in the firing channel",
        "Oxígeno en el canal de cocción",
        low=0.0,
        high=21.0,
        sensor=Sensor(noise=0.2, resolution=0.1, period=2.0),
    )
    def oxygen(self) -> float:
        self.breathe(self.now)
        return self.draught.state.oxygen

    @measurement(
        PERCENT,
        "Oxygen in the flue",
        "Oxígeno en chimenea",
        low=0.0,
        high=21.0,
        sensor=Sensor(noise=0.2, resolution=0.1, period=2.0),
    )
    def flue_oxygen(self) -> float:
        self.breathe(self.now)
        return AIR_OXYGEN - (AIR_OXYGEN - self.draught.state.oxygen) * self.parameters.flue_dilution

    @measurement(
        PERCENT,
        "Opening of the flue damper",
        "Apertura de la compuerta de humos",
        low=0.0,
        high=100.0,
        sensor=Sensor(noise=0.2, resolution=0.1, period=2.0),
    )
    def flue_damper(self) -> float:
        self.breathe(self.now)
        return 100.0 * self.draught.state.damper

    @measurement(
        MILLIBAR,
        "Pressure of the combustion air",
        "Presión del aire de combustión",
        low=0.0,
        high=100.0,
        sensor=Sensor(noise=0.3, resolution=0.1, period=1.0),
    )
    def combustion_air_pressure(self) -> float:
        # The pressure of a fan falls with the square of what it still moves.
        moved = max(1.0 + self.faults.condition("combustion_air") + self.faults.condition("combustion_fan"), 0.0)
        return self.parameters.combustion_air_mbar * moved * moved

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

    @counter(KILOWATT_HOUR, "Gas used, lower heating value", "Gas consumido, PCI", real=True)
    def gas(self) -> float:
        return self.state.gas_j / 3.6e6
