"""Failure modes: two clocks, drawn and injected occurrences, and draws that nobody else can move."""

import pytest
from pydantic import ValidationError

from tests.support.line_building import (
    Run,
    conveyor,
    endless_source,
    exponential,
    line_of,
    machine,
    mode,
    opened,
    sink,
    source,
)
from twin.line.activity import Activity
from twin.line.distributions import Constant
from twin.line.errors import DefinitionError
from twin.line.faults import NEVER, ONSET_STEPS, FailureMode, Faults
from twin.line.records import Record
from twin.line.station import Parameters, Station
from twin.line.time import HOUR, MINUTE, SECOND

HOURLY = mode(3600.0, 60.0)


def faults(scale: float = 1.0, **modes: FailureMode) -> Faults:
    opened_faults = Faults(modes, scale)
    opened_faults.open(1, "works/press", 0)
    return opened_faults


def fault_times(run: Run, station: Station) -> list[tuple[float, int, int]]:
    """(second, +1 or -1, mode) of every beginning and end."""
    began = [(second, 1, index) for second, index, _ in run.told(station, Record.FAULT_BEGAN)]
    ended = [(second, -1, index) for second, index, _ in run.told(station, Record.FAULT_ENDED)]
    return sorted(began + ended)


def test_a_mode_of_the_working_clock_is_due_after_its_uptime_of_work() -> None:
    works = faults(jam=HOURLY)

    assert works.next_working == HOUR
    assert works.next_change == NEVER


def test_a_mode_of_the_plant_clock_is_due_at_an_instant() -> None:
    plant = faults(jam=mode(3600.0, 60.0, clock="plant"))

    assert plant.next_working == NEVER
    assert plant.next_change == HOUR


def test_the_mode_that_is_due_first_begins_first_and_is_planned_again_after_its_repair() -> None:
    two = faults(slow=mode(7200.0), quick=HOURLY)
    two.state.worked = HOUR
    assert two.begin_next(now=5 * HOUR) == 1
    assert two.active(1)
    assert two.stopping() == 1
    assert two.next_change == 5 * HOUR + MINUTE
    assert two.next_working == 2 * HOUR
    two.end(1, 5 * HOUR + MINUTE)
    assert not two.any_active
    assert two.state.down_time == [0, MINUTE]
    assert (two.state.due, two.state.counts) == ([2 * HOUR, 2 * HOUR], [0, 1])


def test_the_scale_multiplies_how_often_modes_occur() -> None:
    assert faults(scale=4.0, jam=HOURLY).next_working == HOUR // 4


def test_a_scale_of_zero_switches_drawn_faults_off_but_not_injected_ones() -> None:
    off = faults(scale=0.0, jam=HOURLY, heat=mode(60.0, clock="plant"))
    assert (off.next_working, off.next_change) == (NEVER, NEVER)
    off.begin(0, now=10, until=20)
    assert off.stopping() == 0
    off.end(0, 20)
    assert off.next_working == NEVER


def test_a_mode_without_uptime_only_comes_when_injected() -> None:
    assert faults(jam=mode(None)).next_working == NEVER


def test_an_injected_fault_does_not_use_up_the_drawn_one() -> None:
    works = faults(jam=HOURLY)
    works.begin(0, now=0, until=MINUTE)
    works.end(0, MINUTE)

    assert works.next_working == HOUR
    assert works.state.occurrence == [0]


def test_what_is_due_while_its_mode_is_active_begins_when_the_mode_has_ended() -> None:
    works = faults(drift=mode(3600.0, 60.0, stops=False))
    works.begin(0, now=0, until=NEVER)
    works.state.worked = 2 * HOUR
    assert works.next_working == NEVER
    works.end(0, 3 * HOUR)
    assert works.next_working == HOUR


def test_conditions_of_active_modes_add_up() -> None:
    two = faults(
        cold=mode(None, stops=False, conditions={"heat": -3.0}), leak=mode(None, conditions={"heat": -1.5, "gas": 1.0})
    )
    assert two.condition("heat") == 0.0
    two.begin(0, now=0, until=NEVER)
    assert two.stopping() == -1
    two.begin(1, now=0, until=NEVER)
    assert (two.condition("heat"), two.condition("gas"), two.condition("water")) == (-4.5, 1.0, 0.0)
    assert two.stopping() == 1


