"""The sorting line: measures every tile of a row, and decides class, caliber and shade from what it measured."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from plant_models.definition.product import Changeover, Product, changeover_minutes
from plant_models.row_means import RowMeans
from plant_models.rows import Rows
from plant_models.stations.powered import Powered
from plant_models.tiles import DEFECTS, FIRED_SCRAP, FIRST
from plant_models.tiles import SECOND as SECOND_CLASS
from twin.line.activity import Activity
from twin.line.generic import Machine, MachineState, ServerState
from twin.line.signal import Axis, Sensor, counter, measurement, profile, quantity, text
from twin.line.station import Parameters, ProcessAlarm
from twin.line.text import Text
from twin.line.time import microseconds
from twin.line.units import COLOUR_DIFFERENCE, MILLIMETRE, ONE, PERCENT, TILES, TILES_PER_MINUTE

DEFECT_AXIS = Axis("defect", ONE, Text("Kind of defect", "Tipo de defecto"))
SHADE_HYSTERESIS = 0.7
"""Share of the limit to which the drift has to fall before the alarm is cleared [-]."""


class SorterParameters(Parameters):
    """The sorting line, its gauges and its limits."""

    tiles_per_minute: float = Field(gt=0, le=200)
    """Cadence [1/min]."""
    cadence_share: float = Field(gt=0, le=1)
    """Share of the cadence that tiles come at while the line runs: gaps between rows, slow starts [-]."""
    changeover_min: Changeover
    """Minutes to change the recipe by attribute that differs."""
    size_sd: float = Field(ge=0)
    """Error of the size gauge [mm]."""
    curvature_sd: float = Field(ge=0)
    """Error of the planarity gauge [mm]."""
    shade_sd: float = Field(ge=0)
    """Error of the colour camera [dE]."""
    caliber_step_mm: float = Field(gt=0)
    """From caliber to caliber [mm]."""
    calibers: int = Field(ge=1)
    """Calibers to each side of the nominal that are still sold as first quality."""
    flat_mm: float = Field(gt=0)
    """Curvature up to which a tile is first quality [mm]."""
    shade_step: float = Field(gt=0)
    """Difference of lightness between two shades [dE]."""
    hue_step: float = Field(gt=0)
    """Difference of da* or db* between two shades [dE]; wider, as eye and camera part tiles by lightness first."""
    shade_limit: float = Field(gt=0)
    """Colour difference from the lot's reference above which a tile is second [dE]."""
    wedge_mm: float = Field(gt=0)
    """Side difference up to which a tile is first quality [mm]."""
    size_percent: float = Field(gt=0)
    """Limit of the standard on size [%]; the tighter of this and the next holds."""
    size_mm: float = Field(gt=0)
    """Limits of the standard on size: percent and millimetres."""
    flat_percent: float = Field(gt=0)
    """Limit of the standard on flatness [%]; the tighter of this and the next holds."""
    flat_standard_mm: float = Field(gt=0)
    """Limits of the standard on flatness."""
    thickness_percent: float = Field(gt=0)
    """Limit of the standard on thickness [%]; the tighter of this and the next holds."""
    thickness_mm: float = Field(gt=0)
    """Limit of the standard on thickness [mm]."""
    shade_alarm: float = Field(gt=0)
    """Alarm when the lightness of the last half hour is so far from the reference [dE]."""
    shade_rows: int = Field(ge=1)
    """Rows over which that is averaged."""
    missed_crack_share: float = Field(ge=0, le=0.5)
    """Share of cracks that the tapping test does not hear [-]."""
    missed_share: float = Field(ge=0, le=0.5)
    """Share of visible defects that pass unseen [-]."""
    false_share: float = Field(ge=0, le=0.1)
    """Share of sound tiles rejected to second [-]."""
    power_kw: float = Field(ge=0)
    """Electricity [kW]."""


