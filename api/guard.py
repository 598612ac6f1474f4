"""What stands before the application: whom it answers, how much it reads, and which headers every answer carries."""

import asyncio
import ipaddress
import math
import socket
from collections.abc import Collection
from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.identity import Identity
from api.limits import Bucket
from api.problems import problem
from api.settings import Settings

READING = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
OPEN_PATHS = frozenset({"/", "/health", "/ready", "/api/v1/login", "/api/v1/logout"})

# Styles may be inline because plotly.js sets them so; scripts may not.
SECURITY_HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}

UNREAD = 1024 * 1024
"""How much of a body that is too large is received and dropped before it is refused [bytes]."""


class Guard:
    """Refuses strange hosts, other sites' posts, bodies that are not JSON and bodies that are too large.

    It also finds out who asks, and slows down who asks too often. `json_paths` are the paths that take a posted body.
    """

    def __init__(self, app: ASGIApp, settings: Settings, json_paths: Collection[str], identity: Identity) -> None:
        self._app = app
        self._settings = settings
        self._json_paths = frozenset(json_paths)
        self._identity = identity
        self._reads = Bucket(settings.reads_per_second, settings.reads_at_once)
        self._posts = Bucket(settings.posts_per_second, settings.posts_at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            await send(message)

        refusal = self._too_often(scope) or self._refusal(scope) or self._strange(scope)
        if refusal is None and scope["method"] not in READING:
            body = await self._body(receive)
            if isinstance(body, Response):
                refusal = body
            else:
                receive = _replayed(body, receive)
        await (refusal or self._app)(scope, receive, send_guarded)

    def _too_often(self, scope: Scope) -> Response | None:
        client = scope.get("client")
        bucket = self._reads if scope["method"] in READING else self._posts
        wait = bucket.wait(client[0] if client is not None else "")
        if wait == 0.0:
            return None
        detail = f"Too many requests have come from this address: wait {wait:.1f} s."
        return problem(429, "too-many-requests", detail, headers={"retry-after": str(max(1, math.ceil(wait)))})

    def _strange(self, scope: Scope) -> Response | None:
        """Whom the request comes from goes with it; nobody known sees no more than the page to log in on."""
        user = self._identity.user(scope)
        scope.setdefault("state", {})["user"] = user
        if user is not None or scope["path"] in OPEN_PATHS or scope["path"].startswith("/page/"):
            return None
        detail = "Who asks is not known: log in (POST /api/v1/login), and send the token as Authorization: Bearer."
        return problem(HTTPStatus.UNAUTHORIZED, "unknown-user", detail, headers={"www-authenticate": "Bearer"})

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "")
        if not is_own_host(host, self._settings.host):
            detail = "The Host header names another server: use the address that the server printed."
            return problem(HTTPStatus.BAD_REQUEST, "unknown-host", detail)
        if scope["method"] in READING:
            return None
        origin = headers.get("origin")
        foreign = origin is not None and origin.lower() not in {f"http://{host}".lower(), f"https://{host}".lower()}
        if foreign or headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            detail = "The request comes from another site: open the page from the server's own address."
            return problem(HTTPStatus.FORBIDDEN, "other-origin", detail)
        if scope["method"] == "POST" and scope["path"] in self._json_paths:
            kind = headers.get("content-type", "").partition(";")[0].strip().lower()
            if kind != "application/json":
                detail = "The body has to be JSON: send it with the header Content-Type: application/json."
                return problem(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not-json", detail)
        return None

    async def _body(self, receive: Receive) -> bytes | Response:
        """The whole body, counted as it arrives, since a client need not announce its length."""
        largest, coming = self._settings.largest_body, 0
        body = bytearray()
        try:
            async with asyncio.timeout(self._settings.body_deadline):
                while True:
                    message = await receive()
                    part = message.get("body", b"")
                    coming += len(part)
                    if coming <= largest:
                        body += part
                    last = message["type"] != "http.request" or not message.get("more_body", False)
                    # A client that is still sending when it is cut off never reads why.
                    if coming > largest and (last or coming > largest + UNREAD):
                        detail = f"The body is larger than {largest} bytes."
                        return problem(413, "body-too-large", detail, headers={"connection": "close"})
                    if last:
                        return bytes(body)
        except TimeoutError:
            detail = f"The body did not arrive within {self._settings.body_deadline:g} s."
            return problem(HTTPStatus.REQUEST_TIMEOUT, "body-too-slow", detail, headers={"connection": "close"})


def _replayed(body: bytes, receive: Receive) -> Receive:
    pending = True

    async def replay() -> Message:
        nonlocal pending
        if pending:
            pending = False
            return {"type": "http.request", "body": body, "more_body": False}
        return await receive()

    return replay


def is_own_host(header: str, bound: str) -> bool:
    """Whether a Host header names this server; a page of a rebound domain name does not.

    >>> is_own_host("localhost:8000", "127.0.0.1"), is_own_host("plant.example:8000", "127.0.0.1")
    (True, False)
    """
    name = header.rpartition(":")[0] if not header.endswith("]") and ":" in header else header
    name = name.strip("[]").lower()
    if name in {"localhost", bound.lower()}:
        return True
    everywhere = bound in {"0.0.0.0", "::", ""}  # noqa: S104 (compared, not bound)
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return everywhere and name == socket.gethostname().lower()
    return address.is_loopback or everywhere
