"""The instructor's view as the host sees it: it binds a port, looks at the rooms, and stops within seconds."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from api.identity import Identity
from api.rooms.app import create
from api.rooms.asking import Asking
from api.rooms.routes import View
from api.rooms.watch import Watch
from api.serving import Serving, begun, bound_socket, refuse_the_network, shown_address
from api.settings import Settings
from twin.host.logins import Access
from twin.host.port import RunningGateway
from twin.host.rooms.wall import Rooms


class RunningView:
    """The view while it serves."""

    def __init__(self, address: str, serving: Serving, watching: asyncio.Task[None], asking: Asking) -> None:
        self._address = address
        self._serving = serving
        self._watching = watching
        self._asking = asking

    @property
    def address(self) -> str:
        """The complete address to copy, with the bound port."""
        return self._address

    async def stop(self) -> None:
        """Look no more, and release the port."""
        self._watching.cancel()
        with suppress(asyncio.CancelledError):
            await self._watching
        await self._serving.stop()
        self._asking.close()


class RoomsHttp:
    """Serves the instructor's view over HTTP."""

    name = "http"
    default_port = 8100

    async def start(self, rooms: Rooms, host: str, number: int, options: Mapping[str, Any]) -> RunningGateway:
        """Serve on `host`:`number` (0: any free port); raises DefinitionError when that cannot be bound."""
        access: Access = options["access"]
        refuse_the_network("--instructor", host, number, access)
        bound = bound_socket("--instructor", host, number)
        asking = Asking()
        watch = Watch(rooms, access, asking)
        app = create(View(rooms, watch, asking), Settings(host=host, language=rooms.language), Identity(access))
        watching = asyncio.create_task(watch.live(), name="watch rooms")
        address = shown_address(host, bound.getsockname()[1])
        return RunningView(address, await begun(app, bound, "instructor's view"), watching, asking)
