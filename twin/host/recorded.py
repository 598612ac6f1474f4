"""A run that was kept in a folder, put together again for questions: `passport`, `where-used`, `export`, `report`.

The folder is a state folder or the output of a simulation. A run that is going on is shown as it was at its last
chapter; what is inside just now its gateways tell.
"""

from dataclasses import dataclass
from pathlib import Path

from twin.host.installed import engine_version, families
from twin.line.errors import StateError
from twin.record.run import Run
from twin.record.run_record import FOLDER, RunRecord
from twin.run.chapters import Chapter, newest_chapter
from twin.run.journal import Journal, read_journal


@dataclass(frozen=True, slots=True)
class Recorded:
    """A run as it was when it was written down."""

    run: Run
    record: RunRecord
    journal: Journal
    time: int


def recorded(folder: Path) -> Recorded:
    """The run kept in `folder`; raises StateError."""
    journal = read_journal(folder / "journal")
    definition = journal.definition
    if definition.version != engine_version():
        raise StateError(
            f"{folder}: was written by version {definition.version}, this is {engine_version()}: use that version"
        )
    if not (folder / FOLDER).is_dir():
        raise StateError(f"{folder}: keeps no record; simulate with --out, or run with --state, and ask there")
    run = Run(definition, families())
    chapter = _newest(folder, run, journal)
    run.resume(chapter)
    return Recorded(run, RunRecord(folder / FOLDER, run), journal, chapter.time)


def _newest(folder: Path, run: Run, journal: Journal) -> Chapter:
    definition, found = journal.definition, []
    for place in (folder / FOLDER / "end", folder / "chapters"):
        if place.is_dir():
            chapter, _ = newest_chapter(
                place, run.line, definition.digest, definition.version, 1 << 62, len(journal.entries)
            )
            found += [] if chapter is None else [chapter]
    if not found:
        raise StateError(f"{folder}: has not come to its first chapter, so there is nothing to ask yet; let it run on")
    return max(found, key=lambda chapter: chapter.time)
