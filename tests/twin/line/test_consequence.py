"""A kiln that stops floods everything upstream; the root is told from its consequences."""

from tests.support.line_building import endless_source, line_of, machine, mode, opened, sink
from twin.line.activity import Activity
from twin.line.consequence import holder, waits_for
from twin.line.faults import NEVER

JAM = {"jam": mode(None, code="MCH-1")}


def test_the_root_of_blocked_and_starved_stations_is_the_one_that_stopped() -> None:
    source, first, middle, last, end = endless_source(), *(machine(1.0, name, faults=JAM) for name in "abc"), sink()
    run = opened(line_of(source, first, middle, last, end, places=[1, 1, 1, 1]))
    run.to(10.5)
    assert [holder(station) for station in (first, middle, last)] == [None] * 3
    middle.inject(0, NEVER)
    run.to(30.0)
    assert (first.state.activity, last.state.activity) == (Activity.BLOCKED, Activity.STARVED)
    assert (waits_for(first), waits_for(middle), waits_for(last)) == ("downstream", None, "upstream")
    assert holder(first) is holder(last) is middle
    assert holder(middle) is None
    assert first.held_by == last.held_by == f"{middle.path} MCH-1"
    assert middle.held_by == ""
    middle.clear(0)
    run.to(40.0)
    assert {station.held_by for station in (first, middle, last)} == {""}


def test_the_root_lies_behind_stations_that_wait_themselves() -> None:
    stations = [machine(1.0, name, faults=JAM) for name in "abcd"]
    run = opened(line_of(endless_source(), *stations, sink(), places=[1, 1, 1, 1, 1]))
    stations[3].inject(0, NEVER)
    run.to(60.0)
    assert [station.held_by for station in stations] == [f"{stations[3].path} MCH-1"] * 3 + [""]
    assert holder(stations[2], "upstream") is None
