"""The port for gateways: everything that crosses the wall between a run and the outside, in plain data.

A gateway is told the line's `description` once. It reads `frame` (the newest published values), waits for the next
one with `next_frame`, reads events, submits commands and asks questions. Nothing else crosses, so that a gateway can
live in the host's process or in one of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from twin.host.access import User
from twin.host.chaos import CHAOS_COMMANDS, Chaos
from twin.host.connected import GatewayState
from twin.host.questions import Answer, Question
from twin.line.description import LineDescription, SignalDescription
from twin.line.errors import RajolaError, Reason
from twin.line.genealogy import Passport, ThingKind, WhereUsed
from twin.line.report import Report
from twin.line.results import Result
from twin.line.signal import Value, ValueType
from twin.line.table import TableRows
from twin.line.text import Language, Text
from twin.line.truth import TruthEntry
from twin.record.figures import UnitLosses, WindowFigures
from twin.record.history import Samples
from twin.run.job_states import JOB_COMMANDS, JobReport

GOOD = 0
UNCERTAIN = 1
BAD = 2
KEPT_EVENTS = 10_000
"""Events that can still be asked for."""


@dataclass(frozen=True, slots=True)
class Frame:
    """All signals at one published instant.

    `values` [float64, description.frame_length]: numbers as they are, booleans 0 or 1, enumerations as position,
    texts as a key of `texts`. `source_time` [int64, microseconds since 1970 UTC] is the plant instant of each value
    (of the sensor's sample); `status` [uint8] is GOOD, UNCERTAIN or BAD. `time` is plant time and `wall_time` the
    host's clock, both in microseconds since 1970 UTC. The arrays are read-only and never change after publication.
    """

    sequence: int
    time: int
    wall_time: int
    values: NDArray[np.float64]
    source_time: NDArray[np.int64]
    status: NDArray[np.uint8]
    texts: Mapping[int, str]

    def value(self, signal: SignalDescription) -> Value:
        """The signal's value as its own Python type; a list of floats for a profile."""
        if signal.axis is not None:
            return [float(value) for value in self.values[signal.index : signal.index + signal.length]]
        number = float(self.values[signal.index])
        match signal.value_type:
            case ValueType.FLOAT:
                return number
            case ValueType.BOOLEAN:
                return number != 0.0
            case ValueType.TEXT:
                return self.texts.get(int(number), "")
            case _:
                return int(number)


@dataclass(frozen=True, slots=True)
class Command:
    """Something a client asks for.

    `name` is one of COMMANDS below; `target` the path of a signal or station ("" for the run itself).
    """

    name: str
    target: str = ""
    arguments: Mapping[str, Value] = field(default_factory=dict)
    origin: str = ""
    """The gateway it came by; journaled, and of no effect."""


# Recorded in the journal, applied at a definite plant instant:
#   write          target = signal path        {"value": number}
#   inject_fault   target = station path       {"fault": name, "duration_s": seconds of plant time, 0 = until cleared,
#                                               "size": multiplies the mode's conditions, 1 unless given}
#   clear_fault    target = station path       {"fault": name}
#   acknowledge    target = alarm id (text)    {"comment": text}      (the operator comes)
#   confirm        target = alarm id           {"comment": text}
#   comment        target = alarm id           {"comment": text}
#   shelve         target = alarm id           {"duration_s": seconds of plant time, 0 = until it clears}
#   unshelve, enable, disable                  {}                     (target = alarm id)
#   store_job, store_and_start_job, update_job target = job order id  {"product": id, "quantity": number, "unit": text,
#                                               "priority": whole number, "start", "end": plant instants
#                                               [microseconds, 0: none], "description": text, "comment": text}
#   start_job, revoke_start_job, pause_job, resume_job, stop_job, abort_job, cancel_job, clear_job
#                  target = job order id       {"comment": text}
# Facts of the session, never in the run's hash:
#   start, pause, resume                       {}
#   set_speed                                  {"factor": 0.01 .. 10000}  (plant seconds per wall second)
#   step                                       {"seconds": plant seconds to run while paused}
#   start_chaos                                {"kind": a kind of twin.host.chaos, "duration_s": seconds of wall time,
#                                               "size": number}                (0: as usual)
#   end_chaos                                  {}
COMMANDS: tuple[str, ...] = (
    "write", "inject_fault", "clear_fault",
    "acknowledge", "confirm", "comment", "shelve", "unshelve", "enable", "disable",
    *JOB_COMMANDS,
    "start", "pause", "resume", "set_speed", "step", *sorted(CHAOS_COMMANDS),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outcome:
    """The fate of a command: applied at plant instant `time` and visible from frame `sequence` on, or refused."""

    accepted: bool
    time: int
    sequence: int
    reason: Reason | None = None
    message: str = ""


@dataclass(frozen=True, slots=True)
class PlantEvent:
    """Something that happened: alarm raised or cleared, state change, command applied, order begun, box closed ..."""

    number: int
    """Running number, from 1, without holes: counted apart with and without truth, as a hole would tell of it."""
    time: int
    """Plant instant [microseconds since 1970 UTC]."""
    kind: str
    """`alarm`, `alarm-cleared` and the other changes of `twin.run.alarms.Change`; `state`, `command`, `order`,
    `job`, `product`, `session`."""
    station: str
    """Path of the station, "" for the run itself."""
    message: Text
    severity: int
    """1 to 1000 as in OPC UA; 100-300 information, 400-600 warning, 700-900 stop."""
    code: str = ""
    """Alarm code such as PRS-220."""
    truth: bool = False
    """Whether it tells of a planted cause, which the instructor alone may know."""
    alarm: "Alarm | None" = None
    """What the alarm was like after it, for an event of an alarm."""
    job: JobReport | None = None
    """What the job was like after it, for an event of a job."""
    chaos: Chaos | None = None
    """What shall happen to clients, for a command about chaos."""


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm with the state of its condition; times are plant instants [microseconds since 1970 UTC]."""

    id: str
    station: str
    code: str
    message: Text
    severity: int
    raised: int
    cleared: int | None
    acknowledged: bool
    active: bool = True
    confirmed: bool = False
    enabled: bool = True
    retain: bool = True
    """Whether it is to be seen: enabled, and active or not acknowledged."""
    latching: bool = False
    """Whether it stays latched after it cleared, until somebody has acknowledged it."""
    shelving: str = ""
    """Empty, `timed` or `one-shot` (until it clears)."""
    shelved_until: int | None = None
    quality: int = GOOD
    comment: str = ""
    user: str = ""
    """Who touched it last."""
    acknowledged_by: str = ""
    changed: int = 0
    change: int = 0
    """Running number of its newest change, over the whole run."""
    raised_change: int = 0
    """Running number of the change that began its present occurrence."""


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One KPI; `value` is None when it is not defined (nothing produced yet), and `reason` says why."""

    name: str
    title: Text
    unit: str
    value: float | None
    station: str
    formula: str
    source: str
    reason: Text | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """Plant time and how it goes; `stamps` is `plant` or `wall` (what source times show)."""

    time: int
    wall_time: int
    speed: float
    running: bool
    lag: float
    """Plant seconds that the run is behind its pace."""
    start: int
    stamps: str
    zone: str = "UTC"
    """IANA name of the time zone in which people at the plant read the time."""


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What identifies the run."""

    plant: str
    scenario: str
    seed: int
    start: int
    opening: str
    version: str
    definition_sha256: str


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """A command that was applied, as a user may know of it."""

    number: int
    """Running number, from 1, without holes: counted apart with and without truth."""
    time: int
    """Plant instant [microseconds since 1970 UTC]."""
    wall_time: int
    name: str
    target: str
    arguments: Mapping[str, Value]
    user: str
    origin: str
    """The gateway by which it came; empty when nobody noted it."""


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run that is kept in the state folder."""

    id: str
    """`present`, or the name of the folder into which it was set aside."""
    lives: bool
    facts: RunFacts


class ReportRefused(RajolaError):
    """A report that cannot be made, or not now."""


class Port(Protocol):
    """What a gateway may use of a run; all methods are called from the host's event loop."""

    @property
    def description(self) -> LineDescription:
        """The line, once and for all."""
        ...

    @property
    def run(self) -> RunFacts:
        """What identifies the run."""
        ...

    @property
    def language(self) -> Language:
        """Default language of texts."""
        ...

    @property
    def frame(self) -> Frame:
        """The newest published values."""
        ...

    @property
    def clock(self) -> Clock:
        """Plant time and pace now."""
        ...

    async def next_frame(self, after: int) -> Frame:
        """The newest frame once its sequence is greater than `after`; frames in between are skipped."""
        ...

    def events(self, after: int = 0, limit: int = 1000, truth: bool = False) -> Sequence[PlantEvent]:
        """At most `limit` kept events with number greater than `after`, oldest first (the last 10,000 are kept).

        With `truth`, for whom `access.sees_truth`, also those that tell of planted causes.
        """
        ...

    def alarms(self, every: bool = False) -> Sequence[Alarm]:
        """Alarms that are active or not acknowledged, newest first; with `every`, all that the plant can raise."""
        ...

    def key_figures(self) -> Sequence[KeyFigure]:
        """All KPIs of the run so far."""
        ...

    async def newest_figures(self) -> Sequence[KeyFigure]:
        """The same as `key_figures`, for those who can wait for the run's turn without keeping anybody else waiting."""
        ...

    async def key_figures_of(self, span: str, start: int, end: int, station: str = "") -> Sequence[WindowFigures]:
        """KPIs of every shift, day or order (of a station) that touches [start, end), or of that `window` itself.

        From the recorded event log, by the same fold as `key_figures`, cut at what is recorded; raises HistoryRefused.
        """
        ...

    async def losses(self, start: int, end: int) -> Sequence[UnitLosses]:
        """The loss tree of every work unit in [start, end), from calendar time to good pieces."""
        ...

    async def query(self, question: Question) -> Answer:
        """The answer to a question in SQL over the recorded history, truth included; raises QueryRefused."""
        ...

    def trend(self, index: int, since: int, points: int = 600) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Kept values (times, values) of one frame place since a plant instant, at most `points`, oldest first."""
        ...

    async def history(
        self,
        path: str,
        start: int,
        end: int,
        limit: int = 1000,
        *,
        newest_first: bool = False,
        bounds: bool = False,
    ) -> Samples:
        """At most `limit` recorded samples of a signal with start <= time < end [plant time, microseconds].

        `bounds` adds the sample before and the one after the window. Raises HistoryRefused.
        """
        ...

    async def history_at(self, path: str, times: Sequence[int]) -> Samples:
        """A signal's value at each of at most 10,000 instants, interpolated; raises HistoryRefused."""
        ...

    async def history_processed(self, path: str, start: int, end: int, interval: int, aggregate: str) -> Samples:
        """An aggregate (OPC UA part 13's name, `twin.record.aggregates`) per interval; raises HistoryRefused."""
        ...

    async def history_trend(self, path: str, start: int, end: int, points: int = 2000) -> Samples:
        """At most `points` samples of a signal that keep the extremes, for a chart; raises HistoryRefused."""
        ...

    async def jobs(self) -> Sequence[JobReport]:
        """All jobs that are not cancelled or cleared, in the order in which they were stored."""
        ...

    def table(self, name: str, limit: int = 5000) -> TableRows:
        """The newest rows of one of the description's tables, oldest first; raises KeyError when there is none."""
        ...

    async def results(self, kind: str, after: int = 0, limit: int = 1000) -> Sequence[Result]:
        """At most `limit` of the newest results of one of the description's kinds with a number greater than `after`.

        Oldest first; raises KeyError when there is no such kind.
        """
        ...

    async def passport(self, kind: str, thing: str, *, truth: bool = False) -> Passport:
        """The passport of a tile, or of what tiles were made from or went into; raises UnknownThing.

        With `truth`, for whom `access.sees_truth`, also true values and the root causes of a defective piece.
        """
        ...

    async def where_used(self, kind: str, thing: str, *, limit: int = 1000, truth: bool = False) -> WhereUsed:
        """The pieces that a thing touched, with at most `limit` of their ids; raises UnknownThing."""
        ...

    async def disturbances(self, begin: int, end: int) -> Sequence[TruthEntry]:
        """What disturbed the run in some of [begin, end]: the ground truth, for whom `access.sees_truth` alone."""
        ...

    async def tell_connected(self, state: GatewayState) -> None:
        """Take from a gateway who is connected to it; what it told before is forgotten."""
        ...

    async def connected(self) -> Sequence[GatewayState]:
        """What gateways have told of who is connected to them."""
        ...

    async def journal(self, after: int = 0, limit: int = 1000, *, truth: bool = False) -> Sequence[JournalEntry]:
        """At most `limit` commands of the run's journal with a number greater than `after`, oldest first.

        With `truth`, for whom `access.sees_truth`, also those that planted causes.
        """
        ...

    async def runs(self) -> Sequence[KeptRun]:
        """The runs that are kept beside this one, which comes first."""
        ...

    async def report(self, run: str, *, truth: bool = False) -> Report:
        """The report on a kept run, made beside the plant's process, one at a time; raises ReportRefused."""
        ...

    def passport_kinds(self) -> Sequence[ThingKind]:
        """The kinds of things that have passports; none where the line keeps no genealogy."""
        ...

    async def submit(self, command: Command, user: User) -> Outcome:
        """Hand in a command and hear its fate; never raises for a command that is refused, also for want of a right."""
        ...


class RunningGateway(Protocol):
    """A gateway that serves."""

    @property
    def address(self) -> str:
        """The complete address to copy, with the bound port."""
        ...

    async def stop(self) -> None:
        """Stop serving and release everything, within 5 s."""
        ...


class Gateway(Protocol):
    """What stands as `gateway` in the module that a `twin.host.gateway_entry.GatewayEntry` names."""

    @property
    def name(self) -> str:
        """`opcua` or `http`: also the option of `rajola run` that sets the address."""
        ...

    @property
    def default_port(self) -> int:
        """The port that is served when none is asked for."""
        ...

    async def start(self, port: Port, host: str, number: int, options: Mapping[str, Any]) -> RunningGateway:
        """Serve on `host`:`number` (0: any free port); raises DefinitionError when the port is in use.

        `options`: `simulator` (bool: show the controls of the simulator), `language`, `addresses` (dict gateway name
        to address of those already running), `config` (folder for what outlives a run, such as certificates), and
        `access` (who may log in). All but `access` are plain data: a gateway may live in a process of its own.
        """
        ...
