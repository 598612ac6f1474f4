"""The line as plain data: what a gateway is told once, so that it never has to know a station class."""

from dataclasses import dataclass

from twin.line.presentation import Presentation
from twin.line.results import ResultKind
from twin.line.signal import Kind, ValueType
from twin.line.table import TableDescription
from twin.line.text import Text
from twin.line.units import Unit
from twin.line.work_orders import Material

_NOTHING = Text("", "")


@dataclass(frozen=True, slots=True)
class AxisDescription:
    """The axis of a profile with its points, in the order of the profile's values."""

    name: str
    unit: Unit
    meaning: Text
    points: tuple[float, ...]
    part: Text | None = None
    """What stands at each point, where that is a part of the machine."""


@dataclass(frozen=True, slots=True)
class SignalDescription:
    """One signal; it occupies `length` places of every frame from `index` on (more than one for a profile)."""

    path: str
    name: str
    index: int
    length: int
    kind: Kind
    value_type: ValueType
    unit: Unit | None
    low: float | None
    high: float | None
    meaning: Text
    states: tuple[Text, ...] = ()
    axis: AxisDescription | None = None
    period: float = 0.0
    """Time between two samples of the sensor [s of plant time]; 0 for values known without a sensor."""
    main: bool = False
    engineering: bool = False
    """Whether a set point is for engineers, not for operators."""

    @property
    def writable(self) -> bool:
        """Whether a client may write it."""
        return self.kind is Kind.SET_POINT


@dataclass(frozen=True, slots=True)
class FaultDescription:
    """A failure mode that can be injected: alarm `code`, wording and severity (1 to 1000)."""

    name: str
    code: str
    meaning: Text
    severity: int
    cause: Text = _NOTHING
    """What makes it occur."""
    signature: tuple[str, ...] = ()
    """Signals that move before the alarm or with it: by name, those of another station as `station/name`."""
    defects: tuple[str, ...] = ()
    """Codes of the defects of which it makes more."""
    response: Text = _NOTHING
    """What the operator does."""
    sizes: tuple[float, float] = (1.0, 1.0)
    """Smallest and largest size with which it can be injected."""


@dataclass(frozen=True, slots=True)
class AlarmDescription:
    """An alarm that a station can raise; its id is `<path of the station>/<name>`."""

    name: str
    code: str
    meaning: Text
    severity: int


@dataclass(frozen=True, slots=True)
class StationDescription:
    """One station with its place in the hierarchy and its signals."""

    path: str
    name: str
    kind: str
    """Name of the station class, such as `Press`."""
    area: str
    line: str
    title: Text
    signals: tuple[SignalDescription, ...]
    faults: tuple[FaultDescription, ...] = ()
    alarms: tuple[AlarmDescription, ...] = ()


@dataclass(frozen=True, slots=True)
class LinkDescription:
    """A connection: the paths of the two stations and the places between them (None: no limit)."""

    source: str
    target: str
    capacity: int | None


@dataclass(frozen=True, slots=True)
class LineDescription:
    """A whole plant as a gateway sees it; `path` is `<plant id>/<site>`, the root of every other path."""

    plant: str
    site: str
    title: Text
    stations: tuple[StationDescription, ...]
    links: tuple[LinkDescription, ...]
    presentation: Presentation
    frame_length: int
    """Number of float64 places in a frame."""
    tables: tuple[TableDescription, ...] = ()
    materials: tuple[Material, ...] = ()
    """What can be ordered of the line by jobs; none where it takes no jobs."""
    results: tuple[ResultKind, ...] = ()
    """Kinds of results that stations give."""

    @property
    def path(self) -> str:
        """Root of all paths of this plant."""
        return f"{self.plant}/{self.site}"

    @property
    def signals(self) -> tuple[SignalDescription, ...]:
        """All signals in frame order."""
        return tuple(signal for station in self.stations for signal in station.signals)

    def signal(self, path: str) -> SignalDescription:
        """The signal at `path`; raises KeyError when there is none."""
        for signal in self.signals:
            if signal.path == path:
                return signal
        raise KeyError(path)
