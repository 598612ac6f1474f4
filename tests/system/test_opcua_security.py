"""Who gets in, how, and what they may do: over the wire."""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlparse

import pytest
from asyncua import Client, Node, ua
from asyncua.ua.uaerrors import UaStatusCodeError
from cryptography import x509

from opcua_server import own_certificate
from opcua_server import server as server_module
from tests.support.certificates import NOW, YEAR, authority, certificate, der, signed_by, written
from tests.support.opcua import MIXER, OVEN, Connection, Served, connected
from tests.support.opcua_plant import MIXER as BAKERY_MIXER
from tests.support.opcua_plant import plant
from tests.support.secured import MODES, POLICIES, Secured, known_client, logged_in, prepared, secured
from twin.host import login_delays
from twin.host.access import Role
from twin.host.cli import main
from twin.host.logins import Access

SET_POINT = f"{OVEN}/temperature_set"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with secured(tmp_path_factory.mktemp("secured")) as made:
        yield made


@pytest.fixture(autouse=True)
def quick_failures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login_delays, "FIRST_DELAY_S", 0.001)
    monkeypatch.setattr(login_delays, "SPRAY", 10_000)


async def refusal(client: Client) -> str:
    """Why a client is not let in."""
    with pytest.raises((UaStatusCodeError, ConnectionError)) as refused:
        async with client:
            pass
    return type(refused.value).__name__


# Channels.


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("policy", POLICIES)
async def test_every_policy_carries_a_login_by_password(
    server: Secured, policy: str, mode: ua.MessageSecurityMode
) -> None:
    async with logged_in(server, Role.ENGINEER, policy=policy, mode=mode) as connection:
        assert await connection.write(SET_POINT, 230.0) == "Good"
    assert server.served.do(lambda port: port.commands[-1][0]) == "engineer"


async def test_the_endpoints_are_none_and_three_policies_in_two_modes_with_one_certificate(server: Secured) -> None:
    endpoints = await Client(server.address).connect_and_get_server_endpoints()
    found = {(endpoint.SecurityPolicyUri.rpartition("#")[2], endpoint.SecurityMode.name) for endpoint in endpoints}
    assert found == {("None", "None_")} | {(policy, mode.name) for policy in POLICIES for mode in MODES}
    assert {endpoint.ServerCertificate for endpoint in endpoints} == {server.certificate.read_bytes()}


async def test_an_unknown_certificate_is_refused_until_it_is_trusted(server: Secured) -> None:
    stranger = certificate("stranger", number=1)
    assert await refusal(await prepared(server, shown=stranger, number=1)) == "BadSecurityChecksFailed"
    server.trust.trust(hashlib.sha256(der(stranger)).hexdigest())
    client = await prepared(server, shown=stranger, number=1)
    client.set_user("observer")
    client.set_password(server.passwords["observer"])
    async with client:
        pass
    server.trust.reject(hashlib.sha256(der(stranger)).hexdigest())


async def test_a_certificate_out_of_date_or_with_a_short_key_is_refused_even_when_trusted(server: Secured) -> None:
    for made, bits in (
        (certificate("old", begins=NOW - 2 * YEAR, life=timedelta(days=30)), 2048),
        (certificate("short", bits=1024), 1024),
    ):
        (server.trust.trusted / "unsound.der").write_bytes(der(made))
        client = await prepared(server, shown=made, bits=bits)
        assert await refusal(client) in {"BadSecurityChecksFailed", "ConnectionError"}
        (server.trust.trusted / "unsound.der").unlink()


async def test_a_trusted_certificate_without_its_key_is_worth_nothing(server: Secured) -> None:
    # The certificate is public: whoever has seen a connection has it.
    client = await prepared(server, shown=known_client(), number=2)
    assert await refusal(client) == "BadSecurityChecksFailed"


async def test_an_authority_in_the_folder_vouches_for_its_clients(server: Secured) -> None:
    issuer = authority()
    (server.trust.trusted / "authority.der").write_bytes(der(issuer))
    client = await prepared(server, shown=signed_by(issuer, number=3), number=3)
    client.set_user("observer")
    client.set_password(server.passwords["observer"])
    async with client:
        pass
    (server.trust.trusted / "authority.der").unlink()


