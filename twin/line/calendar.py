"""Working hours of a week, in the plant's own time zone, as open intervals of plant time."""

import re
from datetime import date, datetime, time, timedelta
from itertools import product
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, field_validator

from twin.line.time import from_datetime, to_datetime

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_LABEL = re.compile(rf"({'|'.join(_DAYS)}) ([01]?[0-9]|2[0-3]|24(?=:00)):([0-5][0-9])")
_WEEK_MINUTES = 7 * 24 * 60
_NEVER = 1 << 62


class OpenHours(BaseModel):
    """One opening of the week, such as from `Mon 06:00` to `Sat 14:00`; `to` may lie in the next week."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: str
    end: str

    @field_validator("start", "end")
    @classmethod
    def _readable(cls, value: str) -> str:
        minute_of_week(value)
        return value


def minute_of_week(label: str) -> int:
    """Minutes since Monday 00:00 of a label such as `Sat 14:00`; raises ValueError for anything else.

    >>> minute_of_week("Tue 06:30")
    1830
    """
    found = _LABEL.fullmatch(label)
    if found is None:
        raise ValueError(f"{label!r} is not a time of the week: write it like 'Sat 14:00' ({', '.join(_DAYS)})")
    day, hour, minute = found.groups()
    return _DAYS.index(day) * 24 * 60 + int(hour) * 60 + int(minute)


class WorkCalendar:
    """Tells when a station is manned; no hours at all means always."""

    def __init__(self, hours: tuple[OpenHours, ...], zone: ZoneInfo) -> None:
        self._zone = zone
        self._openings = tuple((minute_of_week(h.start), minute_of_week(h.end)) for h in hours)
        self._known: tuple[int, int] = (0, 0)

    def opening(self, now: int) -> tuple[int, int]:
        """(start, end) of the opening that holds `now`, or else of the next one; end is the first closed instant.

        Openings that touch or overlap are one.
        """
        if not self._openings:
            return now, _NEVER
        start, end = self._known
        if not start <= now < end:
            self._known = start, end = self._find(now)
        return start, end

    def _find(self, now: int) -> tuple[int, int]:
        local = to_datetime(now).astimezone(self._zone)
        monday = (local - timedelta(days=local.weekday())).date()
        spans = sorted(
            self._span(monday, week, first, last) for week, (first, last) in product((-1, 0, 1, 2), self._openings)
        )
        start, end = spans[0]
        for begin, finish in spans:
            if begin <= end:
                end = max(end, finish)
            elif now < end:
                break
            else:
                start, end = begin, finish
        return (start, _NEVER) if start == spans[0][0] and end >= spans[-1][1] else (start, end)

    def _span(self, monday: date, week: int, first: int, last: int) -> tuple[int, int]:
        """One opening in plant time; hours are told by the clock on the wall, so a night's length follows it."""
        length = last - first if last > first else last - first + _WEEK_MINUTES
        begin = datetime.combine(monday, time(0), self._zone) + timedelta(weeks=week, minutes=first)
        return from_datetime(begin), from_datetime(begin + timedelta(minutes=length))


def next_local_time(after: int, hour: int, zone: ZoneInfo) -> int:
    """The first plant instant later than `after` at which the clock of `zone` shows `hour` o'clock."""
    local = to_datetime(after).astimezone(zone)
    candidate = local.replace(hour=hour, minute=0, second=0, microsecond=0, fold=0)
    while from_datetime(candidate) <= after:
        candidate = (candidate + timedelta(days=1)).replace(fold=0)
    return from_datetime(candidate)
