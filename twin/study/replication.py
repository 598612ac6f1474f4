"""One run of a study: opened, let settle in, and measured over its days; and many of them on a process pool."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context

from twin.line.outcome import Outcome
from twin.line.time import DAY
from twin.record.run import Run
from twin.run.definition import Definition, PlantFamily

Families = Callable[[], Sequence[PlantFamily]]
"""Finds the installed families of plants; a process of its own has to find them again."""


@dataclass(frozen=True, slots=True)
class Task:
    """A run to be made: `warm_up` and `days` in plant days."""

    definition: Definition
    warm_up: float
    days: float


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a run: its outcomes by name, and the hash of its event log."""

    outcomes: Mapping[str, Outcome]
    digest: str


def replicate(task: Task, families: Families) -> Result:
    """Run a task from its beginning to its end; the outcomes are those of its days without the warm-up."""
    run = Run(task.definition, families())
    run.open()
    begin = task.definition.start + round(task.warm_up * DAY)
    run.advance(begin)
    run.settle()
    before = dict(run.line.totals())
    run.advance(begin + round(task.days * DAY))
    run.settle()
    made = {name: total - before.get(name, 0.0) for name, total in run.line.totals().items()}
    outcomes = {outcome.name: outcome for outcome in run.line.outcomes(made, task.days)}
    return Result(outcomes, run.digest())


def replicate_all(tasks: Sequence[Task], families: Families, workers: int) -> Iterator[tuple[int, Result]]:
    """(number of the task, its result) as they come, from at most `workers` processes; with 1 from this process.

    `families` is found again in each process, so it must be a function that a module names.
    """
    if workers == 1 or len(tasks) < 2:
        for number, task in enumerate(tasks):
            yield number, replicate(task, families)
        return
    # Spawned, not forked: a fork would copy threads' locks, and behaves differently from system to system.
    with ProcessPoolExecutor(min(workers, len(tasks)), mp_context=get_context("spawn")) as pool:
        waiting = {pool.submit(replicate, task, families): number for number, task in enumerate(tasks)}
        for done in as_completed(waiting):
            yield waiting[done], done.result()
