"""The history of events (OPC 10000-11, 6.5.2): the newest that are kept, in pages, as far as a filter wants them."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace

from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.ua.status_codes import StatusCodes

from opcua_server.event_filters import Event, EventSelection, FilterRefused
from opcua_server.event_types import EventTypes
from opcua_server.history_pieces import FOREVER, NEVER, HistoryError, Piece, Rest, instant, window
from twin.host.access import Role
from twin.host.port import PlantEvent
from twin.line.text import Language

MOST_EVENTS = 1000
"""Events in one answer; a continuation point brings the rest."""
_AT_ONCE = 200
"""Events that are looked at before everybody else has a turn."""
Kept = Callable[[], Iterable[PlantEvent]]
"""All that has happened, as far as it is kept."""
Told = Callable[[PlantEvent], Event | None]


class EventHistory:
    """Answers what has happened at a machine, a level or the server."""

    def __init__(self, address_space: AddressSpace, kept: Kept, told: Told, notifiers: frozenset[ua.NodeId]) -> None:
        self._address_space, self._types = address_space, EventTypes(address_space)
        self._kept, self._told, self._notifiers = kept, told, notifiers

    async def page(self, rest: Rest, role: Role, language: Language) -> Piece:
        """The next page of what somebody of this role may know; raises HistoryError.

        Where it goes on is the instant and number of the last event told, so that none is told twice and none left out
        when others happen meanwhile.
        """
        details: ua.ReadEventDetails = rest.details
        if rest.node_id not in self._notifiers:
            known = self._address_space.get(rest.node_id) is not None
            raise HistoryError(StatusCodes.BadHistoryOperationUnsupported if known else StatusCodes.BadNodeIdUnknown)
        try:
            selection = EventSelection(details.Filter, self._types, language)
        except FilterRefused as refused:
            raise HistoryError(refused.code) from None
        start, end = instant(details.StartTime), instant(details.EndTime)
        low, high, backwards = window(start, end, details.NumValuesPerNode)
        limit = min(details.NumValuesPerNode or MOST_EVENTS, MOST_EVENTS)
        piece = Piece()
        last = rest
        for number, happened in enumerate(self._following(rest, low, high, backwards=backwards), start=1):
            event = self._told(happened)
            if event is not None and rest.node_id in event.notifiers and event.least <= role and selection.wants(event):
                if len(piece.values) == limit:
                    piece.rest = last
                    break
                piece.values.append(ua.HistoryEventFieldList(EventFields=selection.fields(event)))
                last = replace(rest, position=happened.time, number=happened.number, started=True)
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
        return piece

    def _following(self, rest: Rest, low: int, high: int, *, backwards: bool) -> list[PlantEvent]:
        """What has happened in a window and was not told yet, in the order of telling."""
        begun = (rest.position, rest.number)
        first, last = (begun, (FOREVER, 0)) if not backwards else ((NEVER, 0), begun)
        if not rest.started:
            first, last = (NEVER, 0), (FOREVER, 0)
        found = [
            (happened.time, happened.number, happened)
            for happened in self._kept()
            if low <= happened.time < high and first < (happened.time, happened.number) < last
        ]
        found.sort(key=lambda each: each[:2], reverse=backwards)
        return [happened for _, _, happened in found]
