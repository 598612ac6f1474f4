"""Routes of the charts that a plant asks for: computed here, drawn by whoever asks."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from api.answers import Json, instant
from api.charts import DRAWN, Sample
from api.problems import ProblemError, documented
from api.service import Service, TheService
from api.timelines import timelines
from twin.line.views import TableView

router = APIRouter(prefix="/api/v1", tags=["charts"], responses=documented(404))

NAME = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-]{1,64}$")]


@router.get("/charts/{name}", summary="One of the plant's charts, ready to be drawn")
async def chart(
    service: TheService,
    name: NAME,
    rows: Annotated[int, Query(ge=10, le=20_000, description="Newest rows of the table that are looked at.")] = 5000,
) -> Json:
    """Counts, means and limits over the newest rows of the view's table."""
    view = _view(service, name)
    table = service.port.table(view.table, rows)
    description = next(each for each in service.index.line.tables if each.name == view.table)
    content = await asyncio.to_thread(DRAWN[type(view)], Sample(description, table), view)
    return Json({"name": name, "kind": view.kind, "time": instant(service.port.frame.time), **content})


def _view(service: Service, name: str) -> TableView:
    views = service.index.line.presentation.views
    view = next((each for each in views if each.name == name and isinstance(each, TableView)), None)
    known = {table.name for table in service.index.line.tables}
    if view is None or view.table not in known:
        detail = f"There is no chart {name!r} that is computed from a table: /api/v1/presentation lists the views."
        raise ProblemError(404, "unknown-target", detail)
    return view


@router.get("/timelines", summary="Stations' states over time")
async def states(
    service: TheService,
    hours: Annotated[float, Query(gt=0.0, le=168.0, description="Plant time back from now.")] = 8.0,
) -> Json:
    """Of each station with a state: its stretches, the time in each state, and how busy it was."""
    return Json(timelines(service.port, service.pictures, hours))
