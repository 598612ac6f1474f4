"""The hydraulic press: takes powder, closes the die once per stroke, pushes out one tile per cavity."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from pydantic import Field

from plant_models.definition.body import Body
from plant_models.definition.product import Changeover
from plant_models.orders import OpenOrder, OrderBook
from plant_models.physics.compaction import (
    bulk_density,
    density_cells,
    green_strength,
    green_thickness,
    springback,
)
from plant_models.physics.numeric import Array
from plant_models.stations.powder import PowderSupply
from plant_models.stations.powered import Powered
from plant_models.strokes import Strokes
from twin.line.activity import Activity
from twin.line.calendar import OpenHours, WorkCalendar
from twin.line.faults import NEVER
from twin.line.reach import Instants, Tokens
from twin.line.records import Record
from twin.line.signal import Axis, Sensor, counter, measurement, profile, quantity, set_point, text
from twin.line.station import Parameters, Process, ProcessAlarm, StationState
from twin.line.text import Text
from twin.line.time import HOUR, MINUTE, SECOND, microseconds
from twin.line.units import (
    BAR,
    CELSIUS,
    GRAM_PER_CUBIC_CENTIMETRE,
    KILOGRAM_FORCE_PER_SQUARE_CENTIMETRE,
    MEGAPASCAL,
    MILLIMETRE,
    ONE,
    PERCENT,
    STROKES,
    STROKES_PER_MINUTE,
    TILES,
)
from twin.line.units import HOUR as HOURS
from twin.line.units import SECOND as SECONDS
from twin.run.engine import METER_PERIOD

LONGEST_PAUSE = 30 * MINUTE
"""Time without a stroke after which the dryer has begun to heat up."""
_STOPS = frozenset({Activity.DOWN, Activity.CLEANING, Activity.MICRO_STOP})


CAVITY = Axis("cavity", ONE, Text("Number of the cavity", "Número del alveolo"))
CELL = Axis("cell", ONE, Text("Number of the cell, nine to a cavity", "Número de la celda, nueve por alveolo"))
FASTEST = 30.0
"""Highest cadence that can be set [1/min]."""


class PressParameters(Parameters):
    """How the press works and scatters."""

    cavities: int = Field(ge=1, le=8)
    """Tiles per stroke."""
    strokes_per_minute: float = Field(ge=1, le=FASTEST)
    """Cadence that is set [1/min]."""
    cadence_share: float = Field(gt=0.5, le=1)
    """Cadence that is reached over the cadence that is set [-]."""
    specific_pressure: float = Field(ge=150, le=550)
    """Maximum pressure on the tile [kgf/cm2]."""
    die_length_mm: float = Field(gt=50, le=4000)
    """Length of one cavity [mm]."""
    die_width_mm: float = Field(gt=50, le=2000)
    """Width of one cavity [mm]."""
    moist_mass: float = Field(gt=0.05, le=120)
    """Powder filled into each cavity [kg]."""
    punch_temperature: float = Field(ge=20, le=120)
    """Temperature of the upper punch [degC]."""
    hours: tuple[OpenHours, ...]
    """When the press and its glazing line are manned; none means always."""
    changeover_min: Changeover
    """Minutes of changeover by attribute that differs."""
    cavity_density_sd: float = Field(ge=0)
    """Scatter between cavities [g/cm3]."""
    stroke_density_sd: float = Field(ge=0)
    """Scatter from stroke to stroke [g/cm3]."""
    gradient: float = Field(ge=0)
    """Mean density difference over the side [g/cm3]."""
    gradient_sd: float = Field(ge=0)
    """Scatter of that difference between tiles [g/cm3]."""
    mass_sd: float = Field(ge=0)
    """Relative scatter of the filled mass [-]."""
    thickness_sd: float = Field(ge=0)
    """Scatter of thickness [mm]."""
    dirt_mm_per_h: float = Field(ge=0)
    """Growth of thickness with hours of pressing since the last cleaning [mm/h]."""
    dirt_limit_mm: float = Field(ge=0)
    """Growth of thickness at which the dirt on the punch falls off by itself [mm]."""
    dirt_clean_mm: float = Field(ge=0)
    """Dirt that leaves no marks yet [mm]."""
    lamination_per_excess: float = Field(ge=0, le=10)
    """Share of tiles with laminations for each relative excess over the plant's specific pressure [-]."""
    marks_per_mm: float = Field(ge=0, le=10)
    """Share of tiles with punch marks for each millimetre of dirt above that [1/mm]."""
    cavity_thickness_sd: float = Field(ge=0)
    """Scatter of thickness between cavities [mm]."""
    map_density_sd: float = Field(ge=0)
    """Scatter of density between the nine cells of a tile, constant for each cavity [g/cm3]."""
    first_pressure: float = Field(ge=10, le=150)
    """Pressure of the first, de-airing pressing [kgf/cm2]."""
    oil_temperature: float = Field(ge=20, le=70)
    """Temperature of the hydraulic oil [degC]."""
    ejection_pressure: float = Field(ge=5, le=200)
    """Pressure of the extractor [bar]."""
    moisture_band: float = Field(gt=0, le=3)
    """Deviation of the powder's moisture from the body's reference that raises the alarm [% dry]."""
    broken_share: float = Field(ge=0, le=0.2)
    """Share of tiles broken at the extractor and the belts [-]."""
    idle_kw: float = Field(ge=0)
    """Electricity of the standing press [kW]."""
    kwh_per_t: float = Field(ge=0)
    """Electricity per tonne of dry body [kWh/t]."""


