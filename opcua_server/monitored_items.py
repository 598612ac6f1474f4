"""Which new values a monitored item reports: triggers and dead bands, measured against the last value sent."""

from collections.abc import Sequence
from typing import Any

from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.server.internal_subscription import InternalSubscription
from asyncua.server.monitored_item_service import MonitoredItemService
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaprotocol_auto import DataChangeFilter

from opcua_server.wire import make_node_id, status

_HAS_PROPERTY = make_node_id(ObjectIds.HasProperty)


class MonitoredItems(MonitoredItemService):
    """The monitored items of one subscription.

    Overrides of asyncua 2.1.0: `datachange_callback` shares the DataValue, which nobody changes once it is published,
    where the base copies it deeply for each item, and compares with the last value *sent*, where the base compares
    with the last sample and so never reports a slow drift; `_create_data_change_monitored_item` refuses filters that
    cannot be kept, where the base takes any; `_modify_monitored_item` does the same and answers for an unknown item;
    `_delete_monitored_items` forgets the width of the dead band.
    """

    def __init__(self, isub: InternalSubscription, aspace: AddressSpace) -> None:
        super().__init__(isub, aspace)
        self._widths: dict[int, float] = {}

    async def datachange_callback(self, handle: int, value: ua.DataValue, error: ua.StatusCode | None = None) -> None:
        """Report `value` unless trigger or dead band hold it back."""
        if error is not None:
            await super().datachange_callback(handle, value, error)
            return
        item_id = self._monitored_datachange[handle]
        item = self._monitored_items[item_id]
        if item.mode == ua.MonitoringMode.Disabled:
            return
        sent = item.mvalue.get_current_datavalue()
        if sent is not None and not is_reported(sent, value, item.filter, self._widths.get(item_id)):
            return
        item.mvalue.current_dvalue = value
        notification = ua.MonitoredItemNotification(ClientHandle=item.client_handle, Value=value)
        await self.isub.enqueue_datachange_event(item_id, notification, item.queue_size)

    async def _create_data_change_monitored_item(
        self, params: ua.MonitoredItemCreateRequest
    ) -> ua.MonitoredItemCreateResult:
        params.RequestedParameters.Filter = _given(params.RequestedParameters.Filter)
        refusal = filter_refusal(self.aspace, params.ItemToMonitor, params.RequestedParameters.Filter)
        if refusal is not None:
            return ua.MonitoredItemCreateResult(StatusCode=status(refusal))
        result = await super()._create_data_change_monitored_item(params)
        if result.StatusCode.is_good():
            self._keep_width(result.MonitoredItemId, params.ItemToMonitor, params.RequestedParameters.Filter)
        return result

    def _modify_monitored_item(self, params: ua.MonitoredItemModifyRequest) -> ua.MonitoredItemModifyResult:
        item = self._monitored_items.get(params.MonitoredItemId)
        if item is None or item.read_value_id is None:
            return ua.MonitoredItemModifyResult(StatusCode=status(StatusCodes.BadMonitoredItemIdInvalid))
        params.RequestedParameters.Filter = _given(params.RequestedParameters.Filter)
        if item.read_value_id.AttributeId != AttributeIds.EventNotifier:
            refusal = filter_refusal(self.aspace, item.read_value_id, params.RequestedParameters.Filter)
            if refusal is not None:
                return ua.MonitoredItemModifyResult(StatusCode=status(refusal))
            self._keep_width(params.MonitoredItemId, item.read_value_id, params.RequestedParameters.Filter)
        params.RequestedParameters.QueueSize = self._revise_queue_size(params.RequestedParameters.QueueSize)
        return super()._modify_monitored_item(params)

    def _delete_monitored_items(self, mid: int) -> ua.StatusCode:
        self._widths.pop(mid, None)
        return super()._delete_monitored_items(mid)

    def _keep_width(self, item_id: int, item: ua.ReadValueId, data_filter: DataChangeFilter | None) -> None:
        if data_filter is None:
            return
        width = dead_band(self.aspace, item.NodeId, data_filter)
        if width is None:
            self._widths.pop(item_id, None)
        else:
            self._widths[item_id] = width


