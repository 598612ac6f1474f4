"""Routes about signals: search, metadata, newest values, and trends."""

from typing import Annotated, Literal

from fastapi import APIRouter, Query
from pydantic import AwareDatetime

from api.answers import Json, finite, instant
from api.problems import ProblemError, documented
from api.requests import PATH
from api.schemas import SignalPage, SignalWithValue, Status, Trend, Values
from api.service import TheService
from twin.host.port import BAD, GOOD, Frame
from twin.line.description import SignalDescription
from twin.line.time import from_datetime

router = APIRouter(prefix="/api/v1", tags=["signals"], responses=documented(404))

Kind = Literal["measurement", "state", "counter", "set-point", "profile"]


@router.get("/signals", response_model=SignalPage, summary="Search signals")
async def signals(
    service: TheService,
    q: Annotated[str, Query(max_length=100, description="Words that all stand in path or meaning.")] = "",
    station: Annotated[PATH | None, Query(description="Path of a station.")] = None,
    kind: Kind | None = None,
    offset: Annotated[int, Query(ge=0, le=1_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Json:
    """Signals in the order of the line, one page at a time."""
    found = service.index.search(q, station, kind)
    end = offset + limit
    following = end if end < len(found) else None
    return Json(SignalPage(total=len(found), offset=offset, next=following, items=found[offset:end]))


@router.get("/signals/{path:path}", response_model=SignalWithValue, summary="One signal with its newest value")
async def signal(service: TheService, path: PATH) -> Json:
    """Everything declared about a signal, and its newest value."""
    described = service.index.signal(path)
    content = service.index.outlines[path].model_dump(mode="json")
    return Json({**content, **value_out(service.port.frame, described)})


@router.get("/values", response_model=Values, summary="Newest values")
async def values(
    service: TheService,
    path: Annotated[
        list[PATH] | None, Query(max_length=60, description="Repeat it for several signals; all of them when absent.")
    ] = None,
) -> Json:
    """All values of one instant, or those of the paths given."""
    frame = service.port.frame
    index = service.index
    asked = index.signals.values() if path is None else [index.signal(each) for each in path]
    return Json(
        {
            "sequence": frame.sequence,
            "time": instant(frame.time),
            "wall_time": instant(frame.wall_time),
            "values": {described.path: value_out(frame, described) for described in asked},
        }
    )


@router.get("/trend", response_model=Trend, summary="Kept values of one signal")
async def trend(
    service: TheService,
    path: PATH,
    since: Annotated[
        AwareDatetime | None,
        Query(description="Plant instant with zone; everything kept when absent.", examples=["2026-01-05T07:00:00Z"]),
    ] = None,
    points: Annotated[int, Query(ge=2, le=10_000)] = 600,
    element: Annotated[int, Query(ge=0, le=100_000, description="Place in a profile, from 0.")] = 0,
) -> Json:
    """At most `points` values since a plant instant, oldest first."""
    described = service.index.signal(path)
    if element >= described.length:
        detail = f"{path} has {described.length} values: element goes from 0 to {described.length - 1}, not {element}."
        raise ProblemError(404, "unknown-target", detail)
    start = 0 if since is None else max(0, from_datetime(since))
    times, kept = service.port.trend(described.index + element, start, points)
    return Json(
        {
            "path": path,
            "element": element,
            "unit": None if described.unit is None else described.unit.symbol,
            "times": [instant(int(time)) for time in times],
            "values": finite([float(value) for value in kept]),
        }
    )


def value_out(frame: Frame, described: SignalDescription) -> dict[str, object]:
    """A signal's newest value with status and source time, as plain data."""
    return {
        "value": finite(frame.value(described)),
        "status": _status(frame, described),
        "source_time": instant(int(frame.source_time[described.index])),
    }


def _status(frame: Frame, described: SignalDescription) -> Status:
    """The worst status of a signal's places."""
    worst = int(frame.status[described.index : described.index + described.length].max())
    if worst == GOOD:
        return "good"
    return "bad" if worst == BAD else "uncertain"
