"""The dryer: tiles travel through hot air, then a cooler section, and leave warm and nearly dry."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from plant_models.meters import GAS
from plant_models.physics.drying import Cracking, Drying, dry, useful_heat
from plant_models.physics.numeric import Numeric
from plant_models.stations.powder import PowderSupply
from plant_models.stations.powered import Powered
from plant_models.stations.press_parts import PressParameters
from plant_models.strokes import Strokes
from twin.line.activity import Activity
from twin.line.generic import Transport, TransportState
from twin.line.records import Record
from twin.line.signal import Sensor, counter, measurement, quantity, set_point
from twin.line.station import Parameters, ProcessAlarm
from twin.line.text import Text
from twin.line.time import MINUTE, SECOND, microseconds
from twin.line.units import (
    CELSIUS,
    GRAM_PER_KILOGRAM,
    KILOWATT_HOUR,
    NORMAL_CUBIC_METRES_PER_HOUR,
    PERCENT,
    TILES,
)
from twin.line.units import MINUTE as MINUTES


@dataclass(frozen=True, slots=True)
class Restart:
    """How a dryer that has had nothing to dry receives the first tiles."""

    heat: float
    """Hot air above its set point after a long pause [K]."""
    full_pause_min: float
    """Pause of the press after which it is that much [min]."""
    memory_min: float
    """Time constant with which it comes down again [min]."""


class DryerParameters(Parameters):
    """The dryer and its air."""

    residence_min: float = Field(ge=5, le=120)
    """Time from entry to exit [min]."""
    capacity_tiles: int = Field(ge=10)
    """Tiles that find room inside."""
    headway_share: float = Field(gt=0, lt=1)
    """Shortest time between two strokes that leave, as a share of the press's stroke time [-]."""
    hot_temperature: float = Field(ge=60, le=260)
    """Air of the hot section [degC]."""
    cool_temperature: float = Field(ge=20, le=200)
    """Air of the last section [degC]."""
    hot_share: float = Field(gt=0, lt=1)
    """Share of the residence in hot air [-]; tiles that wait are longer in it."""
    drying: Drying
    """How fast it dries and heats."""
    restart: Restart
    """How hot the air is when tiles come again after a long pause of the press."""
    cracking: Cracking
    """How the risk of drying cracks grows."""
    cracked_found_share: float = Field(ge=0, le=1)
    """Share of cracked tiles that break and are taken out before the kiln [-]."""
    residual_sd: float = Field(ge=0)
    """Scatter of residual moisture between tiles [% dry]."""
    efficiency: float = Field(gt=0.1, le=1)
    """Useful heat over gas [-]."""
    idle_kw: float = Field(ge=0)
    """Gas to keep the empty dryer hot [kW]."""
    fans_kw: float = Field(ge=0)
    """Electricity of the fans [kW]."""
    gas_kwh_per_nm3: float = Field(gt=5, le=12)
    """Lower heating value [kWh/Nm3]."""
    exhaust_kg_h: float = Field(gt=0, le=200000)
    """Dry air through the exhaust [kg/h]."""
    ambient_humidity: float = Field(ge=0, le=30)
    """Water in the air that comes in [g/kg]."""
    torque_pct: float = Field(ge=0, le=100)
    """Torque of the elevator or of the rollers' drive [% of nominal]."""
    residual_limit: float = Field(gt=0, le=5)
    """Residual moisture that raises the alarm [% dry]."""

    def restart_heat(self, since: Numeric, pause: Numeric) -> Numeric:
        """What the hot air has above its set point for tiles that come after a pause of the press [K].

        since: from the first stroke after the pause to theirs; pause: its length [both in microseconds].
        """
        r = self.restart
        share = np.minimum(pause / (r.full_pause_min * MINUTE), 1.0)
        fading = np.exp(-since / (r.memory_min * MINUTE))
        heat: Numeric = r.heat * share * fading
        return heat

    def share_in_hot_air(self, minutes: Numeric) -> Numeric:
        """Share of a stay of `minutes` in hot air [-]: tiles that wait stand in it, the last section takes its time."""
        return 1.0 - (1.0 - self.hot_share) * self.residence_min / minutes


@dataclass(slots=True)
class DryerState(TransportState):
    """What the dryer keeps besides the tiles inside."""

    epoch_due: bool = True
    """Whether conditions have changed since the last stroke left."""
    metered: int = 0
    """Strokes that had left when the meters were read last."""
    gas_j: int = 0
    electricity_j: int = 0
    metered_at: int = 0


