"""Routes about what happened: events and alarms."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.answers import Json, instant, wording
from api.problems import documented
from api.schemas import AlarmOut, Alarms, EventOut, EventPage
from api.service import USER, TheService
from twin.host.access import sees_truth

router = APIRouter(prefix="/api/v1", tags=["events"], responses=documented())


@router.get("/events", response_model=EventPage, summary="Events in order")
async def events(
    service: TheService,
    after: Annotated[int, Query(ge=0, le=2**53, description="Number of the last event already known.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Json:
    """Events with a number greater than `after`, oldest first; the last 10,000 are kept."""
    found = service.port.events(after, limit, sees_truth(USER.role))
    items = [
        EventOut(
            number=event.number,
            time=instant(event.time),
            kind=event.kind,
            station=event.station,
            code=event.code,
            severity=event.severity,
            message=wording(event.message),
        )
        for event in found
    ]
    return Json(EventPage(last=found[-1].number if found else after, items=items))


@router.get("/alarms", response_model=Alarms, summary="Open alarms")
async def alarms(service: TheService) -> Json:
    """Alarms that are active or not acknowledged, newest first."""
    items = [
        AlarmOut(
            id=alarm.id,
            station=alarm.station,
            code=alarm.code,
            severity=alarm.severity,
            message=wording(alarm.message),
            raised=instant(alarm.raised),
            cleared=None if alarm.cleared is None else instant(alarm.cleared),
            acknowledged=alarm.acknowledged,
        )
        for alarm in service.port.alarms()
    ]
    return Json(Alarms(items=items))
