"""Answers SQL questions of this machine's user while a run has its history open: a socket beside the state folder.

One question and one answer per connection, each a line of JSON. The socket belongs to the user alone.
"""

import asyncio
import contextlib
import hashlib
import json
import socket
import tempfile
from dataclasses import asdict
from pathlib import Path

from twin.host.historian import Historian
from twin.host.questions import LONGEST_S, LONGEST_SQL, Answer, QueryRefused, Question
from twin.host.sql import ask

_LONGEST_NAME = 90
_LINE = 8 * LONGEST_SQL


def socket_path(folder: Path) -> Path:
    """Where the host of a state folder listens; in the temporary folder when the name is too long for a socket."""
    path = folder.resolve() / "query.socket"
    if len(str(path).encode()) <= _LONGEST_NAME:
        return path
    digest = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"rajola-{digest}.socket"


class QueryServer:
    """Listens as long as a run lives."""

    def __init__(self, folder: Path, historian: Historian) -> None:
        self._path, self._historian = socket_path(folder), historian
        self._server: asyncio.Server | None = None
        self._busy = asyncio.Semaphore(2)

    async def start(self) -> None:
        """Listen; a system without such sockets goes without."""
        if not hasattr(asyncio, "start_unix_server"):
            return
        self._path.unlink(missing_ok=True)
        listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        listening.bind(str(self._path))
        self._path.chmod(0o600)
        self._server = await asyncio.start_unix_server(self._serve, sock=listening, limit=_LINE)

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            self._path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError, asyncio.LimitOverrunError):
            line = await asyncio.wait_for(reader.readline(), 10.0)
            writer.write(json.dumps(await self._reply(line)).encode() + b"\n")
            await asyncio.wait_for(writer.drain(), LONGEST_S)
        writer.close()

    async def _reply(self, line: bytes) -> dict[str, object]:
        try:
            asked = json.loads(line)
            question = Question(str(asked["sql"]), int(asked["rows"]), float(asked["seconds"]))
            async with self._busy:
                return asdict(await asyncio.to_thread(ask, self._historian.cursor, question))
        except (QueryRefused, KeyError, TypeError, ValueError) as error:
            return {"error": str(error)}


def ask_host(folder: Path, question: Question) -> Answer | None:
    """The answer of the process that runs a state folder, None when nobody runs it; raises QueryRefused."""
    if not hasattr(socket, "AF_UNIX"):
        return None
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
        asking.settimeout(LONGEST_S + 30.0)
        try:
            asking.connect(str(socket_path(folder)))
        except OSError:
            return None
        asking.sendall(json.dumps(asdict(question)).encode() + b"\n")
        with asking.makefile("rb") as answering:
            line = answering.readline()
    if not line:
        raise QueryRefused(f"{folder}: the run ended before it had answered; ask again")
    reply = json.loads(line)
    if "error" in reply:
        raise QueryRefused(reply["error"])
    return Answer(tuple(reply["columns"]), tuple(map(tuple, reply["rows"])), reply["more"])
