"""Routes of the page: static files, and plotly.js from the installed plotly package."""

import importlib.util
import mimetypes
from pathlib import Path

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.staticfiles import StaticFiles

PAGE = Path(__file__).parent.parent / "page"

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


def install(app: FastAPI) -> None:
    """Serve the page at `/` and its files below `/page/`."""
    mimetypes.add_type("text/javascript", ".js")
    mimetypes.add_type("image/svg+xml", ".svg")
    plotly = plotly_file()

    async def index(_request: Request) -> FileResponse:
        return FileResponse(PAGE / "index.html", headers=KEEP_AND_ASK)

    async def plotly_js(_request: Request) -> FileResponse:
        return FileResponse(plotly, media_type="text/javascript", headers=KEEP_AND_ASK)

    app.add_route("/", index, include_in_schema=False)
    app.add_route("/page/plotly.min.js", plotly_js, include_in_schema=False)
    app.mount("/page", PageFiles(directory=PAGE), name="page")
