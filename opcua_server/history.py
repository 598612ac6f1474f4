"""HistoryRead (OPC 10000-11): raw values in pages, at instants, aggregates and events, all in plant time."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import numpy as np
from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.address_space import AddressSpace
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes

from opcua_server.data_types import VARIANT_TYPES, moment
from opcua_server.event_filters import Event, EventSelection, FilterRefused
from opcua_server.event_types import EventTypes
from opcua_server.index_range import IndexRangeError, parse, ranged
from opcua_server.monitored_items import stamped
from opcua_server.reads import encoding_refusal
from opcua_server.settings import Settings
from opcua_server.signal_values import SignalValues
from opcua_server.wire import make_node_id, status
from twin.host.access import Role
from twin.host.port import Port
from twin.line.description import SignalDescription
from twin.line.signal import ValueType
from twin.line.text import Language
from twin.line.time import from_datetime
from twin.record.history import BAD, GOOD, NO_DATA, UNCERTAIN, HistoryRefused, Samples

AGGREGATES = {
    make_node_id(ObjectIds.AggregateFunction_Average): "Average",
    make_node_id(ObjectIds.AggregateFunction_Minimum): "Minimum",
    make_node_id(ObjectIds.AggregateFunction_Maximum): "Maximum",
    make_node_id(ObjectIds.AggregateFunction_Count): "Count",
    make_node_id(ObjectIds.AggregateFunction_TimeAverage): "TimeAverage",
    make_node_id(ObjectIds.AggregateFunction_Delta): "Delta",
    make_node_id(ObjectIds.AggregateFunction_Interpolative): "Interpolative",
    make_node_id(ObjectIds.AggregateFunction_StandardDeviationSample): "StandardDeviationSample",
    make_node_id(ObjectIds.AggregateFunction_PercentGood): "PercentGood",
}
_CODES = {
    GOOD: StatusCodes.Good, UNCERTAIN: StatusCodes.Uncertain, BAD: StatusCodes.Bad, NO_DATA: StatusCodes.BadNoData,
}  # fmt: skip
_CALCULATED, _INTERPOLATED = 0x401, 0x402
"""Historian bits: the value was computed, or lies between recorded ones (OPC 10000-11, 6.7)."""
_NEVER = from_datetime(datetime(1602, 1, 1, tzinfo=moment(0).tzinfo))
_FOREVER = 1 << 62
MOST_EVENTS = 1000

Details = (ua.ReadRawModifiedDetails, ua.ReadProcessedDetails, ua.ReadAtTimeDetails, ua.ReadEventDetails)
Events = Callable[[], Sequence[Event]]


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: with which role and in which language."""

    role: Role
    language: Language


@dataclass(slots=True)
class Rest:
    """Where an answer in pieces goes on."""

    node_id: ua.NodeId
    details: Any
    position: int
    started: bool = True
    skip: int = 0


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


