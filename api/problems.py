"""Errors as RFC 9457 problem details: each has a sentence for people and a stable code for programs."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import compile_path

from api.answers import encoded
from twin.line.errors import Reason

MEDIA_TYPE = "application/problem+json"

STATUS_OF_REASON: Mapping[Reason, int] = {
    Reason.UNKNOWN_TARGET: 404,
    Reason.UNKNOWN_COMMAND: 404,
    Reason.NOT_WRITABLE: 403,
    Reason.NOT_ALLOWED: 403,
    Reason.WRONG_TYPE: 422,
    Reason.OUT_OF_RANGE: 422,
    Reason.NOT_NOW: 409,
}


class ProblemError(Exception):
    """A request that ends in a problem; the message is a sentence for the person who asked."""

    def __init__(self, status: int, code: str, detail: str) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail


class UnknownPathError(ProblemError):
    """A signal or station that the line does not have."""

    def __init__(self, path: str) -> None:
        shown = path if len(path) <= 120 else path[:120] + "…"
        super().__init__(
            404,
            "unknown-target",
            f"There is no signal {shown!r} on this line: /api/v1/signals?q=... finds the right path.",
        )


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    errors: Sequence[Mapping[str, str]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer that tells of a problem."""
    content: dict[str, Any] = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
    }
    if errors is not None:
        content["errors"] = errors
    return Response(encoded(content), status, dict(headers or {}), MEDIA_TYPE)


def install(app: FastAPI) -> None:
    """Make every error of the application a problem."""
    app.add_exception_handler(ProblemError, _asked_for)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _by_framework)
    app.add_exception_handler(Exception, _unexpected)


async def _asked_for(_request: Request, error: Exception) -> Response:
    if not isinstance(error, ProblemError):
        raise error
    return problem(error.status, error.code, error.detail)


async def _unreadable(_request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    errors = [
        {"field": ".".join(_clean(part) for part in item["loc"]), "message": _clean(item["msg"])}
        for item in error.errors()[:20]
    ]
    first = errors[0]
    detail = f"The request cannot be used: {first['field']}: {first['message']}. /openapi.json shows what is expected."
    return problem(422, "invalid-request", detail, errors=errors)


async def _by_framework(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    path = _clean(request.url.path)
    match error.status_code:
        case 404:
            detail = f"There is nothing at {path}: /openapi.json lists what this server offers."
        case 405:
            allowed = ", ".join(_methods(request))
            error.headers = {"Allow": allowed}
            detail = f"{path} does not take {_clean(request.method)}: it takes {allowed or 'another method'}."
        case _:
            detail = f"The request was refused: {_clean(str(error.detail))}."
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    return problem(error.status_code, code, detail, headers=error.headers)


def _methods(request: Request) -> list[str]:
    """The methods that a path takes, over all routes that know it: the framework tells of the first one alone."""
    documented = request.app.openapi()["paths"].items()
    found = [methods for template, methods in documented if compile_path(template)[0].match(request.url.path)]
    return sorted({method.upper() for methods in found[:1] for method in methods}) or ["GET"]


async def _unexpected(_request: Request, _error: Exception) -> Response:
    return problem(
        500,
        "internal-error",
        "The server met an error of its own and has written it to its log; the line runs on. Try again.",
    )


def _clean(part: object) -> str:
    text = str(part)[:200]
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


EVERYWHERE = (400, 401, 403, 405, 408, 413, 415, 422, 429, 500)
"""What the guard, the framework and the reading of a request may answer on any path."""


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI entries of the problems that a route may answer with."""
    return {status: _entry(status) for status in sorted({*statuses, *EVERYWHERE})}


def _entry(status: int) -> dict[str, Any]:
    title = HTTPStatus(status).phrase
    example = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": _SENTENCES.get(status, "What went wrong, and what to do about it."),
        "code": title.lower().replace(" ", "-"),
    }
    return {
        "description": title,
        "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "example": example}},
    }


_SENTENCES = {
    400: "The Host header names another server: use the address that the server printed.",
    401: "Who asks is not known: log in (POST /api/v1/login), and send the token as Authorization: Bearer.",
    403: "The request comes from another site: open the page from the server's own address.",
    404: "There is no signal 'x/y' on this line: /api/v1/signals?q=... finds the right path.",
    405: "/api/v1/line does not take POST: it takes GET.",
    409: "The run is not paused: pause it before a step.",
    413: "The body is larger than 65536 bytes.",
    415: "The body has to be JSON: send it with the header Content-Type: application/json.",
    422: "set_temperature = 400 is above its limit of 320 °C: choose between 120 and 320.",
    429: "Too many requests have come from this address: wait 0.4 s.",
    500: "The server met an error of its own and has written it to its log; the line runs on. Try again.",
    503: "Too many streams are open (256): close one.",
}
