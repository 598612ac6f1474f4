"""The shapes of all answers."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from twin.line.text import Language


class Answer(BaseModel):
    """Base of all answers."""

    model_config = ConfigDict(frozen=True)


class Wording(Answer):
    """One meaning in English and Spanish."""

    en: str
    es: str


class Problem(Answer):
    """An error after RFC 9457: `detail` is a sentence that says what to do, `code` a stable word for programs."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str
    code: str = Field(examples=["unknown-target"])
    errors: list[dict[str, str]] | None = None
    """Of a request that cannot be read: where (`field`) and why (`message`)."""


class UnitOut(Answer):
    """A unit of measurement with its UNECE Recommendation 20 code where one exists."""

    symbol: str
    name: Wording
    unece: str | None


class AxisOut(Answer):
    """The axis of a profile."""

    name: str
    unit: UnitOut
    meaning: Wording
    points: list[float]


class SignalOut(Answer):
    """What a signal is; `index` and `length` say where its values stand in a frame of the stream."""

    path: str
    name: str
    station: str
    index: int
    length: int
    kind: Literal["measurement", "state", "counter", "set-point", "profile"]
    type: Literal["float", "integer", "boolean", "enumeration", "text"]
    unit: UnitOut | None
    low: float | None
    high: float | None
    meaning: Wording
    states: list[Wording]
    axis: AxisOut | None
    period: float
    writable: bool
    main: bool


Status = Literal["good", "uncertain", "bad"]
AnyValue = bool | int | float | str | list[float | None] | None


class ValueOut(Answer):
    """A value with its status and the plant instant of its sample."""

    value: AnyValue
    status: Status
    source_time: str


class SignalWithValue(SignalOut, ValueOut):
    """A signal with its newest value."""


class SignalPage(Answer):
    """One page of a search; `next` is the offset of the next page."""

    total: int
    offset: int
    next: int | None
    items: list[SignalOut]


class Values(Answer):
    """The newest values by path; `sequence` numbers the frame they were taken from."""

    sequence: int
    time: str
    wall_time: str
    values: dict[str, ValueOut]


class Trend(Answer):
    """Kept values of one signal (or of one place of a profile), oldest first."""

    path: str
    element: int
    unit: str | None
    times: list[str]
    values: list[float | None]


class FaultOut(Answer):
    """A failure mode that can be injected: what makes it occur, which signals show it, and what the operator does."""

    name: str
    code: str
    meaning: Wording
    severity: int
    cause: Wording
    signature: list[str]
    response: Wording
    sizes: tuple[float, float]
    """Smallest and largest size with which it can be injected."""


class StationOut(Answer):
    """A station with the paths of its signals."""

    path: str
    name: str
    kind: str
    area: str
    line: str
    title: Wording
    signals: list[str]
    faults: list[FaultOut]


class LinkOut(Answer):
    """A connection between two stations with the places between them (null: no limit)."""

    source: str
    target: str
    capacity: int | None


class LineOut(Answer):
    """The structure of the plant."""

    plant: str
    site: str
    path: str
    title: Wording
    stations: list[StationOut]
    links: list[LinkOut]


class KeyFigureOut(Answer):
    """One KPI; `value` is null when it is not defined, and `reason` says why."""

    name: str
    title: Wording
    unit: str
    value: float | None
    reason: Wording | None
    station: str
    formula: str
    source: str


class KeyFigures(Answer):
    """All KPIs of the run so far."""

    time: str
    items: list[KeyFigureOut]


class EventOut(Answer):
    """Something that happened."""

    number: int
    time: str
    kind: str
    station: str
    code: str
    severity: int
    message: Wording


class EventPage(Answer):
    """Events in order; ask again with `after` = `last`."""

    last: int
    items: list[EventOut]


class AlarmOut(Answer):
    """An alarm with the state of its condition; `shelving` is empty, `timed` or `one-shot` (until it clears)."""

    id: str
    station: str
    code: str
    severity: int
    message: Wording
    raised: str
    cleared: str | None
    active: bool
    acknowledged: bool
    confirmed: bool
    enabled: bool
    shelving: str
    shelved_until: str | None
    comment: str
    user: str


class Alarms(Answer):
    """Alarms, newest first."""

    items: list[AlarmOut]


class ChaosSizesOut(Answer):
    """What the size of a kind of chaos says, and between which limits."""

    meaning: Wording
    low: float
    high: float
    usual: float


class ChaosKindOut(Answer):
    """Something that can happen to OPC UA clients, for at most `longest_s` of wall time; 0: it is done at once."""

    kind: str
    meaning: Wording
    longest_s: float
    usual_s: float
    sizes: ChaosSizesOut | None


class ChaosKinds(Answer):
    """What can happen to OPC UA clients."""

    items: list[ChaosKindOut]


class ClockOut(Answer):
    """Plant time and how it goes; `lag` are plant seconds behind the pace."""

    time: str
    wall_time: str
    speed: float
    running: bool
    lag: float
    start: str
    stamps: str
    zone: str


class RunOut(Answer):
    """What identifies the run, and where it can be reached."""

    plant: str
    scenario: str
    seed: int
    start: str
    opening: str
    version: str
    definition_sha256: str
    language: Language
    simulator: bool
    room: str
    """Which room of a class the run is; empty: none."""
    addresses: dict[str, str]


class CommandOut(Answer):
    """A command that may be posted, with an example."""

    name: str
    meaning: Wording
    simulator: bool
    example: dict[str, Any]


class Commands(Answer):
    """The commands that this gateway takes."""

    items: list[CommandOut]


class OutcomeOut(Answer):
    """The command was applied at plant instant `time` and shows from frame `sequence` on."""

    accepted: Literal[True]
    time: str
    sequence: int


class Health(Answer):
    """A sign of life."""

    status: Literal["ok"]


class Ready(Answer):
    """The line is served; `sequence` numbers the newest frame."""

    status: Literal["ready"]
    sequence: int
    time: str
