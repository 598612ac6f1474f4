"""HistoryRead (OPC 10000-11): raw values in pages, at instants, aggregates and events, all in plant time."""

from dataclasses import dataclass
from typing import Any

from asyncua import ua
from asyncua.common.utils import ServiceError
from asyncua.server.address_space import AddressSpace
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes

from opcua_server.event_history import EventHistory
from opcua_server.history_pieces import NEVER, HistoryError, HistoryPoints, Piece, Rest, instant
from opcua_server.history_values import CALCULATED, INTERPOLATED, sampled
from opcua_server.index_range import IndexRangeError, parse, ranged
from opcua_server.monitored_items import stamped
from opcua_server.raw_history import RawReading
from opcua_server.reads import encoding_refusal
from opcua_server.settings import Settings
from opcua_server.signal_values import SignalValues
from opcua_server.wire import make_node_id, status
from twin.host.access import Role
from twin.host.port import Port
from twin.line.description import SignalDescription
from twin.line.signal import ValueType
from twin.line.text import Language
from twin.record.history import HistoryRefused

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
Details = (ua.ReadRawModifiedDetails, ua.ReadProcessedDetails, ua.ReadAtTimeDetails, ua.ReadEventDetails)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who asks: with which role and in which language."""

    role: Role
    language: Language


class HistoryReads:
    """The HistoryRead service."""

    def __init__(
        self,
        port: Port,
        values: SignalValues,
        events: EventHistory,
        address_space: AddressSpace,
        settings: Settings,
    ) -> None:
        self._port, self._values, self._events = port, values, events
        self._address_space, self._settings = address_space, settings

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
            piece = await self._events.page(rest, reader.role, reader.language)
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
        instants = [instant(each) for each in details.ReqTimes or ()]
        if not instants:
            raise HistoryError(StatusCodes.BadInvalidTimestampArgument)
        if len(instants) > self._settings.history_values:
            raise HistoryError(StatusCodes.BadTooManyOperations)
        samples = await self._port.history_at(signal.path, instants)
        start, end = min(instants), max(instants) + 1
        known = set((await self._port.history(signal.path, start, end, self._settings.history_values)).times.tolist())
        return [
            sampled(signal, samples, row, 0 if each in known else INTERPOLATED) for row, each in enumerate(instants)
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
        start, end = instant(details.StartTime), instant(details.EndTime)
        interval = round(details.ProcessingInterval * 1000.0)
        if start == end or min(start, end) <= NEVER or details.ProcessingInterval < 0.0:
            raise HistoryError(StatusCodes.BadInvalidArgument)
        step = interval or abs(end - start)
        if abs(end - start) / step > self._settings.history_values:
            raise HistoryError(StatusCodes.BadTooManyOperations)
        samples = await self._port.history_processed(signal.path, min(start, end), max(start, end), interval, name)
        bits = INTERPOLATED if name == "Interpolative" else CALCULATED
        rows = range(len(samples)) if start < end else reversed(range(len(samples)))
        as_double = name not in ("Minimum", "Maximum", "Interpolative")
        return [sampled(signal, samples, row, bits, as_double=as_double) for row in rows]


def _check_configuration(asked: ua.AggregateConfiguration | None) -> None:
    if asked is None or asked.UseServerCapabilitiesDefaults:
        return
    ours = (asked.TreatUncertainAsBad, asked.PercentDataBad, asked.PercentDataGood, asked.UseSlopedExtrapolation)
    if ours != (True, 100, 100, False):
        raise HistoryError(StatusCodes.BadAggregateConfigurationRejected)


def _told(result: ua.HistoryReadResult) -> int:
    """How many values or events a result holds."""
    data: Any = result.HistoryData
    return len(data.Events if isinstance(data, ua.HistoryEvent) else data.DataValues)
