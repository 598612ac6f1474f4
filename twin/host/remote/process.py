"""A gateway's process: `python -m twin.host.remote.process MEMORY SOCKET SOCKET LIFELINE MODULE`.

The run's process starts it with the descriptors of the shared frames, of two connections and of a pipe that ends with
it, and the module to load meanwhile. It serves until it is told to stop, or until the run's process is gone.
"""

import asyncio
import contextlib
import gc
import importlib
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from typing import cast

from twin.host.port import Port, RunningGateway
from twin.host.remote.access import RemoteAccess
from twin.host.remote.frames import FrameRing
from twin.host.remote.messages import (
    LONGEST_ANSWER,
    Alive,
    Failed,
    Published,
    Ready,
    Reply,
    Start,
    Stop,
    packed,
    received,
    trusted,
)
from twin.host.remote.port import Direct, Questions, RemotePort
from twin.line.errors import RajolaError

_logger = logging.getLogger(__name__)
ALIVE_S = 1.0
"""Wall time between two signs of life [s]."""
STOP_S = 4.0
"""How long a gateway may take to stop [s]; the run's process waits for five."""


class GatewayProcess:
    """What goes on in the process."""

    def __init__(self, memory: int, direct: socket.socket, reader: asyncio.StreamReader, writer: asyncio.StreamWriter):
        self._memory, self._reader, self._writer = memory, reader, writer
        self._direct, self._questions = Direct(direct), Questions(writer)
        self._port: RemotePort | None = None
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Serve until told to stop."""
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._stop.set)
        start: Start = trusted(await received(self._reader, LONGEST_ANSWER))
        length = start.constants["description"].frame_length
        ring = FrameRing(self._memory, length)
        self._port = RemotePort(ring, dict(start.constants), self._questions, self._direct)
        listening = asyncio.create_task(self._listen(self._port), name="port")
        running = await self._started(start, self._port)
        if running is not None:
            # What was built so far stays as long as the process: nobody needs to look through it again.
            gc.freeze()
            gc.enable()
            self._say(Ready(running.address))
            living = asyncio.create_task(self._live(), name="signs of life")
            await self._stop.wait()
            living.cancel()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(running.stop(), STOP_S)
        listening.cancel()
        self._writer.close()

    async def _started(self, start: Start, port: RemotePort) -> RunningGateway | None:
        options = dict(start.options) | {"restart": self._stop.set}
        if start.access is not None:
            options["access"] = RemoteAccess(start.access, self._questions, self._direct)
        try:
            await port.first_frame()
            return await start.gateway.start(cast("Port", port), start.host, start.number, options)
        except RajolaError as error:
            self._say(Failed(str(error), ""))
        except Exception as error:
            _logger.exception("the gateway cannot serve")
            self._say(Failed("", f"{type(error).__name__}: {error}"))
        with contextlib.suppress(ConnectionError):
            await self._writer.drain()
        return None

    async def _listen(self, port: RemotePort) -> None:
        """Take what the run's process says; stop when it says so, or says nothing any more."""
        with contextlib.suppress(EOFError, ConnectionError):
            while not isinstance(message := trusted(await received(self._reader, LONGEST_ANSWER)), Stop):
                if isinstance(message, Published):
                    port.take(message)
                elif isinstance(message, Reply):
                    self._questions.answer(message)
        self._questions.end()
        self._stop.set()

    async def _live(self) -> None:
        while True:
            self._say(Alive())
            await asyncio.sleep(ALIVE_S)

    def _say(self, message: object) -> None:
        self._writer.write(packed(message))


def _end_with(lifeline: int) -> None:
    """End this process soon after the run's, even when the event loop turns no more."""
    with contextlib.suppress(OSError):
        os.read(lifeline, 1)
    time.sleep(STOP_S + 1.0)
    os._exit(1)


async def _run(memory: int, asked: int, direct: int) -> None:
    reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=asked))
    await GatewayProcess(memory, socket.socket(fileno=direct), reader, writer).run()


def main(arguments: list[str]) -> None:
    """Serve until told to stop."""
    memory, asked, direct, lifeline = map(int, arguments[:4])
    # Ctrl-C reaches all processes of a terminal; the run's process tells this one when to stop.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nothing becomes garbage while all is being built; looking for it would take a quarter of the start.
    gc.disable()
    threading.Thread(target=_end_with, args=(lifeline,), daemon=True).start()
    prepare: Callable[[], None] | None = getattr(importlib.import_module(arguments[4]), "prepare", None)
    if prepare is not None:
        prepare()
    with contextlib.suppress(EOFError, ConnectionError):
        asyncio.run(_run(memory, asked, direct))


if __name__ == "__main__":
    main(sys.argv[1:])