async def test_a_client_that_names_another_application_than_its_certificate_is_refused(server: Secured) -> None:
    client = await prepared(server)
    client.application_uri = "urn:somebody:else"
    assert await refusal(client) == "BadCertificateUriInvalid"


# Logins.


@pytest.mark.parametrize(
    ("name", "password"), [("engineer", "wrong"), ("engineer", ""), ("nobody", "x"), ("../x", "x")]
)
async def test_a_wrong_name_or_password_is_refused(server: Secured, name: str, password: str) -> None:
    client = await prepared(server)
    client.set_user(name)
    client.set_password(password)
    assert await refusal(client) == "BadUserAccessDenied"


async def test_a_password_travels_encrypted_over_an_open_channel_or_not_at_all(server: Secured) -> None:
    client = Client(server.address)
    client.set_user("operator")
    client.set_password(server.passwords["operator"])
    async with client:
        connection = Connection(client, await client.get_namespace_index("urn:rajola:line:1"))
        assert await connection.write(SET_POINT, 231.0) == "Good"
    assert await _plain_login(server) == "BadIdentityTokenRejected"


async def _plain_login(server: Secured) -> str:
    client = Client(server.address)
    await client.connect_socket()
    await client.send_hello()
    await client.open_secure_channel()
    await client.create_session()
    params = ua.ActivateSessionParameters()
    params.UserIdentityToken = ua.UserNameIdentityToken(
        PolicyId="username", UserName="operator", Password=server.passwords["operator"].encode()
    )
    with pytest.raises(UaStatusCodeError) as refused:
        await client.uaclient.activate_session(params)
    await client.close_secure_channel()
    client.disconnect_socket()
    return type(refused.value).__name__


async def test_a_user_logs_in_by_certificate(server: Secured, tmp_path: Path) -> None:
    public, private = written(tmp_path, certificate("anna", number=4), 4)
    client = await prepared(server)
    await client.load_client_certificate(str(public))
    await client.load_private_key(str(private))
    assert await refusal(client) == "BadIdentityTokenRejected"
    order = ["users", "add", "anna", "--role", "operator", "--certificate", str(public)]
    assert main([*order, "--config", str(server.folder)]) == 0
    client = await prepared(server)
    await client.load_client_certificate(str(public))
    await client.load_private_key(str(private))
    async with client:
        connection = Connection(client, await client.get_namespace_index("urn:rajola:line:1"))
        assert await connection.write(SET_POINT, 232.0) == "Good"
    assert server.served.do(lambda port: port.commands[-1][0]) == "anna"


async def test_anonymous_reads_and_does_nothing_else(server: Secured) -> None:
    async with connected(server.address) as connection:
        assert await connection.node(SET_POINT).read_value() > 0.0
        assert await connection.write(SET_POINT, 233.0) == "BadUserAccessDenied"
        assert (await connection.call("pause")).StatusCode.name == "BadUserAccessDenied"


async def test_guessing_gets_slower_and_hinders_nobody_else(server: Secured, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login_delays, "FIRST_DELAY_S", 0.2)
    began = time.monotonic()
    for _ in range(3):
        client = await prepared(server)
        client.set_user("operator")
        client.set_password("guess")
        assert await refusal(client) == "BadUserAccessDenied"
    assert time.monotonic() - began > 0.2 + 0.4
    began = time.monotonic()
    async with logged_in(server, Role.OBSERVER):
        pass
    assert time.monotonic() - began < 5.0


# Rights.

LEAST = {
    "start": Role.INSTRUCTOR,
    "pause": Role.INSTRUCTOR,
    "resume": Role.INSTRUCTOR,
    "set_speed": Role.INSTRUCTOR,
    "step": Role.INSTRUCTOR,
    "inject_fault": Role.INSTRUCTOR,
    "clear_fault": Role.INSTRUCTOR,
    "start_chaos": Role.INSTRUCTOR,
    "end_chaos": Role.INSTRUCTOR,
}
IN_TURN = ("start", "pause", "step", "resume", "set_speed", "inject_fault", "clear_fault", "start_chaos", "end_chaos")


