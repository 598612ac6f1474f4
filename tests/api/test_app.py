"""The OpenAPI document, and what it promises."""

from typing import Any

import httpx

METHODS = {"get", "post"}


async def _document(client: httpx.AsyncClient) -> dict[str, Any]:
    document: dict[str, Any] = (await client.get("/openapi.json")).json()
    return document


async def test_every_operation_documents_its_errors_as_problems(client: httpx.AsyncClient) -> None:
    document = await _document(client)
    assert "Problem" in document["components"]["schemas"]
    for path, item in document["paths"].items():
        for method in METHODS & item.keys():
            errors = {status: answer for status, answer in item[method]["responses"].items() if status >= "400"}
            assert {"400", "405", "422", "500"} <= errors.keys(), path
            assert all(list(answer["content"]) == ["application/problem+json"] for answer in errors.values()), path


async def test_posted_bodies_have_examples_that_are_understood(client: httpx.AsyncClient) -> None:
    document = await _document(client)
    for path in ("/api/v1/commands", "/api/v1/clock"):
        examples = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["examples"]
        assert examples
        for example in examples.values():
            answer = await client.post(path, json=example["value"])
            assert answer.json().get("code") != "invalid-request", (path, example)


async def test_no_page_of_documentation_asks_another_site(client: httpx.AsyncClient) -> None:
    assert [(await client.get(address)).status_code for address in ("/docs", "/redoc")] == [404, 404]
