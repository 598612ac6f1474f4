"""The glazing line: a belt on which tiles get engobe and glaze and cool down, with a rejecter at its end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from plant_models.definition.product import Changeover, Product
from plant_models.meters import WATER
from plant_models.physics.glazing import coat_gain, curtain_flow, lateral_profile
from plant_models.stations.belt import Belt, BeltState, closest_strokes
from plant_models.stations.powered import Powered
from plant_models.strokes import Strokes
from plant_models.tiles import PRESS_STEP, ClosedBlock, TileTable
from twin.line.link import Link
from twin.line.records import Record
from twin.line.signal import Axis, Sensor, counter, measurement, profile, quantity, set_point
from twin.line.station import Parameters, ProcessAlarm
from twin.line.text import Text
from twin.line.time import HOUR, SECOND, microseconds
from twin.line.units import (
    CELSIUS,
    CUBIC_METRE,
    GRAM_PER_CUBIC_CENTIMETRE,
    GRAM_PER_SQUARE_METRE,
    LITRE_PER_MINUTE,
    METRE_PER_MINUTE,
    ONE,
    PERCENT,
    TILES,
)
from twin.line.units import SECOND as SECONDS
from twin.run.control import intervene

ACROSS = Axis("across", ONE, Text("Place across the tile, -1 to 1", "Posición a lo ancho de la pieza, -1 a 1"))
PLACES_ACROSS = (-1.0, -0.5, 0.0, 0.5, 1.0)


class GlazingParameters(Parameters):
    """The belt, the coats and their scatter."""

    length_m: float = Field(gt=5, le=400)
    """From the dryer to the rejecter before the printer [m]."""
    speed_m_min: float = Field(ge=5, le=60)
    """Belt speed [m/min]."""
    headway_share: float = Field(gt=0, lt=1)
    """Shortest time between two strokes that leave, as a share of the press's stroke time [-]."""
    ambient: float = Field(ge=0, le=45)
    """Air of the hall [degC]."""
    heat_transfer: float = Field(gt=0)
    """From tile to the air of the belt [W/m2K]."""
    spray_g_m2: float = Field(ge=0, le=100)
    """Water sprayed on before the engobe [g/m2]."""
    engobe_density: float = Field(ge=1.3, le=1.95)
    """Density of the engobe after a check [g/cm3]."""
    glaze_density: float = Field(ge=1.3, le=1.95)
    """Density of the glaze after a check [g/cm3]."""
    density_rise_per_h: float = Field(ge=0)
    """Rise of density by evaporation between two checks [g/cm3 per h]."""
    check_every_min: float = Field(gt=0)
    """Time between two checks that set the density right [min]."""
    density_trim: float = Field(default=0.0, ge=-0.1, le=0.1)
    """Change of the glaze's density by the water that is added or held back [g/cm3]."""
    density_band: float = Field(gt=0, le=0.2)
    """Deviation of the glaze's density that raises the alarm [g/cm3]."""
    glaze_viscosity: float = Field(ge=8, le=100)
    """Viscosity of the glaze after a check, in a Ford cup of 4 mm [s]."""
    viscosity_rise_per_h: float = Field(ge=0)
    """Rise of viscosity by evaporation between two checks [s/h]."""
    curtain_m: float = Field(gt=0.1, le=5)
    """Width of the curtain [m]."""
    side_excess: float = Field(ge=0, le=0.5)
    """How much more glaze the sides of a tile get than its middle [-]."""
    coat_sd: float = Field(ge=0)
    """Relative scatter of a coat between tiles [-]."""
    temperature_sd: float = Field(ge=0)
    """Scatter of the tile's temperature at the printer [K]."""
    reject_above: float = Field(ge=30, le=120)
    """The rejecter takes out tiles hotter than this [degC]."""
    changeover_min: Changeover
    """Minutes of changeover by attribute that differs."""
    power_kw: float = Field(ge=0)
    """Electricity [kW]."""
    wash_l_m2: float = Field(ge=0)
    """Water for glaze and washing [L/m2]."""


