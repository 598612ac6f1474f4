"""What an instructor does to clients, seen by a client of asyncua, and by one that looks at certificates."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from asyncua import Client, ua
from cryptography import x509

from tests.support.opcua import OVEN, Connection, Served, connected, served
from tests.support.raw_peer import hello
from tests.support.secured import Secured, secured
from twin.host.access import Role, User
from twin.host.port import Command

PATIENCE_S = 60.0
HEAT = f"{OVEN}/temperature"


@pytest.fixture(scope="module")
def line() -> Iterator[Served]:
    with served() as server:
        yield server


def disturb(server: Served, kind: str, duration_s: float = 0.0, size: float = 0.0) -> None:
    """Order chaos as the HTTP server does."""
    arguments: dict[str, Any] = {"kind": kind, "duration_s": duration_s, "size": size}
    server.submit(Command("start_chaos", "", arguments))


class Heard:
    """Collects values, and what becomes of the subscription."""

    def __init__(self) -> None:
        self.values: asyncio.Queue[Any] = asyncio.Queue()
        self.changes: asyncio.Queue[ua.StatusChangeNotification] = asyncio.Queue()

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
        self.values.put_nowait(value)

    def status_change_notification(self, status: ua.StatusChangeNotification) -> None:
        self.changes.put_nowait(status)


async def whole(client: Connection) -> ua.DataValue:
    """The oven's heat with both time stamps."""
    item = ua.ReadValueId(NodeId=client.node(HEAT).nodeid, AttributeId=ua.AttributeIds.Value)
    asked: Any = ua.ReadParameters(TimestampsToReturn=ua.TimestampsToReturn.Both, NodesToRead=[item])
    (value,) = await client.client.uaclient.read(asked)
    return value


