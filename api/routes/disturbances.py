"""Route of the ground truth: what disturbed the run, planted or by itself; for the instructor alone."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.answers import Json, instant
from api.disturbed import shown
from api.problems import ProblemError, documented
from api.service import TheService, TheUser
from twin.host.access import sees_truth
from twin.line.time import HOUR

router = APIRouter(prefix="/api/v1", tags=["truth"], responses=documented(403))

MOST = 200
"""Entries of an answer that came by themselves; what was planted is told whole."""


@router.get("/disturbances", summary="What disturbed the run")
async def disturbances(
    service: TheService,
    user: TheUser,
    hours: Annotated[float, Query(gt=0.0, le=24.0 * 31.0, description="Plant time up to now.")] = 24.0,
) -> Json:
    """All that went on at some time in the last `hours`, the newest first; planted causes and true values are in it."""
    if not sees_truth(user.role) or not service.settings.simulator:
        raise ProblemError(
            403, "not-allowed", "What disturbed the run is the instructor's: use /api/v1/alarms and /api/v1/events."
        )
    now = service.port.frame.time
    log = await service.port.disturbances(now - round(hours * HOUR), now)
    planted = [entry for entry in log if entry.planted]
    others = [entry for entry in log if not entry.planted]
    newest = sorted([*planted, *others[-MOST:]], key=lambda entry: entry.begin, reverse=True)
    return Json({"time": instant(now), "items": [shown(entry, service.index) for entry in newest]})
