"""asyncua's server with its gaps closed: which class of ours stands where, and how it starts and stops."""

import asyncio
import contextlib
import logging
import math
import socket
from typing import Any

from asyncua import ua
from asyncua.common.connection import TransportLimits
from asyncua.crypto.permission_rules import User
from asyncua.server.internal_server import InternalServer
from asyncua.server.internal_session import InternalSession
from asyncua.server.server import Server

from opcua_server.calls import Calls
from opcua_server.session import ClientSession
from opcua_server.settings import Settings
from opcua_server.subscriptions import SubscriptionsService
from opcua_server.transport import Listener
from opcua_server.users import LoopbackUsers
from opcua_server.writes import Writes

ASYNCUA_VERSION = "2.1.0"
"""The version whose inside the subclasses of this package know; a test holds it against the installed one."""
PRODUCT_URI = "urn:rajola"
NAME = "Rajola"
_BUFFER_BYTES = 65_535


class LineInternalServer(InternalServer):
    """The services behind the sessions.

    Overrides of asyncua 2.1.0: `__init__` sets our limits and our subscription service; `create_session` makes our
    sessions; `stop` also ends sessions and subscriptions that outlived their connection, and waits for no clock.
    """

    writes: Writes
    calls: Calls

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        super().__init__(user_manager=LoopbackUsers())
        self.subscriptions = SubscriptionsService(self.aspace, settings)
        ours: Any = self.subscriptions
        self.subscription_service = self.isession.subscription_service = ours
        self.allow_remote_admin = False
        self.match_discovery_source_ip = False
        tokens: Any = (ua.AnonymousIdentityToken,)
        self.supported_tokens = tokens
        self.max_connections = settings.connections
        self.max_subscriptions = settings.subscriptions
        self.max_monitored_item_queue_size = settings.queue_size
        self.max_session_timeout_ms = settings.longest_session_timeout_ms

    def create_session(self, name: str, user: User | None = None, external: bool = False) -> InternalSession:
        """Our session for a client; asyncua's for the server's own use."""
        if external:
            return ClientSession(self, self.aspace, name)
        return super().create_session(name, user or User())

    async def stop(self) -> None:
        """End every session, subscription and task."""
        for session in list(self._external_sessions.values()):
            await session.close_session(True)
        await self.subscription_service.delete_subscriptions(list(self.subscription_service.subscriptions))
        if self.time_task is not None:
            self.time_task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self.time_task
            self.time_task = None
        await super().stop()


class LineServer(Server):
    """The OPC UA server on a socket that is already bound.

    Overrides of asyncua 2.1.0: `start` listens through our listener and leaves logging of failures to the caller;
    `stop` disconnects everybody first.
    """

    def __init__(self, settings: Settings, bound: socket.socket) -> None:
        # The library reports each connection and request at INFO.
        logging.getLogger("asyncua").setLevel(logging.WARNING)
        self.services = LineInternalServer(settings)
        super().__init__(iserver=self.services)
        self._bound = bound
        host, port = bound.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        self.set_endpoint(f"opc.tcp://{shown}:{port}{settings.endpoint_path}")
        self.set_server_name(NAME)
        self.set_security_policy([ua.SecurityPolicyType.NoSecurity])
        self.manufacturer_name = NAME
        self.product_uri = PRODUCT_URI
        self.application_type = ua.ApplicationType.Server
        self._application_uri = f"urn:{socket.gethostname()}:rajola"
        self.limits = TransportLimits(
            max_recv_buffer=_BUFFER_BYTES,
            max_send_buffer=_BUFFER_BYTES,
            max_chunk_count=math.ceil(settings.message_bytes / _BUFFER_BYTES),
            max_message_size=settings.message_bytes,
        )

    async def start(self) -> None:
        """Listen."""
        await self._setup_server_nodes()
        await self.iserver.start()
        self.bserver = Listener(self.iserver, self._bound, self.limits)
        self.bserver.set_policies(self._policies)
        await self.bserver.start()

    async def stop(self) -> None:
        """Stop listening and leave nothing behind."""
        if isinstance(self.bserver, Listener):
            await self.bserver.disconnect_all(self.services.settings.stop_s)
        await super().stop()
        # Tasks that asyncua cancels without waiting for them end in the next turn of the loop.
        await asyncio.sleep(0)
