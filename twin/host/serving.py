"""The gateways of a live run: each in a process of its own, or all in this one."""

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Mapping
from typing import Any

from twin.host.gateway_entry import GatewayEntry
from twin.host.logins import Access
from twin.host.options import Address
from twin.host.port import Port, RunningGateway
from twin.host.remote.answers import Publication
from twin.host.remote.frames import shared_file
from twin.host.remote.supervisor import Place, SupervisedGateway, Wall
from twin.line.text import Text

_logger = logging.getLogger(__name__)
STOP_S = 5.0
"""How long all gateways together may take to stop [s]."""
OWN_PROCESSES = os.name == "posix"
"""Whether this system can hand descriptors to another process."""
Places = Mapping[str, tuple[GatewayEntry, Address]]
"""The gateways that are wanted, in the order in which they start."""


class ServingHere:
    """Gateways in this process."""

    def __init__(self, places: Places, options: Mapping[str, Any]) -> None:
        self._places, self._options = places, options
        self._running: dict[str, RunningGateway] = {}

    @property
    def addresses(self) -> dict[str, str]:
        """Complete addresses with bound ports, by the names of gateways."""
        return {name: gateway.address for name, gateway in self._running.items()}

    @property
    def pids(self) -> dict[str, int]:
        """Numbers of the processes that serve, by the names of gateways."""
        return dict.fromkeys(self._running, os.getpid())

    async def start(self, port: Port, access: Access, told: Callable[[Text], None]) -> None:
        """Serve; raises DefinitionError when one cannot. `told` hears when one had to be started anew: never here."""
        for name, (gateway, place) in self._places.items():
            options = {**self._options, "addresses": self.addresses, "config": access.folder, "access": access}
            self._running[name] = await gateway.start(port, place.host, place.number, options)

    async def stop(self) -> None:
        """Stop all at once, within 5 s."""
        await asyncio.gather(*(_stopped(gateway) for gateway in self._running.values()))

    def close(self) -> None:
        """Nothing is left."""


async def _stopped(gateway: RunningGateway) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(gateway.stop(), STOP_S)


class ServingApart:
    """Gateways in processes of their own, which are there at once and load while the run is opened."""

    def __init__(self, places: Places, options: Mapping[str, Any]) -> None:
        self._places, self._options = places, options
        self._memory = shared_file()
        self._made = {name: SupervisedGateway(gateway, self._memory) for name, (gateway, _) in places.items()}
        self._wall: Wall | None = None
        self._publishing: asyncio.Task[None] | None = None

    @property
    def addresses(self) -> dict[str, str]:
        """Complete addresses with bound ports, by the names of gateways."""
        return {name: gateway.address for name, gateway in self._made.items() if gateway.address}

    @property
    def pids(self) -> dict[str, int]:
        """Numbers of the processes that serve, by the names of gateways."""
        return {name: gateway.pid for name, gateway in self._made.items()}

    async def start(self, port: Port, access: Access, told: Callable[[Text], None]) -> None:
        """Serve; raises DefinitionError when one cannot. `told` hears when one had to be started anew."""
        publication = Publication(port, self._memory)
        self._wall = Wall(port, access, publication, told)
        self._publishing = asyncio.create_task(publication.run(), name="publish to gateways")
        self._publishing.add_done_callback(_report)
        for name, gateway in self._made.items():
            place = self._places[name][1]
            options = {**self._options, "addresses": self.addresses, "config": access.folder}
            await gateway.start(self._wall, Place(place.host, place.number, options))

    async def stop(self) -> None:
        """Stop all at once, within 5 s."""
        if self._wall is not None:
            await asyncio.gather(*(gateway.stop(self._wall) for gateway in self._made.values()))
        if self._publishing is not None:
            self._publishing.cancel()
            await asyncio.wait({self._publishing})

    def close(self) -> None:
        """End what is left."""
        for gateway in self._made.values():
            gateway.close()
        os.close(self._memory)


def _report(publishing: asyncio.Task[None]) -> None:
    """Say at once that gateways are told nothing more, rather than when the run stops."""
    if not publishing.cancelled() and publishing.exception() is not None:
        _logger.error("nothing more is published to gateways", exc_info=publishing.exception())


Serving = ServingHere | ServingApart
