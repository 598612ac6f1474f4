"""The page in a real browser: both languages, desk and phone, no foreign request, no error."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from api import gateway
from tests.other_stack.support import require_chromium, require_node_modules
from tests.support.fake_port import FakePort
from tests.support.village_bakery import VillageBakery, path_of

pytestmark = pytest.mark.browser

OPCUA = "opc.tcp://127.0.0.1:4840/rajola/"


async def browsed(script: str, folder: Path, *addresses: str) -> Any:
    """What a script of other_stack saw in the browser."""
    modules, chromium = require_node_modules(), require_chromium()
    command = ("node", script, str(chromium), str(folder), *addresses)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=modules, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return json.loads(output)


@pytest.fixture
async def village() -> AsyncIterator[tuple[VillageBakery, str]]:
    async with VillageBakery(speed=60.0) as port:
        for _ in range(60):
            port.advance(60.0)
        port.jam()
        running = await gateway.start(port, "127.0.0.1", 0, {"addresses": {"opcua": OPCUA}})
        yield port, running.address
        await running.stop()


async def test_the_page_says_in_both_languages_what_the_plant_is_doing(
    village: tuple[VillageBakery, str], tmp_path: Path
) -> None:
    port, address = village
    signals = f"{path_of('mixer')}/water,{path_of('divider')}/state"
    addresses = [f"{address}/?lang=en", f"{address}/?lang=es", f"{address}/?lang=es&view=trend&signals={signals}"]
    seen = await browsed("read_page.mjs", tmp_path, *addresses)
    assert len(seen) == 6
    for view in seen:
        assert (view["errors"], view["foreign"], view["nameless"], view["overflow"]) == ([], [], [], 0), view["address"]
        assert view["language"] == ("en" if "lang=en" in view["address"] else "es")
        assert len(view["drawn"]) == len(port.description.stations)
        assert OPCUA in view["text"]
        assert "60×" in view["text"]
    assert len(list(tmp_path.glob("page-*.png"))) == 6  # noqa: ASYNC240 (nothing else is under way)
    english, spanish = seen[0], seen[2]
    assert "Divider: breakdown. Open for signals and set points" in english["drawn"]
    assert "Divisora: avería. Abrir señales y consignas" in spanish["drawn"]
    assert "Mixer: blocked. Open for signals and set points" in english["drawn"]
    assert "kWh/t" in english["text"]
    assert "panes/min" in spanish["text"]
    assert "Baking curve" in english["text"]
    assert "Curva de horneado" in spanish["text"]
    assert "Masa atascada" in spanish["text"]


async def test_a_person_with_a_keyboard_opens_a_station_and_changes_it(tmp_path: Path) -> None:
    async with FakePort() as port:
        running = await gateway.start(port, "127.0.0.1", 0, {"addresses": {}})
        try:
            seen = await browsed("use_page.mjs", tmp_path, f"{running.address}/?lang=en")
        finally:
            await running.stop()
    assert seen["errors"] == []
    assert (seen["title"], "station=oven" in seen["link"]) == ("Oven", True)
    assert "900 is not in 100 .. 300" in seen["refusal"]
    assert seen["nonsense"] == "This is not a number: write it like 220 or 7.5."
    assert "Thermocouple broken" in seen["alarm"]
    assert "bad" in seen["doubtful"]
    assert (seen["closed"], seen["paused"]) == (True, "paused")
    names = [command.name for _, command in port.commands]
    assert names == ["write", "write", "inject_fault", "acknowledge", "pause"]
    assert port.frame.value(port.description.stations[1].signals[1]) == 250.0