Dirt = tuple[float, float, float]
"""Dirt on the punch [mm] at a stroke, that stroke, and what every further stroke adds [mm]."""


def dirt_at(dirt: Dirt, stroke: int, p: PressParameters) -> float:
    """Dirt on the punch at a later stroke [mm]: at most what falls off by itself."""
    thickness, since, per_stroke = dirt
    return min(thickness + per_stroke * (stroke - since), p.dirt_limit_mm)


def growing(dirt: Dirt, stroke: int, per_stroke: float, p: PressParameters) -> Dirt:
    """The same dirt, which grows by `per_stroke` [mm] from `stroke` on."""
    return dirt if per_stroke == dirt[2] else (dirt_at(dirt, stroke, p), float(stroke), per_stroke)


def dirt_per_stroke(p: PressParameters, stroke_time: int, sticking: float) -> float:
    """What one stroke adds to the dirt on the punch [mm]; `sticking` is what a punch too cold adds to the usual 1."""
    return p.dirt_mm_per_h * (stroke_time / HOUR) * (1.0 + sticking)


def _listed(values: Array) -> list[float]:
    return [float(value) for value in values]


def lamination_share(p: PressParameters, pressure: float) -> float:
    """Share of tiles that a pressure [kgf/cm2] above the plant's own laminates, because air cannot leave [-]."""
    return p.lamination_per_excess * max(pressure / p.specific_pressure - 1.0, 0.0)


@dataclass(slots=True)
class PressState(StationState):
    """Progress of the press."""

    due: int = 0
    striking: bool = False
    strokes: int = 0
    order: int = -1
    """Position in the book of the order in work; -1 for none."""
    product: int = 0
    strokes_left: int = 0
    cleaned_stroke: int = 0
    """Stroke at which the die was cleaned last."""
    dirt: Dirt = (0.0, 0.0, 0.0)
    """Dirt on the punch, and how it grows."""
    last_stroke_at: int = 0
    """When the last stroke ended; 0 before the first."""
    epoch_due: bool = True
    """Whether conditions have changed since the last stroke."""
    closes_at: int = 0
    """End of the opening that the press is in."""
    metered_strokes: int = 0
    electricity_j: int = 0
    metered_at: int = 0


