"""Who logs in: the identity token of ActivateSession becomes a user, or is refused."""

import hashlib
import ipaddress
import logging
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.crypto import uacrypto
from asyncua.crypto.security_policies import (
    SecurityPolicy,
    SecurityPolicyAes128Sha256RsaOaep,
    SecurityPolicyAes256Sha256RsaPss,
    SecurityPolicyBasic256Sha256,
    SecurityPolicyNone,
)
from asyncua.ua.status_codes import StatusCodes
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from opcua_server.own_certificate import Identity
from opcua_server.settings import Settings
from opcua_server.trust import UntrustedError, load
from twin.host.access import NAME, Role, User
from twin.host.logins import Access

_logger = logging.getLogger(__name__)
ANONYMOUS = "anonymous"
OFFERED = (SecurityPolicyBasic256Sha256, SecurityPolicyAes128Sha256RsaOaep, SecurityPolicyAes256Sha256RsaPss)
_DECRYPT = {
    "http://www.w3.org/2001/04/xmlenc#rsa-oaep": uacrypto.decrypt_rsa_oaep,
    "http://opcfoundation.org/UA/security/rsa-oaep-sha2-256": uacrypto.decrypt_rsa_oaep_sha256,
}
_VERIFY = {
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": uacrypto.verify_sha256,
    "http://opcfoundation.org/UA/security/rsa-pss-sha2-256": uacrypto.verify_pss_sha256,
}
_LENGTH_BYTES = 4


class Identities:
    """Finds the user behind a token. `identity` is the server's own, None for a server without encryption."""

    def __init__(self, access: Access | None, settings: Settings, identity: Identity | None) -> None:
        self._access = access
        self._settings = settings
        self.identity = identity

    async def user_of(
        self, params: ua.ActivateSessionParameters, nonce: bytes, policy: SecurityPolicy, address: str
    ) -> User:
        """The user; raises ServiceError. `nonce` is what the server drew for this login, `address` the peer's."""
        token: Any = params.UserIdentityToken
        if isinstance(token, ua.ExtensionObject) and token.TypeId.is_null():
            token = ua.AnonymousIdentityToken()
        match token:
            case ua.AnonymousIdentityToken():
                return self._anonymous(address)
            case ua.UserNameIdentityToken():
                return await self._by_password(token, nonce, policy, address)
            case ua.X509IdentityToken():
                return self._by_certificate(token, params.UserTokenSignature, nonce)
            case _:
                raise ServiceError(StatusCodes.BadIdentityTokenRejected)

    def _anonymous(self, address: str) -> User:
        local = is_loopback(address)
        if local and self._access is not None and self._access.open_loopback:
            return User(ANONYMOUS, Role.INSTRUCTOR)
        if local or self._settings.unencrypted:
            return User(ANONYMOUS, Role.OBSERVER)
        raise ServiceError(StatusCodes.BadIdentityTokenRejected)

    async def _by_password(
        self, token: ua.UserNameIdentityToken, nonce: bytes, policy: SecurityPolicy, address: str
    ) -> User:
        if self._access is None:
            raise ServiceError(StatusCodes.BadIdentityTokenRejected)
        password = self._password(token, nonce, policy)
        name = token.UserName or ""
        if NAME.fullmatch(name) is None:
            raise ServiceError(StatusCodes.BadUserAccessDenied)
        user = await self._access.authenticate(name, password, address)
        if user is None:
            _logger.warning("OPC UA: login of %s from %s refused", name, address)
            raise ServiceError(StatusCodes.BadUserAccessDenied)
        return user

    def _password(self, token: ua.UserNameIdentityToken, nonce: bytes, policy: SecurityPolicy) -> str:
        secret = token.Password or b""
        if not token.EncryptionAlgorithm:
            if policy.Mode != ua.MessageSecurityMode.SignAndEncrypt:
                raise ServiceError(StatusCodes.BadIdentityTokenRejected)
            return _text(secret)
        decrypt = _DECRYPT.get(token.EncryptionAlgorithm)
        if decrypt is None or self.identity is None:
            raise ServiceError(StatusCodes.BadIdentityTokenRejected)
        try:
            plain: bytes = decrypt(self.identity.key, secret)  # type: ignore[no-untyped-call]
        except ValueError:
            raise ServiceError(StatusCodes.BadIdentityTokenInvalid) from None
        length = int.from_bytes(plain[:_LENGTH_BYTES], "little") - len(nonce)
        end = _LENGTH_BYTES + length
        # The nonce binds the secret to this login: one that was recorded before is worth nothing.
        if length < 0 or plain[end:] != nonce:
            raise ServiceError(StatusCodes.BadIdentityTokenInvalid)
        return _text(plain[_LENGTH_BYTES:end])

    def _by_certificate(self, token: ua.X509IdentityToken, signature: ua.SignatureData, nonce: bytes) -> User:
        if self._access is None or self.identity is None:
            raise ServiceError(StatusCodes.BadIdentityTokenRejected)
        der = token.CertificateData or b""
        try:
            certificate = load(der)
        except UntrustedError:
            raise ServiceError(StatusCodes.BadIdentityTokenInvalid) from None
        verify = _VERIFY.get(signature.Algorithm or "")
        if verify is None or not isinstance(certificate.public_key(), RSAPublicKey):
            raise ServiceError(StatusCodes.BadIdentityTokenInvalid)
        try:
            verify(certificate, self.identity.der + nonce, signature.Signature or b"")  # type: ignore[no-untyped-call]
        except InvalidSignature:
            raise ServiceError(StatusCodes.BadUserSignatureInvalid) from None
        user = self._access.user_of_certificate(hashlib.sha256(der).hexdigest())
        if user is None or not certificate.not_valid_before_utc <= datetime.now(UTC) <= certificate.not_valid_after_utc:
            raise ServiceError(StatusCodes.BadIdentityTokenRejected)
        return user


def is_loopback(address: str) -> bool:
    """Whether an address is this machine's own."""
    try:
        parsed = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return (mapped or parsed).is_loopback


def is_secured(policy: SecurityPolicy) -> bool:
    """Whether a channel is signed at least."""
    return policy.URI != SecurityPolicyNone.URI


def _text(secret: bytes) -> str:
    try:
        return secret.decode()
    except UnicodeDecodeError:
        raise ServiceError(StatusCodes.BadIdentityTokenInvalid) from None
