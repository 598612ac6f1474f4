"""A recording follows a run: what is recorded is what the instruments showed, whatever the slices."""

import threading
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import orjson
import pytest
from pyarrow import Table
from pyarrow.parquet import read_schema, write_table

from tests.support.runs import START, definition, opened
from twin.host import sql as sql_module
from twin.host.choose import Choice, define
from twin.host.historian import FILE, PARTS, Historian
from twin.host.installed import families
from twin.host.questions import Answer, QueryRefused, Question
from twin.host.sql import ask, open_stopped
from twin.host.state import StateFolder
from twin.line.errors import StateError
from twin.line.time import HOUR, MINUTE, SECOND
from twin.record.aggregates import Aggregate, processed
from twin.record.figures import tally_of
from twin.record.historian.reading import FileHistory
from twin.record.history import series_of
from twin.record.run import Run
from twin.record.windows import Window
from twin.run.sensors import Instruments

HEAT = "hourly-bakery/mill-street/baking/line-1/oven/temperature"


def recorded(folder: Path, hours: float = 2.5, slices: int = 1, **options: Any) -> Run:
    run = opened()
    historian = Historian(folder, run.definition.digest, **options)
    historian.follow(run)
    for part in range(1, slices + 1):
        run.advance(START + round(hours * HOUR * part / slices))
    run.settle()
    historian.close()
    return run


