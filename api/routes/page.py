"""Routes of the page: its files, and plotly.js from the installed plotly package."""

import importlib.util
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from api.identity import Identity, remember
from api.page_files import PageFiles

PAGE = Path(__file__).parent.parent / "page"

LINK = "link"
"""Name under which the address of the page carries a one-time secret."""


def plotly_file() -> Path:
    """Where the installed plotly package keeps plotly.js, found without importing it."""
    found = importlib.util.find_spec("plotly")
    if found is None or found.origin is None:
        raise FileNotFoundError("plotly is not installed: install it with pip install plotly.")
    return Path(found.origin).parent / "package_data" / "plotly.min.js"


@cache
def page_files() -> PageFiles:
    """All files of the page, made ready once in a process."""
    return PageFiles(PAGE, {"plotly.min.js": plotly_file()})


def install(app: FastAPI, first: str = "index.html") -> None:
    """Serve the page's file `first` at `/`, and all its files below `/page/`."""
    files = page_files()

    async def index(request: Request) -> Response:
        return _enter(request) if LINK in request.query_params else files.document(first, request)

    app.add_route("/", index, include_in_schema=False)
    app.router.routes.append(Route("/page/{name:path}", files, methods=["GET"], include_in_schema=False))


def _enter(request: Request) -> Response:
    """Let in whoever brings a one-time link, and take the secret out of the browser's address line."""
    identity: Identity = request.app.state.identity
    token = identity.redeem(request.query_params[LINK])
    others = [(name, value) for name, value in request.query_params.multi_items() if name != LINK]
    answer = RedirectResponse(f"/?{urlencode(others)}" if others else "/", 303)
    if token is not None:
        remember(answer, token)
    return answer
