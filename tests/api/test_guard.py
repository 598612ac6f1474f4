"""Who is answered, what is read, and which headers every answer carries."""

from collections.abc import AsyncIterator

import httpx
import pytest

from api.guard import UNREAD, is_own_host
from tests.support.fake_port import FakePort
from tests.support.http_client import client_of

PAUSE = {"action": "pause"}
EVERYWHERE = "0.0.0.0"  # noqa: S104 (compared, not bound)


@pytest.mark.parametrize(
    ("header", "bound", "own"),
    [
        ("127.0.0.1:8000", "127.0.0.1", True),
        ("127.0.0.2", "127.0.0.1", True),
        ("localhost:8000", "127.0.0.1", True),
        ("[::1]:8000", "127.0.0.1", True),
        ("192.168.1.20:8000", EVERYWHERE, True),
        ("192.168.1.20:8000", "127.0.0.1", False),
        ("plant.example:8000", EVERYWHERE, False),
        ("plant.example", "plant.example", True),
        ("", "127.0.0.1", False),
    ],
)
def test_a_host_header_has_to_name_this_server(header: str, bound: str, own: bool) -> None:
    assert is_own_host(header, bound) is own


async def test_a_rebound_name_reads_nothing(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/run", headers={"host": "attacker.example"})
    assert (answer.status_code, answer.json()["code"]) == (400, "unknown-host")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://127.0.0.1:8000"}, 200),
        ({}, 200),
        ({"origin": "http://attacker.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:9999"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
    ],
)
async def test_only_this_site_and_programs_may_post(
    client: httpx.AsyncClient, port: FakePort, headers: dict[str, str], status: int
) -> None:
    answer = await client.post("/api/v1/clock", json=PAUSE, headers=headers)
    assert answer.status_code == status
    assert len(port.commands) == (status == 200)


async def test_a_form_of_another_page_cannot_be_taken_for_json(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/clock", content=b'{"action":"pause"}', headers={"content-type": "text/plain"})
    assert (answer.status_code, answer.json()["code"]) == (415, "not-json")


async def test_a_body_is_counted_as_it_arrives(port: FakePort) -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 10_000_000:
            sent += 1000
            yield b" " * 1000

    client, _ = client_of(port, largest_body=20_000)
    async with client:
        answer = await client.post("/api/v1/commands", content=endless(), headers={"content-type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (413, "body-too-large")
    assert sent < 20_000 + UNREAD + 10_000


async def test_every_answer_forbids_foreign_content(client: httpx.AsyncClient) -> None:
    for address in ("/", "/api/v1/run", "/nowhere", "/page/js/main.js"):
        headers = (await client.get(address)).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "script-src 'self';" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "access-control-allow-origin" not in headers
