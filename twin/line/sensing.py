"""Which sensors a station has, how plant data change them, and how they fail.

A sensor fails silently: it goes on showing values, and only some of its ailments give a bad or uncertain status. An
ailment is drawn by plant data or injected by signal path; the event log notes when it begins and ends.
"""

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum, StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from twin.line.distributions import Distribution
from twin.line.errors import DefinitionError
from twin.line.records import Record
from twin.line.signal import Kind, Sensor, Signal, Value
from twin.line.streams import Stream
from twin.line.text import Text
from twin.line.time import HOUR, MINUTE, NEVER

SENSED = frozenset({Kind.MEASUREMENT, Kind.PROFILE})


class Status(IntEnum):
    """What a value is worth."""

    GOOD = 0
    UNCERTAIN = 1
    BAD = 2


class Ailment(StrEnum):
    """A way in which a sensor fails; each has a size."""

    STUCK = "stuck"
    """The value stands still."""
    SPIKES = "spikes"
    """One sample in twenty is off by the size."""
    DROP_OUT = "drop-out"
    """Samples do not arrive; the status is bad."""
    BIAS = "bias"
    """The value is off by the size, at once."""
    MISCALIBRATION = "miscalibration"
    """The value is off by the size as a share of itself."""
    DRIFT = "drift"
    """The error grows by the size in a day."""
    DIRTY_WINDOW = "dirty-window"
    """The error grows to the size, and the signal gets weak: the status is uncertain from half of it on."""
    NOISE = "noise"
    """The scatter is multiplied by the size."""
    SATURATION = "saturation"
    """The value is at the upper end of the span; the status is uncertain."""
    CLOCK_SKEW = "clock-skew"
    """The instrument's clock is ahead by the size [s]."""


AILMENTS: tuple[Ailment, ...] = tuple(Ailment)
AILMENT_WORDS: Mapping[Ailment, Text] = {
    Ailment.STUCK: Text("stands still", "valor congelado"),
    Ailment.SPIKES: Text("spikes", "picos"),
    Ailment.DROP_OUT: Text("drops out", "sin señal"),
    Ailment.BIAS: Text("is off", "desplazado"),
    Ailment.MISCALIBRATION: Text("is wrongly calibrated", "mal calibrado"),
    Ailment.DRIFT: Text("drifts", "deriva"),
    Ailment.DIRTY_WINDOW: Text("dirty window", "ventana sucia"),
    Ailment.NOISE: Text("scatters", "ruido"),
    Ailment.SATURATION: Text("saturated", "saturado"),
    Ailment.CLOCK_SKEW: Text("clock ahead", "reloj adelantado"),
}
"""What people call them."""
SPIKES_SHARE = 0.05
"""Share of samples that are spikes while a sensor has them [-]."""


class SensorFault(BaseModel):
    """How often a sensor gets an ailment, how long, and how badly."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    uptime_h: Distribution | None = None
    """Time between the end of one occurrence and the next [h of plant time]; left out: only when injected."""
    repair_min: Distribution | None = None
    """Time until it is over [min of plant time]; left out: until somebody sees to it."""
    size: float | None = None
    """How badly, in the unit that the ailment says; left out: what is usual for the sensor."""
    onset_min: float = Field(default=60.0, gt=0)
    """Time in which a dirty window reaches its size [min]."""


class SensorSettings(BaseModel):
    """What a plant says about one sensor; what it leaves out is as the station declares it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    installed: bool = True
    """Whether the plant has this sensor at all; without it there is no such signal."""
    noise: float | None = Field(default=None, ge=0)
    """Scatter from sample to sample [signal's unit, 1 sigma]."""
    relative_noise: float | None = Field(default=None, ge=0)
    """Scatter as a share of the value [-]."""
    resolution: float | None = Field(default=None, ge=0)
    """Step of the display [signal's unit]."""
    period: float | None = Field(default=None, gt=0, le=30 * 86400)
    """Time between two samples [s]."""
    bias: float | None = None
    """Error that never goes away [signal's unit]."""
    calibration_sd: float | None = Field(default=None, ge=0)
    """Error that each calibration leaves [signal's unit, 1 sigma]."""
    drift: float | None = None
    """Mean growth of the error since the last calibration [signal's unit per day]."""
    drift_sd: float | None = Field(default=None, ge=0)
    """Scatter of that growth from calibration to calibration [signal's unit per day, 1 sigma]."""
    calibration_h: float | None = Field(default=None, gt=0)
    """Time between two calibrations [h]."""
    dead_band: float | None = Field(default=None, ge=0)
    """Change that the instrument needs before it moves at all [signal's unit]."""
    delay: float | None = Field(default=None, ge=0, le=86400)
    """Time from the process to the display [s]."""
    turnaround: float | None = Field(default=None, ge=0, le=30 * 86400)
    """Time from taking a sample to its result [s]."""
    span: tuple[float, float] | None = None
    """Lowest and highest value that the instrument can show [signal's unit]."""
    spike_share: float | None = Field(default=None, ge=0, le=1)
    """Share of samples that are spikes [-]."""
    spike: float | None = Field(default=None, ge=0)
    """Height of a spike [signal's unit]."""
    drop_out_share: float | None = Field(default=None, ge=0, le=1)
    """Share of samples that never arrive [-]."""
    clock_skew: float | None = Field(default=None, ge=-86400, le=86400)
    """How far the instrument's clock is ahead [s]."""
    faults: Mapping[Ailment, SensorFault] = Field(default_factory=dict)
    """How the sensor fails, by ailment."""

    def applied_to(self, sensor: Sensor) -> Sensor:
        """The declared sensor with what the plant says about it."""
        said = {name: getattr(self, name) for name in Sensor.__dataclass_fields__}
        return replace(sensor, **{name: value for name, value in said.items() if value is not None})


