"""The inkjet printer: tiles pass under its bars on the moving belt and take the design."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from plant_models.definition.product import Changeover, Product
from plant_models.physics.printing import Drop, NozzleFailure, drop_volume
from plant_models.stations.belt import Belt, BeltState, closest_strokes
from plant_models.stations.powered import Powered
from plant_models.strokes import Strokes
from twin.line.link import Link
from twin.line.signal import Sensor, counter, measurement, quantity, set_point, text
from twin.line.station import Parameters
from twin.line.time import HOUR, SECOND, microseconds
from twin.line.units import CELSIUS, GRAM, GRAM_PER_SQUARE_METRE, ONE, PERCENT, TILES, VOLT
from twin.line.units import HOUR as HOURS


class PrinterParameters(Parameters):
    """The printer and its scatter."""

    passage_s: float = Field(gt=1, le=600)
    """Time from the rejecter through the printer to the box loader [s]."""
    headway_share: float = Field(gt=0, lt=1)
    """Shortest time between two strokes that the box loader takes, as a share of the press's stroke time [-]."""
    bars: int = Field(ge=1, le=12)
    """Colour bars."""
    head_temperature: float = Field(ge=30, le=60)
    """Temperature of the printheads [degC]."""
    drop_per_degree: float = Field(ge=0, le=0.1)
    """Relative change of ink with head temperature [1/K]."""
    head_voltage: float = Field(ge=5, le=60)
    """Voltage of the printheads [V]."""
    drop_per_volt: float = Field(ge=0, le=0.1)
    """Relative change of ink with that voltage [1/V]."""
    nozzles: NozzleFailure
    """How hot tiles bring the next failure of a nozzle closer."""
    ink_level_pct: float = Field(ge=0, le=100)
    """Ink in the tanks between two refills, on average [%]."""
    ink_sd: float = Field(ge=0)
    """Relative scatter of ink between tiles [-]."""
    changeover_min: Changeover
    """Minutes of changeover by attribute that differs."""
    power_kw: float = Field(ge=0)
    """Electricity [kW]."""


@dataclass(slots=True)
class PrinterState(BeltState):
    """What the printer keeps besides the tiles in it."""

    epoch_due: bool = True
    """Whether conditions have changed since the last stroke left."""
    leaving_batch_end: int = 0
    """First stroke that may be of another product than the one that left last."""
    ink_mg: int = 0
    printed: int = 0
    electricity_j: int = 0
    metered_at: int = 0


