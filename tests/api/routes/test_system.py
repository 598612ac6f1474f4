"""Health, readiness and the page's files."""

import json
import re
from pathlib import Path

import httpx
import pytest

import api
from tests.support.fake_port import FakePort

PAGE = Path(api.__file__).parent / "page"


async def test_a_run_whose_frames_grow_old_is_alive_but_not_ready(
    client: httpx.AsyncClient, port: FakePort, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await client.get("/ready")).status_code == 200
    monkeypatch.setattr("api.routes.system.PATIENCE", -1.0)
    answer = await client.get("/ready")
    assert (answer.status_code, answer.json()["code"]) == (503, "not-ready")
    assert (await client.get("/health")).json() == {"status": "ok"}
    await client.post("/api/v1/clock", json={"action": "pause"})
    assert (await client.get("/ready")).status_code == 200


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("/", "text/html"),
        ("/page/style.css", "text/css"),
        ("/page/js/main.js", "text/javascript"),
        ("/page/texts.json", "application/json"),
        ("/page/plotly.min.js", "text/javascript"),
    ],
)
async def test_the_page_and_its_files_are_served_with_their_type(
    client: httpx.AsyncClient, address: str, kind: str
) -> None:
    answer = await client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(kind)


async def test_files_outside_the_page_are_not_served(client: httpx.AsyncClient) -> None:
    for address in ("/page/../server.py", "/page/%2e%2e/server.py", "/page/js", "/page/nothing.js"):
        assert (await client.get(address)).status_code == 404


def test_every_word_of_the_page_stands_in_both_languages() -> None:
    texts = json.loads((PAGE / "texts.json").read_text(encoding="utf-8"))
    assert texts["en"].keys() == texts["es"].keys()
    scripts = "\n".join(file.read_text(encoding="utf-8") for file in sorted((PAGE / "js").glob("*.js")))
    used = set(re.findall(r"\bt\(\"(\w+)\"", scripts))
    assert used
    assert used <= texts["en"].keys()


async def test_the_page_holds_no_script_in_its_markup_and_no_address_of_another_site(client: httpx.AsyncClient) -> None:
    markup = (await client.get("/")).text
    assert re.findall(r"<script(?![^>]*\bsrc=)", markup) == []
    for file in sorted(PAGE.rglob("*")):
        if file.is_file():
            addresses = set(re.findall(r"https?://[^\"'\s)]+", file.read_text(encoding="utf-8")))
            assert addresses <= {"http://www.w3.org/2000/svg"}, file
