"""One definition, one seed and one journal give one event log, whoever paces, slices, reads or leaves."""

import asyncio
import json
import random
import socket
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from plant_models.tiles import PLACE
from tests.support.live import RAJOLA, live, rajola, replayed
from tests.support.opcua import connected
from twin.host import session as session_module
from twin.host.access import Role, User
from twin.host.choose import Choice, define
from twin.host.installed import families
from twin.host.port import Command
from twin.host.session import Session
from twin.line.time import DAY, HOUR, MINUTE, SECOND, iso
from twin.record.run import Run
from twin.run.definition import Definition
from twin.run.journal import Entry
from twin.run.sensors import Instruments

SOMEBODY = User("somebody", Role.INSTRUCTOR)
PLANTS = ("porcelain-600", "wall-316", "slab-600x1200")
# Ten minutes before a shift change, so that a chapter lies in between.
BEFORE_THE_SHIFT = "2026-01-06T05:50"


def definition(plant: str, seed: int = 1) -> Definition:
    return define(Choice(plant, seed=seed, start=BEFORE_THE_SHIFT), None)


def opened(plant: str, seed: int = 1) -> Run:
    run = Run(definition(plant, seed), families())
    run.open()
    return run


def simulated(*arguments: str) -> dict[str, Any]:
    done = rajola("simulate", "--json", *arguments, launcher=RAJOLA)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_two_processes_give_one_hash_and_another_seed_another() -> None:
    short = ("--plant", "wall-316", "--days", "0.2", "--start", BEFORE_THE_SHIFT)
    first, second, other = simulated(*short), simulated(*short), simulated(*short, "--seed", "2")
    assert first["run"] == second["run"]
    assert first["tiles"] == second["tiles"]
    assert first["kpis"] == second["kpis"]
    assert first["run"]["event_log_sha256"] != other["run"]["event_log_sha256"]


@pytest.mark.parametrize("plant", PLANTS)
def test_slices_and_readers_do_not_matter(plant: str) -> None:
    marks = [MINUTE, 10 * MINUTE, 47 * MINUTE + 1, 2 * HOUR]
    plain, read = opened(plant), opened(plant)
    instruments, chance = Instruments(read.line, 1), random.Random(plant)
    start = plain.now
    for mark in marks:
        plain.advance(start + mark)
        while read.now < start + mark:
            read.advance(min(start + mark, read.now + chance.choice([1, 999, SECOND, 7 * SECOND, 3 * MINUTE, HOUR])))
            if chance.random() < 0.1:
                read.engine.settle()
                instruments.read(read.now)
                read.line.describe()
                for figure in read.line.key_figures():
                    figure.compute(read.recorder.tally)
                read.line.summary()
        assert read.digest() == plain.digest(), iso(read.now)


def _paced(run: Run, monkeypatch: pytest.MonkeyPatch) -> tuple[Session, list[Entry], Callable[[float], Any]]:
    """A session at 500x under a clock that goes when it is told to."""
    clock = SimpleNamespace(now=0.0)
    fake = SimpleNamespace(
        monotonic=lambda: clock.now, perf_counter=lambda: clock.now, time_ns=lambda: int(clock.now * 1e9)
    )
    monkeypatch.setattr(session_module, "time", fake)
    entries: list[Entry] = []
    session = Session(run, speed=500.0, stamps="plant", language="en", allow=lambda time: None, append=entries.append)

    async def tick(seconds: float) -> None:
        clock.now += seconds
        await session._advance(clock.now)
        session._publish()

    return session, entries, tick


def _random_command(chance: random.Random, session: Session) -> Command:
    stations = session.description.stations
    failing = [station for station in stations if station.faults]
    set_points = [signal for signal in session.description.signals if signal.writable]
    match chance.randrange(4):
        case 0:
            station = chance.choice(failing)
            return Command("clear_fault", station.path, {"fault": chance.choice(station.faults).name})
        case 1:
            station = chance.choice(failing)
            duration = chance.choice([1.0, 60.0, 600.0])
            return Command(
                "inject_fault", station.path, {"fault": chance.choice(station.faults).name, "duration_s": duration}
            )
        case _:
            signal = chance.choice(set_points)
            low, high = signal.low or 0.0, signal.high or 0.0
            middle = session.frame.value(signal)
            assert isinstance(middle, float)
            value = min(high, max(low, middle + chance.uniform(-0.02, 0.02) * (high - low)))
            return Command("write", signal.path, {"value": value})


