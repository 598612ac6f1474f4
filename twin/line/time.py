"""Plant time: whole microseconds since 1970 in UTC, so that instants compare exactly and never drift."""

from datetime import UTC, datetime, timedelta

MICROSECOND = 1
MILLISECOND = 1_000
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NEVER = 1 << 62
"""An instant that does not come."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def microseconds(seconds: float) -> int:
    """The whole number of microseconds nearest to `seconds` [s].

    >>> microseconds(1.5)
    1500000
    """
    return round(seconds * SECOND)


def from_datetime(instant: datetime) -> int:
    """The plant instant of an aware datetime; raises ValueError for one without a zone."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no time zone: add one, for example +00:00")
    return (instant - _EPOCH) // timedelta(microseconds=1)


def to_datetime(time: int) -> datetime:
    """The aware UTC datetime of a plant instant."""
    return _EPOCH + timedelta(microseconds=time)


def iso(time: int) -> str:
    """A plant instant as ISO 8601 text in UTC.

    >>> iso(0)
    '1970-01-01T00:00:00+00:00'
    """
    return to_datetime(time).isoformat()
