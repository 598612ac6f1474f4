"""The server as such: what it says of itself, whom it lets in, what it does not serve, and how it starts and ends."""

import asyncio
import socket

import pytest
from asyncua import Client, Node, ua

from opcua_server.gateway import gateway
from opcua_server.settings import Settings
from tests.support.fake_port import FakePort
from tests.support.opcua import OVEN, Connection, Served, connected, served
from twin.line.errors import DefinitionError


class Deaf:
    """A client's handler that listens to nothing."""

    def datachange_notification(self, node: Node, value: object, data: object) -> None:
        pass


async def test_the_build_information_is_ours(client: Connection) -> None:
    status = await client.client.get_node(ua.ObjectIds.Server_ServerStatus).read_value()
    build = status.BuildInfo
    assert (build.ProductName, build.ManufacturerName, build.ProductUri) == ("Rajola", "Rajola", "urn:rajola")
    assert build.SoftwareVersion == "0.0.0"
    assert status.State == ua.ServerState.Running


async def test_the_capabilities_are_those_of_the_settings(client: Connection) -> None:
    settings = Settings()
    ids = ua.ObjectIds
    expected = {
        ids.Server_ServerCapabilities_LocaleIdArray: ["en", "es"],
        ids.Server_ServerCapabilities_MaxBrowseContinuationPoints: settings.continuation_points,
        ids.Server_ServerCapabilities_MinSupportedSampleRate: settings.shortest_sampling_interval_ms,
        ids.Server_ServerCapabilities_OperationLimits_MaxNodesPerRead: settings.operations,
        ids.Server_ServerCapabilities_MaxSubscriptions: settings.subscriptions,
        ids.Server_ServerDiagnostics_EnabledFlag: True,
    }
    for identifier, value in expected.items():
        assert await client.client.get_node(identifier).read_value() == value


async def test_more_operations_than_published_are_refused(client: Connection) -> None:
    read = ua.ReadValueId(client.node(f"{OVEN}/fuel").nodeid, ua.AttributeIds.Value)
    with pytest.raises(ua.uaerrors.BadTooManyOperations):
        await client.client.uaclient.read(ua.ReadParameters(NodesToRead=[read] * 10_001))
    with pytest.raises(ua.uaerrors.BadNothingToDo):
        await client.client.uaclient.read(ua.ReadParameters(NodesToRead=[]))


async def test_the_endpoint_is_the_address_that_was_printed(opcua: Served) -> None:
    endpoints = await Client(opcua.address).connect_and_get_server_endpoints()
    assert [endpoint.EndpointUrl for endpoint in endpoints] == [opcua.address]
    assert opcua.address.startswith("opc.tcp://127.0.0.1:")
    assert opcua.address.endswith("/rajola/")
    (endpoint,) = endpoints
    assert [token.TokenType for token in endpoint.UserIdentityTokens] == [ua.UserTokenType.Anonymous]


@pytest.mark.parametrize("name", ["admin", "Admin", "operator"])
async def test_no_user_name_opens_the_server(opcua: Served, name: str) -> None:
    client = Client(opcua.address)
    client.set_user(name)
    client.set_password("")
    with pytest.raises(ua.UaError):
        await client.connect()


async def test_the_address_space_cannot_be_edited(client: Connection) -> None:
    item = ua.AddNodesItem(
        ParentNodeId=client.node(OVEN).nodeid,
        ReferenceTypeId=ua.NodeId(ua.ObjectIds.HasComponent),
        RequestedNewNodeId=client.node(f"{OVEN}/window").nodeid,
        BrowseName=ua.QualifiedName("window", client.namespace),
        NodeClass=ua.NodeClass.Object,
        NodeAttributes=ua.ObjectAttributes(),
    )
    with pytest.raises(ua.uaerrors.BadServiceUnsupported):
        await client.client.uaclient.add_nodes([item])
    delete = ua.DeleteNodesParameters(NodesToDelete=[ua.DeleteNodesItem(NodeId=client.node(OVEN).nodeid)])
    with pytest.raises(ua.uaerrors.BadServiceUnsupported):
        await client.client.uaclient.delete_nodes(delete)
    assert await client.node(OVEN).read_browse_name() == ua.QualifiedName("oven", client.namespace)


async def test_no_server_can_register_itself(client: Connection) -> None:
    with pytest.raises(ua.uaerrors.BadServiceUnsupported):
        await client.client.uaclient.register_server(ua.RegisteredServer(ServerNames=[ua.LocalizedText("other")]))


async def test_session_tokens_cannot_be_guessed(opcua: Served) -> None:
    tokens = []
    for _ in range(2):
        async with connected(opcua.address) as connection:
            tokens.append(connection.client.uaclient.protocol.authentication_token.Identifier)
    assert all(isinstance(token, bytes) and len(token) == 32 for token in tokens)
    assert tokens[0] != tokens[1]


async def test_a_client_that_leaves_rudely_disturbs_nobody(opcua: Served, client: Connection) -> None:
    rude = Client(opcua.address)
    await rude.connect()
    subscription = await rude.create_subscription(50, Deaf())
    await subscription.subscribe_data_change(rude.get_node(client.node(f"{OVEN}/fuel").nodeid))
    rude.uaclient.protocol.transport.abort()
    await asyncio.sleep(0.2)
    assert await client.write(f"{OVEN}/temperature_set", 219.0) == "Good"
    await rude.disconnect()


def test_without_the_simulator_only_the_line_is_left() -> None:
    async def children(address: str) -> list[str]:
        async with connected(address, ["de"]) as connection:
            nodes = await connection.client.nodes.objects.get_children()
            names = [(await node.read_browse_name()).Name for node in nodes]
            display_name = await connection.node(OVEN).read_display_name()
            return [*names, display_name.Text]

    with served(simulator=False, language="es") as server:
        found = asyncio.run(children(server.address))
    assert "bakery" in found
    assert "Simulator" not in found
    assert found[-1] == "Horno"


async def test_a_port_in_use_is_named_with_the_way_out() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        number = other.getsockname()[1]
        sentence = rf"127\.0\.0\.1:{number}: another program listens on port {number}; .*--opcua 127\.0\.0\.1:PORT"
        with pytest.raises(DefinitionError, match=sentence):
            await gateway.start(FakePort(), "127.0.0.1", number, {})


async def test_other_computers_are_not_served_without_protection() -> None:
    with pytest.raises(DefinitionError, match=r"0\.0\.0\.0:0 can be reached from other computers.*use 127\.0\.0\.1"):
        await gateway.start(FakePort(), "0.0.0.0", 0, {})  # noqa: S104 - refused


async def test_an_unknown_host_is_named() -> None:
    with pytest.raises(DefinitionError, match=r"there is no host 'no\.such\.host\.invalid'"):
        await gateway.start(FakePort(), "no.such.host.invalid", 0, {})


async def test_the_server_stops_under_its_clients_and_frees_its_port() -> None:
    async with FakePort() as port:
        running = await gateway.start(port, "127.0.0.1", 0, {})
        client = Client(running.address)
        await client.connect()
        subscription = await client.create_subscription(50, Deaf())
        await subscription.subscribe_data_change(client.get_node(ua.ObjectIds.Server_ServiceLevel))
        async with asyncio.timeout(5):
            await running.stop()
        number = int(running.address.split(":")[-1].split("/")[0])
        socket.create_server(("127.0.0.1", number)).close()
        await client.disconnect()