def _given(data_filter: Any) -> Any:
    """The filter, None where the client's is a null on the wire."""
    absent = isinstance(data_filter, ua.ExtensionObject) and data_filter.TypeId.is_null()
    return None if absent else data_filter


def is_reported(
    sent: ua.DataValue, value: ua.DataValue, data_filter: DataChangeFilter | None, width: float | None
) -> bool:
    """Whether `value` is to be sent after `sent`; `width` is that of the dead band, None without one."""
    if sent.StatusCode != value.StatusCode:
        return True
    trigger = ua.DataChangeTrigger.StatusValue if data_filter is None else data_filter.Trigger
    if trigger == ua.DataChangeTrigger.Status:
        return False
    if trigger == ua.DataChangeTrigger.StatusValueTimestamp and sent.SourceTimestamp != value.SourceTimestamp:
        return True
    return bool(sent.Value != value.Value) if width is None else exceeds(sent.Value, value.Value, width)


def exceeds(sent: ua.Variant | None, value: ua.Variant | None, width: float) -> bool:
    """Whether a number, or any number of an array, lies more than `width` off what was sent."""
    if sent is None or value is None:
        return sent is not value
    before, now = _numbers(sent.Value), _numbers(value.Value)
    return len(before) != len(now) or any(
        # A NaN is off everything but another NaN.
        not abs(new - old) <= width and not (new != new and old != old)  # noqa: PLR0124 - the test for NaN
        for old, new in zip(before, now, strict=True)
    )


def _numbers(value: Any) -> Sequence[float]:
    return value if isinstance(value, list) else [value]


def filter_refusal(address_space: AddressSpace, item: ua.ReadValueId, data_filter: object) -> int | None:
    """Why the item cannot be monitored as asked, None when it can."""
    if item.IndexRange:
        return StatusCodes.BadIndexRangeInvalid
    if data_filter is None:
        return None
    if not isinstance(data_filter, DataChangeFilter):
        return StatusCodes.BadMonitoredItemFilterUnsupported
    if item.AttributeId != AttributeIds.Value:
        return StatusCodes.BadFilterNotAllowed
    banded = data_filter.DeadbandType != ua.DeadbandType.None_
    return _refusal_of_dead_band(address_space, item.NodeId, data_filter) if banded else None


def _refusal_of_dead_band(address_space: AddressSpace, node_id: ua.NodeId, data_filter: DataChangeFilter) -> int | None:
    if not _is_numeric(address_space, node_id):
        return StatusCodes.BadFilterNotAllowed
    percent = data_filter.DeadbandType == ua.DeadbandType.Percent
    if not 0.0 <= data_filter.DeadbandValue <= (100.0 if percent else float("inf")):
        return StatusCodes.BadDeadbandFilterInvalid
    if percent and dead_band(address_space, node_id, data_filter) is None:
        return StatusCodes.BadMonitoredItemFilterUnsupported
    return None


def dead_band(address_space: AddressSpace, node_id: ua.NodeId, data_filter: DataChangeFilter) -> float | None:
    """Width of the dead band in the variable's unit; None without one or for a percentage of an unknown range."""
    if data_filter.DeadbandType == ua.DeadbandType.None_:
        return None
    width = float(data_filter.DeadbandValue)
    if data_filter.DeadbandType == ua.DeadbandType.Absolute:
        return width
    limits = _range(address_space, node_id)
    return None if limits is None else width / 100.0 * (limits.High - limits.Low)


def _is_numeric(address_space: AddressSpace, node_id: ua.NodeId) -> bool:
    value = address_space.read_attribute_value(node_id, AttributeIds.Value).Value
    numbers = range(ua.VariantType.SByte.value, ua.VariantType.Double.value + 1)
    return value is not None and value.VariantType.value in numbers


def _range(address_space: AddressSpace, node_id: ua.NodeId) -> ua.Range | None:
    node = address_space.get(node_id)
    for reference in node.references if node is not None else ():
        if reference.ReferenceTypeId == _HAS_PROPERTY and reference.BrowseName == ua.QualifiedName("EURange", 0):
            value = address_space.read_attribute_value(reference.NodeId, AttributeIds.Value).Value
            return value.Value if value is not None and isinstance(value.Value, ua.Range) else None
    return None
