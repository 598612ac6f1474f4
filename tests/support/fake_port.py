"""A port without a kernel behind it: a bakery whose values move, for the tests of the gateways.

`async with FakePort() as port:` publishes a frame every 50 ms of wall time; without it, `port.advance(seconds)` does.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from tests.support.fake_bakery import OVEN_POINTS, bakery
from tests.support.fake_results import newest
from twin.host.access import TRUTH, User, check_right
from twin.host.chaos import CHAOS_COMMANDS, Chaos, chaos_of
from twin.host.connected import GatewayState
from twin.host.history import AskHistory
from twin.host.port import (
    BAD,
    GOOD,
    UNCERTAIN,
    Alarm,
    Clock,
    Command,
    Frame,
    JournalEntry,
    KeptRun,
    KeyFigure,
    Outcome,
    PlantEvent,
    ReportRefused,
    RunFacts,
)
from twin.host.questions import Answer, QueryRefused, Question
from twin.line.description import LineDescription, StationDescription
from twin.line.errors import Reason, RefusedCommand
from twin.line.genealogy import Cause, Fact, Passport, Related, Stage, ThingKind, UnknownThing, WhereUsed
from twin.line.report import Card, Report
from twin.line.results import Result
from twin.line.signal import Value
from twin.line.table import Table, TableRows
from twin.line.text import Language, Text
from twin.line.truth import TruthEntry, TruthKind
from twin.record.figures import UnitLosses, WindowFigures
from twin.record.history import HistoryRefused, Samples
from twin.record.memory_history import MemoryHistory
from twin.run.job_states import JobReport

START = 1_767_596_400_000_000
"""2026-01-05 07:00 UTC [microseconds since 1970]."""
TICK_S = 0.05
RECIPES = ("baguette", "barra")


class FakePort:
    """A run of the bakery in memory."""

    def __init__(self, language: Language = "en", *, running: bool = True) -> None:
        self.description: LineDescription = bakery()
        self.run = RunFacts("bakery", "standard", 1, START, "running", "0.0.0", "0" * 64)
        self.language: Language = language
        self.tables: dict[str, Table] = {}
        self.gateways: tuple[GatewayState, ...] = ()
        self.loaves = 0
        """Results that the oven has given."""
        self._set_points = {signal.path: signal for signal in self.description.signals if signal.writable}
        self.commands: list[tuple[str, Command]] = []
        """Everything that was handed in, with its user's name."""
        self._seconds = 0.0
        self._speed = 1.0
        self._running = running
        self._set_point = 220.0
        self._temperature = 200.0
        self._faults: set[tuple[str, str]] = set()
        self._alarms: dict[str, Alarm] = {}
        self._events: list[PlantEvent] = []
        self._history: list[Frame] = []
        self._published = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.frame: Frame = self._make_frame(1)

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._go_on())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _go_on(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            self.advance(TICK_S * self._speed if self._running else 0.0)

    def advance(self, seconds: float) -> None:
        """Let `seconds` of plant time pass and publish a frame."""
        self._seconds += seconds
        self._temperature += (self._set_point - self._temperature) * (1.0 - math.exp(-seconds / 10.0))
        self.frame = self._make_frame(self.frame.sequence + 1)
        self._history = [*self._history[-599:], self.frame]
        published, self._published = self._published, asyncio.Event()
        published.set()

    def _values(self) -> dict[str, float | list[float]]:
        elapsed = self._seconds
        heat = self._temperature
        return {
            "mixer/state": 2.0 if ("mixer", "belt_slip") in self._faults else 1.0,
            "mixer/load": 100.0 + 80.0 * math.sin(elapsed),
            "mixer/batches": float(int(elapsed / 2.0)),
            "mixer/lid_closed": float(int(elapsed) % 4 != 0),
            "mixer/recipe": float(int(elapsed / 5.0) % len(RECIPES)),
            "oven/temperature": heat,
            "oven/temperature_set": self._set_point,
            "oven/temperature_profile": [heat - 2.0 * point for point in OVEN_POINTS],
            "oven/set_profile": [self._set_point] * len(OVEN_POINTS),
            "oven/loaves": float(int(elapsed * 3.0)),
            "oven/burnt": float(int(elapsed / 7.0)),
            "oven/fuel": 0.01 * elapsed,
            "oven/humidity": 50.0 + 10.0 * math.cos(elapsed),
        }

    def _make_frame(self, sequence: int) -> Frame:
        now = START + int(self._seconds * 1e6)
        length = self.description.frame_length
        values = np.zeros(length)
        source_time = np.full(length, now, dtype=np.int64)
        status = np.full(length, GOOD, dtype=np.uint8)
        shown = self._values()
        for signal in self.description.signals:
            places = slice(signal.index, signal.index + signal.length)
            tail = "/".join(signal.path.split("/")[-2:])
            values[places] = shown[tail]
            if signal.period:
                step = int(signal.period * 1e6)
                source_time[places] = now - (now - START) % step
            if tail == "oven/temperature" and ("oven", "broken_thermocouple") in self._faults:
                status[places] = BAD
            if tail == "mixer/load" and ("mixer", "belt_slip") in self._faults:
                status[places] = UNCERTAIN
        for array in (values, source_time, status):
            array.flags.writeable = False
        return Frame(sequence, now, time.time_ns() // 1000, values, source_time, status, dict(enumerate(RECIPES)))

    @property
    def clock(self) -> Clock:
        """Plant time and pace now."""
        frame = self.frame
        return Clock(frame.time, frame.wall_time, self._speed, self._running, 0.0, START, "plant")

    async def next_frame(self, after: int) -> Frame:
        """The newest frame once its sequence is greater than `after`."""
        while self.frame.sequence <= after:
            await self._published.wait()
        return self.frame

    def events(self, after: int = 0, limit: int = 1000, truth: bool = False) -> Sequence[PlantEvent]:
        """At most `limit` events with number greater than `after`, oldest first."""
        told = [event for event in self._events if truth or not event.truth]
        numbered = [replace(event, number=number) for number, event in enumerate(told, start=1)]
        return [event for event in numbered if event.number > after][:limit]

    def alarms(self, every: bool = False) -> Sequence[Alarm]:
        """Alarms that are active or not acknowledged, newest first."""
        open_alarms = [alarm for alarm in self._alarms.values() if alarm.cleared is None or not alarm.acknowledged]
        return sorted(open_alarms, key=lambda alarm: alarm.raised, reverse=True)

    def key_figures(self) -> Sequence[KeyFigure]:
        """Two KPIs, one of them never defined."""
        oven = self.description.stations[1].path
        share = KeyFigure(
            "quality_ratio", Text("Quality ratio", "Ratio de calidad"), "%", 97.5, oven, "good / all", "ISO 22400-2"
        )
        nothing = Text("nothing was delivered yet", "todavía no se ha entregado nada")
        none = KeyFigure("delivered", Text("Delivered", "Entregado"), "loaves", None, "", "sum", "house rule", nothing)
        return (share, none)

    def trend(self, index: int, since: int, points: int = 600) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Kept values of one frame place, thinned to at most `points`."""
        kept = [frame for frame in self._history if frame.time >= since]
        kept = kept[:: max(1, math.ceil(len(kept) / points))]
        times = np.array([frame.time for frame in kept], dtype=np.int64)
        return times, np.array([frame.values[index] for frame in kept], dtype=np.float64)

    async def query(self, question: Question) -> Answer:
        """The question itself; the fake keeps no database."""
        if not question.sql.startswith("SELECT"):
            raise QueryRefused("ask one SELECT")
        return Answer(("sql",), ((question.sql,),), False)

    async def newest_figures(self) -> Sequence[KeyFigure]:
        return self.key_figures()

    async def key_figures_of(self, span: str, start: int, end: int, station: str = "") -> Sequence[WindowFigures]:
        """No windows: the fake keeps no event log."""
        if start > end:
            raise HistoryRefused("the window begins after its end; exchange them")
        return ()

    async def losses(self, start: int, end: int) -> Sequence[UnitLosses]:
        """No losses."""
        return ()

    @property
    def _kept(self) -> AskHistory:
        memory = MemoryHistory()
        for frame in self._history:
            memory.add(frame)
        return AskHistory(self.description, memory)

    async def history(
        self, path: str, start: int, end: int, limit: int = 1000, *, newest_first: bool = False, bounds: bool = False
    ) -> Samples:
        """Samples of the kept frames."""
        return await self._kept.raw(path, start, end, limit, newest_first=newest_first, bounds=bounds)

    async def history_at(self, path: str, times: Sequence[int]) -> Samples:
        """Values at instants, from the kept frames."""
        return await self._kept.at(path, times)

    async def history_processed(self, path: str, start: int, end: int, interval: int, aggregate: str) -> Samples:
        """Aggregates of the kept frames."""
        return await self._kept.processed(path, start, end, interval, aggregate)

    async def history_trend(self, path: str, start: int, end: int, points: int = 2000) -> Samples:
        """A thinned run of the kept frames."""
        return await self._kept.trend(path, start, end, points)

    async def jobs(self) -> Sequence[JobReport]:
        """The jobs that have been handed in."""
        return ()

    def table(self, name: str, limit: int = 5000) -> TableRows:
        """The newest rows of a table."""
        return self.tables[name].read(limit)

    async def results(self, kind: str, after: int = 0, limit: int = 1000) -> Sequence[Result]:
        """The newest loaves."""
        return newest(self.loaves, after, limit, self.frame.time)

    async def passport(self, kind: str, thing: str, *, truth: bool = False) -> Passport:
        """A loaf's passport: it was baked."""
        if kind != "loaf" or not thing.isdigit():
            raise UnknownThing(f"{kind} {thing}: the bakery has no such thing")
        facts = [Fact("weight", Text("weight", "peso"), 0.5, "kg")]
        facts += [Fact("dough", Text("true dough", "masa real"), 0.6, "kg", truth=True)] if truth else []
        stage = Stage("oven", Text("baking", "horneado"), "bakery/oven", START, None, tuple(facts))
        made = (Related("flour", "F1", Text("flour F1", "harina F1"), 1),)
        causes = (Cause("oven/too_hot", Text("too hot", "demasiado calor"), 1.0),) if truth else ()
        return Passport(kind, thing, Text("loaf", "pan"), 1, (stage,), made, (), {"first": 1}, causes, piece=int(thing))

    async def where_used(self, kind: str, thing: str, *, limit: int = 1000, truth: bool = False) -> WhereUsed:
        """All flour is in the first two loaves."""
        if kind != "flour":
            raise UnknownThing(f"{kind} {thing}: the bakery has no such thing")
        return WhereUsed(kind, thing, Text("flour", "harina"), 2, ("1", "2")[:limit], limit < 2, {"first": 2})

    async def disturbances(self, begin: int, end: int) -> Sequence[TruthEntry]:
        """The oven was too hot all the time."""
        title = Text("oven too hot", "horno demasiado caliente")
        oven = self.description.stations[1].path
        return (TruthEntry("command/1", TruthKind.FAULT, oven, "too_hot", title, START, None, planted=True),)

    async def tell_connected(self, state: GatewayState) -> None:
        """Remember what a gateway tells."""
        self.gateways = (state,)

    async def connected(self) -> Sequence[GatewayState]:
        """What a gateway has told."""
        return self.gateways

    async def journal(self, after: int = 0, limit: int = 1000, *, truth: bool = False) -> Sequence[JournalEntry]:
        """What was handed in."""
        told = [each for each in self.commands if truth or each[1].name not in TRUTH]
        entries = [
            JournalEntry(number, START, START, each.name, each.target, dict(each.arguments), user, each.origin)
            for number, (user, each) in enumerate(told, start=1)
        ]
        return tuple(entries[after : after + limit])

    async def runs(self) -> Sequence[KeptRun]:
        """This run, and one of which nothing can be reported."""
        return KeptRun("present", True, self.run), KeptRun("run.before-1", False, self.run)

    async def report(self, run: str, *, truth: bool = False) -> Report:
        """A card; the instructor's says more."""
        if run != "present":
            raise ReportRefused("the baker took the books home")
        planted = (Card(Text("planted cause", "causa provocada"), 1.0, Text("", "")),) if truth else ()
        return Report(
            Text("Bakery", "Panadería"), (), (Card(Text("loaves", "panes"), 12.0, Text("", "")), *planted), ()
        )

    def passport_kinds(self) -> Sequence[ThingKind]:
        """Loaves and flour."""
        return (
            ThingKind("loaf", Text("loaf", "pan"), Text("number", "número")),
            ThingKind("flour", Text("flour", "harina"), Text("F1", "F1")),
        )

    async def submit(self, command: Command, user: User) -> Outcome:
        """Apply the command at once; the next frame shows it."""
        self.commands.append((user.name, command))
        try:
            check_right(user, command.name, command.target, self._set_points)
            self._apply(command)
        except RefusedCommand as refusal:
            return Outcome(False, self.frame.time, self.frame.sequence, refusal.reason, str(refusal))
        told = f"{user.name}: {command.name} {command.target}"
        chaos = None
        if command.name in CHAOS_COMMANDS:
            chaos = chaos_of(command.name, command.arguments, time.time_ns() // 1000)
        self._tell("command", "", Text(told, told), 100, truth=command.name in TRUTH, chaos=chaos)
        if self._task is None:
            self.advance(0.0)
            return Outcome(True, self.frame.time, self.frame.sequence)
        return Outcome(True, self.frame.time, self.frame.sequence + 1)

    def _apply(self, command: Command) -> None:
        match command.name:
            case "write":
                self._set_point = self._checked(command)
            case "inject_fault" | "clear_fault":
                self._fault(command)
            case "acknowledge":
                self._acknowledge(command.target)
            case "start" | "resume":
                self._running = True
            case "pause":
                self._running = False
            case "set_speed":
                self._speed = _number(command, "factor", 0.01, 10_000.0)
            case "step":
                if self._running:
                    raise RefusedCommand(Reason.NOT_NOW, "step works only while the run is paused; pause it first")
                self.advance(_number(command, "seconds", 0.0, 1e6))
            case "start_chaos" | "end_chaos":
                chaos_of(command.name, command.arguments, 0)
            case _:
                raise RefusedCommand(Reason.UNKNOWN_COMMAND, f"{command.name} is not a command")

    def _checked(self, command: Command) -> float:
        try:
            signal = self.description.signal(command.target)
        except KeyError:
            raise RefusedCommand(Reason.UNKNOWN_TARGET, f"{command.target} is not a signal") from None
        if not signal.writable or signal.low is None or signal.high is None:
            raise RefusedCommand(Reason.NOT_WRITABLE, f"{command.target} is not a set point")
        return _number(command, "value", signal.low, signal.high)

    def _station(self, path: str) -> StationDescription:
        for station in self.description.stations:
            if station.path == path:
                return station
        raise RefusedCommand(Reason.UNKNOWN_TARGET, f"{path} is not a station")

    def _fault(self, command: Command) -> None:
        station = self._station(command.target)
        fault = next((fault for fault in station.faults if fault.name == command.arguments.get("fault")), None)
        if fault is None:
            raise RefusedCommand(Reason.UNKNOWN_TARGET, f"{station.name} has no fault {command.arguments.get('fault')}")
        key = f"{station.path}/{fault.name}"
        if command.name == "inject_fault":
            _number(command, "duration_s", 0.0, 1e9)
            self._faults.add((station.name, fault.name))
            self._alarms[key] = Alarm(
                key, station.path, fault.code, fault.meaning, fault.severity, self.frame.time, None, False
            )
            self._tell("alarm", station.path, fault.meaning, fault.severity, fault.code)
        elif (station.name, fault.name) in self._faults:
            self._faults.remove((station.name, fault.name))
            self._alarms[key] = replace(self._alarms[key], cleared=self.frame.time)
            self._tell("alarm-cleared", station.path, fault.meaning, fault.severity, fault.code)
        else:
            raise RefusedCommand(Reason.NOT_NOW, f"{station.name} has no active fault {fault.name}")

    def _acknowledge(self, alarm_id: str) -> None:
        if alarm_id not in self._alarms:
            raise RefusedCommand(Reason.UNKNOWN_TARGET, f"{alarm_id} is not an alarm")
        self._alarms[alarm_id] = replace(self._alarms[alarm_id], acknowledged=True)

    def _tell(
        self,
        kind: str,
        station: str,
        message: Text,
        severity: int,
        code: str = "",
        *,
        truth: bool = False,
        chaos: Chaos | None = None,
    ) -> None:
        number = len(self._events) + 1
        self._events.append(
            PlantEvent(number, self.frame.time, kind, station, message, severity, code, truth, chaos=chaos)
        )


def _number(command: Command, name: str, low: float, high: float) -> float:
    value: Value | None = command.arguments.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise RefusedCommand(Reason.WRONG_TYPE, f"{command.name} {command.target}: {name} must be a finite number")
    if not low <= value <= high:
        raise RefusedCommand(
            Reason.OUT_OF_RANGE, f"{command.name} {command.target}: {name} = {value:g} is not in {low:g} .. {high:g}"
        )
    return float(value)
