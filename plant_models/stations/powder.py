"""Powder supply: spray-dried powder in lots, kept in silos, flowing to the presses."""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, field_validator

from plant_models.physics.numeric import Array
from plant_models.physics.spray_drying import silo_outlet
from twin.line.activity import Activity
from twin.line.records import Record
from twin.line.sensing import Status
from twin.line.signal import Sensor, counter, measurement, text
from twin.line.station import Parameters, ProcessAlarm, Station, StationState
from twin.line.streams import first_order_memory
from twin.line.text import Text
from twin.line.time import HOUR, MINUTE
from twin.line.units import CELSIUS, MICROMETRE, PERCENT, TONNE, TONNE_PER_HOUR

MILLIGRAMS_PER_TONNE = 1_000_000_000


Hours = Annotated[float, Field(ge=0.5, le=1000)]


@dataclass(frozen=True, slots=True)
class Segregation:
    """How powder from a silo that runs low differs."""

    level_pct: float
    """Level below which it does [%]."""
    moisture_factor: float
    """Multiplies the scatter of moisture within a lot [-]."""
    granule_size: float
    """Change of the median granule size [um]."""
    fines: float
    """Change of the share below 125 um [% mass]."""


class PowderParameters(Parameters):
    """The powder and its scatter."""

    moisture: float = Field(ge=4, le=8)
    """Mean moisture of the powder at the press [% dry]."""
    lot_moisture_sd: float = Field(ge=0, le=1)
    """Scatter of moisture from lot to lot [% dry]."""
    moisture_sd: float = Field(ge=0, le=1)
    """Scatter of moisture within a lot [% dry]."""
    moisture_memory_min: float = Field(gt=0)
    """Time constant of that scatter [min]."""
    lot_hours: tuple[Hours, Hours]
    """Shortest and longest time between two lots [h]."""
    body_index_sd: float = Field(ge=0, le=3)
    """Scatter of the body index from lot to lot [-]."""
    temperature: float = Field(ge=10, le=60)
    """Mean powder temperature [degC]."""
    temperature_swing: float = Field(ge=0, le=15)
    """Half the difference between day and night [K]."""
    mixing_h: float = Field(ge=0, le=100)
    """Time constant with which silos mix a new lot into the old one [h]; 0: lots do not mix."""
    granule_size: float = Field(ge=100, le=800)
    """Median granule size d50 [um]."""
    granule_size_sd: float = Field(ge=0, le=100)
    """Scatter of that from lot to lot [um]."""
    fines: float = Field(ge=0, le=30)
    """Share of granules below 125 um [% mass]."""
    fines_sd: float = Field(ge=0, le=10)
    """Scatter of that from lot to lot [% mass]."""
    silo_t: float = Field(gt=0)
    """Powder that the silos hold [t]."""
    opening_share: float = Field(gt=0, le=1)
    """How full they are when a run begins [-]."""
    low_level_pct: float = Field(ge=0, le=50)
    """Level below which the alarm comes [%]."""
    segregation: Segregation
    """What happens to the powder when silos run low."""

    @field_validator("lot_hours")
    @classmethod
    def _in_order(cls, hours: tuple[float, float]) -> tuple[float, float]:
        if hours[0] > hours[1]:
            raise ValueError("the shortest time between two lots comes before the longest: exchange them")
        return hours


@dataclass(slots=True)
class PowderState(StationState):
    """Lots known so far, moisture within the lots on a one-minute grid, and the silo's books in milligrams."""

    grid_start: int = 0
    wander: list[float] = field(default_factory=list)
    lot_starts: list[int] = field(default_factory=list)
    lot_moisture: list[float] = field(default_factory=list)
    lot_index: list[float] = field(default_factory=list)
    mixed_moisture: list[float] = field(default_factory=list)
    """What comes out of the silos when each lot begins: the lots before it, mixed; likewise below."""
    mixed_index: list[float] = field(default_factory=list)
    lots_arrived: int = 0
    opening_mg: int = 0
    delivered_mg: int = 0
    used_mg: int = 0
    empty: bool = False
    """Whether the presses find too little powder to go on until it is looked again."""
    segregated: bool = False
    """Whether the silos were so low when they were looked at last that the powder segregates."""


