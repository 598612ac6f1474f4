"""A connection that does not wait for ever: a client has to send a whole request head in time and within a size.

uvicorn by itself keeps a connection on which half a request stands, and reads heads of any length.
"""

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.problems import problem

# Time for a head to arrive [s], and its greatest size [bytes].
DEADLINE = 20.0
LARGEST_HEAD = 65_536

TRANSPORT = "rajola.transport"
"""Name of the extension under which a request carries where its answer is written to."""


class Connection(HttpToolsProtocol):
    """uvicorn's connection with a deadline and a size for the head of each request."""

    _deadline: asyncio.TimerHandle | None = None
    _head = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first head."""
        super().connection_made(transport)
        self._wait_for_head()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, and count what belongs to a head that is not whole yet."""
        super().data_received(data)
        if self._deadline is not None:
            self._head += len(data)
            if self._head > LARGEST_HEAD:
                self._cut_off()

    def on_message_begin(self) -> None:
        """Begin to wait for the rest of a head."""
        if self._deadline is None:
            self._wait_for_head()
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT: {"to": self.transport}}

    def on_headers_complete(self) -> None:
        """The head is whole."""
        self._wait_no_more()
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP at all, in the words of every other error."""
        detail = "What came is no HTTP request, or its address is longer than 65536 characters: send a shorter one."
        answer = problem(HTTPStatus.BAD_REQUEST, "no-request", detail, headers={"connection": "close"})
        head = b"".join(name + b": " + value + b"\r\n" for name, value in answer.raw_headers)
        self.transport.write(b"HTTP/1.1 400 Bad Request\r\n" + head + b"\r\n" + bytes(answer.body))
        self.transport.close()

    def _wait_for_head(self) -> None:
        self._head = 0
        self._deadline = self.loop.call_later(DEADLINE, self._cut_off)

    def _wait_no_more(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _cut_off(self) -> None:
        self._wait_no_more()
        if not self.transport.is_closing():
            self.transport.abort()
