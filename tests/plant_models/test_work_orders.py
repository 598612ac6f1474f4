"""Jobs at a tile line: the presses turn to them, what was made is counted, and a replay gives the same."""

import pickle

from tests.support.tile_plant import tile_run
from twin.host.installed import families
from twin.line.activity import Activity
from twin.line.time import HOUR, MINUTE
from twin.record.run import Run
from twin.run.chapters import Chapter
from twin.run.job_states import JobReport, JobState, Substate

URGENT = 100


def order(run: Run, name: str, key: str, product: int = 0, quantity: float = 60.0, priority: int = URGENT) -> None:
    """Hand in a job for the product that stands so many places behind the one in work."""
    products = list(run.jobs.materials)
    current = run.line.forming[0].press.state.product  # type: ignore[attr-defined]
    asked = {"product": products[(current + product) % len(products)], "quantity": quantity, "priority": priority}
    do(run, name, key, **asked)


def do(run: Run, name: str, key: str, **asked: object) -> None:
    run.check(name, key, asked)  # type: ignore[arg-type]
    run.apply(name, key, asked, "ana")  # type: ignore[arg-type]


def report(run: Run, key: str) -> JobReport:
    run.settle()
    return next(each for each in run.jobs.reports() if each.order.id == key)


def amounts(job: JobReport) -> dict[str, float]:
    return {amount.name: amount.value for amount in job.amounts}


def test_an_urgent_job_has_the_press_change_over_and_its_response_adds_up() -> None:
    run = tile_run()
    start, press = run.now, run.line.forming[0].press  # type: ignore[attr-defined]
    run.advance(start + HOUR)
    before = press.state.product
    order(run, "store_and_start_job", "J1", product=1)
    run.advance(start + HOUR + 2 * MINUTE)
    assert press.state.activity == Activity.SETTING_UP
    assert run.line.order_name(press.state.order) == "J1"
    assert press.state.product != before
    run.advance(start + 26 * HOUR)
    job = report(run, "J1")
    assert (job.state, job.substate) == (JobState.ENDED, Substate.CLOSED)
    found = amounts(job)
    assert found["pressed"] >= 60.0
    parts = found["first"] + found["second"] + found["fired_scrap"] + found["green_scrap"]
    assert abs(parts - found["pressed"]) < 1e-6
    assert found["electricity"] > 0.0
    assert 1.0 < found["gas"] / found["pressed"] < 60.0
    assert start + HOUR <= job.begun < job.ended < job.closed
    assert press.order() is not None
    assert press.order().work_order is False


def test_a_job_that_is_not_urgent_waits_for_the_order_in_work() -> None:
    run = tile_run()
    start, press = run.now, run.line.forming[0].press  # type: ignore[attr-defined]
    run.advance(start + HOUR)
    working = press.state.order
    order(run, "store_and_start_job", "J1", product=1, priority=0)
    run.advance(start + 90 * MINUTE)
    assert press.state.order == working
    assert report(run, "J1").state is JobState.ALLOWED_TO_START
    run.advance(start + 14 * HOUR)
    job = report(run, "J1")
    assert job.state in (JobState.RUNNING, JobState.ENDED)
    assert job.begun > start + 2 * HOUR


def test_a_paused_job_leaves_the_press_and_goes_on_with_what_is_left() -> None:
    run = tile_run()
    start, press = run.now, run.line.forming[0].press  # type: ignore[attr-defined]
    order(run, "store_and_start_job", "J1", quantity=400.0)
    run.advance(start + 30 * MINUTE)
    do(run, "pause_job", "J1")
    run.advance(start + 32 * MINUTE)
    pressed = amounts(report(run, "J1"))["pressed"]
    assert 0.0 < pressed < 400.0
    run.advance(start + 60 * MINUTE)
    assert amounts(report(run, "J1"))["pressed"] == pressed
    assert run.line.order_name(press.state.order) != "J1"
    do(run, "resume_job", "J1")
    run.advance(start + 6 * HOUR)
    job = report(run, "J1")
    assert job.state is JobState.ENDED
    assert 400.0 <= amounts(job)["pressed"] < 460.0


def test_an_aborted_job_stops_and_is_gone_when_its_tiles_are() -> None:
    run = tile_run()
    start = run.now
    order(run, "store_and_start_job", "J1", quantity=1000.0)
    run.advance(start + 30 * MINUTE)
    do(run, "abort_job", "J1")
    run.advance(start + 31 * MINUTE)
    pressed = amounts(report(run, "J1"))["pressed"]
    run.advance(start + 24 * HOUR)
    job = report(run, "J1")
    assert (job.state, amounts(job)["pressed"]) == (JobState.ABORTED, pressed)
    assert job.closed > job.ended == start + 30 * MINUTE


def script(run: Run, slice_length: int) -> Run:
    """Three jobs over half a day, advanced in slices."""
    start = run.now

    def to(minutes: int) -> None:
        while run.now < start + minutes * MINUTE:
            run.advance(min(run.now + slice_length, start + minutes * MINUTE))

    to(20)
    order(run, "store_and_start_job", "J1", product=1)
    to(50)
    do(run, "pause_job", "J1")
    order(run, "store_job", "J2", product=2)
    do(run, "start_job", "J2")
    to(90)
    do(run, "resume_job", "J1")
    order(run, "store_and_start_job", "J3", product=3, priority=200)
    to(200)
    do(run, "stop_job", "J3")
    to(720)
    return run


def test_slices_of_any_length_give_the_same_jobs_and_the_same_hash() -> None:
    whole, sliced = script(tile_run(), 12 * HOUR), script(tile_run(), 7 * MINUTE + 13)
    assert whole.digest() == sliced.digest()
    assert whole.jobs.reports() == sliced.jobs.reports()


def test_a_run_goes_on_from_a_chapter_with_its_jobs() -> None:
    taken: list[Chapter] = []

    def keep(chapter: Chapter) -> None:
        taken.append(pickle.loads(pickle.dumps(chapter)))  # noqa: S301 (made two lines above)

    run = tile_run()
    start = run.now
    run.on_chapter = keep
    order(run, "store_and_start_job", "J1", product=1)
    run.advance(start + 25 * HOUR)
    resumed = Run(run.definition, families())
    resumed.resume(taken[0])
    resumed.advance(start + 25 * HOUR)
    assert resumed.digest() == run.digest()
    assert resumed.jobs.reports() == run.jobs.reports()
