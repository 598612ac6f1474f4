"""A running line under attack: it answers others, keeps its memory and its log, and runs as if nobody had come."""

import asyncio
import re
import signal
import struct
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from asyncua import ua
from asyncua.ua.ua_binary import struct_to_binary

from tests.support.fuzz_opcua import KINDS
from tests.support.live import live, replayed
from tests.support.opcua import connected
from tests.support.raw_peer import RawPeer, Refused, chunk, hello, raw_peer

MEBIBYTE = 1024 * 1024
Attack = Callable[[str], Awaitable[None]]


def resident_bytes(process: int) -> int:
    """Memory of a process in use."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


async def _push(peer: RawPeer, raw: bytes, times: int) -> None:
    for _ in range(times):
        await peer.send(raw)


async def malformed(address: str) -> None:
    """Messages that are none."""
    for raw in (b"\0" * 100, chunk(b"HEL", b"", size=0), hello() + chunk(b"OPN", b"\xff" * 500), b"\xff" * 70_000):
        async with raw_peer(address) as peer:
            await peer.send(raw)
            await peer.is_gone()


async def chunks(address: str) -> None:
    """Messages without an end, before and after a login."""
    for stage in ("channel", "session"):
        async with raw_peer(address, stage=stage) as peer:
            for number in range(400):
                await peer.send(peer.message(bytes(60_000), last=b"C", same=number > 0))


async def half_open(address: str) -> None:
    """Three hundred connections that say little or nothing."""
    peers = []
    for number in range(300):
        context = raw_peer(address, stage=("socket", "hello")[number % 2])
        try:
            peers.append((context, await context.__aenter__()))
        except (Refused, ConnectionError):
            continue
    for context, _ in peers:
        await context.__aexit__(None, None, None)


async def bombs(address: str) -> None:
    """Every service with lengths that cannot be."""
    for stage in ("channel", "session"):
        async with raw_peer(address, stage=stage) as peer:
            for kind in KINDS:
                for word in (-2, 2**31 - 1, 65_536):
                    said, _ = await peer.ask(kind, struct.pack("<i", word) * 20)
                    if kind in {"CreateSession", "ActivateSession", "CloseSession", "Publish"}:
                        continue
                    assert said != "BadInternalError"


async def sessions(address: str) -> None:
    """Sessions that nobody activates, and logins one after the other."""
    for _ in range(60):
        async with raw_peer(address, stage="channel") as peer:
            assert await peer.create_session() in {"Good", "BadTooManySessions"}
    for _ in range(60):
        async with raw_peer(address, stage="session"):
            pass


async def items(address: str) -> None:
    """As many items with as long queues as may be, and more."""
    create: Any = ua.CreateSubscriptionParameters(RequestedPublishingInterval=1.0, RequestedLifetimeCount=2**32 - 1)
    async with raw_peer(address, stage="session") as peer:
        for _ in range(30):
            await peer.ask("CreateSubscription", struct_to_binary(create))
        request: Any = ua.MonitoredItemCreateRequest()
        request.ItemToMonitor.NodeId = ua.NodeId(ua.ObjectIds.Server_ServerStatus_CurrentTime)
        request.ItemToMonitor.AttributeId = ua.AttributeIds.Value
        request.RequestedParameters.QueueSize = 2**32 - 1
        for number in range(1, 12):
            body = ua.CreateMonitoredItemsParameters(SubscriptionId=number, ItemsToCreate=[request] * 400)
            await peer.ask("CreateMonitoredItems", struct_to_binary(body)[:60_000])


async def deaf(address: str) -> None:
    """Asks for much and reads nothing of it."""
    description: Any = ua.BrowseDescription(NodeId=ua.NodeId(ua.ObjectIds.Server), ResultMask=63)
    raw = struct_to_binary(ua.BrowseParameters(NodesToBrowse=[description] * 400))
    async with raw_peer(address, stage="session") as peer:
        for _ in range(300):
            try:
                await asyncio.wait_for(peer.send(peer.message(peer.body("Browse", raw))), 1.0)
            except (TimeoutError, ConnectionError):
                return


async def guesses(address: str) -> None:
    """Tokens of sessions, by the hundred."""
    async with raw_peer(address, stage="channel") as peer:
        for number in range(200):
            assert await peer.read_time(ua.NodeId(number)) == "BadSessionIdInvalid"
            assert await peer.activate(ua.NodeId(number)) == "BadSessionIdInvalid"


ATTACKS: tuple[Attack, ...] = (malformed, chunks, half_open, bombs, sessions, items, deaf, guesses)


async def besiege(address: str, process: int, rounds: int) -> tuple[float, int]:
    """Attack while a client reads every 50 ms; its longest wait [s] and the growth of memory [bytes]."""
    longest = 0.0

    async def read(connection: Any) -> None:
        nonlocal longest
        clock = connection.client.get_node(ua.ObjectIds.Server_ServerStatus_CurrentTime)
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await clock.read_value()
            longest = max(longest, loop.time() - began)
            await asyncio.sleep(0.05)

    async with connected(address) as connection:
        reading = asyncio.create_task(read(connection))
        # The first round fills caches and pools that stay.
        for attack in ATTACKS:
            await asyncio.wait_for(_survive(attack, address), 60.0)
        before = resident_bytes(process)
        for _ in range(rounds):
            for attack in ATTACKS:
                await asyncio.wait_for(_survive(attack, address), 60.0)
        await asyncio.sleep(2.0)
        assert not reading.done(), reading
        reading.cancel()
        return longest, resident_bytes(process) - before


async def _survive(attack: Attack, address: str) -> None:
    try:
        await attack(address)
    except (Refused, ConnectionError):
        # Refused is what an attacker should be.
        return


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read off /proc")
def test_a_siege_changes_nothing(tmp_path: Path, in_full_length: bool) -> None:
    with live(tmp_path, "--speed", "10", opcua="127.0.0.1:0", open_loopback=False, apart=True) as line:
        rounds = 10 if in_full_length else 1
        longest, growth = asyncio.run(besiege(line.ready["opcua"], line.ready["pids"]["opcua"], rounds))
        assert line.signal(signal.SIGTERM) == 0
        output = line.output
    assert "Traceback" not in output, output
    assert "failed" not in output, output
    stopped = re.search(r"stopped at plant time (\S+), event log (\w+)", output)
    assert stopped is not None, output
    again = replayed(tmp_path / "state", stopped[1])
    assert stopped[2] in str(again)
    assert growth < 64 * MEBIBYTE, f"{growth / MEBIBYTE:.0f} MiB"
    assert longest < (1.0 if in_full_length else 5.0), f"{longest:.2f} s"
