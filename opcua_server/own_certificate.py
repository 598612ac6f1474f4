"""The server's own key and certificate: made at the first start, made anew before it expires."""

import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from filelock import FileLock

from twin.line.errors import DefinitionError
from twin.run.files import write_whole

KEY_BITS = 2048
LIFE = timedelta(days=730)
RENEWAL = timedelta(days=30)
"""A certificate with less than this to go is made anew."""
_BACKDATED = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Identity:
    """The key and certificate that the server shows."""

    key: RSAPrivateKey
    certificate: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate as it goes over the wire."""
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def expires_soon(self, now: datetime) -> bool:
        """Whether it is time for a new one."""
        return self.certificate.not_valid_after_utc - now < RENEWAL


def own_identity(folder: Path, uri: str, hosts: Sequence[str], now: datetime | None = None) -> Identity:
    """The identity kept in `folder`, with a certificate that names `uri` and all `hosts` and does not expire soon.

    Servers that share the folder and start together share the identity that the first of them makes.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(folder / ".lock"):
        return _kept_or_made(folder, uri, hosts, now or datetime.now(UTC))


def _kept_or_made(folder: Path, uri: str, hosts: Sequence[str], now: datetime) -> Identity:
    key = _key(folder / "private" / "server.pem")
    path = folder / "certs" / "server.der"
    kept = _kept(path)
    if kept is not None and kept.public_key() == key.public_key() and certified_names(kept) >= {uri, *hosts}:
        identity = Identity(key, kept)
        if not identity.expires_soon(now):
            return identity
    made = self_signed(key, "Rajola", uri, hosts, now, LIFE)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, made.public_bytes(serialization.Encoding.DER))
    return Identity(key, made)


def self_signed(
    key: RSAPrivateKey, name: str, uri: str, hosts: Sequence[str], now: datetime, life: timedelta
) -> x509.Certificate:
    """An application instance certificate as OPC UA part 6 asks for."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=True, key_encipherment=True, data_encipherment=True,
        key_agreement=False, key_cert_sign=True, crl_sign=False, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    places = [x509.UniformResourceIdentifier(uri), *(_general_name(host) for host in hosts)]
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - _BACKDATED)
        .not_valid_after(now + life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(x509.SubjectAlternativeName(places), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


def host_names(host: str) -> list[str]:
    """The names under which a server bound to `host` is reached, without doubles."""
    names = [socket.gethostname(), "localhost"]
    address = ipaddress.ip_address(host)
    names.append(str(address) if not address.is_unspecified else "127.0.0.1")
    return list(dict.fromkeys(names))


def application_uri(certificate: x509.Certificate) -> str | None:
    """The application URI that a certificate names, None without one."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return None
    found = names.get_values_for_type(x509.UniformResourceIdentifier)
    return found[0] if found else None


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def certified_names(certificate: x509.Certificate) -> set[str]:
    """The URIs, host names and addresses that a certificate names."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return set()
    return {str(name.value) for name in names}


def _key(path: Path) -> RSAPrivateKey:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = rsa.generate_private_key(65537, KEY_BITS)
        pem = made.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        write_whole(path, pem, secret=True)
        return made
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), None)
    except (ValueError, TypeError) as error:
        raise DefinitionError(f"{path}: no private key ({error}); move it away, and a new one is made") from None
    if not isinstance(key, RSAPrivateKey):
        raise DefinitionError(f"{path}: the key is not RSA; move it away, and a new one is made")
    return key


def _kept(path: Path) -> x509.Certificate | None:
    try:
        return x509.load_der_x509_certificate(path.read_bytes())
    except (FileNotFoundError, ValueError):
        return None
