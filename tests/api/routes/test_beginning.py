"""A console begins with one answer that holds what seven others tell."""

from pathlib import Path

import httpx

from tests.support.fake_port import FakePort
from tests.support.http_client import client_of
from twin.host.access import Role, User
from twin.host.logins import Access

TOLD_ELSEWHERE = ("line", "presentation", "run", "clock", "me")


async def test_it_holds_what_the_other_routes_tell(client: httpx.AsyncClient, port: FakePort) -> None:
    told = (await client.get("/api/v1/beginning")).json()
    others = {name: (await client.get(f"/api/v1/{name}")).json() for name in TOLD_ELSEWHERE}
    for each in (told["clock"], others["clock"]):
        del each["wall_time"]
    assert {name: told[name] for name in TOLD_ELSEWHERE} == others
    assert told["signals"] == (await client.get("/api/v1/signals?limit=1000")).json()["items"]
    assert told["frame"]["sequence"] == port.frame.sequence
    assert len(told["frame"]["values"]) == port.description.frame_length


async def test_it_is_the_same_compressed_and_plain_and_newer_each_time(
    client: httpx.AsyncClient, port: FakePort
) -> None:
    frames = []
    for accepted in ("gzip", "identity", "gzip"):
        answer = await client.get("/api/v1/beginning", headers={"accept-encoding": accepted})
        assert answer.headers.get("content-encoding", "identity") == accepted
        assert answer.headers["cache-control"] == "no-store"
        frames.append(answer.json()["frame"]["sequence"])
        port.advance(1.0)
    assert frames == [1, 2, 3]


async def test_everybody_is_told_who_he_is(port: FakePort, tmp_path: Path) -> None:
    access = Access(tmp_path)
    client, service = client_of(port, access=access)
    told = {}
    async with client:
        for role in Role:
            headers = {"authorization": f"Bearer {access.issue_token(User('somebody', role))}"}
            me = (await client.get("/api/v1/beginning", headers=headers)).json()["me"]
            told[role] = (me["role"], me["truth"])
    await service.broadcast.close()
    assert told == {role: (role.name.lower(), role is Role.INSTRUCTOR) for role in Role}
