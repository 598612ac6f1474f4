"""Root causes of defective pieces: the run is computed again without each cause, and the pieces are compared.

It costs one run for each cause that is looked at, and nothing unless somebody asks: a planted cause is always looked
at, a failure mode that came by itself when it occurred.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from twin.line.genealogy import Cause
from twin.line.line import Line
from twin.line.text import Text
from twin.line.truth import Blame, TruthEntry, TruthKind
from twin.record.what_if import Removed, removal, run_without
from twin.run.definition import Definition, PlantFamily
from twin.run.journal import Entry

TOGETHER = "together"
"""Stands for all planted causes at once."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A cause that can be taken out of the run."""

    cause: str
    title: Text
    removed: Removed
    begin: int


def suspects(log: Sequence[TruthEntry], *, drawn: bool) -> tuple[Suspect, ...]:
    """Planted causes, and with `drawn` the failure modes that came by themselves and change what is made.

    All occurrences of a drawn mode are taken out together: they have one cause.
    """
    found: dict[str, Suspect] = {}
    for entry in log:
        removed = removal(entry.cause) if entry.planted else None
        if removed is not None:
            found.setdefault(entry.cause, Suspect(entry.cause, entry.title, removed, entry.begin))
        elif drawn and entry.kind is TruthKind.FAULT and entry.details:
            cause = entry.cause.partition("#")[0]
            modes = frozenset({(entry.station, entry.name)})
            found.setdefault(cause, Suspect(cause, entry.title, Removed(modes=modes), entry.begin))
    return tuple(found.values())


def _all_of(planted: Sequence[Suspect]) -> Removed:
    """All planted causes taken out together."""
    return Removed(
        commands=frozenset().union(*(each.removed.commands for each in planted)),
        planned=frozenset().union(*(each.removed.planned for each in planted)),
        altered=frozenset().union(*(each.removed.altered for each in planted)),
    )


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two runs have judged the same pieces alike: then what they differ in has touched nothing."""
    return all(np.array_equal(one[name], other[name]) for name in one)


def _joined(alone: tuple[Cause, ...], jointly: tuple[Cause, ...], planted: Sequence[Suspect]) -> tuple[Cause, ...]:
    """Causes of a piece: where no planted cause alone made it defective and all of them did, they share alike."""
    names = {each.cause for each in planted}
    if any(each.cause in names for each in alone) or all(each.cause != TOGETHER for each in jointly):
        return alone
    return tuple(Cause(each.cause, each.title, 1.0 / len(planted)) for each in planted)


@dataclass(frozen=True, slots=True)
class CauseFinder:
    """Finds causes of one run's pieces."""

    definition: Definition
    families: Sequence[PlantFamily]
    commands: Sequence[Entry]
    blame: Blame

    def find(
        self, until: int, looked_at: Sequence[Suspect], pieces: Sequence[int] | None = None
    ) -> Mapping[int, tuple[Cause, ...]]:
        """Causes of the pieces (or all) that are defective at `until`; one run for each suspect, and one more."""
        line, base = self._made(Removed(), until)
        without = {each.cause: self._made(each.removed, until)[1] for each in looked_at if each.begin < until}
        titles = {each.cause: each.title for each in looked_at}
        found = self.blame.attribute(line, base, without, titles, pieces)
        planted = [
            each
            for each in looked_at
            if each.begin < until and removal(each.cause) is not None and not _same(base, without[each.cause])
        ]
        if len(planted) < 2:
            return found
        _, none = self._made(_all_of(planted), until)
        jointly = self.blame.attribute(line, base, {TOGETHER: none}, {TOGETHER: planted[0].title}, pieces)
        return {piece: _joined(causes, jointly[piece], planted) for piece, causes in found.items()}

    def _made(self, removed: Removed, until: int) -> tuple[Line, Any]:
        run, commands = run_without(removed, self.definition, self.families, self.commands)
        verdicts = self.blame.verdicts(run.line)
        run.open()
        run.replay(commands, until)
        run.engine.settle()
        return run.line, verdicts.columns()
