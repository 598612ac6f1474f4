"""The gateway as the host sees it: it binds a port, serves in the host's event loop, and stops within seconds."""

from collections.abc import Mapping
from typing import Any

from api import app, settings
from api.service import Service
from api.serving import Serving, begun, bound_socket, refuse_the_network, shown_address
from twin.host.logins import Access
from twin.host.port import Gateway, Port, RunningGateway


class RunningHttp:
    """The gateway while it serves."""

    def __init__(self, address: str, serving: Serving, service: Service) -> None:
        self._address = address
        self._serving = serving
        self._service = service

    @property
    def address(self) -> str:
        """The complete address to copy, with the bound port."""
        return self._address

    async def stop(self) -> None:
        """End all streams, let answers under way finish for a second, and release the port."""
        await self._service.broadcast.close()
        await self._service.reports.close()
        await self._serving.stop()


class HttpGateway:
    """Serves a run over HTTP."""

    name = "http"
    default_port = 8000

    async def start(self, port: Port, host: str, number: int, options: Mapping[str, Any]) -> RunningGateway:
        """Serve on `host`:`number` (0: any free port); raises DefinitionError when that cannot be bound."""
        access: Access | None = options.get("access")
        refuse_the_network("--http", host, number, access)
        bound = bound_socket("--http", host, number)
        given = settings.from_options(host, port.language, options)
        address = shown_address(host, bound.getsockname()[1])
        addresses = {**given.addresses, self.name: address}
        guarded, service = app.create(port, given.model_copy(update={"addresses": addresses}), access)
        running = RunningHttp(address, await begun(guarded, bound, "http gateway"), service)
        service.beginning.prepare()
        return running


gateway: Gateway = HttpGateway()
