"""The states of jobs: what commands and the line make of them, whatever comes in whichever order."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twin.line.errors import Reason, RefusedCommand
from twin.line.line import Line
from twin.line.records import Record
from twin.line.text import Text
from twin.line.units import KILOGRAM
from twin.line.work_orders import Amount, Material, WorkOrder
from twin.run.engine import LOG_ENTRY
from twin.run.job_states import JOB_COMMANDS, POSSIBLE, STORING, JobState, StateChange, Substate
from twin.run.jobs import Jobs

ASKED = {"product": "loaf", "quantity": 10.0}


class Oven:
    """A line that notes what it is told."""

    def __init__(self) -> None:
        self.materials: Sequence[Material] = (Material("loaf", Text("Loaf", "Pan"), KILOGRAM, 0.0, 100.0),)
        self.told: list[tuple[str, str]] = []

    def taken(self, name: str) -> bool:
        return name == "own"

    def release(self, order: WorkOrder) -> None:
        self.told.append(("release", order.name))

    def withhold(self, name: str) -> None:
        self.told.append(("withhold", name))

    def end(self, name: str) -> None:
        self.told.append(("end", name))

    def amounts(self, name: str) -> Sequence[Amount]:
        return ()


class BakeryLine(Line):
    """A line that bakes to order; orders are numbered as J0, J1 ..."""

    def __init__(self) -> None:
        super().__init__("bakery", "corner", Text("Bakery", "Panadería"))
        self.oven = Oven()

    def work_orders(self) -> Oven:
        return self.oven

    def order_name(self, number: int) -> str:
        return f"J{number}"


class Bench:
    """Jobs with a clock."""

    def __init__(self) -> None:
        self.line = BakeryLine()
        self.jobs = Jobs(self.line)
        self.now = 0
        self.heard: list[StateChange] = []
        self.jobs.listeners.append(lambda job, change: self.heard.append(change))

    def do(self, name: str, target: str = "J0", **more: object) -> None:
        asked = ASKED | more if name in (*STORING, "update_job") else more
        self.jobs.check(name, target, asked)  # type: ignore[arg-type]
        self.jobs.apply(name, target, asked, self.now, "ana")  # type: ignore[arg-type]

    def tell(self, record: Record, number: int = 0) -> None:
        entry = np.zeros(1, dtype=LOG_ENTRY)
        entry["time"], entry["kind"], entry["a"] = self.now, record, number
        self.jobs.absorb(entry)

    def state(self, target: str = "J0") -> tuple[JobState, Substate]:
        job = self.jobs.jobs[target]
        return job.state, job.substate


def test_a_job_goes_its_way_from_store_to_closed() -> None:
    bench = Bench()
    bench.do("store_job")
    assert bench.state() == (JobState.NOT_ALLOWED_TO_START, Substate.READY)
    bench.do("start_job")
    assert bench.state() == (JobState.ALLOWED_TO_START, Substate.READY)
    for now, record, state in (
        (5, Record.ORDER, (JobState.RUNNING, Substate.NONE)),
        (9, Record.ORDER_MADE, (JobState.ENDED, Substate.COMPLETED)),
        (12, Record.ORDER_GONE, (JobState.ENDED, Substate.CLOSED)),
    ):
        bench.now = now
        bench.tell(record)
        assert bench.state() == state
    (report,) = bench.jobs.reports()
    assert (report.begun, report.ended, report.closed) == (5, 9, 12)
    assert [change.command for change in report.history] == ["store_job", "start_job", "", "", ""]
    assert bench.line.oven.told == [("release", "J0")]


def test_a_paused_job_is_suspended_and_a_resumed_one_held_until_the_line_takes_it() -> None:
    bench = Bench()
    bench.do("store_and_start_job")
    bench.tell(Record.ORDER)
    bench.do("pause_job")
    bench.tell(Record.ORDER_LEFT)
    assert bench.state() == (JobState.INTERRUPTED, Substate.SUSPENDED)
    bench.do("resume_job")
    assert bench.state() == (JobState.INTERRUPTED, Substate.HELD)
    with pytest.raises(RefusedCommand, match="is resumed already"):
        bench.do("resume_job")
    bench.tell(Record.ORDER)
    assert bench.state() == (JobState.RUNNING, Substate.NONE)
    assert bench.line.oven.told == [("release", "J0"), ("withhold", "J0"), ("release", "J0")]


def test_a_job_that_the_line_leaves_for_another_is_held() -> None:
    bench = Bench()
    bench.do("store_and_start_job")
    bench.tell(Record.ORDER)
    bench.tell(Record.ORDER_LEFT)
    assert bench.state() == (JobState.INTERRUPTED, Substate.HELD)


def test_a_job_waits_for_its_wished_start() -> None:
    bench = Bench()
    bench.do("store_job", start=1000)
    assert bench.state() == (JobState.NOT_ALLOWED_TO_START, Substate.WAITING)
    bench.jobs.pass_time(999)
    assert bench.state()[1] is Substate.WAITING
    bench.jobs.pass_time(5000)
    assert bench.state()[1] is Substate.READY
    assert bench.heard[-1].time == 1000


def test_an_aborted_job_stays_aborted_while_its_pieces_flow_out() -> None:
    bench = Bench()
    bench.do("store_and_start_job")
    bench.tell(Record.ORDER)
    bench.now = 7
    bench.do("abort_job", comment="wrong shade")
    bench.tell(Record.ORDER_MADE)
    bench.now = 30
    bench.tell(Record.ORDER_GONE)
    (report,) = bench.jobs.reports()
    assert (report.state, report.ended, report.closed) == (JobState.ABORTED, 7, 30)
    assert [change.comment for change in report.history if change.command] == ["", "wrong shade"]
    assert bench.line.oven.told[-1] == ("end", "J0")


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("J0", "there is one with this id already"),
        ("own", "names orders of its own like this.*such as J-own"),
        ("a b", "an id has"),
        ("", "an id"),
    ],
)
def test_an_id_that_cannot_be_is_refused(target: str, words: str) -> None:
    bench = Bench()
    bench.do("store_job")
    with pytest.raises(RefusedCommand, match=words):
        bench.do("store_job", target)


def test_a_line_that_takes_no_orders_takes_no_jobs() -> None:
    jobs = Jobs(Line("mill", "street", Text("Mill", "Molino")))
    with pytest.raises(RefusedCommand, match="takes no jobs") as refused:
        jobs.check("store_job", "J0", ASKED)
    assert refused.value.reason is Reason.UNKNOWN_COMMAND


STEPS = st.lists(
    st.tuples(
        st.sampled_from([*JOB_COMMANDS, Record.ORDER, Record.ORDER_LEFT, Record.ORDER_MADE, Record.ORDER_GONE]),
        st.integers(0, 2),
    ),
    max_size=40,
)


@given(STEPS)
@settings(max_examples=150, deadline=None)
def test_whatever_is_asked_in_whichever_order_states_follow_the_standard(steps: list[tuple[str | Record, int]]) -> None:
    bench = Bench()
    for now, (step, number) in enumerate(steps):
        bench.now = now
        target, before = f"J{number}", bench.jobs.jobs.get(f"J{number}")
        old = None if before is None else before.state
        if isinstance(step, Record):
            bench.tell(step, number)
            new = bench.jobs.jobs.get(target)
            # What is over stays over, whatever the line says.
            assert old not in (JobState.ENDED, JobState.ABORTED) or (new is not None and new.state is old)
            continue
        allowed = old is None if step in STORING else old in POSSIBLE[step]
        resumed_twice = step == "resume_job" and before is not None and before.substate is Substate.HELD
        if not allowed or resumed_twice:
            history = [] if before is None else list(before.history)
            with pytest.raises(RefusedCommand):
                bench.do(step, target)
            assert before is None or (before.state is old and before.history == history)
        else:
            bench.do(step, target)
            assert (target in bench.jobs.jobs) == (step not in ("cancel_job", "clear_job"))
    for job in bench.jobs.jobs.values():
        assert [change.time for change in job.history] == sorted(change.time for change in job.history)
        assert (job.history[-1].state, job.history[-1].substate) == (job.state, job.substate)
        assert (job.substate in (Substate.COMPLETED, Substate.CLOSED)) == (job.state is JobState.ENDED)
        assert (job.substate in (Substate.HELD, Substate.SUSPENDED)) == (job.state is JobState.INTERRUPTED)


def test_jobs_go_on_from_a_chapter() -> None:
    bench = Bench()
    bench.do("store_and_start_job")
    bench.tell(Record.ORDER)
    later = Jobs(bench.line)
    later.resume(bench.jobs.state())
    assert later.reports() == bench.jobs.reports()
