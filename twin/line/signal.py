"""What a signal is: declared once, on its station, and read by every consumer from that declaration.

A signal's function gives the *truth*; what leaves the line is that truth seen through the signal's sensor.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias, overload

from twin.line.text import Text
from twin.line.units import Unit

if TYPE_CHECKING:
    from twin.line.station import Station

Value: TypeAlias = float | int | bool | str | Sequence[float]
Limit: TypeAlias = float | Callable[[Any], float]


class Kind(StrEnum):
    """The role of a signal."""

    MEASUREMENT = "measurement"
    STATE = "state"
    COUNTER = "counter"
    SET_POINT = "set-point"
    PROFILE = "profile"


class ValueType(StrEnum):
    """The type of a signal's value; every value crosses the wall as float64, texts by a side table."""

    FLOAT = "float"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    ENUMERATION = "enumeration"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Sensor:
    """How a measurement shows the truth; plant data may change any of it, station by station.

    Errors are in the signal's unit unless they say otherwise. What they do together, and when a value turns uncertain
    or bad, is in docs/sensors.md.
    """

    noise: float = 0.0
    """Scatter from sample to sample [1 sigma]."""
    relative_noise: float = 0.0
    """The same as a share of the value; the two add up in quadrature [-]."""
    resolution: float = 0.0
    """Step of the display."""
    period: float = 1.0
    """Time between two samples [s]."""
    bias: float = 0.0
    """Error that never goes away."""
    calibration_sd: float = 0.0
    """Error that each calibration leaves [1 sigma]."""
    drift: float = 0.0
    """Mean growth of the error since the last calibration [1/day]."""
    drift_sd: float = 0.0
    """Scatter of that growth from calibration to calibration [1/day, 1 sigma]."""
    calibration_h: float = 168.0
    """Time between two calibrations [h]."""
    dead_band: float = 0.0
    """Change that the instrument needs before it moves at all."""
    delay: float = 0.0
    """Time from the process to the display, as in a sampling line [s]."""
    turnaround: float = 0.0
    """Time from taking a sample to its result, which is stamped when the sample was taken [s]."""
    span: tuple[float, float] | None = None
    """Lowest and highest value that the instrument can show; None: the signal's range."""
    spike_share: float = 0.0
    """Share of samples that are spikes [-]."""
    spike: float = 0.0
    """Height of a spike, to either side."""
    drop_out_share: float = 0.0
    """Share of samples that never arrive [-]."""
    clock_skew: float = 0.0
    """How far the instrument's clock is ahead [s]."""


IDEAL = Sensor()


@dataclass(frozen=True, slots=True)
class Axis:
    """The axis of a profile: its name, unit and meaning; the station says where its points are."""

    name: str
    unit: Unit
    meaning: Text
    part: Text | None = None
    """What stands at each of its points, where that is a part of the machine."""


class Signal:
    """A declared signal; reading it on a station gives the true value at the station's present time."""

    def __init__(
        self,
        kind: Kind,
        value_type: ValueType,
        unit: Unit | None,
        meaning: Text,
        *,
        low: Limit | None = None,
        high: Limit | None = None,
        sensor: Sensor = IDEAL,
        states: tuple[Text, ...] = (),
        axis: Axis | None = None,
        main: bool = False,
        engineering: bool = False,
    ) -> None:
        self.name = ""
        self.kind = kind
        self.value_type = value_type
        self.unit = unit
        self.meaning = meaning
        self.low = low
        self.high = high
        self.sensor = sensor
        self.states = states
        self.axis = axis
        self.main = main
        self.engineering = engineering
        self._truth: Callable[[Any], Value] | None = None

    @property
    def writable(self) -> bool:
        """Whether a client may write it."""
        return self.kind is Kind.SET_POINT

    def __call__(self, truth: Callable[[Any], Value]) -> "Signal":
        """Take the decorated method as the function that tells the truth."""
        self._truth = truth
        return self

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, station: None, owner: type) -> "Signal": ...
    @overload
    def __get__(self, station: "Station", owner: type) -> Any: ...
    def __get__(self, station: "Station | None", owner: type) -> Any:
        return self if station is None else self.truth(station)

    def truth(self, station: "Station") -> Value:
        """The true value at the station's present time; a set point's is what was last asked for."""
        if self._truth is None:
            return station.set_points[self.name]
        return self._truth(station)

    def limits(self, station: "Station") -> tuple[float | None, float | None]:
        """The range (low, high) on this station; a limit may depend on the station's parameters."""
        low, high = (limit(station) if callable(limit) else limit for limit in (self.low, self.high))
        return low, high


def measurement(
    unit: Unit, en: str, es: str, *, low: Limit, high: Limit, sensor: Sensor = IDEAL, main: bool = False
) -> Signal:
    """Declare a physical quantity seen through a sensor; decorates the method that gives the truth."""
    return Signal(Kind.MEASUREMENT, ValueType.FLOAT, unit, Text(en, es), low=low, high=high, sensor=sensor, main=main)


def counter(unit: Unit, en: str, es: str, *, real: bool = False, main: bool = False) -> Signal:
    """Declare a total that only grows; `real` for totals that are not whole numbers."""
    return Signal(
        Kind.COUNTER, ValueType.FLOAT if real else ValueType.INTEGER, unit, Text(en, es), low=0.0, high=1e12, main=main
    )


def flag(en: str, es: str) -> Signal:
    """Declare a yes-or-no state."""
    return Signal(Kind.STATE, ValueType.BOOLEAN, None, Text(en, es))


def enumeration(states: tuple[Text, ...], en: str, es: str, *, main: bool = False) -> Signal:
    """Declare a state out of a list; its value is the position in the list."""
    return Signal(Kind.STATE, ValueType.ENUMERATION, None, Text(en, es), states=states, main=main)


def text(en: str, es: str) -> Signal:
    """Declare a text state, such as the order in work."""
    return Signal(Kind.STATE, ValueType.TEXT, None, Text(en, es))


def quantity(unit: Unit, en: str, es: str, *, low: Limit, high: Limit, main: bool = False) -> Signal:
    """Declare an amount that the controller knows without a sensor, such as tiles inside or a computed KPI."""
    return Signal(Kind.STATE, ValueType.FLOAT, unit, Text(en, es), low=low, high=high, main=main)


def profile(unit: Unit, en: str, es: str, *, axis: Axis, low: Limit, high: Limit, sensor: Sensor = IDEAL) -> Signal:
    """Declare an array over a named axis; decorates the method that gives the true values."""
    return Signal(Kind.PROFILE, ValueType.FLOAT, unit, Text(en, es), low=low, high=high, sensor=sensor, axis=axis)


def set_point(unit: Unit, en: str, es: str, *, low: Limit, high: Limit, engineering: bool = False) -> Signal:
    """Declare a value that operators may change, or engineers alone; named `<parameter>_set_point`, it starts there."""
    return Signal(Kind.SET_POINT, ValueType.FLOAT, unit, Text(en, es), low=low, high=high, engineering=engineering)
