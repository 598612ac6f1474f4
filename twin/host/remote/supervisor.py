"""Keeps a gateway alive in a process of its own: one that ends or freezes is started again on the same address."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from twin.host.gateway_entry import GatewayEntry
from twin.host.logins import Access
from twin.host.port import Port
from twin.host.remote.answers import Publication
from twin.host.remote.child import Child, GatewayEndedError
from twin.host.remote.messages import Start
from twin.host.remote.port import constants_of
from twin.line.errors import DefinitionError
from twin.line.text import Text

FIRST_PAUSE_S = 0.25
"""Pause before a gateway that failed to start is tried again; it doubles with each further failure [s]."""
LONGEST_PAUSE_S = 30.0
STEADY_S = 30.0
"""How long a gateway has served when its next end is no longer counted as a failure to start [s]."""
SPARE_S = 5.0
"""How long a gateway has served when another process is made that could take its place [s]."""
ENDED = Text(
    "the {0} server ended ({1}); it serves again after {2:.1f} s",
    "el servidor {0} terminó ({1}); vuelve tras {2:.1f} s",
)
NOT_YET = Text(
    "the {0} server ended ({1}) and does not start again ({2}); it is tried again in {3:g} s",
    "el servidor {0} terminó ({1}) y no vuelve a arrancar ({2}); se intenta de nuevo en {3:g} s",
)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a gateway serves, and what it is told."""

    host: str
    number: int
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wall:
    """What gateways see of the run, and who hears of their ends."""

    port: Port
    access: Access
    publication: Publication
    told: Callable[[Text], None]
    """Called with a sentence after every change that nobody asked for."""


class SupervisedGateway:
    """A gateway in a process of its own, as the host sees it; `memory` is the descriptor of the shared frames.

    The process is there at once, and loads what it needs before it is known what it shall serve, and where.
    """

    def __init__(self, gateway: GatewayEntry, memory: int) -> None:
        self._gateway, self._memory = gateway, memory
        self._child: Child | None = None
        self._spare: Child | None = Child(gateway.module, memory)
        """A process that has loaded all it needs, to take the place of one that ends."""
        self._address = ""
        self._watching: asyncio.Task[None] | None = None

    @property
    def address(self) -> str:
        """The complete address to copy, with the bound port."""
        return self._address

    @property
    def pid(self) -> int:
        """Number of the process that serves now; 0 while there is none."""
        return 0 if self._child is None else self._child.pid

    async def start(self, wall: Wall, place: Place) -> None:
        """Serve; raises DefinitionError when that cannot be."""
        try:
            await self._begin(wall, place)
        except GatewayEndedError:
            raise DefinitionError(f"the process of {self._gateway.name} ended before it served; see above") from None
        bound = urlsplit(self._address).port
        place = replace(place, number=place.number if bound is None else bound)
        self._watching = asyncio.create_task(self._watch(wall, place), name=f"watch {self._gateway.name}")

    async def stop(self, wall: Wall) -> None:
        """Stop serving and release everything, within 5 s."""
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.wait({self._watching})
        self._drop_spare()
        await self._drop(wall)

    def close(self) -> None:
        """End all processes at once."""
        self._drop_spare()
        if self._child is not None:
            self._child.kill()

    async def _begin(self, wall: Wall, place: Place) -> None:
        if self._spare is None or not self._spare.lives:
            self._drop_spare()
            self._spare = Child(self._gateway.module, self._memory)
        self._child, self._spare = self._spare, None
        start = Start(self._gateway, place.host, place.number, place.options, wall.access, constants_of(wall.port))
        self._address = await self._child.start(start, wall.port, wall.access, wall.publication)

    async def _drop(self, wall: Wall) -> None:
        child, self._child = self._child, None
        if child is not None:
            await child.stop(wall.publication)

    def _drop_spare(self) -> None:
        spare, self._spare = self._spare, None
        if spare is not None:
            spare.kill()

    async def _watch(self, wall: Wall, place: Place) -> None:
        failures = 0
        while self._child is not None:
            began = time.monotonic()
            ending = asyncio.create_task(self._child.ended())
            try:
                await asyncio.wait({ending}, timeout=SPARE_S)
                if not ending.done() and self._spare is None:
                    self._spare = Child(self._gateway.module, self._memory)
                why = await ending
            finally:
                ending.cancel()
            ended = time.monotonic()
            failures = 0 if ended - began > STEADY_S else failures + 1
            if failures > 1:
                await asyncio.sleep(_pause(failures - 1))
            await self._again(wall, place, why, ended, failures)

    async def _again(self, wall: Wall, place: Place, why: str, ended: float, failures: int) -> None:
        """Start a new process in place of one that ended, as often as it takes."""
        while True:
            await self._drop(wall)
            try:
                await self._begin(wall, place)
            except (DefinitionError, GatewayEndedError, RuntimeError, OSError) as error:
                failures += 1
                pause = _pause(failures)
                wall.told(_said(NOT_YET, self._gateway.name, why, str(error) or type(error).__name__, pause))
                await asyncio.sleep(pause)
            else:
                wall.told(_said(ENDED, self._gateway.name, why, time.monotonic() - ended))
                return


def _pause(failures: int) -> float:
    return min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(failures, 10))


def _said(text: Text, *facts: object) -> Text:
    return Text(text.en.format(*facts), text.es.format(*facts))
