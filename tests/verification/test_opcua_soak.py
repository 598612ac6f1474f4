"""A long day with thousands of clients that come and go: memory stays, and nobody who stays loses anything."""

import asyncio
import contextlib
import re
import signal
from pathlib import Path
from typing import Any

import pytest
from asyncua import ua
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.ua_binary import struct_from_binary, struct_to_binary

from tests.support.live import RAJOLA, Live, live, replayed
from tests.support.opcua import connected
from tests.support.opcua_load import Account, keep_listening
from tests.support.raw_peer import RawPeer, raw_peer

SUBSCRIPTIONS = 10
"""That each client makes."""
LEAVES = ("closes", "deletes", "vanishes")
GROWTH = 1.05
SLACK = 8 * 1024 * 1024
"""Bytes by which an allocator may differ from one look to the next, in the short form above all."""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read off /proc"),
]


def resident(process: int) -> int:
    """Memory of a process in use [bytes]."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


async def subscribe(peer: RawPeer, nodes: list[str], namespace: int) -> int:
    """A subscription with some items; its number."""
    create: Any = ua.CreateSubscriptionParameters(100.0, 600, 20, 0, True, 0)
    said, answer = await peer.ask("CreateSubscription", struct_to_binary(create))
    assert said == "Good"
    number = int(struct_from_binary(ua.CreateSubscriptionResult, answer).SubscriptionId)
    items = []
    for handle, path in enumerate(nodes):
        item: Any = ua.MonitoredItemCreateRequest()
        item.ItemToMonitor.NodeId = ua.NodeId(path, namespace)  # type: ignore[arg-type]
        item.ItemToMonitor.AttributeId = AttributeIds.Value
        item.RequestedParameters.ClientHandle = handle
        item.RequestedParameters.QueueSize = 10
        items.append(item)
    wanted = ua.CreateMonitoredItemsParameters(SubscriptionId=number, ItemsToCreate=items)
    said, _ = await peer.ask("CreateMonitoredItems", struct_to_binary(wanted))
    assert said == "Good"
    return number


async def visit(address: str, nodes: list[str], namespace: int, leave: str) -> None:
    """Come, subscribe ten times, hear something, and leave in one of three ways."""
    async with raw_peer(address, stage="session") as peer:
        numbers = [await subscribe(peer, nodes, namespace) for _ in range(SUBSCRIPTIONS)]
        publish = struct_to_binary(ua.PublishParameters())
        said, _ = await peer.ask("Publish", publish)
        assert said == "Good"
        if leave == "deletes":
            wanted = ua.DeleteSubscriptionsParameters(numbers)
            await peer.ask("DeleteSubscriptions", struct_to_binary(wanted))
        if leave != "vanishes":
            closing: Any = ua.CloseSessionRequest()
            closing.DeleteSubscriptions = True
            await peer.ask("CloseSession", b"\x01")


async def counts(address: str) -> tuple[int, int]:
    """Sessions and subscriptions that the server has now, but for the one that asks."""
    async with connected(address) as client:
        names = (
            ObjectIds.Server_ServerDiagnostics_ServerDiagnosticsSummary_CurrentSessionCount,
            ObjectIds.Server_ServerDiagnostics_ServerDiagnosticsSummary_CurrentSubscriptionCount,
        )
        sessions, subscriptions = [await client.client.get_node(name).read_value() for name in names]
        return int(sessions) - 1, int(subscriptions)


async def soak(line: Live, visits: int, pause: float, folder: Path) -> tuple[Account, list[dict[str, int]]]:
    """Let clients come and go while one stays; what it was sent, and memory at every tenth."""
    address = line.ready["opcua"]
    paths = [each["path"] for each in line.get("signals")["items"]]
    async with connected(address) as client:
        namespace = client.namespace
    account = Account()
    order = {
        "address": address, "namespace": "urn:rajola:line:1", "names": paths[:100], "encrypt": False,
        "publishing_ms": 250.0, "synthetic": False, "folder": str(folder),
    }  # fmt: skip
    staying = asyncio.create_task(keep_listening(order, account, None))
    processes = {"engine": line.process.pid, **line.ready["pids"]}
    memory = []
    for number in range(visits):
        await visit(address, paths[number % 50 :][:5], namespace, LEAVES[number % len(LEAVES)])
        assert not staying.done()
        if (number + 1) % (visits // 10) == 0:
            memory.append({name: resident(process) for name, process in processes.items()})
        await asyncio.sleep(pause)
    await gone(address)
    staying.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await staying
    return account, memory


async def gone(address: str) -> None:
    """Wait until the server has let go of all who left, and knows the one who stays."""
    async with asyncio.timeout(120.0):
        while await counts(address) != (1, 1):  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.5)


def test_clients_that_come_and_go_leave_nothing_behind(tmp_path: Path, in_full_length: bool) -> None:
    visits, pause = (2000, 1.6) if in_full_length else (60, 0.0)
    with live(tmp_path, "--speed", "600", launcher=RAJOLA, opcua="127.0.0.1:0", apart=True) as line:
        account, memory = asyncio.run(soak(line, visits, pause, tmp_path))
        assert line.signal(signal.SIGTERM) == 0
        output = line.output
    print({name: [round(each[name] / 1e6) for each in memory] for name in memory[0]}, account)  # noqa: T201
    assert account.disconnects == 0
    assert account.lost_messages == 0
    assert account.messages > 0
    for name in ("opcua", "http"):
        first, most = memory[0][name], max(each[name] for each in memory)
        assert most <= GROWTH * first + (0 if in_full_length else SLACK), f"{name}: {first} to {most} bytes"
    assert "Traceback" not in output
    again = replayed(tmp_path / "state", launcher=RAJOLA)
    assert output.splitlines()[-1].endswith(f"{again['until']}, event log {again['event_log_sha256']}")
