"""A live run: paced by the wall clock, advanced in slices so that the event loop breathes, published tick by tick."""

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from twin.host.access import TRUTH, User, check_right
from twin.host.chaos import CHAOS_COMMANDS, chaos_of
from twin.host.connected import GatewayState
from twin.host.disturbances import Disturbances
from twin.host.earlier import Earlier
from twin.host.figures import AskFigures
from twin.host.happenings import Happenings
from twin.host.history import AskHistory
from twin.host.journal_view import JournalView
from twin.host.kept_runs import PRESENT, KeptRuns
from twin.host.port import (
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
from twin.host.sql import Asking
from twin.host.stamps import WallStamps
from twin.host.trend import Trend
from twin.line.description import LineDescription
from twin.line.errors import Reason, RefusedCommand
from twin.line.genealogy import Genealogy, Passport, ThingKind, UnknownThing, WhereUsed
from twin.line.report import Report
from twin.line.results import Result
from twin.line.table import TableRows
from twin.line.text import Language, Text
from twin.line.time import SECOND
from twin.line.truth import TruthEntry
from twin.record.figures import UnitLosses, WindowFigures
from twin.record.historian.reading import FileHistory
from twin.record.history import Samples
from twin.record.memory_history import MemoryHistory
from twin.record.run import Run
from twin.run.commands import JOURNALED, finite_number
from twin.run.job_states import JobReport
from twin.run.journal import Entry
from twin.run.pace import FASTEST, SLOWEST, Pace
from twin.run.sensors import Instruments

TICK_S = 0.25
"""Wall time between two published frames [s]."""
BREATH_S = 0.004
"""Wall time after which a slice gives the event loop a turn [s]."""
LONGEST_LAG_S = 5.0
"""Lag [s of wall time] beyond which the run slips instead of catching up."""
LEAD_S = 2.0
"""Wall time that the durable horizon is kept ahead [s]."""
SHORTEST_TICK_S = 0.02
"""Least wall time between two frames that commands ask for [s]."""


@dataclass(slots=True)
class Waiting:
    """A command that waits for its turn."""

    command: Command
    user: User
    outcome: "asyncio.Future[Outcome]" = field(default_factory=lambda: asyncio.get_running_loop().create_future())


class Session:
    """Owns a run while it is live; implements the port for gateways."""

    def __init__(
        self,
        run: Run,
        *,
        speed: float,
        stamps: str,
        language: Language,
        allow: Callable[[int], None],
        append: Callable[[Entry], None],
        history: FileHistory | None = None,
        genealogy: Genealogy | None = None,
        journal: Sequence[Entry] = (),
        kept_runs: KeptRuns | None = None,
    ) -> None:
        self._run, self._allow, self._append = run, allow, append
        allow(run.now)
        run.settle()
        self._stamps = stamps
        self._wall_stamps = WallStamps()
        self.language: Language = language
        self._happenings = Happenings(run.line, run.alarms, run.jobs)
        self._earlier = Earlier(run, history)
        self._earlier.tell(self._happenings)
        run.recorder.listeners += [self._happenings.absorb, self._earlier.absorb]
        self.description: LineDescription = run.line.describe()
        self._set_points = {signal.path: signal for signal in self.description.signals if signal.writable}
        d = run.definition
        self.run = RunFacts(d.plant, d.scenario, d.seed, d.start, d.opening, d.version, d.digest)
        self._instruments = Instruments(run.line, d.seed)
        self._trend = Trend(self.description.frame_length)
        self._memory = MemoryHistory()
        self._genealogy = genealogy if genealogy is not None else run.line.genealogy(None)
        self._ask = AskHistory(self.description, history or self._memory)
        self._sql = None if history is None else Asking(history.connection.cursor)
        self._figures = AskFigures(run.line, self._ask, history)
        self._disturbances = Disturbances(run.line, run.definition.start, self._ask, history, run.now, journal)
        run.recorder.listeners.append(self._disturbances.absorb)
        self._connected: dict[str, GatewayState] = {}
        self._journal, self._kept_runs = JournalView(journal), kept_runs
        self._append = self._journal.noting(self._disturbances.noting(append))
        self._declared = tuple(run.line.key_figures())
        self._figures_of, self._known_figures = (-1, -1), tuple[KeyFigure, ...]()
        self._pace = Pace(run.now, time.monotonic(), speed)
        self._horizon = run.now
        self._writing: ThreadPoolExecutor | None = None
        self._queue: deque[Waiting] = deque()
        self._published = asyncio.Event()
        self._nudge = asyncio.Event()
        self._lag = 0.0
        self._sequence = 0
        self._slice = SECOND
        self.frame: Frame = self._make_frame()

    # The loop.

    async def live(self) -> None:
        """Go on for ever; cancel to stop."""
        # A thread of its own: those for questions may all be taken by clients, and the run shall not wait for them.
        with ThreadPoolExecutor(1, "horizon") as self._writing:
            while True:
                began = time.monotonic()
                self._nudge.clear()
                await self._advance(began)
                self._publish()
                await self._rest(began)

    async def _rest(self, began: float) -> None:
        """Wait for the next tick, or for a command."""
        left = TICK_S - (time.monotonic() - began)
        try:
            await asyncio.wait_for(self._nudge.wait(), max(0.0, left))
        except TimeoutError:
            return
        await asyncio.sleep(max(0.0, SHORTEST_TICK_S - (time.monotonic() - began)))

    async def _advance(self, began: float) -> None:
        """Bring the run where it should be at wall second `began`, as far as half a second of work goes."""
        await self._extend_horizon(began)
        start = time.monotonic()
        while True:
            self._take_commands()
            # Asked again each time: a command may have changed the pace.
            target, now = self._pace.target(began), self._run.now
            if now >= target or now >= self._horizon or time.monotonic() - start > TICK_S * 2:
                break
            until = min(target, now + self._slice, self._horizon)
            # Samples are taken in time in whatever slice may be the last one before they are shown.
            shown = until in (target, self._horizon) or self._lag > 0.0 or time.monotonic() - start > TICK_S
            self._run_slice(until, shown)
            await asyncio.sleep(0)
        self._note_lag(target)

    def _run_slice(self, until: int, shown: bool) -> None:
        began = time.perf_counter()
        if shown:
            for instant in self._instruments.instants(self._run.now, until):
                self._run.advance(instant)
                self._instruments.sample(instant, until)
        self._run.advance(until)
        spent = time.perf_counter() - began
        # The slice follows the machine: as much plant time as fits into one breath.
        if spent > BREATH_S:
            self._slice = max(SECOND // 10, self._slice // 2)
        elif spent < BREATH_S / 4:
            self._slice = min(3600 * SECOND, self._slice * 2)

    def _note_lag(self, target: int) -> None:
        behind = max(0, target - self._run.now)
        self._lag = behind / SECOND
        if self._pace.running and behind > LONGEST_LAG_S * self._pace.speed * SECOND:
            self._pace = self._pace.slipped(self._run.now, time.monotonic())

    async def _extend_horizon(self, began: float) -> None:
        """Make durable that the run may go on, before it does."""
        target, lead = self._pace.target(began), LEAD_S * self._pace.speed * SECOND
        if self._horizon - target < lead / 2:
            horizon = max(self._horizon, target + int(lead))
            await asyncio.get_running_loop().run_in_executor(self._writing, self._allow, horizon)
            self._horizon = horizon

    # Commands.

    async def submit(self, command: Command, user: User) -> Outcome:
        """Hand in a command and hear its fate; never raises for a refused command."""
        waiting = Waiting(command, user)
        self._queue.append(waiting)
        self._nudge.set()
        return await waiting.outcome

    def _take_commands(self) -> None:
        while self._queue:
            waiting = self._queue.popleft()
            try:
                self._apply(waiting.command, waiting.user)
            except RefusedCommand as refusal:
                outcome = Outcome(False, self._run.now, self._sequence, refusal.reason, str(refusal))
            else:
                outcome = Outcome(True, self._run.now, self._sequence + 1)
            if not waiting.outcome.done():
                waiting.outcome.set_result(outcome)

    def _apply(self, command: Command, user: User) -> None:
        check_right(user, command.name, command.target, self._set_points)
        if command.name not in JOURNALED:
            chaos = None
            if command.name in CHAOS_COMMANDS:
                chaos = chaos_of(command.name, command.arguments, time.time_ns() // 1000)
            else:
                self._change_pace(command)
            told = command.name if chaos is None else chaos.told
            message = Text(f"{told} by {user.name}", f"{told} por {user.name}")
            self._happenings.add(self._run.now, "session", "", message, 100, truth=chaos is not None, chaos=chaos)
            return
        self._run.check(command.name, command.target, command.arguments)
        number, wall = self._run.commands + 1, time.time_ns() // 1000
        arguments = dict(command.arguments)
        self._append(
            Entry(number, self._run.now, command.name, command.target, arguments, user.name, wall, command.origin)
        )
        self._run.apply(command.name, command.target, command.arguments, user.name)
        self._happenings.tell()
        details = ", ".join(f"{name} {value}" for name, value in command.arguments.items())
        message = Text(f"{command.name} {details} by {user.name}", f"{command.name} {details} por {user.name}")
        self._happenings.add(self._run.now, "command", command.target, message, 200, truth=command.name in TRUTH)

    def _change_pace(self, command: Command) -> None:
        now, wall = self._run.now, time.monotonic()
        match command.name:
            case "pause":
                self._pace = self._pace.paused(now)
            case "resume" | "start":
                self._pace = self._pace.resumed(now, wall)
            case "set_speed":
                factor = _number(command, "factor", SLOWEST, FASTEST)
                self._pace = self._pace.at_speed(now, wall, factor)
            case "step":
                if self._pace.running:
                    raise RefusedCommand(Reason.NOT_NOW, "the run is going; pause it before you step")
                self._pace = self._pace.stepped(now, _number(command, "seconds", 0.001, 86400.0))
            case _:
                raise RefusedCommand(Reason.UNKNOWN_COMMAND, f"there is no command {command.name!r}")

    def tell(self, message: Text) -> None:
        """Note something that happened to the session rather than in the plant."""
        self._happenings.add(self._run.now, "session", "", message, 500)

    # Publishing.

    def _publish(self) -> None:
        self._run.settle()
        self._happenings.tell()
        self.frame = self._make_frame()
        self._trend.add(self.frame)
        self._memory.add(self.frame)
        published, self._published = self._published, asyncio.Event()
        published.set()

    def _make_frame(self) -> Frame:
        self._sequence += 1
        now, wall = self._run.now, time.time_ns() // 1000
        self._instruments.read(now)
        source = self._instruments.source_time.copy()
        if self._stamps == "wall":
            source = self._wall_stamps.of(source, now, wall, self._pace.speed)
        arrays = (self._instruments.values.copy(), source, self._instruments.status.copy())
        for array in arrays:
            array.flags.writeable = False
        return Frame(self._sequence, now, wall, *arrays, self._instruments.texts)

    async def next_frame(self, after: int) -> Frame:
        """The newest frame once its sequence is greater than `after`."""
        while self.frame.sequence <= after:
            await self._published.wait()
        return self.frame

    # Questions.

    @property
    def clock(self) -> Clock:
        """Plant time and pace now."""
        pace = self._pace
        return Clock(
            self._run.now, time.time_ns() // 1000, pace.speed, pace.running, self._lag, self.run.start, self._stamps,
            self._run.line.zone,
        )  # fmt: skip

    def events(self, after: int = 0, limit: int = 1000, truth: bool = False) -> Sequence[PlantEvent]:
        """At most `limit` kept events with number greater than `after`, oldest first."""
        return self._happenings.events(after, limit, truth=truth)

    def alarms(self, every: bool = False) -> Sequence[Alarm]:
        """Alarms that are active or not acknowledged, newest first; with `every`, all that the plant can raise."""
        return self._happenings.alarms(every=every)

    def key_figures(self) -> Sequence[KeyFigure]:
        """All KPIs of the run so far."""
        tally, figures = self._run.recorder.tally, []
        known = (self._sequence, tally.read)
        if known == self._figures_of:
            return self._known_figures
        for figure in self._declared:
            value = figure.value(tally)
            figures.append(
                KeyFigure(
                    figure.name, figure.title, figure.unit.symbol, value, figure.station, figure.formula,
                    figure.source, None if value is not None else figure.undefined,
                )
            )  # fmt: skip
        self._figures_of, self._known_figures = known, tuple(figures)
        return self._known_figures

    async def newest_figures(self) -> Sequence[KeyFigure]:
        """All KPIs of the run so far."""
        return self.key_figures()

    async def key_figures_of(self, span: str, start: int, end: int, station: str = "") -> Sequence[WindowFigures]:
        """KPIs of every shift, day or order that touches [start, end), or of that window itself."""
        return await self._figures.figures(span, start, end, station)

    async def losses(self, start: int, end: int) -> Sequence[UnitLosses]:
        """The loss tree of every work unit in [start, end)."""
        return await self._figures.losses(start, end)

    async def query(self, question: Question) -> Answer:
        """The answer to a question in SQL over the recorded history."""
        if self._sql is None:
            raise QueryRefused("this run records no history; start it without --no-history")
        return await self._sql.ask(question)

    def trend(self, index: int, since: int, points: int = 600) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Kept values (times, values) of one frame place since a plant instant, at most `points`, oldest first."""
        if self._earlier.shows(index):
            return self._earlier.states(index, since, self.frame.time)
        return self._trend.read(index, since, points)

    async def passport(self, kind: str, thing: str, *, truth: bool = False) -> Passport:
        """The passport of a thing, made in another thread; raises UnknownThing."""
        return await asyncio.to_thread(self._asked_genealogy(kind).passport, kind, thing, truth=truth)

    async def where_used(self, kind: str, thing: str, *, limit: int = 1000, truth: bool = False) -> WhereUsed:
        """The pieces that a thing touched, found in another thread; raises UnknownThing."""
        return await asyncio.to_thread(self._asked_genealogy(kind).where_used, kind, thing, limit=limit, truth=truth)

    async def disturbances(self, begin: int, end: int) -> Sequence[TruthEntry]:
        """What disturbed the run in some of [begin, end]."""
        return await self._disturbances.between(begin, end, self._run.now)

    async def tell_connected(self, state: GatewayState) -> None:
        """Take from a gateway who is connected to it."""
        self._connected[state.gateway] = state

    async def connected(self) -> Sequence[GatewayState]:
        """What gateways have told of who is connected to them."""
        return tuple(self._connected.values())

    async def journal(self, after: int = 0, limit: int = 1000, *, truth: bool = False) -> Sequence[JournalEntry]:
        """At most `limit` commands of the run's journal with a number greater than `after`, oldest first."""
        return self._journal.read(after, limit, truth=truth)

    async def runs(self) -> Sequence[KeptRun]:
        """The runs that are kept beside this one, which comes first."""
        if self._kept_runs is None:
            return (KeptRun(PRESENT, True, self.run),)
        return await asyncio.to_thread(self._kept_runs.runs)

    async def report(self, run: str, *, truth: bool = False) -> Report:
        """The report on a kept run; raises ReportRefused."""
        if self._kept_runs is None:
            raise ReportRefused("this run is kept in no folder, so there is nothing to report on")
        return await self._kept_runs.report(run, truth=truth)

    def passport_kinds(self) -> Sequence[ThingKind]:
        """The kinds of things that have passports."""
        return () if self._genealogy is None else self._genealogy.kinds

    def _asked_genealogy(self, kind: str) -> Genealogy:
        if self._genealogy is None:
            raise UnknownThing(f"{kind}: this line keeps no genealogy, so nothing in it has a passport")
        self._run.engine.settle()
        return self._genealogy.frozen()

    async def history(
        self, path: str, start: int, end: int, limit: int = 1000, *, newest_first: bool = False, bounds: bool = False
    ) -> Samples:
        """At most `limit` recorded samples of a signal with start <= time < end."""
        return await self._ask.raw(path, start, end, limit, newest_first=newest_first, bounds=bounds)

    async def history_at(self, path: str, times: Sequence[int]) -> Samples:
        """A signal's value at each instant, interpolated."""
        return await self._ask.at(path, times)

    async def history_processed(self, path: str, start: int, end: int, interval: int, aggregate: str) -> Samples:
        """An aggregate of a signal for every interval of a window."""
        return await self._ask.processed(path, start, end, interval, aggregate)

    async def history_trend(self, path: str, start: int, end: int, points: int = 2000) -> Samples:
        """At most `points` samples of a signal that keep the extremes, for a chart."""
        return await self._ask.trend(path, start, end, points)

    async def jobs(self) -> Sequence[JobReport]:
        """All jobs that are not cancelled or cleared."""
        return self._run.jobs.reports()

    def table(self, name: str, limit: int = 5000) -> TableRows:
        """The newest rows of a table, oldest first; raises KeyError when there is none."""
        return self._run.line.tables[name].read(limit)

    async def results(self, kind: str, after: int = 0, limit: int = 1000) -> Sequence[Result]:
        """The newest results of a kind, oldest first; raises KeyError when there is none."""
        return self._run.line.results[kind].read(after, limit)


def _number(command: Command, name: str, low: float, high: float) -> float:
    value = finite_number(command.arguments.get(name))
    if value is None:
        raise RefusedCommand(Reason.WRONG_TYPE, f"{command.name}: {name} is missing or not a finite number")
    if not low <= value <= high:
        raise RefusedCommand(Reason.OUT_OF_RANGE, f"{command.name}: {name} is {value:g}; give {low:g} to {high:g}")
    return value
