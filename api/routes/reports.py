"""Routes of reports: ask for one, see how it goes, and fetch it."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter
from fastapi.responses import FileResponse, HTMLResponse
from pydantic import BaseModel, Field

from api.answers import Json, instant
from api.problems import ProblemError, documented
from api.reports import Made
from api.requests import Request
from api.service import TheService, TheUser
from twin.host.access import sees_truth

router = APIRouter(prefix="/api/v1", tags=["run"])

REPORT = Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]


class ReportIn(Request):
    """Which run, by its id in /api/v1/runs, and in which language."""

    run: Annotated[str, Field(pattern=r"^[A-Za-z0-9_.\-]{1,64}$")] = "present"
    language: Literal["en", "es"] = "en"


class ReportOut(BaseModel):
    """A report; `detail` says why one has failed, and `link` is where it is when it is ready."""

    id: str
    run: str
    language: str
    asked: str
    state: Literal["making", "ready", "failed"]
    detail: str
    link: str | None


class ReportList(BaseModel):
    """The reports that are kept, oldest first; never more than a few."""

    items: list[ReportOut]


@router.get("/reports", response_model=ReportList, summary="The reports that are kept", responses=documented())
async def reports(service: TheService, user: TheUser) -> Json:
    """Those that were asked for since the server started, with how far they are."""
    return Json({"items": [_shown(made) for made in service.reports.listed(truth=sees_truth(user.role))]})


@router.post(
    "/reports", response_model=ReportOut, status_code=202, summary="Make a report", responses=documented(404, 409)
)
async def ask(service: TheService, user: TheUser, wanted: ReportIn) -> Json:
    """Begins to make it beside the plant, one at a time; an instructor's shows true values, anybody else's does not."""
    if wanted.run not in {kept.id for kept in await service.port.runs()}:
        raise ProblemError(404, "unknown-target", f"There is no run {wanted.run!r}: /api/v1/runs lists those kept.")
    made = service.reports.begin(wanted.run, wanted.language, truth=sees_truth(user.role))
    return Json(_shown(made), status_code=202)


@router.get(
    "/reports/{report}",
    response_class=HTMLResponse,
    summary="A report as one HTML file",
    responses={**documented(404, 409), 200: {"content": {"text/html": {}}, "description": "The page."}},
)
async def fetch(service: TheService, user: TheUser, report: REPORT) -> FileResponse:
    """A file that needs no internet; it is to be saved, as a page of this server may run no script of its own."""
    made = service.reports.found(report, truth=sees_truth(user.role))
    name = f"report-{made.run}-{made.language}.html"
    return FileResponse(service.reports.path(made), media_type="text/html", filename=name)


def _shown(made: Made) -> dict[str, Any]:
    return {
        "id": made.id,
        "run": made.run,
        "language": made.language,
        "asked": instant(made.asked),
        "state": made.state,
        "detail": made.detail,
        "link": f"/api/v1/reports/{made.id}" if made.state == "ready" else None,
    }
