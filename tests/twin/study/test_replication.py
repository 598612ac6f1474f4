"""A replication is a run; a pool of processes changes nothing in it."""

from dataclasses import replace

import pytest

from twin.host.choose import Choice, define
from twin.host.installed import families
from twin.line.time import DAY
from twin.record.run import Run
from twin.study.replication import Task, replicate, replicate_all


@pytest.fixture(scope="module")
def task() -> Task:
    return Task(define(Choice(plant="porcelain-600", scenario="no-faults"), None), 0.02, 0.05)


def test_the_hash_is_that_of_the_run_alone(task: Task) -> None:
    run = Run(task.definition, families())
    run.open()
    run.advance(task.definition.start + round(0.07 * DAY))
    assert replicate(task, families).digest == run.digest()


def test_the_warm_up_does_not_count(task: Task) -> None:
    later = replicate(task, families).outcomes
    whole = replicate(replace(task, warm_up=0.0, days=0.07), families).outcomes
    first = replicate(replace(task, warm_up=0.0, days=0.02), families).outcomes
    made = [figures["output"].value or 0.0 for figures in (first, later, whole)]
    assert made[0] * 0.02 + made[1] * 0.05 == pytest.approx(made[2] * 0.07)


def test_processes_of_their_own_find_the_same(task: Task) -> None:
    tasks = [task, replace(task, definition=replace(task.definition, seed=2))]
    alone = dict(replicate_all(tasks, families, 1))
    assert dict(replicate_all(tasks, families, 2)) == alone
    assert alone[0].digest != alone[1].digest


def test_what_is_not_counted_is_not_defined_and_says_why(task: Task) -> None:
    nothing = replicate(replace(task, warm_up=0.0, days=1e-6), families).outcomes["first_quality_share"]
    assert nothing.value is None
    assert nothing.reason is not None
    assert nothing.reason.en == "nothing has been made"
