"""A bakery behind a real HTTP server, in a process of its own; its address is the first line that it prints."""

import asyncio
import socket
import sys

import uvicorn

from api.app import create
from api.connection import Connection
from api.settings import Settings
from tests.support.fake_port import FakePort


async def serve() -> None:
    """Serve until the process ends, with limits that leave a tester in peace."""
    plenty = Settings(posts_per_second=1e4, posts_at_once=1e4, reads_per_second=1e5, reads_at_once=1e5)
    listener = socket.create_server(("127.0.0.1", 0))
    async with FakePort() as port:
        app, _ = create(port, plenty)
        sys.stdout.write(f"http://127.0.0.1:{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        config = uvicorn.Config(app, http=Connection, ws="none", lifespan="off", log_level="critical")
        await uvicorn.Server(config).serve(sockets=[listener])


if __name__ == "__main__":
    asyncio.run(serve())
