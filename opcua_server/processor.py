"""One connection's requests: from a checked message to an answer within bounds."""

import logging
import math
import traceback
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from asyncua import ua
from asyncua.common.connection import TransportLimits
from asyncua.common.utils import ServiceError
from asyncua.server.uaprocessor import PublishRequestData, UaProcessor
from asyncua.ua import ua_binary
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.ua_binary import nodeid_from_binary, struct_from_binary, struct_to_binary
from asyncua.ua.uaerrors import UaStatusCodeError
from cryptography.exceptions import InvalidSignature

from opcua_server.channel import Channel, ChannelError
from opcua_server.decoders import DECODING_ERRORS, Bounded, Budget
from opcua_server.more_services import MORE_SERVICES
from opcua_server.publish_wire import PublishRequest, publish_response, read_publish
from opcua_server.session import ClientSession
from opcua_server.wire import encoded, make_node_id, status

if TYPE_CHECKING:
    from opcua_server.server import LineInternalServer
    from opcua_server.transport import Connection

_logger = logging.getLogger(__name__)
_LEAST_BUFFER = 8192
"""What both sides must be able to take in one chunk [bytes]."""
_LEAST_NONCE = 32
_CHUNK_OVERHEAD = 256
"""Headers, padding and signature of a chunk, at most [bytes]."""
_DECODERS = frozenset((ua_binary.__file__, Bounded.read.__code__.co_filename))


def _encoded(*names: str) -> frozenset[ua.NodeId]:
    return frozenset(make_node_id(getattr(ObjectIds, f"{name}Request_Encoding_DefaultBinary")) for name in names)


_REFUSED = _encoded("AddNodes", "DeleteNodes", "AddReferences", "DeleteReferences", "RegisterServer", "RegisterServer2")
"""The line is not edited from outside, and this is no discovery server."""
_WITHOUT_SESSION = _encoded("FindServers", "GetEndpoints", "CloseSecureChannel")
(_CREATE_SESSION,) = _encoded("CreateSession")
(_ACTIVATE_SESSION,) = _encoded("ActivateSession")
(_CLOSE_SESSION,) = _encoded("CloseSession")
(_PUBLISH,) = _encoded("Publish")


