"""What a kiln is described by, and what it keeps."""

from array import array
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Self

from pydantic import Field, model_validator

from plant_models.air import AirParameters, AirState
from plant_models.definition.product import Definition
from plant_models.draught import DraughtParameters, DraughtState
from twin.line.station import Parameters, StationState

Share = Annotated[float, Field(ge=0, le=1)]


CONDITIONS: tuple[str, ...] = ("roller_marks", "waviness", "firing_scatter", "skew", "edge_drop")
"""Conditions of the kiln that a row takes as they are when it is at its peak."""


class Loss(Definition):
    """Tiles that a failure mode of the kiln takes when its alarm comes."""

    at: Share
    """Where, as share of the length: first there and towards the entry, then towards the exit [-]."""
    least: int = Field(ge=0)
    """Fewest tiles."""
    most: int = Field(ge=1)
    """Most tiles; whole rows are lost, at least one."""

    def rows(self, draw: float, size: float, lanes: int) -> int:
        """Rows that are lost, by a draw between 0 and 1."""
        return max(1, round(size * (self.least + (self.most - self.least) * draw) / lanes))

    def places(self, rows: int, places: int) -> range | list[int]:
        """The places that so many rows have, out of `places`."""
        first = min(places - 1, int(self.at * places))
        return [*range(first, -1, -1), *range(first + 1, places)][:rows]


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
    """Change of the edge drop with the kiln's pressure; negative where low pressure lets cold air in [K/Pa]."""
    draught: DraughtParameters
    """Pressure and oxygen in the firing channel."""
    slow_cooling_shift: float = Field(ge=-150, le=150)
    """Shift of the slow cooling's set points against the curve [K]."""
    slow_cooling_places: tuple[Share, Share]
    """Part of the length that cools slowly, where tiles pass the inversion of quartz [-]."""
    coat_water: float = Field(ge=0, le=5)
    """Water that engobe and glaze leave in a tile at the printer's exit [% dry]."""
    coat_drying_h: float = Field(gt=0)
    """Time constant with which it dries off in the store [h]."""
    quartz_temperature: float = Field(gt=400, lt=700)
    """Temperature of that inversion [degC]."""
    preheat_places: tuple[Share, Share]
    """Part of the length in which organics burn out [-]."""
    losses: Mapping[str, Loss] = Field(default_factory=dict)
    """Tiles that are lost when a failure mode raises its alarm, by its name."""
    follow_up: Mapping[str, str] = Field(default_factory=dict)
    """What comes after a failure mode: names of modes by the name of the one before."""
    gap_curvature_mm: float = Field(ge=-2, le=2)
    """What the radiation from a gap beside its row, on one edge, bends a tile [mm]."""
    gap_alarm_s: float = Field(gt=0)
    """Alarm when no row has entered for this long [s]."""
    flue_dilution: float = Field(gt=0, le=1)
    """Share of flue gas in what leaves by the flue; the rest is air [-]."""
    combustion_air_mbar: float = Field(gt=0, le=100)
    """Pressure of the combustion air with its fan sound [mbar]."""
    power_kw: float = Field(ge=0)
    """Electricity [kW]."""
    gas_kwh_per_nm3: float = Field(gt=5, le=12)
    """Lower heating value [kWh/Nm3]."""
    compenser_tiles: int = Field(ge=0)
    """Room behind the exit; what does not fit is unloaded by hand and brought back later."""

    @property
    def places(self) -> int:
        """Rows that find room inside."""
        return int(self.length_m * 1000.0 // self.pitch_mm)

    @model_validator(mode="after")
    def _has_rows_in_every_zone(self) -> Self:
        if self.places < self.air.zones:
            raise ValueError(
                f"a kiln of {self.length_m:g} m with a row every {self.pitch_mm:g} mm has {self.places} rows, "
                f"fewer than its {self.air.zones} zones: make the kiln longer, or pitch or number of zones smaller"
            )
        return self

    @model_validator(mode="after")
    def _names_failure_modes(self) -> Self:
        named = {
            **dict.fromkeys(self.losses, "losses"),
            **dict.fromkeys(self.follow_up, "follow_up"),
            **dict.fromkeys(self.follow_up.values(), "follow_up"),
        }
        for name, table in named.items():
            if name not in self.faults:
                known = ", ".join(self.faults)
                raise ValueError(f"{table} names {name!r}, which is no failure mode of the kiln; there are: {known}")
        return self


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
    draught: DraughtState | None = None
    lost: int = 0
    """Tiles lost inside."""
    epoch: int = -1
    gas_j: int = 0
    drawn_j: float = 0.0
    """Electricity since the meter was read, up to the last change [J]."""
    electricity_j: int = 0
    metered_at: int = 0
