"""Routes about plant time: what it is, and how fast it goes."""

from typing import Annotated

from fastapi import APIRouter, Body

from api.answers import Json, instant
from api.problems import documented
from api.requests import ClockCommand, SetSpeed, Step
from api.schemas import ClockOut, OutcomeOut
from api.service import Service, TheService, TheUser
from twin.host.port import Command
from twin.line.signal import Value

router = APIRouter(prefix="/api/v1/clock", tags=["clock"])


@router.get("", response_model=ClockOut, summary="Plant time and how it goes", responses=documented())
async def clock(service: TheService) -> Json:
    """Plant time, wall time, speed, and whether source times are plant or wall time."""
    return Json(clock_out(service))


def clock_out(service: Service) -> ClockOut:
    """The clock as it is told."""
    now = service.port.clock
    return ClockOut(
        time=instant(now.time),
        wall_time=instant(now.wall_time),
        speed=now.speed,
        running=now.running,
        lag=now.lag,
        start=instant(now.start),
        stamps=now.stamps,
        zone=now.zone,
    )


EXAMPLES = {
    "pause": {"action": "pause"},
    "resume": {"action": "resume"},
    "sixty times real time": {"action": "set_speed", "factor": 60.0},
    "one minute while paused": {"action": "step", "seconds": 60.0},
}


@router.post(
    "",
    response_model=OutcomeOut,
    summary="Pause, resume, step or set the speed",
    responses=documented(404, 408, 409, 413, 415),
)
async def change(
    service: TheService,
    user: TheUser,
    asked: Annotated[ClockCommand, Body(openapi_examples={name: {"value": value} for name, value in EXAMPLES.items()})],
) -> Json:
    """Facts of the session: they change when things are shown, never what happens on the line."""
    service.require_simulator()
    arguments: dict[str, Value] = {}
    if isinstance(asked, SetSpeed):
        arguments = {"factor": float(asked.factor)}
    elif isinstance(asked, Step):
        arguments = {"seconds": float(asked.seconds)}
    return Json(await service.submit(Command(asked.action, "", arguments), user))
