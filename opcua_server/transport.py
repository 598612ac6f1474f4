"""From the socket to the session: which requests are served at all."""

import asyncio
import socket
from typing import Any

from asyncua import ua
from asyncua.common.connection import TransportLimits
from asyncua.common.utils import ServiceError
from asyncua.server.binary_server_asyncio import BinaryServer, OPCUAProtocol
from asyncua.server.internal_server import InternalServer
from asyncua.server.uaprocessor import UaProcessor
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.ua_binary import struct_from_binary

from opcua_server.wire import make_node_id

_BROWSE_NEXT = make_node_id(ObjectIds.BrowseNextRequest_Encoding_DefaultBinary)
_REFUSED = frozenset(
    make_node_id(identifier)
    for identifier in (
        ObjectIds.AddNodesRequest_Encoding_DefaultBinary,
        ObjectIds.DeleteNodesRequest_Encoding_DefaultBinary,
        ObjectIds.AddReferencesRequest_Encoding_DefaultBinary,
        ObjectIds.DeleteReferencesRequest_Encoding_DefaultBinary,
        ObjectIds.RegisterServerRequest_Encoding_DefaultBinary,
        ObjectIds.RegisterServer2Request_Encoding_DefaultBinary,
    )
)
"""The line is not edited from outside, and this is no discovery server."""


class Processor(UaProcessor):
    """Serves the requests of one connection.

    Override of asyncua 2.1.0: `_process_message` refuses node management and server registration, which the base
    serves, and serves BrowseNext, which the base does not know.
    """

    async def _process_message(self, typeid: ua.NodeId, requesthdr: Any, seqhdr: Any, body: Any) -> Any:
        if typeid in _REFUSED:
            raise ServiceError(StatusCodes.BadServiceUnsupported)
        if typeid == _BROWSE_NEXT and self.session is not None and self.session.is_activated():
            self.session.touch()
            parameters = struct_from_binary(ua.BrowseNextParameters, body)
            response = ua.BrowseNextResponse()
            response.Parameters.Results = await self.session.browse_next(parameters)
            self.send_response(requesthdr.RequestHandle, seqhdr, response)  # type: ignore[no-untyped-call]
            return True
        return await super()._process_message(typeid, requesthdr, seqhdr, body)  # type: ignore[no-untyped-call]


class Connection(OPCUAProtocol):
    """One connection. Override of asyncua 2.1.0: `connection_made` puts our processor in the place of asyncua's."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to serve."""
        super().connection_made(transport)
        if self.processor is not None:
            self.processor = Processor(self.iserver, self.transport, self.limits)
            self.processor.set_policies(self.policies)  # type: ignore[no-untyped-call]


class Listener(BinaryServer):
    """Takes connections.

    Overrides of asyncua 2.1.0: `_make_protocol` makes our connections; `start` listens on a socket that was bound
    before the address space was built, so that a port in use is known at once.
    """

    def __init__(self, internal_server: InternalServer, bound: socket.socket, limits: TransportLimits) -> None:
        host, port = bound.getsockname()[:2]
        super().__init__(internal_server, host, port, limits)
        self._bound = bound

    def _make_protocol(self) -> OPCUAProtocol:
        return Connection(
            iserver=self.iserver,
            policies=self._policies,
            clients=self.clients,
            closing_tasks=self.closing_tasks,
            limits=self.limits,
        )

    async def start(self) -> None:
        """Listen."""
        self._server = await asyncio.get_running_loop().create_server(self._make_protocol, sock=self._bound)
        self.cleanup_task = asyncio.create_task(self._close_task_loop())

    async def disconnect_all(self, patience_s: float) -> None:
        """Close all connections, roughly those that have not gone after `patience_s` [s of wall time]."""
        for transport in list(self.iserver.asyncio_transports):
            transport.close()
        deadline = asyncio.get_running_loop().time() + patience_s
        while self.clients and asyncio.get_running_loop().time() < deadline:  # noqa: ASYNC110 - asyncua tells nobody
            await asyncio.sleep(0.01)
        for transport in list(self.iserver.asyncio_transports):
            transport.abort()
        await asyncio.sleep(0)
