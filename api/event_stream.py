"""The stream's answer: each message goes to all connections as the same bytes, without waking a task for any of them.

A task for each connection that waits for the next message costs more than encoding it. So a connection hands out where
it writes to (`api.connection`), and a message is written there at once; a reader who has not taken the last one is
passed over, and finds the newest when it has.
"""

import asyncio
from collections import deque

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from api.broadcast import END, HEARTBEAT, QUEUE_LENGTH, Broadcast, Client
from api.connection import TRANSPORT

HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}
MEDIA_TYPE = "text/event-stream"


class DirectListener:
    """Writes messages as chunks of HTTP/1.1 to a connection's transport."""

    def __init__(self, client: Client, transport: asyncio.WriteTransport) -> None:
        self.client = client
        self._transport = transport
        self._waiting: deque[bytes] = deque(maxlen=QUEUE_LENGTH)
        self.ended = asyncio.Event()
        self.told = False
        """Whether there was a message since somebody looked."""

    def put(self, message: bytes) -> None:
        """Write a message, or keep it for when the reader has taken the one before; the oldest kept one falls out."""
        self.told = True
        self._waiting.append(message)
        if message is END:
            self.ended.set()
        self.flush()

    def flush(self) -> None:
        """Write what waits, as far as the reader reads."""
        while self._waiting and not self._transport.get_write_buffer_size() and not self._transport.is_closing():
            self._transport.write(_chunk(self._waiting.popleft()))


class _Chunks:
    """The last message as a chunk: the same for all who are told of it one after the other."""

    def __init__(self) -> None:
        self._message, self._chunk = b"", b""

    def __call__(self, message: bytes) -> bytes:
        if message is not self._message:
            self._message, self._chunk = message, b"%x\r\n%b\r\n" % (len(message), message)
        return self._chunk


_chunk = _Chunks()


class EventStream(Response):
    """Tells a client of every frame until it or the server goes."""

    media_type = MEDIA_TYPE

    def __init__(self, broadcast: Broadcast, last_seen: int | None, client: Client) -> None:
        super().__init__(headers=HEADERS)
        del self.headers["content-length"]
        self._broadcast, self._last_seen, self._client = broadcast, last_seen, client

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer the request."""
        transport = scope.get("extensions", {}).get(TRANSPORT, {}).get("to")
        if transport is None:
            messages = self._broadcast.listen(self._last_seen, self._client)
            await StreamingResponse(messages, headers=HEADERS, media_type=MEDIA_TYPE)(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        listener = DirectListener(self._client, transport)
        self._broadcast.join(listener, self._last_seen)
        try:
            await self._stay(listener, receive)
        finally:
            self._broadcast.leave(listener)
        listener.flush()
        await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def _stay(self, listener: DirectListener, receive: Receive) -> None:
        """Wait until the client or the server goes; show signs of life while nothing is told."""
        waits = [asyncio.create_task(_gone(receive)), asyncio.create_task(_ended(listener))]
        try:
            done: set[asyncio.Task[None]] = set()
            while not done:
                done, _ = await asyncio.wait(
                    waits, timeout=self._broadcast.heartbeat, return_when=asyncio.FIRST_COMPLETED
                )
                if not listener.told and not done:
                    listener.put(HEARTBEAT)
                listener.told = False
        finally:
            for wait in waits:
                wait.cancel()


async def _ended(listener: DirectListener) -> None:
    """Return once the server has said its last word."""
    await listener.ended.wait()


async def _gone(receive: Receive) -> None:
    """Return once the client has left."""
    while (await receive())["type"] != "http.disconnect":
        pass
