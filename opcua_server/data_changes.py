"""Which new values a monitored item reports: triggers and dead bands, measured against the last value queued."""

from collections.abc import Sequence
from typing import Any

from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes
from asyncua.ua.uaprotocol_auto import DataChangeFilter

from opcua_server.wire import make_node_id

_HAS_PROPERTY = make_node_id(ObjectIds.HasProperty)
_PERCENT = 100.0


def given(asked: Any) -> Any:
    """The filter, None where the client's is a null on the wire."""
    absent = isinstance(asked, ua.ExtensionObject) and asked.TypeId.is_null()
    return None if absent else asked


def trigger_of(data_filter: DataChangeFilter | None) -> ua.DataChangeTrigger:
    """When an item reports; status and value unless a filter says otherwise."""
    return ua.DataChangeTrigger.StatusValue if data_filter is None else data_filter.Trigger


def is_reported(sent: ua.DataValue, value: ua.DataValue, trigger: ua.DataChangeTrigger, width: float | None) -> bool:
    """Whether `value` is to be sent after `sent`; `width` is that of the dead band, None without one."""
    if sent.StatusCode != value.StatusCode:
        return True
    if trigger == ua.DataChangeTrigger.Status:
        return False
    if trigger == ua.DataChangeTrigger.StatusValueTimestamp and sent.SourceTimestamp != value.SourceTimestamp:
        return True
    if width is None and not _is_float(value.Value):
        return bool(sent.Value != value.Value)
    return exceeds(sent.Value, value.Value, -1.0 if width is None else width)


def _is_float(value: ua.Variant | None) -> bool:
    return value is not None and value.VariantType in (ua.VariantType.Double, ua.VariantType.Float)


def exceeds(sent: ua.Variant | None, value: ua.Variant | None, width: float) -> bool:
    """Whether a number, or any number of an array, lies more than `width` off what was sent; below 0: is another."""
    if sent is None or value is None:
        return sent is not value
    before, now = _numbers(sent.Value), _numbers(value.Value)
    return len(before) != len(now) or any(_differs(old, new, width) for old, new in zip(before, now, strict=True))


def _differs(old: float, new: float, width: float) -> bool:
    if new != new and old != old:  # noqa: PLR0124 - a NaN is off everything but another NaN
        return False
    return old != new if width < 0.0 else not abs(new - old) <= width


def _numbers(value: Any) -> Sequence[float]:
    return value if isinstance(value, list) else [value]


def filter_refusal(address_space: AddressSpace, item: ua.ReadValueId, data_filter: object) -> int | None:
    """Why a data item cannot be monitored with this filter, None when it can."""
    if data_filter is None:
        return None
    if not isinstance(data_filter, DataChangeFilter):
        return StatusCodes.BadMonitoredItemFilterUnsupported
    if item.AttributeId != AttributeIds.Value:
        return StatusCodes.BadFilterNotAllowed
    return _refusal_of_dead_band(address_space, item.NodeId, data_filter)


def _refusal_of_dead_band(address_space: AddressSpace, node_id: ua.NodeId, data_filter: DataChangeFilter) -> int | None:
    if data_filter.DeadbandType == ua.DeadbandType.None_:
        return None
    if data_filter.DeadbandType not in (ua.DeadbandType.Absolute, ua.DeadbandType.Percent):
        return StatusCodes.BadDeadbandFilterInvalid
    if not _is_numeric(address_space, node_id):
        return StatusCodes.BadFilterNotAllowed
    percent = data_filter.DeadbandType == ua.DeadbandType.Percent
    if not 0.0 <= data_filter.DeadbandValue <= (_PERCENT if percent else float("inf")):
        return StatusCodes.BadDeadbandFilterInvalid
    if percent and dead_band(address_space, node_id, data_filter) is None:
        return StatusCodes.BadMonitoredItemFilterUnsupported
    return None


def dead_band(address_space: AddressSpace, node_id: ua.NodeId, data_filter: DataChangeFilter | None) -> float | None:
    """Width of the dead band in the variable's unit; None without one or for a percentage of an unknown range."""
    if data_filter is None or data_filter.DeadbandType == ua.DeadbandType.None_:
        return None
    width = float(data_filter.DeadbandValue)
    if data_filter.DeadbandType == ua.DeadbandType.Absolute:
        return width
    limits = _range(address_space, node_id)
    return None if limits is None else width / _PERCENT * (limits.High - limits.Low)


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
