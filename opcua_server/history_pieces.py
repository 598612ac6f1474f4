"""What all answers about history have in common: their window, their pieces, and why there is none."""

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from asyncua import ua
from asyncua.ua.status_codes import StatusCodes

from opcua_server.data_types import moment
from twin.line.time import from_datetime

NEVER = from_datetime(datetime(1602, 1, 1, tzinfo=moment(0).tzinfo))
"""An instant that was not given; all that are earlier count as it."""
FOREVER = 1 << 62


class HistoryError(Exception):
    """A node whose history cannot be read as asked; `code` says why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Rest:
    """Where an answer in pieces goes on."""

    node_id: ua.NodeId
    details: Any
    position: int
    started: bool = True
    number: int = 0
    """Of the last event that was told, of those at the same instant."""


@dataclass(slots=True)
class Piece:
    """One answer: what was found, and where it goes on."""

    values: list[Any] = field(default_factory=list)
    rest: Rest | None = None


class HistoryPoints:
    """The continuation points of one session."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._rests: dict[bytes, Rest] = {}

    def keep(self, rest: Rest) -> bytes | None:
        """A new point, None when there are too many."""
        if len(self._rests) >= self._most:
            return None
        point = secrets.token_bytes(16)
        self._rests[point] = rest
        return point

    def take(self, point: bytes) -> Rest | None:
        """What a point stands for; it is good once."""
        return self._rests.pop(point, None)


def window(start: int, end: int, count: int) -> tuple[int, int, bool]:
    """First instant and the one after the last, and whether to go backwards (OPC 10000-11, 6.5.3)."""
    has_start, has_end = start > NEVER, end > NEVER
    if has_start + has_end + (count > 0) < 2:
        raise HistoryError(StatusCodes.BadHistoryOperationInvalid)
    if not has_end:
        return start, FOREVER, False
    if not has_start:
        return NEVER, end + 1, True
    if start == end:
        return start, end + 1, False
    return (start, end, False) if start < end else (end + 1, start + 1, True)


def instant(time: Any) -> int:
    """An instant of a request; one that is not given is long ago."""
    return NEVER if time is None else max(NEVER, from_datetime(time))