async def read_until(client: Connection, true: Any) -> Any:
    """Read the oven's heat until something is true of value and duration."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        began = time.monotonic()
        value = await whole(client)
        if true(value, time.monotonic() - began):
            return value
        await asyncio.sleep(0.02)
    raise AssertionError("it never came true")


async def test_a_subscription_goes_on_after_late_answers(line: Served) -> None:
    async with connected(line.address) as client:
        heard = Heard()
        subscription = await client.client.create_subscription(50, heard)
        await subscription.subscribe_data_change(client.node(HEAT))
        disturb(line, "delay_answers", 2.0, 400.0)
        await read_until(client, lambda value, lasted: lasted >= 0.4)
        line.submit(Command("end_chaos"))
        await read_until(client, lambda value, lasted: lasted < 0.4)
        heard.values = asyncio.Queue()
        for _ in range(3):
            await asyncio.wait_for(heard.values.get(), PATIENCE_S)


async def test_a_subscription_goes_on_after_a_black_hole(line: Served) -> None:
    async with connected(line.address) as client:
        heard = Heard()
        subscription = await client.client.create_subscription(50, heard)
        await subscription.subscribe_data_change(client.node(HEAT))
        disturb(line, "black_hole", 1.5)
        await read_until(client, lambda value, lasted: lasted >= 0.7)
        heard.values = asyncio.Queue()
        for _ in range(3):
            await asyncio.wait_for(heard.values.get(), PATIENCE_S)


async def test_a_black_hole_takes_connections_and_answers_when_it_is_over(line: Served) -> None:
    disturb(line, "black_hole", 120.0)
    while not line.chaos("is_black_hole"):  # noqa: ASYNC110 - another thread
        await asyncio.sleep(0.01)
    reader, writer = await asyncio.open_connection(*urlsplit(line.address).netloc.split(":"))
    writer.write(hello())
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(reader.read(3), 0.5)
    line.submit(Command("end_chaos"))
    assert await asyncio.wait_for(reader.read(3), PATIENCE_S) == b"ACK"
    writer.close()


async def test_the_end_of_a_subscription_is_told(line: Served) -> None:
    async with connected(line.address) as client:
        heard = Heard()
        await client.client.create_subscription(50, heard)
        disturb(line, "drop_subscriptions")
        told = await asyncio.wait_for(heard.changes.get(), PATIENCE_S)
        assert told.Status.name == "BadTimeout"
        assert await client.node(HEAT).read_value() > 0.0


async def test_a_dropped_session_is_unknown_and_another_one_can_be_made(line: Served) -> None:
    async with connected(line.address) as client:
        disturb(line, "drop_sessions")
        with pytest.raises(ua.uaerrors.BadSessionIdInvalid):
            await read_until(client, lambda value, lasted: False)
    async with connected(line.address) as client:
        assert await client.node(HEAT).read_value() > 0.0


@pytest.mark.parametrize("kind", ["drop_connections", "restart"])
async def test_a_broken_connection_can_be_made_anew(line: Served, kind: str) -> None:
    lost = asyncio.Event()

    async def note(error: Exception) -> None:
        lost.set()

    client = Client(line.address)
    client.connection_lost_callback = note
    await client.connect()
    disturb(line, kind)
    await asyncio.wait_for(lost.wait(), PATIENCE_S)
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            async with connected(line.address) as again:
                assert await again.node(HEAT).read_value() > 0.0
        except (ConnectionError, TimeoutError, asyncio.CancelledError):
            assert time.monotonic() < end
            await asyncio.sleep(0.1)
        else:
            break
    client.disconnect_socket()


async def test_a_clock_that_jumps_goes_back(line: Served) -> None:
    async with connected(line.address) as client:
        current = client.client.get_node(ua.ObjectIds.Server_ServerStatus_CurrentTime)
        before = await whole(client)
        disturb(line, "clock_jump", 60.0, -7200.0)
        behind = timedelta(hours=1)

        def is_behind(value: ua.DataValue, lasted: float) -> bool:
            assert value.ServerTimestamp is not None
            return datetime.now(UTC) - value.ServerTimestamp.replace(tzinfo=UTC) > behind

        value = await read_until(client, is_behind)
        assert value.SourceTimestamp >= before.SourceTimestamp
        while datetime.now(UTC) - (await current.read_value()).replace(tzinfo=UTC) < behind:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        line.submit(Command("end_chaos"))
        await read_until(client, lambda value, lasted: not is_behind(value, lasted))


async def test_whoever_orders_chaos_hears_that_it_was_taken_first(line: Served) -> None:
    async with connected(line.address) as client:
        result = await client.call("start_chaos", "black_hole", 1e9, 0.0)
        assert result.StatusCode.name == "BadOutOfRange"
        result = await client.call("start_chaos", "earthquake", 1.0, 0.0)
        assert result.StatusCode.name == "BadNotFound"
        result = await client.call("start_chaos", "drop_sessions", 0.0, 0.0)
        assert result.StatusCode.name == "Good"


def test_an_engineer_is_refused_and_changes_nothing(line: Served) -> None:
    for name in ("start_chaos", "end_chaos"):
        outcome = line.submit(Command(name, "", {}), User("bert", Role.ENGINEER))
        assert not outcome.accepted


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with secured(tmp_path_factory.mktemp("chaos")) as server:
        yield server


async def shown_until(server: Secured, true: Any) -> x509.Certificate:
    """Ask for the server's certificate until something is true of it."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        try:
            endpoints = await Client(server.address).connect_and_get_server_endpoints()
        except (ConnectionError, TimeoutError):
            # All connections break off when the certificate is exchanged.
            continue
        shown = x509.load_der_x509_certificate(next(each.ServerCertificate for each in endpoints))
        if true(shown):
            return shown
        await asyncio.sleep(0.05)
    raise AssertionError("it never came true")


@pytest.mark.parametrize(("kind", "hours"), [("expired_certificate", -3.0), ("expiring_certificate", 3.0)])
async def test_a_certificate_is_shown_that_expires_and_then_the_old_one(
    guarded: Secured, kind: str, hours: float
) -> None:
    sound = x509.load_der_x509_certificate(guarded.certificate.read_bytes())
    disturb(guarded.served, kind, 60.0, abs(hours))
    shown = await shown_until(guarded, lambda each: each != sound)
    left = (shown.not_valid_after_utc - datetime.now(UTC)) / timedelta(hours=1)
    assert hours - 0.1 < left < hours + 0.1
    assert shown.public_key() == sound.public_key()
    assert shown.extensions.get_extension_for_class(x509.SubjectAlternativeName) is not None
    guarded.served.submit(Command("end_chaos"))
    await shown_until(guarded, lambda each: each == sound)
