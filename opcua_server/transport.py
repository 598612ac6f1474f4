"""From the socket to the request: framing, budgets, deadlines, and whose turn it is."""

import asyncio
import contextlib
import logging
import socket
from collections import deque
from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.common.connection import TransportLimits
from asyncua.server.binary_server_asyncio import BinaryServer, OPCUAProtocol
from asyncua.ua.status_codes import StatusCodes

from opcua_server.channel import ChannelError
from opcua_server.processor import Processor
from opcua_server.session import ClientSession
from opcua_server.weather import Outgoing
from opcua_server.wire import encoded, status

if TYPE_CHECKING:
    from opcua_server.server import LineInternalServer

_logger = logging.getLogger(__name__)
_HEADER_BYTES, _CHANNEL_HEADER_BYTES = 8, 12
_SECURE = (ua.MessageType.SecureOpen, ua.MessageType.SecureMessage, ua.MessageType.SecureClose)
_KNOWN = (ua.MessageType.Hello, *_SECURE)
_CHUNKS = (ua.ChunkType.Single, ua.ChunkType.Intermediate, ua.ChunkType.Abort)
READ_AHEAD_BYTES = 256 * 1024
"""Complete chunks of one connection that may wait for their turn; beyond it nothing more is read."""
HEAVY_BYTES = 2 * 1024
"""Messages of this length on, and those that open channels, are served one at a time."""
LONGEST_PAUSE_S = 0.05
"""Longest time given to everybody else after a heavy message [s]."""
LIGHT_S = 0.001
"""What one may take without a pause who has nothing else waiting [s]."""
HOUSEKEEPING_S = 0.5


