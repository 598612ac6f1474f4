"""The plant knows who is connected over OPC UA, and what they follow."""

import asyncio

from tests.support.opcua import OVEN, Connection, Served
from tests.system.test_opcua_values import subscription


async def test_a_client_and_the_signals_it_follows_are_told_to_the_port(opcua: Served, client: Connection) -> None:
    paths = [f"{OVEN}/temperature", f"{OVEN}/humidity"]
    async with subscription(client) as (subscribed, _), asyncio.timeout(60):
        await subscribed.subscribe_data_change([client.node(path) for path in paths])
        while True:
            told = [each for state in opcua.port.gateways for each in state.clients if set(paths) <= set(each.signals)]
            if told:
                break
            await asyncio.sleep(0.05)
    (follower,) = told
    assert (follower.reads, follower.address, follower.security) == (2, "127.0.0.1", "")
    assert follower.program