class HistoryReads:
    """The HistoryRead service."""

    def __init__(
        self,
        port: Port,
        values: SignalValues,
        events: Events,
        notifiers: frozenset[ua.NodeId],
        address_space: AddressSpace,
        settings: Settings,
    ) -> None:
        self._port, self._values, self._events, self._notifiers = port, values, events, notifiers
        self._address_space, self._types, self._settings = address_space, EventTypes(address_space), settings

    async def read(
        self, params: ua.HistoryReadParameters, reader: Reader, points: HistoryPoints
    ) -> list[ua.HistoryReadResult]:
        """One result for each node."""
        details: Any = params.HistoryReadDetails
        if not isinstance(details, Details):
            raise ServiceError(StatusCodes.BadHistoryOperationInvalid)
        if params.TimestampsToReturn not in tuple(ua.TimestampsToReturn)[:4]:
            raise ServiceError(StatusCodes.BadTimestampsToReturnInvalid)
        results = []
        left = self._settings.history_values_per_answer
        for number, node in enumerate(params.NodesToRead):
            if params.ReleaseContinuationPoints:
                results.append(self._released(node, points))
                continue
            try:
                results.append(found := await self._node(node, number, params, reader, points))
                left -= _told(found)
            except HistoryError as error:
                results.append(ua.HistoryReadResult(StatusCode=status(error.code)))
            except HistoryRefused:
                results.append(ua.HistoryReadResult(StatusCode=status(StatusCodes.BadTooManyOperations)))
            if left < 0:
                raise ServiceError(StatusCodes.BadResponseTooLarge)
        return results

    def _released(self, node: ua.HistoryReadValueId, points: HistoryPoints) -> ua.HistoryReadResult:
        known = node.ContinuationPoint is not None and points.take(node.ContinuationPoint) is not None
        return ua.HistoryReadResult(
            StatusCode=status(StatusCodes.Good if known else StatusCodes.BadContinuationPointInvalid)
        )

    async def _node(
        self,
        node: ua.HistoryReadValueId,
        number: int,
        params: ua.HistoryReadParameters,
        reader: Reader,
        points: HistoryPoints,
    ) -> ua.HistoryReadResult:
        rest = self._rest_of(node, params.HistoryReadDetails, points)
        if isinstance(rest.details, ua.ReadEventDetails):
            piece = self._event_piece(rest, reader)
            data: Any = ua.HistoryEvent(Events=piece.values)
        else:
            signal = self._signal(node, params.TimestampsToReturn)
            values = await self._values_of(signal, rest, number, len(params.NodesToRead), piece := Piece())
            told = [stamped(ranged(value, node.IndexRange), ua.TimestampsToReturn.Source) for value in values]
            data = ua.HistoryData(DataValues=told)
            piece.values = told
        point = None
        if piece.rest is not None:
            point = points.keep(piece.rest)
            if point is None:
                raise HistoryError(StatusCodes.BadNoContinuationPoints)
        code = StatusCodes.Good if piece.values else StatusCodes.GoodNoData
        return ua.HistoryReadResult(StatusCode=status(code), ContinuationPoint=point, HistoryData=data)

    def _rest_of(self, node: ua.HistoryReadValueId, details: Any, points: HistoryPoints) -> Rest:
        if not node.ContinuationPoint:
            return Rest(node.NodeId, details, 0, started=False)
        rest = points.take(node.ContinuationPoint)
        if rest is None or rest.node_id != node.NodeId:
            raise HistoryError(StatusCodes.BadContinuationPointInvalid)
        return rest

    def _signal(self, node: ua.HistoryReadValueId, timestamps: ua.TimestampsToReturn) -> SignalDescription:
        number = self._values.number_of.get(node.NodeId)
        if number is None:
            known = self._address_space.get(node.NodeId) is not None
            raise HistoryError(StatusCodes.BadHistoryOperationUnsupported if known else StatusCodes.BadNodeIdUnknown)
        if timestamps == ua.TimestampsToReturn.Server:
            raise HistoryError(StatusCodes.BadTimestampNotSupported)
        encoding = None if node.DataEncoding is None else node.DataEncoding.Name
        if encoding:
            refusal = encoding_refusal(encoding, AttributeIds.Value)
            if refusal is not None:
                raise HistoryError(refusal)
        try:
            if node.IndexRange:
                parse(node.IndexRange)
        except IndexRangeError as error:
            raise HistoryError(error.code) from None
        return self._values.nodes[number].signal

    async def _values_of(
        self, signal: SignalDescription, rest: Rest, number: int, count: int, piece: Piece
    ) -> list[ua.DataValue]:
        details = rest.details
        if isinstance(details, ua.ReadRawModifiedDetails):
            if details.IsReadModified:
                raise HistoryError(StatusCodes.BadHistoryOperationUnsupported)
            return await RawReading(self._port, signal, rest, self._settings.history_values, piece).values()
        if isinstance(details, ua.ReadAtTimeDetails):
            return await self._at_times(signal, details)
        return await self._processed(signal, details, number, count)

    # At instants.

    async def _at_times(self, signal: SignalDescription, details: ua.ReadAtTimeDetails) -> list[ua.DataValue]:
        instants = [_instant(each) for each in details.ReqTimes or ()]
        if not instants:
            raise HistoryError(StatusCodes.BadInvalidTimestampArgument)
        if len(instants) > self._settings.history_values:
            raise HistoryError(StatusCodes.BadTooManyOperations)
        samples = await self._port.history_at(signal.path, instants)
        start, end = min(instants), max(instants) + 1
        known = set((await self._port.history(signal.path, start, end, self._settings.history_values)).times.tolist())
        return [
            _data_value(signal, samples, row, 0 if instant in known else _INTERPOLATED)
            for row, instant in enumerate(instants)
        ]

    # Aggregates.

    async def _processed(
        self, signal: SignalDescription, details: ua.ReadProcessedDetails, number: int, count: int
    ) -> list[ua.DataValue]:
        if len(details.AggregateType or ()) != count:
            raise HistoryError(StatusCodes.BadAggregateListMismatch)
        name = AGGREGATES.get(details.AggregateType[number])
        if name is None or signal.value_type is ValueType.TEXT:
            raise HistoryError(StatusCodes.BadAggregateNotSupported)
        _check_configuration(details.AggregateConfiguration)
        start, end = _instant(details.StartTime), _instant(details.EndTime)
        interval = round(details.ProcessingInterval * 1000.0)
        if start == end or min(start, end) <= _NEVER or details.ProcessingInterval < 0.0:
            raise HistoryError(StatusCodes.BadInvalidArgument)
        step = interval or abs(end - start)
        if abs(end - start) / step > self._settings.history_values:
            raise HistoryError(StatusCodes.BadTooManyOperations)
        samples = await self._port.history_processed(signal.path, min(start, end), max(start, end), interval, name)
        bits = _INTERPOLATED if name == "Interpolative" else _CALCULATED
        rows = range(len(samples)) if start < end else reversed(range(len(samples)))
        as_double = name not in ("Minimum", "Maximum", "Interpolative")
        return [_data_value(signal, samples, row, bits, as_double=as_double) for row in rows]

    # Events.

    def _event_piece(self, rest: Rest, reader: Reader) -> Piece:
        details: ua.ReadEventDetails = rest.details
        if rest.node_id not in self._notifiers:
            known = self._address_space.get(rest.node_id) is not None
            raise HistoryError(StatusCodes.BadHistoryOperationUnsupported if known else StatusCodes.BadNodeIdUnknown)
        try:
            selection = EventSelection(details.Filter, self._types, reader.language)
        except FilterRefused as refused:
            raise HistoryError(refused.code) from None
        start, end = _instant(details.StartTime), _instant(details.EndTime)
        low, high, backwards = _window(start, end, details.NumValuesPerNode)
        found = [
            event
            for event in self._events()
            if low <= event.time < high
            and rest.node_id in event.notifiers
            and event.least <= reader.role
            and selection.wants(event)
        ]
        if backwards:
            found.reverse()
        limit = min(details.NumValuesPerNode or MOST_EVENTS, MOST_EVENTS)
        chosen = found[rest.skip : rest.skip + limit]
        piece = Piece([ua.HistoryEventFieldList(EventFields=selection.fields(event)) for event in chosen])
        if len(found) > rest.skip + limit:
            piece.rest = replace(rest, skip=rest.skip + limit)
        return piece


