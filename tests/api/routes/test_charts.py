"""The routes of charts, states, passports and of who is asking."""

from collections.abc import AsyncIterator

import httpx
import pytest

from tests.support.http_client import client_of
from tests.support.village_bakery import VillageBakery, path_of
from tests.support.village_views import VIEWS
from twin.line.views import TableView

DRAWN = [view.name for view in VIEWS if isinstance(view, TableView)]


@pytest.fixture
async def village() -> AsyncIterator[httpx.AsyncClient]:
    port = VillageBakery()
    for _ in range(5):
        port.advance(60.0)
    client, service = client_of(port)
    async with client:
        yield client
    await service.broadcast.close()


@pytest.mark.parametrize("name", DRAWN)
async def test_every_view_of_a_table_is_computed(village: httpx.AsyncClient, name: str) -> None:
    answer = await village.get(f"/api/v1/charts/{name}", params={"rows": 600})
    assert answer.status_code == 200
    assert (answer.json()["name"], answer.json()["kind"]) == (name, next(v.kind for v in VIEWS if v.name == name))


async def test_a_view_that_is_drawn_from_signals_or_unknown_is_no_chart(village: httpx.AsyncClient) -> None:
    for name in ("baking", "nothing"):
        answer = await village.get(f"/api/v1/charts/{name}")
        assert (answer.status_code, answer.json()["code"]) == (404, "unknown-target")
    assert (await village.get("/api/v1/charts/flaws", params={"rows": 1e9})).status_code == 422


async def test_states_are_told_for_every_drawn_station(village: httpx.AsyncClient) -> None:
    stations = (await village.get("/api/v1/timelines", params={"hours": 1})).json()["stations"]
    assert path_of("oven") in [station["station"] for station in stations]
    assert (await village.get("/api/v1/timelines", params={"hours": 0})).status_code == 422


async def test_a_passport_is_found_by_kind_and_id(village: httpx.AsyncClient) -> None:
    kinds = (await village.get("/api/v1/things")).json()["items"]
    assert [kind["kind"] for kind in kinds] == ["loaf", "flour"]
    loaf = (await village.get("/api/v1/things/loaf/12")).json()
    assert (loaf["stages"][0]["name"], loaf["made_from"][0]["id"]) == ("oven", "F1")
    flour = (await village.get("/api/v1/things/flour/F1/pieces", params={"limit": 1})).json()
    assert (flour["ids"], flour["more"], flour["pieces"]) == (["1"], True, 2)


@pytest.mark.parametrize("address", ["things/loaf/x", "things/cake/1", "things/flour/F1"])
async def test_what_nobody_knows_of_is_not_found(village: httpx.AsyncClient, address: str) -> None:
    answer = await village.get(f"/api/v1/{address}")
    assert (answer.status_code, answer.json()["code"]) == (404, "unknown-target")


async def test_a_client_is_told_who_it_is_and_who_listens(village: httpx.AsyncClient) -> None:
    me = (await village.get("/api/v1/me")).json()
    assert me["role"] == "instructor"
    assert "write" in me["commands"]
    assert (await village.get("/api/v1/connections")).json() == {"items": [], "gateways": []}
