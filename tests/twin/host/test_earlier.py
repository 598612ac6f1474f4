"""A run that goes live shows states and events of the time before, as the recorded log has them."""

from collections.abc import Iterator

import duckdb
import numpy as np
import pytest

from tests.support.runs import START, opened
from twin.host.earlier import Earlier
from twin.host.happenings import Happenings
from twin.host.historian import FILE, Historian
from twin.line.activity import Activity
from twin.line.records import Record
from twin.line.time import HOUR, MINUTE
from twin.record.historian.reading import FileHistory
from twin.record.run import Run


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Run, FileHistory]]:
    """A run of some hours, and its history."""
    folder, run = tmp_path_factory.mktemp("history"), opened()
    historian = Historian(folder, run.definition.digest, period=10 * MINUTE, parts=False)
    historian.follow(run)
    run.advance(START + 6 * HOUR)
    run.settle()
    historian.close()
    with duckdb.connect(str(folder / FILE), read_only=True) as connection:
        yield run, FileHistory(connection)


def test_states_are_those_of_the_log_to_the_microsecond(recorded: tuple[Run, FileHistory]) -> None:
    run, history = recorded
    earlier, since = Earlier(run, history), START + 2 * HOUR
    entries = history.entries_of([int(Record.ACTIVITY)], run.now)
    for number, station in enumerate(run.line.describe().stations):
        place = next(signal.index for signal in station.signals if signal.name == "activity")
        assert earlier.shows(place)
        times, states = earlier.states(place, since, run.now)
        own = entries[entries["station"] == number]
        after = own[own["time"] > since]
        assert times[1:-1].tolist() == after["time"].tolist()
        assert states[1:-1].tolist() == after["a"].tolist()
        assert (times[0] >= since, times[-1]) == (True, run.now)
        spent = np.diff(times)[states[:-1] == int(Activity.PRODUCING)].sum()
        known = run.recorder.tally.time_in(number, Activity.PRODUCING)
        assert spent <= known


def test_a_run_without_history_shows_what_its_stations_do_now(recorded: tuple[Run, FileHistory]) -> None:
    run, _ = recorded
    earlier = Earlier(run, None)
    signal = next(signal for signal in run.line.describe().signals if signal.name == "activity")
    times, states = earlier.states(signal.index, START, run.now)
    station = run.line.station(signal.path.rpartition("/")[0])
    assert (times[-1], states[-1]) == (run.now, station.state.activity)


def test_changes_to_come_are_kept_behind_the_recorded_ones(recorded: tuple[Run, FileHistory]) -> None:
    run, history = recorded
    earlier = Earlier(run, history)
    entry = history.entries_of([int(Record.ACTIVITY)], run.now)[:1].copy()
    entry["station"], entry["time"], entry["a"] = 0, run.now + MINUTE, int(Activity.CLEANING)
    earlier.absorb(entry)
    place = next(s.index for s in run.line.describe().stations[0].signals if s.name == "activity")
    times, states = earlier.states(place, run.now, run.now + 2 * MINUTE)
    assert (times[-1], states[-1]) == (run.now + 2 * MINUTE, Activity.CLEANING)
    assert run.now + MINUTE in times


def test_events_and_alarms_from_before_are_told_in_order_and_change_no_alarm(
    recorded: tuple[Run, FileHistory],
) -> None:
    run, history = recorded
    before = {key: condition.changes for key, condition in run.alarms.conditions.items()}
    happenings = Happenings(run.line, run.alarms)
    Earlier(run, history).tell(happenings)
    events = happenings.events(0, 10_000)
    times = [event.time for event in events]
    assert times == sorted(times)
    assert events
    raised = sum(event.kind == "alarm" for event in events)
    assert raised == sum(condition.occurrences for condition in run.alarms.conditions.values())
    assert {key: condition.changes for key, condition in run.alarms.conditions.items()} == before
    assert all(event.alarm is None for event in events)
