"""Tells the port who is connected over OPC UA and what they read, whenever that has changed."""

import asyncio
from collections.abc import Iterator

from opcua_server.processor import Processor
from opcua_server.server import LineServer
from opcua_server.session import ClientSession
from opcua_server.trust import thumbprint
from twin.host.connected import MOST_NAMED, Connected, GatewayState
from twin.host.port import Port

EVERY_S = 2.0
"""Wall time between two looks [s]."""


class TellConnected:
    """Looks at the sessions now and then; what did not change is told once."""

    def __init__(self, port: Port, server: LineServer) -> None:
        self._port, self._server = port, server

    async def run(self) -> None:
        """Go on until cancelled."""
        told: GatewayState | None = None
        while True:
            state = self._state()
            if state != told:
                await self._port.tell_connected(state)
                told = state
            await asyncio.sleep(EVERY_S)

    def _state(self) -> GatewayState:
        services = self._server.services
        identity = services.identities.identity
        policies = {
            f"{endpoint.SecurityPolicyUri.rpartition('#')[2]} · {endpoint.SecurityMode.name.rstrip('_')}"
            for endpoint in services.endpoints
            if endpoint.SecurityPolicyUri is not None
        }
        return GatewayState(
            "opcua",
            tuple(self._clients()),
            "" if identity is None else thumbprint(identity.der),
            0 if identity is None else round(identity.certificate.not_valid_after_utc.timestamp() * 1e6),
            tuple(sorted(policies)),
        )

    def _clients(self) -> Iterator[Connected]:
        listener = self._server.services.listener
        for connection in listener.connections if listener is not None else ():
            processor = connection.processor
            if isinstance(processor, Processor) and processor.session is not None and processor.is_logged_in:
                policy = processor.channel.security_policy.URI.rpartition("#")[2]
                yield self._client(processor.session, str(connection.peer_name[0]), "" if policy == "None" else policy)

    def _client(self, session: ClientSession, address: str, security: str) -> Connected:
        numbers = dict.fromkeys(
            item.number
            for subscription in list(session.own.own.values())
            for item in list(subscription.items.values())
            if item.number >= 0
        )
        values = self._server.services.subscriptions.values
        nodes = () if values is None else values.nodes
        named = [nodes[number].signal.path for number in list(numbers)[:MOST_NAMED] if number < len(nodes)]
        return Connected(address, session.program, session.somebody.name, security, len(numbers), tuple(named))
