"""Asks a room over its own HTTP interface, as one of its users; what it refuses comes back as its own sentence."""

import asyncio
import http.client
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import orjson

PATIENCE_S = 5.0
"""Time after which a room that does not answer is given up."""
MOST_AT_ONCE = 16
LARGEST = 1 << 23
"""Size of the longest answer that is read [bytes]."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a room said; `trouble` is a sentence when it did not do what it was asked."""

    content: Any = None
    trouble: str = ""
    code: str = ""
    """What kind of trouble: `not-running`, `no-answer`, or the room's own code of a refusal."""


class Asking:
    """Asks in threads of its own, so that a room that hangs keeps nobody waiting but who asked it."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(MOST_AT_ONCE, "rooms")

    async def get(self, address: str, path: str, token: str, parameters: Mapping[str, str] | None = None) -> Answer:
        """The answer to a question."""
        query = f"?{urlencode(parameters)}" if parameters else ""
        return await self._asked(address, "GET", f"/api/v1/{path}{query}", token, None)

    async def post(self, address: str, path: str, token: str, content: Any) -> Answer:
        """The answer to a command."""
        return await self._asked(address, "POST", f"/api/v1/{path}", token, orjson.dumps(content))

    async def _asked(self, address: str, method: str, path: str, token: str, body: bytes | None) -> Answer:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _answer, address, method, path, token, body)

    def close(self) -> None:
        """Wait for nobody any more."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def _answer(address: str, method: str, path: str, token: str, body: bytes | None) -> Answer:
    place = urlsplit(address)
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=PATIENCE_S)
    headers = {"authorization": f"Bearer {token}"} | ({} if body is None else {"content-type": "application/json"})
    try:
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        content = orjson.loads(answer.read(LARGEST) or b"null")
    except (OSError, http.client.HTTPException, orjson.JSONDecodeError) as error:
        return Answer(None, f"does not answer ({type(error).__name__}): wait a moment, or start it again", "no-answer")
    finally:
        connection.close()
    if answer.status >= 400:
        said = content if isinstance(content, dict) else {}
        return Answer(
            None, str(said.get("detail") or f"refused with {answer.status}"), str(said.get("code") or "refused")
        )
    return Answer(content)
