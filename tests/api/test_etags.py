"""Answers that seldom change are sent once."""

import httpx
import pytest


@pytest.mark.parametrize("path", ["/api/v1/line", "/api/v1/presentation", "/openapi.json"])
async def test_a_client_that_has_the_newest_is_told_so_in_a_few_bytes(client: httpx.AsyncClient, path: str) -> None:
    first = await client.get(path)
    again = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    weak = await client.get(path, headers={"If-None-Match": f'"other", W/{first.headers["etag"]}'})
    assert (first.status_code, len(first.content) > 100) == (200, True)
    assert [(answer.status_code, answer.content) for answer in (again, weak)] == [(304, b""), (304, b"")]
    assert again.headers["etag"] == first.headers["etag"]


async def test_a_client_that_has_something_else_gets_the_whole_answer(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/line", headers={"If-None-Match": '"older"'})
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-cache")
    assert answer.json()["stations"]


async def test_what_changes_all_the_time_carries_no_mark(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/v1/values")
    assert "etag" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