@dataclass(slots=True)
class GlazingState(BeltState):
    """What the glazing line keeps besides the tiles on it."""

    epoch_due: bool = True
    """Whether conditions have changed since the last stroke came."""
    scrapped: int = 0
    leaving: list[tuple[int, int]] = field(default_factory=list)
    """Tiles taken out and when, until they are settled."""
    metered: int = 0
    water_g: int = 0
    electricity_j: int = 0
    metered_at: int = 0


class GlazingLine(Powered, Belt):
    """Carries strokes past engobe and glaze to the rejecter; a new product waits until the line is empty and set up."""

    highest_power = 500.0

    parameters_type = GlazingParameters
    parameters: GlazingParameters
    state: GlazingState
    process_alarms = (
        ProcessAlarm(
            "density",
            "GLZ-415",
            Text("Glaze density out of band", "Densidad de esmalte fuera de banda"),
            400,
            work="top_up_glaze",
        ),
    )

    def bind(
        self,
        diary: Strokes,
        products: tuple[Product, ...],
        compute: Callable[[], None],
        stroke_time: float,
        tile_area: float,
        warmth: Callable[[], float],
    ) -> None:
        """Connect what the glazing line shares: diary, range, and the physics up to here.

        `stroke_time` [s] is the press's; `tile_area` [m2] the fired tile's face; `warmth` gives the temperature of
        tiles that come to the printer now [degC].
        """
        self.diary, self.products, self.compute, self._warmth = diary, products, compute, warmth
        self.stroke_time, self.tile_area = stroke_time, tile_area

    def initial_state(self) -> GlazingState:
        """A fresh state."""
        return GlazingState()

    def transit(self) -> int:
        """Time on the belt [microseconds]."""
        return microseconds(60.0 * self.parameters.length_m / self.set_points["speed_m_min_set_point"])

    def capacity_now(self) -> int:
        """Strokes that find room when they stand as close as they may leave."""
        return closest_strokes(self.transit(), self.headway())

    def headway(self) -> int:
        """Shortest time between two strokes that leave [microseconds]."""
        return microseconds(self.parameters.headway_share * self.stroke_time)

    def ready_for(self, link: Link, token: int) -> int:
        """Take a stroke of another product only when the line is empty and set up for it."""
        product, _ = self.diary.product_from(token)
        return self.ready_for_product(product, self.products, self.parameters.changeover_min)

    def receive(self, link: Link) -> None:
        """Note how the stroke is glazed; when is what the dryer has noted."""
        token = link.queue[-1]
        if self.state.epoch_due or token >= link.same_until:
            self.begin_epoch(token)
        super().receive(link)

    def receive_many(self, tokens: NDArray[np.int64]) -> None:
        """Note how the strokes are glazed."""
        if self.state.epoch_due:
            self.begin_epoch(int(tokens[0]))

    def begin_epoch(self, token: int) -> None:
        """Note the conditions under which strokes from `token` on are glazed."""
        condition = self.faults.condition
        self.state.epoch_due = False
        self.diary.glazing.begin_epoch(
            token,
            (
                60.0 * self.parameters.length_m / self.set_points["speed_m_min_set_point"],
                1.0 + condition("engobe"),
                1.0 + condition("glaze"),
                condition("density") + self.set_points["density_trim_set_point"],
                1.0 + condition("cooling"),
                condition("broken"),
                condition("chip"),
                condition("bare"),
                condition("edge"),
                condition("specks"),
            ),
        )

    def passed(self, token: int, now: int) -> None:
        """Note when the stroke passed the rejecter."""
        self.diary.rejecting.at.append(now)

    def passed_many(self, tokens: NDArray[np.int64], times: NDArray[np.int64]) -> None:
        """Note when the strokes passed the rejecter."""
        self.diary.rejecting.at.frombytes(times.tobytes())

    def reject(self) -> None:
        """Let the rejecter have taken out what was broken or too hot of the strokes that passed since the last call."""
        diary, passing = self.diary, self.diary.rejecting
        first, last = passing.base, passing.end
        if last > diary.known_glazed:
            self.compute()
        rejected = sorted(token for token in diary.scrap if first <= token < last)
        entries = [(passing.at[token - first], Record.SCRAPPED, token, len(diary.scrap[token])) for token in rejected]
        base = diary.press * PRESS_STEP
        for time, _, token, tiles in entries:
            self.state.scrapped += tiles
            self.state.leaving.extend((base + tile, time) for tile in diary.scrap[token])
        self._log_behind_leaving(entries)
        passing.forget(last)

    def _log_behind_leaving(self, entries: Sequence[tuple[int, int, int, int]]) -> None:
        """Log what the rejecter did with strokes, each just behind the entry that the stroke left."""
        if not entries:
            return
        table, scrapped = np.array(self.log, dtype=np.int64).reshape(-1, 4), np.array(entries, dtype=np.int64)
        (left,) = np.nonzero((table[:, 1] == Record.LEFT) & np.isin(table[:, 2], scrapped[:, 2]))
        order = np.argsort(table[left, 2], kind="stable")
        del self.log[:]
        self.log.frombytes(np.insert(table, left[order] + 1, scrapped, axis=0).tobytes())

    def settle(self, until: int) -> None:
        """Know what the rejecter has taken out so far."""
        self.reject()

    def let_scrap_leave(self, table: TileTable) -> list[ClosedBlock]:
        """Let what the rejecter took out since the last call leave the line; the blocks that this completes."""
        leaving, self.state.leaving = self.state.leaving, []
        if not leaving:
            return []
        ids, times = np.array(leaving, dtype=np.int64).T
        table.write(ids, {"left_at": times.astype(np.float64)})
        return table.leave(ids)

    def changed(self) -> None:
        """Note new conditions from the next stroke on."""
        self.state.epoch_due = True
        super().changed()

    def meter(self) -> None:
        """Count electricity and water, and look at the density."""
        state, p = self.state, self.parameters
        tiles = (state.left - state.metered) * self.diary.cavities
        water = round(1000.0 * p.wash_l_m2 * tiles * self.tile_area)
        state.water_g += water
        state.metered = state.left
        super().meter()
        self.record(Record.METER, WATER, water)
        self.alarm(0, abs(self.glaze_density - p.glaze_density) > p.density_band)

    def see_to(self, alarm: str, now: int) -> None:
        """Set the density right with water, or with thick glaze."""
        error = float(self.glaze_density) - self.parameters.glaze_density
        intervene(self, "density_trim_set_point", round(self.set_points["density_trim_set_point"] - error, 3))

    def density_gain(self, time: int) -> float:
        """How much density has risen since the last check [g/cm3]."""
        period = microseconds(60.0 * self.parameters.check_every_min)
        return self.parameters.density_rise_per_h * (time % period) / HOUR

    @property
    def current(self) -> Product:
        """The product on the line."""
        return self.products[max(0, self.state.product)]

    speed_m_min_set_point = set_point(
        METRE_PER_MINUTE, "Set point of the belt speed", "Consigna de velocidad de la línea", low=5.0, high=60.0
    )

    @measurement(
        METRE_PER_MINUTE,
        "Belt speed",
        "Velocidad de la línea",
        low=0.0,
        high=60.0,
        sensor=Sensor(noise=0.1, resolution=0.1, period=1.0),
        main=True,
    )
    def speed(self) -> float:
        return 0.0 if self.state.stopped_at >= 0 else self.set_points["speed_m_min_set_point"]

    density_trim_set_point = set_point(
        GRAM_PER_CUBIC_CENTIMETRE,
        "Change of the glaze's density by added water",
        "Cambio de densidad del esmalte por agua añadida",
        low=-0.1,
        high=0.1,
    )

    @measurement(
        GRAM_PER_CUBIC_CENTIMETRE,
        "Density of the engobe",
        "Densidad del engobe",
        low=1.3,
        high=1.95,
        sensor=Sensor(noise=0.002, resolution=0.001, period=10.0),
    )
    def engobe_density(self) -> float:
        return self.parameters.engobe_density + self.density_gain(self.now)

    @measurement(
        GRAM_PER_CUBIC_CENTIMETRE,
        "Density of the glaze",
        "Densidad del esmalte",
        low=1.3,
        high=1.95,
        sensor=Sensor(noise=0.002, resolution=0.001, period=10.0),
    )
    def glaze_density(self) -> float:
        shift = self.faults.condition("density") + self.set_points["density_trim_set_point"]
        return self.parameters.glaze_density + (self.density_gain(self.now) + shift)

    @measurement(
        SECONDS,
        "Viscosity of the glaze, Ford cup of 4 mm",
        "Viscosidad del esmalte, copa Ford de 4 mm",
        low=5.0,
        high=120.0,
        sensor=Sensor(noise=0.8, resolution=0.1, period=2700.0),
    )
    def glaze_viscosity(self) -> float:
        p = self.parameters
        hours = (self.now % microseconds(60.0 * p.check_every_min)) / HOUR
        return p.glaze_viscosity + p.viscosity_rise_per_h * hours + self.faults.condition("viscosity")

    @measurement(
        LITRE_PER_MINUTE,
        "Glaze through the curtain",
        "Caudal de esmalte en la cortina",
        low=0.0,
        high=100.0,
        sensor=Sensor(relative_noise=0.005, resolution=0.01, period=5.0),
    )
    def glaze_flow(self) -> float:
        p = self.parameters
        return float(curtain_flow(self.glaze_grammage, p.glaze_density, self.speed, p.curtain_m))

    @profile(
        GRAM_PER_SQUARE_METRE,
        "Glaze across the tile, wet",
        "Gramaje de esmalte a lo ancho de la pieza, húmedo",
        axis=ACROSS,
        low=0.0,
        high=2500.0,
        sensor=Sensor(relative_noise=0.02, resolution=1.0, period=3600.0),
    )
    def glaze_profile(self) -> list[float]:
        across = lateral_profile(np.array(PLACES_ACROSS), self.parameters.side_excess)
        return [float(value) for value in np.asarray(self.glaze_grammage * across)]

    def axis_points(self, axis: str) -> tuple[float, ...]:
        """Places across the tile."""
        return PLACES_ACROSS if axis == ACROSS.name else super().axis_points(axis)

    @measurement(
        CELSIUS,
        "Temperature of tiles before the printer",
        "Temperatura de las piezas ante la impresora",
        low=0.0,
        high=150.0,
        sensor=Sensor(noise=1.0, resolution=0.1, period=5.0),
        main=True,
    )
    def tile_temperature(self) -> float:
        return self._warmth()

    @measurement(
        GRAM_PER_SQUARE_METRE,
        "Engobe on the tile, wet",
        "Gramaje de engobe, húmedo",
        low=0.0,
        high=1500.0,
        sensor=Sensor(relative_noise=0.01, resolution=1.0, period=30.0),
    )
    def engobe_grammage(self) -> float:
        return self.current.engobe_g_m2 * (1.0 + self.faults.condition("engobe"))

    @measurement(
        GRAM_PER_SQUARE_METRE,
        "Glaze on the tile, wet",
        "Gramaje de esmalte, húmedo",
        low=0.0,
        high=2500.0,
        sensor=Sensor(relative_noise=0.01, resolution=1.0, period=30.0),
        main=True,
    )
    def glaze_grammage(self) -> float:
        gain = coat_gain(self.glaze_density, self.parameters.glaze_density)
        return float(self.current.glaze_g_m2 * (1.0 + self.faults.condition("glaze")) * gain)

    @quantity(TILES, "Tiles on the line", "Piezas en la línea", low=0.0, high=2000.0)
    def inside(self) -> float:
        return float(len(self.inlet.queue) * self.diary.cavities)

    @counter(TILES, "Green tiles scrapped up to the rejecter", "Piezas crudas rechazadas", main=True)
    def scrapped(self) -> int:
        self.reject()
        return self.state.scrapped

    @quantity(PERCENT, "Share of pressed tiles scrapped green", "Tiesto crudo", low=0.0, high=100.0)
    def green_scrap_share(self) -> float:
        tiles = self.state.left * self.diary.cavities
        return 100.0 * self.scrapped / tiles if tiles else 0.0

    @quantity(
        SECONDS, "Time since the density was checked", "Tiempo desde el control de densidad", low=0.0, high=86400.0
    )
    def since_check(self) -> float:
        return self.now % microseconds(60.0 * self.parameters.check_every_min) / SECOND

    @counter(CUBIC_METRE, "Water used", "Agua consumida", real=True)
    def water(self) -> float:
        return self.state.water_g / 1e6
