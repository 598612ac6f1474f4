"""The console in a real browser: every page in both languages, on a desk and a phone, used and judged."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from api.server import gateway
from tests.other_stack.support import require_chromium, require_node_modules
from tests.support.fake_port import FakePort
from tests.support.village_bakery import VillageBakery
from tests.support.village_views import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600), pytest.mark.asyncio(loop_scope="module")]

OPCUA = "opc.tcp://127.0.0.1:4840/rajola/"
LOOKS = ("en-desk-light", "es-phone-dark")
MORE_LOOKS = ("es-desk-dark", "en-phone-light")
"""Looked at only when there is time."""
DRAWN = {
    "en": {
        "Divider: breakdown. Open for signals and set points",
        "Mixer: blocked. Open for signals and set points",
    },
    "es": {"Divisora: avería. Abrir señales y consignas"},
}
SAID = {
    "en": ("Dough jams the divider", "burnt", "kWh/t", "Baking curve"),
    "es": ("Masa atascada", "panes/min", "quemado", "Curva de horneado"),
}
NAMES = ["line", *(page.name for page in PAGES), "trends", "alarms", "connect", "control"]


async def browsed(script: str, folder: Path, *arguments: str) -> Any:
    """What a script of other_stack saw in the browser."""
    modules, chromium = require_node_modules(), require_chromium()
    command = ("node", script, str(chromium), str(folder), *arguments)
    process = await asyncio.create_subprocess_exec(
        *command, cwd=modules, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return json.loads(output)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def village() -> AsyncIterator[tuple[VillageBakery, str]]:
    async with VillageBakery(speed=60.0) as port:
        for _ in range(60):
            port.advance(60.0)
        port.jam()
        running = await gateway.start(port, "127.0.0.1", 0, {"addresses": {"opcua": OPCUA}})
        yield port, running.address
        await running.stop()


async def test_every_page_is_whole_and_accessible(
    village: tuple[VillageBakery, str], tmp_path: Path, in_full_length: bool
) -> None:
    port, address = village
    looks = (*LOOKS, *MORE_LOOKS) if in_full_length else LOOKS
    seen = await browsed("audit_page.mjs", tmp_path, address, *looks)
    assert tuple(seen) == looks
    for look, pages in seen.items():
        judge(port, look.partition("-")[0], pages)


def judge(port: VillageBakery, language: str, seen: list[dict[str, Any]]) -> None:
    """Fail when a page is not as it has to be."""
    assert [each["name"] for each in seen] == NAMES
    for each in seen:
        name = each["name"]
        assert (each["errors"], each["foreign"], each["refused"]) == ([], [], []), name
        assert (each["violations"], each["nameless"]) == ([], []), name
        assert (each["overflow"], each["overlaps"], each["empty"]) == (0, [], []), name
        assert each["lang"] == language, name
        assert "60×" in each["text"], name
    charts = {each["name"]: each["charts"] for each in seen}
    assert [charts[page.name] for page in PAGES] == [list(page.views) for page in PAGES]
    assert len(seen[0]["drawn"]) == len(port.description.stations)
    assert DRAWN[language] <= set(seen[0]["drawn"])
    text = " ".join(each["text"] for each in seen)
    assert OPCUA in text
    for words in SAID[language]:
        assert words in text


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


async def test_a_newcomer_is_guided_and_a_trainee_finds_passports_stories_and_files(
    village: tuple[VillageBakery, str], tmp_path: Path
) -> None:
    port, address = village
    seen = await browsed("follow_page.mjs", tmp_path, address, "loaf:12")
    assert seen["errors"] == []
    assert len(seen["tour"]) == 9
    assert seen["offeredAgain"] is False
    assert "shelved until" in seen["shelved"]
    assert "baking" in seen["passport"]
    assert "flour F1" in seen["passport"]
    assert seen["defective"].startswith("loaf ")
    assert seen["csv"][0].startswith("time,village-bakery/mill-street/")
    assert seen["csv"][1].startswith("2026-01-05T")
    assert seen["back"] == "bread"
    assert "nobody looks" in seen["story"][1]
    assert "Rate" in seen["result"]
    assert seen["left"]
    names = [command.name for _, command in port.commands]
    assert [name for name in names if name.endswith("fault")] == ["inject_fault", "clear_fault"]
    assert ("shelve", "DIV-220") in [(command.name, command.target) for _, command in port.commands]
