"""The engine gives time in slices of any length, and only seed, line and commands decide what happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.line_building import (
    START,
    ChapteredLine,
    Run,
    conveyor,
    exponential,
    line_of,
    machine,
    mode,
    opened,
    sink,
    source,
)
from twin.line.faults import NEVER
from twin.line.line import Line
from twin.line.records import Record
from twin.line.station import Process, Station, StationState
from twin.line.text import Text
from twin.line.time import DAY, HOUR, MINUTE, SECOND

TWO_HOURS = 2 * HOUR


def troubled_line(kind: Callable[[str, str, Text], Line] = Line) -> Line:
    """A line in which everything happens: blocking, hand-over, breakdowns on both clocks, several servers."""
    plant_clock = {"jam": mode(400.0, 60.0, drawn=True, clock="plant")}
    return line_of(
        source(exponential(3.0), faults=plant_clock),
        machine(exponential(2.0), "saw", faults={"dull": mode(300.0, 40.0, drawn=True), "jam": mode(None)}),
        conveyor(20.0, capacity=15, headway_s=1.0, faults=plant_clock),
        machine(exponential(5.0), "ovens", servers=2, faults={"cold": mode(500.0, 30.0, drawn=True)}),
        machine(exponential(2.5), "packer", faults={"drift": mode(200.0, 100.0, drawn=True, stops=False)}),
        sink(),
        places=(4, None, 3, 0, None),
        kind=kind,
    )


def digest(
    slices: Sequence[int], *, seed: int = 1, stops: Sequence[int] = (), kind: Callable[[str, str, Text], Line] = Line
) -> str:
    """Digest of the log of two hours; the saw is stopped for a minute at the given instants."""
    run = opened(troubled_line(kind), seed)
    for instant in sorted({*slices, *stops, TWO_HOURS}):
        run.engine.advance(START + instant)
        if instant in stops:
            run.line.stations[1].inject(1, run.engine.now + MINUTE)
    run.engine.settle()
    return run.log.digest


WHOLE = digest([])
STOPS = [17 * MINUTE, HOUR, HOUR + 1]
WHOLE_WITH_STOPS = digest([], stops=STOPS)


@settings(max_examples=12)
@given(st.lists(st.integers(1, TWO_HOURS), max_size=40))
def test_slices_of_any_length_give_the_same_event_log(slices: list[int]) -> None:
    assert digest(slices) == WHOLE


def test_slices_of_a_tenth_of_a_second_give_the_same_event_log() -> None:
    assert digest(range(0, TWO_HOURS, SECOND // 10)) == WHOLE


@settings(max_examples=6)
@given(st.lists(st.integers(1, TWO_HOURS), max_size=20))
def test_slices_do_not_matter_with_commands_either(slices: list[int]) -> None:
    assert digest(slices, stops=STOPS) == WHOLE_WITH_STOPS


def test_another_seed_or_another_command_gives_another_log() -> None:
    assert len({WHOLE, WHOLE_WITH_STOPS, digest([], seed=2), digest([], stops=STOPS[:2])}) == 4


@pytest.mark.parametrize("period", [HOUR, 7 * MINUTE, 61 * SECOND])
def test_starting_all_processes_again_at_chapters_changes_nothing(period: int) -> None:
    class Shorter(ChapteredLine):
        chapter_period = period

    assert digest([], kind=Shorter) == WHOLE
    assert digest([], stops=STOPS, kind=Shorter) == WHOLE_WITH_STOPS


def test_stations_are_in_the_same_state_whether_or_not_there_were_chapters() -> None:
    plain, chaptered = opened(troubled_line()).to(7200.0), opened(troubled_line(ChapteredLine)).to(7200.0)

    for station, same in zip(plain.line.stations, chaptered.line.stations, strict=True):
        assert station.state == same.state
        assert station.faults.state == same.faults.state


def test_settling_in_between_does_not_change_the_log() -> None:
    run = opened(troubled_line())
    for instant in range(0, TWO_HOURS, 13 * MINUTE):
        run.engine.advance(START + instant)
        run.engine.settle()
        run.engine.settle()

    assert run.to(TWO_HOURS / SECOND).log.digest == WHOLE


def test_the_log_is_ordered_by_time_then_station_then_sequence() -> None:
    log = opened(troubled_line()).to(7200.0).log.entries
    order = np.lexsort((np.arange(len(log)), log["station"], log["time"]))

    assert len(log) > 5000
    assert (order == np.arange(len(log))).all()


def test_an_added_station_moves_no_draw_of_the_stations_before_it() -> None:
    def brought(line: Line) -> list[tuple[float, int, int]]:
        return opened(line).to(3600.0).told(line.stations[0], Record.MADE)

    short = line_of(source(exponential(3.0)), machine(exponential(2.0)), sink())
    long = line_of(
        source(exponential(3.0)), machine(exponential(2.0)), conveyor(5.0), machine(exponential(2.9), "b"), sink()
    )
    assert brought(short) == brought(long)


@dataclass(slots=True)
class NoteState(StationState):
    """What a note-taker keeps."""

    due: int = 0
    happened: list[int] = field(default_factory=list)


class NoteTaker(Station):
    """Notes when it is called, and lets something happen every five minutes."""

    def initial_state(self) -> NoteState:
        return NoteState()

    def open(self) -> None:
        self.state.due = self.now + 5 * MINUTE
        self.metered: list[int] = []
        self.settled: list[int] = []

    def run(self) -> Process:
        while True:
            if self.now < self.state.due:
                yield self.until(self.state.due)
            self.state.happened.append(self.now - START)
            self.record(Record.MADE, 0, 1)
            self.state.due += 5 * MINUTE

    def meter(self) -> None:
        self.metered.append(self.now - START)
        self.record(Record.METER, 0, 1)

    def settle(self, until: int) -> None:
        self.settled.append(until - START)


def note_taker() -> tuple[NoteTaker, Run]:
    station = NoteTaker("notes")
    return station, opened(line_of(station, kind=ChapteredLine))


def test_nothing_at_the_instant_itself_has_happened_when_an_advance_ends_there() -> None:
    station, run = note_taker()
    run.engine.advance(START + 10 * MINUTE)
    assert station.state.happened == [5 * MINUTE]
    run.engine.advance(START + 10 * MINUTE + 1)
    assert station.state.happened == [5 * MINUTE, 10 * MINUTE]
    assert run.engine.now == START + 10 * MINUTE + 1


def test_time_never_goes_back() -> None:
    station, run = note_taker()
    run.engine.advance(START + HOUR)
    run.engine.advance(START)
    run.engine.advance(START + HOUR)

    assert run.engine.now == START + HOUR
    assert len(station.state.happened) == 11


def test_meters_are_read_every_ten_minutes_and_debts_settled_every_hour_of_plant_time() -> None:
    station = NoteTaker("notes")
    run = opened(line_of(station), start=START + 3 * MINUTE)
    run.engine.advance(START + 2 * HOUR + MINUTE)

    assert station.metered == [minute * MINUTE for minute in range(10, 121, 10)]
    assert station.settled == [HOUR, TWO_HOURS]


def test_a_boundary_comes_before_everything_else_at_its_instant_and_only_once() -> None:
    _, run = note_taker()
    run.engine.advance(START + HOUR)
    run.engine.advance(START + HOUR + 1)
    run.engine.settle()
    at_the_hour = run.log.entries[run.log.entries["time"] == START + HOUR]

    assert at_the_hour["kind"].tolist() == [Record.METER, Record.MADE]
    assert run.log.chapters == [START + HOUR]


def test_a_chapter_is_closed_when_all_before_it_is_written_and_nothing_at_it() -> None:
    station, run = note_taker()
    written: list[tuple[int, int, int]] = []
    run.engine.on_chapter = lambda time: written.append(
        (time - START, int(run.log.entries["time"].max()) - START, len(station.state.happened))
    )
    run.engine.advance(START + TWO_HOURS)

    assert written == [(HOUR, 55 * MINUTE, 11), (TWO_HOURS, 115 * MINUTE, 23)]
    assert run.log.chapters == [START + HOUR, START + TWO_HOURS]


def test_a_line_has_a_chapter_at_the_end_of_every_day_unless_it_says_otherwise() -> None:
    line = line_of(NoteTaker("notes"))
    run = opened(line)
    run.engine.advance(START + 2 * DAY)

    assert run.log.chapters == [START + DAY, START + 2 * DAY]


def test_entries_of_the_present_instant_wait_until_it_has_passed() -> None:
    station, run = note_taker()
    run.engine.advance(START + 7 * MINUTE)
    station.record(Record.MADE, 1, 1)
    run.engine.settle()
    assert len(run.log.entries) == 1
    run.engine.advance(START + 8 * MINUTE)
    run.engine.settle()
    assert run.log.entries["time"].tolist() == [START + 5 * MINUTE, START + 7 * MINUTE]


def test_a_run_opens_idle_at_its_start_with_fresh_faults() -> None:
    line = troubled_line()
    opened(line, seed=3)
    plant_modes = [
        (station, index)
        for station in line.stations
        for index, m in enumerate(station.faults.modes)
        if m.clock == "plant"
    ]

    assert all(station.state.since == START for station in line.stations)
    assert all(not station.faults.any_active for station in line.stations)
    assert all(START < station.faults.state.due[index] < NEVER for station, index in plant_modes)


def test_two_runs_of_one_line_class_share_nothing() -> None:
    first = opened(troubled_line()).to(1800.0)
    second = opened(troubled_line())
    first.to(7200.0)

    assert second.to(7200.0).log.digest == first.log.digest == WHOLE
