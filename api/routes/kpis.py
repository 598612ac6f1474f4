"""Routes of the KPIs: of the run so far, of shifts, days, orders and any window; and the loss tree."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime, BaseModel

from api.answers import Json, encoded, finite, instant, wording
from api.problems import ProblemError, documented
from api.requests import PATH
from api.schemas import KeyFigures
from api.service import Service, TheService
from twin.host.port import Port
from twin.line.time import from_datetime
from twin.record.figures import Figure, UnitLosses
from twin.record.history import HistoryRefused

router = APIRouter(prefix="/api/v1", tags=["KPIs"], responses=documented())


class FigureWindow(BaseModel):
    """The KPIs of one window."""

    name: str
    start: str
    end: str
    items: list[dict[str, Any]]


class FigureWindows(BaseModel):
    """Windows in order."""

    windows: list[FigureWindow]


class LossStep(BaseModel):
    """A step from calendar time to good pieces; `seconds` of all steps add up to the window."""

    name: str
    title: dict[str, str]
    seconds: float
    pieces: float
    m2: float | None
    eur: float | None


class UnitLossesOut(BaseModel):
    """The loss tree of one work unit."""

    station: str
    title: dict[str, str]
    steps: list[LossStep]


class LossTrees(BaseModel):
    """The loss trees of all work units."""

    units: list[UnitLossesOut]


@router.get("/kpis", response_model=KeyFigures, summary="All KPIs of the run so far")
async def kpis(service: TheService) -> Json:
    """Each with its unit, formula and source; one that is not defined says why."""
    return Json(await newest(service))


async def newest(service: Service) -> bytes:
    """The KPIs of the run so far, written once a frame."""
    return await service.answers.get("kpis", partial(_written, service.port))


async def _written(port: Port) -> bytes:
    items = [
        {
            "name": figure.name,
            "title": wording(figure.title),
            "unit": figure.unit,
            "value": None if figure.value is None else finite(float(figure.value)),
            "reason": None if figure.reason is None else wording(figure.reason),
            "station": figure.station,
            "formula": figure.formula,
            "source": figure.source,
        }
        for figure in await port.newest_figures()
    ]
    return encoded({"time": instant(port.frame.time), "items": items})


@router.get("/kpis/{span}", response_model=FigureWindows, summary="KPIs of shifts, days, orders or a window")
async def kpis_of(
    service: TheService,
    span: Literal["window", "shift", "day", "order"],
    start: AwareDatetime,
    end: AwareDatetime,
    station: Annotated[PATH | None, Query(description="Path of the station whose orders are meant.")] = None,
    name: Annotated[list[PATH] | None, Query(max_length=60, description="Names of KPIs; all when absent.")] = None,
) -> Json:
    """Every shift, day or order that touches the time asked for, cut at what is recorded; by the same fold as above."""
    try:
        found = await service.port.key_figures_of(span, *window(start, end), station or "")
    except HistoryRefused as refused:
        raise ProblemError(422, "history-refused", str(refused)) from None
    windows = [
        {
            "name": each.window.name,
            "start": instant(each.window.start),
            "end": instant(each.window.end),
            "items": [_shown(f) for f in each.figures if name is None or f.declaration.name in name],
        }
        for each in found
    ]
    return Json({"windows": windows})


def window(start: datetime, end: datetime) -> tuple[int, int]:
    """First and last instant of a window, whichever is given first."""
    first, last = sorted((from_datetime(start), from_datetime(end)))
    return first, last


def _shown(figure: Figure) -> dict[str, Any]:
    declared = figure.declaration
    return {
        "name": declared.name,
        "station": declared.station,
        "unit": declared.unit.symbol,
        "value": figure.value,
        "reason": None if figure.value is not None else wording(declared.undefined),
    }


@router.get("/losses", response_model=LossTrees, summary="Loss trees of all work units")
async def losses(service: TheService, start: AwareDatetime, end: AwareDatetime) -> Json:
    """From calendar time to good pieces, in time, pieces, area and money."""
    try:
        found = await service.port.losses(*window(start, end))
    except HistoryRefused as refused:
        raise ProblemError(422, "history-refused", str(refused)) from None
    return Json({"units": _units(found)})


def _units(found: Sequence[UnitLosses]) -> list[dict[str, Any]]:
    return [
        {
            "station": each.unit.path,
            "title": wording(each.unit.title),
            "steps": [
                {
                    "name": step.name,
                    "title": wording(step.title),
                    "seconds": step.time / 1e6,
                    "pieces": step.pieces,
                    "m2": step.m2,
                    "eur": step.eur,
                }
                for step in each.steps
            ],
        }
        for each in found
    ]
