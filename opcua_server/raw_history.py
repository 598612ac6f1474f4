"""Raw values in pages (OPC 10000-11, 6.5.3): forwards or backwards, with bounds."""

from dataclasses import replace
from typing import Any

from asyncua import ua
from asyncua.ua.status_codes import StatusCodes

from opcua_server.data_types import moment
from opcua_server.history_pieces import FOREVER, NEVER, Piece, Rest, instant, window
from opcua_server.history_values import sampled
from opcua_server.wire import status
from twin.host.port import Port
from twin.line.description import SignalDescription
from twin.record.history import Samples


class RawReading:
    """One page of the raw values of one signal."""

    def __init__(self, port: Port, signal: SignalDescription, rest: Rest, most: int, piece: Piece) -> None:
        self._port, self._signal, self._rest, self._piece = port, signal, rest, piece
        details: ua.ReadRawModifiedDetails = rest.details
        self._start, self._end = instant(details.StartTime), instant(details.EndTime)
        self._bounds = bool(details.ReturnBounds)
        self._limit = min(details.NumValuesPerNode or most, most)
        self._low, self._high, self._backwards = window(self._start, self._end, details.NumValuesPerNode)

    async def values(self) -> list[ua.DataValue]:
        """The values, the first one first; the piece learns where the next page begins."""
        told: list[ua.DataValue] = []
        rest = self._rest
        if not rest.started:
            rest.position = self._high if self._backwards else self._low
            if self._bounds:
                told.extend(await self._first_bound())
        samples = await self._page(self._limit - len(told))
        told.extend(sampled(self._signal, samples, row, 0) for row in range(len(samples)))
        if samples.more:
            last = int(samples.times[-1])
            self._go_on_at(last if self._backwards else last + 1)
        elif self._bounds and self._is_window:
            bound = await self._last_bound()
            if len(told) + len(bound) > self._limit and told:
                self._go_on_at(self._low if self._backwards else self._high)
            else:
                told.extend(bound)
        return told

    @property
    def _is_window(self) -> bool:
        """Whether both ends were given."""
        return self._start > NEVER and self._end > NEVER

    def _go_on_at(self, position: int) -> None:
        self._piece.rest = replace(self._rest, position=position, started=True)

    async def _page(self, limit: int) -> Samples:
        low, high = (self._low, self._rest.position) if self._backwards else (self._rest.position, self._high)
        if limit <= 0 or low >= high:
            nothing = await self._port.history(self._signal.path, low, low, 1)
            return replace(nothing, more=limit <= 0 and low < high)
        return await self._port.history(self._signal.path, low, high, limit, newest_first=self._backwards)

    async def _first_bound(self) -> list[ua.DataValue]:
        """The value before the window begins, unless one lies exactly there."""
        start = self._start
        if self._backwards:
            exact = await self._port.history(self._signal.path, start, start + 1, 1)
            return [] if len(exact) else await self._after(start)
        exact = await self._port.history(self._signal.path, start, start + 1, 1)
        return [] if len(exact) else await self._before(start)

    async def _last_bound(self) -> list[ua.DataValue]:
        """The value at the end of the window, or after it."""
        return await self._before(self._end + 1) if self._backwards else await self._after(self._end)

    async def _before(self, edge: int) -> list[ua.DataValue]:
        found = await self._port.history(self._signal.path, NEVER, edge, 1, newest_first=True)
        return self._bound(found, edge)

    async def _after(self, edge: int) -> list[ua.DataValue]:
        return self._bound(await self._port.history(self._signal.path, edge, FOREVER, 1), edge)

    def _bound(self, found: Samples, edge: int) -> list[ua.DataValue]:
        if len(found):
            return [sampled(self._signal, found, 0, 0)]
        stamp: Any = moment(edge)
        return [ua.DataValue(ua.Variant(), status(StatusCodes.BadBoundNotFound), stamp)]
