"""Routes for those who watch over the server: whether it lives, and whether the line is served."""

import time
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers import Json, instant
from api.metrics import CONTENT_TYPE, Metrics
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


METRICS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "Text format of Prometheus",
        "content": {"text/plain": {"schema": {"type": "string"}, "example": "rajola_running 1.0\n"}},
    }
}


@router.get("/metrics", summary="Metrics for Prometheus", response_class=Response, responses=documented(401) | METRICS)
async def metrics(request: Request) -> Response:
    """Measured values, KPIs, alarms and clock of the plant, and what the server's process takes."""
    kept: Metrics = request.app.state.metrics
    return Response(kept.text(), media_type=CONTENT_TYPE)
