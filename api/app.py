"""The application: all routes over one run, behind the guard, with its OpenAPI document."""

from collections.abc import Iterable
from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.types import ASGIApp

from api import problems
from api.etags import Etags
from api.guard import Guard
from api.identity import Identity
from api.metrics import Metrics
from api.quick import Quick
from api.routes import (
    beginning,
    chaos,
    charts,
    clock,
    commands,
    disturbances,
    events,
    history,
    jobs,
    journal,
    kpis,
    line,
    login,
    me,
    page,
    passports,
    query,
    reports,
    signals,
    stream,
    system,
)
from api.schemas import Problem
from api.service import Service
from api.settings import Settings
from twin.host.logins import Access
from twin.host.port import Port

DESCRIPTION = (
    "A running production line as data: structure, signals, KPIs, events, commands and clock. Times are ISO 8601 in "
    "UTC and, unless named otherwise, plant time. Errors are problem details (RFC 9457)."
)
ROUTERS = (
    beginning.router,
    line.router,
    signals.router,
    kpis.router,
    history.router,
    query.router,
    journal.router,
    reports.router,
    charts.router,
    passports.router,
    disturbances.router,
    me.router,
    login.router,
    events.router,
    commands.router,
    jobs.router,
    clock.router,
    chaos.router,
    stream.router,
    system.router,
)

STEADY = (
    "/api/v1/line", "/api/v1/presentation", "/api/v1/signals", "/api/v1/run", "/api/v1/commands", "/api/v1/things",
    "/api/v1/journal", "/api/v1/runs", "/api/v1/reports", "/openapi.json",
)  # fmt: skip
"""Paths whose answers stay the same for long."""


class Application(FastAPI):
    """FastAPI with the problems' shape in its OpenAPI document."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document; its examples need nothing from outside."""
        document = super().openapi()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.setdefault("Problem", Problem.model_json_schema())
        return document


def application(service: Service, identity: Identity) -> FastAPI:
    """All routes over one run, without the guard."""
    app = Application(
        title="Line",
        version=service.port.run.version,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
    )
    app.state.service = service
    app.state.identity = identity
    app.state.metrics = Metrics(service)
    problems.install(app)
    for router in ROUTERS:
        app.include_router(router)
    page.install(app)
    return app


def create(port: Port, settings: Settings, access: Access | None = None) -> tuple[ASGIApp, Service]:
    """The guarded application over a run, and its service, whose stream has to be closed at the end.

    Without `access` everybody may do everything.
    """
    service, identity = Service(port, settings), Identity(access)
    app = application(service, identity)
    often = Quick(Etags(app, STEADY), {"/api/v1/kpis": partial(kpis.newest, service)})
    return Guard(often, settings, _posting(ROUTERS), identity), service


def _posting(routers: Iterable[Any]) -> set[str]:
    """The paths that take a posted body."""
    return {
        route.path
        for router in routers
        for route in router.routes
        if isinstance(route, APIRoute) and "POST" in (route.methods or ()) and route.body_field is not None
    }
