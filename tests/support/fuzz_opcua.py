"""Bytes from nobody, held against the OPC UA server inside one process, without a socket.

The first byte of an input says how far the peer has come, the second which request it sends, the rest is what it sends.
"""

import asyncio
import logging
import struct
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

from asyncua import ua
from asyncua.ua.ua_binary import nodeid_to_binary, struct_to_binary

from opcua_server import transport
from opcua_server.gateway import OpcUaGateway, RunningOpcUaGateway
from opcua_server.session import ClientSession
from opcua_server.transport import Connection, Listener
from tests.support.fake_port import FakePort
from tests.support.raw_peer import NONE, chunk, hello, text
from twin.host.logins import Access

Result = TypeVar("Result")
KINDS = (
    "CreateSession", "ActivateSession", "CloseSession", "GetEndpoints", "FindServers", "Read", "Write", "Browse",
    "BrowseNext", "TranslateBrowsePathsToNodeIds", "Call", "CreateSubscription", "ModifySubscription",
    "DeleteSubscriptions", "CreateMonitoredItems", "ModifyMonitoredItems", "DeleteMonitoredItems", "SetMonitoringMode",
    "SetPublishingMode", "SetTriggering", "Publish", "Republish", "TransferSubscriptions", "HistoryRead",
    "RegisterNodes", "UnregisterNodes", "QueryFirst", "AddNodes",
)  # fmt: skip
STAGES = ("socket", "hello", "channel", "session")
CORPUS = Path(__file__).parents[1] / "opcua_server" / "corpus"


class _Transport(asyncio.Transport):
    """Takes what the server says and lets it go."""

    def __init__(self) -> None:
        super().__init__()
        self.closed = False

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 4841) if name in {"peername", "sockname"} else default

    def write(self, data: Any) -> None:
        pass

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True


class _Errors(logging.Handler):
    """Remembers what the server calls a failure of its own."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


class Target:
    """A server to which inputs are given."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        # Nobody else waits for a turn.
        transport.LONGEST_PAUSE_S = 0.0
        self.errors = _Errors()
        logging.getLogger("opcua_server").addHandler(self.errors)
        self._running: RunningOpcUaGateway = self._do(self._start())
        listener = self._running._server.bserver
        assert isinstance(listener, Listener)
        self._listener = listener

    def _do(self, work: Coroutine[Any, Any, Result]) -> Result:
        return self.loop.run_until_complete(work)

    async def _start(self) -> RunningOpcUaGateway:
        access = Access(Path("no-such-folder"), open_loopback=True)
        limits = {"outcome_s": 0.05, "shown_s": 0.05}
        return await OpcUaGateway().start(FakePort(), "127.0.0.1", 0, {"access": access, "limits": limits})

    def close(self) -> None:
        """Stop the server."""
        self._do(self._running.stop())
        logging.getLogger("opcua_server").removeHandler(self.errors)
        self.loop.close()

    def give(self, raw: bytes) -> None:
        """Let a peer send this; AssertionError when the server fails of itself."""
        self.errors.messages.clear()
        self._do(self._serve(raw))
        assert self.errors.messages == [], self.errors.messages

    async def _serve(self, raw: bytes) -> None:
        stage, kind, rest = raw[:1], raw[1:2], raw[2:]
        stage_number = stage[0] % len(STAGES) if stage else 0
        connection, sink = Connection(self._listener), _Transport()
        connection.connection_made(sink)
        try:
            if stage_number == 0:
                connection.data_received(raw[1:])
            elif stage_number == 1:
                connection.data_received(hello() + chunk(b"OPN", rest))
            else:
                await self._request(
                    connection, KINDS[kind[0] % len(KINDS)] if kind else "Read", rest, stage_number == 3
                )
            await _settled(connection)
        finally:
            sink.closed = True
            connection.connection_lost(None)
            await asyncio.sleep(0)

    async def _request(self, connection: Connection, kind: str, rest: bytes, has_session: bool) -> None:
        connection.data_received(hello() + _opening())
        await _settled(connection)
        processor: Any = connection.processor
        token = ua.NodeId()
        if has_session:
            session = self._listener.server.create_session("fuzz", external=True)
            assert isinstance(session, ClientSession)
            session.session_timeout = 60.0
            session.activate(await self._listener.server.identities.user_of(
                ua.ActivateSessionParameters(), b"", processor.channel.security_policy, "127.0.0.1"
            ))  # fmt: skip
            processor.session, token = session, session.auth_token
        header: Any = ua.RequestHeader(AuthenticationToken=token)
        number = getattr(ua.ObjectIds, f"{kind}Request_Encoding_DefaultBinary")
        body = nodeid_to_binary(ua.NodeId(number)) + struct_to_binary(header) + rest[:60_000]
        channel = processor.channel.security_token
        connection.data_received(chunk(b"MSG", struct.pack("<IIII", channel.ChannelId, channel.TokenId, 2, 2) + body))


def _opening() -> bytes:
    request: Any = ua.OpenSecureChannelRequest()
    request.Parameters.RequestedLifetime = 60_000
    request.Parameters.SecurityMode = ua.MessageSecurityMode.None_
    head = struct.pack("<I", 0) + text(NONE) + text(None) + text(None) + struct.pack("<II", 1, 1)
    return chunk(b"OPN", head + struct_to_binary(request))


async def _settled(connection: Connection) -> None:
    """Let the server serve what has come; at most as long as a command may take."""
    for turn in range(1000):
        if connection._ended or connection._waiting_bytes == 0:
            return
        await asyncio.sleep(0 if turn < 50 else 0.001)


def seeds() -> dict[str, bytes]:
    """Inputs to begin with: sound requests and known bombs, by name."""
    null, long = struct.pack("<i", -1), struct.pack("<i", 2**31 - 1)
    found = {"hello": b"\0" + hello(), "http": b"\0GET / HTTP/1.1\r\n\r\n", "opening": b"\1\0" + _opening()[8:]}
    variants = {
        "nulls": bytes([0x80]) + long,
        "deep": (bytes([0x98]) + struct.pack("<i", 1)) * 200 + b"\0",
        "matrix": bytes([0xC1]) + struct.pack("<iB", 1, 1) + struct.pack("<iii", 2, 1000, 1000),
        "text": bytes([12]) + long,
        "backwards": bytes([15]) + struct.pack("<i", -100),
        "double": bytes([11]) + struct.pack("<d", 1.0),
        "surrogate": bytes([12]) + text(b"\xed\xa0\x80"),
        "nested": bytes([22]) + struct.pack("<BBHB", 1, 0, 597, 1) + struct.pack("<i", 2) + b"\x16\0",
    }
    for name, variant in variants.items():
        item = bytes([0, 85]) + struct.pack("<I", 13) + null + bytes([1]) + variant
        found[f"write-{name}"] = bytes([3, KINDS.index("Write")]) + struct.pack("<i", 1) + item
    for number, kind in enumerate(KINDS):
        parameters = getattr(ua, f"{kind}Parameters", None)
        plain = b"" if parameters is None else struct_to_binary(parameters())
        found[f"plain-{kind}"] = bytes([3, number]) + plain
        found[f"stranger-{kind}"] = bytes([2, number]) + plain
        found[f"endless-{kind}"] = bytes([3, number]) + long * 8
        found[f"negative-{kind}"] = bytes([3, number]) + struct.pack("<i", -2) * 8
    return found
