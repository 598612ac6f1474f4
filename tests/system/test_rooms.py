"""Rooms for a class, as processes: two small plants, their instructor and their operators."""

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.live import LONG, replayed
from tests.support.rooms import LiveRooms, live_rooms, lives

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("rooms")


@pytest.fixture(scope="module")
def rooms(folder: Path) -> Iterator[LiveRooms]:
    with live_rooms(folder, 2, "--speed", "60") as running:
        running.log_in()
        yield running


def clock(room: dict[str, Any]) -> dict[str, Any]:
    answer = httpx.get(f"{room['addresses']['http']}/api/v1/clock", timeout=LONG)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


def test_every_room_is_a_plant_of_its_own_under_one_view(rooms: LiveRooms) -> None:
    found = rooms.rooms()
    assert [(room["name"], room["state"], room["seed"]) for room in found] == [
        ("room-01", "running", 1),
        ("room-02", "running", 2),
    ]
    first, second = (httpx.get(f"{room['addresses']['http']}/api/v1/run", timeout=LONG).json() for room in found)
    assert (first["seed"], second["seed"], first["start"]) == (1, 2, second["start"])
    assert [first["room"], second["room"]] == ["room-01", "room-02"]
    told = rooms.output.read_text()
    assert all(room["addresses"]["http"] in told for room in found)


def test_the_view_is_for_the_instructor_and_the_rooms_logs_hold_no_secret(rooms: LiveRooms, folder: Path) -> None:
    for name in ("observer", "operator", "engineer"):
        login = httpx.post(
            f"{rooms.ready['instructor']}/api/v1/login",
            json={"name": name, "password": rooms.passwords[name]},
            timeout=LONG,
        )
        bearer = {"authorization": f"Bearer {login.json()['token']}"}
        assert httpx.get(f"{rooms.ready['instructor']}/api/v1/rooms", headers=bearer, timeout=LONG).status_code == 403
    assert "link=" not in (folder / "state" / "room-01" / "output.log").read_text()


def test_a_card_opens_its_own_room_and_no_other(rooms: LiveRooms) -> None:
    cards = rooms.view.post("/api/v1/rooms/cards", json={"rooms": ["room-01"]}).json()["cards"]
    login = {"name": cards[0]["user"], "password": cards[0]["password"]}
    first, second = rooms.rooms()
    answer = httpx.post(f"{first['addresses']['http']}/api/v1/login", json=login, timeout=LONG)
    assert answer.json()["role"] == "operator"
    bearer = {"authorization": f"Bearer {answer.json()['token']}"}
    statuses = [
        httpx.get(f"{address}/api/v1/me", headers=bearer, timeout=LONG).status_code
        for address in (first["addresses"]["http"], second["addresses"]["http"], rooms.ready["instructor"])
    ]
    assert statuses == [200, 401, 401]
    assert httpx.post(f"{second['addresses']['http']}/api/v1/login", json=login, timeout=LONG).status_code == 401


def test_all_rooms_freeze_and_go_on_at_the_instructors_word(rooms: LiveRooms) -> None:
    assert all(done["accepted"] for done in rooms.do("clock", change={"action": "pause"}))
    found = rooms.rooms()
    assert [clock(room)["running"] for room in found] == [False, False]
    assert all(done["accepted"] for done in rooms.do("clock", change={"action": "resume"}))


def test_the_same_fault_is_planted_in_all_rooms_under_the_instructors_name(rooms: LiveRooms) -> None:
    line = rooms.view.get("/api/v1/rooms/line").json()["line"]
    station = next(each for each in line["stations"] if each["faults"])
    fault = station["faults"][0]["name"]
    command = {"name": "inject_fault", "target": station["path"], "arguments": {"fault": fault, "duration_s": 60.0}}
    assert [done["accepted"] for done in rooms.do("commands", command=command)] == [True, True]
    compared = rooms.view.get("/api/v1/rooms/comparison").json()
    assert compared["rooms"] == ["room-01", "room-02"]
    assert compared["figures"]


def test_a_room_that_is_killed_is_back_at_its_address_and_takes_nothing_back(rooms: LiveRooms) -> None:
    before = rooms.rooms()[1]
    seen = clock(before)["time"]
    process = next(each["pid"] for each in rooms.ready["rooms"] if each["name"] == "room-02")
    os.kill(process, signal.SIGKILL)
    found = rooms.until(lambda found: found[1]["starts"] == 2 and found[1]["state"] == "running")
    assert found[1]["addresses"] == before["addresses"]
    assert clock(found[1])["time"] >= seen
    assert found[0]["starts"] == 1


def test_a_reset_begins_the_same_run_anew_and_keeps_the_old_one_aside(rooms: LiveRooms, folder: Path) -> None:
    address = rooms.rooms()[0]["addresses"]["http"]
    before = httpx.get(f"{address}/api/v1/run", timeout=LONG).json()
    rooms.do("reset", rooms=["room-01"])
    rooms.until(lambda found: found[0]["starts"] == 2 and found[0]["state"] == "running")
    after = httpx.get(f"{address}/api/v1/run", timeout=LONG).json()
    assert (after["start"], after["definition_sha256"]) == (before["start"], before["definition_sha256"])
    assert (folder / "state" / "room-01" / "run.before-1" / "journal").exists()


def test_all_stop_together_and_can_be_replayed(rooms: LiveRooms, folder: Path) -> None:
    rooms.process.send_signal(signal.SIGTERM)
    assert rooms.process.wait(LONG) == 0
    assert not (folder / "ready").exists()
    for name in ("room-01", "room-02"):
        assert replayed(folder / "state" / name)["damage"] is None
        log = (folder / "state" / name / "session.log").read_text()
        assert log.splitlines()[-1].split()[1] == "stopped"


def test_rooms_end_by_themselves_when_their_supervisor_is_gone(tmp_path: Path) -> None:
    with live_rooms(tmp_path, 1) as running:
        process = running.ready["rooms"][0]["pid"]
        assert lives(process)
        running.process.kill()
        running.process.wait(LONG)
        end = time.monotonic() + LONG
        while lives(process):
            assert time.monotonic() < end
            time.sleep(0.05)
    log = (tmp_path / "state" / "room-01" / "session.log").read_text()
    assert log.splitlines()[-1].split()[1] == "stopped"
