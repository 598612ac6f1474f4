"""The sorting line: measures every tile of a row, and decides class, caliber and shade from what it measured."""

from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import Field

from plant_models.definition.product import Changeover, Product, changeover_minutes
from plant_models.row_means import RowMeans
from plant_models.rows import Rows
from plant_models.stations.powered import Powered
from plant_models.tiles import FIRED_SCRAP, FIRST
from plant_models.tiles import SECOND as SECOND_CLASS
from twin.line.activity import Activity
from twin.line.generic import Machine, MachineState, ServerState
from twin.line.signal import Sensor, counter, measurement, quantity, text
from twin.line.station import Parameters
from twin.line.time import microseconds
from twin.line.units import MILLIMETRE, PERCENT, TILES, TILES_PER_MINUTE


class SorterParameters(Parameters):
    """The sorting line, its gauges and its limits."""

    tiles_per_minute: float = Field(gt=0, le=200)
    """Cadence [1/min]."""
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
    """Colour difference between two shades [dE]."""
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
    electricity_j: int = 0
    metered_at: int = 0


class Sorter(Powered, Machine):
    """Works on one row at a time; what it decides is computed when somebody asks."""

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

    def cycle_time(self, token: int, number: int) -> int:
        """Time for the tiles of a row [microseconds]."""
        return microseconds(60.0 / self.parameters.tiles_per_minute * self.rows.count(token))

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
        self.rows.sorted_at.append(self.now)
        self.state.tiles += self.rows.count(token)

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
        return self.parameters.tiles_per_minute if self.state.activity == Activity.PRODUCING else 0.0

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