@pytest.mark.parametrize("role", list(Role))
async def test_every_role_writes_and_calls_what_the_table_says(server: Secured, role: Role) -> None:
    async with logged_in(server, role) as connection:
        description = server.served.do(lambda port: port.description)
        for signal in description.signals:
            value = 0.0 if signal.low is None else signal.low
            said = await connection.write(signal.path, value)
            if signal.writable:
                least = Role.ENGINEER if signal.engineering else Role.OPERATOR
                assert (said == "Good", said == "BadUserAccessDenied") == (role >= least, role < least)
            else:
                assert said == "BadNotWritable"
        arguments = {
            "set_speed": (1.0,),
            "step": (0.1,),
            "inject_fault": (MIXER, "belt_slip", 0.0, 1.0),
            "clear_fault": (MIXER, "belt_slip"),
            "start_chaos": ("delay_answers", 1.0, 1.0),
        }
        simulator = connection.node("Simulator")
        methods = await simulator.get_children(nodeclassmask=ua.NodeClass.Method)
        names = [(await method.read_browse_name()).Name for method in methods]
        assert sorted(names) == sorted(LEAST)
        for name in IN_TURN:
            result = await connection.call(name, *arguments.get(name, ()))
            expected = "Good" if role >= LEAST[name] else "BadUserAccessDenied"
            assert (name, result.StatusCode.name) == (name, expected)


# Conditions.

CONDITION_METHODS = {
    "Acknowledge": Role.OPERATOR,
    "Confirm": Role.OPERATOR,
    "AddComment": Role.OPERATOR,
    "Enable": Role.ENGINEER,
    "Disable": Role.ENGINEER,
    "TimedShelve": Role.OPERATOR,
    "OneShotShelve": Role.OPERATOR,
    "Unshelve": Role.OPERATOR,
}


