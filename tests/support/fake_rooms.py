"""Rooms for the instructor's view: two bakeries that run behind their own HTTP gateways, and one that was given up."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

from api.rooms import gateway
from api.server import gateway as http
from tests.support.fake_port import FakePort
from twin.host.access import Role, User
from twin.host.logins import Access
from twin.host.rooms.wall import RoomFacts, RoomState
from twin.line.text import Language


class FakeRooms:
    """Two rooms that run and one that was given up."""

    language: Language = "en"
    simulator = True

    def __init__(self) -> None:
        self.found: list[RoomFacts] = []
        self.asked: list[tuple[str, str]] = []

    def facts(self) -> Sequence[RoomFacts]:
        return self.found

    def reset(self, name: str) -> None:
        self.asked.append(("reset", name))

    def restart(self, name: str) -> None:
        self.asked.append(("restart", name))

    async def new_passwords(self, names: Sequence[str]) -> Mapping[str, str]:
        return dict.fromkeys(names, "abcd-efgh")


class Served:
    """The view and the ports of its rooms."""

    def __init__(self, address: str, access: Access, rooms: FakeRooms, ports: list[FakePort]) -> None:
        self.access, self.rooms, self.ports = access, rooms, ports
        self.address = address

    def client(self, role: Role | None) -> httpx.AsyncClient:
        """Somebody of this role, or a stranger."""
        token = "" if role is None else self.access.issue_token(User("maria", role))
        headers = {"authorization": f"Bearer {token}"} if token else {}
        return httpx.AsyncClient(base_url=self.address, headers=headers, timeout=60.0)


@asynccontextmanager
async def served_rooms(folder: Path, *, open_loopback: bool = False) -> AsyncIterator[Served]:
    """The view of the rooms until the block ends; with `open_loopback` nobody has to log in."""
    rooms, access = FakeRooms(), Access(folder, open_loopback=open_loopback)
    ports = [FakePort(), FakePort()]
    async with AsyncExitStack() as stack:
        for number, port in enumerate(ports, 1):
            name = f"room-{number:02d}"
            await stack.enter_async_context(port)
            options = {"access": Access(folder, room=name, open_loopback=open_loopback), "addresses": {}}
            running = await http.start(port, "127.0.0.1", 0, options)
            stack.push_async_callback(running.stop)
            where = {"http": running.address, "opcua": "opc.tcp://127.0.0.1:4840/rajola/"}
            rooms.found.append(RoomFacts(number, name, number, RoomState.RUNNING, where, {"http": "127.0.0.1"}))
        rooms.found.append(RoomFacts(3, "room-03", 3, RoomState.FAILED, trouble="rajola: the oven is gone"))
        view = await gateway.start(rooms, "127.0.0.1", 0, {"access": access, "language": "en"})
        stack.push_async_callback(view.stop)
        yield Served(view.address, access, rooms, ports)
