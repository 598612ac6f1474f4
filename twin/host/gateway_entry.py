"""What the command line knows of a gateway before it serves: the rest is loaded in the process that serves."""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from twin.host.port import Port, RunningGateway


@dataclass(frozen=True, slots=True)
class GatewayEntry:
    """What an entry point of the group `rajola.gateways` names: a gateway that stands as `gateway` in a module.

    A function `prepare` of that module, if there is one, is called in a process of the gateway's own before it is known
    what is to be served.
    """

    name: str
    default_port: int
    module: str

    async def start(self, port: Port, host: str, number: int, options: Mapping[str, Any]) -> RunningGateway:
        """Load the gateway and let it serve; raises DefinitionError when that cannot be."""
        loaded: Any = importlib.import_module(self.module)
        running: RunningGateway = await loaded.gateway.start(port, host, number, options)
        return running
