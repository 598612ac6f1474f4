"""The journal and the kept runs, as users of different roles read them."""

from pathlib import Path

import httpx

from tests.support.fake_port import FakePort
from tests.support.http_client import client_of
from twin.host.logins import Access

FAULT = {"fault": "broken_thermocouple"}


async def _plant_and_handle(client: httpx.AsyncClient, oven: str) -> None:
    for name, target, arguments in (
        ("inject_fault", oven, FAULT),
        ("write", f"{oven}/set_point", {"value": 230.0}),
        ("clear_fault", oven, FAULT),
    ):
        body = {"name": name, "target": target, "arguments": arguments}
        assert (await client.post("/api/v1/commands", json=body)).status_code in {200, 403, 404, 422}


async def test_the_journal_is_read_page_by_page(client: httpx.AsyncClient, port: FakePort, oven: str) -> None:
    await _plant_and_handle(client, oven)
    first = (await client.get("/api/v1/journal", params={"limit": 1})).json()
    rest = (await client.get("/api/v1/journal", params={"after": first["last"]})).json()
    names = [entry["name"] for entry in first["items"] + rest["items"]]
    assert names == [command.name for _, command in port.commands]
    assert rest["items"][0]["origin"] == "http"
    end = (await client.get("/api/v1/journal", params={"after": rest["last"]})).json()
    assert end == {"last": rest["last"], "items": []}


async def test_an_observer_finds_no_planted_cause_in_the_journal(port: FakePort, oven: str, tmp_path: Path) -> None:
    teacher, _ = client_of(port)
    async with teacher:
        await _plant_and_handle(teacher, oven)
    onlooker, _ = client_of(port, access=Access(tmp_path))
    async with onlooker:
        answer = await onlooker.get("/api/v1/journal")
    assert "fault" not in answer.text
    assert "thermocouple" not in answer.text
    assert [entry["number"] for entry in answer.json()["items"]] == [1]


async def test_who_knows_the_journal_is_told_so_in_a_few_bytes(client: httpx.AsyncClient) -> None:
    first = await client.get("/api/v1/journal")
    again = await client.get("/api/v1/journal", headers={"if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)


async def test_the_run_that_lives_comes_first_among_those_kept(client: httpx.AsyncClient) -> None:
    page = (await client.get("/api/v1/runs", params={"limit": 1})).json()
    assert page["more"]
    assert [(run["id"], run["lives"]) for run in page["items"]] == [("present", True)]
    page = (await client.get("/api/v1/runs", params={"offset": 1})).json()
    assert not page["more"]
    assert [run["id"] for run in page["items"]] == ["run.before-1"]
