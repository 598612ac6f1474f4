"""The ground-truth log and runs without one cause."""

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from tests.support.kept_runs import defined
from twin.host.installed import families
from twin.line.time import HOUR
from twin.line.truth import TruthEntry, TruthKind
from twin.record.causes import suspects
from twin.record.export import write_tables
from twin.record.run import Run
from twin.record.truth import truth_log, truth_table
from twin.record.what_if import Removed, removal, run_without
from twin.run.journal import Entry

PRESS = "porcelain-600/castello/forming/line-1/press"
TIMELINE = [
    {"at_h": 1.0, "station": "press", "fault": "pressure_drop", "size": 1.5, "duration_h": 1.0},
    {"at_h": 1.5, "station": "kiln", "set_point": "peak_shift_set_point", "value": 5.0},
]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, tuple[TruthEntry, ...]]:
    """Four hours with planted causes, a command among them, and their log."""
    definition = defined(TIMELINE, tmp_path_factory.mktemp("planted"))
    run, entries = Run(definition, families()), []
    run.recorder.listeners.append(entries.append)
    command = Entry(
        1,
        definition.start + 2 * HOUR,
        "inject_fault",
        f"{PRESS}",
        {"fault": "carriage_jam", "duration_s": 300.0},
        "t",
        0,
    )
    run.open()
    run.replay([command], definition.start + 4 * HOUR)
    run.engine.settle()
    return run, truth_log(run.line, np.concatenate(entries), definition.start, (command,), run.now)


def test_what_scenario_and_commands_planted_is_told_apart_from_what_came_by_itself(
    ran: tuple[Run, tuple[TruthEntry, ...]],
) -> None:
    run, log = ran
    planted = {each.cause: each for each in log if each.planted}
    assert set(planted) == {"scenario/1", "scenario/2", "command/1"}
    drop = planted["scenario/1"]
    assert (drop.kind, drop.station, drop.name, drop.size) == (TruthKind.FAULT, PRESS, "pressure_drop", 1.5)
    assert drop.begin == run.definition.start + HOUR
    assert planted["scenario/2"].kind is TruthKind.SET_POINT
    assert planted["scenario/2"].details == "5.0"
    assert [each for each in log if not each.planted and each.kind is TruthKind.FAULT]


def test_the_log_is_in_order_of_time_and_ends_follow_begins(ran: tuple[Run, tuple[TruthEntry, ...]]) -> None:
    _, log = ran
    assert [each.begin for each in log] == sorted(each.begin for each in log)
    assert all(each.end is None or each.end >= each.begin for each in log)


def test_the_log_as_a_table_has_a_row_for_each_entry(ran: tuple[Run, tuple[TruthEntry, ...]], tmp_path: Path) -> None:
    _, log = ran
    assert write_tables(tmp_path, [truth_table(log)], "parquet", truth=False) == {}
    assert write_tables(tmp_path, [truth_table(log)], "parquet", truth=True) == {"truth/log.parquet": len(log)}
    table = pq.read_table(tmp_path / "truth" / "log.parquet")
    assert table.column("cause").to_pylist() == [each.cause for each in log]


def test_planted_causes_are_always_suspects_and_drawn_ones_when_asked_for(
    ran: tuple[Run, tuple[TruthEntry, ...]],
) -> None:
    _, log = ran
    assert {each.cause for each in suspects(log, drawn=False)} == {"scenario/1", "scenario/2", "command/1"}
    drawn = suspects(log, drawn=True)
    assert len({each.cause for each in drawn}) == len(drawn)


def test_a_run_without_its_planted_causes_is_the_run_that_never_had_them(tmp_path: Path) -> None:
    with_causes = defined(TIMELINE, tmp_path)
    removed = Removed(planned=frozenset({1, 2}))
    run, _ = run_without(removed, with_causes, families(), ())
    run.open()
    run.advance(with_causes.start + 3 * HOUR)
    assert run.line.planned == ()
    assert run.line.station(PRESS).faults.state.counts[run.line.station(PRESS).faults.names.index("pressure_drop")] == 0


def test_a_mode_that_is_taken_out_does_not_come_by_itself() -> None:
    definition = defined()
    run, _ = run_without(Removed(modes=frozenset({(PRESS, "die_cleaning")})), definition, families(), ())
    run.open()
    run.advance(definition.start + 12 * HOUR)
    press = run.line.station(PRESS)
    assert press.faults.state.counts[press.faults.names.index("die_cleaning")] == 0
    assert sum(press.faults.state.counts) > 0


def test_commands_that_are_left_are_numbered_without_holes() -> None:
    definition = defined()
    target, value = f"{PRESS}/specific_pressure_set_point", {"value": 390.0}
    commands = [Entry(n, definition.start + n, "write", target, value, "t", 0) for n in (1, 2, 3)]
    removed = removal("command/2")
    assert removed is not None
    _, left = run_without(removed, definition, families(), commands)
    assert [(entry.number, entry.time - definition.start) for entry in left] == [(1, 1), (2, 3)]
    assert removal("press/micro_stop#4") is None
