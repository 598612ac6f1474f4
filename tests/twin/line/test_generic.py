"""Generic stations: what a machine, a transport, a source and a sink promise, to the microsecond."""

from collections.abc import Sequence

import pytest

from tests.support.line_building import (
    Arrivals,
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
from twin.line.faults import NEVER
from twin.line.generic import Machine
from twin.line.records import Record
from twin.line.time import SECOND, microseconds


class Bench(Machine):
    """A machine with given cycle times and set-up times [s], one after the other."""

    def __init__(self, name: str, cycles: Sequence[float], set_ups: Sequence[float] = (), **parameters: object) -> None:
        super().__init__(name, machine(1.0, **parameters).parameters)
        self.cycles, self.set_ups = cycles, set_ups
        self.handed_over: list[int] = []

    def cycle_time(self, token: int, number: int) -> int:
        return microseconds(self.cycles[number % len(self.cycles)])

    def set_up_time(self, token: int) -> int:
        return microseconds(self.set_ups[token]) if token < len(self.set_ups) else 0

    def note_finished(self, token: int) -> None:
        self.handed_over.append(token)


def inject(run: Run, station: Machine, begin: float, end: float | None, index: int = 0) -> None:
    """Stop a station from `begin` to `end` [s]; None: until it is cleared."""
    run.to(begin)
    station.inject(index, NEVER if end is None else run.engine.start + microseconds(end))


# Source.


def test_a_source_brings_the_first_token_after_one_interval() -> None:
    feed, end = source(Constant(value=4.0)), sink()
    run = opened(line_of(feed, end)).to(13.0)

    assert run.told(feed, Record.MADE) == [(4.0, 0, 1), (8.0, 1, 1), (12.0, 2, 1)]
    assert (feed.brought, end.received) == (3, 3)


def test_an_arrival_that_finds_no_room_waits_and_delays_the_next() -> None:
    feed, saw = source(Constant(value=1.0)), machine(10.0)
    run = opened(line_of(feed, saw, sink(), places=(1, None))).to(30.0)

    assert run.seconds(feed, Record.MADE) == [1.0, 2.0, 11.0, 21.0]
    assert (feed.time_in(Activity.BLOCKED), feed.turned_away) == (25 * SECOND, 0)


def test_an_arrival_that_finds_no_room_may_be_lost_instead() -> None:
    feed, saw = source(Constant(value=1.0), when_full="lose"), machine(10.5)
    run = opened(line_of(feed, saw, sink(), places=(1, None))).to(13.2)

    assert run.seconds(feed, Record.MADE) == [1.0, 2.0, 12.0]
    assert [token for _, token, _ in run.told(feed, Record.LOST)] == [*range(2, 11), 12]
    assert (feed.brought, feed.turned_away) == (3, 10)


@pytest.mark.parametrize(("places", "when_full"), [(None, "wait"), (5, "lose")])
def test_endless_material_at_one_instant_is_refused(places: int | None, when_full: str) -> None:
    feed = source(Constant(value=0.0), when_full=when_full)
    with pytest.raises(DefinitionError, match="source source: interval_s has the mean 0"):
        opened(line_of(feed, machine(1.0), sink(), places=(places, None)))


def test_a_stopped_source_brings_nothing_until_it_goes_on() -> None:
    feed = source(Constant(value=4.0), faults={"strike": mode(None)})
    run = opened(line_of(feed, sink()))
    inject(run, feed, 5.0, 10.0)
    run.to(19.0)

    assert run.seconds(feed, Record.MADE) == [4.0, 10.0, 14.0, 18.0]
    assert run.activities(feed) == [(0.0, Activity.PRODUCING), (5.0, Activity.DOWN), (10.0, Activity.PRODUCING)]


# Machine.


def test_a_machine_works_on_one_token_after_the_other() -> None:
    saw = machine(3.0)
    run = opened(line_of(Arrivals([1.0, 2.0, 10.0]), saw, sink())).to(20.0)

    assert run.told(saw, Record.ENTERED) == [(1.0, 0, 1), (4.0, 1, 1), (10.0, 2, 1)]
    assert run.told(saw, Record.LEFT) == [(4.0, 0, 1), (7.0, 1, 1), (13.0, 2, 1)]
    assert saw.time_in(Activity.PRODUCING) == 9 * SECOND
    assert saw.time_in(Activity.STARVED) == 11 * SECOND
    assert (saw.finished, saw.waiting) == (3, 0.0)


def test_a_full_buffer_blocks_the_machine_before_it_after_its_work() -> None:
    quick, slow = machine(1.0, "quick"), machine(10.0, "slow")
    run = opened(line_of(Arrivals([0.0] * 5), quick, slow, sink(), places=(None, 1, None))).to(23.0)

    # The slow machine takes at 1, the place is filled at 2, the next token is finished at 3 and waits on the machine.
    assert run.seconds(quick, Record.LEFT) == [1.0, 2.0, 11.0, 21.0]
    assert run.seconds(quick, Record.ENTERED) == [0.0, 1.0, 2.0, 11.0, 21.0]
    assert (3.0, Activity.BLOCKED) in run.activities(quick)
    assert quick.time_in(Activity.BLOCKED) == (8 + 9 + 1) * SECOND


def test_without_a_place_between_them_a_machine_hands_over_only_to_a_free_machine() -> None:
    quick, slow = machine(1.0, "quick"), machine(10.0, "slow")
    run = opened(line_of(Arrivals([0.0] * 5), quick, slow, sink(), places=(None, 0, None))).to(23.0)

    assert run.seconds(quick, Record.LEFT) == [1.0, 11.0, 21.0]
    assert run.seconds(slow, Record.ENTERED) == [1.0, 11.0, 21.0]
    assert run.seconds(quick, Record.ENTERED) == [0.0, 1.0, 11.0, 21.0]


def test_a_hand_over_may_go_from_the_source_through_to_the_sink() -> None:
    feed, saw, end = endless_source(), machine(2.0), sink()
    run = opened(line_of(feed, saw, end, places=(0, 0))).to(9.0)

    assert run.seconds(saw, Record.LEFT) == run.seconds(end, Record.ENTERED) == [2.0, 4.0, 6.0, 8.0]
    assert feed.brought == 5


def test_a_hand_over_to_several_servers_takes_as_many_tokens_as_servers_are_free() -> None:
    quick, ovens = machine(1.0, "quick"), machine(10.0, "ovens", servers=3)
    run = opened(line_of(Arrivals([0.0] * 8), quick, ovens, sink(), places=(None, 0, None))).to(22.5)

    assert run.seconds(ovens, Record.ENTERED) == [1.0, 2.0, 3.0, 11.0, 12.0, 13.0, 21.0, 22.0]


def test_servers_share_the_inlet_and_may_overtake_each_other() -> None:
    ovens = Bench("ovens", [9.0, 2.0, 3.0, 1.0], servers=2)
    run = opened(line_of(Arrivals([0.0, 0.0, 0.0, 0.0]), ovens, sink())).to(20.0)

    assert run.told(ovens, Record.LEFT) == [(2.0, 1, 1), (5.0, 2, 1), (6.0, 3, 1), (9.0, 0, 1)]
    assert ovens.handed_over == [1, 2, 3, 0]
    assert run.activities(ovens) == [(0.0, Activity.PRODUCING), (9.0, Activity.STARVED)]


def test_a_machine_with_several_servers_is_blocked_only_when_none_of_them_works() -> None:
    ovens, slow = Bench("ovens", [1.0, 5.0], servers=2), machine(100.0, "slow")
    run = opened(line_of(Arrivals([0.0] * 5), ovens, slow, sink(), places=(None, 0, None))).to(50.0)

    # Cycles of 1, 5, 1, 5: the third token is finished at 2 and waits, while the second is worked on until 5.
    assert run.activities(ovens) == [(0.0, Activity.PRODUCING), (5.0, Activity.BLOCKED)]


def test_a_cycle_may_take_no_time_at_all() -> None:
    saw, end = machine(0.0), sink()
    run = opened(line_of(Arrivals([1.0, 1.0, 2.0]), saw, end)).to(3.0)

    assert run.seconds(end, Record.ENTERED) == [1.0, 1.0, 2.0]


def test_a_machine_is_set_up_before_the_work_and_setting_up_is_no_work() -> None:
    saw = Bench("saw", [4.0], [0.0, 10.0, 0.0], faults={"jam": mode(9.0, 100.0)})
    run = opened(line_of(Arrivals([0.0] * 3), saw, sink())).to(200.0)

    # Work: 0 to 4, 14 to 18, 18 to 19; the ninth second of work ends at 19.
    assert run.seconds(saw, Record.FAULT_BEGAN) == [19.0]
    assert run.seconds(saw, Record.LEFT) == [4.0, 18.0, 122.0]
    assert run.activities(saw)[:4] == [
        (0.0, Activity.PRODUCING),
        (4.0, Activity.SETTING_UP),
        (14.0, Activity.PRODUCING),
        (19.0, Activity.DOWN),
    ]


def test_a_stop_interrupts_setting_up_and_it_goes_on_where_it_stood() -> None:
    saw = Bench("saw", [4.0], [10.0], faults={"jam": mode(None)})
    run = opened(line_of(Arrivals([0.0]), saw, sink()))
    inject(run, saw, 3.0, 50.0)
    run.to(70.0)

    assert run.seconds(saw, Record.LEFT) == [61.0]
    assert run.activities(saw) == [
        (0.0, Activity.SETTING_UP),
        (3.0, Activity.DOWN),
        (50.0, Activity.SETTING_UP),
        (57.0, Activity.PRODUCING),
        (61.0, Activity.STARVED),
    ]


def test_a_breakdown_interrupts_the_work_which_goes_on_after_the_repair() -> None:
    saw = machine(4.0, faults={"jam": mode(10.0, 30.0)})
    run = opened(line_of(endless_source(), saw, sink(), places=(1, None))).to(85.0)

    assert run.told(saw, Record.FAULT_BEGAN) == [(10.0, 0, 1), (50.0, 0, 2)]
    assert run.told(saw, Record.FAULT_ENDED) == [(40.0, 0, 1), (80.0, 0, 2)]
    assert run.seconds(saw, Record.LEFT) == [4.0, 8.0, 42.0, 46.0, 50.0, 84.0]


def test_the_working_clock_stands_still_while_a_machine_is_starved_or_blocked() -> None:
    saw = machine(4.0, faults={"jam": mode(10.0, 30.0)})
    run = opened(line_of(Arrivals([0.0, 100.0, 200.0]), saw, sink())).to(300.0)
    assert run.seconds(saw, Record.FAULT_BEGAN) == [202.0]

    saw = machine(4.0, faults={"jam": mode(10.0, 30.0)})
    run = opened(line_of(Arrivals([0.0] * 4), saw, machine(100.0, "slow"), sink(), places=(None, 0, None))).to(300.0)
    assert run.seconds(saw, Record.FAULT_BEGAN) == [106.0]


def test_an_injected_stop_interrupts_the_work_at_once() -> None:
    saw = machine(10.0, faults={"jam": mode(None)})
    run = opened(line_of(Arrivals([0.0, 0.0]), saw, sink()))
    inject(run, saw, 3.0, 103.0)
    run.to(200.0)

    assert run.seconds(saw, Record.LEFT) == [110.0, 120.0]
    assert run.activities(saw) == [
        (0.0, Activity.PRODUCING),
        (3.0, Activity.DOWN),
        (103.0, Activity.PRODUCING),
        (120.0, Activity.STARVED),
    ]


def test_a_stopped_machine_neither_takes_nor_gives() -> None:
    saw, slow = machine(1.0, faults={"jam": mode(None)}), machine(10.0, "slow")
    run = opened(line_of(Arrivals([0.0, 0.0, 0.0]), saw, slow, sink(), places=(None, 0, None)))
    inject(run, saw, 5.0, 50.0)
    run.to(100.0)
    # The second token is finished at 2 and could go at 11; it goes when the stop is over.
    assert run.seconds(saw, Record.LEFT) == [1.0, 50.0, 60.0]
    assert (11.0, Activity.BLOCKED) not in run.activities(saw)

    idle = machine(1.0, faults={"jam": mode(None)})
    run = opened(line_of(Arrivals([10.0]), idle, sink(), places=(0, None)))
    inject(run, idle, 5.0, 50.0)
    run.to(100.0)
    assert run.seconds(run.line.stations[0], Record.MADE) == run.seconds(idle, Record.ENTERED) == [50.0]
    assert run.activities(idle)[:2] == [(0.0, Activity.STARVED), (5.0, Activity.DOWN)]


def test_two_stops_that_overlap_hold_the_machine_until_both_are_over() -> None:
    saw = machine(10.0, faults={"jam": mode(None), "clean": mode(None, activity="cleaning")})
    run = opened(line_of(Arrivals([0.0]), saw, sink()))
    inject(run, saw, 2.0, 20.0, index=0)
    inject(run, saw, 5.0, 40.0, index=1)
    run.to(60.0)

    assert run.seconds(saw, Record.LEFT) == [48.0]
    assert run.activities(saw) == [
        (0.0, Activity.PRODUCING),
        (2.0, Activity.DOWN),
        (20.0, Activity.CLEANING),
        (40.0, Activity.PRODUCING),
        (48.0, Activity.STARVED),
    ]


def test_a_breakdown_stops_all_servers_and_their_clock_counts_while_any_of_them_works() -> None:
    ovens = Bench("ovens", [6.0, 8.0], servers=2, faults={"jam": mode(20.0, 100.0)})
    run = opened(line_of(Arrivals([0.0, 3.0, 30.0, 32.0]), ovens, sink())).to(300.0)

    # At work from 0 to 11 and from 30; the twentieth second of work ends at 39.
    assert run.seconds(ovens, Record.FAULT_BEGAN) == [39.0]
    assert run.seconds(ovens, Record.FAULT_ENDED) == [139.0]
    assert run.seconds(ovens, Record.LEFT) == [6.0, 11.0, 36.0, 140.0]
    assert ovens.time_in(Activity.DOWN) == 100 * SECOND


def test_servers_that_wait_while_another_breaks_down_go_on_after_the_repair() -> None:
    ovens = Bench("ovens", [5.0], servers=3, faults={"jam": mode(4.0, 10.0)})
    run = opened(line_of(Arrivals([0.0, 8.0, 9.0]), ovens, sink())).to(60.0)

    assert run.seconds(ovens, Record.FAULT_BEGAN) == [4.0, 18.0]
    assert run.seconds(ovens, Record.ENTERED) == [0.0, 14.0, 14.0]
    assert run.seconds(ovens, Record.LEFT) == [15.0, 29.0, 29.0]


def test_work_is_not_lost_or_doubled_by_whatever_interrupts_it() -> None:
    faults = {
        "jam": mode(50.0, 20.0, drawn=True),
        "heat": mode(70.0, 10.0, drawn=True, clock="plant"),
        "drift": mode(30.0, 15.0, drawn=True, stops=False),
    }
    saw = machine(exponential(3.0), faults=faults)
    run = opened(line_of(endless_source(), saw, sink(), places=(1, None))).to(50_000.0)
    work = sum(saw.cycle_time(token, token) for token in range(saw.finished))
    in_hand = saw.state.servers[0]
    begun = in_hand.due - in_hand.slice
    done_on_it = saw.cycle_time(in_hand.token, in_hand.token) - in_hand.remaining
    done_on_it += run.engine.now - begun if in_hand.slice else 0

    assert min(saw.faults.state.counts) > 100
    assert saw.time_in(Activity.PRODUCING) == work + done_on_it


# Transport.


def test_a_conveyor_delivers_each_token_after_its_transit_time_in_order() -> None:
    belt, end = conveyor(7.5), sink()
    run = opened(line_of(Arrivals([0.0, 1.0, 1.0, 20.0]), belt, end)).to(40.0)

    assert run.told(belt, Record.LEFT) == [(7.5, 0, 1), (8.5, 1, 1), (8.5, 2, 1), (27.5, 3, 1)]
    assert run.activities(belt) == [
        (0.0, Activity.PRODUCING),
        (8.5, Activity.STARVED),
        (20.0, Activity.PRODUCING),
        (27.5, Activity.STARVED),
    ]


def test_tokens_leave_a_conveyor_no_closer_than_its_headway() -> None:
    belt = conveyor(10.0, headway_s=3.0)
    run = opened(line_of(Arrivals([0.0, 0.0, 0.0, 8.0]), belt, sink())).to(40.0)

    assert run.seconds(belt, Record.LEFT) == [10.0, 13.0, 16.0, 19.0]


def test_a_full_conveyor_takes_nothing_until_a_token_leaves() -> None:
    feed, belt = source(Constant(value=1.0)), conveyor(10.0, capacity=3)
    run = opened(line_of(feed, belt, sink())).to(14.5)

    assert run.seconds(feed, Record.MADE) == [1.0, 2.0, 3.0, 11.0, 12.0, 13.0]
    assert belt.inside == 3.0


def test_tokens_that_cannot_leave_pile_up_and_then_follow_each_other() -> None:
    belt, slow = conveyor(2.0, headway_s=0.5), machine(10.0, "slow")
    run = opened(line_of(Arrivals([0.0, 1.0, 2.0, 3.0]), belt, slow, sink(), places=(None, 2, None))).to(40.0)

    assert run.seconds(belt, Record.LEFT) == [2.0, 3.0, 4.0, 12.0]
    assert (5.0, Activity.BLOCKED) in run.activities(belt)


def test_while_a_conveyor_is_stopped_everything_on_it_stands_still() -> None:
    belt = conveyor(10.0, headway_s=2.0, faults={"jam": mode(None)})
    feed = source(Constant(value=3.0))
    run = opened(line_of(feed, belt, sink()))
    inject(run, belt, 7.0, 107.0)
    run.to(130.0)

    # Two are on the belt, since 3 and 6; what waited at the door enters at the end of the stop.
    assert run.seconds(feed, Record.MADE)[:4] == [3.0, 6.0, 107.0, 110.0]
    assert run.seconds(belt, Record.LEFT)[:3] == [113.0, 116.0, 118.0]
    assert run.activities(belt)[:3] == [(0.0, Activity.STARVED), (3.0, Activity.PRODUCING), (7.0, Activity.DOWN)]
    assert run.activities(belt)[3] == (107.0, Activity.PRODUCING)


def test_a_stop_also_holds_the_distance_between_tokens_at_the_end() -> None:
    belt = conveyor(10.0, headway_s=4.0, faults={"jam": mode(None)})
    run = opened(line_of(Arrivals([0.0, 0.0]), belt, sink()))
    inject(run, belt, 11.0, 61.0)
    run.to(100.0)

    assert run.seconds(belt, Record.LEFT) == [10.0, 64.0]


def test_a_short_stop_long_before_a_token_arrives_is_shown_as_short_as_it_was() -> None:
    belt = conveyor(100.0, faults={"jam": mode(None)})
    run = opened(line_of(Arrivals([0.0]), belt, sink()))
    inject(run, belt, 10.0, 20.0)
    run.to(200.0)

    assert belt.time_in(Activity.DOWN) == 10 * SECOND
    assert run.seconds(belt, Record.LEFT) == [110.0]


def test_a_conveyor_shows_the_stop_that_is_left_when_another_is_over() -> None:
    belt = conveyor(100.0, faults={"jam": mode(None), "clean": mode(None, activity="cleaning")})
    run = opened(line_of(Arrivals([0.0]), belt, sink()))
    inject(run, belt, 10.0, 20.0, index=0)
    inject(run, belt, 15.0, 40.0, index=1)
    run.to(200.0)

    assert run.activities(belt)[1:4] == [(10.0, Activity.DOWN), (20.0, Activity.CLEANING), (40.0, Activity.PRODUCING)]
    assert run.seconds(belt, Record.LEFT) == [130.0]


def test_a_transport_waits_for_a_consumer_that_is_not_ready_for_its_token() -> None:
    class Choosy(Machine):
        """Takes tokens with odd numbers only when it is empty, and 5 s after it became so."""

        last_out = 0

        def ready_for(self, link: object, token: int) -> int:
            if token % 2 == 0:
                return 0
            if self.inlet.queue or self.state.holding:
                return NEVER
            return self.last_out + 5 * SECOND

        def note_finished(self, token: int) -> None:
            self.last_out = self.now
            self.inlet.wake_producer()

    belt, choosy = conveyor(1.0), Choosy("choosy", machine(10.0).parameters)
    run = opened(line_of(Arrivals([0.0, 0.0, 0.0]), belt, choosy, sink())).to(60.0)

    assert run.seconds(belt, Record.LEFT) == [1.0, 16.0, 16.0]


# Sink.


def test_a_stopped_sink_takes_nothing() -> None:
    end = sink()
    end = type(end)("sink", type(end.parameters)(faults={"strike": mode(None)}))
    saw = machine(1.0)
    run = opened(line_of(Arrivals([0.0, 2.0, 4.0]), saw, end))
    inject(run, end, 2.0, 20.0)
    run.to(30.0)

    assert run.seconds(end, Record.ENTERED) == [1.0, 20.0, 21.0]
    assert run.activities(end) == [(2.0, Activity.DOWN), (20.0, Activity.IDLE)]


def test_states_are_disjoint_and_cover_the_whole_time() -> None:
    faults = {"jam": mode(50.0, 20.0, drawn=True)}
    saw, belt = machine(exponential(3.0), faults=faults), conveyor(5.0, capacity=2)
    run = opened(
        line_of(
            source(exponential(4.0)), saw, belt, machine(exponential(3.5), "last"), sink(), places=(3, None, 1, None)
        )
    )
    run.to(20_000.0)

    for station in run.line.stations:
        assert sum(station.time_in(activity) for activity in Activity) == 20_000 * SECOND
