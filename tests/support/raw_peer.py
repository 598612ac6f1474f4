"""A peer that speaks OPC UA byte by byte, and says what a decent client would not."""

import asyncio
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlparse

from asyncua import ua
from asyncua.common.utils import Buffer
from asyncua.ua.ua_binary import nodeid_from_binary, nodeid_to_binary, struct_from_binary, struct_to_binary

NONE = b"http://opcfoundation.org/UA/SecurityPolicy#None"
PATIENCE_S = 30.0


class Refused(Exception):
    """The server ended the connection; the message is the name of the status code."""


def text(raw: bytes | None) -> bytes:
    """A text or byte string as it goes over the wire."""
    return b"\xff\xff\xff\xff" if raw is None else struct.pack("<i", len(raw)) + raw


def chunk(kind: bytes, body: bytes, *, last: bytes = b"F", size: int | None = None) -> bytes:
    """A chunk with a true length, or with any other."""
    return kind + last + struct.pack("<I", len(body) + 8 if size is None else size) + body


class RawPeer:
    """A TCP connection with the numbers of a channel."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.channel = self.token = self.sequence = self.request = 0
        self.session = ua.NodeId()

    # Bytes.

    async def send(self, raw: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(raw)
        await self.writer.drain()

    async def receive(self) -> tuple[bytes, bytes]:
        """The next message (kind, body); Refused when the server ends the connection."""
        try:
            head = await asyncio.wait_for(self.reader.readexactly(8), PATIENCE_S)
            body = await asyncio.wait_for(self.reader.readexactly(struct.unpack("<I", head[4:])[0] - 8), PATIENCE_S)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise Refused("closed") from None
        if head[:3] == b"ERR":
            raise Refused(str(ua.StatusCode(struct.unpack("<I", body[:4])[0]).name))
        return head[:3], body

    async def is_gone(self) -> bool:
        """Whether the server ends the connection; reads whatever comes before."""
        try:
            while await asyncio.wait_for(self.reader.read(65_536), PATIENCE_S):
                pass
        except ConnectionError:
            pass
        return True

    # A decent beginning.

    async def hello(self, buffers: int = 65_535, message: int = 0, chunks: int = 0) -> None:
        """Say hello and hear the answer."""
        await self.send(hello(buffers, message, chunks))
        kind, _ = await self.receive()
        assert kind == b"ACK"

    def opening(self, policy: bytes = NONE, certificate: bytes | None = None, mark: bytes | None = None) -> bytes:
        """A message that opens a channel without security, whatever policy it names."""
        request: Any = ua.OpenSecureChannelRequest()
        request.Parameters.RequestedLifetime = 60_000
        request.Parameters.SecurityMode = ua.MessageSecurityMode.None_
        self.sequence += 1
        self.request += 1
        body = struct.pack("<I", 0) + text(policy) + text(certificate) + text(mark)
        body += struct.pack("<II", self.sequence, self.request) + struct_to_binary(request)
        return chunk(b"OPN", body)

    async def open(self, **how: Any) -> None:
        """Open a channel without security."""
        await self.send(self.opening(**how))
        _, body = await self.receive()
        self.channel = struct.unpack("<I", body[:4])[0]
        found = Buffer(body[4:])
        struct_from_binary(ua.AsymmetricAlgorithmHeader, found)
        struct_from_binary(ua.SequenceHeader, found)
        self.token = struct_from_binary(ua.OpenSecureChannelResponse, found).Parameters.SecurityToken.TokenId

    def message(self, body: bytes, *, last: bytes = b"F", same: bool = False, channel: int | None = None) -> bytes:
        """One chunk of a message; `same` for a further chunk of the last one."""
        self.sequence += 1
        self.request += not same
        number = self.channel if channel is None else channel
        return chunk(b"MSG", struct.pack("<IIII", number, self.token, self.sequence, self.request) + body, last=last)

    def body(self, kind: str, parameters: bytes, token: ua.NodeId | None = None) -> bytes:
        """A request's body by the name of its type and the bytes of its parameters."""
        header: Any = ua.RequestHeader()
        header.AuthenticationToken = self.session if token is None else token
        header.RequestHandle = self.request + 1
        header.TimeoutHint = 0
        number = getattr(ua.ObjectIds, f"{kind}Request_Encoding_DefaultBinary")
        return nodeid_to_binary(ua.NodeId(number)) + struct_to_binary(header) + parameters

    async def ask(self, kind: str, parameters: bytes, token: ua.NodeId | None = None) -> tuple[str, Buffer]:
        """Send a request; the name of the service result, and the bytes after the response's header."""
        await self.send(self.message(self.body(kind, parameters, token)))
        return await self.answer()

    async def answer(self) -> tuple[str, Buffer]:
        """The next answer, of whatever request."""
        _, body = await self.receive()
        found = Buffer(body[16:])
        nodeid_from_binary(found)
        header = struct_from_binary(ua.ResponseHeader, found)
        return str(header.ServiceResult.name), found

    async def log_in(self, timeout_ms: float = 60_000.0) -> None:
        """Become somebody anonymous."""
        assert await self.create_session(timeout_ms) == "Good"
        assert await self.activate() == "Good"

    async def create_session(self, timeout_ms: float = 60_000.0) -> str:
        """Create a session; the service result."""
        parameters: Any = ua.CreateSessionParameters()
        parameters.RequestedSessionTimeout = timeout_ms
        parameters.ClientNonce = bytes(32)
        said, found = await self.ask("CreateSession", struct_to_binary(parameters))
        if said == "Good":
            self.session = struct_from_binary(ua.CreateSessionResult, found).AuthenticationToken
        return said

    async def activate(self, token: ua.NodeId | None = None) -> str:
        """Activate a session anonymously; the service result."""
        parameters: Any = ua.ActivateSessionParameters()
        parameters.UserIdentityToken = ua.AnonymousIdentityToken(PolicyId="anonymous")
        return (await self.ask("ActivateSession", struct_to_binary(parameters), token))[0]

    async def read_time(self, token: ua.NodeId | None = None) -> str:
        """Read the server's clock; the service result."""
        parameters: Any = ua.ReadParameters()
        item: Any = ua.ReadValueId()
        item.NodeId = ua.NodeId(ua.ObjectIds.Server_ServerStatus_CurrentTime)
        item.AttributeId = ua.AttributeIds.Value
        parameters.NodesToRead = [item]
        return (await self.ask("Read", struct_to_binary(parameters), token))[0]


def hello(buffers: int = 65_535, message: int = 0, chunks: int = 0, url: bytes = b"opc.tcp://x") -> bytes:
    """A Hello message."""
    return chunk(b"HEL", struct.pack("<IIIII", 0, buffers, buffers, message, chunks) + text(url))


@asynccontextmanager
async def raw_peer(address: str, *, stage: str = "socket") -> AsyncIterator[RawPeer]:
    """A peer that has come as far as `socket`, `hello`, `channel` or `session`."""
    place = urlparse(address)
    reader, writer = await asyncio.open_connection(place.hostname, place.port)
    peer = RawPeer(reader, writer)
    try:
        if stage != "socket":
            await peer.hello()
        if stage in {"channel", "session"}:
            await peer.open()
        if stage == "session":
            await peer.log_in()
        yield peer
    finally:
        writer.transport.abort()