class Dryer(Powered, Transport):
    """Delays strokes by the residence time; what cannot leave waits inside and dries on."""

    highest_power = 200.0

    parameters_type = DryerParameters
    parameters: DryerParameters
    state: DryerState
    process_alarms = (
        ProcessAlarm("residual", "DRY-350", Text("Residual moisture high", "Humedad residual alta"), 500),
    )

    def bind(self, diary: Strokes, powder: PowderSupply, press: PressParameters, thickness_mm: float) -> None:
        """Connect what the dryer shares with the line; `thickness_mm` is the fired tile's."""
        self.diary, self.powder, self.press, self.thickness = diary, powder, press, thickness_mm

    def initial_state(self) -> DryerState:
        """A fresh state."""
        return DryerState()

    def transit(self) -> int:
        """Residence time [microseconds]."""
        return microseconds(60.0 * self.parameters.residence_min)

    def capacity_now(self) -> int:
        """Strokes that find room."""
        return self.parameters.capacity_tiles // self.diary.cavities

    def headway(self) -> int:
        """Shortest time between two strokes that leave [microseconds]."""
        return microseconds(self.parameters.headway_share * 60.0 / self.press.strokes_per_minute)

    def passed(self, token: int, now: int) -> None:
        """Note when the stroke leaves, and in which air it was."""
        if self.state.epoch_due:
            self.begin_epoch(token)
        self.diary.dried.at.append(now)

    def passed_many(self, tokens: NDArray[np.int64], times: NDArray[np.int64]) -> None:
        """Note when the strokes left, and in which air they were."""
        if self.state.epoch_due:
            self.begin_epoch(int(tokens[0]))
        self.diary.dried.at.frombytes(times.tobytes())

    def begin_epoch(self, token: int) -> None:
        """Note the air that strokes from `token` on were dried in."""
        self.state.epoch_due = False
        condition = self.faults.condition
        self.diary.dried.begin_epoch(
            token,
            (
                self.hot_air,
                self.cool_air,
                1.0 + condition("drying_speed"),
                condition("tile_temperature"),
                condition("chip"),
            ),
        )

    def changed(self) -> None:
        """Note new conditions from the next stroke on."""
        self.state.epoch_due = True
        super().changed()

    def before_change(self) -> None:
        """Count what the fans have drawn so far."""
        self.count_electricity(1000.0 * self.power_now() * self.unmetered_s)

    @property
    def hot_air(self) -> float:
        """True temperature of the hot section [degC]."""
        return self.set_points["hot_temperature_set_point"] + self.faults.condition("air_temperature")

    @property
    def cool_air(self) -> float:
        """True temperature of the last section [degC]."""
        return self.parameters.cool_temperature + self.faults.condition("air_temperature")

    def _exit_now(self) -> tuple[float, float]:
        """(residual moisture, exit temperature) of a tile that leaves now and has had the nominal residence."""
        p, moisture, condition = self.parameters, self.powder.moisture, self.faults.condition
        restarts, pressed_at = self.diary.restarts.epochs, self.now - self.transit()
        hot = self.hot_air
        if restarts and restarts[-1][1][0] <= pressed_at:
            restarted_at, pause = restarts[-1][1]
            hot += float(p.restart_heat(pressed_at - restarted_at, pause))
        speed = 1.0 + condition("drying_speed")
        dried = dry(moisture, p.residence_min, hot, self.cool_air, p.hot_share, self.thickness, p.drying, speed)
        return float(dried.residual_moisture), float(dried.exit_temperature) + condition("tile_temperature")

    def heat_per_tile(self) -> float:
        """Gas that one tile takes, without the idle part [kJ]."""
        return self._heat_for(*self._exit_now())

    def _heat_for(self, residual: float, exit_temperature: float) -> float:
        """Gas for one tile that leaves so dry and so warm [kJ]."""
        p, moisture = self.parameters, self.powder.moisture
        dry_mass = self.press.moist_mass / (1.0 + moisture / 100.0)
        heat = useful_heat(dry_mass, moisture, residual, p.drying.entry_temperature, exit_temperature)
        return float(heat) / p.efficiency

    def meter(self) -> None:
        """Count gas (idle part always, drying per tile that left) and the fans' electricity."""
        state, p = self.state, self.parameters
        tiles = (state.left - state.metered) * self.diary.cavities
        residual, exit_temperature = self._exit_now()
        gas = round(1000.0 * (p.idle_kw * self.unmetered_s + self._heat_for(residual, exit_temperature) * tiles))
        state.gas_j += gas
        state.metered = state.left
        self.record(Record.METER, GAS, gas)
        self.count_electricity(1000.0 * self.power_now() * self.unmetered_s)
        self.alarm(0, residual > p.residual_limit)

    def power_now(self) -> float:
        """Power of the fans [kW]."""
        return self.parameters.fans_kw * (1.0 + self.faults.condition("fan"))

    hot_temperature_set_point = set_point(
        CELSIUS, "Set point of the hot air", "Consigna del aire caliente", low=60.0, high=260.0
    )

    @measurement(
        CELSIUS,
        "Air temperature of the hot section",
        "Temperatura del aire en la zona caliente",
        low=20.0,
        high=300.0,
        sensor=Sensor(noise=0.8, resolution=0.1, period=5.0),
        main=True,
    )
    def hot_temperature(self) -> float:
        return self.hot_air

    @measurement(
        CELSIUS,
        "Air temperature of the last section",
        "Temperatura del aire en la última zona",
        low=0.0,
        high=250.0,
        sensor=Sensor(noise=0.8, resolution=0.1, period=5.0),
    )
    def cool_temperature(self) -> float:
        return self.cool_air

    @measurement(
        CELSIUS,
        "Tile temperature at the exit",
        "Temperatura de la pieza a la salida",
        low=20.0,
        high=200.0,
        sensor=Sensor(noise=1.0, resolution=0.1, period=5.0),
    )
    def tile_exit_temperature(self) -> float:
        return self._exit_now()[1]

    @measurement(
        PERCENT,
        "Residual moisture at the exit, dry basis",
        "Humedad residual a la salida, base seca",
        low=0.0,
        high=3.0,
        sensor=Sensor(noise=0.05, resolution=0.01, period=60.0),
    )
    def residual_moisture(self) -> float:
        return self._exit_now()[0]

    @measurement(
        GRAM_PER_KILOGRAM,
        "Water in the exhaust air",
        "Agua en el aire de salida",
        low=0.0,
        high=300.0,
        sensor=Sensor(noise=2.0, resolution=0.1, period=10.0),
    )
    def exhaust_humidity(self) -> float:
        p, moisture = self.parameters, self.powder.moisture
        dry_kg_h = 0.0
        if self.state.activity == Activity.PRODUCING:
            strokes = 60.0 * self.press.strokes_per_minute
            dry_kg_h = self.press.moist_mass / (1.0 + moisture / 100.0) * self.diary.cavities * strokes
        water_g_h = 10.0 * dry_kg_h * (moisture - self._exit_now()[0])
        air_kg_h = p.exhaust_kg_h * (1.0 + self.faults.condition("fan"))
        return float(p.ambient_humidity + water_g_h / air_kg_h)

    @measurement(
        PERCENT,
        "Torque of the drive",
        "Par del accionamiento",
        low=0.0,
        high=150.0,
        sensor=Sensor(noise=0.5, resolution=0.1, period=1.0),
    )
    def torque(self) -> float:
        return self.parameters.torque_pct + self.faults.condition("torque")

    @measurement(
        NORMAL_CUBIC_METRES_PER_HOUR,
        "Natural gas flow",
        "Caudal de gas natural",
        low=0.0,
        high=400.0,
        sensor=Sensor(relative_noise=0.007, resolution=0.1, period=1.0),
    )
    def gas_flow(self) -> float:
        rate = 0.0
        if self.state.activity == Activity.PRODUCING:
            rate = self.heat_per_tile() * self.diary.cavities * self.press.strokes_per_minute / 60.0
        return (self.parameters.idle_kw + rate) / self.parameters.gas_kwh_per_nm3

    @quantity(
        TILES, "Tiles inside", "Piezas en el interior", low=0.0, high=lambda s: s.parameters.capacity_tiles, main=True
    )
    def inside(self) -> float:
        return float(len(self.inlet.queue) * self.diary.cavities)

    @quantity(MINUTES, "Time the oldest tile has spent inside", "Tiempo de la pieza más antigua", low=0.0, high=10000.0)
    def longest_stay(self) -> float:
        if not self.state.due:
            return 0.0
        return max(0.0, (self.now - self.state.due[0] + self.transit()) / (60 * SECOND))

    @counter(KILOWATT_HOUR, "Gas used, lower heating value", "Gas consumido, PCI", real=True)
    def gas(self) -> float:
        return self.state.gas_j / 3.6e6

    @counter(TILES, "Tiles that have left the dryer", "Piezas salidas del secadero")
    def tiles_dried(self) -> int:
        return self.state.left * self.diary.cavities
