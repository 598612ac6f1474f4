"""The gateways of a live run: each in a process of its own, or all in this one."""

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping
from typing import Any

from twin.host.gateway_entry import GatewayEntry
from twin.host.logins import Access
from twin.host.options import Address
from twin.host.port import Port, RunningGateway
from twin.host.remote.answers import Publication
from twin.host.remote.supervisor import Place, SupervisedGateway
from twin.line.text import Text

STOP_S = 5.0
"""How long all gateways together may take to stop [s]."""
OWN_PROCESSES = os.name == "posix"
"""Whether this system can hand descriptors to another process."""


class Serving:
    """Starts gateways at their places, in the order given, and stops them."""

    def __init__(
        self, port: Port, places: Mapping[str, tuple[GatewayEntry, Address]], options: Mapping[str, Any], access: Access
    ) -> None:
        self._port, self._places, self._options, self._access = port, places, options, access
        self._running: dict[str, RunningGateway] = {}
        self._publishing: asyncio.Task[None] | None = None

    @property
    def addresses(self) -> dict[str, str]:
        """Complete addresses with bound ports, by the names of gateways."""
        return {name: gateway.address for name, gateway in self._running.items()}

    @property
    def pids(self) -> dict[str, int]:
        """Numbers of the processes that serve, by the names of gateways."""
        return {
            name: gateway.pid if isinstance(gateway, SupervisedGateway) else os.getpid()
            for name, gateway in self._running.items()
        }

    async def start_here(self) -> None:
        """Start all in this process; raises DefinitionError when one cannot be."""
        for name, (gateway, place) in self._places.items():
            options = self._told_to_all() | {"access": self._access}
            self._running[name] = await gateway.start(self._port, place.host, place.number, options)

    async def start_apart(self, told: Callable[[Text], None]) -> None:
        """Start each in a process of its own, all of which load at once; raises DefinitionError when one cannot be.

        `told` is called with a sentence when one had to be started anew.
        """
        publication = Publication(self._port)
        made = {
            name: SupervisedGateway(gateway, self._port, self._access, publication, told)
            for name, (gateway, _) in self._places.items()
        }
        self._publishing = asyncio.create_task(publication.run(), name="publish to gateways")
        try:
            await asyncio.gather(*(gateway.prepare() for gateway in made.values()))
            for name, gateway in made.items():
                place = self._places[name][1]
                await gateway.start(Place(place.host, place.number, self._told_to_all()))
                self._running[name] = gateway
        finally:
            await asyncio.gather(*(gateway.stop() for name, gateway in made.items() if name not in self._running))

    async def stop(self) -> None:
        """Stop all at once."""
        await asyncio.gather(*(_stopped(gateway) for gateway in self._running.values()))
        if self._publishing is not None:
            self._publishing.cancel()
            await asyncio.wait({self._publishing})

    def _told_to_all(self) -> dict[str, Any]:
        return {**self._options, "addresses": self.addresses, "config": self._access.folder}


async def _stopped(gateway: RunningGateway) -> None:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(gateway.stop(), STOP_S)
