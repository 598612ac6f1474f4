"""What processes of their own scan of a past is what one process would have recorded, row by row."""

import os
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support.runs import FAMILIES, START, definition
from twin.host import historian
from twin.host.backfill import fill
from twin.host.historian import FILE
from twin.host.past import stretches
from twin.host.state import StateFolder
from twin.line.errors import StateError
from twin.line.time import DAY, HOUR, MINUTE
from twin.record.run import Run

ROWS = """SELECT signal, time, CASE WHEN text IS NULL THEN value::VARCHAR ELSE text END, status
    FROM (FROM sample UNION ALL FROM recent) JOIN signal ON id = signal
    LEFT JOIN word ON type = 'text' AND word.id = value::INTEGER ORDER BY ALL"""
TABLES = (ROWS, "FROM entry ORDER BY number", "SELECT span, start, station, name, value FROM kpi ORDER BY ALL")


def recorded(folder: Path, processors: int, monkeypatch: pytest.MonkeyPatch, past: int) -> tuple[str, list[Any]]:
    """Hash of the run, and what its history holds."""
    monkeypatch.setattr(historian, "processors", lambda: processors)
    end = START + past
    state = StateFolder(folder, records=True)
    run = state.begin(definition(), FAMILIES, past_until=end).run
    assert (state.past is not None) == (processors > 1)
    fill(run, lambda: end, state.allow, "en", state.past)
    digest = run.digest()
    state.close()
    with duckdb.connect(str(folder / FILE), read_only=True) as connection:
        return digest, [connection.execute(table).fetchall() for table in TABLES]


def test_a_past_that_others_scan_is_recorded_as_if_one_process_had_scanned_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(historian, "PAST_PERIOD", 10 * MINUTE)
    past = DAY + 3 * HOUR + 7 * MINUTE
    apart = recorded(tmp_path / "apart", 2, monkeypatch, past)
    alone = recorded(tmp_path / "alone", 1, monkeypatch, past)
    assert apart[0] == alone[0]
    assert all(len(rows) > 10 for rows in apart[1])
    assert apart[1] == alone[1]


def test_stretches_follow_each_other_and_begin_at_full_hours() -> None:
    line = Run(definition(), FAMILIES).line
    until = START + 5 * DAY
    found = stretches(line, START + MINUTE, until)
    assert [part.begin for part in found[1:]] == [part.end for part in found[:-1]]
    assert (found[0].begin, found[-1].end) == (START + MINUTE, until)
    assert all(part.begin % HOUR == 0 and part.chapter < part.begin for part in found[1:])


def test_a_process_that_is_ended_from_outside_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(historian, "processors", lambda: 2)
    state = StateFolder(tmp_path, records=True)
    run = state.begin(definition(), FAMILIES, past_until=START + 2 * DAY).run
    past = state.past
    assert past is not None
    past._pool.submit(os._exit, 1)
    with pytest.raises(StateError, match="ended from outside"):
        fill(run, lambda: START + 2 * DAY, state.allow, "en", past)
    state.close()
