"""Jobs over the wire: the same command by OPC UA and by HTTP, rights, the event, and refusals."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from asyncua import Client, ua

from api.jobs import JobOut, JobsOut
from tests.support.http_client import client_of
from tests.support.tile_plant import ROOT, TilePlant, tile_plant
from twin.host.access import Role, User
from twin.host.logins import Access
from twin.host.port import Command

CONTROL = f"{ROOT}/JobManagement/JobOrderControl"
NO_COMMENT = ua.Variant([], ua.VariantType.LocalizedText, is_array=True)


@pytest.fixture(scope="module")
def served() -> Iterator[TilePlant]:
    with tile_plant(speed=10.0) as plant:
        yield plant


def job_order(key: str, product: str = "roble", quantity: str = "250") -> Any:
    kinds: Any = ua
    material = kinds.ISA95MaterialDataType(MaterialDefinitionID=product, Quantity=quantity)
    return kinds.ISA95JobOrderDataType(JobOrderID=key, MaterialRequirements=[material])


async def called(client: Client, method: str, first: object) -> ua.CallMethodResult:
    index = await client.get_namespace_index("urn:rajola:line:1")
    given = first if isinstance(first, ua.Variant) else ua.Variant(first)
    request = ua.CallMethodRequest(
        ObjectId=ua.NodeId(CONTROL, index), MethodId=ua.NodeId(f"{CONTROL}/{method}", index),
        InputArguments=[given, NO_COMMENT],
    )  # fmt: skip
    (result,) = await client.uaclient.call([request])
    return result


async def in_its_loop(served: TilePlant, path: str, body: dict[str, object] | None = None) -> httpx.Response:
    """Ask over HTTP, in the loop in which the plant lives."""

    async def ask() -> httpx.Response:
        client, service = client_of(served.session)
        async with client:
            answer = await (client.get(path) if body is None else client.post(path, json=body))
        await service.broadcast.close()
        return answer

    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(ask(), served.loop))


async def test_the_same_job_by_both_gateways_is_the_same_command(served: TilePlant) -> None:
    async with Client(served.address) as client:
        result = await called(client, "Store", job_order("T-1"))
    assert (result.StatusCode.is_good(), result.OutputArguments[0].Value) == (True, 1)
    by_opcua = served.journal[-1]
    served.submit(Command("cancel_job", "T-1"), User("ana", Role.OPERATOR))
    answer = await in_its_loop(served, "/api/v1/jobs", {"id": "T-1", "product": "roble", "quantity": 250.0})
    assert answer.status_code == 200
    by_http = served.journal[-1]
    assert (by_opcua.origin, by_http.origin) == ("opcua", "http")
    changes = {"number": 0, "time": 0, "wall_time": 0, "origin": "", "user": ""}
    assert replace(by_opcua, **changes) == replace(by_http, **changes)  # type: ignore[arg-type]
    listed = JobsOut.model_validate((await in_its_loop(served, "/api/v1/jobs")).json())
    assert [job.id for job in listed.items] == ["T-1"]
    assert "roble" in [product.id for product in listed.products]
    one = JobOut.model_validate((await in_its_loop(served, "/api/v1/jobs/T-1")).json())
    assert (one.state, one.substate, one.quantity) == ("NotAllowedToStart", "Ready", 250.0)


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/api/v1/jobs", {"id": "U-1", "product": "cement", "quantity": 1.0}, 422),
        ("/api/v1/jobs", {"id": "U-1", "product": "roble", "quantity": -1.0}, 422),
        ("/api/v1/jobs", {"id": "O00001", "product": "roble", "quantity": 1.0}, 409),
        ("/api/v1/jobs", {"id": "U 1", "product": "roble", "quantity": 1.0}, 422),
        ("/api/v1/job-commands", {"job": "nobody", "action": "start"}, 404),
        ("/api/v1/job-commands", {"job": "nobody", "action": "explode"}, 422),
    ],
)
async def test_http_refuses_with_the_status_of_the_reason(
    served: TilePlant, path: str, body: dict[str, object], status: int
) -> None:
    answer = await in_its_loop(served, path, body)
    assert answer.status_code == status
    assert answer.json()["detail"]


async def test_a_changed_job_is_told_by_its_event(served: TilePlant) -> None:
    heard: asyncio.Queue[Any] = asyncio.Queue()

    class Listener:
        def event_notification(self, event: Any) -> None:
            heard.put_nowait(event)

    async with Client(served.address) as client:
        index = await client.get_namespace_index("http://opcfoundation.org/UA/ISA95-JOBCONTROL_V2/")
        subscription = await client.create_subscription(50, Listener())
        kind = client.get_node(ua.NodeId(1006, index))
        await subscription.subscribe_events(client.nodes.server, kind)
        await called(client, "Store", job_order("E-1"))
        event = await asyncio.wait_for(heard.get(), 60)
        assert event.JobOrder.JobOrderID == "E-1"
        assert [state.StateText.Text for state in event.JobState] == ["NotAllowedToStart", "Ready"]
        assert event.JobResponse.JobOrderID == "E-1"
        assert (await called(client, "Cancel", "E-1")).StatusCode.is_good()


async def test_an_observer_may_read_jobs_and_not_command_them() -> None:
    with tile_plant(speed=10.0, access=Access(Path("no-such-folder"))) as plant:
        async with Client(plant.address) as client:
            result = await called(client, "Store", job_order("O-1"))
            assert result.StatusCode.name == "BadUserAccessDenied"
            index = await client.get_namespace_index("urn:rajola:line:1")
            node = client.get_node(ua.NodeId(f"{CONTROL}/JobOrderList", index))
            assert await node.read_value() == []
        assert plant.journal == []
