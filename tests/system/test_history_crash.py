"""A history survives kills: the file opens, nothing committed is lost or doubled, and the rest is filled in."""

import random
import signal
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.support import live as live_module
from tests.support.live import live
from tests.support.runs import FAMILIES
from twin.host.historian import FILE, Historian
from twin.record.run import Run
from twin.run.journal import read_journal

HOURLY = ("--plant", "hourly-bakery", "--start", "2026-01-05T05:58Z", "--speed", "600")
HEAT = "hourly-bakery/mill-street/baking/line-1/oven/temperature_set_point"
SAMPLES = "SELECT signal, epoch_us(time), value, status FROM (FROM sample UNION ALL FROM recent)"
ENTRIES = "SELECT number, epoch_us(time), station, kind, a, b FROM entry ORDER BY number"

Rows = list[tuple[Any, ...]]


def rows(path: Path, sql: str) -> Rows:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def samples(path: Path) -> Rows:
    """All samples, in the order of signals and time."""
    return sorted(rows(path, SAMPLES))


def reference(state: Path, folder: Path, until: int) -> Path:
    """The history of the same run, had nobody ever killed it."""
    journal = read_journal(state / "journal")
    run = Run(journal.definition, FAMILIES)
    run.open()
    historian = Historian(folder, journal.definition.digest)
    historian.follow(run)
    run.replay(journal.entries, until)
    run.settle()
    historian.close()
    return folder / FILE


def killed_once(folder: Path, chance: random.Random, speed: tuple[str, ...] = HOURLY) -> None:
    """Let the run go on for a moment, change something, and kill it."""
    with live(folder, *speed) as running:
        time.sleep(chance.uniform(0.1, 0.6))
        assert running.command("write", HEAT, value=round(chance.uniform(200.0, 260.0), 1))["accepted"]
        time.sleep(chance.uniform(0.1, 1.0))
        running.kill()


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kills", [3, pytest.param(20, marks=pytest.mark.slow)])
def test_a_history_killed_at_any_moment_becomes_that_of_a_run_never_killed(
    tmp_path: Path, kills: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A machine with much else to do may need minutes to start.
    monkeypatch.setattr(live_module, "LONG", 600.0)
    chance, path = random.Random(f"{kills} kills"), tmp_path / "state" / FILE
    known: set[tuple[Any, ...]] = set()
    for _ in range(kills):
        killed_once(tmp_path, chance)
        found = samples(path)
        assert len({(row[0], row[1]) for row in found}) == len(found), "a sample is there twice"
        assert known <= set(found), "a committed sample is lost or changed"
        known = set(found)
        numbers = [row[0] for row in rows(path, ENTRIES)]
        assert numbers == list(range(1, len(numbers) + 1)), "an entry of the event log is missing or doubled"
    with live(tmp_path, *HOURLY) as running:
        time.sleep(0.3)
        assert running.signal(signal.SIGINT) == 0
    ((scanned, entries),) = rows(path, "SELECT scanned, entries FROM progress")
    whole = reference(tmp_path / "state", tmp_path, scanned)
    assert samples(path) == [row for row in samples(whole) if row[1] <= scanned]
    common = min(entries, len(rows(whole, ENTRIES)))
    assert common > 100
    assert rows(path, ENTRIES)[:common] == rows(whole, ENTRIES)[:common]