class Printer(Powered, Belt):
    """Carries strokes under the bars; a new design waits until the printer is empty and set up."""

    counts_work = True
    """Its working clock counts printing time, faster under hot tiles: nozzles fail by it."""
    highest_power = 200.0

    parameters_type = PrinterParameters
    parameters: PrinterParameters
    state: PrinterState

    def bind(
        self,
        diary: Strokes,
        products: tuple[Product, ...],
        compute: Callable[[int], None],
        stroke_time: float,
    ) -> None:
        """Connect what the printer shares: diary, range, the physics of printing, the press's stroke time [s]."""
        self.diary, self.products, self.compute, self.stroke_time = diary, products, compute, stroke_time
        hottest = max(1.0, self.parameters.nozzles.heat_factor)
        self._most_wear = math.ceil(SECOND * stroke_time * hottest) + diary.cavities
        """Wear that a stroke adds at most [microseconds], its tiles' rounded one by one."""

    def initial_state(self) -> PrinterState:
        """A fresh state."""
        return PrinterState()

    def transit(self) -> int:
        """Time to the box loader [microseconds]."""
        return microseconds(self.parameters.passage_s)

    def headway(self) -> int:
        """Shortest time between two strokes that leave [microseconds]."""
        return microseconds(self.parameters.headway_share * self.stroke_time)

    def capacity_now(self) -> int:
        """Strokes that find room when they stand as close as they may leave."""
        return closest_strokes(self.transit(), self.headway())

    def ready_for(self, link: Link, token: int) -> int:
        """Take a stroke of another product only when the printer is empty and set up for it."""
        product, _ = self.diary.product_from(token)
        return self.ready_for_product(product, self.products, self.parameters.changeover_min)

    def passed(self, token: int, now: int) -> None:
        """Note when and how the stroke was printed."""
        if self.state.epoch_due or token >= self.state.leaving_batch_end:
            self.begin_epoch(token)
        self.diary.printed.at.append(now)

    def passed_many(self, tokens: NDArray[np.int64], times: NDArray[np.int64]) -> None:
        """Note when and how the strokes were printed."""
        state, first, last = self.state, int(tokens[0]), int(tokens[-1])
        if state.epoch_due:
            self.begin_epoch(first)
        if last >= state.leaving_batch_end:
            self.begin_epoch(max(first, state.leaving_batch_end))
        self.diary.printed.at.frombytes(times.tobytes())

    def count(self) -> None:
        """Count the tiles of strokes printed since the last call, without those that the rejecter has taken out."""
        diary = self.diary
        first, last = diary.counted, diary.printed.end
        if last > diary.known_glazed:
            self.compute(self.now)
        rejected = sum(len(tiles) for token, tiles in diary.scrap.items() if first <= token < last)
        self.state.printed += diary.cavities * (last - first) - rejected
        diary.counted = last

    def begin_epoch(self, token: int) -> None:
        """Note the conditions under which strokes from `token` on are printed."""
        state, condition = self.state, self.faults.condition
        _, state.leaving_batch_end = self.diary.product_from(token)
        state.epoch_due = False
        self.diary.printed.begin_epoch(token, (self.drop_factor, condition("nozzles_out"), condition("chip")))

    def changed(self) -> None:
        """Note new conditions from the next stroke on."""
        self.state.epoch_due = True
        super().changed()

    def meter(self) -> None:
        """Count electricity, and let the nozzles fail that hot tiles have worn out since the last check."""
        super().meter()
        faults, diary = self.faults, self.diary
        diary.metered = diary.printed.end
        if faults.state.worked + self._most_wear * (diary.metered - diary.checked) >= faults.next_working:
            self._count_wear()
        while faults.state.worked >= faults.next_working:
            self.begin_due_fault()

    def before_change(self) -> None:
        """Know how worn the nozzles are."""
        self._count_wear()

    def _count_wear(self) -> None:
        """Count the wear by strokes up to the last check."""
        diary = self.diary
        if diary.metered > diary.checked:
            if diary.metered > diary.known_glazed:
                self.compute(self.now)
            self.faults.state.worked += diary.wear_not_counted()

    @property
    def drop_factor(self) -> float:
        """Volume of a drop over its nominal one [-]."""
        p, condition = self.parameters, self.faults.condition
        drop = Drop(p.head_temperature, p.drop_per_degree, p.head_voltage, p.drop_per_volt)
        voltage = p.head_voltage + condition("head_voltage")
        return float(drop_volume(1.0, self.true_head_temperature, voltage, drop)) + condition("ink")

    def settle(self, until: int) -> None:
        """Compute the ink of all strokes printed so far."""
        self.compute(until)
        self.count()
        self._count_wear()

    @property
    def true_head_temperature(self) -> float:
        """True temperature of the heads [degC]."""
        return self.set_points["head_temperature_set_point"] + self.faults.condition("head_temperature")

    @property
    def current(self) -> Product:
        """The product in the printer."""
        return self.products[max(0, self.state.product)]

    head_temperature_set_point = set_point(
        CELSIUS, "Set point of the head temperature", "Consigna de temperatura de cabezales", low=30.0, high=60.0
    )

    @measurement(
        CELSIUS,
        "Temperature of the printheads",
        "Temperatura de los cabezales",
        low=20.0,
        high=70.0,
        sensor=Sensor(noise=0.2, resolution=0.1, period=1.0),
        main=True,
    )
    def head_temperature(self) -> float:
        return self.true_head_temperature

    @measurement(
        GRAM_PER_SQUARE_METRE,
        "Ink on the tile, all colours",
        "Tinta sobre la pieza, todos los colores",
        low=0.0,
        high=60.0,
        sensor=Sensor(relative_noise=0.005, resolution=0.01, period=10.0),
    )
    def ink_grammage(self) -> float:
        return self.current.ink_g_m2 * self.drop_factor

    @measurement(
        VOLT,
        "Voltage of the printheads",
        "Tensión de los cabezales",
        low=0.0,
        high=80.0,
        sensor=Sensor(noise=0.05, resolution=0.01, period=1.0),
    )
    def head_voltage(self) -> float:
        return self.parameters.head_voltage + self.faults.condition("head_voltage")

    @measurement(
        PERCENT,
        "Ink in the tanks",
        "Tinta en los depósitos",
        low=0.0,
        high=100.0,
        sensor=Sensor(noise=0.5, resolution=0.1, period=10.0),
    )
    def ink_level(self) -> float:
        return max(0.0, self.parameters.ink_level_pct + self.faults.condition("ink_level"))

    @quantity(
        HOURS,
        "Printing time since the start, by the wear of nozzles",
        "Horas de impresión, según el desgaste de inyectores",
        low=0.0,
        high=1000000.0,
    )
    def nozzle_hours(self) -> float:
        self._count_wear()
        return self.faults.state.worked / HOUR

    @quantity(
        ONE, "Nozzle rows that do not print", "Filas de inyectores que no imprimen", low=0.0, high=50.0, main=True
    )
    def nozzles_out(self) -> float:
        return self.faults.condition("nozzles_out")

    @text("Design being printed", "Diseño en impresión")
    def design(self) -> str:
        return self.current.design

    @counter(TILES, "Tiles printed", "Piezas impresas", main=True)
    def tiles_printed(self) -> int:
        self.count()
        return self.state.printed

    @counter(GRAM, "Ink used", "Tinta consumida", real=True)
    def ink_used(self) -> float:
        return self.state.ink_mg / 1000.0