@dataclass(slots=True)
class Active:
    """An ailment that a sensor has now."""

    ailment: str
    began: int
    until: int
    size: float
    onset: int
    held: list[float]
    """True value when it began; what a stuck sensor goes on showing, seen through its errors of that moment."""


@dataclass(slots=True)
class SensingState:
    """What is known of the sensors of one station; a key is `<signal>/<ailment>`."""

    active: dict[str, Active] = field(default_factory=dict)
    due: dict[str, int] = field(default_factory=dict)
    occurrence: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)


class Sensing:
    """The sensors of one station."""

    def __init__(self, station: str, declared: Sequence[Signal], settings: Mapping[str, SensorSettings]) -> None:
        sensed = {signal.name: signal for signal in declared if signal.kind in SENSED}
        for name in settings:
            if name not in sensed:
                known = ", ".join(sensed) or "none"
                raise DefinitionError(f"station {station}: there is no sensor {name!r}; it has: {known}")
        self._settings = dict(settings)
        self._declared = {signal.name: number for number, signal in enumerate(declared)}
        self.sensors = {
            name: settings[name].applied_to(signal.sensor) if name in settings else signal.sensor
            for name, signal in sensed.items()
        }
        """The sensor of each measured signal, installed or not."""
        self.state = SensingState()
        self.next_change = NEVER
        """The next plant instant at which an ailment begins or ends by itself."""
        self.changes = 0
        """Grows with every change of what is active."""
        self._seed, self._path, self._scale = 0, station, 1.0

    def installed(self, name: str) -> bool:
        """Whether the plant has the sensor of a signal."""
        return name not in self._settings or self._settings[name].installed

    def open(self, seed: int, path: str, scale: float, now: int) -> None:
        """Draw the first occurrence of everything that occurs by itself; `scale` multiplies how often."""
        self._seed, self._path, self._scale = seed, path, scale
        self.state = SensingState()
        for name, settings in self._settings.items():
            for ailment, fault in settings.faults.items():
                if settings.installed and fault.uptime_h is not None and scale > 0.0:
                    self._plan(f"{name}/{ailment.value}", fault, now)
        self._refresh()

    def resume(self, seed: int, path: str, scale: float, state: SensingState) -> None:
        """Go on from a saved state."""
        self._seed, self._path, self._scale, self.state = seed, path, scale, state
        self._refresh()

    def _draw(self, key: str, purpose: str) -> float:
        return Stream(self._seed, f"{self._path}/{key}/{purpose}").uniform(self.state.occurrence.get(key, 0))

    def _plan(self, key: str, fault: SensorFault, now: int) -> None:
        if fault.uptime_h is not None:
            hours = fault.uptime_h.quantile(self._draw(key, "uptime")) / self._scale
            self.state.due[key] = now + max(1, round(hours * HOUR))

    def _fault(self, key: str) -> SensorFault:
        name, _, ailment = key.partition("/")
        settings = self._settings.get(name)
        found = None if settings is None else settings.faults.get(Ailment(ailment))
        return found or SensorFault()

    def _refresh(self) -> None:
        state = self.state
        due = [instant for key, instant in state.due.items() if key not in state.active]
        ends = [active.until for active in state.active.values()]
        self.next_change = min([*due, *ends], default=NEVER)
        self.changes += 1

    def on(self, name: str) -> tuple[Active, ...]:
        """The ailments that the sensor of a signal has now."""
        if not self.state.active:
            return ()
        prefix = f"{name}/"
        return tuple(active for key, active in self.state.active.items() if key.startswith(prefix))

    def quality(self, name: str, now: int) -> Status:
        """What an instrument says about itself: uncertain with a dirty window, bad while its samples drop out."""
        kinds = {active.ailment for active in self.on(name) if dirt(active, now) >= 0.5}
        if Ailment.DROP_OUT.value in kinds:
            return Status.BAD
        return Status.UNCERTAIN if Ailment.DIRTY_WINDOW.value in kinds else Status.GOOD

    def begin(self, station: Any, name: str, ailment: Ailment, until: int | None, size: float, now: int) -> None:
        """Give a sensor an ailment now; one that it has already ends at `until` (None: as plant data say) instead.

        `size` multiplies what plant data, or else the kind of sensor, say.
        """
        key, state = f"{name}/{ailment.value}", self.state
        fault = self._fault(key)
        if until is None:
            until = NEVER
            if fault.repair_min is not None:
                until = now + max(1, round(fault.repair_min.quantile(self._draw(key, "repair")) * MINUTE))
        if key in state.active:
            state.active[key].until = until
        else:
            signal: Signal = station.signals_by_name[name]
            usual = self._usual(signal, station, ailment) if fault.size is None else fault.size
            state.active[key] = Active(
                ailment.value, now, until, usual * size, round(fault.onset_min * MINUTE), _flat(signal.truth(station))
            )
            state.counts[key] = state.counts.get(key, 0) + 1
            if state.due.get(key, NEVER) <= now:
                del state.due[key]
            self._note(station.log, key, now, Record.SENSOR_FAULT_BEGAN)
        self._refresh()

    def _usual(self, signal: Signal, station: Any, ailment: Ailment) -> float:
        """How badly an ailment usually hits a sensor that plant data say nothing about."""
        match ailment:
            case Ailment.NOISE:
                return 5.0
            case Ailment.MISCALIBRATION:
                return 0.03
            case Ailment.CLOCK_SKEW:
                return 120.0
            case _:
                sensor = self.sensors[signal.name]
                low, high = span_of(sensor, signal.limits(station))
                width = high - low if high - low < 1e9 else 0.0
                shift = max(6.0 * sensor.noise, 2.0 * sensor.resolution, 0.01 * width)
                return 10.0 * shift if ailment is Ailment.SPIKES else shift

    def end(self, log: "array[int]", name: str, ailment: Ailment, now: int) -> None:
        """Rid a sensor of an ailment now; nothing happens when it has not got it."""
        key, state = f"{name}/{ailment.value}", self.state
        if key not in state.active:
            return
        del state.active[key]
        if key not in state.due and self._fault(key).uptime_h is not None and self._scale > 0.0:
            state.occurrence[key] = state.occurrence.get(key, 0) + 1
            self._plan(key, self._fault(key), now)
        self._note(log, key, now, Record.SENSOR_FAULT_ENDED)
        self._refresh()

    def pass_due(self, station: Any, now: int) -> None:
        """Begin and end everything that is due by now."""
        state = self.state
        for key in [key for key, active in state.active.items() if active.until <= now]:
            name, _, ailment = key.partition("/")
            self.end(station.log, name, Ailment(ailment), now)
        for key in [key for key, due in state.due.items() if due <= now and key not in state.active]:
            name, _, ailment = key.partition("/")
            self.begin(station, name, Ailment(ailment), None, 1.0, now)

    def _note(self, log: "array[int]", key: str, now: int, kind: Record) -> None:
        name, _, ailment = key.partition("/")
        number = self._declared[name] * len(AILMENTS) + AILMENTS.index(Ailment(ailment))
        log.extend((now, kind, number, self.state.counts.get(key, 0)))


def dirt(active: Active, now: int) -> float:
    """How far an ailment has grown [-]: a dirty window within its onset, all others at once."""
    if active.ailment != Ailment.DIRTY_WINDOW.value:
        return 1.0
    return min(1.0, (now - active.began) / active.onset)


def span_of(sensor: Sensor, limits: tuple[float | None, float | None]) -> tuple[float, float]:
    """Lowest and highest value that a sensor can show."""
    if sensor.span is not None:
        return sensor.span
    low, high = limits
    return -float("inf") if low is None else low, float("inf") if high is None else high


def _flat(value: Value) -> list[float]:
    """A value as the list that a frame would hold."""
    if isinstance(value, int | float):
        return [float(value)]
    return [] if isinstance(value, str) else [float(each) for each in value]
