"""Generic stations against closed-form queueing theory, exact Markov chains and exact recursions.

A simulated mean is accepted when all three hold: its 99 % half width is at most 2.5 % of the value (so that the test
can fail), it lies within 4 standard errors of the theory, and its error is at most 1.5 % plus 3 standard errors.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import factorial, sqrt

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import t

from tests.support.line_building import (
    START,
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
from tests.support.markov import Tool, exact_throughput
from twin.line.activity import Activity
from twin.line.distributions import Constant, Distribution, Gamma, Lognormal, Uniform, Weibull
from twin.line.faults import NEVER
from twin.line.generic import Machine
from twin.line.line import Line
from twin.line.link import Link
from twin.line.records import Record
from twin.line.station import Station
from twin.line.time import SECOND

REPLICATIONS = 20


@dataclass(frozen=True)
class Window:
    """What happened in a run between the end of its warm-up and its end [s]."""

    run: Run
    begin: float
    end: float

    def instants(self, station: Station, kind: Record) -> NDArray[np.float64]:
        """Seconds of the entries of one kind inside the window."""
        seconds = (self.run.table(station, kind)["time"] - START) / SECOND
        return seconds[(seconds >= self.begin) & (seconds < self.end)]

    def rate(self, station: Station, kind: Record) -> float:
        """Entries of one kind per second."""
        return len(self.instants(station, kind)) / (self.end - self.begin)

    def sojourn(self, station: Station) -> float:
        """Mean time [s] from being brought to leaving `station`, of the tokens brought in the window."""
        brought = self.run.table(self.run.line.stations[0], Record.MADE)
        left = self.run.table(station, Record.LEFT)
        _, among_brought, among_left = np.intersect1d(brought["a"], left["a"], return_indices=True)
        since = (brought["time"][among_brought] - START) / SECOND
        spent = (left["time"][among_left] - brought["time"][among_brought]) / SECOND
        # Whoever comes shortly before the end may not have left: the window for arrivals closes earlier.
        chosen = (since >= self.begin) & (since < self.begin + 0.98 * (self.end - self.begin))
        return float(spent[chosen].mean())

    def present(self, station: Station) -> float:
        """Time average of the tokens brought and not yet gone from `station`."""
        total = 0.0
        for kind, owner, sign in ((Record.MADE, self.run.line.stations[0], 1), (Record.LEFT, station, -1)):
            seconds = (self.run.table(owner, kind)["time"] - START) / SECOND
            total += sign * float((self.end - np.maximum(seconds[seconds < self.end], self.begin)).sum())
        return total / (self.end - self.begin)


def replicate(
    build: Callable[[], Line], measure: Callable[[Window], float], warm_up: float, length: float
) -> list[float]:
    """`measure` over a window of `length` [s] after the warm-up, in runs with the seeds 1, 2, 3 and so on."""
    values = []
    for seed in range(1, REPLICATIONS + 1):
        run = opened(build(), seed).to(warm_up + length)
        values.append(measure(Window(run, warm_up, warm_up + length)))
    return values


def assert_accepted(values: Sequence[float], expected: float) -> None:
    """The three conditions above."""
    mean, error = float(np.mean(values)), float(np.std(values, ddof=1)) / sqrt(len(values))
    half_width = float(t.ppf(0.995, len(values) - 1)) * error
    assert half_width <= 0.025 * expected, f"the half width {half_width / expected:.2%} is too wide to say anything"
    assert abs(mean - expected) <= 4.0 * error, (
        f"{mean:.5f} is {(mean - expected) / error:.1f} errors off {expected:.5f}"
    )
    assert abs(mean - expected) <= 0.015 * expected + 3.0 * error, f"{mean:.5f} is not {expected:.5f}"


# Queues.


def queue(
    arrivals: float,
    service: Distribution,
    *,
    servers: int = 1,
    places: int | None = None,
    when_full: str = "wait",
) -> Line:
    """Arrivals at random with this rate [1/s] before a machine."""
    return line_of(
        source(exponential(1.0 / arrivals), when_full=when_full),
        machine(service, servers=servers),
        sink(),
        places=(places, None),
    )


def pollaczek_khinchine(arrivals: float, mean: float, cv: float) -> float:
    """Mean time in a queue with one server and any service time."""
    load = arrivals * mean
    return mean + load * mean * (1.0 + cv**2) / (2.0 * (1.0 - load))


def erlang_b(servers: int, load: float) -> float:
    """Share of the arrivals that are lost when nobody may wait."""
    terms = [load**count / factorial(count) for count in range(servers + 1)]
    return terms[-1] / sum(terms)


def erlang_c(servers: int, load: float) -> float:
    """Share of the arrivals that have to wait."""
    lost = erlang_b(servers, load)
    return servers * lost / (servers - load * (1.0 - lost))


def sojourn_is(expected: float, build: Callable[[], Line], length: float) -> None:
    values = replicate(build, lambda window: window.sojourn(window.run.line.stations[1]), 300.0, length)
    assert_accepted(values, expected)


SERVICES: dict[str, tuple[Distribution, float]] = {
    "M/M/1": (exponential(1.0), 1.0),
    "M/D/1": (Constant(value=1.0), 0.0),
    "M/G/1 lognormal": (Lognormal(mean=1.0, cv=0.5), 0.5),
    "M/G/1 gamma": (Gamma(mean=1.0, shape=4.0), 0.5),
    "M/G/1 uniform": (Uniform(low=0.0, high=2.0), 1.0 / sqrt(3.0)),
    "M/G/1 wide lognormal": (Lognormal(mean=1.0, cv=1.5), 1.5),
}


@pytest.mark.parametrize(("name", "length"), [("M/M/1", 13_000.0), ("M/D/1", 4_000.0), ("M/G/1 lognormal", 6_000.0)])
def test_time_in_a_queue_with_one_server(name: str, length: float) -> None:
    service, cv = SERVICES[name]
    sojourn_is(pollaczek_khinchine(0.4, 1.0, cv), lambda: queue(0.4, service), length)


@pytest.mark.parametrize("servers", [2, 3])
def test_time_in_a_queue_with_several_servers(servers: int) -> None:
    load = 0.5 * servers
    expected = 1.0 + erlang_c(servers, load) / (servers - load)
    sojourn_is(expected, lambda: queue(load, exponential(1.0), servers=servers), 8_000.0 / servers)


@pytest.mark.parametrize("places", [0, 1, 3])
def test_a_finite_queue_loses_arrivals_and_holds_as_many_tokens_as_theory_says(places: int) -> None:
    load, most = 1.5, places + 1
    shares = np.array([load**count for count in range(most + 1)])
    shares /= shares.sum()

    def lost(window: Window) -> float:
        feed = window.run.line.stations[0]
        gone = window.rate(feed, Record.LOST)
        return gone / (gone + window.rate(feed, Record.MADE))

    windows: list[Window] = []
    values = replicate(
        lambda: queue(load, exponential(1.0), places=places, when_full="lose"),
        lambda window: windows.append(window) or lost(window),
        100.0,
        3_000.0,
    )
    assert_accepted(values, shares[-1])
    present = [window.present(window.run.line.stations[1]) for window in windows]
    assert_accepted(present, float(shares @ np.arange(most + 1)))


@pytest.mark.parametrize(("servers", "load"), [(2, 3.0), (4, 6.0)])
def test_servers_without_a_waiting_place_lose_arrivals_after_erlang(servers: int, load: float) -> None:
    def lost(window: Window) -> float:
        feed = window.run.line.stations[0]
        gone = window.rate(feed, Record.LOST)
        return gone / (gone + window.rate(feed, Record.MADE))

    values = replicate(
        lambda: queue(load, exponential(1.0), servers=servers, places=0, when_full="lose"), lost, 50.0, 3_000.0 / load
    )
    assert_accepted(values, erlang_b(servers, load))


@pytest.mark.slow
@pytest.mark.parametrize("load", [0.3, 0.7, 0.8])
@pytest.mark.parametrize("name", SERVICES)
def test_time_in_a_busy_queue_with_one_server(name: str, load: float, in_full_length: bool) -> None:
    service, cv = SERVICES[name]
    if not in_full_length and (load > 0.7 or cv > 1.0):
        pytest.skip("its spread needs the full length")
    length = (20_000.0 if load < 0.5 else 60_000.0 if load < 0.8 else 120_000.0) * (1.0 + cv**2) ** 2 / 4.0
    sojourn_is(pollaczek_khinchine(load, 1.0, cv), lambda: queue(load, service), max(6_000.0, length))


@pytest.mark.slow
@pytest.mark.parametrize("share", [0.5, 0.8])
@pytest.mark.parametrize("servers", [2, 3, 5, 10])
def test_time_in_a_busy_queue_with_several_servers(servers: int, share: float, in_full_length: bool) -> None:
    load = share * servers
    expected = 1.0 + erlang_c(servers, load) / (servers - load)
    tokens = (60_000.0 if share > 0.6 else 10_000.0) * (3.0 if in_full_length else 1.0)
    sojourn_is(expected, lambda: queue(load, exponential(1.0), servers=servers), tokens / load)


# Saturated lines.


def saturated(cycles: Sequence[Distribution | float], places: Sequence[int], **parameters: object) -> Line:
    """Machines in a row that never lack material and can always deliver."""
    machines = [machine(cycle, f"machine {number}", **parameters) for number, cycle in enumerate(cycles)]
    return line_of(endless_source(), *machines, sink(), places=(1, *places, None))


def throughput_is(expected: float, build: Callable[[], Line], length: float, warm_up: float = 200.0) -> None:
    values = replicate(build, lambda window: window.rate(window.run.line.stations[-2], Record.LEFT), warm_up, length)
    assert_accepted(values, expected)


def test_the_exact_solver_meets_what_is_known_in_closed_form() -> None:
    for places in (0, 1, 3, 10):
        assert exact_throughput([Tool()] * 2, [places]) == pytest.approx((places + 2) / (places + 3))
        ratio = 0.7
        full = ratio ** (places + 2) * (1 - ratio) / (1 - ratio ** (places + 3))
        assert exact_throughput([Tool(0.7), Tool(1.0)], [places]) == pytest.approx(0.7 * (1.0 - full))
    assert exact_throughput([Tool()] * 3, [0, 0]) == pytest.approx(22.0 / 39.0)
    assert exact_throughput([Tool()] * 4, [0, 0, 0]) == pytest.approx(0.5148, abs=5e-5)
    assert exact_throughput([Tool(1.0, 0.05, 0.2)], []) == pytest.approx(0.8)


@pytest.mark.parametrize("places", [0, 1, 3, 8])
def test_two_machines_with_a_buffer_between_them(places: int) -> None:
    throughput_is((places + 2) / (places + 3), lambda: saturated([exponential(1.0)] * 2, [places]), 1_000.0)


@pytest.mark.parametrize(
    ("means", "places"),
    [((1.0, 1.0, 1.0), (0, 0)), ((1.0, 1.0, 1.0), (1, 1)), ((0.8, 1.0, 1.2), (0, 2)), ((1.2, 1.0, 0.8), (2, 0))],
    ids=["no buffers", "one place each", "unequal", "unequal, reversed"],
)
def test_three_machines_in_a_row(means: tuple[float, ...], places: tuple[int, ...]) -> None:
    expected = exact_throughput([Tool(1.0 / mean) for mean in means], places)
    throughput_is(expected, lambda: saturated([exponential(mean) for mean in means], places), 1_000.0)


def test_a_line_and_the_same_line_reversed_deliver_equally() -> None:
    tools = [Tool(1.0, 0.02, 0.2), Tool(1.25), Tool(0.9, 0.05, 0.5)]

    assert exact_throughput(tools, [3, 1]) == pytest.approx(exact_throughput(tools[::-1], [1, 3]))
    faults = [{"jam": mode(50.0, 5.0, drawn=True)}, {}, {"jam": mode(20.0, 2.0, drawn=True)}]
    rates = []
    for order in (slice(None), slice(None, None, -1)):

        def build(order: slice = order) -> Line:
            machines = [
                machine(exponential(1.0 / tool.rate), f"machine {number}", faults=failing)
                for number, (tool, failing) in enumerate(zip(tools, faults, strict=True))
            ]
            return line_of(endless_source(), *machines[order], sink(), places=(1, *(3, 1)[order], None))

        rates.append(
            replicate(build, lambda window: window.rate(window.run.line.stations[-2], Record.LEFT), 200, 1_500)
        )
    assert_accepted(rates[0], exact_throughput(tools, [3, 1]))
    assert_accepted(rates[1], exact_throughput(tools, [3, 1]))
    difference = np.array(rates[0]) - np.array(rates[1])
    assert abs(difference.mean()) <= 4.0 * difference.std(ddof=1) / sqrt(len(difference))


@pytest.mark.parametrize("places", [0, 2, 6])
def test_two_unreliable_machines_with_a_finite_buffer(places: int) -> None:
    expected = exact_throughput([Tool(1.0, 0.05, 0.2), Tool(1.1, 0.1, 0.25)], [places])

    def build() -> Line:
        first = machine(exponential(1.0), "first", faults={"jam": mode(20.0, 5.0, drawn=True)})
        second = machine(exponential(1.0 / 1.1), "second", faults={"jam": mode(10.0, 4.0, drawn=True)})
        return line_of(endless_source(), first, second, sink(), places=(1, places, None))

    throughput_is(expected, build, 3_000.0)


def test_a_machine_alone_is_available_as_long_as_it_works_between_repairs() -> None:
    faults = {
        "jam": mode(40.0, 8.0, drawn=True),
        "drift": mode(10.0, 5.0, drawn=True, stops=False),
        "dull": mode(200.0, 30.0, drawn=True),
    }
    available = 1.0 / (1.0 + 8.0 / 40.0 + 30.0 / 200.0)
    down: list[float] = []

    def measure(window: Window) -> float:
        alone = window.run.line.stations[1]
        down.append(1.0 - alone.time_in(Activity.DOWN) / SECOND / window.end)
        return window.rate(alone, Record.LEFT)

    values = replicate(lambda: saturated([5.0], [], faults=faults), measure, 0.0, 11_000.0)
    assert_accepted(values, available / 5.0)
    assert_accepted(down, available)


@pytest.mark.slow
@pytest.mark.parametrize("places", [0, 1, 4, 15])
@pytest.mark.parametrize(
    "tools",
    [
        (Tool(), Tool()),
        (Tool(1.0), Tool(0.8)),
        (Tool(1.0, 0.01, 0.1), Tool(1.0, 0.01, 0.1)),
        (Tool(1.0, 0.1, 1.0), Tool(1.3)),
        (Tool(), Tool(), Tool()),
        (Tool(1.0, 0.05, 0.5), Tool(1.2, 0.02, 0.1), Tool(1.0)),
    ],
    ids=["two", "two unequal", "two unreliable", "first unreliable", "three", "three unreliable"],
)
def test_lines_of_two_and_three_machines(tools: tuple[Tool, ...], places: int, in_full_length: bool) -> None:
    if len(tools) > 2 and places > 4:
        pytest.skip("the chain has more states than a dense solver likes")
    between = [places] * (len(tools) - 1)

    def build() -> Line:
        machines = []
        for number, tool in enumerate(tools):
            drawn = tool.failing > 0.0
            faults = {"jam": mode(1.0 / tool.failing, 1.0 / tool.repairing, drawn=True)} if drawn else {}
            machines.append(machine(exponential(1.0 / tool.rate), f"machine {number}", faults=faults))
        return line_of(endless_source(), *machines, sink(), places=(1, *between, None))

    throughput_is(exact_throughput(tools, between), build, 30_000.0 if in_full_length else 4_000.0, 300.0)


@pytest.mark.slow
def test_availability_does_not_depend_on_the_shape_of_times(in_full_length: bool) -> None:
    def hours(distribution: type[Weibull | Gamma | Lognormal], seconds: float, shape: dict[str, float]) -> Distribution:
        return distribution(mean=seconds / 3600.0, **shape)

    for distribution, shape in ((Weibull, {"shape": 2.0}), (Gamma, {"shape": 0.7}), (Lognormal, {"cv": 1.2})):
        jam = mode(1.0).model_copy(update={"uptime_h": hours(distribution, 60.0, shape)})
        jam = jam.model_copy(update={"repair_min": hours(distribution, 60.0 * 15.0, shape)})
        throughput_is(
            0.8,
            lambda jam=jam: saturated([1.0], [], faults={"jam": jam}),
            60_000.0 if in_full_length else 20_000.0,
            2_000.0,
        )


# Exact, path by path.


CYCLES: list[Distribution] = [
    exponential(1.0),
    Lognormal(mean=0.9, cv=1.0),
    Uniform(low=0.2, high=1.9),
    exponential(0.8),
]


def times(run: Run, station: Station, kind: Record = Record.LEFT) -> NDArray[np.int64]:
    """Instants of the entries of one kind [microseconds since the start]."""
    return run.table(station, kind)["time"] - START


@pytest.mark.parametrize("places", [(0, 0, 0), (1, 0, 2), (5, 3, 1)])
def test_every_token_leaves_every_machine_at_the_instant_that_the_recursion_of_blocking_gives(
    places: tuple[int, ...],
) -> None:
    line = saturated(CYCLES, places)
    run = opened(line).to(1_500.0)
    machines = [station for station in line.stations if isinstance(station, Machine)]
    count = machines[-1].finished
    left = np.zeros((len(machines), count), dtype=np.int64)
    for token in range(count):
        for index, station in enumerate(machines):
            came = left[index - 1, token] if index else 0
            free = left[index, token - 1] if token else 0
            finished = max(came, free) + station.cycle_time(token, token)
            # A place is free as soon as the token so many places ahead has left the next machine.
            ahead = token - places[index] - 1 if index < len(places) else -1
            left[index, token] = max(finished, left[index + 1, ahead] if ahead >= 0 else 0)

    assert count > 500
    for index, station in enumerate(machines):
        assert (times(run, station)[:count] == left[index]).all()


def test_every_token_waits_as_long_as_the_recursion_of_lindley_gives() -> None:
    line = queue(0.9, Lognormal(mean=1.0, cv=1.0))
    run = opened(line).to(5_000.0)
    saw = line.stations[1]
    assert isinstance(saw, Machine)
    brought, entered = times(run, line.stations[0], Record.MADE), times(run, saw, Record.ENTERED)
    waits = [0]
    for token, interval in enumerate(np.diff(brought)[: len(entered) - 1].tolist()):
        waits.append(max(0, waits[-1] + saw.cycle_time(token, token) - interval))

    assert len(waits) > 4_000
    assert (entered - brought[: len(entered)] == waits).all()


def departures(seconds: float = 3_000.0, **changes: object) -> NDArray[np.int64]:
    """When tokens leave a line of three unreliable machines; the draws are the same whatever is changed."""
    setting = {"places": (1, 1), "second": 1.0, "repair": 10.0, **changes}
    faults = {"jam": mode(40.0, setting["repair"], drawn=True)}
    machines = [
        machine(exponential(1.0), "first", faults=faults),
        machine(exponential(setting["second"]), "second", faults=faults),
        machine(exponential(1.1), "third", faults=faults),
    ]
    line = line_of(endless_source(), *machines, sink(), places=(1, *setting["places"], None))
    return times(opened(line).to(seconds), machines[-1])


@pytest.mark.parametrize(
    "better",
    [{"places": (2, 1)}, {"places": (1, 2)}, {"places": (50, 50)}, {"second": 0.9}, {"repair": 6.0}],
    ids=["a place more", "a place more later", "many places", "a quicker machine", "quicker repair"],
)
def test_what_is_better_lets_no_single_token_leave_later(better: dict[str, object]) -> None:
    worse, improved = departures(), departures(**better)
    count = len(worse)

    assert len(improved) > count
    assert (improved[:count] <= worse).all()
    assert (improved[:count] < worse).any()


def test_common_random_numbers_show_a_difference_more_sharply_than_independent_ones() -> None:
    def delivered(seed: int, places: int) -> int:
        return len(times(run := opened(saturated(CYCLES, [places] * 3), seed).to(400.0), run.line.stations[-2]))

    seeds = range(1, 25)
    small, large = [delivered(seed, 1) for seed in seeds], [delivered(seed, 2) for seed in seeds]
    common = np.std(np.subtract(large, small))
    independent = np.std(np.subtract(large, np.roll(small, 1)))
    assert common < 0.6 * independent


# Little's law.


class WatchedQueue(deque[int]):
    """A link's queue that adds up what it holds over time, without looking at any single token."""

    def __init__(self, link: Link) -> None:
        super().__init__()
        self.consumer = link.consumer
        self.held, self.since = 0, START

    def count(self) -> None:
        """Add up to the present instant [tokens x microseconds]."""
        now = self.consumer.now
        self.held += len(self) * (now - self.since)
        self.since = now

    def append(self, token: int) -> None:
        self.count()
        super().append(token)

    def popleft(self) -> int:
        self.count()
        return super().popleft()