class Connection(OPCUAProtocol):
    """One connection.

    Overrides of asyncua 2.1.0: all of it. The base keeps whatever comes, serves it as it comes, and waits for ever;
    this one looks at the first eight bytes, keeps no more than a fixed amount, stops reading while the client does not
    read, and ends when a deadline passes.
    """

    def __init__(self, listener: "Listener") -> None:
        super().__init__(listener.iserver, listener.policies, listener.clients, listener.closing_tasks, listener.limits)
        self._listener = listener
        self._settings = listener.server.settings
        self._clock = asyncio.get_running_loop().time
        self._received = bytearray()
        self._chunks: deque[tuple[Any, bytes]] = deque()
        self._waiting_bytes = 0
        self._work_to_do = asyncio.Event()
        self._may_write = asyncio.Event()
        self._may_write.set()
        self._from_stranger = 0
        self._began = self._stranger_since = self._clock()
        self._partial_since: float | None = None
        self._congested_since: float | None = None
        self._ended = False
        self.outgoing: Outgoing

    @property
    def is_congested(self) -> bool:
        """Whether the client leaves its answers unread."""
        return self._congested_since is not None

    @property
    def is_logged_in(self) -> bool:
        """Whether somebody has logged in on it."""
        return isinstance(self.processor, Processor) and self.processor.is_logged_in

    @property
    def incoming_bytes(self) -> int:
        """What is kept of messages that are not served yet."""
        parts = self.processor.channel.incoming_bytes if isinstance(self.processor, Processor) else 0
        return len(self._received) + self._waiting_bytes + parts

    # What the event loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to serve."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - for the type checker
        self.transport = transport
        self.peer_name = transport.get_extra_info("peername")
        transport.set_write_buffer_limits(high=self._settings.unread_bytes)
        weather = self._listener.server.weather
        self.outgoing = Outgoing(self, transport, weather, self._settings.unread_bytes)
        if weather.is_away:
            transport.abort()
            return
        if not self._listener.make_room():
            self.end(StatusCodes.BadTcpServerTooBusy, "there are as many connections as may be")
            return
        self.processor = Processor(self._listener.server, self, self.limits)
        self.processor.set_policies(self.policies)  # type: ignore[no-untyped-call]
        self.iserver.asyncio_transports.append(transport)
        self.clients.append(self)
        self._task = asyncio.create_task(self._work(), name="opcua connection")
        self.read_on()

    def connection_lost(self, ex: BaseException | None) -> None:
        """Leave nothing behind."""
        self._ended = True
        if self.transport in self.iserver.asyncio_transports:
            self.iserver.asyncio_transports.remove(self.transport)
        if self in self.clients:
            self.clients.remove(self)
        if self._task is not None:
            self._task.cancel()
        self._received.clear()
        self._chunks.clear()
        if self.processor is not None:
            self.closing_tasks.append(asyncio.create_task(self.processor.close()))  # type: ignore[no-untyped-call]

    def pause_writing(self) -> None:
        """The client does not read: nothing more is done for it."""
        self._congested_since = self._clock()
        self._may_write.clear()

    def resume_writing(self) -> None:
        """It reads again."""
        self._congested_since = None
        self._may_write.set()

    def data_received(self, data: bytes) -> None:
        """Take what came, as far as it may come."""
        if self._ended:
            return
        if not self.is_logged_in:
            self._from_stranger += len(data)
            if self._from_stranger > self._settings.strangers_bytes:
                self.end(StatusCodes.BadTcpMessageTooLarge, "too much came before a login")
                return
        self._received += data
        try:
            self._take_chunks()
        except ChannelError as error:
            self.end(error.code, str(error))
            return
        if self._listener.is_over_budget(self):
            self.end(StatusCodes.BadTcpNotEnoughResources, "all messages under way take too much")
        else:
            self.read_on()

    def read_on(self) -> None:
        """Read while there is room for what comes, and the server is no black hole."""
        if self.transport is None or self._ended:
            return
        if self._waiting_bytes > READ_AHEAD_BYTES or self._listener.server.weather.is_black_hole:
            self.transport.pause_reading()
        else:
            self.transport.resume_reading()

    def forgive(self) -> None:
        """Begin all deadlines anew: it was not the client that kept nobody waiting."""
        now = self._clock()
        self._began = self._stranger_since = now
        self._partial_since = None if self._partial_since is None else now
        self._congested_since = None if self._congested_since is None else now

    def _take_chunks(self) -> None:
        while len(self._received) >= _HEADER_BYTES:
            size = self._checked_size()
            if len(self._received) < size:
                break
            raw = bytes(self._received[:size])
            del self._received[:size]
            self._partial_since = None
            self._chunks.append(_split(raw))
            self._waiting_bytes += size
            self._work_to_do.set()
        if self._received and self._partial_since is None:
            self._partial_since = self._clock()

    def _checked_size(self) -> int:
        """The length of the chunk that has begun, by its first eight bytes."""
        kind, chunk = bytes(self._received[:3]), bytes(self._received[3:4])
        size = int.from_bytes(self._received[4:8], "little")
        if kind not in _KNOWN or chunk not in _CHUNKS or (kind == ua.MessageType.Hello) is self._has_greeted:
            raise ChannelError(StatusCodes.BadTcpMessageTypeInvalid, "no message of this protocol")
        if kind != ua.MessageType.SecureMessage and chunk != ua.ChunkType.Single:
            raise ChannelError(StatusCodes.BadTcpMessageTypeInvalid, "a message came in pieces that may not")
        longest = self._settings.hello_bytes if kind == ua.MessageType.Hello else self.limits.max_recv_buffer
        if size > longest:
            raise ChannelError(StatusCodes.BadTcpMessageTooLarge, "a chunk was too long")
        if size <= (_CHANNEL_HEADER_BYTES if kind in _SECURE else _HEADER_BYTES):
            raise ChannelError(StatusCodes.BadTcpMessageTypeInvalid, "a chunk was too short")
        return size

    @property
    def _has_greeted(self) -> bool:
        greeted = isinstance(self.processor, Processor) and self.processor.has_greeted
        return greeted or any(header.MessageType == ua.MessageType.Hello for header, _ in self._chunks)

    # Serving.

    async def _work(self) -> None:
        """Serve one chunk after the other until the connection ends."""
        try:
            while True:
                await self._may_write.wait()
                while not self._chunks:
                    self._work_to_do.clear()
                    await self._work_to_do.wait()
                header, body = self._chunks.popleft()
                if not await self._served(header, body):
                    break
                self._waiting_bytes -= header.packet_size
                self.read_on()
            self.close()
        except ChannelError as error:
            self.end(error.code, str(error))
        except Exception as error:  # noqa: BLE001 - whatever a peer sends, it hears a status code alone
            self.end(StatusCodes.BadSecurityChecksFailed, f"{type(error).__name__} in a message")

    async def _served(self, header: Any, body: bytes) -> bool:
        assert isinstance(self.processor, Processor)  # noqa: S101 - for the type checker
        size = len(body) + self.processor.channel.incoming_bytes
        began = self._clock()
        if size < HEAVY_BYTES and header.MessageType != ua.MessageType.SecureOpen:
            goes_on = await self.processor.process(header, body)
            # Whoever asks without a pause, or for much, leaves as much time to everybody else.
            lasted = self._clock() - began
            if self._chunks or lasted > LIGHT_S:
                await asyncio.sleep(min(LONGEST_PAUSE_S, lasted))
            return goes_on
        async with self._listener.turn:
            began = self._clock()
            working = asyncio.ensure_future(self.processor.process(header, body))
            try:
                # Let it run up to where it first waits, then let everybody else run as long.
                await asyncio.sleep(0)
                await asyncio.sleep(min(LONGEST_PAUSE_S, self._clock() - began))
            except asyncio.CancelledError:
                working.cancel()
                raise
        return await working

    # Ending.

    def leave(self, session: ClientSession) -> bool:
        """Part from a session; whether it was this connection's."""
        if not isinstance(self.processor, Processor) or self.processor.session is not session:
            return False
        self.processor.session = None
        return True

    def overdue(self, now: float) -> str | None:
        """Which deadline has passed, None while none has."""
        settings = self._settings
        if self._congested_since is not None and now - self._congested_since > settings.slow_reader_s:
            return "answers were left unread"
        if self._partial_since is not None and now - self._partial_since > settings.message_s:
            return "a message did not come to its end"
        if not isinstance(self.processor, Processor):
            return "nothing to serve"
        channel = self.processor.channel
        if channel.has_expired:
            return "the channel was not renewed in time"
        if not channel.is_open() and now - self._began > settings.channel_s:
            return "no channel was opened"
        if self.is_logged_in:
            self._stranger_since = now
        return "nobody logged in" if now - self._stranger_since > settings.login_s else None

    def end(self, code: int, why: str) -> None:
        """Tell the peer the status code alone, and close."""
        if self._ended or self.transport is None:
            return
        _logger.info("OPC UA connection of %s ends: %s", self.peer_name, why)
        refusal: Any = ua.ErrorMessage(status(code))
        with contextlib.suppress(OSError):
            self.transport.write(encoded(ua.MessageType.Error, refusal))
        self.close()

    def close(self) -> None:
        """Close; what is still to be written goes out unless the peer leaves it lying."""
        self._ended = True
        self._received.clear()
        self._chunks.clear()
        if self.transport is not None:
            if self.is_congested:
                self.transport.abort()
            else:
                self.transport.close()


