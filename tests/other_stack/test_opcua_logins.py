"""node-opcua logs in with every policy, and is refused with a wrong password or certificate."""

import json
import subprocess
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization

from tests.other_stack.support import require_node_modules
from tests.support.certificates import NOW, URI, YEAR, certificate, written
from tests.support.opcua import OVEN
from tests.support.secured import MODES, Secured, known_client, secured
from twin.host.cli import main

pytestmark = pytest.mark.other_stack
POLICIES = ("Basic256Sha256", "Aes128_Sha256_RsaOaep", "Aes256_Sha256_RsaPss")


def client_of(folder: Path, made: x509.Certificate, number: int = 0) -> dict[str, str]:
    """The files of a client as node-opcua reads them."""
    _, key = written(folder, made, number)
    public = folder / "client.pem.crt"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    return {"certificate": str(public), "key": str(key), "uri": URI}


def cases(server: Secured, folder: Path) -> Iterator[dict[str, str | None]]:
    known = client_of(folder / "known", known_client())
    node = f"ns={_namespace(server)};s={OVEN}/temperature_set"
    encrypted = {"policy": "Basic256Sha256", "mode": "SignAndEncrypt", **known}
    operator = {"user": "operator", "password": server.passwords["operator"], "write": node}
    for policy in POLICIES:
        for mode in MODES:
            yield {"name": f"{policy} {mode.name}", **known, "policy": policy, "mode": mode.name, **operator}
    yield {"name": "open", **known, "policy": "None", "mode": "None", **operator}
    yield {"name": "anonymous", **known, "policy": "None", "mode": "None", "write": node}
    yield {"name": "observer", **encrypted, **operator, "user": "observer", "password": server.passwords["observer"]}
    yield {"name": "wrong password", **encrypted, "user": "operator", "password": "guess"}
    yield {"name": "no such user", **encrypted, "user": "nobody", "password": "guess"}
    stranger = client_of(folder / "stranger", certificate("stranger", number=1), 1)
    yield {"name": "unknown certificate", **encrypted, **operator, **stranger}
    old = client_of(folder / "old", _trusted(server, certificate("old", begins=NOW - 2 * YEAR, life=timedelta(9))))
    yield {"name": "expired certificate", **encrypted, **operator, **old}
    yield {"name": "policy not offered", **encrypted, **operator, "policy": "Basic128Rsa15"}
    user, key = written(folder / "anna", certificate("anna", number=4), 4)
    order = ["users", "add", "anna", "--role", "operator", "--certificate", str(user)]
    assert main([*order, "--config", str(server.folder)]) == 0
    yield {"name": "user certificate", **encrypted, "userCertificate": str(user), "userKey": str(key), "write": node}
    user, key = written(folder / "eve", certificate("eve", number=5), 5)
    yield {"name": "unknown user certificate", **encrypted, "userCertificate": str(user), "userKey": str(key)}


def _trusted(server: Secured, made: x509.Certificate) -> x509.Certificate:
    (server.trust.trusted / "old.der").write_bytes(made.public_bytes(serialization.Encoding.DER))
    return made


def _namespace(server: Secured) -> int:
    del server
    return 2


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """How each login went."""
    node, folder = require_node_modules(), tmp_path_factory.mktemp("logins")
    with secured(folder / "config") as server:
        (folder / "cases.json").write_text(json.dumps(list(cases(server, folder))))
        order = ["node", "opcua_logins.mjs", server.address, str(folder / "cases.json"), str(folder / "manager")]
        done = subprocess.run(order, cwd=node, capture_output=True, text=True, timeout=200, check=False)
    assert done.returncode == 0, done.stderr
    line = next(line for line in done.stdout.splitlines() if line.startswith("{"))
    found: dict[str, Any] = json.loads(line)
    return found


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("policy", POLICIES)
def test_every_policy_and_mode_carries_a_login_and_a_write(report: dict[str, Any], policy: str, mode: Any) -> None:
    assert report[f"{policy} {mode.name}"] == {"outcome": "Good", "write": "Good"}


@pytest.mark.parametrize("name", ["open", "user certificate"])
def test_other_ways_of_logging_in_work(report: dict[str, Any], name: str) -> None:
    assert report[name] == {"outcome": "Good", "write": "Good"}


@pytest.mark.parametrize("name", ["anonymous", "observer"])
def test_who_only_looks_on_writes_nothing(report: dict[str, Any], name: str) -> None:
    assert report[name] == {"outcome": "Good", "write": "BadUserAccessDenied"}


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("wrong password", "BadUserAccessDenied"),
        ("no such user", "BadUserAccessDenied"),
        ("unknown user certificate", "BadIdentityTokenRejected"),
        ("unknown certificate", "rejected by server"),
        ("expired certificate", "rejected by server"),
        ("policy not offered", ""),
    ],
)
def test_who_is_not_known_is_refused(report: dict[str, Any], name: str, why: str) -> None:
    assert report[name]["outcome"] == "refused", report[name]
    assert why in report[name]["why"]
