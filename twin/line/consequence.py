"""Which stop is a consequence of which: the station that holds a blocked or starved one back.

A station that cannot give its pieces away, or gets none, says nothing about itself. Its root is found along the links:
down the line for a blocked station, up the line for a starved one, past all that are themselves blocked or starved.
"""

from collections import deque
from typing import TYPE_CHECKING, Literal

from twin.line.activity import Activity

if TYPE_CHECKING:
    from twin.line.station import Station

Direction = Literal["downstream", "upstream"]
_WAITING: dict[int, Direction] = {Activity.BLOCKED: "downstream", Activity.STARVED: "upstream"}
_AT_WORK = frozenset({Activity.PRODUCING, Activity.BLOCKED, Activity.STARVED})


def waits_for(station: "Station") -> Direction | None:
    """Where the reason lies for which a station waits; None when it does not wait for another."""
    return _WAITING.get(station.state.activity)


def holder(station: "Station", direction: Direction | None = None) -> "Station | None":
    """The nearest station in a direction that stands still for a reason of its own; None when there is none.

    Unless told, the direction is where the station itself waits. A buffer in between that still gives or takes ends
    the search: what is behind it holds nobody back.
    """
    direction = direction or waits_for(station)
    if direction is None:
        return None
    seen, row = {id(station)}, deque([station])
    while row:
        for other in _neighbours(row.popleft(), direction):
            if id(other) in seen:
                continue
            seen.add(id(other))
            if other.state.activity not in _AT_WORK:
                return other
            if waits_for(other) == direction:
                row.append(other)
    return None


def _neighbours(station: "Station", direction: Direction) -> "list[Station]":
    if direction == "downstream":
        return [link.consumer for link in station.outlets]
    return [link.producer for link in station.inlets]