class HistoryError(Exception):
    """A node whose history cannot be read as asked; `code` says why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class RawReading:
    """One page of the raw values of one signal."""

    def __init__(self, port: Port, signal: SignalDescription, rest: Rest, most: int, piece: Piece) -> None:
        self._port, self._signal, self._rest, self._piece = port, signal, rest, piece
        details: ua.ReadRawModifiedDetails = rest.details
        self._start, self._end = _instant(details.StartTime), _instant(details.EndTime)
        self._bounds = bool(details.ReturnBounds)
        self._limit = min(details.NumValuesPerNode or most, most)
        self._low, self._high, self._backwards = _window(self._start, self._end, details.NumValuesPerNode)

    async def values(self) -> list[ua.DataValue]:
        """The values, the first one first; the piece learns where the next page begins."""
        told: list[ua.DataValue] = []
        rest = self._rest
        if not rest.started:
            rest.position = self._high if self._backwards else self._low
            if self._bounds:
                told.extend(await self._first_bound())
        samples = await self._page(self._limit - len(told))
        told.extend(_data_value(self._signal, samples, row, 0) for row in range(len(samples)))
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
        return self._start > _NEVER and self._end > _NEVER

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

    async def _before(self, instant: int) -> list[ua.DataValue]:
        found = await self._port.history(self._signal.path, _NEVER, instant, 1, newest_first=True)
        return self._bound(found, instant)

    async def _after(self, instant: int) -> list[ua.DataValue]:
        return self._bound(await self._port.history(self._signal.path, instant, _FOREVER, 1), instant)

    def _bound(self, found: Samples, instant: int) -> list[ua.DataValue]:
        if len(found):
            return [_data_value(self._signal, found, 0, 0)]
        stamp: Any = moment(instant)
        return [ua.DataValue(ua.Variant(), status(StatusCodes.BadBoundNotFound), stamp)]


def _window(start: int, end: int, count: int) -> tuple[int, int, bool]:
    """First instant and the one after the last, and whether to go backwards (OPC 10000-11, 6.5.3)."""
    has_start, has_end = start > _NEVER, end > _NEVER
    if has_start + has_end + (count > 0) < 2:
        raise HistoryError(StatusCodes.BadHistoryOperationInvalid)
    if not has_end:
        return start, _FOREVER, False
    if not has_start:
        return _NEVER, end + 1, True
    if start == end:
        return start, end + 1, False
    return (start, end, False) if start < end else (end + 1, start + 1, True)


def _instant(time: Any) -> int:
    """An instant of a request; one that is not given is long ago."""
    return _NEVER if time is None else max(_NEVER, from_datetime(time))


def _check_configuration(asked: ua.AggregateConfiguration | None) -> None:
    if asked is None or asked.UseServerCapabilitiesDefaults:
        return
    ours = (asked.TreatUncertainAsBad, asked.PercentDataBad, asked.PercentDataGood, asked.UseSlopedExtrapolation)
    if ours != (True, 100, 100, False):
        raise HistoryError(StatusCodes.BadAggregateConfigurationRejected)


def _data_value(
    signal: SignalDescription, samples: Samples, row: int, bits: int, *, as_double: bool = False
) -> ua.DataValue:
    code = _CODES[int(samples.status[row])]
    stamp: Any = moment(int(samples.times[row]))
    told = status(code | bits if code != StatusCodes.BadNoData else code)
    if code == StatusCodes.BadNoData:
        return ua.DataValue(ua.Variant(), told, stamp)
    return ua.DataValue(_variant(signal, samples, row, as_double=as_double), told, stamp)


def _variant(signal: SignalDescription, samples: Samples, row: int, *, as_double: bool) -> ua.Variant:
    kind = ua.VariantType.Double if as_double else VARIANT_TYPES[signal.value_type]
    if signal.axis is not None:
        return ua.Variant([float(each) for each in samples.values[row]], kind, is_array=True)
    value = float(samples.values[row, 0])
    if signal.value_type is ValueType.TEXT:
        return ua.Variant(samples.texts.get(int(value), ""), kind)
    if kind == ua.VariantType.Double:
        return ua.Variant(value, kind)
    whole = 0 if np.isnan(value) else round(value)
    return ua.Variant(bool(whole) if kind == ua.VariantType.Boolean else whole, kind)


def _told(result: ua.HistoryReadResult) -> int:
    """How many values or events a result holds."""
    data: Any = result.HistoryData
    return len(data.Events if isinstance(data, ua.HistoryEvent) else data.DataValues)
