"""What every HTTP server here does alike: bind an address, serve in the host's event loop, stop within seconds."""

import asyncio
import contextlib
import errno
import ipaddress
import socket
from collections.abc import Generator

import uvicorn
from starlette.types import ASGIApp

from api.connection import Connection
from twin.host.logins import Access
from twin.line.errors import DefinitionError

# Time for answers under way to end before they are cut off [s]; the host allows 5 s in all.
GRACE = 1


class Server(uvicorn.Server):
    """uvicorn without signal handlers: those belong to the host."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave all signals alone."""
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        self.listening.set()


async def begun(app: ASGIApp, bound: socket.socket, name: str) -> "Serving":
    """Serve an application at a bound socket, and return once it listens."""
    config = uvicorn.Config(
        app,
        http=Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE,
    )
    server = Server(config)
    task = asyncio.create_task(server.serve(sockets=[bound]), name=name)
    listening = asyncio.create_task(server.listening.wait())
    await asyncio.wait([listening, task], return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        listening.cancel()
        task.result()
    return Serving(server, task)


class Serving:
    """A server at work."""

    def __init__(self, server: Server, task: asyncio.Task[None]) -> None:
        self._server = server
        self._task = task

    async def stop(self) -> None:
        """Let answers under way finish for a second, and release the port."""
        self._server.should_exit = True
        await asyncio.wait([self._task], timeout=GRACE + 2)
        for connection in list(self._server.server_state.connections):
            connection.transport.abort()
        if not self._task.done():
            self._task.cancel()
        await asyncio.wait([self._task], timeout=1)


def refuse_the_network(option: str, host: str, number: int, access: Access | None) -> None:
    """Raise DefinitionError for more than this machine where everybody on it may operate the plant."""
    try:
        loopback = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback and (access is None or access.open_loopback):
        raise DefinitionError(
            f"{option} {host}:{number}: nobody has to log in here, so the page is served to this machine alone; leave "
            "--open-loopback out, or use 127.0.0.1 and an SSH tunnel to reach it from elsewhere"
        )


def bound_socket(option: str, host: str, number: int) -> socket.socket:
    """A socket bound to the address; raises DefinitionError with the way out."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host or None, number, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, OverflowError) as error:
        raise DefinitionError(f"{option} {host}:{number}: this machine has no such address ({error}).") from error
    bound = socket.socket(family, kind, protocol)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
        bound.listen(512)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise DefinitionError(
                f"{option} {host}:{number}: port {number} is in use by another program: stop it, name another port, "
                f"or use port 0 for any free one."
            ) from error
        raise DefinitionError(
            f"{option} {host}:{number}: the address cannot be used ({error.strerror}): name another one."
        ) from error
    bound.setblocking(False)
    return bound


def shown_address(host: str, number: int) -> str:
    """The address that a person on this machine can copy."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 (shown, not bound)
    return f"http://[{shown}]:{number}" if ":" in shown else f"http://{shown}:{number}"
