"""Root causes of the defective pieces of a run that was kept in a folder; for the instructor."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from twin.host.installed import families
from twin.host.recorded import Recorded
from twin.line.export_table import ExportTable
from twin.line.genealogy import Cause, Passport
from twin.line.text import Text
from twin.line.time import HOUR
from twin.line.truth import TruthEntry
from twin.record.causes import CauseFinder, Suspect, suspects
from twin.record.truth import truth_log

AHEAD = 24 * HOUR
"""How long before a piece is begun a failure may have begun that is looked at."""
_CAUSES = pa.schema(
    [("piece", pa.int64()), ("cause", pa.string()), ("title_en", pa.string()), ("title_es", pa.string()),
     ("share", pa.float64())]
)  # fmt: skip


def truth_of(kept: Recorded) -> tuple[TruthEntry, ...]:
    """The ground-truth log of a kept run."""
    start, commands = kept.run.definition.start, kept.journal.entries
    return truth_log(kept.run.line, kept.record.log.entries(), start, commands, kept.time)


def causes_of(
    kept: Recorded, until: int, looked_at: Sequence[Suspect], pieces: Sequence[int] | None = None
) -> Mapping[int, tuple[Cause, ...]]:
    """Causes of pieces (or of all) that are defective at `until`; none where the line cannot tell."""
    blame = kept.run.line.blame()
    if blame is None:
        return {}
    finder = CauseFinder(kept.run.definition, families(), kept.journal.entries, blame)
    return finder.find(until, looked_at, pieces)


def explained(kept: Recorded, passport: Passport) -> Passport:
    """A passport with the root causes of its piece, if that is defective."""
    ends = [stage.end or stage.begin or 0 for stage in passport.stages]
    if passport.piece is None or not ends:
        return passport
    begin, end = min(stage.begin or stage.end or 0 for stage in passport.stages), max(ends)
    log = [
        entry
        for entry in truth_of(kept)
        if entry.planted or (entry.begin <= end and (entry.end is None or entry.end >= begin - AHEAD))
    ]
    found = causes_of(kept, end + HOUR, suspects(log, drawn=True), [passport.piece])
    return replace(passport, causes=found.get(passport.piece, ()))


def cause_table(found: Mapping[int, tuple[Cause, ...]]) -> ExportTable:
    """Causes of pieces as a table, one row for each cause of each piece."""

    def batches() -> Any:
        rows = [(piece, cause) for piece in sorted(found) for cause in found[piece]]
        yield pa.Table.from_arrays(
            [
                pa.array([piece for piece, _ in rows], pa.int64()),
                pa.array([cause.cause for _, cause in rows], pa.string()),
                pa.array([cause.title.en for _, cause in rows], pa.string()),
                pa.array([cause.title.es for _, cause in rows], pa.string()),
                pa.array([cause.share for _, cause in rows], pa.float64()),
            ],
            schema=_CAUSES,
        )

    return ExportTable("causes", Text("root causes", "causas raíz"), _CAUSES, batches, truth=True)
