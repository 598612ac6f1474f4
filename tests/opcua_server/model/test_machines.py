"""The machines of a living line, as a client sees them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
from asyncua import Client, Node, ua

from tests.support.opcua_plant import OVEN, Plant, plant

MACHINERY, DI = "http://opcfoundation.org/UA/Machinery/", "http://opcfoundation.org/UA/DI/"


@pytest.fixture(scope="module")
def served() -> Iterator[Plant]:
    with plant() as running:
        yield running


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await holds():  # noqa: ASYNC110 - a server in another loop tells
            await asyncio.sleep(0.05)


async def block(client: Client, name: str, space: str = MACHINERY) -> Node:
    machinery, index = [await client.get_namespace_index(uri) for uri in (MACHINERY, space)]
    line = await client.get_namespace_index("urn:rajola:line:1")
    oven = client.get_node(ua.NodeId(OVEN, line))
    return await oven.get_child([f"{machinery}:MachineryBuildingBlocks", f"{index}:{name}"])


async def test_every_station_that_handles_material_is_listed_as_a_machine_with_its_name_plate(served: Plant) -> None:
    async with Client(served.address) as client:
        machinery, di = [await client.get_namespace_index(uri) for uri in (MACHINERY, DI)]
        machines = await client.get_node(ua.NodeId(1001, machinery)).get_children()
        linked = served.do(
            lambda session: {end for link in session.description.links for end in (link.source, link.target)}
        )
        assert {str(machine.nodeid.Identifier) for machine in machines} == linked
        numbers = set()
        for machine in machines:
            plate = await machine.get_child(f"{di}:Identification")
            assert await plate.read_type_definition() == ua.NodeId(1012, machinery)
            maker = await (await plate.get_child(f"{di}:Manufacturer")).read_value()
            assert "virtual" in maker.Text
            numbers.add(await (await plate.get_child(f"{di}:SerialNumber")).read_value())
        assert len(numbers) == len(machines)


async def test_state_and_mode_of_a_machine_follow_its_activity(served: Plant) -> None:
    async with Client(served.address) as client:
        machinery = await client.get_namespace_index(MACHINERY)
        line = await client.get_namespace_index("urn:rajola:line:1")
        activity = client.get_node(ua.NodeId(f"{OVEN}/activity", line))
        state = await (await block(client, "MachineryItemState")).get_child("0:CurrentState")
        state_id = await state.get_child("0:Id")
        mode = await (await block(client, "MachineryOperationMode")).get_child("0:CurrentState")

        async def agree() -> bool:
            doing, shown, node, way = await client.read_values([activity, state, state_id, mode])
            wanted = {1: ("Executing", 5006), 6: ("OutOfService", 5004)}.get(doing, ("NotExecuting", 5007))
            modes = {4: "Setup", 5: "Maintenance", 6: "None", 8: "None"}
            return (shown.Text, node, way.Text) == (
                wanted[0],
                ua.NodeId(wanted[1], machinery),
                modes.get(doing, "Processing"),
            )

        await until(agree)


async def test_counters_of_a_machine_grow_with_plant_time(served: Plant) -> None:
    async with Client(served.address) as client:
        di = await client.get_namespace_index(DI)
        powered = await (await block(client, "OperationCounters", DI)).get_child(f"{di}:PowerOnDuration")
        before = await powered.read_value()

        async def has_grown() -> bool:
            return bool(await powered.read_value() > before)

        await until(has_grown)


async def test_texts_of_machines_come_in_the_language_of_the_session(served: Plant) -> None:
    client = Client(served.address)
    client.set_locale(["es"])
    async with client:
        di = await client.get_namespace_index(DI)
        plate = await block(client, "Identification", DI)
        maker = await (await plate.get_child(f"{di}:Manufacturer")).read_value()
        assert maker.Text == "Rajola (máquina virtual)"
