"""Answers that seldom change carry a mark, and a client that has the newest is told so in a few bytes."""

from collections.abc import Collection
from hashlib import blake2b

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Etags:
    """Marks the whole answers to reads of `paths`; the bodies are small enough to be held."""

    def __init__(self, app: ASGIApp, paths: Collection[str]) -> None:
        self._app = app
        self._paths = frozenset(paths)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] not in self._paths:
            await self._app(scope, receive, send)
            return
        known = {mark.strip().removeprefix("W/") for mark in Headers(scope=scope).get("if-none-match", "").split(",")}
        start: Message = {}
        body = bytearray()

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                start.update(message)
                return
            body.extend(message.get("body", b""))
            if not message.get("more_body", False):
                await _answer(start, bytes(body), known, send)

        await self._app(scope, receive, send_marked)


async def _answer(start: Message, body: bytes, known: Collection[str], send: Send) -> None:
    if start["status"] == 200:
        mark = f'"{blake2b(body, digest_size=12).hexdigest()}"'
        headers = MutableHeaders(raw=start["headers"])
        headers["etag"] = mark
        headers["cache-control"] = "no-cache"
        if mark in known:
            del headers["content-length"]
            start["status"], body = 304, b""
        start["headers"] = headers.raw
    await send(start)
    await send({"type": "http.response.body", "body": body})
