"""The page's files, kept in memory, compressed once, under addresses that change with what they hold.

Below `/page/<mark>/` a browser may keep a file for ever, as another content has another mark; scripts find each other
there by themselves, since they name each other by relative addresses. Below `/page/` itself it has to ask.
"""

import asyncio
import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.page_documents import DOCUMENTS, MARKUP, composed

TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
ASK = "no-cache"
FOR_EVER = "public, max-age=31536000, immutable"
_EFFORT = 6
"""How hard gzip tries, 1 to 9."""
LEAST = 1000
"""Answers below this are sent as they are [bytes]."""


@dataclass(frozen=True, slots=True)
class PageFile:
    """One file as it is sent."""

    kind: str
    packed: bytes
    mark: str


def packed(content: bytes) -> bytes:
    """The content as gzip writes it; the same bytes for the same content."""
    return gzip.compress(content, _EFFORT, mtime=0)


def takes_gzip(accepted: str) -> bool:
    """Whether a client that sends this `Accept-Encoding` reads gzip.

    >>> takes_gzip("gzip, deflate, br"), takes_gzip("identity"), takes_gzip("gzip;q=0")
    (True, False, False)
    """
    for part in accepted.lower().split(","):
        name, _, weight = part.replace(" ", "").partition(";q=")
        if name in {"gzip", "*"}:
            return weight.rstrip("0.") != "" or weight == ""
    return False


def page_file(name: str, content: bytes) -> PageFile:
    """A file made ready to be sent."""
    kind = TYPES.get(Path(name).suffix, "application/octet-stream")
    return PageFile(kind, packed(content), f'"{_digest(content)}"')


def _digest(content: bytes) -> str:
    return blake2b(content, digest_size=9).hexdigest()


class PageFiles:
    """Answers for the files below one folder, its documents, and `large` files elsewhere, read when first asked for."""

    def __init__(self, folder: Path, large: Mapping[str, Path]) -> None:
        contents = {
            file.relative_to(folder).as_posix(): file.read_bytes()
            for file in sorted(folder.rglob("*"))
            if file.is_file() and file.suffix in TYPES
        }
        stamps = [f"{name} {path.stat().st_size}".encode() for name, path in sorted(large.items())]
        self.mark = _digest(b"\n".join([*(name.encode() + b" " + text for name, text in contents.items()), *stamps]))
        for document in DOCUMENTS:
            contents |= composed(document, contents, self.mark)
        del contents[MARKUP]
        self._files = {name: page_file(name, content) for name, content in contents.items()}
        self._large = dict(large)

    def document(self, name: str, request: Request) -> Response:
        """A document of the page; raises KeyError when there is none of that name."""
        return _answer(self._files[name], request, ASK)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request for a file; what is no file of the page is not there."""
        request = Request(scope)
        name = request.path_params.get("name", "")
        keep = ASK
        if name.startswith(f"{self.mark}/"):
            name, keep = name.removeprefix(f"{self.mark}/"), FOR_EVER
        file = await self._file(name)
        answer = Response(status_code=404) if file is None else _answer(file, request, keep)
        await answer(scope, receive, send)

    async def _file(self, name: str) -> PageFile | None:
        if name not in self._large:
            return self._files.get(name)
        return await asyncio.to_thread(_large_file, name, self._large[name])


@lru_cache(maxsize=4)
def _large_file(name: str, path: Path) -> PageFile:
    return page_file(name, path.read_bytes())


def _answer(file: PageFile, request: Request, keep: str) -> Response:
    headers = {"cache-control": keep, "etag": file.mark, "vary": "accept-encoding", "content-type": file.kind}
    known = {mark.strip().removeprefix("W/") for mark in request.headers.get("if-none-match", "").split(",")}
    if file.mark in known:
        return Response(status_code=304, headers=headers)
    small = takes_gzip(request.headers.get("accept-encoding", ""))
    if small:
        headers["content-encoding"] = "gzip"
    return Response(file.packed if small else gzip.decompress(file.packed), headers=headers)
