"""Which client certificates are trusted: two folders, and an hour of grace for a class.

`CONFIG/pki/trusted/certs` holds what is let in (certificates of clients, or of authorities that signed them),
`CONFIG/pki/trusted/crl` what authorities have revoked, `CONFIG/pki/rejected/certs` what came and was not let in.
"""

import hashlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from opcua_server.own_certificate import application_uri
from twin.line.errors import DefinitionError
from twin.run.files import write_whole

LEAST_KEY_BITS, MOST_KEY_BITS = 2048, 4096
_SOUND_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_TYPO = 8
"""Least characters of a thumbprint that name a certificate on the command line."""


class UntrustedError(Exception):
    """A certificate that is not let in; the message is for the log, the client only hears that checks failed."""


class Trust:
    """The folders of one configuration; what is put there or taken away counts from the next connection on."""

    def __init__(self, folder: Path, most_rejected: int) -> None:
        self.trusted = folder / "trusted" / "certs"
        self.revoked = folder / "trusted" / "crl"
        self.rejected = folder / "rejected" / "certs"
        self._grace = folder / "accept-until"
        self._most_rejected = most_rejected

    def check(self, der: bytes, now: datetime | None = None) -> x509.Certificate:
        """The certificate of a client that is let in; raises UntrustedError, and keeps what was not let in."""
        now = now or datetime.now(UTC)
        certificate = load(der)
        _check_soundness(certificate, now)
        if not self._is_known(der, certificate, now):
            if time.time() >= self.accepting_until():
                self._keep_rejected(der)
                raise UntrustedError(f"certificate {thumbprint(der)[:16]} is not trusted; see `rajola pki list`")
            self._put(self.trusted, der)
        return certificate

    def _is_known(self, der: bytes, certificate: x509.Certificate, now: datetime) -> bool:
        if (self.trusted / _file_name(der)).exists():
            return True
        for path, other in self._all(self.trusted):
            if other == certificate:
                return True
            if _signed_by(certificate, other):
                if not other.not_valid_before_utc <= now <= other.not_valid_after_utc:
                    raise UntrustedError(f"the authority in {path.name} is out of date")
                if self._is_revoked(certificate, other):
                    raise UntrustedError(f"certificate {thumbprint(der)[:16]} is revoked")
                return True
        return False

    def _is_revoked(self, certificate: x509.Certificate, authority: x509.Certificate) -> bool:
        for path in sorted(self.revoked.glob("*")) if self.revoked.is_dir() else ():
            try:
                listed = x509.load_der_x509_crl(path.read_bytes())
            except ValueError:
                continue
            key = authority.public_key()
            if listed.issuer == authority.subject and isinstance(key, RSAPublicKey) and listed.is_signature_valid(key):
                return listed.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None
        return False

    # What the command line does.

    def listed(self) -> list[tuple[str, str, x509.Certificate]]:
        """All kept certificates as (`trusted` or `rejected`, thumbprint, certificate)."""
        return [
            (word, thumbprint(certificate.public_bytes(serialization.Encoding.DER)), certificate)
            for word, folder in (("trusted", self.trusted), ("rejected", self.rejected))
            for _, certificate in self._all(folder)
        ]

    def trust(self, start: str) -> str:
        """Let in what was rejected, or a DER file; the thumbprint."""
        der = self._find(start, self.rejected)
        self._put(self.trusted, der)
        (self.rejected / _file_name(der)).unlink(missing_ok=True)
        return thumbprint(der)

    def reject(self, start: str) -> str:
        """Let in no more; the thumbprint."""
        der = self._find(start, self.trusted)
        self._put(self.rejected, der)
        for path, certificate in list(self._all(self.trusted)):
            if certificate.public_bytes(serialization.Encoding.DER) == der:
                path.unlink()
        return thumbprint(der)

    def accept_for(self, seconds: float) -> None:
        """Let in whoever comes with a sound certificate during the next `seconds`, and trust it from then on."""
        self._grace.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self._grace, f"{time.time() + seconds:.6f}\n".encode())

    def accepting_until(self) -> float:
        """Until when unknown certificates are let in [seconds since 1970]."""
        try:
            return float(self._grace.read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return 0.0

    def _find(self, start: str, folder: Path) -> bytes:
        if Path(start).is_file():
            der = Path(start).read_bytes()
            try:
                load(der)
            except UntrustedError as error:
                raise DefinitionError(f"{start}: {error}; name a DER file or a thumbprint") from None
            return der
        kept = [certificate.public_bytes(serialization.Encoding.DER) for _, certificate in self._all(folder)]
        found = [der for der in kept if len(start) >= _TYPO and thumbprint(der).startswith(start.lower())]
        if len(found) != 1:
            raise DefinitionError(
                f"{start!r} is no file and begins {len(found)} thumbprints in {folder}; "
                f"give at least {_TYPO} characters of one that `rajola pki list` shows"
            )
        return found[0]

    def _all(self, folder: Path) -> Iterator[tuple[Path, x509.Certificate]]:
        for path in sorted(folder.glob("*")) if folder.is_dir() else ():
            try:
                yield path, x509.load_der_x509_certificate(path.read_bytes())
            except (ValueError, OSError):
                continue

    def _keep_rejected(self, der: bytes) -> None:
        if (self.rejected / _file_name(der)).exists():
            return
        self._put(self.rejected, der)
        kept = sorted(self.rejected.glob("*.der"), key=lambda path: path.stat().st_mtime_ns)
        for path in kept[: -self._most_rejected]:
            path.unlink(missing_ok=True)

    def _put(self, folder: Path, der: bytes) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        write_whole(folder / _file_name(der), der)


def load(der: bytes) -> x509.Certificate:
    """The certificate in these bytes; raises UntrustedError."""
    try:
        return x509.load_der_x509_certificate(der)
    except ValueError:
        raise UntrustedError("no certificate that can be read") from None


def thumbprint(der: bytes) -> str:
    """SHA-256 of a certificate [hexadecimal]."""
    return hashlib.sha256(der).hexdigest()


def _file_name(der: bytes) -> str:
    return f"{thumbprint(der)}.der"


def _check_soundness(certificate: x509.Certificate, now: datetime) -> None:
    """Raise UntrustedError for a certificate that nobody should trust, whoever signed it."""
    key = certificate.public_key()
    if not isinstance(key, RSAPublicKey) or not LEAST_KEY_BITS <= key.key_size <= MOST_KEY_BITS:
        raise UntrustedError(f"its key is not RSA of {LEAST_KEY_BITS} to {MOST_KEY_BITS} bits")
    if not isinstance(certificate.signature_hash_algorithm, _SOUND_HASHES):
        raise UntrustedError("it is not signed with SHA-2")
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
        raise UntrustedError(f"it is valid from {begins:%Y-%m-%d} to {ends:%Y-%m-%d}")
    if application_uri(certificate) is None:
        raise UntrustedError("it names no application URI")


def _signed_by(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    try:
        constraints = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
        certificate.verify_directly_issued_by(authority)
    except (x509.ExtensionNotFound, ValueError, TypeError, InvalidSignature):
        return False
    return constraints.ca
