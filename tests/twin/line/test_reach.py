"""A reach runs behind and catches up: what comes out is the same as when every station runs with the line."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest

from tests.support.line_building import Run, conveyor, mode, opened
from twin.line.activity import Activity
from twin.line.behind import Behind
from twin.line.generic import Conveyor
from twin.line.line import Line
from twin.line.link import Link
from twin.line.reach import Arrivals, Instants, Reach, Tokens, transports_between
from twin.line.records import Record
from twin.line.station import Parameters, Process, Station, StationState
from twin.line.text import Text
from twin.line.time import SECOND, microseconds


@dataclass(slots=True)
class StampState(StationState):
    due: int = 0
    stamping: bool = False
    made: int = 0


class Stamper(Station):
    """Stamps a token every `period` microseconds as long as nothing stops it and there is room."""

    state: StampState

    def __init__(self, name: str, period: int, **faults: object) -> None:
        super().__init__(name, Parameters.model_validate({"faults": faults}))
        self.period = period

    def initial_state(self) -> StampState:
        return StampState()

    def run(self) -> Process:
        state, faults, outlet = self.state, self.faults, self.outlet
        while True:
            now = self.now
            if now < state.due:
                yield self.env.timeout(state.due - now)
            elif state.stamping and outlet.has_room():
                state.stamping = False
                faults.state.worked += self.period
                self.log.extend((now, Record.MADE, state.made, 1))
                state.made += 1
                outlet.put(state.made - 1)
            elif state.stamping or not outlet.has_room():
                self.become(Activity.BLOCKED)
                yield self.woken()
            elif faults.any_active and self.end_passed_faults() is not None and faults.stopping() >= 0:
                self.become(faults.stop_activity(), faults.stopping())
                state.due = faults.state.until[faults.stopping()]
            elif faults.state.worked >= faults.next_working:
                self.begin_due_fault()
            else:
                state.stamping, state.due = True, now + self.period
                self.become(Activity.PRODUCING)

    def changed(self) -> None:
        self.restart()

    def calm_until(self, now: int) -> int:
        state, faults = self.state, self.faults
        if state.due <= now or not state.stamping or faults.stopping() >= 0:
            return max(now, state.due)
        strokes = -(-(faults.next_working - faults.state.worked) // self.period)
        return state.due + max(0, strokes - 1) * self.period

    def tokens_before(self, until: int) -> tuple[Tokens, Instants]:
        count = max(0, -(-(until - self.state.due) // self.period)) if self.state.stamping else 0
        steps = np.arange(count, dtype=np.int64)
        return self.state.made + steps, self.state.due + steps * self.period

    def make_many(self, tokens: Tokens, times: Instants) -> None:
        for token, time in zip(tokens.tolist(), times.tolist(), strict=True):
            self.log.extend((time, Record.MADE, token, 1))
        self.state.made += len(tokens)
        self.state.due += len(tokens) * self.period
        self.faults.state.worked += len(tokens) * self.period


class Basket(Station):
    """Keeps what comes, up to `places`; the carrier takes it away."""

    reach: Reach | None = None

    def __init__(self, name: str, places: int) -> None:
        super().__init__(name)
        self.places = places

    def open(self) -> None:
        self.inlet.capacity = self.places

    def run(self) -> Process:
        yield self.woken()

    def receive(self, link: Link) -> None:
        self.log.extend((self.now, Record.ENTERED, link.queue[-1], 1))

    def deliver(self, link: Link, now: int) -> int:
        if self.reach is not None:
            self.reach.catch_up(now)
        return self.inlet.take() if self.inlet.queue else -1

    def takes(self, arrivals: Sequence[Arrivals]) -> bool:
        return len(self.inlet.queue) + sum(len(tokens) for _, tokens, _ in arrivals) <= self.places

    def receive_many(self, arrivals: Sequence[Arrivals]) -> None:
        for link, tokens, times in arrivals:
            for token, time in zip(tokens.tolist(), times.tolist(), strict=True):
                link.queue.append(token)
                self.log.extend((time, Record.ENTERED, token, 1))


class Carrier(Station):
    """Takes up to a hundred tokens out of the basket at every multiple of its period; part of no reach."""

    counts_work = False

    def __init__(self, name: str, period: int) -> None:
        super().__init__(name)
        self.period = period

    def run(self) -> Process:
        while True:
            yield self.env.timeout(self.period - self.now % self.period)
            for _ in range(100):
                self.log.extend((self.now, Record.LEFT, self.inlet.pull(self.now), 1))


class Works(Line):
    """A stamper, conveyors, a basket and a carrier."""

    def __init__(self, stations: Sequence[Station], behind: bool) -> None:
        super().__init__("works", "here", Text("Works", "Taller"))
        for station in stations:
            self.add(station)
        for before, after in pairwise(stations):
            self.connect(before, after)
        self.behind = behind

    def make_reaches(self) -> Sequence[Behind]:
        stamper, *_, basket, _ = self.stations
        assert isinstance(stamper, Stamper)
        assert isinstance(basket, Basket)
        chain = transports_between(stamper.outlet, basket)
        return (Reach([stamper], [chain], basket, self.stations[:-1]),) if self.behind and chain else ()


@dataclass(frozen=True)
class Case:
    """Periods and times in seconds, odd ones: what happens to be at one instant in a reach and outside has no order."""

    stamp: float = 2.000371
    transits: tuple[float, ...] = (100.013007, 20.000741)
    capacities: tuple[int, ...] = (80, 30)
    headways: tuple[float, ...] = (1.500211, 1.000037)
    places: int = 900
    carry: float = 190.0107
    stops_after: float = 300.0
    stalls_after: float = 900.0

    def works(self, behind: bool) -> Works:
        stop = mode(self.stops_after, 47.0, drawn=True)
        stall = mode(self.stalls_after, 61.0, drawn=True, clock="plant")
        belts = [
            conveyor(transit, f"belt-{number}", capacity=capacity, headway_s=headway, faults={"stall": stall})
            for number, (transit, capacity, headway) in enumerate(
                zip(self.transits, self.capacities, self.headways, strict=True)
            )
        ]
        stamper = Stamper("stamper", microseconds(self.stamp), stop=stop)
        carrier = Carrier("carrier", microseconds(self.carry))
        return Works([stamper, *belts, Basket("basket", self.places), carrier], behind)

    def run(self, behind: bool, slices: Sequence[float] = (7200.0,)) -> Run:
        run = opened(self.works(behind))
        for time in slices:
            run.to(time)
        return run


def same(case: Case, slices: Sequence[float] = (7200.0,)) -> bool:
    return case.run(True, slices).log.entries.tobytes() == case.run(False).log.entries.tobytes()


def countglides(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The lengths [s] of the stretches that were computed together, as they come."""
    lengths: list[float] = []
    glide = Reach.glide

    def counted(self: Reach, now: int, until: int) -> bool:
        done = glide(self, now, until)
        lengths.extend([(until - now) / SECOND] if done else [])
        return done

    monkeypatch.setattr(Reach, "glide", counted)
    return lengths


