"""The bakery behind the application in memory."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.fake_port import FakePort
from tests.support.http_client import client_of

OVEN = "bakery/corner/baking/line-1/oven"
MIXER = "bakery/corner/dough/line-1/mixer"


@pytest.fixture
def port() -> FakePort:
    return FakePort()


@pytest.fixture
async def client(port: FakePort) -> AsyncIterator[httpx.AsyncClient]:
    client, service = client_of(port, addresses={"opcua": "opc.tcp://127.0.0.1:4840/rajola/"})
    async with client:
        yield client
    await service.broadcast.close()


@pytest.fixture
def oven() -> str:
    return OVEN


@pytest.fixture
def mixer() -> str:
    return MIXER
