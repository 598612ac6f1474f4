"""Answers that seldom change carry a mark and are compressed once; who has the newest is told so in a few bytes."""

from collections import OrderedDict
from collections.abc import Collection
from hashlib import blake2b

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.page_files import LEAST, packed, takes_gzip

KEPT = 32
"""Answers whose compressed form is remembered."""


class Etags:
    """Marks the whole answers to reads of `paths`; the bodies are small enough to be held."""

    def __init__(self, app: ASGIApp, paths: Collection[str]) -> None:
        self._app = app
        self._paths = frozenset(paths)
        self._packed: OrderedDict[str, bytes] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in self._paths:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        known = {mark.strip().removeprefix("W/") for mark in headers.get("if-none-match", "").split(",")}
        small = takes_gzip(headers.get("accept-encoding", ""))
        start: Message = {}
        body = bytearray()

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                await self._answer(start, bytes(body), known, small, send)

        await self._app(scope, receive, send_marked)

    async def _answer(self, start: Message, body: bytes, known: Collection[str], small: bool, send: Send) -> None:
        if start["status"] == 200:
            mark = f'"{blake2b(body, digest_size=12).hexdigest()}"'
            headers = MutableHeaders(raw=start["headers"])
            headers["etag"] = mark
            headers["cache-control"] = "no-cache"
            headers["vary"] = "accept-encoding"
            if mark in known:
                del headers["content-length"]
                start["status"], body = 304, b""
            elif small and len(body) >= LEAST:
                body = self._small(mark, body)
                headers["content-encoding"], headers["content-length"] = "gzip", str(len(body))
            start["headers"] = headers.raw
        await send(start)
        await send({"type": "http.response.body", "body": body})

    def _small(self, mark: str, body: bytes) -> bytes:
        """The compressed body, made once for each content."""
        if mark not in self._packed:
            self._packed[mark] = packed(body)
            if len(self._packed) > KEPT:
                self._packed.popitem(last=False)
        return self._packed[mark]
