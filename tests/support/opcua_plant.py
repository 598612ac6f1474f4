"""A real bakery, alive, behind an OPC UA server in a thread of its own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from opcua_server.gateway import gateway
from tests.support.runs import opened
from twin.host.logins import Access
from twin.host.session import Session

Result = TypeVar("Result")
ROOT = "hourly-bakery/mill-street"
OVEN, MIXER = f"{ROOT}/baking/line-1/oven", f"{ROOT}/dough/line-1/mixer"


class Plant:
    """The session and its address."""

    def __init__(self, loop: asyncio.AbstractEventLoop, session: Session, address: str) -> None:
        self.session, self.address = session, address
        self._loop = loop

    def do(self, work: Callable[[Session], Result]) -> Result:
        """Do something to the session in its loop."""

        async def in_loop() -> Result:
            return work(self.session)

        return asyncio.run_coroutine_threadsafe(in_loop(), self._loop).result(30)


@contextmanager
def plant(speed: float = 60.0, **options: Any) -> Iterator[Plant]:
    """Serve a living bakery on a free port until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def run(work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, loop).result(30)

    options.setdefault("access", Access(Path("no-such-folder"), open_loopback=True))

    async def start() -> tuple[Session, Any, asyncio.Task[None]]:
        session = Session(
            opened(), speed=speed, stamps="plant", language="en", allow=lambda _: None, append=lambda _: None
        )
        living = asyncio.create_task(session.live())
        return session, await gateway.start(session, "127.0.0.1", 0, options), living

    async def stop() -> None:
        await running.stop()
        living.cancel()
        await asyncio.wait([living])

    try:
        session, running, living = run(start())
        yield Plant(loop, session, running.address)
        run(stop())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
