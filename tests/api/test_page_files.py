"""The page's files: joined, compressed, and kept by browsers as long as they stay the same."""

import gzip
import re
from pathlib import Path

import httpx
from starlette.requests import Request

import api
from api.page_files import FOR_EVER
from api.routes.page import page_files


async def test_the_document_names_files_that_may_be_kept_for_ever(client: httpx.AsyncClient) -> None:
    document = await client.get("/")
    addresses = re.findall(r'(?:href|src)="(/page/[^"]+)"', document.text)
    assert document.headers["cache-control"] == "no-cache"
    assert len([address for address in addresses if address.endswith(".css")]) == 1
    for address in addresses:
        answer = await client.get(address)
        assert (answer.status_code, answer.headers["cache-control"]) == (200, FOR_EVER), address


async def test_a_file_without_its_mark_is_asked_for_again_and_not_sent_twice(client: httpx.AsyncClient) -> None:
    first = await client.get("/page/js/main.js")
    again = await client.get("/page/js/main.js", headers={"if-none-match": first.headers["etag"]})
    assert first.headers["cache-control"] == "no-cache"
    assert (again.status_code, again.content) == (304, b"")


async def test_files_go_compressed_to_whom_reads_gzip_and_as_they_are_to_others(client: httpx.AsyncClient) -> None:
    for address in ("/page/js/main.js", "/api/v1/signals"):
        async with client.stream("GET", address, headers={"accept-encoding": "gzip"}) as answer:
            small = b"".join([part async for part in answer.aiter_raw()])
            assert answer.headers["content-encoding"] == "gzip"
        plain = await client.get(address, headers={"accept-encoding": "identity"})
        assert "content-encoding" not in plain.headers
        assert gzip.decompress(small) == plain.content
        assert len(small) < len(plain.content)


async def test_every_document_has_the_style_sheets_that_it_names() -> None:
    files, page = page_files(), Path(api.__file__).parent / "page"
    for document in sorted(page.rglob("*.html")):
        sheets = re.findall(r'href="/page/([\w/]+\.css)"', document.read_text(encoding="utf-8"))
        request = Request({"type": "http", "method": "GET", "headers": []})
        served = bytes(files.document(document.relative_to(page).as_posix(), request).body).decode()
        (joined,) = re.findall(r'href="/page/\w+/([\w/]+\.css)"', served)
        text = bytes(files.document(joined, request).body).decode()
        assert [sheet for sheet in sheets if (page / sheet).read_text(encoding="utf-8") not in text] == []


async def test_an_older_mark_is_not_served(client: httpx.AsyncClient) -> None:
    assert (await client.get("/page/0123456789abcdef01/js/main.js")).status_code == 404
