"""The secure channel of one connection: which policy it may have, with whom, and for how long."""

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

from asyncua import ua
from asyncua.common.connection import SecureConnection, TransportLimits
from asyncua.crypto.security_policies import SecurityPolicyNone
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.ua_binary import struct_from_binary
from cryptography.hazmat.primitives import serialization

from opcua_server.decoders import Bounded
from opcua_server.identities import is_secured
from opcua_server.own_certificate import application_uri
from opcua_server.settings import Settings
from opcua_server.trust import Trust, UntrustedError

_DER = serialization.Encoding.DER
_SEQUENCE, _LONG_FORM, _SHORTEST_DER = 0x30, 0x80, 4
_SHORTEST_LIFETIME_MS = 10_000
_GRACE = 1.25
"""Share of a token's lifetime for which it is good, as the client is to renew it after three quarters."""


class ChannelError(Exception):
    """Ends the connection; the client is told the status code alone."""

    def __init__(self, code: int, why: str) -> None:
        super().__init__(why)
        self.code = code


class Channel(SecureConnection):
    """A secure channel.

    Overrides of asyncua 2.1.0: `select_policy` takes certificates that are trusted alone, and of a chain the first;
    `open` bounds the lifetime and wants a nonce of the policy's length; messages need an open channel and a token that
    has not expired.
    """

    def __init__(self, limits: TransportLimits, settings: Settings, trust: Trust | None) -> None:
        super().__init__(SecurityPolicyNone(), limits)  # type: ignore[no-untyped-call]
        self._settings = settings
        self._trust = trust
        self._checked: bytes | None = None
        self.peer_uri: str | None = None
        """Application URI that the client's certificate names."""

    @property
    def is_secured(self) -> bool:
        """Whether messages are signed at least."""
        return is_secured(self.security_policy)

    @property
    def incoming_bytes(self) -> int:
        """What has come of a message that is not complete yet."""
        return self._incoming_size

    @property
    def has_expired(self) -> bool:
        """Whether the client has not renewed its keys in time."""
        token = self.security_token if self.next_security_token.TokenId == 0 else self.next_security_token
        life: Any = timedelta(milliseconds=token.RevisedLifetime * _GRACE)
        return self.is_open() and datetime.now(UTC) > token.CreatedAt + life

    def check_opening(self, body: Bounded) -> None:
        """Refuse an OpenSecureChannel message by its open part, before anything is decrypted."""
        header = struct_from_binary(ua.AsymmetricAlgorithmHeader, body)
        uri = header.SecurityPolicyURI
        if self.is_open() and uri != self.security_policy.URI:
            raise ChannelError(StatusCodes.BadSecurityPolicyRejected, "the policy of an open channel was to change")
        if uri == SecurityPolicyNone.URI:
            return
        own = [policy for policy in self._policies if uri == policy.cls.URI]
        if not own:
            raise ChannelError(StatusCodes.BadSecurityPolicyRejected, f"policy {str(uri)[:80]} is not offered")
        certificate = header.SenderCertificate or b""
        if len(certificate) > self._settings.certificate_bytes:
            raise ChannelError(StatusCodes.BadSecurityChecksFailed, "a certificate was too long")
        mine = hashlib.sha1(self._own_der(own[0]), usedforsecurity=False).digest()
        if header.ReceiverCertificateThumbPrint != mine:
            raise ChannelError(StatusCodes.BadSecurityChecksFailed, "the message was for another certificate")

    def select_policy(
        self, uri: str, peer_certificate: bytes | None, mode: ua.MessageSecurityMode | None = None
    ) -> None:
        """Take the policy if it is offered and the certificate trusted."""
        leaf = None
        if uri != SecurityPolicyNone.URI:
            leaf = first_certificate(peer_certificate or b"")
            self._check_trust(leaf)
        super().select_policy(uri, leaf, mode)

    def _check_trust(self, leaf: bytes) -> None:
        if leaf == self._checked:
            return
        if self._trust is None:
            raise ChannelError(StatusCodes.BadSecurityPolicyRejected, "this server has no certificate")
        try:
            self.peer_uri = application_uri(self._trust.check(leaf))
        except UntrustedError as error:
            raise ChannelError(StatusCodes.BadSecurityChecksFailed, str(error)) from None
        self._checked = leaf

    def open(self, params: Any, server: Any) -> ua.OpenSecureChannelResult:
        """Open or renew."""
        wanted = self.security_policy.secure_channel_nonce_length
        if self.is_secured and len(params.ClientNonce or b"") != wanted:
            raise ChannelError(StatusCodes.BadSecurityChecksFailed, "the nonce has the wrong length")
        longest = int(self._settings.longest_token_lifetime_ms)
        params.RequestedLifetime = min(max(params.RequestedLifetime, _SHORTEST_LIFETIME_MS), longest)
        return super().open(params, server)

    def _own_der(self, factory: Any) -> bytes:
        if factory.certificate is None:
            raise ChannelError(StatusCodes.BadSecurityPolicyRejected, "this server has no certificate")
        der: bytes = factory.certificate.public_bytes(_DER)
        return der


def first_certificate(chain: bytes) -> bytes:
    """The first of the certificates (DER) that stand one behind the other."""
    # 0x30, then a length: below 0x80 itself, otherwise the number of its bytes.
    if len(chain) < _SHORTEST_DER or chain[0] != _SEQUENCE:
        raise ChannelError(StatusCodes.BadSecurityChecksFailed, "no certificate came with the message")
    size = chain[1]
    if size < _LONG_FORM:
        return chain[: 2 + size]
    count = size - _LONG_FORM
    return chain[: 2 + count + int.from_bytes(chain[2 : 2 + count], "big")]