class Processor(UaProcessor):
    """Serves the requests of one connection.

    Overrides of asyncua 2.1.0: `process` says Hello once, opens channels by our rules and wants an open one for every
    message; `process_message` decodes within bounds, and answers every failure with a status code and no trace of its
    inside; `_process_message` compares the authentication token with each request and serves session services and
    Publish itself; `send_response` keeps the longest answer; `forward_publish_response` encodes in one go and waits for
    nobody; `get_publish_request` leaves values in their queues while the client does
    not read; `publish_request_limit` is per session; the rule which session outlives its connection is ours.
    """

    session: ClientSession | None
    iserver: "LineInternalServer"

    def __init__(
        self, internal_server: "LineInternalServer", connection: "Connection", limits: TransportLimits
    ) -> None:
        super().__init__(internal_server, connection.outgoing, limits)
        self._settings = internal_server.settings
        self._owner = connection
        self.channel = Channel(self._limits, self._settings, internal_server.trust)
        self._connection = self.channel
        self._greeted = False
        self._answer_bytes = self._settings.message_bytes
        self._answer_chunks = 0

    @property
    def address(self) -> str:
        """Where the peer is."""
        return str(self.name[0]) if self.name else ""

    @property
    def is_logged_in(self) -> bool:
        """Whether somebody has logged in and has not gone again."""
        return self.session is not None and self.session.is_activated()

    @property
    def has_greeted(self) -> bool:
        """Whether Hello has been said."""
        return self._greeted

    # Messages.

    async def process(self, header: Any, body: bytes) -> bool:
        """Serve one chunk; False ends the connection, as ChannelError does."""
        buffer = Bounded(body, Budget.of(self._settings))
        match header.MessageType:
            case ua.MessageType.Hello:
                self._greet(struct_from_binary(ua.Hello, buffer))
                return True
            case ua.MessageType.SecureOpen if self._greeted:
                self.channel.check_opening(buffer.copy())
            case ua.MessageType.SecureMessage if self._greeted and self.channel.is_open():
                if self.channel.has_expired:
                    raise ChannelError(StatusCodes.BadSecureChannelTokenUnknown, "the channel was not renewed in time")
            case ua.MessageType.SecureClose:
                return False
            case _:
                raise ChannelError(StatusCodes.BadTcpMessageTypeInvalid, "a message came out of turn")
        message = self.channel.receive_from_header_and_body(header, buffer)
        if message is None:
            return True
        if header.MessageType == ua.MessageType.SecureOpen:
            opening = Bounded(bytes(message.body()), Budget.of(self._settings))
            headers = message.SecurityHeader(), message.SequenceHeader()
            self.open_secure_channel(*headers, opening)  # type: ignore[no-untyped-call]
            return True
        return await self.process_message(message.SequenceHeader(), message.body())

    def _greet(self, hello: ua.Hello) -> None:
        if self._greeted:
            raise ChannelError(StatusCodes.BadTcpMessageTypeInvalid, "Hello came twice")
        if min(hello.ReceiveBufferSize, hello.SendBufferSize) < _LEAST_BUFFER:
            raise ChannelError(StatusCodes.BadConnectionRejected, "the peer's buffers are too small")
        self._greeted = True
        limits = self._limits
        limits.max_recv_buffer = min(hello.SendBufferSize, limits.max_recv_buffer)
        limits.max_send_buffer = min(hello.ReceiveBufferSize, limits.max_send_buffer)
        self._answer_bytes = min(hello.MaxMessageSize or self._answer_bytes, self._answer_bytes)
        self._answer_chunks = hello.MaxChunkCount
        answer: Any = ua.Acknowledge()
        answer.ReceiveBufferSize = limits.max_recv_buffer
        answer.SendBufferSize = limits.max_send_buffer
        answer.MaxMessageSize = limits.max_message_size
        answer.MaxChunkCount = limits.max_chunk_count
        self._transport.write(encoded(ua.MessageType.Acknowledge, answer))

    async def process_message(self, seqhdr: Any, body: Any) -> bool:
        """Serve one whole request."""
        raw = bytes(body)
        quick = read_publish(raw, self._settings.structures_per_message)
        if quick is not None and self._publish_quickly(quick, seqhdr):
            return True
        buffer = Bounded(raw, Budget.of(self._settings))
        type_id = nodeid_from_binary(buffer)
        header = struct_from_binary(ua.RequestHeader, buffer)
        try:
            return bool(await self._process_message(type_id, header, seqhdr, buffer))
        except ChannelError:
            raise
        except (ServiceError, UaStatusCodeError) as error:
            self._fault(header, seqhdr, error.code)
        except Exception as error:  # noqa: BLE001 - whatever a request does, its sender hears a status code alone
            decoding = _raised_in_decoder(error)
            if not decoding:
                _logger.error("OPC UA request %s failed: %s: %s", type_id.Identifier, type(error).__name__, error)  # noqa: TRY400
            self._fault(header, seqhdr, StatusCodes.BadDecodingError if decoding else StatusCodes.BadInternalError)
        return True

    async def _process_message(self, typeid: ua.NodeId, requesthdr: Any, seqhdr: Any, body: Any) -> Any:
        if typeid in _REFUSED:
            raise ServiceError(StatusCodes.BadServiceUnsupported)
        if typeid in _WITHOUT_SESSION:
            return await super()._process_message(typeid, requesthdr, seqhdr, body)  # type: ignore[no-untyped-call]
        if typeid == _CREATE_SESSION:
            response: Any = await self._create_session(struct_from_binary(ua.CreateSessionParameters, body))
        elif typeid == _ACTIVATE_SESSION:
            activation = struct_from_binary(ua.ActivateSessionParameters, body)
            response = await self._activate_session(requesthdr.AuthenticationToken, activation)
        else:
            session = self._own_session(requesthdr.AuthenticationToken)
            if typeid == _CLOSE_SESSION:
                await session.close_session(True)
                self.session = None
                response = ua.CloseSessionResponse()
            elif not session.is_activated():
                await session.close_session(True)
                self.session = None
                raise ServiceError(StatusCodes.BadSessionNotActivated)
            elif typeid == _PUBLISH:
                params = struct_from_binary(ua.PublishParameters, body)
                self._publish(session, requesthdr, seqhdr, params.SubscriptionAcknowledgements)
                return True
            elif typeid in MORE_SERVICES:
                session.touch()
                response = await MORE_SERVICES[typeid](session, body)
            else:
                return await super()._process_message(typeid, requesthdr, seqhdr, body)  # type: ignore[no-untyped-call]
        self.send_response(requesthdr.RequestHandle, seqhdr, response)
        return True

    # Sessions.

    def _own_session(self, token: ua.NodeId) -> ClientSession:
        """The session of this connection, if the token is its own."""
        session = self.session
        if session is None or not session.is_open or token != session.auth_token:
            raise ServiceError(StatusCodes.BadSessionIdInvalid)
        return session

    async def _create_session(self, params: ua.CreateSessionParameters) -> ua.CreateSessionResponse:
        if self.session is not None and self.session.is_open:
            raise ServiceError(StatusCodes.BadTooManySessions)
        policy = self.channel.security_policy
        if not self.iserver.offers(policy.URI, policy.Mode):
            raise ServiceError(StatusCodes.BadSecurityPolicyRejected)
        self._check_client(params)
        await self.iserver.make_room_for_session()
        session = self.iserver.create_session(str(self.name), external=True)
        assert isinstance(session, ClientSession)  # noqa: S101 - for the type checker: `external` makes it one
        self.session = session
        session.client_certificate = policy.peer_certificate if self.channel.is_secured else None
        response = ua.CreateSessionResponse()
        response.Parameters = await session.create_session(params, sockname=self.sockname)
        response.Parameters.ServerCertificate = policy.host_certificate
        signed = (policy.peer_certificate or b"") + (params.ClientNonce or b"")
        signature: Any = response.Parameters.ServerSignature
        signature.Signature = policy.asymmetric_cryptography.signature(signed)  # type: ignore[no-untyped-call]
        signature.Algorithm = policy.AsymmetricSignatureURI
        return response

    def _check_client(self, params: ua.CreateSessionParameters) -> None:
        """The certificate that counts is the channel's; what the request says has to agree with it."""
        policy = self.channel.security_policy
        if not self.channel.is_secured:
            return
        claimed = params.ClientCertificate or b""
        if not claimed.startswith(policy.peer_certificate or b"-"):
            raise ServiceError(StatusCodes.BadCertificateInvalid)
        if len(params.ClientNonce or b"") < _LEAST_NONCE:
            raise ServiceError(StatusCodes.BadNonceInvalid)
        if self.channel.peer_uri != params.ClientDescription.ApplicationUri:
            raise ServiceError(StatusCodes.BadCertificateUriInvalid)

    async def _activate_session(
        self, token: ua.NodeId, params: ua.ActivateSessionParameters
    ) -> ua.ActivateSessionResponse:
        session, moved = self._session_to_activate(token)
        self._check_signature(session, params.ClientSignature)
        identities = self.iserver.identities
        user = await identities.user_of(params, session.nonce or b"", self.channel.security_policy, self.address)
        if not session.is_open:
            raise ServiceError(StatusCodes.BadSessionClosed)
        if moved:
            if not session.is_activated() or user != session.somebody:
                raise ServiceError(StatusCodes.BadUserAccessDenied)
            self._take_over(session)
        response = ua.ActivateSessionResponse()
        session.speak(params.LocaleIds)
        response.Parameters.ServerNonce = session.activate(user)
        return response

    def _session_to_activate(self, token: ua.NodeId) -> tuple[ClientSession, bool]:
        """The session of the token, and whether it comes from another connection."""
        if self.session is not None and self.session.is_open:
            return self._own_session(token), False
        session = self.iserver.lookup_external_session(token)
        if not isinstance(session, ClientSession) or not session.is_open:
            raise ServiceError(StatusCodes.BadSessionIdInvalid)
        own = self.channel.security_policy.peer_certificate
        if not self.channel.is_secured or own is None or session.client_certificate != own:
            raise ServiceError(StatusCodes.BadSessionIdInvalid)
        return session, True

    def _check_signature(self, session: ClientSession, signature: ua.SignatureData) -> None:
        policy = self.channel.security_policy
        if not self.channel.is_secured:
            return
        signed = (policy.host_certificate or b"") + (session.nonce or b"")
        if signature.Algorithm != policy.AsymmetricSignatureURI:
            raise ServiceError(StatusCodes.BadApplicationSignatureInvalid)
        try:
            policy.asymmetric_cryptography.verify(signed, signature.Signature)  # type: ignore[no-untyped-call]
        except (InvalidSignature, TypeError):
            raise ServiceError(StatusCodes.BadApplicationSignatureInvalid) from None

    def _take_over(self, session: ClientSession) -> None:
        """Go on with a session whose connection was lost."""
        self.iserver.forget_connection_of(session)
        self.session = session
        for subscription in self.iserver.subscriptions.subscriptions.values():
            if subscription.session_id == session.session_id:
                subscription.pub_result_callback = self.answer_publish
                subscription.pub_request_callback = self.get_publish_request

    def _should_close_session_on_transport_loss(self) -> bool:
        # Nobody could take over a session that is bound to no certificate.
        secured = self.session is not None and self.session.client_certificate is not None
        return not secured or bool(super()._should_close_session_on_transport_loss())

    # Answers.

    def send_response(
        self, requesthandle: Any, seqhdr: Any, response: Any, msgtype: Any = ua.MessageType.SecureMessage
    ) -> None:
        """Send an answer, or say that it is too long."""
        now: Any = self.iserver.clock.now()
        response.ResponseHeader.RequestHandle, response.ResponseHeader.Timestamp = requesthandle, now
        self._send_body(requesthandle, seqhdr, struct_to_binary(response), msgtype)

    def _send_body(
        self, requesthandle: Any, seqhdr: Any, body: bytes, msgtype: Any = ua.MessageType.SecureMessage
    ) -> None:
        if self._is_too_long(len(body)):
            response: Any = ua.ServiceFault()
            response.ResponseHeader.RequestHandle = requesthandle
            response.ResponseHeader.ServiceResult = status(StatusCodes.BadResponseTooLarge)
            body = struct_to_binary(response)
        if self._transport.is_closing():
            return
        self._transport.write(self.channel.message_to_binary(body, message_type=msgtype, request_id=seqhdr.RequestId))

    def _is_too_long(self, size: int) -> bool:
        chunks = math.ceil(size / (self._limits.max_send_buffer - _CHUNK_OVERHEAD))
        return size > self._answer_bytes or (self._answer_chunks > 0 and chunks > self._answer_chunks)

    def _fault(self, header: Any, seqhdr: Any, code: int) -> None:
        response = ua.ServiceFault()
        response.ResponseHeader.ServiceResult = status(code)
        self.send_response(header.RequestHandle, seqhdr, response)

    # Publishing.

    def _publish_quickly(self, request: PublishRequest, seqhdr: Any) -> bool:
        """Take a publish request of the session of this connection; False for all that are not as they should be."""
        session = self.session
        if session is None or not session.is_activated() or not session.has_token(request.header.token):
            return False
        try:
            self._publish(session, request.header, seqhdr, request.acknowledgements)
        except ServiceError as error:
            self._fault(request.header, seqhdr, error.code)
        return True

    def _publish(self, session: ClientSession, header: Any, seqhdr: Any, acknowledged: Iterable[Any]) -> None:
        """Let a subscription that waits for a request answer this one, or keep it for the next that has something."""
        session.touch()
        count, results = session.own.publish(acknowledged)
        request = PublishRequestData(header, seqhdr, results)
        waiting = self._publish_results_subs
        while waiting:
            number = next(iter(waiting))
            del waiting[number]
            subscription = session.own.subscriptions.get(number)
            if subscription is not None and subscription.publish_results(request):
                return
        if len(self._publish_requests) >= self.publish_request_limit(count):
            self._evict_publish_request()
        self._publish_requests.append(request)

    def answer_publish(self, result: ua.PublishResult, request: PublishRequestData) -> None:
        """Answer a publish request."""
        header: Any = request.requesthdr
        handle = header.RequestHandle
        body = publish_response(result, request.results or (), handle, self.iserver.clock.now())
        self._send_body(handle, request.seqhdr, body)

    # asyncua hands it on to whoever creates or takes over a subscription; nobody waits for it here.
    forward_publish_response: Any = answer_publish

    def get_publish_request(self, subscription_id: Any) -> PublishRequestData | None:
        """A publish request to answer now; none while the client leaves its answers unread."""
        if self._owner.is_congested:
            self._publish_results_subs[subscription_id] = True
            return None
        found: PublishRequestData | None = super().get_publish_request(subscription_id)
        return found

    def refuse_publish_requests(self, code: int) -> None:
        """Answer all publish requests that wait: there is nothing left to publish."""
        waiting = list(self._publish_requests)
        self._publish_requests.clear()
        self._publish_results_subs.clear()
        for request in waiting:
            self._fault(request.requesthdr, request.seqhdr, code)

    def publish_request_limit(self, subscription_count: int) -> int:
        """How many publish requests may wait."""
        return min(2 * subscription_count + 10, self._settings.publish_requests)


def _raised_in_decoder(error: BaseException) -> bool:
    if not isinstance(error, DECODING_ERRORS):
        return False
    return any(frame.f_code.co_filename in _DECODERS for frame, _ in traceback.walk_tb(error.__traceback__))