@pytest.fixture(scope="module")
def living(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    """A living bakery, which has alarms, with users."""
    folder = tmp_path_factory.mktemp("living")
    access = Access(folder)
    passwords = access.first_passwords()
    with plant(access=access, config=folder) as made:
        there = Secured(cast("Served", made), access, passwords, folder, made.address)
        there.trust.trusted.mkdir(parents=True)
        (there.trust.trusted / "client.der").write_bytes(der(known_client()))
        yield there


async def _methods(node: Node, seen: set[ua.NodeId]) -> AsyncIterator[tuple[Node, Node]]:
    """All methods below a node, each with the object to call it on."""
    for child in await node.get_children(nodeclassmask=ua.NodeClass.Object | ua.NodeClass.Method):
        if child.nodeid in seen:
            continue
        seen.add(child.nodeid)
        if await child.read_node_class() == ua.NodeClass.Method:
            yield node, child
        else:
            async for found in _methods(child, seen):
                yield found


@pytest.mark.parametrize("role", list(Role))
async def test_every_method_of_the_plant_is_refused_to_lower_roles_alone(living: Secured, role: Role) -> None:
    async with logged_in(living, role) as connection:
        tried: set[str] = set()
        async for owner, method in _methods(connection.node("hourly-bakery"), set()):
            name = str((await method.read_browse_name()).Name)
            if name in tried:
                continue
            tried.add(name)
            arguments = await _sound_arguments(method)
            request = ua.CallMethodRequest(ObjectId=owner.nodeid, MethodId=method.nodeid, InputArguments=arguments)
            (result,) = await connection.client.uaclient.call([request])
            said = result.StatusCode.name
            if role < CONDITION_METHODS[name]:
                assert said == "BadUserAccessDenied", (name, said)
            else:
                assert said != "BadUserAccessDenied", name
        assert tried >= {"Acknowledge", "AddComment", "Enable", "Disable", "OneShotShelve"}


async def _arguments(method: Node) -> list[ua.Argument]:
    found = [each for each in await method.get_properties() if (await each.read_browse_name()).Name == "InputArguments"]
    return await found[0].read_value() if found else []


async def _sound_arguments(method: Node) -> list[ua.Variant]:
    """An argument of the right type for each that the method takes."""
    made = {
        ua.ObjectIds.ByteString: ua.Variant(bytes(16), ua.VariantType.ByteString),
        ua.ObjectIds.LocalizedText: ua.Variant(ua.LocalizedText("seen"), ua.VariantType.LocalizedText),
        ua.ObjectIds.Double: ua.Variant(60_000.0, ua.VariantType.Double),
    }
    return [made[argument.DataType.Identifier] for argument in await _arguments(method)]


class _Heard:
    """Keeps what events say."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def event_notification(self, event: Any) -> None:
        """Keep it."""
        self.texts.append(str(event.get_event_props_as_fields_dict()))


async def test_a_planted_fault_is_heard_of_by_the_instructor_alone(living: Secured) -> None:
    heard = {role: _Heard() for role in Role}
    async with AsyncExitStack() as stack:
        for role in Role:
            connection = await stack.enter_async_context(logged_in(living, role))
            subscription = await connection.client.create_subscription(100, heard[role])
            await subscription.subscribe_events(ua.ObjectIds.Server)
        planted = await connection.call("inject_fault", BAKERY_MIXER, "jam", 30.0, 1.0)
        assert planted.StatusCode.name == "Good"
        while not any("inject_fault" in each for each in heard[Role.INSTRUCTOR].texts):  # noqa: ASYNC110 - no callback
            await asyncio.sleep(0.05)
        await asyncio.sleep(1.0)
    for role in (Role.OBSERVER, Role.OPERATOR, Role.ENGINEER):
        assert [each for each in heard[role].texts if "inject" in each] == []


# Sessions that change their connection.


async def _taking_over(
    server: Secured, owner: Client, *, role: str, shown: x509.Certificate | None = None, number: int = 0
) -> str:
    """What becomes of somebody who activates a session from another connection."""
    client = await prepared(server, shown=shown, number=number)
    client.set_user(role)
    client.set_password(server.passwords[role])
    await client.connect_socket()
    await client.send_hello()
    await client.open_secure_channel()
    client.uaclient.session.restore_authentication_token(owner.uaclient.session.authentication_token)
    client.uaclient.session.rebind_authentication_token()
    client._server_nonce = owner._server_nonce
    try:
        await client.activate_session(role, server.passwords[role], client.user_certificate)
        await client.get_node(ua.ObjectIds.Server_ServerStatus_CurrentTime).read_value()
    except UaStatusCodeError as refused:
        return type(refused).__name__
    finally:
        client.disconnect_socket()
    return "Good"


async def test_a_session_goes_on_elsewhere_for_the_same_user_and_certificate_alone(server: Secured) -> None:
    other = certificate("other", number=6)
    (server.trust.trusted / "other.der").write_bytes(der(other))
    async with logged_in(server, Role.OPERATOR) as connection:
        owner = connection.client
        assert await _taking_over(server, owner, role="engineer") == "BadUserAccessDenied"
        assert await _taking_over(server, owner, role="operator", shown=other, number=6) == "BadSessionIdInvalid"
        assert await owner.nodes.server_state.read_value() == ua.ServerState.Running
        assert await _taking_over(server, owner, role="operator") == "Good"


# Beyond this machine.


async def test_beyond_this_machine_nothing_is_open_but_discovery(tmp_path: Path) -> None:
    with secured(tmp_path, host="0.0.0.0") as server:  # noqa: S104 - users have passwords
        port = urlparse(server.address).port
        address = f"opc.tcp://127.0.0.1:{port}/rajola/"
        endpoints = await Client(address).connect_and_get_server_endpoints()
        assert {endpoint.SecurityMode.name for endpoint in endpoints} == {"Sign", "SignAndEncrypt"}
        kinds = {token.TokenType.name for endpoint in endpoints for token in endpoint.UserIdentityTokens}
        assert kinds == {"UserName", "Certificate"}
        assert await refusal(Client(address)) in {"BadSecurityPolicyRejected", "BadIdentityTokenRejected"}
        there = replace(server, address_shown=address)
        async with logged_in(there, Role.OBSERVER) as connection:
            assert await connection.node(SET_POINT).read_value() > 0.0


async def test_a_certificate_is_renewed_under_a_running_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server_module, "_RENEWAL_S", 0.2)
    with secured(tmp_path) as server:
        before = server.certificate.read_bytes()
        async with logged_in(server, Role.OBSERVER) as early:
            monkeypatch.setattr(own_certificate, "RENEWAL", timedelta(days=3650))
            while server.certificate.read_bytes() == before:  # noqa: ASYNC110 - a file tells nobody
                await asyncio.sleep(0.05)
            monkeypatch.setattr(own_certificate, "RENEWAL", timedelta(days=30))
            await asyncio.sleep(0.5)
            assert await early.node(SET_POINT).read_value() > 0.0
        async with logged_in(server, Role.OBSERVER) as late:
            assert await late.node(SET_POINT).read_value() > 0.0
