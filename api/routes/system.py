"""Routes for those who watch over the server: whether it lives, and whether the line is served."""

import time

from fastapi import APIRouter

from api.answers import Json, instant
from api.problems import ProblemError, documented
from api.schemas import Health, Ready
from api.service import TheService

router = APIRouter(tags=["system"])

# Wall time without a new frame after which a run that is not paused counts as stuck [s].
PATIENCE = 15.0


@router.get("/health", response_model=Health, summary="Whether the server answers", responses=documented())
async def health() -> Json:
    """A sign of life of the server alone."""
    return Json(Health(status="ok"))


@router.get("/ready", response_model=Ready, summary="Whether the line is served", responses=documented(503))
async def ready(service: TheService) -> Json:
    """Ready while the run is paused or its newest frame is fresh."""
    frame, clock = service.port.frame, service.port.clock
    age = time.time() - frame.wall_time / 1e6
    if clock.running and age > PATIENCE:
        raise ProblemError(503, "not-ready", f"The newest values are {age:.0f} s old: the run does not keep its pace.")
    return Json(Ready(status="ready", sequence=frame.sequence, time=instant(frame.time)))
