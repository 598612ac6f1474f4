"""Commands and the clock: what is handed in, what is refused, and with which status."""

from typing import Any

import httpx
import pytest

from api.identity import OPEN
from api.schemas import OutcomeOut
from tests.support.fake_port import FakePort
from tests.support.http_client import client_of
from twin.host.port import Command


def write(target: str, value: Any) -> dict[str, Any]:
    return {"name": "write", "target": target, "arguments": {"value": value}}


async def test_a_written_set_point_is_read_back_by_the_next_question(client: httpx.AsyncClient, oven: str) -> None:
    path = f"{oven}/temperature_set"
    outcome = OutcomeOut.model_validate((await client.post("/api/v1/commands", json=write(path, 250))).json())
    values = (await client.get("/api/v1/values", params={"path": path})).json()
    assert values["values"][path]["value"] == 250.0
    assert values["sequence"] >= outcome.sequence


@pytest.mark.parametrize(
    ("tail", "value", "status", "code"),
    [
        ("temperature_set", 900.0, 422, "out-of-range"),
        ("temperature", 200.0, 403, "not-writable"),
        ("nothing", 200.0, 404, "unknown-target"),
    ],
)
async def test_a_refusal_carries_the_sentence_of_the_run(
    client: httpx.AsyncClient, port: FakePort, oven: str, tail: str, value: float, status: int, code: str
) -> None:
    answer = await client.post("/api/v1/commands", json=write(f"{oven}/{tail}", value))
    refusal = await port.submit(Command("write", f"{oven}/{tail}", {"value": value}), OPEN)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"] == refusal.message


@pytest.mark.parametrize(
    "body",
    [
        b'{"name":"write","target":"a/b","arguments":{"value":NaN}}',
        b'{"name":"write","target":"a/b","arguments":{"value":Infinity}}',
        b'{"name":"write","target":"a/b","arguments":{"value":1e999}}',
        b'{"name":"write","target":"a/b","arguments":{"value":"220"}}',
        b'{"name":"write","target":"a/b","arguments":{"value":true}}',
        b'{"name":"write","target":"a/b","arguments":{"value":' + b"9" * 4000 + b"}}",
        b'{"name":"write","target":"a/b","arguments":{"value":' + b"9" * 5000 + b"}}",
        b'{"name":"write","target":"a/b","arguments":{"value":1},"more":1}',
        b'{"name":"write","target":"\\ud800","arguments":{"value":1}}',
        b'{"name":"write","target":"a\\u0000b","arguments":{"value":1}}',
        b'{"name":"inject_fault","target":"a/b","arguments":{"fault":"../../etc"}}',
        b'{"name":"inject_fault","target":"a/b","arguments":{"fault":"x","duration_s":-1}}',
        b'{"name":"inject_fault","target":"a/b","arguments":{"fault":"x","size":0}}',
        b'{"name":"format_disk","target":"a/b","arguments":{}}',
        b'{"name":"write"',
        b"[" * 30_000,
        b"\xff\xfe",
        b"",
    ],
)
async def test_a_body_that_cannot_be_used_is_a_problem_and_reaches_nobody(
    client: httpx.AsyncClient, port: FakePort, body: bytes
) -> None:
    answer = await client.post("/api/v1/commands", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]
    assert port.commands == []


async def test_the_clock_is_paused_stepped_sped_up_and_resumed(client: httpx.AsyncClient, port: FakePort) -> None:
    for body in ({"action": "pause"}, {"action": "step", "seconds": 60}, {"action": "set_speed", "factor": 60.0}):
        assert (await client.post("/api/v1/clock", json=body)).status_code == 200
    clock = (await client.get("/api/v1/clock")).json()
    assert (clock["running"], clock["speed"], clock["time"]) == (False, 60.0, "2026-01-05T07:01:00Z")
    assert (await client.post("/api/v1/clock", json={"action": "resume"})).status_code == 200
    refused = await client.post("/api/v1/clock", json={"action": "step", "seconds": 60})
    assert (refused.status_code, refused.json()["code"]) == (409, "not-now")


async def test_hidden_controls_of_the_simulator_cannot_be_used(port: FakePort, oven: str) -> None:
    client, _ = client_of(port, simulator=False)
    async with client:
        fault = {"name": "inject_fault", "target": oven, "arguments": {"fault": "broken_thermocouple"}}
        statuses = [
            (await client.post("/api/v1/clock", json={"action": "pause"})).status_code,
            (await client.post("/api/v1/commands", json=fault)).status_code,
            (await client.post("/api/v1/commands", json=write(f"{oven}/temperature_set", 230))).status_code,
        ]
    assert statuses == [403, 403, 200]
    assert [command.name for _, command in port.commands] == ["write"]


async def test_a_fault_is_injected_at_the_size_that_is_asked_for(port: FakePort, oven: str) -> None:
    client, _ = client_of(port)
    async with client:
        arguments = {"fault": "broken_thermocouple", "duration_s": 60.0, "size": 1.5}
        body = {"name": "inject_fault", "target": oven, "arguments": arguments}
        assert (await client.post("/api/v1/commands", json=body)).status_code == 200
        assert port.commands[-1][1].arguments == arguments
        usual = {"name": "inject_fault", "target": oven, "arguments": {"fault": "broken_thermocouple"}}
        await client.post("/api/v1/commands", json=usual)
        assert port.commands[-1][1].arguments["size"] == 1.0