def test_a_reach_that_stops_and_stalls_comes_out_as_if_it_ran_with_the_line(monkeypatch: pytest.MonkeyPatch) -> None:
    lengths = countglides(monkeypatch)
    assert same(Case())
    assert sum(lengths) > 3600.0, "most of the time nothing disturbs it"


def test_a_basket_that_is_full_blocks_a_reach_back_to_its_head() -> None:
    case = Case(places=150, carry=260.0013, stops_after=5000.0)
    blocked = (int(Activity.BLOCKED),)
    run = case.run(True)
    assert any(activity in blocked for _, activity in run.activities(run.line.stations[0]))
    assert same(case)


def test_belts_that_run_empty_between_two_stops_say_so_at_the_right_instants() -> None:
    case = Case(stops_after=90.0, transits=(15.000113, 6.000329), stalls_after=20000.0)
    run = case.run(True)
    assert any(activity == Activity.STARVED for _, activity in run.activities(run.line.stations[2]))
    assert same(case)


def test_a_belt_too_short_for_its_headway_holds_the_one_before_it() -> None:
    assert same(Case(capacities=(80, 4), headways=(1.000037, 2.300217), transits=(90.000131, 10.000171)))


def test_it_does_not_matter_in_which_slices_a_reach_is_asked_to_catch_up() -> None:
    times = np.cumsum(np.random.default_rng(5).exponential(70.0, 300)).tolist()
    assert same(Case(), [time for time in times if time < 7200.0] + [7200.0])


@pytest.mark.parametrize("seed", range(12))
def test_any_reach_comes_out_as_if_it_ran_with_the_line(seed: int) -> None:
    draw = np.random.default_rng(seed).uniform
    case = Case(
        stamp=draw(0.7, 4.0),
        transits=(draw(3.0, 300.0), draw(3.0, 60.0)),
        capacities=(int(draw(2, 120)), int(draw(2, 40))),
        headways=(draw(0.0, 3.0), draw(0.0, 3.0)),
        places=int(draw(50, 1500)),
        carry=draw(70.0, 500.0),
        stops_after=draw(20.0, 2000.0),
        stalls_after=draw(60.0, 4000.0),
    )
    assert same(case)


def test_a_mode_injected_into_a_belt_of_a_reach_stops_it_then_and_there() -> None:
    logs = []
    for behind in (True, False):
        run = opened(Case(stalls_after=1e6).works(behind)).to(1000.0)
        run.line.stations[2].inject(0, run.engine.start + microseconds(1300.0))
        logs.append(run.to(3000.0).log.digest)
    assert logs[0] == logs[1]


class Counting(Conveyor):
    """A conveyor that counts what passes, and does not say how to count many at once."""

    count = 0

    def passed(self, token: int, now: int) -> None:
        self.count += 1


def test_a_transport_that_does_not_say_how_many_pass_at_once_keeps_its_line_from_running_behind() -> None:
    works = Case().works(True)
    works.insert(Counting("counting"), before=works.stations[2])
    run = opened(works).to(600.0)
    counting = works.stations[2]
    assert isinstance(counting, Counting)
    assert counting.count > 100
    assert not run.line.make_reaches()
