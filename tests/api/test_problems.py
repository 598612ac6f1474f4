"""Every error is a problem detail with a sentence."""

import httpx
import pytest

from api.problems import STATUS_OF_REASON
from tests.support.fake_port import FakePort
from twin.line.errors import Reason


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/api/v1/nowhere", 404),
        ("GET", "/api/v1/line/", 404),
        ("POST", "/api/v1/line", 405),
        ("DELETE", "/api/v1/commands", 405),
        ("GET", "/api/v1/signals?limit=0", 422),
        ("GET", "/api/v1/signals?limit=x", 422),
        ("GET", "/api/v1/signals?kind=x", 422),
        ("GET", "/api/v1/signals?offset=" + "9" * 4000, 422),
        ("GET", "/api/v1/events?after=-1", 422),
        ("GET", "/api/v1/trend", 422),
        ("GET", "/api/v1/trend?path=a&since=nan", 422),
        ("GET", "/api/v1/trend?path=a&since=2026-01-05T07:00:00", 422),
        ("GET", "/api/v1/trend?path=a&points=1", 422),
        ("GET", "/api/v1/values?path=a%00b", 422),
        ("GET", "/api/v1/signals/%2e%2e/%2e%2e/etc/passwd", 404),
    ],
)
async def test_an_error_is_a_problem_with_a_sentence(
    client: httpx.AsyncClient, method: str, address: str, status: int
) -> None:
    answer = await client.request(method, address)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert (problem["status"], bool(problem["title"]), bool(problem["code"])) == (status, True, True)
    assert problem["detail"].endswith(".")


async def test_a_method_that_is_not_taken_names_the_one_that_is(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/v1/line")
    assert answer.headers["allow"] == "GET"
    assert "GET" in answer.json()["detail"]


async def test_an_error_of_the_server_shows_nothing_of_its_inside(
    client: httpx.AsyncClient, port: FakePort, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> list[object]:
        raise RuntimeError("secret path of the inside")

    monkeypatch.setattr(port, "alarms", fail)
    answer = await client.get("/api/v1/alarms")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal-error")
    assert "secret" not in answer.text


def test_every_reason_to_refuse_has_a_status() -> None:
    assert set(STATUS_OF_REASON) == set(Reason)
    assert set(STATUS_OF_REASON.values()) == {403, 404, 409, 422}
