"""Servers that the tests of the whole share: a start takes more than a second."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support.opcua import Connection, Served, connected, served


@pytest.fixture(scope="session")
def opcua() -> Iterator[Served]:
    """A bakery served over OPC UA."""
    with served() as server:
        yield server


@pytest.fixture
async def client(opcua: Served) -> AsyncIterator[Connection]:
    """An asyncua client of the bakery."""
    async with connected(opcua.address) as connection:
        yield connection


@pytest.fixture
async def paused(client: Connection) -> AsyncIterator[Connection]:
    """The client while the bakery stands still."""
    await client.call("pause")
    yield client
    await client.call("resume")