@pytest.mark.parametrize("plant", PLANTS[:2])
async def test_two_hundred_commands_at_500x_equal_their_replay(plant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    run = opened(plant)
    session, entries, tick = _paced(run, monkeypatch)
    chance = random.Random(plant)
    for _ in range(200):
        waiting = asyncio.ensure_future(session.submit(_random_command(chance, session), SOMEBODY))
        await asyncio.sleep(0)
        await tick(chance.uniform(0.0, 0.1))
        outcome = await waiting
        assert outcome.accepted, outcome.message
    assert len(entries) == 200
    assert run.now > run.definition.start + HOUR
    again = Run(definition(plant), families())
    again.open()
    again.replay(entries, run.now)
    assert again.digest() == run.digest()
    untouched = opened(plant)
    untouched.advance(run.now)
    assert untouched.digest() != run.digest()


@pytest.mark.parametrize("column", ["density", "shade_l", "glaze"])
def test_one_value_of_one_column_of_one_tile_changes_the_hash(column: str) -> None:
    plain, changed = opened("wall-316"), opened("wall-316")
    middle, end = plain.now + HOUR, plain.now + DAY // 3
    for run in (plain, changed):
        run.advance(middle)
    assert plain.digest() == changed.digest()
    table: Any = changed.line.table  # type: ignore[attr-defined]
    number = min(table.blocks)
    block = table.blocks[number]
    (gone,) = (block[PLACE["left_at"]] > 0).nonzero()
    block[PLACE[column], gone[0]] += 1e-9 * max(1.0, abs(block[PLACE[column], gone[0]]))
    for run in (plain, changed):
        run.advance(end)
    assert number not in table.blocks
    assert plain.line.summary()["tiles"] == changed.line.summary()["tiles"]
    assert plain.digest() != changed.digest()


async def _reading(address: str) -> None:
    async with httpx.AsyncClient(base_url=address, timeout=30.0) as client:
        while True:
            for path in ("values", "line", "kpis", "events", "alarms", "signals"):
                await client.get(f"/api/v1/{path}")


async def _browsing(address: str) -> None:
    async with connected(address) as client:
        while True:
            nodes = [client.client.nodes.objects]
            while nodes:
                node = nodes.pop()
                nodes += (await node.get_children())[:40]


async def _subscribing(address: str, path: str) -> None:
    class Handler:
        def datachange_notification(self, *arguments: object) -> None:
            """Throw it away."""

    async with connected(address) as client:
        subscription = await client.client.create_subscription(100, Handler())
        await subscription.subscribe_data_change(client.node(path))
        await asyncio.sleep(3600.0)


def _leave_rudely(address: str) -> None:
    """Ask for the stream, take nothing, and hang up with a reset."""
    host, number = address.removeprefix("http://").split(":")
    with socket.create_connection((host, int(number))) as asking:
        asking.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        asking.sendall(b"GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        asking.recv(100)


async def _crowd(http: str, opcua: str, path: str, seconds: float) -> None:
    work = [_reading(http), _reading(http), _browsing(opcua), _subscribing(opcua, path), _subscribing(opcua, path)]
    tasks = [asyncio.create_task(each) for each in work]
    for _ in range(5):
        await asyncio.sleep(seconds / 5)
        await asyncio.to_thread(_leave_rudely, http)
    assert not any(task.done() for task in tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def test_a_crowd_of_clients_does_not_change_a_live_run(tmp_path: Path) -> None:
    start = ("--plant", "wall-316", "--start", BEFORE_THE_SHIFT, "--speed", "500")
    with live(tmp_path, *start, launcher=RAJOLA, opcua="127.0.0.1:0") as running:
        path = next(
            signal["path"] for signal in running.get("signals?limit=1000")["items"] if signal["kind"] == "measurement"
        )
        asyncio.run(_crowd(running.ready["http"], running.ready["opcua"], path, 5.0))
        assert running.signal(15) == 0
        told = running.output.splitlines()[-1]
    whole = replayed(tmp_path / "state", launcher=RAJOLA)
    assert told == f"stopped at plant time {whole['until']}, event log {whole['event_log_sha256']}"
    plain = opened("wall-316")
    plain.advance(round(datetime.fromisoformat(whole["until"]).timestamp() * SECOND))
    assert plain.digest() == whole["event_log_sha256"]
