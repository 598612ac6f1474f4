"""A port served from a thread of its own, and the same port as a gateway's process sees it: all but the process."""

import asyncio
import os
import socket
import threading
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from tests.support.fake_port import FakePort
from twin.host.logins import Access
from twin.host.remote.access import RemoteAccess
from twin.host.remote.answers import PortServer, Publication
from twin.host.remote.frames import FrameRing, shared_file
from twin.host.remote.messages import LONGEST_ANSWER, Published, Reply, packed, received, trusted
from twin.host.remote.port import Direct, Questions, RemotePort, constants_of

Result = TypeVar("Result")


class RunSide:
    """The run's side, in a thread with a loop of its own."""

    def __init__(self, port: FakePort, access: Access | None) -> None:
        self.port, self._access = port, access
        self.heard: list[object] = []
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever)
        self._thread.start()
        self.memory = shared_file()
        self._tasks: list[asyncio.Task[None]] = []
        self.publication = self.do(self._publish)

    def run(self, work: Coroutine[Any, Any, Result]) -> Result:
        """Do something in that loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    def do(self, work: Callable[[], Result]) -> Result:
        """Do something in that loop that takes no time."""

        async def in_loop() -> Result:
            return work()

        return self.run(in_loop())

    def _publish(self) -> Publication:
        publication = Publication(self.port, self.memory)
        self._tasks.append(asyncio.create_task(publication.run()))
        return publication

    def serve(self, asked: socket.socket, direct: socket.socket) -> PortServer:
        """Serve the port on two connections."""
        return self.run(self._serve(asked, direct))

    async def _serve(self, asked: socket.socket, direct: socket.socket) -> PortServer:
        server = PortServer(self.port, self._access, self.heard.append)
        for number, connection in enumerate((asked, direct)):
            reader, writer = await asyncio.open_connection(sock=connection)
            self._tasks.append(asyncio.create_task(server.serve(reader, writer)))
            if number == 0:
                server.attach(writer)
        self.publication.add(server)
        return server

    def cut_off(self) -> None:
        """Wait until the first connection is closed."""

        async def closed() -> None:
            await asyncio.wait([self._tasks[1]])

        self.run(closed())

    def stop(self) -> None:
        """Stop serving."""

        async def all_ended() -> None:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks)

        self.run(all_ended())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        os.close(self.memory)


@dataclass
class Apart:
    """Both sides."""

    run: RunSide
    server: PortServer
    port: RemotePort
    access: RemoteAccess | None
    writer: asyncio.StreamWriter

    def advance(self, seconds: float) -> int:
        """Publish a frame on the run's side; its number."""
        self.run.do(lambda: self.run.port.advance(seconds))
        return self.run.port.frame.sequence


@asynccontextmanager
async def apart(port: FakePort, access: Access | None = None) -> AsyncIterator[Apart]:
    """The port in this loop, and the run's side in another one."""
    run = RunSide(port, access)
    asked, direct = socket.socketpair(), socket.socketpair()
    server = run.serve(asked[0], direct[0])
    reader, writer = await asyncio.open_connection(sock=asked[1])
    questions, straight = Questions(writer), Direct(direct[1])
    ring = FrameRing(run.memory, port.description.frame_length)
    remote = RemotePort(ring, constants_of(port), questions, straight)

    async def listen() -> None:
        while True:
            message = trusted(await received(reader, LONGEST_ANSWER))
            if isinstance(message, Published):
                remote.take(message)
            elif isinstance(message, Reply):
                questions.answer(message)

    listening = asyncio.create_task(listen())
    seen = None if access is None else RemoteAccess(access, questions, straight)
    try:
        await asyncio.wait_for(remote.first_frame(), 30)
        yield Apart(run, server, remote, seen, writer)
    finally:
        listening.cancel()
        await asyncio.wait([listening])
        writer.close()
        direct[1].close()
        run.stop()


def say(there: Apart, message: object) -> None:
    """Send something to the run's side that is no request."""
    there.writer.write(packed(message))
