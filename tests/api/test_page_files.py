"""The page's files: joined, compressed, and kept by browsers as long as they stay the same."""

import gzip
import re

import httpx
import pytest
from starlette.requests import Request

from api.page_documents import DOCUMENTS, Document
from api.page_files import FOR_EVER
from api.page_scripts import in_order
from api.routes.page import PAGE, page_files


async def test_the_document_names_files_that_may_be_kept_for_ever(client: httpx.AsyncClient) -> None:
    document = await client.get("/")
    addresses = re.findall(r'(?:href|src)="(/page/[^"]+)"', document.text)
    assert document.headers["cache-control"] == "no-cache"
    assert [address.rpartition("/")[2] for address in addresses] == ["icon.svg", "texts.json", "js-main.js"]
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


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_document_holds_its_styles_and_names_one_script(document: Document) -> None:
    files, request = page_files(), Request({"type": "http", "method": "GET", "headers": []})
    served = bytes(files.document(document.name, request).body).decode()
    assert [name for name in document.styles if (PAGE / name).read_text(encoding="utf-8") not in served] == []
    (script,) = re.findall(r'src="/page/\w+/([\w/-]+\.js)"', served)
    text = bytes(files.document(script, request).body).decode()
    assert (PAGE / document.first).read_text(encoding="utf-8").rpartition("\n\n")[2] in text
    assert not re.search(r"^(import|export)\b", text, re.MULTILINE)


def test_every_script_of_the_page_belongs_to_a_document() -> None:
    scripts = {file.relative_to(PAGE).as_posix(): file.read_text(encoding="utf-8") for file in PAGE.rglob("*.js")}
    assert {name for document in DOCUMENTS for name in in_order(scripts, document.first)} == scripts.keys()


async def test_an_older_mark_is_not_served(client: httpx.AsyncClient) -> None:
    assert (await client.get("/page/0123456789abcdef01/js/main.js")).status_code == 404
