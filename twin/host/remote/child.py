"""One life of a gateway's process, as the run's process sees it."""

import asyncio
import contextlib
import os
import socket
import sys
from asyncio.subprocess import DEVNULL, Process
from pathlib import Path
from typing import Any

from twin.host.gateway_entry import GatewayEntry
from twin.host.logins import Access
from twin.host.port import Port
from twin.host.remote.answers import PortServer, Publication
from twin.host.remote.messages import Alive, Failed, Ready, Start, Stop, packed
from twin.line.errors import DefinitionError

START_S = 60.0
"""How long a gateway may take to start [s]."""
STOP_S = 4.8
"""How long it may take to stop before it is killed [s]."""
SILENT = 5
"""Signs of life, one a second, that may be missing before a process counts as frozen."""
_MODULE = "twin.host.remote.process"


class GatewayEndedError(Exception):
    """The process of a gateway ended when it should have gone on."""


class Child:
    """The process, its connections, and what it has said."""

    def __init__(self, process: Process, lifeline: int, port: Port, access: Access | None) -> None:
        self._process, self._lifeline = process, lifeline
        self._server = PortServer(port, access, self._hear)
        self._writer: asyncio.StreamWriter | None = None
        self._serving: list[asyncio.Task[None]] = []
        self._said: asyncio.Future[Ready | Failed] = asyncio.get_running_loop().create_future()
        self._silent = 0

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @classmethod
    async def spawn(cls, gateway: GatewayEntry, port: Port, access: Access | None, memory: int) -> "Child":
        """Start a process that loads the gateway meanwhile."""
        asked, direct = socket.socketpair(), socket.socketpair()
        held, lifeline = os.pipe()
        theirs = (memory, asked[1].fileno(), direct[1].fileno(), held)
        arguments = [*map(str, theirs), gateway.module]
        try:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", _MODULE, *arguments,
                stdin=DEVNULL, pass_fds=theirs, env=_environment(),
            )  # fmt: skip
        except BaseException:
            asked[0].close()
            direct[0].close()
            os.close(lifeline)
            raise
        finally:
            asked[1].close()
            direct[1].close()
            os.close(held)
        child = cls(process, lifeline, port, access)
        await child._connect(asked[0], direct[0])
        return child

    async def _connect(self, asked: socket.socket, direct: socket.socket) -> None:
        for connection in (asked, direct):
            reader, writer = await asyncio.open_connection(sock=connection)
            self._serving.append(asyncio.create_task(self._server.serve(reader, writer), name="port of a gateway"))
            self._writer = self._writer or writer

    def _hear(self, message: object) -> None:
        self._silent = 0
        if isinstance(message, Ready | Failed) and not self._said.done():
            self._said.set_result(message)
        elif not isinstance(message, Alive | Ready | Failed):
            raise ConnectionError(f"a gateway said {type(message).__name__}")

    async def start(self, start: Start, publication: Publication) -> str:
        """Let the gateway serve; its address. Raises DefinitionError when it cannot, GatewayEndedError when it died."""
        if self._writer is None:
            raise GatewayEndedError
        self._writer.write(packed(start))
        self._server.attach(self._writer)
        publication.add(self._server)
        ended = asyncio.ensure_future(self._process.wait())
        waiting: set[asyncio.Future[Any]] = {ended, self._said}
        await asyncio.wait(waiting, timeout=START_S, return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if not self._said.done():
            raise GatewayEndedError
        said = self._said.result()
        if isinstance(said, Ready):
            return said.address
        if said.sentence:
            raise DefinitionError(said.sentence)
        raise RuntimeError(said.trace)

    async def ended(self) -> str:
        """Wait until the process has ended, or kill it when it is frozen; a word about it."""
        ended = asyncio.ensure_future(self._process.wait())
        try:
            while not (await asyncio.wait({ended}, timeout=1.0))[0]:
                # Counted in turns of this loop: when all processes stood still together, nobody was silent.
                self._silent += 1
                if self._silent > SILENT:
                    self._kill()
                    await ended
                    return "frozen"
            code = ended.result()
            return f"signal {-code}" if code < 0 else f"exit code {code}"
        finally:
            ended.cancel()

    async def stop(self, publication: Publication) -> None:
        """Tell it to stop, kill it when it does not in time, and release everything."""
        publication.remove(self._server)
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(packed(Stop()))
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._process.wait(), STOP_S)
        self._kill()
        await self._process.wait()
        self._server.close()
        for serving in self._serving:
            serving.cancel()
        await asyncio.wait(self._serving)
        os.close(self._lifeline)

    def _kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()


def _environment() -> dict[str, str]:
    """The environment, in which modules are found where this process finds them."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(str(Path(path).resolve()) for path in sys.path)}
