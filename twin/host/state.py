"""A state folder: one run's journal, horizon, chapters and session log, used by one process at a time."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout

from twin.host.choose import Choice, contradictions, instant
from twin.host.historian import HISTORY, Historian
from twin.host.installed import engine_version
from twin.host.numeric_platform import difference, fingerprint
from twin.host.past import PastScans
from twin.line.errors import StateError
from twin.line.time import iso
from twin.record.run import Run
from twin.record.run_record import FOLDER, RunRecord
from twin.run import chapters
from twin.run.chapters import Chapter
from twin.run.definition import Definition, PlantFamily
from twin.run.files import free_name
from twin.run.journal import (
    Entry,
    Journal,
    JournalWriter,
    begin_journal,
    read_horizon,
    read_journal,
    set_damage_aside,
    write_horizon,
)


@dataclass(frozen=True, slots=True)
class Opened:
    """A run that is ready to go on, and what there is to say about how it was found."""

    run: Run
    record: RunRecord
    resumed: bool
    notes: tuple[str, ...]


class StateFolder:
    """Owns a folder while it is open."""

    def __init__(self, path: Path, *, records: bool = False) -> None:
        self.path = path
        self._records = records
        self.historian: Historian | None = None
        """Records the run that is open, if this folder keeps a history."""
        self.past: PastScans | None = None
        """Scans the past of a run that begins with one, if that takes processes of its own."""
        self._lock = FileLock(path / "lock")
        self._writer: JournalWriter | None = None
        try:
            (path / "chapters").mkdir(parents=True, exist_ok=True)
            self._lock.acquire(timeout=0)
            self._owner.write_text(f"{os.getpid()}\n")
        except Timeout:
            raise StateError(
                f"{path}: process {self._owner_now()} is running this state, and process {os.getpid()} cannot do so "
                "too; stop the first, or choose another --state"
            ) from None
        except OSError as error:
            raise StateError(
                f"{path}: cannot be used as a state folder ({error.strerror}); choose another --state"
            ) from None

    @property
    def _owner(self) -> Path:
        return self.path / "process"

    def _owner_now(self) -> str:
        try:
            return self._owner.read_text().strip()
        except OSError:
            return "of unknown number"

    @property
    def journal(self) -> Path:
        """The journal file."""
        return self.path / "journal"

    @property
    def horizon(self) -> Path:
        """The file that says how far the run may have been published."""
        return self.path / "horizon"

    @property
    def chapters(self) -> Path:
        """The folder of the chapters."""
        return self.path / "chapters"

    @property
    def record(self) -> Path:
        """The folder of what the run keeps for questions asked later."""
        return self.path / FOLDER

    @property
    def holds_run(self) -> bool:
        """Whether a run was begun here."""
        return self.journal.exists()

    def clear(self) -> None:
        """Set a run aside, so that a new one can be begun in the same folder; nothing is deleted."""
        kept = [self.path / name for name in ("journal", "horizon", "session.log") if (self.path / name).exists()]
        kept += sorted(self.chapters.glob("*.chapter"))
        kept += [self.record] if self.record.exists() else []
        kept += [self.path / name for name in HISTORY if (self.path / name).exists()]
        if not kept:
            return
        aside = free_name(self.path / "run", "before")
        try:
            (aside / "chapters").mkdir(parents=True)
            for path in kept:
                path.rename(aside / path.relative_to(self.path))
        except OSError as error:
            raise self._unusable(error) from None

    def begin(self, definition: Definition, families: Sequence[PlantFamily], past_until: int = 0) -> Opened:
        """Begin a new run; whatever is left of an earlier one is set aside.

        What lies before plant instant `past_until` will be simulated at once: its history is scanned once a minute.
        """
        run = Run(definition, families)
        run.open()
        self.clear()
        try:
            # The journal comes last: a folder without one holds no run.
            self.allow(definition.start)
            begin_journal(self.journal, definition, fingerprint())
            self._writer = JournalWriter(self.journal)
            record = RunRecord(self.record, run)
            record.begin(run, 0)
            historian = self._historian(definition)
            if historian is not None:
                historian.begin(past_until)
                self.past = historian.follow_apart(run, families, self.chapters)
        except OSError as error:
            raise self._unusable(error) from None
        return self._opened(run, record, False, ())

    def resume(self, choice: Choice, families: Sequence[PlantFamily], seen: str | None = None) -> Opened:
        """Go on with the run that is here, at the last instant that may have been seen.

        `seen` [ISO text] says up to which instant that is when the horizon cannot say so any more.
        """
        journal = read_journal(self.journal)
        self._refuse_contradictions(choice, journal.definition, families)
        run = Run(journal.definition, families)
        until = self._seen(journal, ZoneInfo(run.line.zone), seen)
        try:
            notes = self._mend(journal)
            record = RunRecord(self.record, run)
            more = self._replay(run, record, journal, until)
            self._writer = JournalWriter(self.journal)
        except OSError as error:
            raise self._unusable(error) from None
        elsewhere = difference(journal.platform)
        return self._opened(run, record, True, (*notes, *more, *([elsewhere] if elsewhere else [])))

    def _refuse_contradictions(self, choice: Choice, stored: Definition, families: Sequence[PlantFamily]) -> None:
        if stored.version != engine_version():
            raise StateError(
                f"{self.path}: was begun with version {stored.version}, this is {engine_version()}; "
                "use that version, or begin a new run with --fresh"
            )
        found = contradictions(choice, stored, families)
        if found:
            raise StateError(f"{self.path}: {'; '.join(found)}; leave the option out, or begin anew with --fresh")

    def _mend(self, journal: Journal) -> tuple[str, ...]:
        if journal.damage is None:
            return ()
        aside = set_damage_aside(self.journal, journal)
        return (f"{journal.damage}; the damaged file is kept as {aside.name}",)

    def _replay(self, run: Run, record: RunRecord, journal: Journal, until: int) -> list[str]:
        """Bring a fresh run to `until`, from the newest chapter on; sentences on chapters that were of no use."""
        definition = journal.definition
        historian = self._historian(definition)
        latest = until if historian is None else historian.latest_start(run, until)
        chapter, notes = chapters.newest_chapter(
            self.chapters, run.line, definition.digest, definition.version, latest, len(journal.entries)
        )
        if chapter is None:
            run.open()
        else:
            run.resume(chapter)
        record.begin(run, 0 if chapter is None else chapter.time)
        if historian is not None:
            historian.follow(run)
        run.replay(journal.entries, until)
        return notes

    def _seen(self, journal: Journal, zone: ZoneInfo, seen: str | None) -> int:
        """Up to which instant the run may have been published."""
        asked = None if seen is None else instant(seen, zone, "--resume-at")
        try:
            horizon = read_horizon(self.horizon)
            damage = f"{self.horizon}: is missing, so nobody knows up to which plant instant the run has been seen"
        except StateError as error:
            horizon, damage = None, str(error)
        if horizon is None and asked is None:
            raise StateError(f"{damage}; say so with --resume-at TIME (session.log and a client's history may tell)")
        reached = [int(path.stem) for path in self.chapters.glob("*.chapter") if path.stem.isdigit()]
        reached += [entry.time for entry in journal.entries[-1:]]
        known = max(horizon or 0, journal.definition.start, *reached)
        if asked is not None and asked < known:
            raise StateError(
                f"--resume-at {iso(asked)} is before {iso(known)}, up to which the run may have been seen; "
                "leave the option out"
            )
        return max(known, asked or 0)

    def _opened(self, run: Run, record: RunRecord, resumed: bool, notes: tuple[str, ...]) -> Opened:
        definition = run.definition

        def write(chapter: Chapter) -> None:
            record.keep()
            chapters.write_chapter(self.chapters, chapter, definition.digest, definition.version)

        run.on_chapter = write
        return Opened(run, record, resumed, notes)

    def allow(self, time: int) -> None:
        """Make durable that the run may be published up to `time`."""
        write_horizon(self.horizon, time)

    def append(self, entry: Entry) -> None:
        """Make a command durable."""
        if self._writer is None:
            raise StateError(f"{self.path}: no run has been opened in this state folder")
        self._writer.append(entry)

    def note(self, sentence: str, wall_time: int) -> None:
        """Write a line into the session's log."""
        with (self.path / "session.log").open("a", encoding="utf-8") as file:
            file.write(f"{iso(wall_time)} {sentence}\n")

    def _unusable(self, error: OSError) -> StateError:
        place = error.filename or self.path
        return StateError(f"{place}: cannot be used ({error.strerror}); make room for it, or choose another --state")

    def _historian(self, definition: Definition) -> Historian | None:
        """The history of a run, where this folder keeps one."""
        if self._records:
            self.historian = Historian(self.path, definition.digest)
        return self.historian

    def close(self) -> None:
        """Give the folder free."""
        if self.past is not None:
            self.past.close()
        if self.historian is not None:
            self.historian.close()
        if self._writer is not None:
            self._writer.close()
        self._lock.release()
