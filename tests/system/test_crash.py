"""A killed run goes on where it was: no published stamp is taken back, and the hash is that of a run never killed."""

import asyncio
import shutil
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.live import RAJOLA, ROOT, Live, live, rajola, replayed
from tests.support.opcua import connected
from twin.host.installed import engine_version, families
from twin.record.run import Run
from twin.run.chapters import newest_chapter
from twin.run.journal import read_horizon, read_journal

HEAT = "hourly-bakery/mill-street/baking/line-1/oven/temperature_set_point"
HOURLY = ("--plant", "hourly-bakery", "--start", "2026-01-05T05:58Z", "--speed", "2500")


def newest_stamp(running: Live) -> str:
    """The newest plant instant that a client has been shown over HTTP."""
    values = running.get("values")
    clock = running.plant_time()
    return max(values["time"], clock, *(value["source_time"] for value in values["values"].values()))


def oldest_stamp(running: Live) -> str:
    """The oldest plant instant that a client is shown."""
    values = running.get("values")
    clock = running.plant_time()
    return min(values["time"], clock, *(value["source_time"] for value in values["values"].values()))


def stamps_of(running: Live) -> dict[str, str]:
    """The source time of every signal."""
    return {path: value["source_time"] for path, value in running.get("values")["values"].items()}


async def opcua_stamps(address: str) -> list[Any]:
    """Source times of some variables that the server has."""
    oven = HEAT.rpartition("/")[0]
    async with connected(address) as client:
        nodes = [client.node(f"{oven}/{name}") for name in ("temperature_set_point", "temperature", "activity")]
        return [(await node.read_data_value()).SourceTimestamp for node in nodes]


def chapters(folder: Path) -> list[int]:
    return sorted(int(path.stem) for path in (folder / "state" / "chapters").glob("*.chapter"))


def instant(folder: Path) -> int:
    horizon = read_horizon(folder / "state" / "horizon")
    assert horizon is not None
    return horizon


def test_a_run_killed_twice_goes_on_as_if_nothing_had_been(tmp_path: Path) -> None:
    with live(tmp_path, *HOURLY, opcua="127.0.0.1:0", apart=True) as running:
        assert running.command("write", HEAT, value=250.0)["accepted"]
        running.wait_until("2026-01-05T06:05")
        stamps = asyncio.run(opcua_stamps(running.ready["opcua"]))
        shown = newest_stamp(running)
        running.kill()
    first = instant(tmp_path)
    assert chapters(tmp_path)
    with live(tmp_path, "--speed", "2500", opcua="127.0.0.1:0") as running:
        assert oldest_stamp(running) >= shown
        again = asyncio.run(opcua_stamps(running.ready["opcua"]))
        assert min(again) >= max(stamps)
        assert "resumed" in running.output
        assert "note:" not in running.output
        assert running.get(f"signals/{HEAT}")["value"] == 250.0
        running.command("inject_fault", HEAT.rpartition("/")[0], fault="door", duration_s=1000.0)
        running.wait_until("2026-01-05T07:05")
        shown = newest_stamp(running)
        running.kill()
    assert instant(tmp_path) > first
    assert len(chapters(tmp_path)) >= 2
    with live(tmp_path, "--speed", "2500") as running:
        assert oldest_stamp(running) >= shown
        running.wait_until("2026-01-05T07:30")
        assert running.signal(15) == 0
        told = running.output.splitlines()[-1]
    # A replay uses no chapter and knows of no kill.
    whole = replayed(tmp_path / "state")
    assert whole["commands"] == 2
    assert told == f"stopped at plant time {whole['until']}, event log {whole['event_log_sha256']}"


def test_the_same_holds_with_damaged_chapters_and_a_torn_journal(tmp_path: Path) -> None:
    with live(tmp_path, *HOURLY) as running:
        running.wait_until("2026-01-05T06:05")
        assert running.command("write", HEAT, value=250.0)["accepted"]
        running.wait_until("2026-01-05T07:10")
        running.kill()
    state = tmp_path / "state"
    newest = state / "chapters" / f"{chapters(tmp_path)[-1]}.chapter"
    newest.write_bytes(newest.read_bytes()[:2000])
    with (state / "journal").open("ab") as journal:
        journal.write(b'0badc0de {"kind":"command","num')
    with live(tmp_path, "--speed", "100") as running:
        notes = [line for line in running.output.splitlines() if line.startswith("note:")]
        assert len(notes) == 2
        assert "journal, line 3: damaged; the 1 commands before it are kept and used" in notes[0]
        assert f"{newest}: is damaged; it is kept as {newest.name}.unused-1" in notes[1]
        assert running.get(f"signals/{HEAT}")["value"] == 250.0
        assert running.signal(2) == 0
        told = running.output.splitlines()[-1]
    assert (state / "journal.damaged-1").read_bytes().endswith(b'{"kind":"command","num')
    whole = replayed(state)
    assert told.endswith(whole["event_log_sha256"])


