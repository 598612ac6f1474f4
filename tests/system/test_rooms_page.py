"""The instructor's view in a real browser: whole and accessible in both languages, used by mouse and keyboard."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.other_stack.support import require_chromium, require_node_modules
from tests.support.fake_rooms import Served, served_rooms

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

NAMES = ["rooms", "compare", "cards"]


async def browsed(script: str, folder: Path, *arguments: str) -> Any:
    """What a script of other_stack saw in the browser."""
    modules, chromium = require_node_modules(), require_chromium()
    process = await asyncio.create_subprocess_exec(
        "node", script, str(chromium), str(folder), *arguments,
        cwd=modules, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return json.loads(output)


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with served_rooms(tmp_path, open_loopback=True) as found:
        yield found


async def test_every_page_of_the_rooms_is_whole_and_accessible(
    served: Served, tmp_path: Path, in_full_length: bool
) -> None:
    looks = ("es-phone-dark", "en-desk-light") if in_full_length else ("es-phone-dark",)
    for look, pages in (await browsed("audit_page.mjs", tmp_path, served.address, *looks)).items():
        assert [each["name"] for each in pages] == NAMES
        for each in pages:
            where = (look, each["name"])
            assert (each["errors"], each["foreign"]) == ([], []), where
            assert (each["violations"], each["nameless"]) == ([], []), where
            assert (each["overflow"], each["overlaps"]) == (0, []), where
            assert each["lang"] == look.partition("-")[0], where
        assert "rajola: the oven is gone" in pages[0]["text"]


async def test_an_instructor_acts_in_chosen_rooms_and_hands_out_cards(served: Served, tmp_path: Path) -> None:
    seen = await browsed("use_rooms.mjs", tmp_path, served.address)
    assert (seen["errors"], seen["foreign"]) == ([], [])
    assert seen["rooms"] == ["Sala 1", "Sala 2", "Sala 3"]
    assert seen["none"] == "0 de 3 elegidas"
    assert seen["nobody"] == ["Elija antes al menos una sala."]
    assert seen["frozen"] == [
        "Congelar: hecho en 1 sala",
        "Sala 3: no está en marcha; inténtelo cuando lo esté",
    ]
    assert len(seen["fault"]) == 2
    assert "2 salas" in seen["asked"]
    assert served.rooms.asked == [("reset", "room-02"), ("reset", "room-03")]
    assert seen["compared"] == ["Indicador", "Sala 1", "Sala 2", "Dispersión"]
    assert [port.clock.running for port in served.ports] == [True, False]
    assert [command.name for _, command in served.ports[1].commands] == ["pause", "inject_fault"]
    # Of the chosen rooms the third has never been ready, and has no address to hand out.
    assert len(seen["cards"]) == 1
    assert "Room 2 · Sala 2" in seen["cards"][0]
    assert "abcd-efgh" in seen["cards"][0]
    assert seen["printed"] == ["card hand-out"]
    assert "page=cards" in seen["link"]
