"""The run's side of the wall: publishes frames to a gateway's process, and answers what it asks."""

import asyncio
import contextlib
import pickle
from collections.abc import Callable
from typing import Any

from twin.host.logins import Access
from twin.host.port import Frame, Port
from twin.host.remote.frames import FrameRing
from twin.host.remote.messages import LONGEST_REQUEST, Published, Reply, Request, packed, plain, raised, received

ACCESS = "access."
"""What the names of requests about users begin with."""
OF_ACCESS = frozenset({"authenticate", "issue_link", "redeem_link"})
"""What only one process may decide: guesses at passwords are delayed, and links are spent, for all gateways alike."""
OF_PORT = frozenset(name for name in dir(Port) if not name.startswith("_"))
PENDING = 512
"""Requests of one gateway that may be under way; further ones are not read until one is answered."""
BEHIND = 1024 * 1024
"""Bytes that a gateway may have left unread before it is told of no more frames."""
LOST = 256 * 1024 * 1024
"""Bytes that a gateway may have left unread before it is given up."""
_PAGE = 1000


class Publication:
    """Puts each frame into shared memory once and tells all gateways' processes; waits for none of them."""

    def __init__(self, port: Port, memory: int) -> None:
        self._port = port
        self._ring = FrameRing(memory, port.description.frame_length)
        self._ring.write(port.frame)
        self._followers: set[PortServer] = set()

    async def run(self) -> None:
        """Publish until cancelled."""
        frame = self._port.frame
        while True:
            frame = await self._port.next_frame(frame.sequence)
            self._ring.write(frame)
            for follower in self._followers:
                follower.tell(frame)

    def add(self, follower: "PortServer") -> None:
        """Tell a gateway of the newest frame, and of all to come."""
        frame = self._port.frame
        self._ring.write(frame)
        self._followers.add(follower)
        follower.tell(frame)

    def remove(self, follower: "PortServer") -> None:
        """Tell a gateway no more."""
        self._followers.discard(follower)


class PortServer:
    """One gateway's process as the run sees it: what it has been told, and what it asks."""

    def __init__(self, port: Port, access: Access | None, heard: Callable[[object], None]) -> None:
        self._port, self._access = port, access
        self._heard = heard
        """Called with every message that is no request."""
        self._writer: asyncio.StreamWriter | None = None
        self._events = {False: 0, True: 0}
        self._texts: object = None
        self._free = asyncio.Semaphore(PENDING)
        self._working: set[asyncio.Task[None]] = set()

    def attach(self, writer: asyncio.StreamWriter) -> None:
        """Tell of frames over this connection."""
        self._writer = writer

    def tell(self, frame: Frame) -> None:
        """Say that a frame stands in shared memory, with what has happened since the last time; never waits."""
        while self._writer is not None and _unread(self._writer) < BEHIND:
            events = {
                truth: tuple(self._port.events(last, _PAGE, truth)) for truth, last in sorted(self._events.items())
            }
            for truth, page in events.items():
                if page:
                    self._events[truth] = page[-1].number
            texts = None if frame.texts is self._texts else dict(frame.texts)
            self._texts = frame.texts
            _write(self._writer, packed(Published(frame.sequence, self._port.clock, texts, events)))
            if all(len(page) < _PAGE for page in events.values()):
                return

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until it ends, or something comes that is no message."""
        try:
            while True:
                message = plain(await received(reader, LONGEST_REQUEST))
                if isinstance(message, Request):
                    await self._free.acquire()
                    task = asyncio.create_task(self._answer(message, writer))
                    self._working.add(task)
                    task.add_done_callback(self._answered)
                else:
                    self._heard(message)
        except (EOFError, ConnectionError, pickle.UnpicklingError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def close(self) -> None:
        """Leave all requests unanswered."""
        self._writer = None
        for task in self._working:
            task.cancel()

    def _answered(self, task: asyncio.Task[None]) -> None:
        self._working.discard(task)
        self._free.release()

    async def _answer(self, request: Request, writer: asyncio.StreamWriter) -> None:
        try:
            value = self._asked_for(request.name)
            if callable(value):
                value = value(*request.arguments, **request.keywords)
            content = packed(Reply(request.number, await value if asyncio.iscoroutine(value) else value))
        except Exception as error:  # noqa: BLE001 (whoever asked shall see it)
            content = packed(Reply(request.number, error=raised(error)))
        _write(writer, content)

    def _asked_for(self, name: str) -> Any:
        if name.startswith(ACCESS):
            name = name.removeprefix(ACCESS)
            if self._access is not None and name in OF_ACCESS:
                return getattr(self._access, name)
        elif name in OF_PORT:
            return getattr(self._port, name)
        raise AttributeError(f"the port has no {name}")


def _unread(writer: asyncio.StreamWriter) -> int:
    transport = writer.transport
    return transport.get_write_buffer_size()


def _write(writer: asyncio.StreamWriter, content: bytes) -> None:
    if writer.is_closing():
        return
    if _unread(writer) > LOST:
        writer.transport.abort()
        return
    writer.write(content)
