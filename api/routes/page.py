"""Routes of the page: static files, and plotly.js from the installed plotly package."""

import importlib.util
import mimetypes
from pathlib import Path
from urllib.parse import urlencode

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from api.identity import Identity, remember

PAGE = Path(__file__).parent.parent / "page"

LINK = "link"
"""Name under which the address of the page carries a one-time secret."""

# A browser may keep a file but has to ask whether it is still the newest.
KEEP_AND_ASK = {"cache-control": "no-cache"}


class PageFiles(StaticFiles):
    """The page's files, with types that do not depend on the machine's own table."""

    def file_response(self, *arguments: object, **named: object) -> FileResponse:
        """The file with leave to be kept."""
        response = super().file_response(*arguments, **named)  # type: ignore[arg-type]
        response.headers.update(KEEP_AND_ASK)
        return response  # type: ignore[return-value]


def plotly_file() -> Path:
    """Where the installed plotly package keeps plotly.js, found without importing it."""
    found = importlib.util.find_spec("plotly")
    if found is None or found.origin is None:
        raise FileNotFoundError("plotly is not installed: install it with pip install plotly.")
    return Path(found.origin).parent / "package_data" / "plotly.min.js"


def install(app: FastAPI, first: str = "index.html") -> None:
    """Serve the page's file `first` at `/`, and all its files below `/page/`."""
    mimetypes.add_type("text/javascript", ".js")
    mimetypes.add_type("image/svg+xml", ".svg")
    plotly = plotly_file()

    async def index(request: Request) -> Response:
        if LINK in request.query_params:
            return _enter(request)
        return FileResponse(PAGE / first, headers=KEEP_AND_ASK)

    async def plotly_js(_request: Request) -> FileResponse:
        return FileResponse(plotly, media_type="text/javascript", headers=KEEP_AND_ASK)

    app.add_route("/", index, include_in_schema=False)
    app.add_route("/page/plotly.min.js", plotly_js, include_in_schema=False)
    app.mount("/page", PageFiles(directory=PAGE), name="page")


def _enter(request: Request) -> Response:
    """Let in whoever brings a one-time link, and take the secret out of the browser's address line."""
    identity: Identity = request.app.state.identity
    token = identity.redeem(request.query_params[LINK])
    others = [(name, value) for name, value in request.query_params.multi_items() if name != LINK]
    answer = RedirectResponse(f"/?{urlencode(others)}" if others else "/", 303)
    if token is not None:
        remember(answer, token)
    return answer
