"""What a peer may not do: refused or limited, while another client is answered."""

import asyncio
import struct
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from asyncua import Client, ua
from asyncua.ua.ua_binary import struct_to_binary

from opcua_server.settings import Settings
from tests.support.opcua import Served, connected, served
from tests.support.raw_peer import RawPeer, Refused, chunk, hello, raw_peer

LIMITS = {
    "connections": 20,
    "sessions": 10,
    "channel_s": 1.0,
    "login_s": 4.0,
    "message_s": 1.0,
    "slow_reader_s": 1.0,
    "unread_bytes": 64 * 1024,
    "shortest_session_timeout_ms": 500.0,
    "publish_requests": 10,
}
SETTINGS = Settings(**LIMITS)  # type: ignore[arg-type]
BASIC256 = b"http://opcfoundation.org/UA/SecurityPolicy#Basic256"


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with served(limits=LIMITS) as made:
        yield made


@pytest.fixture(autouse=True)
async def witness(server: Served) -> AsyncIterator[None]:
    """A client that was there before, and is answered throughout."""
    async with connected(server.address) as connection:
        clock = connection.client.get_node(ua.ObjectIds.Server_ServerStatus_CurrentTime)
        longest = 0.0

        async def watch() -> None:
            nonlocal longest
            loop = asyncio.get_running_loop()
            while True:
                began = loop.time()
                await clock.read_value()
                longest = max(longest, loop.time() - began)
                await asyncio.sleep(0.02)

        watching = asyncio.create_task(watch())
        yield
        assert not watching.done(), watching
        watching.cancel()
        assert longest < 5.0


