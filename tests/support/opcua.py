"""An OPC UA server over a fake port in a thread of its own, and a client for it.

Server and client live in different event loops, as they do between processes.
"""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from asyncua import Client, Node, ua

from opcua_server.gateway import gateway
from tests.support.fake_port import FakePort
from twin.host.access import Role, User
from twin.host.logins import Access
from twin.host.port import Command, Outcome, RunningGateway

Result = TypeVar("Result")
OVEN = "bakery/corner/baking/line-1/oven"
MIXER = "bakery/corner/dough/line-1/mixer"
INSTRUCTOR = User("anna", Role.INSTRUCTOR)


class Served:
    """A running gateway and the port behind it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, port: FakePort, running: RunningGateway) -> None:
        self.port = port
        self.address = running.address
        self._loop = loop
        self._running = running

    def do(self, work: Callable[[FakePort], Result]) -> Result:
        """Do something to the port in the server's loop."""

        async def in_loop() -> Result:
            return work(self.port)

        return asyncio.run_coroutine_threadsafe(in_loop(), self._loop).result(10)

    def submit(self, command: Command, user: User = INSTRUCTOR) -> Outcome:
        """Hand a command in by another way than OPC UA."""
        return asyncio.run_coroutine_threadsafe(self.port.submit(command, user), self._loop).result(10)

    def chaos(self, name: str) -> bool:
        """Whether something holds for all connections at present."""
        server: Any = getattr(self._running, "_server")  # noqa: B009 - the gateway shows it to nobody
        return bool(getattr(server.services.weather, name))


@contextmanager
def served(**options: Any) -> Iterator[Served]:
    """Serve a bakery on a free port until the block ends."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def run(work: Coroutine[Any, Any, Result]) -> Result:
        return asyncio.run_coroutine_threadsafe(work, loop).result(30)

    # Everybody may do everything unless a test says who may do what.
    options.setdefault("access", Access(Path("no-such-folder"), open_loopback=True))

    async def start() -> tuple[FakePort, RunningGateway]:
        port = await FakePort().__aenter__()
        return port, await gateway.start(port, options.pop("host", "127.0.0.1"), 0, options)

    async def stop() -> list[asyncio.Task[Any]]:
        await running.stop()
        await port.__aexit__(None, None, None)
        return [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]

    try:
        port, running = run(start())
        yield Served(loop, port, running)
        assert run(stop()) == []
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


class Connection:
    """A client with the nodes of the line by their path."""

    def __init__(self, client: Client, namespace: int) -> None:
        self.client = client
        self.namespace = namespace

    def node(self, path: str) -> Node:
        """The node at a path."""
        return self.client.get_node(ua.NodeId(path, self.namespace))

    async def property(self, path: str, name: str) -> Any:
        """The value of a standard property."""
        return await (await self.node(path).get_child(f"0:{name}")).read_value()

    async def call(self, method: str, *arguments: Any) -> ua.CallMethodResult:
        """Call a method of the simulator and return the whole result."""
        request = ua.CallMethodRequest(
            ObjectId=self.node("Simulator").nodeid,
            MethodId=self.node(f"Simulator/{method}").nodeid,
            InputArguments=[value if isinstance(value, ua.Variant) else ua.Variant(value) for value in arguments],
        )
        (result,) = await self.client.uaclient.call([request])
        return result

    async def write(self, path: str, value: Any, **fields: Any) -> str:
        """Write and return the name of the status."""
        variant = value if isinstance(value, ua.Variant) else ua.Variant(value)
        item = ua.WriteValue(NodeId=self.node(path).nodeid, AttributeId=ua.AttributeIds.Value)
        item.Value = ua.DataValue(variant)
        for name, content in fields.items():
            setattr(item.Value if hasattr(item.Value, name) else item, name, content)
        (status,) = await self.client.uaclient.write(ua.WriteParameters(NodesToWrite=[item]))
        return str(status.name)


@asynccontextmanager
async def connected(address: str, locales: Sequence[str] = ("en",)) -> AsyncIterator[Connection]:
    """A client of the server at `address` that asks for texts in a language."""
    asking = Client(address)
    asking.set_locale(list(locales))
    async with asking as client:
        yield Connection(client, await client.get_namespace_index("urn:rajola:line:1"))
