"""What one client may do: the services of a session, with limits, and with writes and calls taken out of asyncua."""

import math
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.crypto.permission_rules import User as asyncua_user  # noqa: N813 - the twin has a User too
from asyncua.crypto.permission_rules import UserRole
from asyncua.server.address_space import AddressSpace
from asyncua.server.internal_session import InternalSession, SessionState
from asyncua.ua.status_codes import StatusCodes

from opcua_server.calls import Caller
from opcua_server.continuation import ContinuationPoints
from opcua_server.history import Reader
from opcua_server.history_pieces import HistoryPoints
from opcua_server.languages import chosen, translated
from opcua_server.subscriptions import SessionSubscriptions
from opcua_server.wire import make_node_id
from twin.host.access import Role, User

if TYPE_CHECKING:
    from opcua_server.server import LineInternalServer


NOBODY = User("nobody", Role.OBSERVER)
LONGEST_NAME = 120
"""Letters of a client's name that are remembered."""


class ClientSession(InternalSession):
    """The session of a client on the network.

    Overrides of asyncua 2.1.0: `__init__` draws a random authentication token, where the base counts them up;
    `create_session` takes no endless time-out; `activate_session` is closed, as `activate` lets people in; `read`
    and `create_monitored_items` keep the published limit of operations; `write` and `call` never reach the address
    space; `browse` and `translate_browsepaths_to_nodeids` are answered by `Views`, and `browse_next` exists.
    """

    def __init__(self, internal_server: "LineInternalServer", aspace: AddressSpace, name: str) -> None:
        self.own = SessionSubscriptions(internal_server.subscriptions, internal_server.settings.language)
        ours: Any = self.own
        super().__init__(internal_server, aspace, ours, name, external=True)
        self.own.belong_to(self.session_id)
        self._server = internal_server
        self._continuation_points = ContinuationPoints(internal_server.settings)
        self._history_points = HistoryPoints(internal_server.settings.history_points)
        internal_server.unregister_external_session(self)
        self._token = secrets.token_bytes(32)
        self.auth_token = make_node_id(self._token)
        internal_server.register_external_session(self)
        self.client_certificate: bytes | None = None
        """The certificate of the channel on which the session was created, None where it was not signed."""
        self.program = ""
        """What the client calls itself."""
        self.somebody = NOBODY
        """Who has logged in."""

    def has_token(self, token: bytes) -> bool:
        """Whether it is the session's authentication token."""
        return token == self._token and self.is_open

    @property
    def is_open(self) -> bool:
        """Whether it has not been closed."""
        return self.state is not SessionState.Closed

    async def create_session(
        self, params: ua.CreateSessionParameters, sockname: tuple[str, int] | None = None
    ) -> ua.CreateSessionResult:
        """Begin, on terms that the server keeps."""
        wanted: Any = params.RequestedSessionTimeout
        if not math.isfinite(wanted):
            params.RequestedSessionTimeout = wanted = 0.0
        self.program = _printable(params.ClientDescription.ApplicationName.Text or params.SessionName or "")
        result = await super().create_session(params, sockname)
        longest: Any = self._server.settings.message_bytes
        result.MaxRequestMessageSize = longest
        return result

    def activate(self, user: User) -> bytes:
        """Let somebody in; the nonce for the next time."""
        self.user = asyncua_user(role=UserRole.User, name=user.name)
        self.somebody = user
        # Without a certificate nobody can show that it is the same application.
        self.own.owner = self.client_certificate or self._token
        self.own.user = user
        for subscription in self.own.own.values():
            subscription.user, subscription.role = user.name, user.role
        self.nonce = secrets.token_bytes(32)
        self.state = SessionState.Activated
        self.touch()
        self._start_timeout_watchdog()
        return self.nonce

    def activate_session(
        self, params: ua.ActivateSessionParameters, peer_certificate: bytes | None
    ) -> ua.ActivateSessionResult:
        """Refused: `activate` is called by who has found out who it is."""
        raise ServiceError(StatusCodes.BadServiceUnsupported)

    async def read(self, params: ua.ReadParameters) -> list[ua.DataValue]:
        """The values, at most as many as one request may ask for."""
        self._check(params.NodesToRead)
        return self._server.reads.read(params, self.own.language, self.somebody.role)

    async def history_read(self, params: ua.HistoryReadParameters) -> list[ua.HistoryReadResult]:
        """What was recorded, at most of as many nodes as one request may ask for."""
        self._check(params.NodesToRead, self._server.settings.history_nodes)
        reader = Reader(self.somebody.role, self.own.language)
        return await self._server.history.read(params, reader, self._history_points)

    def speak(self, locale_ids: Sequence[str | None] | None) -> None:
        """Tell texts in the first language of these that is known."""
        self.own.language = chosen(locale_ids, self._server.settings.language)

    async def write(self, params: ua.WriteParameters) -> list[ua.StatusCode]:
        """Hand writes to set points in as commands and refuse all others."""
        self._check(params.NodesToWrite)
        return await self._server.writes.write(params.NodesToWrite, self.somebody)

    async def call(self, params: list[ua.CallMethodRequest]) -> list[ua.CallMethodResult]:
        """Hand calls in as commands."""
        self._check(params, self._server.settings.method_calls)
        return await self._server.calls.call(params, Caller(self.somebody, self.own))

    async def browse(self, params: ua.BrowseParameters) -> list[ua.BrowseResult]:
        """The references of the nodes, the first piece of each."""
        self._check(params.NodesToBrowse, self._server.settings.browses)
        results = await self._server.views.browse(params)
        if self.own.language != self._server.settings.language:
            for result in results:
                result.References = translated(result.References, self.own.language)
        return self._continuation_points.first(results, params.RequestedMaxReferencesPerNode)

    async def browse_next(self, parameters: ua.BrowseNextParameters) -> list[ua.BrowseResult]:
        """The next pieces."""
        self._check(parameters.ContinuationPoints)
        return self._continuation_points.following(parameters)

    async def translate_browsepaths_to_nodeids(self, params: list[ua.BrowsePath]) -> list[ua.BrowsePathResult]:
        """The nodes at the ends of the paths."""
        self._check(params, self._server.settings.browses)
        return await self._server.views.translate(params)

    async def close_session(self, delete_subs: bool = True) -> None:
        """End the session."""
        await super().close_session(delete_subs)
        self.own.close()

    async def create_subscription(
        self, params: ua.CreateSubscriptionParameters, callback: Any, request_callback: Any = None
    ) -> ua.CreateSubscriptionResult:
        """A new subscription, which belongs to whoever has logged in."""
        self.own.user = self.somebody
        return await super().create_subscription(params, callback, request_callback)

    async def transfer_subscriptions(  # type: ignore[override]
        self, params: ua.TransferSubscriptionsParameters, callback: Any
    ) -> list[ua.TransferResult]:
        """Take subscriptions over that belong to the same user."""
        self._check(params.SubscriptionIds)
        self.own.user = self.somebody
        return await super().transfer_subscriptions(params, callback)

    async def set_triggering(self, params: ua.SetTriggeringParameters) -> ua.SetTriggeringResult:
        """Link items."""
        return self.own.set_triggering(params)

    async def create_monitored_items(
        self, params: ua.CreateMonitoredItemsParameters
    ) -> list[ua.MonitoredItemCreateResult]:
        """Monitor the items."""
        self._check(params.ItemsToCreate)
        return await super().create_monitored_items(params)

    def _check(self, operations: Sequence[Any], most: int | None = None) -> None:
        if not operations:
            raise ServiceError(StatusCodes.BadNothingToDo)
        if len(operations) > (most or self._server.settings.operations):
            raise ServiceError(StatusCodes.BadTooManyOperations)


def _printable(name: str) -> str:
    return "".join(letter for letter in name[:LONGEST_NAME] if letter.isprintable())
