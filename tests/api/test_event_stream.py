"""A stream is written to its connection at once; who does not read is passed over and finds the newest."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from api.broadcast import END, HEARTBEAT, NOBODY, QUEUE_LENGTH
from api.event_stream import DirectListener
from api.server import gateway
from tests.support.fake_port import FakePort

PATIENCE_S = 60.0


class Transport:
    """Takes what is written, while it is not full."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.full = False

    def write(self, data: bytes) -> None:
        self.written.append(data)

    def get_write_buffer_size(self) -> int:
        return int(self.full)

    def is_closing(self) -> bool:
        return False


def listening() -> tuple[DirectListener, Transport]:
    transport = Transport()
    given: Any = transport
    return DirectListener(NOBODY, given), transport


def test_a_message_is_one_chunk_and_the_same_bytes_for_all() -> None:
    (one, first), (other, second) = listening(), listening()
    message = b"event: frame\ndata: {}\n\n"
    for listener in (one, other):
        listener.put(message)
    assert first.written == [b"17\r\n" + message + b"\r\n"]
    assert first.written[0] is second.written[0]


def test_who_does_not_read_misses_messages_but_never_the_newest() -> None:
    listener, transport = listening()
    transport.full = True
    for number in range(100):
        listener.put(b"%d" % number)
    assert transport.written == []
    transport.full = False
    listener.put(END)
    assert len(transport.written) == QUEUE_LENGTH
    assert [chunk.split(b"\r\n")[1] for chunk in transport.written[:-1]] == [b"97", b"98", b"99"]
    assert listener.ended.is_set()


@pytest.fixture
async def served() -> AsyncIterator[tuple[FakePort, str, Any]]:
    port = FakePort()
    running = await gateway.start(port, "127.0.0.1", 0, {"addresses": {}})
    yield port, running.address, running
    await running.stop()


async def opened(address: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    place = urlsplit(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    writer.write(f"GET /api/v1/stream HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode())
    return reader, writer


async def event(reader: asyncio.StreamReader) -> tuple[bytes, Any]:
    """Name and data of the next event on the wire."""
    async with asyncio.timeout(PATIENCE_S):
        lines = (await reader.readuntil(b"\n\n")).splitlines()
    name = next(line.removeprefix(b"event: ") for line in lines if line.startswith(b"event: "))
    return name, json.loads(next(line.removeprefix(b"data: ") for line in lines if line.startswith(b"data: ")))


async def test_a_stream_on_the_wire_is_whole_and_ends_with_the_server(served: tuple[FakePort, str, Any]) -> None:
    port, address, running = served
    reader, writer = await opened(address)
    head = await reader.readuntil(b"\r\n\r\n")
    assert b"200 OK" in head
    assert b"text/event-stream" in head
    assert b"transfer-encoding: chunked" in head.lower()
    assert b"content-length" not in head.lower()
    assert b"content-security-policy" in head
    assert (await event(reader))[0] == b"signals"
    assert (await event(reader))[1]["sequence"] == port.frame.sequence
    port.advance(1.0)
    name, frame = await event(reader)
    assert (name, frame["sequence"]) == (b"frame", port.frame.sequence)
    await running.stop()
    rest = await asyncio.wait_for(reader.read(), PATIENCE_S)
    assert rest.endswith(b"event: end\ndata: {}\n\n\r\n0\r\n\r\n")
    writer.close()


async def test_who_leaves_is_told_no_more(served: tuple[FakePort, str, Any]) -> None:
    port, address, running = served
    reader, writer = await opened(address)
    await event(reader)
    broadcast = running._service.broadcast
    assert len(broadcast.clients) == 1
    writer.close()
    async with asyncio.timeout(PATIENCE_S):
        while broadcast.clients:  # noqa: ASYNC110 - nobody tells of a client that left
            await asyncio.sleep(0.01)
    port.advance(1.0)


async def test_who_never_reads_costs_one_message_of_memory(served: tuple[FakePort, str, Any]) -> None:
    port, address, running = served
    reader, writer = await opened(address)
    await event(reader)
    raw: socket.socket = writer.get_extra_info("socket")
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader._transport.pause_reading()  # type: ignore[attr-defined]
    connection = next(iter(running._serving._server.server_state.connections))
    for _ in range(4000):
        port.advance(0.01)
        running._service.broadcast._tell(running._service.broadcast.encode(port.frame))
    assert connection.transport.get_write_buffer_size() < 64 * 1024
    writer.close()


async def test_a_silent_run_shows_signs_of_life(served: tuple[FakePort, str, Any], monkeypatch: Any) -> None:
    _, address, running = served
    broadcast = running._service.broadcast
    monkeypatch.setattr(broadcast, "_settings", broadcast._settings.model_copy(update={"heartbeat": 0.02}))
    reader, writer = await opened(address)
    await event(reader)
    async with asyncio.timeout(PATIENCE_S):
        await reader.readuntil(HEARTBEAT)
    writer.close()
