"""Certificates for tests: of clients that are known, unknown, out of date, or signed by somebody."""

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.x509.oid import NameOID

from opcua_server.own_certificate import self_signed

NOW = datetime.now(UTC)
URI = "urn:tests:client"
YEAR = timedelta(days=365)


@cache
def key(number: int, bits: int) -> RSAPrivateKey:
    """A key; making one takes time."""
    del number
    return rsa.generate_private_key(65537, bits)


def certificate(
    name: str = "client", *, uri: str = URI, number: int = 0, bits: int = 2048, begins: datetime = NOW,
    life: timedelta = YEAR,
) -> x509.Certificate:  # fmt: skip
    """A self-signed certificate, as most clients have."""
    return self_signed(key(number, bits), name, uri, ["localhost"], begins, life)


def authority(name: str = "authority", *, number: int = 9, life: timedelta = YEAR) -> x509.Certificate:
    """A certificate that may sign others."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key(number, 2048).public_key())
        .serial_number(1)
        .not_valid_before(NOW - 2 * YEAR)
        .not_valid_after(NOW + life)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key(number, 2048), hashes.SHA256())
    )


def signed_by(issuer: x509.Certificate, name: str = "signed", *, number: int = 0, by: int = 9) -> x509.Certificate:
    """A client's certificate that an authority has signed."""
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(issuer.subject)
        .public_key(key(number, 2048).public_key())
        .serial_number(4711)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + YEAR)
        .add_extension(x509.SubjectAlternativeName([x509.UniformResourceIdentifier(URI)]), critical=False)
        .sign(key(by, 2048), hashes.SHA256())
    )


def revocation(issuer: x509.Certificate, serial: int = 4711, *, by: int = 9) -> bytes:
    """A list in which an authority revokes a certificate (DER)."""
    revoked = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(NOW).build()
    made = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(issuer.subject)
        .last_update(NOW)
        .next_update(NOW + YEAR)
        .add_revoked_certificate(revoked)
        .sign(key(by, 2048), hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.DER)


def der(made: x509.Certificate) -> bytes:
    """The certificate as it goes over the wire."""
    return made.public_bytes(serialization.Encoding.DER)


def written(folder: Path, made: x509.Certificate, number: int = 0, bits: int = 2048) -> tuple[Path, Path]:
    """Files (DER, PEM) of a certificate and its key."""
    folder.mkdir(parents=True, exist_ok=True)
    public, private = folder / "client.der", folder / "client.pem"
    public.write_bytes(der(made))
    private.write_bytes(
        key(number, bits).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return public, private
