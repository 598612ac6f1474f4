"""A load profile is read, watched and browsed like anything else; controller limits are kept and told."""

import asyncio
from typing import Any

import pytest
from asyncua import ua

from opcua_server.load_profile import FOLDER, LONG_ARRAY
from opcua_server.settings import CONTROLLER_LIMITS, Settings, settings_from
from tests.support.opcua import Served, connected, served


@pytest.fixture(scope="module")
def server() -> Any:
    with served(load_profile=3, controller_limits=True) as running:
        yield running


def test_controller_limits_are_settings_that_single_limits_override() -> None:
    assert settings_from({"controller_limits": True}, "en") == Settings(**dict(CONTROLLER_LIMITS))
    assert settings_from({"controller_limits": True, "limits": {"sessions": 7}}, "en").sessions == 7
    assert settings_from({}, "en") == Settings()


async def test_every_variable_of_the_profile_reads_as_its_data_type(server: Served) -> None:
    async with connected(server.address) as client:
        found = {}
        for folder in ("fast", "slow", "identifiers", "types", "long"):
            for variable in await client.node(f"{FOLDER}/{folder}").get_variables():
                value = (await variable.read_data_value()).Value
                kind = await variable.read_data_type_as_variant_type()
                assert value.VariantType == kind, variable
                found[(folder, (await variable.read_browse_name()).Name)] = value
    assert sum(folder == "fast" for folder, _ in found) == 3
    assert len(found["long", "array"].Value) == LONG_ARRAY
    kinds = {value.VariantType for (folder, _), value in found.items() if folder == "types"}
    assert len(kinds) == 20


async def test_a_client_hears_fast_variables_no_oftener_than_a_controller_tells(server: Served) -> None:
    heard: asyncio.Queue[float] = asyncio.Queue()

    class Listener:
        def datachange_notification(self, node: Any, value: float, data: Any) -> None:
            heard.put_nowait(value)

    async with connected(server.address) as client:
        subscription = await client.client.create_subscription(10, Listener())
        assert subscription.subscription_id
        limits = client.client.get_node(ua.ObjectIds.Server_ServerCapabilities_MinSupportedSampleRate)
        assert await limits.read_value() == CONTROLLER_LIMITS["shortest_sampling_interval_ms"]
        await subscription.subscribe_data_change(client.node(f"{FOLDER}/fast/0"))
        first = await asyncio.wait_for(heard.get(), 60)
        while await asyncio.wait_for(heard.get(), 60) <= first:
            pass
