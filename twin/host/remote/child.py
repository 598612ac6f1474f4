"""One life of a gateway's process, as the run's process sees it."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from twin.host.logins import Access
from twin.host.port import Port
from twin.host.remote.answers import PortServer, Publication
from twin.host.remote.messages import Alive, Failed, Ready, Start, Stop, packed
from twin.line.errors import DefinitionError

START_S = 60.0
"""How long a gateway may take to start [s]."""
STOP_S = 4.5
"""How long it may take to stop before it is killed [s]."""
SILENT = 5
"""Signs of life, one a second, that may be missing before a process counts as frozen."""
LOOK_S = 0.02
"""Wall time between two looks at a process that is to end [s]."""
_MODULE = "twin.host.remote.process"


class GatewayEndedError(Exception):
    """The process of a gateway ended when it should have gone on."""


class Child:
    """A process that loads `module` and waits to be told where to serve; it ends when this object lets go of it.

    `memory` is the descriptor of the shared frames.
    """

    def __init__(self, module: str, memory: int) -> None:
        self._server: PortServer | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._serving: list[asyncio.Task[None]] = []
        self._told = asyncio.Event()
        self._said: Ready | Failed | None = None
        self._silent = 0
        self._ours = socket.socketpair(), socket.socketpair()
        held, self._lifeline = os.pipe()
        theirs = (memory, *(pair[1].fileno() for pair in self._ours), held)
        try:
            self._process = subprocess.Popen(  # noqa: S603 (this Python and this package)
                [sys.executable, "-P", "-m", _MODULE, *map(str, theirs), module],
                stdin=subprocess.DEVNULL, pass_fds=theirs, env=_environment(),
            )  # fmt: skip
        except BaseException:
            self._let_go()
            raise
        finally:
            os.close(held)
            for pair in self._ours:
                pair[1].close()

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Whether the process has not ended."""
        return self._process.poll() is None

    async def start(self, start: Start, port: Port, access: Access | None, publication: Publication) -> str:
        """Let the gateway serve; its address. Raises DefinitionError when it cannot, GatewayEndedError when it died."""
        self._server = PortServer(port, access, self._hear)
        for connection, _ in self._ours:
            reader, writer = await asyncio.open_connection(sock=connection)
            self._serving.append(asyncio.create_task(self._server.serve(reader, writer), name="port of a gateway"))
            if self._writer is None:
                self._writer = writer
                writer.write(packed(start))
                self._server.attach(writer)
        publication.add(self._server)
        telling = asyncio.create_task(self._told.wait())
        await asyncio.wait({telling, self._serving[0]}, timeout=START_S, return_when=asyncio.FIRST_COMPLETED)
        telling.cancel()
        match self._said:
            case Ready(address):
                return address
            case Failed(sentence, fault) if not sentence:
                raise RuntimeError(fault)
            case Failed(sentence, _):
                raise DefinitionError(sentence)
            case None:
                raise GatewayEndedError

    def _hear(self, message: object) -> None:
        self._silent = 0
        if isinstance(message, Ready | Failed):
            self._said = message
            self._told.set()
        elif not isinstance(message, Alive):
            raise ConnectionError(f"a gateway said {type(message).__name__}")

    async def ended(self) -> str:
        """Wait until the process has ended, or kill it when it is frozen; a word about it."""
        while not (await asyncio.wait({self._serving[0]}, timeout=1.0))[0]:
            # Counted in turns of this loop: when all processes stood still together, nobody was silent.
            self._silent += 1
            if self._silent > SILENT:
                await self._wait(0.0)
                return "frozen"
        code = await self._wait(STOP_S)
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    async def _wait(self, patience: float) -> int:
        """The exit code; a process that has not ended by itself after `patience` [s] is killed."""
        end = time.monotonic() + patience
        # Looked at now and then, as all threads may be busy with what clients have asked.
        while (code := self._process.poll()) is None:
            if time.monotonic() >= end:
                self._process.kill()
            await asyncio.sleep(LOOK_S)
        return code

    async def stop(self, publication: Publication) -> None:
        """Tell it to stop, kill it when it does not in time, and release everything."""
        if self._server is not None:
            publication.remove(self._server)
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(packed(Stop()))
        try:
            await self._wait(STOP_S if self._serving else 0.0)
        finally:
            if self._server is not None:
                self._server.close()
            for serving in self._serving:
                serving.cancel()
            self.kill()
        if self._serving:
            await asyncio.wait(self._serving)

    def kill(self) -> None:
        """End it at once, and release everything."""
        self._process.kill()
        self._process.wait()
        self._let_go()

    def _let_go(self) -> None:
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        # What is served already closes its own end.
        for connection, _ in self._ours if not self._serving else ():
            connection.close()


def _environment() -> dict[str, str]:
    """The environment, in which modules are found where this process finds them."""
    return os.environ | {"PYTHONPATH": os.pathsep.join(str(Path(path).resolve()) for path in sys.path)}
