"""Who asks over HTTP: passwords, tokens, cookies, one-time links, and what each role is told and may do."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from api.identity import COOKIE
from tests.support.fake_port import FakePort
from tests.support.http_client import client_of
from twin.host.access import Role, User
from twin.host.logins import Access

WRITE = {"name": "write", "target": "bakery/corner/baking/line-1/oven/temperature_set", "arguments": {"value": 210.0}}
Clients = Callable[..., httpx.AsyncClient]


@pytest.fixture
def access(tmp_path: Path) -> Access:
    return Access(tmp_path)


@pytest.fixture
def passwords(access: Access) -> dict[str, str]:
    return dict(access.first_passwords())


@pytest.fixture
async def clients(port: FakePort, access: Access) -> AsyncIterator[Clients]:
    """Makes clients of one server each, at an address."""
    async with AsyncExitStack() as stack:

        def make(address: str = "127.0.0.1", known: Access | None = access) -> httpx.AsyncClient:
            client, service = client_of(port, access=known, address=address, host="0.0.0.0")  # noqa: S104
            stack.push_async_callback(client.aclose)
            stack.push_async_callback(service.broadcast.close)
            return client

        yield make


async def role_of(client: httpx.AsyncClient, **headers: str) -> str:
    answer = await client.get("/api/v1/me", headers=headers)
    return str(answer.json().get("role", answer.status_code))


async def test_somebody_on_this_machine_is_an_observer_until_it_logs_in(
    clients: Clients, passwords: dict[str, str]
) -> None:
    client = clients()
    assert await role_of(client) == "observer"
    answer = await client.post("/api/v1/login", json={"name": "engineer", "password": passwords["engineer"]})
    assert answer.json()["role"] == "engineer"
    assert "httponly" in answer.headers["set-cookie"].lower()
    assert await role_of(client) == "engineer"
    await client.post("/api/v1/logout", json={})
    assert await role_of(client) == "observer"


async def test_a_program_sends_its_token_in_the_head(clients: Clients, passwords: dict[str, str]) -> None:
    asked = {"name": "operator", "password": passwords["operator"]}
    token = (await clients().post("/api/v1/login", json=asked)).json()["token"]
    assert await role_of(clients(), Authorization=f"Bearer {token}") == "operator"


@pytest.mark.parametrize("credential", ["Bearer made.up", "Bearer ", "Basic b3BlcmF0b3I6eA==", "Bearer é"])
async def test_a_token_that_is_no_good_is_refused_and_not_overlooked(clients: Clients, credential: str) -> None:
    answer = await clients().get("/api/v1/me", headers={"Authorization": credential.encode()})
    assert (answer.status_code, answer.json()["code"]) == (401, "unknown-user")
    assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("name", ["operator", "nobody"])
async def test_a_wrong_password_and_an_unknown_name_are_told_the_same(
    clients: Clients, passwords: dict[str, str], name: str
) -> None:
    answer = await clients().post("/api/v1/login", json={"name": name, "password": "guess"})
    assert (answer.status_code, answer.json()["code"]) == (401, "wrong-password")
    assert "set-cookie" not in answer.headers


async def test_strangers_from_elsewhere_see_the_page_and_nothing_of_the_plant(clients: Clients) -> None:
    client = clients("192.0.2.7")
    assert (await client.get("/")).status_code == 200
    assert (await client.get("/page/style.css")).status_code == 200
    assert (await client.get("/health")).status_code == 200
    for path in ("/api/v1/line", "/api/v1/values", "/api/v1/stream", "/openapi.json", "/metrics"):
        assert (await client.get(path)).status_code == 401, path


async def test_a_one_time_link_lets_in_once_and_leaves_the_address_line(clients: Clients, access: Access) -> None:
    link = access.issue_link(Role.INSTRUCTOR)
    first, second = clients(), clients()
    answer = await first.get("/", params={"link": link, "lang": "es"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/?lang=es")
    assert await role_of(first) == "instructor"
    await second.get("/", params={"link": link})
    assert await role_of(second) == "observer"


async def test_where_this_machine_was_opened_everybody_on_it_is_instructor_and_nobody_elsewhere(
    clients: Clients, tmp_path: Path
) -> None:
    opened = Access(tmp_path, open_loopback=True)
    assert await role_of(clients(known=opened)) == "instructor"
    assert await role_of(clients("192.0.2.7", opened)) == "401"


async def test_an_observer_is_refused_what_it_has_no_right_to_and_the_journal_names_who_has(
    clients: Clients, passwords: dict[str, str], port: FakePort
) -> None:
    client = clients()
    refused = await client.post("/api/v1/commands", json=WRITE)
    assert (refused.status_code, refused.json()["code"]) == (403, "not-allowed")
    await client.post("/api/v1/login", json={"name": "engineer", "password": passwords["engineer"]})
    assert (await client.post("/api/v1/commands", json=WRITE)).status_code == 200


async def test_planted_causes_are_told_to_the_instructor_alone(clients: Clients, access: Access, oven: str) -> None:
    token = access.issue_token(User("instructor", Role.INSTRUCTOR))
    client, head = clients(), {"Authorization": f"Bearer {token}"}
    planted = {"name": "inject_fault", "target": oven, "arguments": {"fault": "broken_thermocouple"}}
    assert (await client.post("/api/v1/commands", json=planted, headers=head)).status_code == 200
    assert "inject_fault" in (await client.get("/api/v1/events", headers=head)).text
    assert "inject_fault" not in (await client.get("/api/v1/events")).text


async def test_a_cookie_that_is_no_good_counts_for_nothing(clients: Clients) -> None:
    client = clients()
    client.cookies.set(COOKIE, "made.up", domain="127.0.0.1")
    assert await role_of(client) == "observer"
