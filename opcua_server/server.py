"""asyncua's server with its gaps closed: which class of ours stands where, and how it starts and stops."""

import asyncio
import contextlib
import ipaddress
import logging
import math
import secrets
import socket
from copy import copy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from asyncua import ua
from asyncua.common.connection import TransportLimits
from asyncua.common.utils import ServiceError
from asyncua.crypto.permission_rules import User
from asyncua.server.internal_server import InternalServer
from asyncua.server.internal_session import InternalSession
from asyncua.server.server import Server
from asyncua.server.user_managers import UserManager
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes

from opcua_server.calls import Calls
from opcua_server.decoders import install
from opcua_server.history import HistoryReads
from opcua_server.identities import Identities, is_loopback
from opcua_server.own_certificate import Identity, host_names, own_identity
from opcua_server.publisher import put
from opcua_server.reads import Reads
from opcua_server.session import ClientSession
from opcua_server.settings import Settings
from opcua_server.standard_nodes import correct, hand_over
from opcua_server.subscriptions import SubscriptionsService
from opcua_server.transport import Listener
from opcua_server.trust import Trust
from opcua_server.views import Views
from opcua_server.weather import Weather
from opcua_server.wire import data_value, make_node_id
from opcua_server.writes import Writes
from twin.host.logins import Access

ASYNCUA_VERSION = "2.1.0"
"""The version whose inside the subclasses of this package know; a test holds it against the installed one."""
PRODUCT_URI = "urn:rajola"
NAME = "Rajola"
_BUFFER_BYTES = 65_535
_RENEWAL_S = 3600.0
CURRENT_TIME_S = 1.0
"""How often `CurrentTime` is told [s]."""
SECURED = [
    ua.SecurityPolicyType.Basic256Sha256_Sign,
    ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
    ua.SecurityPolicyType.Aes128Sha256RsaOaep_Sign,
    ua.SecurityPolicyType.Aes128Sha256RsaOaep_SignAndEncrypt,
    ua.SecurityPolicyType.Aes256Sha256RsaPss_Sign,
    ua.SecurityPolicyType.Aes256Sha256RsaPss_SignAndEncrypt,
]


class NoUsers(UserManager):
    """In the place of asyncua's user managers, which are not asked: `identities` says who somebody is."""

    def get_user(
        self, iserver: InternalServer, username: str | None = None, password: str | None = None, certificate: Any = None
    ) -> User | None:
        """Nobody."""
        return None


