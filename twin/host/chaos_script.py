"""A script of protocol chaos: what happens to OPC UA clients how long after the start of a live run."""

import asyncio
import csv
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from twin.host.access import Role, User
from twin.host.chaos import START, chaos_of
from twin.host.port import Command, Outcome
from twin.line.errors import DefinitionError, RefusedCommand
from twin.line.signal import Value

COLUMNS = ("after_s", "kind", "duration_s", "size")
AUTHOR = User("chaos-script", Role.INSTRUCTOR)
MOST_STEPS = 10_000


@dataclass(frozen=True, slots=True)
class Step:
    """A command, `after` the start of the run [s of wall time]."""

    after: float
    command: Command


def read_script(path: Path) -> list[Step]:
    """The steps of a file `after_s,kind,duration_s,size`, in their order in time; raises DefinitionError."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DefinitionError(f"{path}: cannot be read ({error}); name a CSV file {','.join(COLUMNS)}") from None
    if len(rows) > MOST_STEPS:
        raise DefinitionError(f"{path}: {len(rows)} lines are more than {MOST_STEPS}; leave some out")
    return sorted((_step(path, number, row) for number, row in enumerate(rows, start=2)), key=lambda step: step.after)


def _step(path: Path, number: int, row: dict[str | None, str | None]) -> Step:
    if row.keys() - set(COLUMNS) or row.get("after_s") is None:
        raise DefinitionError(
            f"{path}: line {number}: the columns are {','.join(COLUMNS)}; write them in the first line"
        )
    numbers = {}
    for name in ("after_s", "duration_s", "size"):
        text = (row.get(name) or "0").strip()
        try:
            numbers[name] = float(text)
        except ValueError:
            raise DefinitionError(f"{path}: line {number}: {name} = {text!r} is no number; write one") from None
    if not 0.0 <= numbers["after_s"] < float("inf"):
        raise DefinitionError(f"{path}: line {number}: after_s = {numbers['after_s']:g} is below 0; write 0 or more")
    kind = (row.get("kind") or "").strip()
    arguments: dict[str, Value] = {"kind": kind, "duration_s": numbers["duration_s"], "size": numbers["size"]}
    try:
        chaos_of(START, arguments, 0)
    except RefusedCommand as refused:
        raise DefinitionError(f"{path}: line {number}: {refused}") from None
    return Step(numbers["after_s"], Command(START, "", arguments, "script"))


async def play(steps: Sequence[Step], submit: Callable[[Command, User], Awaitable[Outcome]]) -> None:
    """Hand in each command when its time has come."""
    began = time.monotonic()
    for step in steps:
        await asyncio.sleep(max(0.0, began + step.after - time.monotonic()))
        await submit(step.command, AUTHOR)