@dataclass(slots=True)
class SorterState(MachineState):
    """What the sorter keeps."""

    product: int = -1
    tiles: int = 0
    graded: list[int] = field(default_factory=lambda: [0, 0, 0, 0, 0])
    means: RowMeans = field(default_factory=RowMeans)
    in_caliber: int = 0
    """Tiles of the nominal caliber, whatever their grade."""
    by_caliber: dict[int, int] = field(default_factory=dict)
    by_shade: dict[int, int] = field(default_factory=dict)
    by_defect: list[int] = field(default_factory=lambda: [0] * 16)
    flatness: float = 0.0
    """Mean curvature of the tiles of the row measured last [mm]; likewise below."""
    lightness: float = 0.0
    drift: float = 0.0
    """Running mean of the lightness [dE]."""
    electricity_j: int = 0
    metered_at: int = 0


class Measured(NamedTuple):
    """Means of what the gauges have shown of one row."""

    time: int
    """When it was sorted [microseconds]."""
    flatness: float
    """[mm]."""
    lightness: float
    """[dE]."""


class Sorter(Powered, Machine):
    """Works on one row at a time; what it decides is computed when somebody asks."""

    process_alarms = (
        ProcessAlarm("shade", "SOR-730", Text("Shade drift - shade change?", "Deriva de tono: ¿cambio de tono?"), 400),
    )

    highest_power = 300.0

    parameters_type = SorterParameters  # type: ignore[assignment]
    parameters: SorterParameters  # type: ignore[assignment]
    state: SorterState

    def bind(
        self,
        rows: Rows,
        products: tuple[Product, ...],
        compute: Callable[[int], None],
    ) -> None:
        """Connect what the sorter shares: diary, range, and the physics of firing and sorting."""
        self.rows, self.products, self.compute = rows, products, compute

    def initial_state(self) -> SorterState:
        """A fresh state."""
        return SorterState(servers=[ServerState()])

    @property
    def cadence(self) -> float:
        """Tiles sorted while the line runs [1/min]."""
        return self.parameters.tiles_per_minute * self.parameters.cadence_share

    def cycle_time(self, token: int, number: int) -> int:
        """Time for the tiles of a row [microseconds]."""
        return microseconds(60.0 / self.cadence * self.rows.count(token))

    def set_up_time(self, token: int) -> int:
        """Time to change the recipe when the row is of another product [microseconds]."""
        product = self.rows.products[token - self.rows.base]
        before, self.state.product = self.state.product, product
        if before in (product, -1):
            return 0
        matrix = self.parameters.changeover_min
        return microseconds(60.0 * changeover_minutes(self.products[before], self.products[product], matrix))

    def note_finished(self, token: int) -> None:
        """Note when the row was sorted."""
        rows, condition = self.rows, self.faults.condition
        rows.sorted_at.append(self.now)
        rows.size_bias.append(condition("size_bias"))
        rows.missed.append(condition("missed"))
        self.state.tiles += self.rows.count(token)

    def cycle_times(self, tokens: NDArray[np.int64]) -> NDArray[np.int64] | None:
        """Times for the tiles of consecutive rows [microseconds]; None when one of them is of another product."""
        rows = self.rows
        window = slice(int(tokens[0]) - rows.base, int(tokens[-1]) + 1 - rows.base)
        if rows.products[window].count(self.state.product) < len(tokens):
            return None
        lanes = len(rows.tiles[window.start])
        if all(tiles[-1] >= 0 for tiles in rows.tiles[window]):
            return np.full(len(tokens), microseconds(60.0 / self.cadence * lanes))
        return np.array([self.cycle_time(token, 0) for token in tokens.tolist()], dtype=np.int64)

    def note_finished_many(self, tokens: NDArray[np.int64], times: NDArray[np.int64]) -> None:
        """Note when the rows were sorted."""
        rows, condition, count = self.rows, self.faults.condition, len(tokens)
        rows.sorted_at.frombytes(times.tobytes())
        rows.size_bias.extend([condition("size_bias")] * count)
        rows.missed.extend([condition("missed")] * count)
        self.state.tiles += sum(rows.count(token) for token in tokens.tolist())

    def measured(self, row: Measured) -> None:
        """Show what was measured of a row, and look whether the shade has drifted away from the reference."""
        state, p = self.state, self.parameters
        state.flatness, state.lightness = row.flatness, row.lightness
        state.drift += (row.lightness - state.drift) / p.shade_rows
        away = abs(state.drift) > (SHADE_HYSTERESIS if self.alarms[0] else 1.0) * p.shade_alarm
        # Rows are computed some time after they were sorted; the alarm belongs to when that was.
        self.alarm(0, away, row.time)

    def axis_points(self, axis: str) -> tuple[float, ...]:
        """Numbers of the kinds of defects."""
        if axis == DEFECT_AXIS.name:
            return tuple(float(number) for number in range(1, len(DEFECTS) + 1))
        return super().axis_points(axis)

    def settle(self, until: int) -> None:
        """Compute firing and sorting of all rows sorted so far."""
        self.compute(until)

    def _share(self, grade: int) -> float:
        graded = self.state.graded
        total = graded[FIRST] + graded[SECOND_CLASS] + graded[FIRED_SCRAP]
        return 100.0 * graded[grade] / total if total else 0.0

    @measurement(
        TILES_PER_MINUTE,
        "Sorting rate",
        "Cadencia de clasificación",
        low=0.0,
        high=200.0,
        sensor=Sensor(resolution=0.1, period=1.0),
    )
    def rate(self) -> float:
        return self.cadence if self.state.activity == Activity.PRODUCING else 0.0

    @measurement(
        MILLIMETRE,
        "Mean measured size over the last hour",
        "Dimensión media medida en la última hora",
        low=100.0,
        high=3000.0,
        sensor=Sensor(resolution=0.01, period=60.0),
    )
    def mean_size(self) -> float:
        self.settle(self.now)
        return self.state.means.size

    @quantity(TILES, "Tiles waiting behind the kiln", "Piezas en espera tras el horno", low=0.0, high=1e6)
    def waiting(self) -> float:
        return float(len(self.inlet.queue) * len(self.rows.row(self.inlet.queue[0])) if self.inlet.queue else 0)

    @counter(TILES, "Tiles sorted", "Piezas clasificadas", main=True)
    def tiles_sorted(self) -> int:
        return self.state.tiles

    @counter(TILES, "First quality", "Primera", main=True)
    def first(self) -> int:
        return self.state.graded[FIRST]

    @measurement(
        MILLIMETRE,
        "Curvature of the tiles measured last",
        "Curvatura de las últimas piezas medidas",
        low=-10.0,
        high=10.0,
        sensor=Sensor(resolution=0.01, period=5.0),
    )
    def flatness(self) -> float:
        self.settle(self.now)
        return self.state.flatness

    @measurement(
        COLOUR_DIFFERENCE,
        "Lightness of the tiles measured last",
        "Claridad de las últimas piezas medidas",
        low=-10.0,
        high=10.0,
        sensor=Sensor(resolution=0.01, period=5.0),
    )
    def lightness(self) -> float:
        self.settle(self.now)
        return self.state.lightness

    @profile(TILES, "Tiles by kind of defect", "Piezas por tipo de defecto", axis=DEFECT_AXIS, low=0.0, high=1e9)
    def defects_found(self) -> list[float]:
        return [float(tiles) for tiles in self.state.by_defect]

    @counter(TILES, "Second quality", "Segunda")
    def second(self) -> int:
        return self.state.graded[SECOND_CLASS]

    @counter(TILES, "Fired scrap", "Tiesto cocido")
    def fired_scrap(self) -> int:
        return self.state.graded[FIRED_SCRAP]

    @quantity(PERCENT, "Share of first quality", "Porcentaje de primera", low=0.0, high=100.0, main=True)
    def first_share(self) -> float:
        return self._share(FIRST)

    @text("Product being sorted", "Producto en clasificación")
    def product_in_work(self) -> str:
        return self.products[max(0, self.state.product)].title_en