class PowderSupply(Station):
    """Gives the presses powder whose moisture and body index follow the lots; a new lot fills the silos up."""

    parameters_type = PowderParameters
    parameters: PowderParameters
    state: PowderState
    process_alarms = (
        ProcessAlarm(
            "low_level", "POW-101", Text("Press feed silo low level", "Nivel bajo en el silo de alimentación"), 500
        ),
        ProcessAlarm(
            "gauge",
            "POW-110",
            Text("Moisture gauge signal quality low", "Señal débil del medidor de humedad"),
            400,
            work="clean_windows",
        ),
    )

    def bind(
        self, owed: Callable[[], None], most_owed: Callable[[], int], least_mg: int, flow: Callable[[], float]
    ) -> None:
        """Connect what must be computed before conditions change, and what the presses take [t/h].

        `owed` computes strokes that have been pressed, `most_owed` says how much powder they took at most [mg];
        `least_mg` is the powder below which silos give none [mg].
        """
        self._owed, self._most_owed, self.least_mg, self._flow = owed, most_owed, least_mg, flow
        self._answered: tuple[tuple[float, ...], tuple[float, int, float]] = ((), (0.0, 0, 0.0))
        none = np.empty(0)
        self._listed: tuple[list[int], tuple[NDArray[np.int64], Array, Array, Array, Array]] = (
            [],
            (np.empty(0, dtype=np.int64), none, none, none, none),
        )

    def before_change(self) -> None:
        """Press what is owed with the old conditions."""
        self._owed()

    def initial_state(self) -> PowderState:
        """A fresh state."""
        return PowderState()

    def open(self) -> None:
        """Fill the silos."""
        state, p = self.state, self.parameters
        state.opening_mg = round(p.silo_t * p.opening_share * MILLIGRAMS_PER_TONNE)
        self.begin_history(self.now)
        self.become(Activity.PRODUCING)

    def begin_history(self, start: int) -> None:
        """Let lots and moisture begin at `start`, which may lie before the run."""
        state = self.state
        state.grid_start = start // MINUTE * MINUTE
        state.wander, state.lot_starts, state.lot_moisture, state.lot_index = [], [], [], []
        state.mixed_moisture, state.mixed_index = [], []
        self._know_lots(self.now)
        state.lots_arrived = len(state.lot_starts) - (state.lot_starts[-1] > self.now)

    def _know_lots(self, until: int) -> None:
        state, p = self.state, self.parameters
        intervals, moisture, index = self.stream("lot-interval"), self.stream("lot-moisture"), self.stream("lot-index")
        while not state.lot_starts or state.lot_starts[-1] <= until:
            number = len(state.lot_starts)
            shortest, longest = p.lot_hours
            hours = shortest + (longest - shortest) * intervals.uniform(number)
            before = state.lot_starts[-1] if state.lot_starts else state.grid_start - round(hours * HOUR)
            state.lot_starts.append(before + round(hours * HOUR))
            state.lot_moisture.append(p.lot_moisture_sd * moisture.normal(number))
            state.lot_index.append(p.body_index_sd * index.normal(number))
            self._mix(number)

    def _mix(self, number: int) -> None:
        """Note what comes out of the silos when lot `number` begins."""
        state = self.state
        for lots, mixed in ((state.lot_moisture, state.mixed_moisture), (state.lot_index, state.mixed_index)):
            if number == 0:
                mixed.append(lots[0])
                continue
            age = state.lot_starts[number] - state.lot_starts[number - 1]
            mixed.append(float(silo_outlet(lots[-2], mixed[-1], age / HOUR, self.parameters.mixing_h)))

    def _know_wander(self, until: int) -> None:
        state, p = self.state, self.parameters
        needed = (until - state.grid_start) // MINUTE + 2
        have = len(state.wander)
        if needed <= have:
            return
        keep, renew = first_order_memory(1.0, p.moisture_memory_min)
        shocks = self.stream("moisture").normals(np.arange(have, needed)).tolist()
        value = state.wander[-1] if state.wander else 0.0
        for shock in shocks:
            value = keep * value + p.moisture_sd * renew * shock
            state.wander.append(value)

    def at(self, times: NDArray[np.int64]) -> tuple[Array, NDArray[np.int64], Array]:
        """(moisture [% dry], lot number, body index) of the powder that reaches a press at `times`, which rise."""
        state, p = self.state, self.parameters
        self._know_lots(int(times[-1]))
        self._know_wander(int(times[-1]))
        starts, of_lots, of_silos, indices, silo_indices = self._lots()
        lots = starts.searchsorted(times, side="right") - 1
        minutes = (times - state.grid_start) / MINUTE
        first, last = int(minutes[0]), int(minutes[-1]) + 2
        wander = np.interp(minutes, np.arange(first, last), state.wander[first:last])
        if state.segregated:
            wander = p.segregation.moisture_factor * wander
        age = (times - starts[lots]) / HOUR
        mixed = silo_outlet(of_lots[lots], of_silos[lots], age, p.mixing_h)
        moisture = p.moisture + self.faults.condition("moisture") + mixed + wander
        index = silo_outlet(indices[lots], silo_indices[lots], age, p.mixing_h)
        return moisture, lots, np.asarray(index) + self.faults.condition("body_index")

    def _lots(self) -> tuple[NDArray[np.int64], Array, Array, Array, Array]:
        """Begin, moisture and body index of all lots known, and what comes out of the silos when each begins."""
        state = self.state
        if self._listed[0] is not state.lot_starts or len(self._listed[1][0]) < len(state.lot_starts):
            columns = (state.lot_moisture, state.mixed_moisture, state.lot_index, state.mixed_index)
            moisture, mixed, index, mixed_index = (np.array(column) for column in columns)
            starts = np.array(state.lot_starts, dtype=np.int64)
            self._listed = state.lot_starts, (starts, moisture, mixed, index, mixed_index)
        return self._listed[1]

    def changed(self) -> None:
        """Say whether powder flows."""
        self._show()
        super().changed()

    def _show(self) -> None:
        mode = self.faults.stopping()
        if mode >= 0:
            self.become(self.faults.stop_activity(), mode)
        else:
            self.become(Activity.IDLE if self.state.empty else Activity.PRODUCING)

    def use(self, milligrams: int) -> None:
        """Book powder that strokes have taken."""
        self.state.used_mg += milligrams

    @property
    def held_mg(self) -> int:
        """Powder in the silos [mg]."""
        self._owed()
        return self._held_but_for_owed

    @property
    def _held_but_for_owed(self) -> int:
        state = self.state
        return state.opening_mg + state.delivered_mg - state.used_mg

    def meter(self) -> None:
        """Take a new lot in when it has arrived, and look at the level."""
        state = self.state
        self._know_lots(self.now)
        arrived = bisect_right(state.lot_starts, self.now)
        if arrived > state.lots_arrived:
            state.lots_arrived = arrived
            amount = max(0, round(self.parameters.silo_t * MILLIGRAMS_PER_TONNE) - self.held_mg)
            state.delivered_mg += amount
            self.record(Record.MADE, arrived - 1, amount)
        low = self._seen_at(self._held_but_for_owed)
        if (
            not low
            == (state.empty, state.segregated, self.alarms[0])
            == self._seen_at(self._held_but_for_owed - self._most_owed())
        ):
            # The level counts all strokes pressed so far; where it may matter, they are computed.
            low = self._seen_at(self.held_mg)
        state.empty, state.segregated, alarm = low
        self._show()
        self.alarm(0, alarm)
        self.alarm(1, self.sensing.quality("moisture", self.now) is Status.UNCERTAIN)

    def _seen_at(self, held_mg: int) -> tuple[bool, bool, bool]:
        """Whether silos that hold so much are empty, let powder segregate, and raise the alarm."""
        p, level = self.parameters, self._level_of(held_mg)
        return held_mg < self.least_mg, level < p.segregation.level_pct, level < p.low_level_pct

    def _level_of(self, held_mg: int) -> float:
        return 100.0 * held_mg / (self.parameters.silo_t * MILLIGRAMS_PER_TONNE)

    def _now_values(self) -> tuple[float, int, float]:
        """(moisture, lot, body index) at this instant; asked for so often that the last answer is kept."""
        condition = self.faults.condition
        state = self.state
        asked = (self.now, state.grid_start, state.segregated, condition("moisture"), condition("body_index"))
        if self._answered[0] != asked:
            moisture, lots, index = self.at(np.array([self.now], dtype=np.int64))
            self._answered = asked, (float(moisture[0]), int(lots[0]), float(index[0]))
        return self._answered[1]

    @property
    def body_index(self) -> float:
        """Body index of the powder at the press now [-]."""
        return self._now_values()[2]

    @measurement(
        PERCENT,
        "Moisture of the powder at the press, dry basis",
        "Humedad del polvo en prensa, base seca",
        low=3.0,
        high=9.0,
        sensor=Sensor(noise=0.05, resolution=0.01, period=2.0),
        main=True,
    )
    def moisture(self) -> float:
        return self._now_values()[0]

    @measurement(
        CELSIUS,
        "Temperature of the powder",
        "Temperatura del polvo",
        low=10.0,
        high=70.0,
        sensor=Sensor(noise=0.5, resolution=0.1, period=10.0),
    )
    def temperature(self) -> float:
        p = self.parameters
        return p.temperature + p.temperature_swing * float(np.sin(2.0 * np.pi * (self.now / (24 * HOUR) - 9.0 / 24.0)))

    @measurement(
        PERCENT,
        "Level of the silos",
        "Nivel de los silos",
        low=0.0,
        high=100.0,
        sensor=Sensor(noise=1.0, resolution=0.1, period=30.0),
        main=True,
    )
    def level(self) -> float:
        return self._level_of(self.held_mg)

    @measurement(
        TONNE_PER_HOUR,
        "Powder flow to the presses",
        "Caudal de polvo a las prensas",
        low=0.0,
        high=200.0,
        sensor=Sensor(relative_noise=0.01, resolution=0.01, period=5.0),
    )
    def flow(self) -> float:
        return 0.0 if self.faults.stopping() >= 0 else self._flow()

    def _of_lot(self, purpose: str) -> float:
        """Standard normal draw of the lot at the press."""
        return self.stream(purpose).normal(self._now_values()[1])

    @measurement(
        MICROMETRE,
        "Median granule size d50",
        "Tamaño medio de gránulo d50",
        low=100.0,
        high=800.0,
        sensor=Sensor(noise=4.0, resolution=1.0, period=14400.0),
    )
    def granule_size(self) -> float:
        p = self.parameters
        coarser = p.segregation.granule_size if self.state.segregated else 0.0
        return p.granule_size + p.granule_size_sd * self._of_lot("granule-size") + coarser

    @measurement(
        PERCENT,
        "Granules below 125 um",
        "Gránulos menores de 125 um",
        low=0.0,
        high=40.0,
        sensor=Sensor(noise=0.4, resolution=0.1, period=14400.0),
    )
    def fines(self) -> float:
        p = self.parameters
        more = p.segregation.fines if self.state.segregated else 0.0
        return max(0.0, p.fines + p.fines_sd * self._of_lot("fines") + more)

    @text("Powder lot at the press", "Lote de polvo en prensa")
    def lot(self) -> str:
        return f"L{self._now_values()[1]:05d}"

    @counter(TONNE, "Powder delivered", "Polvo suministrado", real=True)
    def delivered(self) -> float:
        return self.state.delivered_mg / MILLIGRAMS_PER_TONNE

    @counter(TONNE, "Powder used by the presses", "Polvo consumido por las prensas", real=True)
    def used(self) -> float:
        self._owed()
        return self.state.used_mg / MILLIGRAMS_PER_TONNE
