"""A living tile line behind both gateways, in a thread of its own, with the journal that it writes."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from opcua_server.gateway import gateway
from twin.host.access import User
from twin.host.choose import Choice, define
from twin.host.installed import families
from twin.host.logins import Access
from twin.host.port import Command, Outcome
from twin.host.session import Session
from twin.record.run import Run
from twin.run.journal import Entry

Result = TypeVar("Result")
ROOT = "porcelain-600/castello"
PRESS = f"{ROOT}/forming/line-1/press"


def tile_run(scenario: str = "no-faults") -> Run:
    """A run of the porcelain line at its beginning."""
    run = Run(define(Choice("porcelain-600", scenario, None, 1, "2026-01-05T06:00"), None), families())
    run.open()
    return run


class TilePlant:
    """The session, the address of its OPC UA server, and what was journaled."""

    def __init__(self, loop: asyncio.AbstractEventLoop, session: Session, address: str, journal: list[Entry]) -> None:
        self.session, self.address, self.journal = session, address, journal
        self.loop = loop

    def submit(self, command: Command, user: User) -> Outcome:
        """Hand in a command from within the process."""
        return asyncio.run_coroutine_threadsafe(self.session.submit(command, user), self.loop).result(300)


@contextmanager
def tile_plant(speed: float = 600.0, **options: Any) -> Iterator[TilePlant]:
    """Serve a living tile line over OPC UA on a free port until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    journal: list[Entry] = []

    def run(work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, loop).result(300)

    options.setdefault("access", Access(Path("no-such-folder"), open_loopback=True))

    async def start() -> tuple[Session, Any, asyncio.Task[None]]:
        session = Session(
            tile_run(), speed=speed, stamps="plant", language="en", allow=lambda _: None, append=journal.append
        )
        running = await gateway.start(session, "127.0.0.1", 0, options)
        return session, running, asyncio.create_task(session.live())

    async def stop() -> None:
        await running.stop()
        living.cancel()
        await asyncio.wait([living])

    try:
        session, running, living = run(start())
        yield TilePlant(loop, session, running.address, journal)
        run(stop())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