@pytest.mark.parametrize(
    ("activity", "shown"),
    [("down", Activity.DOWN), ("micro-stop", Activity.MICRO_STOP), ("cleaning", Activity.CLEANING)],
)
def test_a_stop_is_shown_as_what_the_mode_says(activity: str, shown: Activity) -> None:
    works = faults(jam=mode(None, activity=activity))
    works.begin(0, now=0, until=NEVER)

    assert works.stop_activity() == shown


def test_a_saved_state_goes_on_with_the_same_draws() -> None:
    modes = {"jam": mode(3600.0, 60.0, drawn=True), "heat": mode(60.0, drawn=True, clock="plant")}
    original = Faults(modes, 1.0)
    original.open(1, "works/press", 0)
    original.state.worked = original.next_working
    original.begin_next(HOUR)
    resumed = Faults(modes, 1.0)
    resumed.resume(1, "works/press", original.state)

    assert resumed.any_active
    assert (resumed.stopping(), resumed.next_working) == (0, original.next_working)
    resumed.end(0, 2 * HOUR)
    original.state.until[0] = 1
    before = list(original.state.due)
    assert before == resumed.state.due


def test_changing_one_mode_moves_no_occurrence_of_another() -> None:
    def occurrences(**others: FailureMode) -> list[tuple[int, int]]:
        both = Faults({"jam": mode(3600.0, 60.0, drawn=True), **others}, 1.0)
        both.open(1, "works/press", 0)
        drawn = []
        for _ in range(50):
            due = both.state.due[0]
            both.state.worked = due
            both.begin(0, now=due)
            drawn.append((due, both.state.until[0] - due))
            both.end(0, both.state.until[0])
        return drawn

    alone = occurrences()
    assert occurrences(heat=mode(10.0, drawn=True)) == alone
    assert occurrences(heat=mode(99.0, drawn=True, clock="plant"), dust=mode(5.0, drawn=True)) == alone
    assert len({due for due, _ in alone}) == 50


def test_work_between_failures_does_not_depend_on_another_mode_of_the_same_machine() -> None:
    def work_before_each_jam(**others: FailureMode) -> list[float]:
        saw = machine(7.0, faults={"jam": mode(500.0, 60.0, drawn=True), **others})
        run = opened(line_of(endless_source(), saw, sink(), places=(5, None))).to(50_000.0)
        worked, before_each, since, working = 0.0, [], 0.0, False
        for second, activity, cause in run.told(saw, Record.ACTIVITY):
            worked += (second - since) * working
            since, working = second, activity == Activity.PRODUCING
            if activity == Activity.DOWN and cause == 0:
                before_each.append(worked)
        return before_each

    alone = work_before_each_jam()
    among = work_before_each_jam(heat=mode(300.0, 100.0, drawn=True, clock="plant"))
    assert len(among) > 20
    assert among == pytest.approx(alone[: len(among)], abs=1e-6)


def test_a_station_that_counts_no_work_refuses_a_mode_on_the_working_clock() -> None:
    with pytest.raises(
        DefinitionError,
        match=r"belt: failure mode 'jam' runs on the working clock, which a Conveyor .* set its clock to 'plant'",
    ):
        conveyor(10.0, "belt", faults={"jam": HOURLY})

    conveyor(10.0, "belt", faults={"jam": mode(None)})
    conveyor(10.0, "belt", faults={"jam": mode(3600.0, clock="plant")})


@pytest.mark.parametrize(
    "change",
    [{"clock": "wall"}, {"severity": 0}, {"severity": 1001}, {"activity": "tired"}, {"mtbf": 3}, {"repair_min": None}],
)
def test_a_mode_refuses_what_it_does_not_know(change: dict[str, object]) -> None:
    data = {"en": "stop", "es": "paro", "repair_min": {"distribution": "constant", "value": 1.0}}
    FailureMode.model_validate(data)
    with pytest.raises(ValidationError):
        FailureMode.model_validate({**data, **change})


