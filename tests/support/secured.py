"""A bakery served with users, certificates and every policy, and clients that log in."""

from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from asyncua import Client, ua
from asyncua.crypto.security_policies import (
    SecurityPolicyAes128Sha256RsaOaep,
    SecurityPolicyAes256Sha256RsaPss,
    SecurityPolicyBasic256Sha256,
)
from cryptography import x509

from opcua_server.settings import Settings
from opcua_server.trust import Trust
from tests.support.certificates import URI, certificate, der, written
from tests.support.opcua import Connection, Served, served
from twin.host.access import Role
from twin.host.logins import Access

POLICIES = {
    "Basic256Sha256": SecurityPolicyBasic256Sha256,
    "Aes128_Sha256_RsaOaep": SecurityPolicyAes128Sha256RsaOaep,
    "Aes256_Sha256_RsaPss": SecurityPolicyAes256Sha256RsaPss,
}
MODES = (ua.MessageSecurityMode.Sign, ua.MessageSecurityMode.SignAndEncrypt)


@dataclass(frozen=True)
class Secured:
    """A server with users; `passwords` by name of the role."""

    served: Served
    access: Access
    passwords: Mapping[str, str]
    folder: Path
    address_shown: str = ""

    @property
    def address(self) -> str:
        """Where it is."""
        return self.address_shown or self.served.address

    @property
    def trust(self) -> Trust:
        """Which certificates it trusts."""
        return Trust(self.folder / "pki", Settings().rejected_certificates)

    @property
    def certificate(self) -> Path:
        """The server's own certificate."""
        return self.folder / "pki" / "own" / "certs" / "server.der"


@contextmanager
def secured(folder: Path, **options: Any) -> Iterator[Secured]:
    """Serve the bakery with the four first users; it trusts the certificate `client` of the tests."""
    access = Access(folder)
    passwords = access.first_passwords()
    trust = Trust(folder / "pki", Settings().rejected_certificates)
    trust.trusted.mkdir(parents=True, exist_ok=True)
    (trust.trusted / "client.der").write_bytes(der(known_client()))
    with served(access=access, config=folder, **options) as server:
        yield Secured(server, access, passwords, folder)


_KNOWN: list[x509.Certificate] = []


def known_client() -> x509.Certificate:
    """The certificate that the server trusts."""
    if not _KNOWN:
        _KNOWN.append(certificate())
    return _KNOWN[0]


async def prepared(
    server: Secured,
    *,
    policy: str = "Basic256Sha256",
    mode: ua.MessageSecurityMode = ua.MessageSecurityMode.SignAndEncrypt,
    shown: x509.Certificate | None = None,
    number: int = 0,
    bits: int = 2048,
) -> Client:
    """A client that will show a certificate and use a policy."""
    client = Client(server.address, timeout=20)
    client.application_uri = URI
    public, private = written(server.folder / "client", shown or known_client(), number, bits)
    await client.set_security(POLICIES[policy], str(public), str(private), None, str(server.certificate), mode)
    return client


@asynccontextmanager
async def logged_in(server: Secured, role: Role, **how: Any) -> AsyncIterator[Connection]:
    """A client logged in as the first user of a role."""
    client = await prepared(server, **how)
    name = role.name.lower()
    client.set_user(name)
    client.set_password(server.passwords[name])
    async with client:
        yield Connection(client, await client.get_namespace_index("urn:rajola:line:1"))
