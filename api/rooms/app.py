"""The application of the instructor's view, behind the same guard as every room's."""

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from api import problems
from api.answers import Json
from api.app import Application
from api.guard import Guard
from api.identity import Identity
from api.problems import documented
from api.rooms.routes import View, router
from api.routes import login, page
from api.settings import Settings
from twin.host.access import User
from twin.host.installed import engine_version

FIRST_PAGE = "rooms.html"
own = APIRouter(tags=["system"])


@own.get("/health", summary="Whether the view lives", responses=documented())
async def health() -> Json:
    """Always well; a room tells of itself."""
    return Json({"status": "ok"})


@own.get("/api/v1/me", summary="Who the client is", responses=documented())
async def me(request: Request) -> Json:
    """Name and role, and the language of the page unless its address says otherwise."""
    user: User = request.state.user
    language = request.app.state.view.rooms.language
    return Json({"name": user.name, "role": user.role.name.lower(), "language": language, "version": engine_version()})


ROUTERS = (router, login.router, own)


def create(view: View, settings: Settings, identity: Identity) -> ASGIApp:
    """The guarded application over some rooms."""
    app: FastAPI = Application(
        title="Rooms", version=engine_version(), docs_url=None, redoc_url=None, redirect_slashes=False,
        description="The rooms of a class, for their instructor: what they do, and the same done in some of them.",
    )  # fmt: skip
    app.state.view = view
    app.state.identity = identity
    problems.install(app)
    for each in ROUTERS:
        app.include_router(each)
    page.install(app, FIRST_PAGE)
    posting = {
        route.path
        for each in ROUTERS
        for route in each.routes
        if isinstance(route, APIRoute) and "POST" in (route.methods or ()) and route.body_field is not None
    }
    return Guard(app, settings, posting, identity)