@pytest.fixture(scope="module")
def short(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The history of some minutes."""
    folder = tmp_path_factory.mktemp("short")
    recorded(folder, 0.1)
    return folder


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(folder / FILE), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_what_is_recorded_does_not_depend_on_the_slices(tmp_path: Path) -> None:
    every = "SELECT * FROM (FROM sample UNION ALL FROM recent) ORDER BY signal, time"
    for name, slices in (("one", 1), ("many", 97)):
        (tmp_path / name).mkdir()
        recorded(tmp_path / name, slices=slices, period=MINUTE)
    assert rows(tmp_path / "one", every) == rows(tmp_path / "many", every)
    assert rows(tmp_path / "one", "FROM entry ORDER BY number") == rows(tmp_path / "many", "FROM entry ORDER BY number")


def test_recording_moves_no_hash(tmp_path: Path) -> None:
    alone = opened()
    alone.advance(START + round(2.5 * HOUR))
    assert recorded(tmp_path, period=MINUTE).digest() == alone.digest()


def test_a_value_between_two_records_is_what_the_instrument_showed(tmp_path: Path) -> None:
    recorded(tmp_path, 1.0)
    shown, again = [], opened()
    instruments = Instruments(again.line, again.definition.seed)
    signal = again.line.describe().signal(HEAT)
    for minute in range(1, 60):
        again.advance(START + minute * MINUTE)
        again.settle()
        instruments.read(again.now)
        shown.append(instruments.values[signal.index])
    with duckdb.connect(str(tmp_path / FILE), read_only=True) as connection:
        found = processed(
            FileHistory(connection), series_of(signal), START + MINUTE, START + HOUR, MINUTE, Aggregate.INTERPOLATIVE
        )
    assert found.values[:, 0] == pytest.approx(shown, abs=0.13)


def test_closed_hours_are_sealed_summed_up_and_exported(tmp_path: Path) -> None:
    recorded(tmp_path, 2.5, period=MINUTE)
    assert rows(tmp_path, "SELECT count(DISTINCT date_trunc('hour', time)) FROM sample") == [(2,)]
    assert rows(tmp_path, "SELECT sum(samples) FROM summary") == rows(tmp_path, "SELECT count(*) FROM sample")
    lowest = "SELECT min(minimum), max(maximum) FROM summary"
    assert rows(tmp_path, lowest) == rows(tmp_path, "SELECT min(value), max(value) FROM sample WHERE status < 2")
    for part in (tmp_path / PARTS).glob("*.parquet"):
        hour = part.stem.removeprefix("samples-")
        with duckdb.connect(str(tmp_path / FILE), read_only=True) as connection:
            exported = connection.read_parquet(str(part)).fetchall()
            stored = connection.execute(
                """SELECT path, point, time, value, status FROM samples WHERE strftime(time, '%Y-%m-%dT%H') = ?""",
                [hour],
            ).fetchall()
        assert sorted(exported) == sorted(stored)


def test_the_fold_over_the_recorded_log_is_the_live_tally(tmp_path: Path) -> None:
    run = recorded(tmp_path, 2.0, period=MINUTE)
    with duckdb.connect(str(tmp_path / FILE), read_only=True) as connection:
        tally = tally_of(FileHistory(connection), Window("all", START, run.now))
    for figure in run.line.key_figures():
        assert figure.value(tally) == figure.value(run.recorder.tally)


def test_the_kpis_of_ended_shifts_are_booked_once(tmp_path: Path) -> None:
    recorded(tmp_path, 17.0, period=10 * MINUTE)
    ends = """SELECT epoch_us(start), epoch_us("end") FROM kpi WHERE span = 'shift' GROUP BY ALL ORDER BY 1"""
    booked = rows(tmp_path, ends)
    assert len(booked) >= 2
    assert all(before[1] == after[0] for before, after in pairwise(booked))
    names = rows(tmp_path, "SELECT count(*), count(DISTINCT (start, station, name)) FROM kpi WHERE span = 'shift'")
    assert names[0][0] == names[0][1] == 3 * len(booked)


def test_another_runs_history_is_refused(tmp_path: Path) -> None:
    recorded(tmp_path, 0.1)
    with pytest.raises(StateError, match="another run; move it away"):
        Historian(tmp_path, definition(seed=2).digest)


def test_a_file_that_is_no_history_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 1000)
    with pytest.raises(StateError, match="cannot be used as history"):
        Historian(tmp_path, definition().digest)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM entry",
        "SELECT 1; SELECT 2",
        "ATTACH 'other.duckdb'",
        "COPY entry TO 'entries.csv'",
        "SET threads = 8",
        "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM glob('/*')",
        "SELEC 1",
        "SELECT nothing FROM nowhere",
        "",
        "INSTALL httpfs",
    ],
)
def test_questions_may_read_history_and_nothing_else(short: Path, sql: str) -> None:
    with open_stopped(short / FILE) as connection, pytest.raises(QueryRefused):
        ask(connection.cursor, Question(sql))


def test_an_answer_keeps_to_its_rows_and_its_time(short: Path) -> None:
    with open_stopped(short / FILE) as connection:
        answer = ask(connection.cursor, Question("SELECT * FROM range(10)", rows=3))
        assert (answer.rows, answer.more) == (((0,), (1,), (2,)), True)
        with pytest.raises(QueryRefused, match="longer than"):
            ask(connection.cursor, Question("SELECT count(*) FROM range(10000000000) a, range(1000) b", seconds=0.2))
        with pytest.raises(QueryRefused, match="rows is"):
            ask(connection.cursor, Question("SELECT 1", rows=0))
        with pytest.raises(QueryRefused, match="seconds is"):
            ask(connection.cursor, Question("SELECT 1", seconds=float(np.inf)))


def test_a_history_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(QueryRefused, match="there is no history"):
        open_stopped(tmp_path / FILE)


def test_scans_are_told_by_plant_time(tmp_path: Path) -> None:
    recorded(tmp_path, 0.5)
    times = rows(tmp_path, "SELECT DISTINCT epoch_us(time) FROM samples WHERE path LIKE '%recipe'")
    assert {time % (10 * SECOND) for (time,) in times} == {0}


def test_finished_pieces_are_a_table_while_the_run_lives_and_after_it_has_stopped(tmp_path: Path) -> None:
    folder = StateFolder(tmp_path, records=True)
    folder.begin(define(Choice(), None), families())
    assert folder.historian is not None
    question = Question("SELECT count(*) FROM piece()", 1, 30.0)
    assert ask(folder.historian.cursor, question).rows == ((0,),)
    pieces = tmp_path / "record" / "pieces"
    table = Table.from_pylist([{}, {}], schema=read_schema(pieces / "part-00000.parquet"))
    write_table(table, pieces / "part-00001.parquet")
    assert ask(folder.historian.cursor, question).rows == ((2,),)
    for forbidden in ("SELECT * FROM read_csv('/etc/hostname')", "SELECT * FROM read_blob('/etc/*')"):
        with pytest.raises(QueryRefused):
            ask(folder.historian.cursor, Question(forbidden, 1, 30.0))
    folder.close()
    with open_stopped(tmp_path / FILE) as connection:
        assert ask(connection.cursor, question).rows == ((2,),)


def test_an_answer_is_plain_whatever_the_types_of_its_columns(short: Path) -> None:
    sql = """SELECT 'nan'::DOUBLE, 'inf'::DOUBLE, 170141183460469231731687303715884105727::HUGEINT,
        18446744073709551615, [1, NULL], {'a': DATE '2026-01-05'}, TIME '10:00',
        INTERVAL 1 HOUR, '\\xFF'::BLOB, 1.5::DECIMAL(4, 2), NULL"""
    with open_stopped(short / FILE) as connection:
        ((*found,),) = ask(connection.cursor, Question(sql)).rows
    assert found[:7] == [None, None, str(2**127 - 1), 2**64 - 1, [1, None], {"a": "2026-01-05"}, "10:00:00"]
    assert orjson.loads(orjson.dumps(found)) == found


def test_an_answer_that_is_too_large_is_refused(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_module, "MOST_BYTES", 1000)
    with open_stopped(short / FILE) as connection, pytest.raises(QueryRefused, match="ask for less"):
        ask(connection.cursor, Question("SELECT repeat('x', 100) FROM range(100)"))


async def test_nobody_waits_longer_for_an_answer_than_it_may_take(short: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sql_module, "GRACE_S", 0.0)
    begun, go_on = threading.Event(), threading.Event()

    def hang(*_: object) -> Answer:
        begun.set()
        go_on.wait(60.0)
        return Answer((), (), False)

    with open_stopped(short / FILE) as connection:
        asking = sql_module.Asking(connection.cursor)
        monkeypatch.setattr(sql_module, "ask", hang)
        with pytest.raises(QueryRefused, match="took longer than"):
            await asking.ask(Question("SELECT 1", seconds=0.1))
        assert begun.is_set()
        go_on.set()
        asking.close()
