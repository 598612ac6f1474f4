"""The HTTP gateway on a real port: start, stop, bad neighbours and slow readers."""

import asyncio
import signal
import socket
from collections.abc import AsyncIterator

import httpx
import pytest

from api.server import gateway
from tests.support.fake_port import FakePort
from twin.host.port import RunningGateway
from twin.line.errors import DefinitionError

OPCUA = "opc.tcp://127.0.0.1:4840/rajola/"


@pytest.fixture
async def port() -> AsyncIterator[FakePort]:
    async with FakePort() as port:
        yield port


@pytest.fixture
async def running(port: FakePort) -> AsyncIterator[RunningGateway]:
    running = await gateway.start(port, "127.0.0.1", 0, {"addresses": {"opcua": OPCUA}})
    yield running
    await running.stop()


def number_of(running: RunningGateway) -> int:
    return int(running.address.rpartition(":")[2])


async def test_the_address_holds_the_bound_port_and_answers(running: RunningGateway) -> None:
    assert number_of(running) > 0
    async with httpx.AsyncClient(base_url=running.address) as client:
        addresses = (await client.get("/api/v1/run")).json()["addresses"]
        page = await client.get("/")
    assert addresses == {"opcua": OPCUA, "http": running.address}
    assert "<main" in page.text


async def test_a_port_in_use_is_refused_with_the_way_out(port: FakePort, running: RunningGateway) -> None:
    number = number_of(running)
    with pytest.raises(DefinitionError, match=rf"127\.0\.0\.1:{number}.*in use.*port 0"):
        await gateway.start(port, "127.0.0.1", number, {})


async def test_an_address_of_another_machine_is_refused_in_a_sentence(port: FakePort) -> None:
    with pytest.raises(DefinitionError, match=r"192\.0\.2\.1:8000"):
        await gateway.start(port, "192.0.2.1", 8000, {})


async def test_signals_stay_with_the_host(port: FakePort) -> None:
    before = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    running = await gateway.start(port, "127.0.0.1", 0, {})
    during = [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)]
    await running.stop()
    assert during == before


async def test_a_stop_ends_open_streams_cleanly_and_frees_the_port(port: FakePort) -> None:
    running = await gateway.start(port, "127.0.0.1", 0, {})
    async with httpx.AsyncClient(base_url=running.address) as client, client.stream("GET", "/api/v1/stream") as answer:
        lines = answer.aiter_lines()
        assert await anext(lines) == "retry: 2000"
        reading = asyncio.ensure_future(_rest(lines))
        await asyncio.wait_for(running.stop(), 5.0)
        assert "event: end" in await reading
    again = await gateway.start(port, "127.0.0.1", number_of(running), {})
    await again.stop()


async def _rest(lines: AsyncIterator[str]) -> list[str]:
    return [line async for line in lines]


async def test_a_reader_that_never_reads_delays_neither_the_others_nor_the_stop(port: FakePort) -> None:
    running = await gateway.start(port, "127.0.0.1", 0, {})
    stuck = socket.create_connection(("127.0.0.1", number_of(running)))
    stuck.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    stuck.sendall(b"GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    async with httpx.AsyncClient(base_url=running.address) as client, client.stream("GET", "/api/v1/stream") as answer:
        frames = 0
        async for line in answer.aiter_lines():
            frames += line == "event: frame"
            if frames == 5:
                break
    await asyncio.wait_for(running.stop(), 5.0)
    stuck.close()


async def test_half_a_request_is_cut_off_and_the_others_are_answered(
    running: RunningGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.connection.DEADLINE", 0.3)
    halves = [await asyncio.open_connection("127.0.0.1", number_of(running)) for _ in range(50)]
    for _, writer in halves:
        writer.write(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    async with httpx.AsyncClient(base_url=running.address) as client:
        assert (await client.get("/health")).status_code == 200
    assert [await answer_of(*half) for half in halves] == [b""] * 50


async def test_a_head_without_end_is_cut_off(running: RunningGateway) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", number_of(running))
    writer.write(b"GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: " + b"x" * 200_000)
    assert await answer_of(reader, writer) == b""


async def test_a_request_in_pieces_is_answered(running: RunningGateway) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", number_of(running))
    for piece in (b"GET /hea", b"lth HTTP/1.1\r\nHost: 127", b".0.0.1\r\nConnection: close\r\n\r\n"):
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(0.02)
    assert (await answer_of(reader, writer)).startswith(b"HTTP/1.1 200 OK")


async def answer_of(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """All that the server sends before it closes; nothing when it cuts the connection off."""
    try:
        return await asyncio.wait_for(reader.read(), 30.0)
    except ConnectionError:
        return b""
    finally:
        writer.close()
