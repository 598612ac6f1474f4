"""A gateway in a process of its own starts, ends and is started again."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.support.fake_port import FakePort
from tests.support.small_gateway import entry
from twin.host.logins import Access
from twin.host.remote import supervisor as module
from twin.host.remote.answers import Publication
from twin.host.remote.frames import shared_file
from twin.host.remote.supervisor import Place, SupervisedGateway, Wall
from twin.line.errors import DefinitionError
from twin.line.text import Text

pytestmark = pytest.mark.skipif(os.name != "posix", reason="gateways have processes of their own on POSIX systems")
LONG = 60.0


class Scene:
    """A gateway, what it sees, and what was told of it."""

    def __init__(self, gateway: SupervisedGateway, wall: Wall, told: "asyncio.Queue[Text]") -> None:
        self.gateway, self.wall, self.told = gateway, wall, told

    async def start(self, **options: Any) -> None:
        """Let it serve."""
        await self.gateway.start(self.wall, Place("127.0.0.1", 0, options))

    async def ask(self, word: str = "tell") -> str:
        """What it answers."""
        place = urlsplit(self.gateway.address)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        writer.write(f"{word}\n".encode())
        answer = await asyncio.wait_for(reader.readline(), LONG)
        writer.close()
        return answer.decode()

    async def hears(self) -> str:
        """The next that is told of it."""
        return (await asyncio.wait_for(self.told.get(), LONG)).en


@asynccontextmanager
async def scene() -> AsyncIterator[Scene]:
    """A gateway over a fake port."""
    memory, port = shared_file(), FakePort()
    told: asyncio.Queue[Text] = asyncio.Queue()
    gateway = SupervisedGateway(entry, memory)
    wall = Wall(port, Access(Path("no-such-folder")), Publication(port, memory), told.put_nowait)
    try:
        yield Scene(gateway, wall, told)
        await gateway.stop(wall)
    finally:
        gateway.close()
        os.close(memory)


async def test_a_gateway_that_dies_serves_again_at_its_address_until_it_is_stopped() -> None:
    async with scene() as there:
        await there.start()
        address, pid = there.gateway.address, there.gateway.pid
        assert await there.ask() == f"{there.wall.port.frame.sequence} {there.wall.port.description.plant} 2\n"
        assert await there.ask("die") == ""
        assert "the small server ended (exit code 3); it serves again after" in await there.hears()
        assert there.gateway.address == address
        assert there.gateway.pid != pid
        assert (await there.ask()).endswith(" 2\n")
    place = urlsplit(address)
    with pytest.raises(ConnectionError):
        await asyncio.open_connection(place.hostname, place.port)


async def test_a_gateway_whose_address_is_taken_meanwhile_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "FIRST_PAUSE_S", 0.01)
    async with scene() as there:
        await there.start()
        number = urlsplit(there.gateway.address).port
        assert number is not None
        assert await there.ask("die") == ""
        # Its place may be free for an instant only, and is then somebody else's.
        busy = None
        while busy is None and there.told.empty():
            try:
                busy = socket.create_server(("127.0.0.1", number))
            except OSError:
                await asyncio.sleep(0.001)
        if busy is not None:
            assert "does not start again" in await there.hears()
            busy.close()
        while "serves again" not in await there.hears():
            pass
        assert (await there.ask()).endswith(" 2\n")


@pytest.mark.parametrize(
    ("end", "error", "sentence"),
    [
        ("refused", DefinitionError, "small: the street is closed; take another one"),
        ("death", DefinitionError, "the process of small ended before it served"),
        ("fault", RuntimeError, "ZeroDivisionError: the oven is gone"),
    ],
)
async def test_a_gateway_that_cannot_start_says_why(end: str, error: type[Exception], sentence: str) -> None:
    async with scene() as there:
        with pytest.raises(error, match=sentence):
            await there.start(end=end)
