"""The instructor's view: who is let in, what it tells of the rooms, and what is done in several of them at once."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.fake_rooms import Served, served_rooms
from twin.host.access import Role
from twin.host.rooms.wall import RoomFacts, RoomState

OVEN = "bakery/corner/baking/line-1/oven"
MIXER = "bakery/corner/dough/line-1/mixer"


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with served_rooms(tmp_path) as found:
        yield found


@pytest.fixture
async def instructor(served: Served) -> AsyncIterator[httpx.AsyncClient]:
    async with served.client(Role.INSTRUCTOR) as client:
        yield client


async def done(client: httpx.AsyncClient, path: str, content: dict[str, Any]) -> list[dict[str, Any]]:
    answer = await client.post(f"/api/v1/rooms/{path}", json=content)
    assert answer.status_code == 200, answer.text
    results: list[dict[str, Any]] = answer.json()["results"]
    return results


@pytest.mark.parametrize("role", [None, Role.OBSERVER, Role.OPERATOR, Role.ENGINEER])
async def test_nobody_but_an_instructor_sees_or_touches_the_rooms(served: Served, role: Role | None) -> None:
    reads = ("", "/line", "/comparison")
    posts = ("commands", "clock", "reset", "restart", "cards", "codes")
    async with served.client(role) as client:
        answers = [await client.get(f"/api/v1/rooms{path}") for path in reads]
        answers += [await client.post(f"/api/v1/rooms/{path}", json={}) for path in posts]
    assert {answer.status_code for answer in answers} <= ({401} if role is None else {403})
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}
    assert served.rooms.asked == []


async def test_the_page_is_served_and_a_one_time_link_lets_in(served: Served) -> None:
    async with served.client(None) as client:
        page = await client.get("/")
        assert "/page/" in page.text
        assert "rooms" in page.text
        assert (await client.get("/api/v1/me")).json()["role"] == "observer"
        assert (await client.get(f"/?link={served.access.issue_link(Role.INSTRUCTOR)}")).status_code == 303
        assert (await client.get("/api/v1/me")).json()["role"] == "instructor"
        assert (await client.get("/api/v1/rooms")).status_code == 200
        assert (await client.get("/health")).json() == {"status": "ok"}
        assert (await client.get("/openapi.json")).json()["info"]["title"] == "Rooms"


async def test_every_room_is_told_with_what_it_says_and_what_ails_it(
    served: Served, instructor: httpx.AsyncClient
) -> None:
    await done(instructor, "clock", {"change": {"action": "set_speed", "factor": 30.0}})
    first, _, third = (await instructor.get("/api/v1/rooms")).json()["items"]
    assert (first["name"], first["state"], first["clock"]["speed"]) == ("room-01", "running", 30.0)
    assert [figure["name"] for figure in first["figures"]]
    assert first["alarms"].keys() == {"open", "grave", "worst"}
    assert first["listeners"] == 0
    assert (third["state"], third["trouble"], third["clock"]) == ("failed", "rajola: the oven is gone", None)


async def test_the_same_fault_goes_to_all_rooms_and_each_says_what_became_of_it(
    served: Served, instructor: httpx.AsyncClient
) -> None:
    fault = served.ports[0].description.stations[1].faults[0].name
    command = {"name": "inject_fault", "target": OVEN, "arguments": {"fault": fault, "duration_s": 60.0, "size": 1.0}}
    results = await done(instructor, "commands", {"command": command})
    assert [result["accepted"] for result in results] == [True, True, False]
    assert results[2]["code"] == "not-running"
    for port in served.ports:
        assert [(user, given.name, given.target) for user, given in port.commands] == [("maria", "inject_fault", OVEN)]
    assert [
        result["room"] for result in await done(instructor, "commands", {"rooms": ["room-02"], "command": command})
    ] == ["room-02"]
    assert [len(port.commands) for port in served.ports] == [1, 2]


async def test_what_a_room_refuses_comes_back_in_its_own_words(instructor: httpx.AsyncClient) -> None:
    command = {
        "name": "inject_fault",
        "target": OVEN,
        "arguments": {"fault": "no_such", "duration_s": 0.0, "size": 1.0},
    }
    results = await done(instructor, "commands", {"rooms": ["room-01"], "command": command})
    assert not results[0]["accepted"]
    assert "no_such" in results[0]["sentence"]


async def test_a_room_that_does_not_answer_keeps_no_other_from_doing_it(
    served: Served, instructor: httpx.AsyncClient
) -> None:
    first = served.rooms.found[0]
    served.rooms.found[0] = RoomFacts(1, first.name, 1, RoomState.RUNNING, {"http": "http://127.0.0.1:9"})
    results = await done(instructor, "clock", {"rooms": ["room-01", "room-02"], "change": {"action": "pause"}})
    assert [(result["accepted"], result["code"]) for result in results] == [(False, "no-answer"), (True, "")]
    assert not served.ports[1].clock.running


async def test_all_rooms_are_reset_and_started_again_unless_some_are_chosen(
    served: Served, instructor: httpx.AsyncClient
) -> None:
    await done(instructor, "reset", {"rooms": ["room-02"]})
    await done(instructor, "restart", {})
    assert served.rooms.asked == [("reset", "room-02"), *(("restart", f"room-0{number}") for number in (1, 2, 3))]
    answer = await instructor.post("/api/v1/rooms/reset", json={"rooms": ["room-09"]})
    assert answer.status_code == 404
    assert "'room-09'" in answer.json()["detail"]


async def test_kpis_stand_side_by_side_and_a_silent_room_is_named(instructor: httpx.AsyncClient) -> None:
    found = (await instructor.get("/api/v1/rooms/comparison")).json()
    assert found["rooms"] == ["room-01", "room-02"]
    assert [missing["room"] for missing in found["missing"]] == ["room-03"]
    assert all(figure["values"].keys() == {"room-01", "room-02"} for figure in found["figures"])
    recent = (await instructor.get("/api/v1/rooms/comparison", params={"hours": 1})).json()
    assert [figure["name"] for figure in recent["figures"]] == [figure["name"] for figure in found["figures"]]


async def test_a_card_says_where_a_room_is_and_how_to_get_in(served: Served, instructor: httpx.AsyncClient) -> None:
    found = (await instructor.post("/api/v1/rooms/cards", json={})).json()
    assert [card["user"] for card in found["cards"]] == ["room-01", "room-02"]
    assert found["cards"][0]["password"] == "abcd-efgh"
    assert found["cards"][0]["http"] == served.rooms.found[0].addresses["http"]
    assert found["cards"][0]["opcua"].startswith("opc.tcp://")
    assert found["cards"][0]["link"].startswith(found["cards"][0]["http"].rstrip("/") + "/?link=")
    # Served to this machine alone.
    assert found["host"] is None


async def test_a_link_is_drawn_as_a_code_that_the_page_shows(instructor: httpx.AsyncClient) -> None:
    texts = ["http://10.0.0.7:8001/?link=abc", "x"]
    codes = (await instructor.post("/api/v1/rooms/codes", json={"texts": texts})).json()["codes"]
    # Versions 3 and 1 of ISO/IEC 18004, with the empty border.
    assert [code["size"] for code in codes] == [29 + 8, 21 + 8]
    # The upper left corner is a finder pattern: seven dark modules.
    assert codes[1]["path"].startswith("M4 4h7v1h-7z")
    for refused in ([], ["x" * 501], [""]):
        assert (await instructor.post("/api/v1/rooms/codes", json={"texts": refused})).status_code == 422


async def test_rooms_for_other_machines_have_cards_with_a_name_that_others_reach(
    served: Served, instructor: httpx.AsyncClient
) -> None:
    first = served.rooms.found[0]
    served.rooms.found[0] = RoomFacts(1, first.name, 1, first.state, first.addresses, {"http": "0.0.0.0"})  # noqa: S104
    host = (await instructor.post("/api/v1/rooms/cards", json={"rooms": ["room-01"]})).json()["host"]
    assert host not in {None, "", "0.0.0.0"}  # noqa: S104


async def test_what_no_view_understands_is_refused(instructor: httpx.AsyncClient) -> None:
    for path, content in (
        ("commands", {}),
        ("commands", {"command": {"name": "start_over"}}),
        ("clock", {"change": {"action": "set_speed", "factor": 1e9}}),
        ("reset", {"rooms": []}),
        ("reset", {"rooms": ["../room"]}),
        ("cards", {"all": True}),
    ):
        answer = await instructor.post(f"/api/v1/rooms/{path}", json=content)
        assert answer.status_code == 422, path
        assert answer.json()["detail"]


async def test_the_plant_is_that_of_the_first_room_that_runs(served: Served, instructor: httpx.AsyncClient) -> None:
    found = (await instructor.get("/api/v1/rooms/line")).json()
    assert [station["path"] for station in found["line"]["stations"]][:1] == [MIXER]
    served.rooms.found[:] = served.rooms.found[2:]
    answer = await instructor.get("/api/v1/rooms/line")
    assert (answer.status_code, answer.json()["code"]) == (409, "not-now")
