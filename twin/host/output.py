"""The folder that a simulation leaves: journal, record, summary, and the tables of an export."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from twin.host.numeric_platform import fingerprint
from twin.line.errors import DefinitionError
from twin.line.export_table import ExportTable
from twin.line.time import MINUTE
from twin.record.export import Format, run_tables, write_tables
from twin.record.run import Run
from twin.record.run_record import FOLDER, RunRecord
from twin.record.signal_scan import SignalScan
from twin.record.truth import truth_log, truth_table
from twin.run.chapters import Chapter
from twin.run.journal import Entry, JournalWriter, begin_journal, write_horizon


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an export is to hold."""

    form: Format = "csv"
    truth: bool = False
    signals_min: float = 10.0
    """Plant time between two rows of signals [min]; 0: none."""


def export(
    folder: Path,
    run: Run,
    record: RunRecord,
    signals: SignalScan | None,
    wanted: Wanted,
    more: Sequence[ExportTable] = (),
) -> dict[str, int]:
    """Write all tables of a run, and some more, into `folder`; rows by file."""
    tables: list[ExportTable] = []
    entries = record.log.entries()
    if record.genealogy is not None:
        tables += [*record.genealogy.tables(), *record.genealogy.accounts(entries)]
    tables += run_tables(run.line, entries, run.now)
    if signals is not None:
        tables.append(signals.table())
    tables += more
    return write_tables(folder, tables, wanted.form, truth=wanted.truth)


def scan_of(run: Run, wanted: Wanted) -> SignalScan | None:
    """What reads the signals of a run, unless nobody wants them."""
    period = round(wanted.signals_min * MINUTE)
    return SignalScan(run, run.line.describe(), period) if period > 0 else None


class Output:
    """A folder with what a simulation leaves."""

    def __init__(self, folder: Path, run: Run, entries: Sequence[Entry], wanted: Wanted) -> None:
        self._folder, self._run, self._wanted, self._entries = folder, run, wanted, entries
        if (folder / "chapters").exists():
            raise DefinitionError(f"--out {folder}: holds the state of a live run; choose another folder")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            begin_journal(folder / "journal", run.definition, fingerprint())
            writer = JournalWriter(folder / "journal")
            for entry in entries:
                writer.append(entry)
            writer.close()
            self._record = RunRecord(folder / FOLDER, run)
            self._record.begin(run, 0)
        except OSError as error:
            raise self._unusable(error) from None
        self.signals = scan_of(run, wanted)
        run.on_chapter = self._keep

    def _keep(self, chapter: Chapter) -> None:
        self._record.keep()

    def _unusable(self, error: OSError) -> DefinitionError:
        return DefinitionError(f"--out {self._folder}: cannot be written ({error.strerror}); choose another folder")

    def close(self, result: Mapping[str, Any]) -> None:
        """Write what is known at the end."""
        text = json.dumps(result, ensure_ascii=False, indent=1, allow_nan=False)
        try:
            self._record.close(self._run)
            log = truth_log(
                self._run.line, self._record.log.entries(), self._run.definition.start, self._entries, self._run.now
            )
            export(self._folder, self._run, self._record, self.signals, self._wanted, [truth_table(log)])
            (self._folder / "summary.json").write_text(text + "\n", encoding="utf-8")
            write_horizon(self._folder / "horizon", self._run.now)
        except OSError as error:
            raise self._unusable(error) from None
