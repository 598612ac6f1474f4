"""The jobs of a run: what people have the line make, in the states of ISA-95 job control.

A job is a function of the run: what people asked for stands in the journal, when the line took it up and was done with
it in the event log. It is kept in chapters, so that it survives a restart. All times are plant time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from twin.line.errors import Reason, RefusedCommand
from twin.line.line import Line
from twin.line.records import Record
from twin.line.signal import Value
from twin.line.work_orders import Material, WorkOrder, WorkOrders
from twin.run.job_orders import JobOrder, read_job_order
from twin.run.job_states import (
    JOB_ID,
    MOST_JOBS,
    NEXT,
    ORDERING,
    OVER,
    POSSIBLE,
    REMOVING,
    STORING,
    WITHIN,
    Job,
    JobReport,
    JobState,
    StateChange,
    Substate,
)

_KINDS = [int(kind) for kind in (Record.ORDER, Record.ORDER_MADE, Record.ORDER_GONE, Record.ORDER_LEFT)]
Listener = Callable[[Job, StateChange], None]


class Jobs:
    """The jobs of a line, in the order in which they were stored; listeners hear of every change, with a copy."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._orders: WorkOrders | None = line.work_orders()
        materials: Sequence[Material] = () if self._orders is None else self._orders.materials
        self.materials = {material.id: material for material in materials}
        self.listeners: list[Listener] = []
        self.jobs: dict[str, Job] = {}

    # Chapters.

    def state(self) -> dict[str, Job]:
        """What a chapter keeps."""
        return self.jobs

    def resume(self, state: Mapping[str, Job]) -> None:
        """Go on from a chapter."""
        self.jobs = dict(state)

    # What is told of them.

    def reports(self) -> tuple[JobReport, ...]:
        """All jobs as they stand."""
        return tuple(self.report(job) for job in self.jobs.values())

    def report(self, job: Job) -> JobReport:
        """A job as it stands."""
        amounts = () if self._orders is None else tuple(self._orders.amounts(job.order.id))
        return JobReport(
            job.order, job.state, job.substate, job.begun, job.ended, job.closed, tuple(job.history), amounts
        )

    # What happens in the plant.

    def absorb(self, entries: NDArray[np.void]) -> None:
        """Read new entries of the event log."""
        if not self.jobs:
            return
        for time, _, kind, number, _ in entries[np.isin(entries["kind"], _KINDS)].tolist():
            self.pass_time(time)
            job = self.jobs.get(self._line.order_name(number))
            if job is not None:
                self._follow(job, time, Record(kind))

    def _follow(self, job: Job, time: int, record: Record) -> None:
        if record is Record.ORDER and job.state not in OVER:
            job.begun = job.begun or time
            self._become(job, time, JobState.RUNNING)
        elif record is Record.ORDER_LEFT and job.state is JobState.RUNNING:
            self._become(job, time, JobState.INTERRUPTED, Substate.HELD)
        elif record is Record.ORDER_MADE and job.state not in OVER:
            job.ended = time
            self._become(job, time, JobState.ENDED, Substate.COMPLETED)
        elif record is Record.ORDER_GONE:
            job.closed = time
            self._become(job, time, job.state, Substate.CLOSED if job.state is JobState.ENDED else job.substate)

    def pass_time(self, now: int) -> None:
        """Let the jobs whose wished start has come be ready."""
        for job in self.jobs.values():
            if job.substate is Substate.WAITING and job.order.start <= now:
                self._become(job, job.order.start, job.state, Substate.READY)

    def _become(self, job: Job, time: int, state: JobState, substate: Substate = Substate.NONE, *said: str) -> None:
        job.state, job.substate = state, substate
        change = StateChange(time, state, substate, *said)
        job.history.append(change)
        for listener in self.listeners:
            listener(replace(job, history=list(job.history)), change)

    # What people do.

    def check(self, name: str, target: str, arguments: Mapping[str, Value]) -> None:
        """Raise RefusedCommand when the command cannot be applied now."""
        if self._orders is None:
            raise RefusedCommand(Reason.UNKNOWN_COMMAND, f"{name}: this line takes no jobs; it makes what it makes")
        if name in STORING:
            self._check_new(target)
        else:
            self._check_known(name, target)
        if name in ORDERING:
            read_job_order(target, arguments, self.materials)

    def _check_new(self, target: str) -> None:
        if not JOB_ID.fullmatch(target):
            raise RefusedCommand(
                Reason.WRONG_TYPE,
                f"job {target[:40]!r}: an id has 1 to 40 letters, digits, points, dashes and underscores, and begins "
                "with a letter or digit",
            )
        if target in self.jobs:
            raise RefusedCommand(Reason.NOT_NOW, f"job {target}: there is one with this id already; choose another id")
        if self._orders is not None and self._orders.taken(target):
            raise RefusedCommand(
                Reason.NOT_NOW,
                f"job {target}: the line names orders of its own like this, or may yet do so; use an id of another "
                f"form, such as J-{target[:38]}",
            )
        if len(self.jobs) >= MOST_JOBS:
            raise RefusedCommand(
                Reason.NOT_NOW, f"job {target}: there are {MOST_JOBS} jobs already; clear those that are done with"
            )

    def _check_known(self, name: str, target: str) -> None:
        job = self.jobs.get(target)
        if job is None:
            raise RefusedCommand(Reason.UNKNOWN_TARGET, f"there is no job {target[:40]!r}; store it first")
        possible = POSSIBLE[name]
        if job.state not in possible:
            words = " or ".join(sorted(possible))
            raise RefusedCommand(Reason.NOT_NOW, f"job {target}: is {job.state}, and {name} needs one that is {words}")
        if name == "resume_job" and job.substate is Substate.HELD:
            raise RefusedCommand(
                Reason.NOT_NOW, f"job {target}: is resumed already; the line goes on with it as soon as it can"
            )

    def apply(self, name: str, target: str, arguments: Mapping[str, Value], now: int, user: str) -> None:
        """Apply a command that has been checked."""
        said = name, user, str(arguments.get("comment", ""))
        if name in REMOVING:
            self._remove(target, now, said)
        elif name in STORING:
            job = Job(read_job_order(target, arguments, self.materials), NEXT[name], Substate.NONE)
            self.jobs[target] = job
            self._become(job, now, job.state, _readiness(job.order, now), *said)
        else:
            job = self.jobs[target]
            if name == "update_job":
                job.order = read_job_order(target, arguments, self.materials)
            state = NEXT.get(name, job.state)
            job.ended = now if state in OVER else 0
            self._become(job, now, state, _within(name, job.order, now), *said)
        self._tell_line(name, target)

    def _remove(self, target: str, now: int, said: tuple[str, str, str]) -> None:
        job = self.jobs.pop(target)
        change = StateChange(now, job.state, job.substate, *said)
        job.history.append(change)
        for listener in self.listeners:
            listener(job, change)

    def _tell_line(self, name: str, target: str) -> None:
        """Let the line do what has been asked for."""
        job, orders = self.jobs.get(target), self._orders
        if orders is None:
            return
        if name in ("stop_job", "abort_job", "cancel_job"):
            orders.end(target)
        elif name in ("pause_job", "revoke_start_job"):
            orders.withhold(target)
        elif job is not None and (name == "resume_job" or job.state is JobState.ALLOWED_TO_START):
            orders.release(_work_order(job.order))


def _within(name: str, order: JobOrder, now: int) -> Substate:
    return WITHIN[name] if name in WITHIN else _readiness(order, now)


def _readiness(order: JobOrder, now: int) -> Substate:
    return Substate.WAITING if order.start > now else Substate.READY


def _work_order(order: JobOrder) -> WorkOrder:
    return WorkOrder(order.id, order.product, order.quantity, order.priority, order.start, order.end)
