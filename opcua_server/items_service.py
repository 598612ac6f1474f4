"""Monitored items of a subscription: checked and revised as a client asks for them, changed, linked and taken away."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass

from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaprotocol_auto import DataChangeFilter

from opcua_server.blocks import PLAIN_TYPES, Block
from opcua_server.data_changes import dead_band, filter_refusal, given, trigger_of
from opcua_server.data_types import VARIANT_TYPES
from opcua_server.event_filters import Event, EventSelection, FilterRefused
from opcua_server.event_types import EventTypes
from opcua_server.index_range import IndexRangeError, parse, ranged
from opcua_server.monitored_items import MonitoredItem
from opcua_server.settings import Settings
from opcua_server.signal_values import SignalValues
from opcua_server.subscription import Subscription
from opcua_server.wire import make_node_id, status
from twin.line.text import Language, Text

_SUBSCRIBE = 0x01
_LOST = Event(
    make_node_id(ObjectIds.EventQueueOverflowEventType),
    {
        "EventType": ua.Variant(make_node_id(ObjectIds.EventQueueOverflowEventType), ua.VariantType.NodeId),
        "SourceNode": ua.Variant(make_node_id(ObjectIds.Server), ua.VariantType.NodeId),
        "SourceName": ua.Variant("Server", ua.VariantType.String),
        "Message": Text("Events were lost: the queue was full", "Se han perdido eventos: la cola estaba llena"),
        "Severity": ua.Variant(500, ua.VariantType.UInt16),
    },
    frozenset(),
)


@dataclass(slots=True)
class Scene:
    """What items need to know of the server."""

    address_space: AddressSpace
    settings: Settings
    event_types: EventTypes
    values: SignalValues | None = None
    blocks: bool = True
    """Whether plain items go as blocks; a test switches it off to compare."""


class ItemsService:
    """The monitored item services on one subscription, for a client who reads `language`."""

    def __init__(self, scene: Scene, subscription: Subscription, language: Language) -> None:
        self._scene, self._subscription = scene, subscription
        self._language: Language = language
        self.queue_room = scene.settings.queued_per_session
        """Places that new queues may still take."""

    # Create.

    def create(
        self,
        requests: Sequence[ua.MonitoredItemCreateRequest],
        timestamps: ua.TimestampsToReturn,
        room: int,
        next_id: int,
    ) -> list[ua.MonitoredItemCreateResult]:
        """One result for each request; at most `room` items are made, numbered from `next_id` on."""
        results: list[ua.MonitoredItemCreateResult] = []
        made: list[MonitoredItem] = []
        for request in requests:
            if len(made) >= room:
                results.append(ua.MonitoredItemCreateResult(StatusCode=status(StatusCodes.BadTooManyMonitoredItems)))
                continue
            outcome = self._made(request, timestamps, next_id + len(made))
            if isinstance(outcome, MonitoredItem):
                made.append(outcome)
                results.append(self._accepted(outcome))
            else:
                results.append(outcome)
        self._place(made)
        return results

    def _accepted(self, item: MonitoredItem) -> ua.MonitoredItemCreateResult:
        result = ua.MonitoredItemCreateResult(
            MonitoredItemId=item.id,
            RevisedSamplingInterval=item.interval_s * 1000.0,
            RevisedQueueSize=item.queue_size,
        )
        if item.selection is not None:
            result.FilterResult = item.selection.result
        return result

    def _made(
        self, request: ua.MonitoredItemCreateRequest, timestamps: ua.TimestampsToReturn, number: int
    ) -> MonitoredItem | ua.MonitoredItemCreateResult:
        wanted, read = request.RequestedParameters, request.ItemToMonitor
        item = MonitoredItem(
            number,
            read,
            wanted.ClientHandle,
            request.MonitoringMode,
            timestamps,
            0.0,
            1,
        )
        refusal = self._refusal(read)
        try:
            if refusal == StatusCodes.Good:
                refusal = self._agree(item, wanted)
        except FilterRefused as refused:
            result = ua.MonitoredItemCreateResult(StatusCode=status(refused.code))
            if refused.result is not None:
                result.FilterResult = refused.result
            return result
        return item if refusal == StatusCodes.Good else ua.MonitoredItemCreateResult(StatusCode=status(refusal))

    def _refusal(self, read: ua.ReadValueId) -> int:
        node = self._scene.address_space.get(read.NodeId)
        if node is None:
            return StatusCodes.BadNodeIdUnknown
        if read.AttributeId not in node.attributes:
            return StatusCodes.BadAttributeIdInvalid
        if read.AttributeId == AttributeIds.EventNotifier:
            notifier = self._scene.address_space.read_attribute_value(read.NodeId, AttributeIds.EventNotifier).Value
            listens = notifier is not None and bool((notifier.Value or 0) & _SUBSCRIBE)
            return StatusCodes.Good if listens else StatusCodes.BadNotSupported
        encoding = read.DataEncoding
        if encoding is not None and encoding.Name and encoding.Name != "Default Binary":
            return StatusCodes.BadDataEncodingUnsupported
        return _range_refusal(read.IndexRange)

    def _agree(self, item: MonitoredItem, wanted: ua.MonitoringParameters) -> int:
        """Give the item what was asked for, as far as this server goes; a status code that refuses it, or Good."""
        asked = given(wanted.Filter)
        if item.read.AttributeId == AttributeIds.EventNotifier:
            item.selection = EventSelection(asked, self._scene.event_types, self._language)
            item.overflow = item.selection.fields(_LOST)
        else:
            refusal = filter_refusal(self._scene.address_space, item.read, asked)
            if refusal is not None:
                return refusal
            data_filter: DataChangeFilter | None = asked
            item.trigger = trigger_of(data_filter)
            item.width = dead_band(self._scene.address_space, item.read.NodeId, data_filter)
        item.client_handle = wanted.ClientHandle
        item.interval_s = self._interval(item, wanted.SamplingInterval) / 1000.0
        item.discard_oldest = bool(wanted.DiscardOldest)
        item.resize(self._queue_size(item, wanted.QueueSize))
        return StatusCodes.Good

    def _interval(self, item: MonitoredItem, asked: float) -> float:
        """The sampling interval [ms]: that of publishing for a negative one, the shortest for 0 and NaN."""
        if item.selection is not None:
            return 0.0
        settings = self._scene.settings
        wanted = self._subscription.terms.interval_ms if asked < 0.0 else asked
        if math.isnan(wanted):
            wanted = 0.0
        return min(max(wanted, settings.shortest_sampling_interval_ms), settings.longest_publishing_interval_ms)

    def _queue_size(self, item: MonitoredItem, asked: int) -> int:
        # A queue that is asked for anew gives back what it has.
        self.queue_room += item.queue_size if item.id in self._subscription.items else 0
        most = max(1, min(self._scene.settings.queue_size, self.queue_room))
        granted = most if item.selection is not None and asked <= 1 else min(max(1, asked), most)
        self.queue_room -= granted
        return granted

    # Where items are kept.

    def _place(self, items: Sequence[MonitoredItem]) -> None:
        """Let items watch, and sample for the first time."""
        now = asyncio.get_running_loop().time()
        for item in items:
            self._subscription.items[item.id] = item
        plain = [item for item in items if self._in_block(item)]
        for key in dict.fromkeys(self._block_of(item) for item in plain):
            block = self._subscription.blocks.setdefault(key, Block(*key))
            block.add([item for item in plain if self._block_of(item) == key], now)
            if self._scene.values is not None:
                block.take(self._scene.values, now)
        for item in items:
            if item.place < 0:
                self._watch(item)
                self._sample(item, now)

    def _in_block(self, item: MonitoredItem) -> bool:
        values = self._scene.values
        if item.read.AttributeId != AttributeIds.Value or item.read.IndexRange or values is None:
            return False
        item.number = values.number_of.get(item.read.NodeId, -1)
        if item.number < 0:
            return False
        signal = values.nodes[item.number].signal
        plain = signal.axis is None and VARIANT_TYPES[signal.value_type] in PLAIN_TYPES
        if plain and not item.links and self._scene.blocks:
            item.place = signal.index
        return item.place >= 0

    def _block_of(self, item: MonitoredItem) -> tuple[ua.VariantType, ua.TimestampsToReturn]:
        values = self._scene.values
        plain = ua.VariantType.Double if values is None else VARIANT_TYPES[values.nodes[item.number].signal.value_type]
        return plain, item.timestamps

    def _watch(self, item: MonitoredItem) -> None:
        subscription = self._subscription
        subscription.objects[item.id] = item
        if item.selection is not None:
            subscription.listeners.setdefault(item.read.NodeId, {})[item.id] = item
        elif item.number < 0:
            _, item.handle = self._scene.address_space.add_datachange_callback(
                item.read.NodeId, AttributeIds(item.read.AttributeId), _Watcher(subscription, item).changed
            )
        subscription.forget_watching()

    def _sample(self, item: MonitoredItem, now: float) -> None:
        if item.selection is None:
            value = self._scene.address_space.read_attribute_value(
                item.read.NodeId, AttributeIds(item.read.AttributeId)
            )
            self._subscription.offer(item, ranged(value, item.read.IndexRange), now)

    def _let_go(self, items: Sequence[MonitoredItem]) -> None:
        """Let items watch no more."""
        subscription = self._subscription
        gone = set(items)
        for block in subscription.blocks.values():
            if any(item.place >= 0 for item in items):
                block.remove(gone)
        for item in items:
            item.place = -1
            subscription.objects.pop(item.id, None)
            if item.handle:
                self._scene.address_space.delete_datachange_callback(item.handle)
                item.handle = 0
            heard = subscription.listeners.get(item.read.NodeId)
            if item.selection is not None and heard is not None:
                heard.pop(item.id, None)
                if not heard:
                    del subscription.listeners[item.read.NodeId]
        subscription.forget_watching()

    # Change and delete.

    def modify(
        self, requests: Sequence[ua.MonitoredItemModifyRequest], timestamps: ua.TimestampsToReturn
    ) -> list[ua.MonitoredItemModifyResult]:
        """One result for each request."""
        return [self._modify(request, timestamps) for request in requests]

    def _modify(
        self, request: ua.MonitoredItemModifyRequest, timestamps: ua.TimestampsToReturn
    ) -> ua.MonitoredItemModifyResult:
        item = self._subscription.items.get(request.MonitoredItemId)
        if item is None:
            return ua.MonitoredItemModifyResult(StatusCode=status(StatusCodes.BadMonitoredItemIdInvalid))
        try:
            refusal = self._agree(item, request.RequestedParameters)
        except FilterRefused as refused:
            result = ua.MonitoredItemModifyResult(StatusCode=status(refused.code))
            if refused.result is not None:
                result.FilterResult = refused.result
            return result
        if refusal != StatusCodes.Good:
            return ua.MonitoredItemModifyResult(StatusCode=status(refusal))
        if timestamps != item.timestamps:
            self._restamp(item, timestamps)
        elif item.place >= 0:
            self._subscription.blocks[self._block_of(item)].update(item)
        return ua.MonitoredItemModifyResult(
            RevisedSamplingInterval=item.interval_s * 1000.0,
            RevisedQueueSize=item.queue_size,
            FilterResult=ua.ExtensionObject() if item.selection is None else item.selection.result,
        )

    def _restamp(self, item: MonitoredItem, timestamps: ua.TimestampsToReturn) -> None:
        if item.place >= 0:
            old = self._subscription.blocks[self._block_of(item)]
            item.timestamps = timestamps
            key = self._block_of(item)
            new = self._subscription.blocks.setdefault(key, Block(*key))
            old.hand_over(item, new, asyncio.get_running_loop().time())
        item.timestamps = timestamps

    def set_mode(self, mode: ua.MonitoringMode, numbers: Sequence[int]) -> list[ua.StatusCode]:
        """Disabled, sampling or reporting; an item that was disabled samples at once."""
        return [self._set_mode(mode, number) for number in numbers]

    def _set_mode(self, mode: ua.MonitoringMode, number: int) -> ua.StatusCode:
        item = self._subscription.items.get(number)
        if item is None:
            return status(StatusCodes.BadMonitoredItemIdInvalid)
        was_disabled = item.mode == ua.MonitoringMode.Disabled
        item.set_mode(mode)
        now = asyncio.get_running_loop().time()
        if item.place >= 0:
            block = self._subscription.blocks[self._block_of(item)]
            block.update(item)
            if was_disabled and self._scene.values is not None:
                block.take(self._scene.values, now)
        elif was_disabled and mode != ua.MonitoringMode.Disabled:
            self._sample(item, now)
        return status(StatusCodes.Good)

    def link(
        self, triggering: int, to_add: Sequence[int], to_remove: Sequence[int]
    ) -> tuple[list[ua.StatusCode], list[ua.StatusCode]] | None:
        """Links from the triggering item to others, removed first; None when there is no such item."""
        item = self._subscription.items.get(triggering)
        if item is None:
            return None
        removed = []
        for number in to_remove:
            removed.append(status(StatusCodes.Good if number in item.links else StatusCodes.BadMonitoredItemIdInvalid))
            item.links.discard(number)
        added = []
        for number in to_add:
            known = self._subscription.items.get(number)
            added.append(status(StatusCodes.BadMonitoredItemIdInvalid if known is None else StatusCodes.Good))
            if known is not None:
                item.links.add(number)
                self._out_of_block(known)
        if item.links:
            self._out_of_block(item)
        return added, removed

    def _out_of_block(self, item: MonitoredItem) -> None:
        """Treat an item by itself: what it reports depends on others, or the other way round."""
        if item.place >= 0:
            self._let_go([item])
            self._watch(item)
            self._sample(item, asyncio.get_running_loop().time())

    def delete(self, numbers: Sequence[int]) -> list[ua.StatusCode]:
        """Take items away."""
        known = self._subscription.items
        found = [known.pop(number) if number in known else None for number in numbers]
        self._let_go([item for item in found if item is not None])
        return [status(StatusCodes.BadMonitoredItemIdInvalid if item is None else StatusCodes.Good) for item in found]

    def delete_all(self) -> None:
        """Take all items away."""
        self.delete(list(self._subscription.items))

    def resend(self) -> None:
        """Let every item that reports a value report it again."""
        now = asyncio.get_running_loop().time()
        for block in self._subscription.blocks.values():
            block.resend()
            if self._scene.values is not None:
                block.take(self._scene.values, now)
        for item in self._subscription.objects.values():
            if item.selection is None and item.mode == ua.MonitoringMode.Reporting:
                item.forget()
                self._sample(item, now)


def _range_refusal(text: str | None) -> int:
    try:
        if text:
            parse(text)
    except IndexRangeError as error:
        return error.code
    return StatusCodes.Good


class _Watcher:
    """Passes what the address space says of a changed value on to an item."""

    def __init__(self, subscription: Subscription, item: MonitoredItem) -> None:
        self._subscription, self._item = subscription, item

    async def changed(self, handle: int, value: ua.DataValue, error: ua.StatusCode | None = None) -> None:
        """Sample the value."""
        if error is None:
            now = asyncio.get_running_loop().time()
            self._subscription.offer(self._item, ranged(value, self._item.read.IndexRange), now)
