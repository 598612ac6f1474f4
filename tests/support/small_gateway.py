"""A gateway that tells the number of the newest frame to whoever connects, or does not start, as it is asked to."""

import asyncio
import os
import socket
from collections.abc import Mapping
from typing import Any

from twin.host.gateway_entry import GatewayEntry
from twin.host.port import Port
from twin.line.errors import DefinitionError


class Running:
    """The gateway while it serves."""

    def __init__(self, server: asyncio.Server) -> None:
        self._server = server

    @property
    def address(self) -> str:
        """Where it serves."""
        host, number = self._server.sockets[0].getsockname()
        return f"small://{host}:{number}"

    async def stop(self) -> None:
        """Serve no more."""
        self._server.close()


class SmallGateway:
    """Serves a line of text."""

    name = "small"
    default_port = 0

    async def start(self, port: Port, host: str, number: int, options: Mapping[str, Any]) -> Running:
        """Serve, or do what `end` asks for."""
        match options.get("end"):
            case "refused":
                raise DefinitionError("small: the street is closed; take another one")
            case "fault":
                raise ZeroDivisionError("the oven is gone")
            case "death":
                os._exit(3)
            case _:
                pass

        async def tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            if await reader.readline() == b"die\n":
                os._exit(3)
            writer.write(f"{port.frame.sequence} {port.description.plant} {len(port.key_figures())}\n".encode())
            writer.close()

        bound = socket.create_server((host, number))
        return Running(await asyncio.start_server(tell, sock=bound))


gateway = SmallGateway()
entry = GatewayEntry("small", 0, "tests.support.small_gateway")
