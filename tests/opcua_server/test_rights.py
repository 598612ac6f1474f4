from collections.abc import Iterator

import pytest
from asyncua import ua

from tests.support.fake_bakery import bakery
from tests.support.secured import Secured, logged_in, secured
from twin.host.access import Role, needed

WRITE = ua.AccessLevel.CurrentWrite.mask


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    with secured(tmp_path_factory.mktemp("config")) as running:
        yield running


@pytest.mark.parametrize("role", Role)
async def test_a_role_reads_of_every_node_what_it_may_do_with_it(server: Secured, role: Role) -> None:
    signals = [signal for station in bakery().stations for signal in station.signals]
    async with logged_in(server, role) as connection:
        client = connection.client
        index = await client.get_namespace_index("urn:rajola:line:1")
        for signal in signals:
            node = client.get_node(ua.NodeId(signal.path, index))
            level = (await node.read_attribute(ua.AttributeIds.UserAccessLevel)).Value.Value
            may = signal.writable and role >= needed("write", signal)
            assert bool(level & WRITE) == may, signal.path
            full = (await node.read_attribute(ua.AttributeIds.AccessLevel)).Value.Value
            assert bool(full & WRITE) == signal.writable
        for method, command in (("Simulator/set_speed", "set_speed"), ("Simulator/inject_fault", "inject_fault")):
            node = client.get_node(ua.NodeId(method, index))
            shown = (await node.read_attribute(ua.AttributeIds.UserExecutable)).Value.Value
            assert shown == (role >= needed(command))
        for number, command in (
            (ua.ObjectIds.AcknowledgeableConditionType_Acknowledge, "acknowledge"),
            (ua.ObjectIds.ConditionType_Disable, "disable"),
        ):
            shown = (
                await client.get_node(ua.NodeId(number)).read_attribute(ua.AttributeIds.UserExecutable)
            ).Value.Value
            assert shown == (role >= needed(command))