# On a station, driven by the fault clock.


def test_a_mode_of_the_plant_clock_comes_again_and_again_whatever_the_station_does() -> None:
    idle = machine(1.0, faults={"jam": mode(100.0, 20.0, clock="plant")})
    run = opened(line_of(source(exponential(1e9)), idle, sink())).to(300.0)

    assert fault_times(run, idle) == [(100.0, 1, 0), (120.0, -1, 0), (220.0, 1, 0), (240.0, -1, 0)]
    assert idle.time_in(Activity.DOWN) == 40 * SECOND


def test_a_mode_of_the_working_clock_waits_while_the_machine_has_no_work() -> None:
    saw = machine(1.0, faults={"jam": mode(10.5, 20.0)})
    run = opened(line_of(source(exponential(1e9)), saw, sink())).to(1000.0)

    assert fault_times(run, saw) == []


def test_an_injected_fault_ends_at_its_instant_and_a_lasting_one_when_it_is_cleared() -> None:
    saw = machine(1.0, faults={"jam": mode(None)})
    run = opened(line_of(endless_source(), saw, sink(), places=(1, None))).to(10.5)
    saw.inject(0, until=run.engine.now + 20 * SECOND)
    run.to(40.5)
    saw.inject(0, until=NEVER)
    run.to(1000.0)
    saw.clear(0)
    run.to(1001.0)

    assert fault_times(run, saw) == [(10.5, 1, 0), (30.5, -1, 0), (40.5, 1, 0), (1000.0, -1, 0)]


def test_clearing_a_mode_that_is_not_active_changes_nothing() -> None:
    saw = machine(1.0, faults={"jam": mode(None)})
    run = opened(line_of(endless_source(), saw, sink(), places=(1, None))).to(10.5)
    before = run.log.digest
    saw.clear(0)

    assert run.to(10.6).log.digest == before
    assert saw.faults.state.down_time == [0]


def test_injecting_an_active_mode_again_moves_its_end() -> None:
    saw = machine(1.0, faults={"jam": mode(None)})
    run = opened(line_of(endless_source(), saw, sink(), places=(1, None))).to(10.0)
    saw.inject(0, until=run.engine.now + 20 * SECOND)
    run.to(15.0)
    saw.inject(0, until=run.engine.now + 5 * SECOND)
    run.to(100.0)

    assert fault_times(run, saw) == [(10.0, 1, 0), (20.0, -1, 0)]
    assert saw.faults.state.down_time == [10 * SECOND]


@pytest.mark.parametrize(
    "build",
    [
        lambda **parameters: machine(1.0, **parameters),
        lambda **parameters: conveyor(1.0, **parameters),
        lambda **parameters: Station("plain", Parameters(**parameters)),
    ],
    ids=["machine", "conveyor", "any station"],
)
def test_drawn_faults_go_on_after_a_lasting_one_was_cleared(build: object) -> None:
    station = build(faults={"jam": mode(50.0, 10.0, clock="plant")})  # type: ignore[operator]
    run = opened(line_of(source(exponential(1e9)), station, sink())).to(20.0)
    station.inject(0, until=NEVER)
    run.to(100.0)
    station.clear(0)
    run.to(200.0)

    assert fault_times(run, station) == [
        (20.0, 1, 0),
        (100.0, -1, 0),
        (100.0, 1, 0),
        (110.0, -1, 0),
        (160.0, 1, 0),
        (170.0, -1, 0),
    ]


def test_a_mode_of_the_working_clock_that_stops_nothing_begins_and_ends_in_time_while_work_goes_on() -> None:
    saw = machine(7.0, faults={"drift": mode(10.0, 5.0, stops=False, conditions={"heat": 1.0})})
    run = opened(line_of(endless_source(), saw, sink(), places=(1, None))).to(50.0)

    assert fault_times(run, saw) == [
        (10.0, 1, 0),
        (15.0, -1, 0),
        (25.0, 1, 0),
        (30.0, -1, 0),
        (40.0, 1, 0),
        (45.0, -1, 0),
    ]
    assert run.seconds(saw, Record.LEFT) == [7.0, 14.0, 21.0, 28.0, 35.0, 42.0, 49.0]
    assert run.activities(saw) == [(0.0, Activity.PRODUCING)]


