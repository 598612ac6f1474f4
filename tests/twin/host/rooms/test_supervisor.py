"""Rooms are started some at a time, kept alive, begun anew and stopped together; their processes are fakes."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.support import fake_room
from tests.support.runs import definition
from twin.host.accounts import AccountFile
from twin.host.logins import Access
from twin.host.options import Address
from twin.host.rooms import room as one_room
from twin.host.rooms.plan import RoomPlan
from twin.host.rooms.supervisor import Supervisor
from twin.host.rooms.wall import RoomFacts, RoomState
from twin.run.journal import begin_journal

BEGIN = "2026-01-05T05:00:00+00:00"
PATIENCE_S = 60.0


@pytest.fixture(autouse=True)
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_room, "LAUNCHER", (sys.executable, "-S", str(fake_room.__file__)))
    monkeypatch.setattr(one_room, "FIRST_PAUSE_S", 0.01)


def plans(folder: Path, count: int = 1) -> list[RoomPlan]:
    names = [f"room-{number:02d}" for number in range(1, count + 1)]
    for name in names:
        (folder / name).mkdir(exist_ok=True)
    places = (("http", Address("127.0.0.1", 0)),)
    return [RoomPlan(number, name, number, folder / name, places, ()) for number, name in enumerate(names, 1)]


@asynccontextmanager
async def supervised(folder: Path, count: int = 1, *, fresh: bool = False) -> AsyncIterator[Supervisor]:
    rooms = Supervisor(plans(folder, count), AccountFile(folder / "config"), begin=BEGIN, fresh=fresh)
    living = asyncio.create_task(rooms.live())
    try:
        yield rooms
    finally:
        living.cancel()
        await asyncio.wait({living})


async def until(rooms: Supervisor, holds: Callable[[RoomFacts], bool], name: str = "room-01") -> RoomFacts:
    async with asyncio.timeout(PATIENCE_S):
        while True:
            facts = next(each for each in rooms.facts() if each.name == name)
            if holds(facts):
                return facts
            await asyncio.sleep(0.01)


def running(facts: RoomFacts) -> bool:
    return facts.state is RoomState.RUNNING


def calls(folder: Path, name: str = "room-01") -> list[Any]:
    return [json.loads(line) for line in (folder / name / "calls").read_text().splitlines()]


def lives(process: int | None) -> bool:
    assert process is not None
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


async def test_all_rooms_run_each_by_itself_and_stop_together(tmp_path: Path) -> None:
    async with supervised(tmp_path, 3) as rooms:
        await asyncio.wait_for(rooms.settled(), PATIENCE_S)
        facts = rooms.facts()
        assert [each.state for each in facts] == [RoomState.RUNNING] * 3
        assert len({each.addresses["http"] for each in facts}) == len({each.process for each in facts}) == 3
        assert [each.seed for each in facts] == [1, 2, 3]
        assert calls(tmp_path)[0][-3:] == ["--start", BEGIN, "--fresh"]
    assert not any(lives(each.process) for each in facts)


async def test_a_room_that_dies_is_started_again_where_it_was_and_goes_on(tmp_path: Path) -> None:
    async with supervised(tmp_path) as rooms:
        before = await until(rooms, running)
        assert before.process is not None
        os.kill(before.process, signal.SIGKILL)
        after = await until(rooms, lambda facts: running(facts) and facts.starts == 2)
        assert after.process != before.process
        again = calls(tmp_path)[1]
        assert again[again.index("--http") + 1] == before.addresses["http"].removeprefix("http://")
        assert "--fresh" not in again


async def test_a_room_that_dies_again_and_again_is_given_up_until_somebody_asks(tmp_path: Path) -> None:
    (planned,) = plans(tmp_path)
    (planned.folder / "dies").write_text("1")
    async with supervised(tmp_path) as rooms:
        await asyncio.wait_for(rooms.settled(), PATIENCE_S)
        facts = rooms.facts()[0]
        assert (facts.state, facts.starts) == (RoomState.FAILED, one_room.MOST_DEATHS)
        assert facts.trouble == "rajola: the oven is gone"
        (planned.folder / "dies").unlink()
        rooms.restart("room-01")
        facts = await until(rooms, running)
        assert facts.trouble == ""


async def test_a_room_whose_input_cannot_be_used_is_given_up_at_once(tmp_path: Path) -> None:
    (planned,) = plans(tmp_path)
    (planned.folder / "dies").write_text("2")
    async with supervised(tmp_path) as rooms:
        await asyncio.wait_for(rooms.settled(), PATIENCE_S)
        assert (rooms.facts()[0].state, rooms.facts()[0].starts) == (RoomState.FAILED, 1)


async def test_a_reset_begins_a_new_run_from_the_instant_of_the_one_before(tmp_path: Path) -> None:
    (planned,) = plans(tmp_path)
    begin_journal(planned.folder / "journal", definition(start=1_767_225_600_000_000), "")
    async with supervised(tmp_path) as rooms:
        await until(rooms, running)
        assert "--fresh" not in calls(tmp_path)[0]
        rooms.reset("room-01")
        await until(rooms, lambda facts: running(facts) and facts.starts == 2)
        assert calls(tmp_path)[1][-3:] == ["--start", "2026-01-01T00:00:00+00:00", "--fresh"]
        with pytest.raises(KeyError):
            rooms.reset("room-02")


async def test_a_reset_while_a_room_starts_is_not_forgotten(tmp_path: Path) -> None:
    (planned,) = plans(tmp_path)
    begin_journal(planned.folder / "journal", definition(), "")
    async with supervised(tmp_path) as rooms:
        await until(rooms, lambda facts: facts.state is RoomState.STARTING)
        rooms.reset("room-01")
        await until(rooms, running)
        assert "--fresh" in calls(tmp_path)[-1]


async def test_fresh_rooms_begin_now_whatever_was_there(tmp_path: Path) -> None:
    (planned,) = plans(tmp_path)
    begin_journal(planned.folder / "journal", definition(), "")
    async with supervised(tmp_path, fresh=True) as rooms:
        await until(rooms, running)
    assert calls(tmp_path)[0][-3:] == ["--start", BEGIN, "--fresh"]


async def test_only_as_many_start_at_a_time_as_there_are_processors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 1)
    first, _ = plans(tmp_path, 2)
    (first.folder / "late").touch()
    async with supervised(tmp_path, 2) as rooms:
        await until(rooms, lambda facts: facts.process is not None)
        assert [each.state for each in rooms.facts()] == [RoomState.STARTING, RoomState.WAITING]
        (first.folder / "late").unlink()
        await asyncio.wait_for(rooms.settled(), PATIENCE_S)


async def test_a_room_that_does_not_stop_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(one_room, "GRACE_S", 0.2)
    (planned,) = plans(tmp_path)
    (planned.folder / "deaf").touch()
    async with supervised(tmp_path) as rooms:
        process = (await until(rooms, running)).process
    assert not lives(process)


async def test_a_room_that_hangs_is_started_again_when_somebody_asks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_room, "GRACE_S", 0.2)
    (planned,) = plans(tmp_path)
    (planned.folder / "deaf").touch()
    async with supervised(tmp_path) as rooms:
        await until(rooms, running)
        rooms.restart("room-01")
        await until(rooms, lambda facts: running(facts) and facts.starts == 2)


async def test_new_passwords_are_those_of_the_rooms_own_operators(tmp_path: Path) -> None:
    async with supervised(tmp_path, 2) as rooms:
        first = await rooms.new_passwords(["room-01", "room-02"])
        second = await rooms.new_passwords(["room-01"])
    access = Access(tmp_path / "config", room="room-01")
    assert await access.authenticate("room-01", second["room-01"]) is not None
    assert await access.authenticate("room-02", first["room-02"]) is None
    assert {account.role for account in access.file.users().values()} == {"operator"}
