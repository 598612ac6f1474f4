"""A state folder: one run's journal, horizon, chapters and session log, used by one process at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from twin.host.choose import Choice, contradictions
from twin.host.installed import engine_version
from twin.line.errors import StateError
from twin.line.time import iso
from twin.record.run import Run
from twin.run import chapters
from twin.run.chapters import Chapter
from twin.run.definition import Definition, PlantFamily
from twin.run.journal import (
    Entry,
    Journal,
    JournalWriter,
    read_horizon,
    read_journal,
    set_damage_aside,
    write_horizon,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A run that is ready to go on, and what there is to say about how it was found."""

    run: Run
    resumed: bool
    notes: tuple[str, ...]


class StateFolder:
    """Owns a folder while it is open."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = FileLock(path / "lock")
        self._writer: JournalWriter | None = None
        try:
            (path / "chapters").mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
        except Timeout:
            raise StateError(f"{path}: another process is running this state; stop it or choose another --state") from None
        except OSError as error:
            raise StateError(f"{path}: cannot be used as a state folder ({error.strerror}); choose another --state") from None

    @property
    def journal(self) -> Path:
        """The journal file."""
        return self.path / "journal"

    @property
    def holds_run(self) -> bool:
        """Whether a run was begun here."""
        return self.journal.exists()

    def begin(self, definition: Definition, families: Sequence[PlantFamily]) -> Opened:
        """Begin a new run in the empty folder."""
        run = Run(definition, families)
        run.open()
        self._writer = JournalWriter(self.journal)
        self._writer.begin(definition)
        self.allow(definition.start)
        return self._opened(run, False, ())

    def resume(self, choice: Choice, families: Sequence[PlantFamily]) -> Opened:
        """Go on with the run that is here, at the last instant that may have been seen."""
        journal = read_journal(self.journal)
        self._refuse_contradictions(choice, journal.definition)
        notes = self._mend(journal)
        horizon = read_horizon(self.path / "horizon")
        last_command = journal.entries[-1].time if journal.entries else journal.definition.start
        until = max(horizon or journal.definition.start, last_command)
        run, more = self._latest(journal, until, families)
        run.replay(journal.entries, until)
        self._writer = JournalWriter(self.journal)
        return self._opened(run, True, (*notes, *more))

    def _refuse_contradictions(self, choice: Choice, stored: Definition) -> None:
        if stored.version != engine_version():
            raise StateError(
                f"{self.path}: was begun with version {stored.version}, this is {engine_version()}; "
                "use that version, or begin a new run with --fresh"
            )
        found = contradictions(choice, stored)
        if found:
            raise StateError(f"{self.path}: {'; '.join(found)}; leave the option out, or begin anew with --fresh")

    def _mend(self, journal: Journal) -> tuple[str, ...]:
        if journal.damage is None:
            return ()
        aside = set_damage_aside(self.journal, journal)
        return (f"{journal.damage}; the damaged file is kept as {aside.name}",)

    def _latest(self, journal: Journal, until: int, families: Sequence[PlantFamily]) -> tuple[Run, list[str]]:
        run = Run(journal.definition, families)
        chapter, notes = chapters.newest_chapter(
            self.path / "chapters", run.line, journal.definition.digest, journal.definition.version, until
        )
        if chapter is None or chapter.commands > len(journal.entries):
            run = Run(journal.definition, families)
            run.open()
        else:
            run.resume(chapter)
        return run, notes

    def _opened(self, run: Run, resumed: bool, notes: tuple[str, ...]) -> Opened:
        run.on_chapter = self._write_chapter
        self._definition = run.definition
        return Opened(run, resumed, notes)

    def _write_chapter(self, chapter: Chapter) -> None:
        chapters.write_chapter(
            self.path / "chapters", chapter, self._definition.digest, self._definition.version
        )

    def allow(self, time: int) -> None:
        """Make durable that the run may be published up to `time`."""
        write_horizon(self.path / "horizon", time)

    def append(self, entry: Entry) -> None:
        """Make a command durable."""
        if self._writer is None:
            raise StateError(f"{self.path}: no run has been opened in this state folder")
        self._writer.append(entry)

    def note(self, sentence: str, wall_time: int) -> None:
        """Write a line into the session's log."""
        with (self.path / "session.log").open("a", encoding="utf-8") as file:
            file.write(f"{iso(wall_time)} {sentence}\n")

    def close(self) -> None:
        """Give the folder free."""
        if self._writer is not None:
            self._writer.close()
        self._lock.release()


def clear(path: Path) -> None:
    """Set an old run aside, so that a new one can be begun in the same folder; nothing is deleted."""
    if not (path / "journal").exists():
        return
    number = 1
    while (aside := path / f"before-{number}").exists():
        number += 1
    aside.mkdir()
    for name in ("journal", "horizon", "chapters", "session.log"):
        if (path / name).exists():
            (path / name).rename(aside / name)
