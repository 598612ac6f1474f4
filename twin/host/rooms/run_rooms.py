"""`rajola run --rooms N`: starts the rooms and the instructor's view of them, and stops them all at the end."""

import argparse
import asyncio
import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from twin.host.access import Role
from twin.host.choose import wall_now
from twin.host.installed import gateways, rooms_gateways
from twin.host.logins import Access
from twin.host.options import Address
from twin.host.port import RunningGateway
from twin.host.rooms.plan import RoomPlan, plans
from twin.host.rooms.supervisor import Supervisor
from twin.host.rooms.wall import RoomFacts, RoomState
from twin.line.errors import DefinitionError, StateError
from twin.line.text import Language, Text
from twin.line.time import iso
from twin.run.files import write_whole

STARTING = Text("starting {} rooms in {}", "arrancan {} salas en {}")
VIEW = Text("instructor's view", "vista del instructor")
LINK = Text("one-time link", "enlace de un solo uso")
READY = Text("ready; stop all with Ctrl-C", "en marcha; se paran todas con Ctrl-C")
STOPPED = Text("all rooms have stopped", "todas las salas están paradas")
FAILED = Text("does not start: {}", "no arranca: {}")


def run_rooms(arguments: argparse.Namespace, folder: Path, admit: Callable[[], Access], stop: Callable[[], Any]) -> int:
    """Run until stopped; `admit` finds the users, and `stop` makes the event that ends it."""
    found = gateways()
    if getattr(arguments, "http", None) is None:
        raise DefinitionError("--http off: the instructor reaches the rooms over HTTP; leave it out, or use port 0")
    planned = plans(arguments, folder, [gateway.name for gateway in found])
    lock = _locked(folder)
    try:
        return asyncio.run(_live(arguments, folder, planned, admit(), stop))
    finally:
        lock.release()
        if arguments.ready_file:
            Path(arguments.ready_file).unlink(missing_ok=True)


def _locked(folder: Path) -> FileLock:
    """The rooms' folder, for one supervisor at a time."""
    lock = FileLock(folder / "rooms.lock")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire(timeout=0)
    except Timeout:
        raise StateError(f"{folder}: the rooms in it are running already; choose another --state") from None
    except OSError as error:
        raise StateError(f"{folder}: cannot be used for rooms ({error.strerror}); choose another --state") from None
    return lock


async def _live(
    arguments: argparse.Namespace, folder: Path, planned: tuple[RoomPlan, ...], access: Access, stop: Callable[[], Any]
) -> int:
    ended = stop()
    language: Language = arguments.lang
    rooms = Supervisor(
        planned, access.file, begin=arguments.start or iso(wall_now() - (arguments.backfill or 0)),
        fresh=arguments.fresh, language=language, simulator=not arguments.hide_simulator,
    )  # fmt: skip
    views: list[RunningGateway] = []
    living: asyncio.Task[None] | None = None
    try:
        views = await _views(rooms, arguments, access)
        _say(STARTING.in_language(language).format(len(planned), folder))
        living = asyncio.create_task(rooms.live(), name="rooms")
        stopping = asyncio.create_task(ended.wait())
        settling = asyncio.create_task(rooms.settled())
        await asyncio.wait({stopping, settling, living}, return_when=asyncio.FIRST_COMPLETED)
        if settling.done():
            _announce(rooms.facts(), views, access, arguments)
            await asyncio.wait({stopping, living}, return_when=asyncio.FIRST_COMPLETED)
        settling.cancel()
        stopping.cancel()
    finally:
        for view in views:
            await view.stop()
        if living is not None:
            living.cancel()
            with suppress(asyncio.CancelledError):
                await living
    _say(STOPPED.in_language(language))
    return 0


async def _views(rooms: Supervisor, arguments: argparse.Namespace, access: Access) -> list[RunningGateway]:
    place: Address | None = arguments.instructor
    if place is None:
        return []
    options = {"access": access, "language": arguments.lang}
    return [await view.start(rooms, place.host, place.number, options) for view in rooms_gateways()]


def _announce(
    facts: Sequence[RoomFacts], views: list[RunningGateway], access: Access, arguments: argparse.Namespace
) -> None:
    language: Language = arguments.lang
    lines = []
    for each in facts:
        told = "  ".join(each.addresses.values())
        trouble = FAILED.in_language(language).format(each.trouble) if each.state is not RoomState.RUNNING else ""
        lines.append(f"  {each.name}  {trouble or told}")
    for view in views:
        lines.append(f"  {VIEW.in_language(language)}  {view.address}")
        if not access.open_loopback:
            link = f"{view.address.rstrip('/')}/?link={access.issue_link(Role.INSTRUCTOR)}"
            lines.append(f"  {LINK.in_language(language)}  {link}")
    _say(*lines, READY.in_language(language))
    if arguments.ready_file:
        content = {
            "pid": os.getpid(),
            "instructor": views[0].address if views else None,
            "rooms": [{"name": each.name, "pid": each.process, **each.addresses} for each in facts],
        }
        write_whole(Path(arguments.ready_file), (json.dumps(content) + "\n").encode())


def _say(*lines: str) -> None:
    print("\n".join(lines), flush=True)