class LineInternalServer(InternalServer):
    """The services behind the sessions.

    Overrides of asyncua 2.1.0: `__init__` sets our limits and our subscription service; `load_standard_address_space`
    takes nodes that are prepared; `create_session` makes our sessions; `_set_current_time_loop` reads our clock; `stop`
    also ends sessions and subscriptions that outlived their connection, and waits for no clock.
    """

    writes: Writes
    calls: Calls
    history: HistoryReads
    listener: Listener | None = None

    def __init__(self, settings: Settings, access: Access | None, trust: Trust | None) -> None:
        self.settings = settings
        self.trust = trust
        self.identities = Identities(access, settings, None)
        super().__init__(user_manager=NoUsers())
        self.weather = Weather()
        self.subscriptions = SubscriptionsService(self.aspace, settings)
        self.clock = self.subscriptions.clock
        self.reads = Reads(self.aspace)
        self.views = Views(self.aspace, settings)
        ours: Any = self.subscriptions
        self.subscription_service = self.isession.subscription_service = ours
        self.allow_remote_admin = False
        self.match_discovery_source_ip = False
        self.max_connections = settings.connections
        self.max_subscriptions = settings.subscriptions
        self.max_monitored_item_queue_size = settings.queue_size
        self.max_session_timeout_ms = settings.longest_session_timeout_ms
        self.min_session_timeout_ms = settings.shortest_session_timeout_ms
        self._channel_id_counter = secrets.randbelow(1 << 30)

    async def load_standard_address_space(self, shelf_file: Path | None = None) -> None:
        """Have the nodes of the standard in the address space."""
        if not hand_over(self.aspace):
            await super().load_standard_address_space(shelf_file)
        correct(self.aspace)

    @property
    def sessions(self) -> list[ClientSession]:
        """The sessions of all clients, oldest first."""
        return [session for session in self._external_sessions.values() if isinstance(session, ClientSession)]

    def offers(self, uri: str, mode: ua.MessageSecurityMode) -> bool:
        """Whether there is an endpoint of this policy and mode."""
        return any(endpoint.SecurityPolicyUri == uri and endpoint.SecurityMode == mode for endpoint in self.endpoints)

    async def make_room_for_session(self) -> None:
        """Let the oldest session give way on which nobody has logged in; raises ServiceError when all are in use."""
        sessions = self.sessions
        if len(sessions) < self.settings.sessions:
            return
        idle = next((session for session in sessions if not session.is_activated()), None)
        if idle is None:
            raise ServiceError(StatusCodes.BadTooManySessions)
        await idle.close_session(True)

    def forget_connection_of(self, session: ClientSession) -> None:
        """Part a session from the connection that it had, which is closed."""
        for connection in self.listener.connections if self.listener is not None else ():
            if connection.leave(session):
                connection.end(StatusCodes.BadSessionClosed, "its session goes on elsewhere")

    def create_session(self, name: str, user: User | None = None, external: bool = False) -> InternalSession:
        """Our session for a client; asyncua's for the server's own use."""
        if external:
            return ClientSession(self, self.aspace, name)
        return super().create_session(name, user or User())

    async def _set_current_time_loop(self) -> None:
        place: Any = self.aspace[make_node_id(ObjectIds.Server_ServerStatus)].attributes[AttributeIds.Value]
        current = self.aspace[make_node_id(ObjectIds.Server_ServerStatus_CurrentTime)].attributes[AttributeIds.Value]
        while True:
            now = self.clock.now()
            status: Any = copy(place.value.Value.Value)
            status.CurrentTime = now
            await put(place, data_value(ua.Variant(status, ua.VariantType.ExtensionObject), now, now))
            await put(current, data_value(ua.Variant(now, ua.VariantType.DateTime), now, now))
            await asyncio.sleep(CURRENT_TIME_S)

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

    def __init__(
        self, settings: Settings, bound: socket.socket, access: Access | None = None, config: Path | None = None
    ) -> None:
        # The library reports each connection and request at INFO, and whatever a client gets wrong as its own fault.
        logging.getLogger("asyncua").setLevel(logging.CRITICAL)
        install()
        self._pki = None if config is None else config / "pki"
        trust = None if self._pki is None else Trust(self._pki, settings.rejected_certificates)
        self.services = LineInternalServer(settings, access, trust)
        super().__init__(iserver=self.services)
        self._bound = bound
        self._renewing: asyncio.Task[None] | None = None
        host, port = bound.getsockname()[:2]
        shown = f"[{host}]" if ":" in host else host
        self._host = host
        if ipaddress.ip_address(host).is_unspecified:
            shown = socket.gethostname()
        self.set_endpoint(f"opc.tcp://{shown}:{port}{settings.endpoint_path}")
        self.set_server_name(NAME)
        # Rights are decided by the role of the session's user, not by asyncua's rules.
        no_rules: Any = None
        self._permission_ruleset = no_rules
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
        await self.offer()
        await self.iserver.start()
        self.services.listener = Listener(self.services, self._bound, self.limits)
        self.bserver = self.services.listener
        self.bserver.set_policies(self._policies)
        await self.bserver.start()
        self._renewing = asyncio.create_task(self._renew_for_ever(), name="opcua certificate")

    async def offer(self, shown: Identity | None = None) -> None:
        """Offer endpoints with the certificate of now, or with the one that is to be shown instead."""
        settings, local = self.services.settings, is_loopback(self._host)
        offered = [ua.SecurityPolicyType.NoSecurity] if local or settings.unencrypted else []
        tokens: list[Any] = [ua.AnonymousIdentityToken] if local or settings.unencrypted else []
        if self._pki is not None:
            names = host_names(self._host)
            kept = await asyncio.to_thread(own_identity, self._pki / "own", self._application_uri, names)
            identity = kept if shown is None else shown
            self.services.identities.identity = identity
            self.services.certificate, self.services.private_key = identity.certificate, identity.key
            offered += SECURED
            tokens += [ua.UserNameIdentityToken, ua.X509IdentityToken]
        self.set_security_policy(offered)
        self.services.supported_tokens = tuple(tokens)
        self._policies.clear()
        self.services.endpoints.clear()
        await self._setup_server_nodes()

    async def _renew_for_ever(self) -> None:
        """Look every hour whether the certificate expires soon."""
        while True:
            await asyncio.sleep(_RENEWAL_S)
            identity = self.services.identities.identity
            if identity is not None and identity.expires_soon(datetime.now(UTC)):
                await self.offer()

    async def stop(self) -> None:
        """Stop listening and leave nothing behind."""
        if self._renewing is not None:
            self._renewing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._renewing
        if isinstance(self.bserver, Listener):
            await self.bserver.disconnect_all(self.services.settings.stop_s)
        await super().stop()
        # Tasks that asyncua cancels without waiting for them end in the next turn of the loop.
        await asyncio.sleep(0)
