"""A run: a definition, its line, the engine that advances it and the recorder of what happens."""

from collections.abc import Callable, Mapping, Sequence

from twin.line.line import Line
from twin.line.signal import Value
from twin.record.kpi_station import add_key_figures
from twin.record.recorder import EventRecorder, RecorderState
from twin.run import chapters, commands
from twin.run.alarms import ALARM_COMMANDS, Alarms
from twin.run.chapters import Chapter
from twin.run.definition import Definition, PlantFamily, family_of
from twin.run.engine import Engine
from twin.run.job_states import JOB_COMMANDS
from twin.run.jobs import Jobs
from twin.run.journal import Entry


class Run:
    """Advances to plant instants, takes commands between them, and tells its hash."""

    def __init__(self, definition: Definition, families: Sequence[PlantFamily]) -> None:
        self.definition = definition
        self.line: Line = family_of(families, definition.family).build(definition.content)
        self.recorder = EventRecorder(bytes.fromhex(definition.digest), definition.start)
        add_key_figures(self.line, self.recorder)
        self.engine = Engine(self.line, definition.seed, definition.start, self.recorder)
        self.engine.on_chapter = self._turn
        self.alarms = Alarms(self.line)
        self.recorder.listeners.append(self.alarms.absorb)
        self.jobs = Jobs(self.line)
        self.recorder.listeners.append(self.jobs.absorb)
        self.commands = 0
        """Commands applied so far."""
        self.on_chapter: Callable[[Chapter], None] = lambda chapter: None

    @property
    def now(self) -> int:
        """The present plant instant."""
        return self.engine.now

    def open(self) -> None:
        """Begin at the definition's start."""
        self.engine.open(self.definition.opening)

    def resume(self, chapter: Chapter) -> None:
        """Go on from a chapter."""
        chapters.put_back(chapter, self.line, self.definition.seed)
        self.commands = chapter.commands
        state: RecorderState = chapter.recorder
        self.recorder.resume(state)
        self.alarms.resume(chapter.alarms)
        self.jobs.resume(chapter.jobs)
        self.engine.resume(chapter.time)

    def advance(self, until: int) -> None:
        """Let everything before `until` happen."""
        self.engine.advance(until)

    def check(self, name: str, target: str, arguments: Mapping[str, Value]) -> None:
        """Raise RefusedCommand when the command cannot be applied now."""
        commands.check(self.line, name, target, arguments)
        if name in ALARM_COMMANDS:
            self.settle()
            self.alarms.check(name, target, arguments)
        elif name in JOB_COMMANDS:
            self.settle()
            self.jobs.check(name, target, arguments)

    def apply(self, name: str, target: str, arguments: Mapping[str, Value], user: str = "") -> None:
        """Apply a command at the present instant; `user` is who gave it."""
        if name in ALARM_COMMANDS or name in JOB_COMMANDS:
            self.check(name, target, arguments)
        commands.apply(self.line, name, target, arguments, self.commands + 1)
        if name in ALARM_COMMANDS:
            self.alarms.apply(name, target, arguments, self.now, user)
        elif name in JOB_COMMANDS:
            self.jobs.apply(name, target, arguments, self.now, user)
        self.commands += 1

    def replay(self, entries: Sequence[Entry], until: int) -> None:
        """Advance to `until`, applying the entries that are not applied yet, each at its instant."""
        for entry in entries[self.commands :]:
            if entry.time > until:
                break
            self.advance(entry.time)
            self.apply(entry.name, entry.target, entry.arguments, entry.user)
        self.advance(until)

    def settle(self) -> None:
        """Compute and record everything before the present instant, and end what shelving is over by now."""
        self.engine.settle()
        self.alarms.pass_time(self.now)
        self.jobs.pass_time(self.now)

    def digest(self) -> str:
        """The hash of everything before the present instant."""
        self.settle()
        return self.recorder.digest

    def chapter(self) -> Chapter:
        """The present state; it shares the run's objects, so write it before going on."""
        return chapters.take(
            self.line, self.now, self.commands, self.recorder.state, self.alarms.state(), self.jobs.state()
        )

    def _turn(self, time: int) -> None:
        self.on_chapter(self.chapter())
