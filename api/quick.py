"""Answers to what is asked most often, given before the framework has found, checked and wrapped a route for it.

Only the plain question is answered here, by GET and without parameters, with what the route of the same path would say;
all else goes the usual way. Whoever asks has passed the guard.
"""

from collections.abc import Awaitable, Callable, Mapping

from starlette.types import ASGIApp, Receive, Scope, Send

from twin.line.errors import RajolaError

JSON = (b"content-type", b"application/json")


class Quick:
    """Stands between the guard and the application; `answers` makes the body for each path."""

    def __init__(self, app: ASGIApp, answers: Mapping[str, Callable[[], Awaitable[bytes]]]) -> None:
        self._app = app
        self._answers = dict(answers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        answer = self._answers.get(scope.get("path", ""))
        if answer is None or scope["type"] != "http" or scope["method"] != "GET" or scope["query_string"]:
            await self._app(scope, receive, send)
            return
        try:
            body = await answer()
        except RajolaError:
            # The application has the words for it.
            await self._app(scope, receive, send)
            return
        headers = [(b"content-length", b"%d" % len(body)), JSON]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})
