"""Routes about what happened: events and alarms."""

from typing import Annotated

from fastapi import APIRouter, Query

from api.answers import Json, instant, wording
from api.problems import documented
from api.schemas import AlarmOut, Alarms, EventOut, EventPage
from api.service import TheService, TheUser
from twin.host.access import sees_truth
from twin.host.port import Alarm

router = APIRouter(prefix="/api/v1", tags=["events"], responses=documented())


@router.get("/events", response_model=EventPage, summary="Events in order")
async def events(
    service: TheService,
    user: TheUser,
    after: Annotated[int, Query(ge=0, le=2**53, description="Number of the last event already known.")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Json:
    """Events with a number greater than `after`, oldest first; the last 10,000 are kept."""
    found = service.port.events(after, limit, sees_truth(user.role))
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


@router.get("/alarms", response_model=Alarms, summary="Alarms")
async def alarms(
    service: TheService,
    every: Annotated[bool, Query(description="Also those at rest: all that the plant can raise.")] = False,
) -> Json:
    """Alarms that are active, not acknowledged or shelved, newest first."""
    items = [_alarm(alarm) for alarm in service.port.alarms(every=True) if every or alarm.retain or alarm.shelving]
    return Json(Alarms(items=items))


def _alarm(alarm: Alarm) -> AlarmOut:
    return AlarmOut(
        id=alarm.id,
        station=alarm.station,
        code=alarm.code,
        severity=alarm.severity,
        message=wording(alarm.message),
        raised=instant(alarm.raised),
        cleared=None if alarm.cleared is None else instant(alarm.cleared),
        active=alarm.active,
        acknowledged=alarm.acknowledged,
        confirmed=alarm.confirmed,
        enabled=alarm.enabled,
        shelving=alarm.shelving,
        shelved_until=None if alarm.shelved_until is None else instant(alarm.shelved_until),
        comment=alarm.comment,
        user=alarm.user,
    )