@pytest.fixture(autouse=True)
def no_trace(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Nothing that a peer does makes the server show its inside."""
    yield
    assert [record for record in caplog.get_records("call") if record.exc_info] == []


async def refusal(address: str, raw: bytes, stage: str = "socket") -> str:
    """What a peer is told that sends these bytes."""
    async with raw_peer(address, stage=stage) as peer:
        await peer.send(raw)
        with pytest.raises(Refused) as refused:
            await listen(peer)
        assert await peer.is_gone()
    return str(refused.value)


async def listen(peer: RawPeer) -> None:
    """Hear what the server says until it ends the connection."""
    while True:
        await peer.receive()


async def flood(peer: RawPeer, body: bytes, *, last: bytes = b"C") -> None:
    """Send the same chunk again and again, as pieces of one message or as messages; then listen."""
    for number in range(10_000):
        await asyncio.wait_for(peer.send(peer.message(body, last=last, same=last == b"C" and number > 0)), 30.0)
        await asyncio.sleep(0)
    await listen(peer)


# Framing.


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"GET / HTTP/1.1\r\nHost: plant\r\n\r\n", "BadTcpMessageTypeInvalid"),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "BadTcpMessageTypeInvalid"),
        (chunk(b"MSG", bytes(100)), "BadTcpMessageTypeInvalid"),
        (chunk(b"OPN", bytes(100)), "BadTcpMessageTypeInvalid"),
        (chunk(b"HEL", bytes(100), last=b"C"), "BadTcpMessageTypeInvalid"),
        (chunk(b"HEL", b"", size=0), "BadTcpMessageTypeInvalid"),
        (chunk(b"HEL", b"", size=7), "BadTcpMessageTypeInvalid"),
        (chunk(b"HEL", b"", size=2**32 - 1), "BadTcpMessageTooLarge"),
        (chunk(b"HEL", bytes(9000)), "BadTcpMessageTooLarge"),
        (hello(buffers=10), "BadConnectionRejected"),
        (hello(buffers=0), "BadConnectionRejected"),
        (hello() + hello(), "BadTcpMessageTypeInvalid"),
        (chunk(b"HEL", struct.pack("<IIIIIi", 0, 65_535, 65_535, 0, 0, -2)), "BadSecurityChecksFailed"),
        (chunk(b"HEL", struct.pack("<IIIIIi", 0, 65_535, 65_535, 0, 0, 2**31 - 1)), "BadSecurityChecksFailed"),
    ],
)
async def test_what_is_no_message_ends_the_connection(server: Served, raw: bytes, told: str) -> None:
    assert await refusal(server.address, raw) == told


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (chunk(b"MSG", bytes(100)), "BadTcpMessageTypeInvalid"),
        (chunk(b"OPN", bytes(100), last=b"C"), "BadTcpMessageTypeInvalid"),
        (chunk(b"OPN", bytes(100), size=70_000), "BadTcpMessageTooLarge"),
        (chunk(b"OPN", b"\xff" * 200), "BadSecurityPolicyRejected"),
        (chunk(b"XYZ", bytes(100)), "BadTcpMessageTypeInvalid"),
    ],
)
async def test_what_opens_no_channel_ends_the_connection(server: Served, raw: bytes, told: str) -> None:
    assert await refusal(server.address, raw, "hello") == told


@pytest.mark.parametrize(
    ("policy", "certificate", "told"),
    [
        (BASIC256, None, "BadSecurityPolicyRejected"),
        (b"", None, "BadSecurityPolicyRejected"),
        (b"http://opcfoundation.org/UA/SecurityPolicy#Basic256Sha256", None, "BadSecurityPolicyRejected"),
        (
            b"http://opcfoundation.org/UA/SecurityPolicy#Aes256_Sha256_RsaPss",
            bytes(60_000),
            "BadSecurityPolicyRejected",
        ),
    ],
)
async def test_a_policy_that_is_not_offered_is_refused(
    server: Served, policy: bytes, certificate: bytes | None, told: str
) -> None:
    # This server has no certificate: it offers None alone.
    peer = RawPeer.__new__(RawPeer)
    peer.sequence = peer.request = 0
    assert await refusal(server.address, RawPeer.opening(peer, policy, certificate), "hello") == told


async def test_wrong_numbers_of_channel_token_or_sequence_end_the_connection(server: Served) -> None:
    async with raw_peer(server.address, stage="session") as peer:
        await peer.send(peer.message(peer.body("Read", b""), channel=peer.channel + 1))
        assert await peer.is_gone()
    async with raw_peer(server.address, stage="session") as peer:
        peer.token += 1
        await peer.send(peer.message(peer.body("Read", b"")))
        assert await peer.is_gone()
    async with raw_peer(server.address, stage="session") as peer:
        peer.sequence -= 1
        await peer.send(peer.message(peer.body("Read", b"")))
        assert await peer.is_gone()


# Floods and slow peers.


async def test_who_never_says_anything_is_sent_away(server: Served) -> None:
    async with raw_peer(server.address) as silent, raw_peer(server.address, stage="hello") as greeted:
        assert await silent.is_gone()
        assert await greeted.is_gone()


async def test_who_never_logs_in_is_sent_away(server: Served) -> None:
    async with raw_peer(server.address, stage="channel") as stranger, raw_peer(server.address, stage="session") as user:
        assert await stranger.is_gone()
        assert await user.read_time() == "Good"


async def test_a_message_that_does_not_come_to_its_end_ends_the_connection(server: Served) -> None:
    async with raw_peer(server.address, stage="session") as peer:
        await peer.send(peer.message(peer.body("Read", bytes(100)))[:50])
        assert await peer.is_gone()


async def test_chunks_without_end_are_cut_off_before_a_login(server: Served) -> None:
    async with raw_peer(server.address, stage="channel") as peer:
        with pytest.raises((Refused, ConnectionError)):
            await flood(peer, bytes(60_000))


async def test_chunks_without_end_are_cut_off_after_a_login(server: Served) -> None:
    async with raw_peer(server.address, stage="session") as peer:
        with pytest.raises((Refused, ConnectionError)):
            await flood(peer, bytes(60_000))


async def test_tiny_chunks_without_end_are_cut_off(server: Served) -> None:
    async with raw_peer(server.address, stage="session") as peer:
        with pytest.raises((Refused, ConnectionError)):
            await flood(peer, b"x")


async def test_strangers_give_way_to_newcomers_and_never_push_users_out(server: Served) -> None:
    async with AsyncExitStack() as stack:
        user = await stack.enter_async_context(raw_peer(server.address, stage="session"))
        for _ in range(3 * SETTINGS.connections):
            await stack.enter_async_context(raw_peer(server.address))
        newcomer = await stack.enter_async_context(raw_peer(server.address, stage="session"))
        assert await newcomer.read_time() == "Good"
        assert await user.read_time() == "Good"


async def test_sessions_that_nobody_activates_give_way(server: Served) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(SETTINGS.sessions + 5):
            peer = await stack.enter_async_context(raw_peer(server.address, stage="channel"))
            assert await peer.create_session() == "Good"
        assert await peer.create_session() == "BadTooManySessions"
        async with connected(server.address):
            pass


async def test_no_more_sessions_than_may_be_are_in_use(server: Served) -> None:
    async with AsyncExitStack() as stack:
        said = "Good"
        for _ in range(SETTINGS.sessions + 1):
            peer = await stack.enter_async_context(raw_peer(server.address, stage="channel"))
            said = await peer.create_session()
            if said != "Good":
                break
            assert await peer.activate() == "Good"
        assert said == "BadTooManySessions"


async def test_a_session_has_so_many_subscriptions_and_no_more(server: Served) -> None:
    async with connected(server.address) as connection:
        for _ in range(SETTINGS.subscriptions_per_session):
            await connection.client.create_subscription(1000, _Silent())
        with pytest.raises(ua.uaerrors.BadTooManySubscriptions):
            await connection.client.create_subscription(1000, _Silent())


async def test_all_queues_of_a_session_together_have_an_end(server: Served) -> None:
    async with connected(server.address) as connection:
        subscription = await connection.client.create_subscription(1000, _Silent())
        request: Any = ua.MonitoredItemCreateRequest()
        request.ItemToMonitor.NodeId = ua.NodeId(ua.ObjectIds.Server_ServerStatus_CurrentTime)
        request.ItemToMonitor.AttributeId = ua.AttributeIds.Value
        request.MonitoringMode = ua.MonitoringMode.Reporting
        request.RequestedParameters.QueueSize = 2**32 - 1
        number: Any = subscription.subscription_id
        asked = ua.CreateMonitoredItemsParameters(SubscriptionId=number, ItemsToCreate=[request] * 150)
        granted = [result.RevisedQueueSize for result in await connection.client.uaclient.create_monitored_items(asked)]
        assert granted[:100] == [SETTINGS.queue_size] * 100
        assert granted[100:] == [1] * 50
        await subscription.delete()


class _Silent:
    """Takes what comes."""


async def test_publish_requests_without_end_push_out_the_oldest(server: Served) -> None:
    async with raw_peer(server.address, stage="session") as peer:
        subscription: Any = ua.CreateSubscriptionParameters()
        subscription.RequestedPublishingInterval = 60_000.0
        subscription.RequestedMaxKeepAliveCount = 1000
        subscription.RequestedLifetimeCount = 3000
        assert (await peer.ask("CreateSubscription", struct_to_binary(subscription)))[0] == "Good"
        for _ in range(50):
            await peer.send(peer.message(peer.body("Publish", struct_to_binary(ua.PublishParameters()))))
        said = [(await peer.answer())[0] for _ in range(30)]
        assert said.count("BadTooManyPublishRequests") > 20


async def test_who_leaves_answers_unread_is_sent_away(server: Served) -> None:
    async with raw_peer(server.address, stage="session") as peer:
        browse: Any = ua.BrowseParameters()
        description: Any = ua.BrowseDescription()
        description.NodeId = ua.NodeId(ua.ObjectIds.Server)
        description.ResultMask = 63
        browse.NodesToBrowse = [description] * 100
        raw = peer.body("Browse", struct_to_binary(browse))
        with pytest.raises((Refused, ConnectionError)):
            await flood(peer, raw, last=b"F")


# Requests.

BOMBS = {
    "endless list": struct.pack("<diI", 0.0, 0, 2**31 - 1),
    "negative list": struct.pack("<dii", 0.0, 0, -5),
    "long list": struct.pack("<dii", 0.0, 0, 30_000) + bytes(400_000),
    "nothing": b"",
    "half": struct.pack("<d", 0.0)[:5],
    "nan": struct.pack("<dii", float("nan"), 9999, 1) + b"\xff" * 20,
}


@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("kind", ["Read", "Write", "Call", "Browse", "CreateMonitoredItems", "Publish"])
async def test_a_request_that_cannot_be_read_is_answered_and_forgotten(server: Served, kind: str, bomb: str) -> None:
    async with raw_peer(server.address, stage="session") as peer:
        raw = peer.body(kind, BOMBS[bomb])
        pieces = [raw[start : start + 60_000] for start in range(0, len(raw), 60_000)]
        for number, piece in enumerate(pieces):
            last = b"F" if number == len(pieces) - 1 else b"C"
            await peer.send(peer.message(piece, last=last, same=number > 0))
        said, _ = await peer.answer()
        assert said.startswith("Bad") or (kind, said) == ("Publish", "Good")
        assert await peer.read_time() == "Good"


NULLS = bytes([0x80]) + struct.pack("<i", 2**31 - 1)
DEEP = (bytes([0x98]) + struct.pack("<i", 1)) * 2000 + b"\0"
MATRIX = bytes([0xC1]) + struct.pack("<iB", 1, 1) + struct.pack("<iii", 2, 1000, 1000)
LONG_TEXT = bytes([12]) + struct.pack("<i", 2**31 - 1)
BACKWARDS = bytes([15]) + struct.pack("<i", -100)


@pytest.mark.parametrize(
    "value", [NULLS, DEEP, MATRIX, LONG_TEXT, BACKWARDS], ids=["nulls", "deep", "dims", "text", "back"]
)
async def test_a_value_that_would_explode_is_refused_unread(server: Served, value: bytes) -> None:
    item = bytes([0, 85]) + struct.pack("<I", 13) + struct.pack("<i", -1) + bytes([1]) + value
    async with raw_peer(server.address, stage="session") as peer:
        said, _ = await peer.ask("Write", struct.pack("<i", 1) + item)
        assert said in {"BadDecodingError", "BadEncodingLimitsExceeded"}
        assert await peer.read_time() == "Good"


@pytest.mark.parametrize("kind", ["FindServers", "GetEndpoints", "CreateSession", "ActivateSession", "CloseSession"])
async def test_bombs_before_a_login_are_refused_too(server: Served, kind: str) -> None:
    for raw in (bytes(3), struct.pack("<i", 2**31 - 1), struct.pack("<i", -2)):
        async with raw_peer(server.address, stage="channel") as peer:
            assert (await peer.ask(kind, raw))[0].startswith("Bad")


@pytest.mark.parametrize("kind", ["AddNodes", "DeleteNodes", "RegisterServer", "QueryFirst", "HistoryUpdate", "Cancel"])
async def test_services_that_are_not_offered_are_refused(server: Served, kind: str) -> None:
    async with raw_peer(server.address, stage="session") as peer:
        said, _ = await peer.ask(kind, bytes(50))
        assert said == "BadServiceUnsupported"


@pytest.mark.parametrize("kind", ["Read", "Browse", "Publish", "CreateSubscription", "Call", "Write", "CloseSession"])
async def test_nothing_is_served_without_a_session(server: Served, kind: str) -> None:
    async with raw_peer(server.address, stage="channel") as peer:
        assert (await peer.ask(kind, bytes(50)))[0] == "BadSessionIdInvalid"


async def test_a_session_that_nobody_has_activated_serves_nothing_and_is_gone(server: Served) -> None:
    async with raw_peer(server.address, stage="channel") as peer:
        assert await peer.create_session() == "Good"
        assert await peer.read_time() == "BadSessionNotActivated"
        assert await peer.activate() == "BadSessionIdInvalid"


@pytest.mark.parametrize("timeout_ms", [float("nan"), float("inf"), -1.0, 0.0, 1e300])
async def test_a_session_has_a_time_out_whatever_is_asked_for(server: Served, timeout_ms: float) -> None:
    async with raw_peer(server.address, stage="channel") as peer:
        await peer.log_in(timeout_ms)
        assert await peer.read_time() == "Good"


async def test_a_session_that_is_left_alone_ends(server: Served) -> None:
    async with raw_peer(server.address, stage="channel") as peer:
        await peer.log_in(500.0)
        await asyncio.sleep(1.5)
        assert await peer.read_time() == "BadSessionIdInvalid"


# Hijacking.


async def test_the_token_of_another_session_opens_nothing(server: Served) -> None:
    async with raw_peer(server.address, stage="session") as owner, raw_peer(server.address, stage="session") as thief:
        assert owner.session != thief.session
        assert await thief.read_time(owner.session) == "BadSessionIdInvalid"
        assert await thief.activate(owner.session) == "BadSessionIdInvalid"
        assert (await thief.ask("CloseSession", b"\x01", owner.session))[0] == "BadSessionIdInvalid"
        assert await owner.read_time() == "Good"
    async with raw_peer(server.address, stage="session") as owner, raw_peer(server.address, stage="channel") as thief:
        assert await thief.activate(owner.session) == "BadSessionIdInvalid"
        assert await thief.read_time(owner.session) == "BadSessionIdInvalid"
        assert await owner.read_time() == "Good"


async def test_tokens_are_random(server: Served) -> None:
    tokens = []
    for _ in range(3):
        async with raw_peer(server.address, stage="session") as peer:
            tokens.append(peer.session.Identifier)
    assert len(set(tokens)) == 3
    assert all(isinstance(token, bytes) and len(token) == 32 for token in tokens)
    async with raw_peer(server.address, stage="channel") as thief:
        for number in range(1000, 1010):
            assert await thief.activate(ua.NodeId(number)) == "BadSessionIdInvalid"


async def test_subscriptions_of_another_session_are_out_of_reach(server: Served) -> None:
    async with connected(server.address) as owner, connected(server.address) as thief:
        subscription = await owner.client.create_subscription(200, _Silent())
        number: Any = subscription.subscription_id
        assert [code.name for code in await thief.client.uaclient.delete_subscriptions([number])] == [
            "BadSubscriptionIdInvalid"
        ]
        with pytest.raises(ua.UaStatusCodeError):
            await thief.client.uaclient.modify_subscription(
                ua.ModifySubscriptionParameters(SubscriptionId=number, RequestedPublishingInterval=50.0)
            )
        request = ua.TransferSubscriptionsParameters(SubscriptionIds=[number])
        (moved,) = await thief.client.uaclient.transfer_subscriptions(request)
        assert moved.StatusCode.name == "BadUserAccessDenied"
        await subscription.delete()


async def test_what_was_recorded_opens_nothing_again(server: Served) -> None:
    async with raw_peer(server.address, stage="session") as owner:
        recorded = owner.message(owner.body("Read", struct_to_binary(ua.ReadParameters())))
        async with raw_peer(server.address, stage="channel") as thief:
            await thief.send(recorded)
            assert await thief.is_gone()


async def test_a_client_finds_the_server_as_it_was(server: Served) -> None:
    async with Client(server.address) as client:
        assert await client.nodes.server_state.read_value() == ua.ServerState.Running
