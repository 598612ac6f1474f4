"""What is asked most often is answered as its route would answer it, and everything else by its route."""

import httpx
import pytest

from tests.support.fake_port import FakePort
from twin.line.errors import StateError


async def test_the_short_way_says_what_the_route_says(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/kpis")
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    longer = await client.get("/api/v1/kpis?x=1")
    assert answer.json() == longer.json()
    assert (await client.post("/api/v1/kpis", json={})).status_code == 405


async def test_a_run_that_does_not_answer_is_told_in_the_words_of_the_application(
    client: httpx.AsyncClient, port: FakePort, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def silent() -> None:
        raise StateError("the run did not answer")

    monkeypatch.setattr(port, "newest_figures", silent)
    answer = await client.get("/api/v1/kpis")
    assert answer.status_code == 500
    assert answer.headers["content-type"] == "application/problem+json"