def test_whoever_ends_a_fault_the_station_hears_of_it() -> None:
    class Listener(Station):
        def __init__(self) -> None:
            super().__init__("listener")
            self.faults = Faults({"one": mode(None), "two": mode(None), "three": mode(None)}, 1.0)
            self.heard: list[tuple[int, int]] = []

        def fault_ended(self, index: int) -> None:
            self.heard.append((index, (self.now - run.engine.start) // SECOND))

    listener = Listener()
    run = opened(line_of(listener))
    for index, until in enumerate((5 * SECOND, 1000 * SECOND, 1000 * SECOND)):
        listener.inject(index, run.engine.start + until)
    run.to(10.0)
    listener.clear(1)
    listener.faults.state.until[2] = run.engine.now
    assert listener.end_passed_faults() == [2]

    assert listener.heard == [(0, 5), (1, 10), (2, 10)]


GROWING = FailureMode(
    en="Worn",
    es="Desgaste",
    onset_min=120.0,
    repair_min=Constant(value=30.0),
    conditions={"speed": -0.6},
)


def test_the_size_multiplies_the_conditions() -> None:
    worn = faults(worn=GROWING.model_copy(update={"onset_min": 0.0}))
    assert worn.begin(0, now=0, size=1.5)
    assert worn.condition("speed") == pytest.approx(-0.9)
    worn.resize(0, 0.5)
    assert worn.condition("speed") == pytest.approx(-0.3)
    worn.end(0, 10)
    assert worn.condition("speed") == 0.0


def test_conditions_grow_before_the_alarm_and_the_station_stops_with_it() -> None:
    worn = faults(worn=GROWING)
    assert not worn.begin(0, now=0)
    assert worn.state.until[0] == 150 * MINUTE
    assert (worn.condition("speed"), worn.stopping()) == (0.0, -1)
    seen = []
    while worn.state.steps[0] < ONSET_STEPS:
        instant = worn.next_change
        seen.append((instant // MINUTE, worn.grow(0), worn.condition("speed"), worn.stopping()))
    assert [minute for minute, *_ in seen] == list(range(10, 130, 10))
    assert [raised for _, raised, *_ in seen] == [False] * 11 + [True]
    assert seen[5][2:] == (pytest.approx(-0.3), -1)
    assert seen[-1][2:] == (-0.6, 0)
    assert worn.next_change == 150 * MINUTE
    worn.end(0, 150 * MINUTE)
    assert worn.state.down_time == [30 * MINUTE]


def test_a_mode_that_is_cleared_in_its_onset_has_never_stopped_the_station() -> None:
    worn = faults(worn=GROWING)
    worn.begin(0, now=0)
    worn.grow(0)
    worn.end(0, 15 * MINUTE)
    assert (worn.state.down_time, worn.condition("speed"), worn.any_active) == ([0], 0.0, False)


def test_sizes_that_do_not_hold_one_are_refused() -> None:
    with pytest.raises(ValidationError, match="do not hold 1"):
        mode(60.0, sizes=(1.5, 3.0))


def test_the_onset_is_told_before_the_alarm() -> None:
    worker = machine(1.0, faults={"worn": GROWING})
    run = opened(line_of(endless_source(), worker, sink(), places=[1, None]))
    run.to(1.5)
    worker.inject(0, NEVER, 2.0)
    run.to(3.0 * 3600.0)
    ((onset, *_),) = run.told(worker, Record.FAULT_ONSET)
    ((alarm, *_),) = run.told(worker, Record.FAULT_BEGAN)
    assert (onset, alarm - onset) == (1.5, 7200.0)
    assert worker.state.activity == Activity.DOWN
    assert worker.faults.condition("speed") == pytest.approx(-1.2)
