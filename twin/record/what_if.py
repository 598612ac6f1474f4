"""The same run without one cause: same definition, seed and journal, so that all else has the same chances.

A run is a pure function, and every draw about a piece is keyed by the piece. So whatever differs between a run and the
run without a cause is the work of that cause, with all that followed from it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from twin.line.station import Station
from twin.record.run import Run
from twin.run.definition import Definition, PlantFamily, family_of
from twin.run.journal import Entry


@dataclass(frozen=True, slots=True)
class Removed:
    """What is taken out of a run; nothing by default."""

    commands: frozenset[int] = frozenset()
    """Numbers of commands of the journal."""
    planned: frozenset[int] = frozenset()
    """Entries of the scenario's plan, counted from 1."""
    altered: frozenset[int] = frozenset()
    """What the scenario changed from the start, counted from 1."""
    modes: frozenset[tuple[str, str]] = frozenset()
    """Failure modes (path of the station, name) that do not come by themselves."""


def removal(cause: str) -> Removed | None:
    """What to take out of a run for a planted cause; None for one that was not planted.

    >>> removal("scenario/2").planned
    frozenset({2})
    """
    origin, _, number = cause.partition("/")
    if not number.isdigit():
        return None
    if origin == "scenario":
        return Removed(planned=frozenset({int(number)}))
    if origin == "change":
        return Removed(altered=frozenset({int(number)}))
    return Removed(commands=frozenset({int(number)})) if origin == "command" else None


def run_without(
    removed: Removed, definition: Definition, families: Sequence[PlantFamily], commands: Sequence[Entry]
) -> tuple[Run, tuple[Entry, ...]]:
    """A run that has not begun, without what is removed, and the commands that are left to be applied to it."""
    if removed.altered:
        content = family_of(families, definition.family).without(definition.content, removed.altered)
        definition = replace(definition, content=content)
    run = Run(definition, families)
    planned = [each for number, each in enumerate(run.line.planned, start=1) if number not in removed.planned]
    run.line.planned = tuple(planned)
    for path, name in sorted(removed.modes):
        _silence(run.line.station(path), name)
    left = [entry for entry in commands if entry.number not in removed.commands]
    return run, tuple(replace(entry, number=number) for number, entry in enumerate(left, start=1))


def _silence(station: Station, name: str) -> None:
    place = station.faults.names.index(name)
    modes = list(station.faults.modes)
    modes[place] = modes[place].model_copy(update={"uptime_h": None})
    station.faults.modes = tuple(modes)