def test_littles_law_holds_exactly_on_every_link_and_station_of_a_line_that_begins_and_ends_empty() -> None:
    line = line_of(
        source(exponential(1.5), faults={"closed": mode(None)}),
        machine(exponential(1.0), "first", faults={"jam": mode(60.0, 10.0, drawn=True)}),
        conveyor(15.0, capacity=12, headway_s=0.5, faults={"jam": mode(300.0, 20.0, drawn=True, clock="plant")}),
        machine(exponential(1.2), "second"),
        machine(exponential(3.0), "ovens", servers=3),
        sink(),
        places=(5, None, 2, 0, None),
    )
    for link in line.links:
        link.queue = WatchedQueue(link)
    feed, first, belt, second, ovens, end = line.stations
    run = opened(line).to(10_000.0)
    feed.inject(0, NEVER)
    run.to(11_000.0)
    queues = [link.queue for link in line.links]
    for queue_of_link in queues:
        queue_of_link.count()
        assert not queue_of_link

    def by_token(station: Station, kind: Record) -> NDArray[np.int64]:
        table = run.table(station, kind)
        return table["time"][np.argsort(table["a"])]

    in_line = [by_token(feed, Record.MADE)]
    for station in (first, belt, second, ovens):
        if station is not belt:
            in_line.append(by_token(station, Record.ENTERED))
        in_line.append(by_token(station, Record.LEFT))
    in_line.append(by_token(end, Record.ENTERED))
    spent = [int((after - before).sum()) for before, after in pairwise(in_line)]
    before_first, on_first, on_belt, before_second, on_second, before_ovens, in_ovens, before_end = spent

    assert len(in_line[0]) > 5_000
    assert [queue_of_link.held for queue_of_link in queues] == [
        before_first,
        on_belt,
        before_second,
        before_ovens,
        before_end,
    ]
    for station, on_it in ((first, on_first), (second, on_second)):
        empty = station.time_in(Activity.STARVED)
        assert run.engine.now - START - empty == on_it
    assert in_ovens == sum(ovens.cycle_time(token, token) for token in range(len(in_line[0])))
    assert min(before_first, on_belt, before_second) > 0
