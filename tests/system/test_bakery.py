"""A plant of other stations gets its address space, its API and its page with no change in either gateway."""

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from asyncua import ua

from tests.support.bakery import RECIPES
from tests.support.live import Live, live
from tests.support.opcua import Connection, connected
from tests.support.runs import opened

ROOT = "hourly-bakery/mill-street"
OVEN, MIXER = f"{ROOT}/baking/line-1/oven", f"{ROOT}/dough/line-1/mixer"
HEAT = f"{OVEN}/temperature_set_point"
DESCRIPTION = opened().line.describe()


@pytest.fixture(scope="module")
def bakery(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """A bakery at 60x with both gateways."""
    folder = tmp_path_factory.mktemp("bakery")
    with live(folder, "--plant", "hourly-bakery", "--speed", "60", opcua="127.0.0.1:0") as running:
        yield running


def over_opcua(bakery: Live, work: Any) -> Any:
    async def connect() -> Any:
        async with connected(bakery.ready["opcua"]) as client:
            return await work(client)

    return asyncio.run(connect())


def test_every_signal_is_in_the_address_space_with_type_unit_and_value(bakery: Live) -> None:
    types = {"float": ua.VariantType.Double, "boolean": ua.VariantType.Boolean, "text": ua.VariantType.String}

    async def read(client: Connection) -> None:
        for signal in DESCRIPTION.signals:
            node = client.node(signal.path)
            # A key figure is bad while nothing was baked, but never null or of another type.
            value = (await node.read_data_value(raise_on_bad_status=False)).Value
            assert value is not None, signal.path
            assert value.Value is not None, signal.path
            expected = types.get(signal.value_type.value)
            assert expected is None or value.VariantType == expected, signal.path
            if signal.axis is not None:
                assert len(value.Value) == signal.length
        units = await client.property(HEAT, "EngineeringUnits")
        limits = await client.property(HEAT, "EURange")
        assert units.DisplayName.Text == "°C"
        assert (limits.Low, limits.High) == (150.0, 320.0)

    over_opcua(bakery, read)


def test_a_set_point_is_written_over_opcua_and_seen_over_http(bakery: Live) -> None:
    async def write(client: Connection) -> tuple[str, str, Any]:
        good = await client.write(HEAT, 251.5)
        bad = await client.write(HEAT, 400.0)
        return good, bad, await client.node(HEAT).read_value()

    assert over_opcua(bakery, write) == ("Good", "BadOutOfRange", 251.5)
    assert bakery.get(f"signals/{HEAT}")["value"] == 251.5


def test_the_api_tells_structure_values_and_key_figures(bakery: Live) -> None:
    line = bakery.get("line")
    assert [station["path"] for station in line["stations"]] == [station.path for station in DESCRIPTION.stations]
    assert bakery.get(f"signals/{MIXER}/recipe")["value"] in RECIPES
    values = bakery.get("values")["values"]
    assert set(values) == {signal.path for signal in DESCRIPTION.signals}
    names = {figure["name"] for figure in bakery.get("kpis")["items"]}
    assert names == {"availability", "good_share", "per_hour"}
    assert values[f"{ROOT}/performance/kpi/kpi/good_share"]["status"] in {"good", "bad"}


def test_a_fault_of_the_bakery_is_injected_and_raises_its_own_alarm(bakery: Live) -> None:
    outcome = bakery.command("inject_fault", OVEN, fault="door", duration_s=600.0)
    assert outcome["accepted"]
    bakery.wait_until(outcome["time"])
    frame = bakery.get("clock")["time"]
    bakery.wait_until(frame)
    codes = {alarm["code"] for alarm in bakery.get("alarms")["items"]}
    assert "OVN-200" in codes
    assert bakery.command("clear_fault", OVEN, fault="door")["accepted"]
    assert bakery.command("acknowledge", f"{OVEN}/door", comment="visto")["accepted"]


def test_the_page_is_drawn_from_the_bakerys_own_pictures(bakery: Live) -> None:
    pictures = bakery.get("presentation")
    drawn = [picture["station"].rpartition("/")[2] for picture in pictures["stations"]]
    assert drawn == ["flour", "mixer", "oven", "inspector"]
    assert [view["name"] for view in pictures["views"]] == ["baking", "heat", "quality"]
    page = bakery.http.get("/")
    assert page.status_code == 200
    assert "<main" in page.text
    for word in ("press", "kiln", "prensa", "horno", "tile"):
        assert not re.search(rf"\b{word}\b", page.text, re.IGNORECASE), word


def test_neither_gateway_names_a_tile() -> None:
    words = re.compile(r"\b(tiles?|kilns?|press(es)?|glaz\w+|ceramic\w*|porcelain\w*)\b", re.IGNORECASE)
    root = Path(__file__).parents[2]
    for package in ("api", "opcua_server"):
        for path in sorted((root / package).rglob("*.py")):
            found = [line for line in path.read_text().splitlines() if words.search(line)]
            assert found == [], path