class Listener(BinaryServer):
    """Takes connections.

    Overrides of asyncua 2.1.0: `_make_protocol` makes our connections; `start` listens on a socket that was bound
    before the address space was built, so that a port in use is known at once, and watches the deadlines.
    """

    def __init__(self, internal_server: "LineInternalServer", bound: socket.socket, limits: TransportLimits) -> None:
        host, port = bound.getsockname()[:2]
        super().__init__(internal_server, host, port, limits)
        self.server = internal_server
        self.turn = asyncio.Lock()
        """Held by the one heavy message that is being served."""
        self._bound = bound
        self._watching: asyncio.Task[None] | None = None

    @property
    def policies(self) -> list[Any]:
        """The security policies that are offered."""
        return self._policies

    def _make_protocol(self) -> OPCUAProtocol:
        return Connection(self)

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.get_running_loop().create_server(self._make_protocol, sock=self._bound)
        self.cleanup_task = asyncio.create_task(self._close_task_loop())
        self._watching = asyncio.create_task(self._watch(), name="opcua deadlines")

    async def stop(self) -> None:
        """Listen no more."""
        if self._watching is not None:
            self._watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watching
        await super().stop()

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(HOUSEKEEPING_S)
            now = asyncio.get_running_loop().time()
            for connection in self.connections if self.server.weather.is_fair else ():
                why = connection.overdue(now)
                if why is not None:
                    connection.end(StatusCodes.BadTimeout, why)
                    if connection.transport is not None and connection.is_congested:
                        connection.transport.abort()
            await self._close_tasks()

    @property
    def connections(self) -> list[Connection]:
        """All connections, oldest first."""
        return [each for each in self.clients if isinstance(each, Connection)]

    def make_room(self) -> bool:
        """Whether one more connection may be; the oldest on which nobody has logged in gives way."""
        if len(self.clients) < self.server.max_connections:
            return True
        for connection in self.connections:
            if not connection.is_logged_in:
                connection.end(StatusCodes.BadTcpServerTooBusy, "it gives way to a newer one")
                if connection.transport is not None:
                    connection.transport.abort()
                self.clients.remove(connection)
                return True
        return False

    def is_over_budget(self, newest: Connection) -> bool:
        """Whether the messages that are under way on all connections take too much; asked by who makes them grow."""
        if newest.incoming_bytes <= READ_AHEAD_BYTES:
            return False
        taken = sum(each.incoming_bytes for each in self.connections)
        return taken > self.server.settings.incoming_bytes

    async def disconnect_all(self, patience_s: float) -> None:
        """Close all connections, roughly those that have not gone after `patience_s` [s of wall time]."""
        for transport in list(self.iserver.asyncio_transports):
            transport.close()
        deadline = asyncio.get_running_loop().time() + patience_s
        while self.clients and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - asyncua tells nobody
            await asyncio.sleep(0.01)
        for transport in list(self.iserver.asyncio_transports):
            transport.abort()
        await asyncio.sleep(0)


def _split(raw: bytes) -> tuple[Any, bytes]:
    """A chunk's header and what follows it."""
    header: Any = ua.Header()
    header.MessageType, header.ChunkType = raw[:3], raw[3:4]
    header.packet_size = len(raw)
    header.header_size = _HEADER_BYTES
    if header.MessageType in _SECURE:
        header.ChannelId = int.from_bytes(raw[8:12], "little")
        header.header_size = _CHANNEL_HEADER_BYTES
    header.body_size = len(raw) - header.header_size
    return header, raw[header.header_size :]