class Press(Powered):
    """Presses strokes as long as it is manned and has an order, powder and room behind it."""

    highest_power = 1500.0

    parameters_type = PressParameters
    parameters: PressParameters
    state: PressState
    process_alarms = (
        ProcessAlarm(
            "moisture", "PRS-250", Text("Powder moisture out of band", "Humedad del polvo fuera de banda"), 500
        ),
    )

    def bind(
        self,
        powder: PowderSupply,
        diary: Strokes,
        book: OrderBook,
        calendar: WorkCalendar,
        body: Body,
        tile_area: float,
    ) -> None:
        """Connect what the press shares with the line; `tile_area` is the fired tile's face [m2]."""
        self.powder, self.diary, self.book, self.calendar, self.body = powder, diary, book, calendar, body
        self.tile_area = tile_area

    @property
    def cavity_area(self) -> float:
        """Face of one cavity [m2]."""
        return self.parameters.die_length_mm * self.parameters.die_width_mm / 1e6

    @property
    def most_powder_mg(self) -> int:
        """Powder that the press takes at most until the silos are looked at again [mg]."""
        minutes = METER_PERIOD / MINUTE
        return round(1.05e6 * self.parameters.moist_mass * self.parameters.cavities * FASTEST * minutes)

    def initial_state(self) -> PressState:
        """A fresh state."""
        return PressState()

    def open(self) -> None:
        """Begin with a press that has made no long pause."""
        super().open()
        self.diary.restarts.begin_epoch(0, (0.0, 0.0))

    def order(self) -> OpenOrder | None:
        """The order in work."""
        return self.book.state.orders[self.state.order] if self.state.order >= 0 else None

    def processes(self) -> Iterator[Process]:
        """The press's only process."""
        self._stroke = self.stroke_time
        yield self.run()

    def run(self) -> Process:
        """Do the next thing that is due: end a stroke, end a stop, or decide what comes now."""
        env, state, outlet = self.env, self.state, self.outlet
        while True:
            now = int(env.now)
            if now < state.due:
                yield env.timeout(state.due - now)
            elif state.striking:
                if outlet.has_room():
                    self._end_stroke(now)
                else:
                    self.become(Activity.BLOCKED)
                    yield self.woken()
            elif not self._decide(now):
                yield self.woken()

    def _decide(self, now: int) -> bool:
        """Begin what comes next; False when only a wake-up can help."""
        state, faults = self.state, self.faults
        if faults.any_active and not self._clear_to_run():
            return self._stand_still()
        if faults.state.worked >= faults.next_working:
            self.begin_due_fault()
        elif now >= state.closes_at and not self._is_manned(now):
            self.become(Activity.CLOSED)
        elif state.strokes_left == 0:
            return self._next_order(now)
        elif not self.outlet.has_room():
            self.become(Activity.BLOCKED)
            return False
        elif self.powder.state.empty or (self.powder.faults.any_active and self.powder.faults.stopping() >= 0):
            self.become(Activity.STARVED)
            state.due = now + MINUTE
        else:
            state.striking = True
            state.due = now + self._stroke
            self.become(Activity.PRODUCING)
        return True

    def _is_manned(self, now: int) -> bool:
        """Look into the calendar; a closed press is due when it opens."""
        opens, closes = self.calendar.opening(now)
        if opens > now:
            self.state.due = opens
            return False
        self.state.closes_at = closes
        return True

    def _clear_to_run(self) -> bool:
        """End what is over; whether nothing stops the press any more."""
        self.end_passed_faults()
        return self.faults.stopping() < 0

    def fault_ended(self, index: int) -> None:
        """Note that the die is clean, and new conditions from the next stroke on."""
        if self.faults.modes[index].activity == "cleaning":
            self.state.cleaned_stroke = self.state.strokes
            self.state.dirt = (0.0, float(self.state.strokes), self.state.dirt[2])
        self._stroke = self.stroke_time
        self.state.epoch_due = True

    def _stand_still(self) -> bool:
        mode = self.faults.stopping()
        self.become(self.faults.stop_activity(), mode)
        if self.faults.state.until[mode] == NEVER:
            return False
        self.state.due = self.faults.state.until[mode]
        return True

    def _next_order(self, now: int) -> bool:
        state, first = self.state, self.state.order < 0
        matrix = self.parameters.changeover_min
        order = self.book.next(state.product, now, self.tile_area, self.parameters.cavities, matrix)
        if order is None:
            self.become(Activity.IDLE)
            return False
        minutes = 0.0 if first else self.book.minutes(state.product, order.product, matrix)
        state.order, state.product, state.strokes_left = order.number, order.product, order.strokes_left
        state.epoch_due = True
        self.diary.begin_batch(state.strokes, order.product)
        self.record(Record.ORDER, order.number, order.product)
        if minutes > 0.0:
            state.due = now + microseconds(60.0 * minutes)
            self.become(Activity.SETTING_UP)
        return True

    @property
    def stroke_time(self) -> int:
        """Time of one stroke [microseconds]."""
        share = self.parameters.cadence_share * (1.0 + self.faults.condition("cadence"))
        return microseconds(60.0 / (self.set_points["strokes_per_minute_set_point"] * share))

    def _end_stroke(self, now: int) -> None:
        state = self.state
        stroke = state.strokes
        if state.epoch_due:
            self.begin_epoch(stroke, state.order)
        self.faults.state.worked += self._stroke
        if self._resumes(now):
            self.diary.restarts.begin_epoch(stroke, (float(now), float(now - state.last_stroke_at)))
        state.last_stroke_at = now
        self.diary.pressed.at.append(now)
        self.log.extend((now, Record.MADE, stroke, self.parameters.cavities))
        state.strokes = stroke + 1
        state.strokes_left -= 1
        state.striking = False
        self.outlet.put(stroke)

    def _resumes(self, now: int) -> bool:
        """Whether a stroke that ends now is the first after a long pause."""
        last = self.state.last_stroke_at
        return last > 0 and now - last > LONGEST_PAUSE

    # Many strokes at once: the same as `run` does one by one, as long as nothing but strokes is due.

    def calm_until(self, now: int) -> int:
        """The next instant at which it is not just a stroke that ends."""
        state, faults, powder = self.state, self.faults, self.powder
        if state.due <= now:
            return now
        held = faults.stopping() >= 0 or powder.state.empty or powder.faults.stopping() >= 0
        if held or state.epoch_due or not state.striking or self._resumes(state.due):
            return state.due
        until_fault = -(-(faults.next_working - faults.state.worked) // self._stroke)
        until_close = -(-(state.closes_at - state.due) // self._stroke) + 1
        strokes = min(until_fault, until_close, state.strokes_left)
        return state.due + max(0, strokes - 1) * self._stroke

    def tokens_before(self, until: int) -> tuple[Tokens, Instants]:
        """The strokes that end before `until`, and when."""
        state = self.state
        count = max(0, -(-(until - state.due) // self._stroke)) if state.striking else 0
        steps = np.arange(count, dtype=np.int64)
        return state.strokes + steps, state.due + steps * self._stroke

    def make_many(self, tokens: Tokens, times: Instants) -> None:
        """End these strokes."""
        state, count = self.state, len(tokens)
        if not count:
            return
        self.faults.state.worked += count * self._stroke
        self.diary.pressed.at.frombytes(times.tobytes())
        entries = np.empty((count, 4), dtype=np.int64)
        entries[:, 0], entries[:, 1], entries[:, 2], entries[:, 3] = (
            times,
            Record.MADE,
            tokens,
            self.parameters.cavities,
        )
        self.log.frombytes(entries.tobytes())
        state.strokes += count
        state.strokes_left -= count
        state.last_stroke_at = int(times[-1])
        state.due = state.last_stroke_at + self._stroke

    def begin_epoch(self, stroke: int, order: int) -> None:
        """Note the conditions under which strokes from `stroke` on are pressed for an order."""
        state, p, condition = self.state, self.parameters, self.faults.condition
        state.epoch_due = False
        per_stroke = dirt_per_stroke(p, self.stroke_time, condition("sticking"))
        state.dirt = growing(state.dirt, stroke, per_stroke, p)
        self.diary.pressed.begin_epoch(
            stroke,
            (
                float(order),
                float(state.product),
                self.pressure_now,
                self._moist_mass,
                *state.dirt,
                p.gradient + condition("gradient"),
                condition("broken"),
                condition("lamination") + lamination_share(p, self.pressure_now),
                condition("chip"),
                *(condition(f"cavity_{cavity + 1}") for cavity in range(p.cavities)),
            ),
        )

    @property
    def powder_t_per_h(self) -> float:
        """Powder that the press takes now [t/h]."""
        if self.state.activity != Activity.PRODUCING:
            return 0.0
        return self.parameters.moist_mass * self.parameters.cavities * (HOUR / self.stroke_time) / 1000.0

    @property
    def _moist_mass(self) -> float:
        """Powder filled into each cavity [kg]."""
        return self.parameters.moist_mass * (1.0 + self.faults.condition("mass"))

    @property
    def dirt_now(self) -> float:
        """Dirt on the punch [mm]."""
        return dirt_at(self.state.dirt, self.state.strokes, self.parameters)

    @property
    def pressure_now(self) -> float:
        """True specific pressure [kgf/cm2]."""
        return self.set_points["specific_pressure_set_point"] * (1.0 + self.faults.condition("pressure"))

    def changed(self) -> None:
        """Note new conditions from the next stroke on, and look again whether the press may run."""
        state = self.state
        state.epoch_due = True
        if state.activity in _STOPS and not state.striking:
            state.due = self.now
        self.restart()

    def settle(self, until: int) -> None:
        """Forget strokes whose tiles need no more computing."""
        self.diary.forget()

    def meter(self) -> None:
        """Count electricity: idle power always, pressing work per stroke; and look at the powder's moisture."""
        state, p = self.state, self.parameters
        self.alarm(0, abs(self.tile_moisture - self.body.reference_moisture) > p.moisture_band)
        strokes = state.strokes - state.metered_strokes
        dry_t = p.moist_mass * p.cavities * strokes / 1000.0 / (1.0 + self.powder.parameters.moisture / 100.0)
        state.metered_strokes = state.strokes
        self.count_electricity(1000.0 * p.idle_kw * self.unmetered_s + 3.6e6 * p.kwh_per_t * dry_t)

    def power_now(self) -> float:
        """Power drawn at this instant [kW]."""
        p = self.parameters
        if self.state.activity != Activity.PRODUCING:
            return p.idle_kw
        dry_t_per_h = p.moist_mass * p.cavities * (HOUR / self.stroke_time) / 1000.0
        return p.idle_kw + p.kwh_per_t * dry_t_per_h / (1.0 + self.powder.parameters.moisture / 100.0)

    specific_pressure_set_point = set_point(
        KILOGRAM_FORCE_PER_SQUARE_CENTIMETRE,
        "Set point of the specific pressure",
        "Consigna de presión específica",
        low=150.0,
        high=550.0,
    )
    strokes_per_minute_set_point = set_point(
        STROKES_PER_MINUTE, "Set point of the cadence", "Consigna de cadencia", low=1.0, high=FASTEST
    )

    @measurement(
        KILOGRAM_FORCE_PER_SQUARE_CENTIMETRE,
        "Specific pressure, maximum of the stroke",
        "Presión específica, máximo de la prensada",
        low=0.0,
        high=600.0,
        sensor=Sensor(relative_noise=0.004, resolution=0.1, period=5.0),
        main=True,
    )
    def specific_pressure(self) -> float:
        return self.pressure_now

    @measurement(
        STROKES_PER_MINUTE,
        "Cadence",
        "Cadencia",
        low=0.0,
        high=30.0,
        sensor=Sensor(noise=0.02, resolution=0.01, period=5.0),
    )
    def strokes_per_minute(self) -> float:
        return 60.0 * SECOND / self.stroke_time if self.state.activity == Activity.PRODUCING else 0.0

    @measurement(
        GRAM_PER_CUBIC_CENTIMETRE,
        "Dry bulk density of the pressed tile",
        "Densidad aparente seca de la pieza prensada",
        low=1.7,
        high=2.2,
        sensor=Sensor(noise=0.003, resolution=0.001, period=10.0),
        main=True,
    )
    def bulk_density(self) -> float:
        shift = self.body.index_density * self.powder.body_index
        return float(bulk_density(self.pressure_now, self.powder.moisture, self.body.compaction, shift))

    @measurement(
        PERCENT,
        "Moisture of the pressed tile, dry basis",
        "Humedad de la pieza prensada, base seca",
        low=3.0,
        high=9.0,
        sensor=Sensor(noise=0.05, resolution=0.01, period=5.0),
    )
    def tile_moisture(self) -> float:
        return float(self.powder.moisture)

    @measurement(
        MILLIMETRE,
        "Thickness of the pressed tile",
        "Espesor de la pieza prensada",
        low=4.0,
        high=30.0,
        sensor=Sensor(noise=0.03, resolution=0.01, period=10.0),
    )
    def tile_thickness(self) -> float:
        thickness = green_thickness(self._moist_mass, self.cavity_area, self.bulk_density, self.tile_moisture)
        return float(thickness) + self.dirt_now

    @profile(
        GRAM_PER_CUBIC_CENTIMETRE,
        "Dry bulk density of the last stroke by cavity",
        "Densidad aparente seca de la última prensada por alveolo",
        axis=CAVITY,
        low=1.7,
        high=2.2,
        sensor=Sensor(noise=0.003, resolution=0.001, period=300.0),
    )
    def cavity_density(self) -> list[float]:
        return _listed(self._densities())

    @profile(
        MILLIMETRE,
        "Thickness of the last stroke by cavity",
        "Espesor de la última prensada por alveolo",
        axis=CAVITY,
        low=4.0,
        high=30.0,
        sensor=Sensor(noise=0.03, resolution=0.01, period=300.0),
    )
    def cavity_thickness(self) -> list[float]:
        thickness = green_thickness(self._moist_mass, self.cavity_area, self._densities(), self.tile_moisture)
        offsets = self._cavity_offsets("cavity-thickness", self.parameters.cavity_thickness_sd)
        return _listed(np.asarray(thickness + self.dirt_now + offsets))

    @profile(
        GRAM_PER_CUBIC_CENTIMETRE,
        "Dry bulk density of the last stroke by cell, nine for each cavity, front left first",
        "Densidad aparente seca de la última prensada por celda, nueve por alveolo, delante a la izquierda la primera",
        axis=CELL,
        low=1.7,
        high=2.2,
        sensor=Sensor(noise=0.003, resolution=0.001, period=14400.0),
    )
    def density_map(self) -> list[float]:
        p = self.parameters
        gradient = p.gradient + self.faults.condition("gradient")
        return _listed(density_cells(self._densities(), gradient, p.map_density_sd * self.cell_pattern()).ravel())

    def cell_pattern(self) -> Array:
        """Draw of each cell's density, (cavities, 9), the same for all strokes of a run."""
        draws = self.stream("cell").normals(np.arange(9 * self.parameters.cavities)).reshape(-1, 9)
        return np.asarray(draws - draws.mean(axis=1, keepdims=True))

    def _densities(self) -> Array:
        """Density of the last stroke by cavity."""
        offsets = self._cavity_offsets("cavity", self.parameters.cavity_density_sd)
        return np.asarray(self.bulk_density + offsets + self._leaks())

    def _cavity_offsets(self, purpose: str, sd: float) -> Array:
        return np.asarray(sd * self.stream(purpose).normals(np.arange(self.parameters.cavities)))

    def _leaks(self) -> Array:
        condition = self.faults.condition
        return np.array([condition(f"cavity_{cavity + 1}") for cavity in range(self.parameters.cavities)])

    def axis_points(self, axis: str) -> tuple[float, ...]:
        """Numbers of cavities, or of their cells."""
        cells = {CAVITY.name: 1, CELL.name: 9}
        if axis not in cells:
            return super().axis_points(axis)
        return tuple(float(number + 1) for number in range(cells[axis] * self.parameters.cavities))

    @measurement(
        SECONDS,
        "Time of one stroke",
        "Duración de la prensada",
        low=0.0,
        high=60.0,
        sensor=Sensor(noise=0.02, resolution=0.01, period=5.0),
    )
    def stroke_duration(self) -> float:
        return self.stroke_time / SECOND

    @measurement(
        PERCENT,
        "Springback of the side on leaving the die",
        "Expansión posprensado del lado",
        low=0.0,
        high=3.0,
        sensor=Sensor(noise=0.01, resolution=0.01, period=3600.0),
    )
    def springback(self) -> float:
        return float(springback(self.pressure_now, self.tile_moisture, self.body.springback))

    @measurement(
        MEGAPASCAL,
        "Bending strength of the pressed tile",
        "Resistencia mecánica en verde",
        low=0.0,
        high=8.0,
        sensor=Sensor(noise=0.03, resolution=0.01, period=14400.0),
    )
    def green_strength(self) -> float:
        return float(green_strength(self.bulk_density, self.tile_moisture, self.body.green_strength))

    @measurement(
        KILOGRAM_FORCE_PER_SQUARE_CENTIMETRE,
        "Pressure of the first pressing",
        "Presión de la primera prensada",
        low=0.0,
        high=200.0,
        sensor=Sensor(relative_noise=0.01, resolution=0.1, period=5.0),
    )
    def first_pressure(self) -> float:
        return self.parameters.first_pressure + self.faults.condition("first_pressure")

    @measurement(
        BAR,
        "Pressure of the extractor",
        "Presión del extractor",
        low=0.0,
        high=250.0,
        sensor=Sensor(noise=0.5, resolution=0.1, period=5.0),
    )
    def ejection_pressure(self) -> float:
        return self.parameters.ejection_pressure + self.faults.condition("ejection")

    @measurement(
        CELSIUS,
        "Temperature of the hydraulic oil",
        "Temperatura del aceite hidráulico",
        low=0.0,
        high=90.0,
        sensor=Sensor(noise=0.3, resolution=0.1, period=10.0),
    )
    def oil_temperature(self) -> float:
        return self.parameters.oil_temperature + self.faults.condition("oil_temperature")

    @measurement(
        CELSIUS,
        "Temperature of the upper punch",
        "Temperatura del punzón superior",
        low=20.0,
        high=120.0,
        sensor=Sensor(noise=0.5, resolution=0.1, period=5.0),
    )
    def punch_temperature(self) -> float:
        return self.parameters.punch_temperature + self.faults.condition("punch_temperature")

    @counter(STROKES, "Strokes since the start", "Prensadas desde el inicio")
    def strokes(self) -> int:
        return self.state.strokes - self.diary.opening

    @counter(TILES, "Tiles pressed since the start", "Piezas prensadas desde el inicio", main=True)
    def tiles_pressed(self) -> int:
        return (self.state.strokes - self.diary.opening) * self.parameters.cavities

    @quantity(
        HOURS, "Pressing time since the die was cleaned", "Tiempo de prensado desde la limpieza", low=0.0, high=100.0
    )
    def since_cleaning(self) -> float:
        return (self.state.strokes - self.state.cleaned_stroke) * self.stroke_time / HOUR

    @text("Order in work", "Orden en curso")
    def order_in_work(self) -> str:
        order = self.order()
        return order.name if order else ""

    @text("Product in work", "Producto en curso")
    def product_in_work(self) -> str:
        return self.book.ids[self.state.product]