def test_a_tile_line_killed_after_its_shift_change_goes_on(tmp_path: Path) -> None:
    start = ("--plant", "wall-316", "--start", "2026-01-05T05:50", "--speed", "600")
    with live(tmp_path, *start, launcher=RAJOLA) as running:
        running.wait_until("2026-01-05T05:05")
        shown, stamps = newest_stamp(running), stamps_of(running)
        running.kill()
    assert len(chapters(tmp_path)) == 1
    with live(tmp_path, "--speed", "600", launcher=RAJOLA) as running:
        # A result of the laboratory keeps the instant at which its sample was taken, which may be hours ago.
        taken_back = [path for path, stamp in stamps_of(running).items() if stamp < stamps[path]]
        assert taken_back == []
        running.wait_until(shown)
        assert running.signal(15) == 0
        told = running.output.splitlines()[-1]
    whole = replayed(tmp_path / "state", launcher=RAJOLA)
    assert told.endswith(f"{whole['until']}, event log {whole['event_log_sha256']}")


def test_catching_up_brings_a_run_to_the_present(tmp_path: Path) -> None:
    with live(tmp_path, "--plant", "hourly-bakery") as running:
        assert running.signal(15) == 0
    horizon = instant(tmp_path)
    with live(tmp_path, "--resume", "catch-up") as running:
        clock = running.get("clock")
        assert running.signal(15) == 0
    assert instant(tmp_path) > horizon
    assert abs(_seconds(clock["time"]) - _seconds(clock["wall_time"])) < 30.0


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


KILLED = """
import os, sys
from pathlib import Path
from twin.host.choose import Choice, define
from twin.host.installed import families
from twin.host.state import StateFolder
from twin.line.time import DAY, MINUTE

state = StateFolder(Path(sys.argv[1]))
run = state.begin(define(Choice(plant=sys.argv[2], seed=3), None), families()).run
end = run.now + round(float(sys.argv[3]) * DAY) + 7 * MINUTE
while run.now < end:
    until = min(end, run.now + DAY // 4)
    state.allow(until)
    run.advance(until)
print(run.digest(), flush=True)
os.kill(os.getpid(), 9)
"""


def killed_after(folder: Path, plant: str, days: float) -> str:
    """Live that many days as fast as possible, and be killed; the hash just before."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder / "state"), plant, str(days)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == -9, done.stderr
    return done.stdout.strip()


def resumed(folder: Path) -> tuple[str, float]:
    """The hash after a resume in this process, and the seconds that it took."""
    journal = read_journal(folder / "state" / "journal")
    horizon = instant(folder)
    began = time.monotonic()
    run = Run(journal.definition, families())
    chapter, damages = newest_chapter(
        folder / "state" / "chapters", run.line, journal.definition.digest, engine_version(), horizon, 0
    )
    assert damages == []
    assert chapter is not None
    assert horizon - chapter.time < 24.5 * 3600e6
    run.resume(chapter)
    run.replay(journal.entries, horizon)
    return run.digest(), time.monotonic() - began


def test_a_tile_line_resumed_after_its_second_chapter_has_the_hash_of_the_whole(tmp_path: Path) -> None:
    digest = killed_after(tmp_path, "wall-316", 2.0)
    assert len(chapters(tmp_path)) == 2
    assert resumed(tmp_path)[0] == digest


@pytest.mark.slow
def test_a_resume_after_sixty_days_takes_less_than_five_seconds(tmp_path: Path, in_full_length: bool) -> None:
    for plant in ("porcelain-600", "wall-316", "slab-600x1200") if in_full_length else ("porcelain-600",):
        digest = killed_after(tmp_path, plant, 60.5)
        again, seconds = resumed(tmp_path)
        assert again == digest
        assert seconds < 5.0, f"{plant}: {seconds:.1f} s"
        shutil.rmtree(tmp_path / "state")


def test_a_state_is_used_by_one_process_at_a_time(tmp_path: Path) -> None:
    with live(tmp_path, "--plant", "hourly-bakery") as running:
        journal = (tmp_path / "state" / "journal").read_bytes()
        for more in (["--seed", "5"], ["--fresh"]):
            done = rajola("run", "--state", str(tmp_path / "state"), "--opcua", "off", "--http", "off", *more)
            assert done.returncode == 2
            assert f"process {running.ready['pid']} is running this state, and process" in done.stderr
        assert (tmp_path / "state" / "journal").read_bytes() == journal
        assert not list((tmp_path / "state").glob("run.before-*"))
        assert running.signal(15) == 0
