"""What the node of a signal is made of: its type, its data type and its properties."""

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds

from opcua_server.data_types import (
    VARIANT_TYPES,
    axis_information,
    engineering_units,
    localized,
    unit_of,
    value_range,
)
from opcua_server.nodes import Nodes
from twin.line.description import SignalDescription
from twin.line.signal import ValueType


def type_definition_of(signal: SignalDescription) -> int:
    """The standard's variable type that fits the signal."""
    if signal.axis is not None:
        return ObjectIds.YArrayItemType
    if signal.value_type is ValueType.ENUMERATION:
        return ObjectIds.MultiStateDiscreteType
    if VARIANT_TYPES[signal.value_type] not in (ua.VariantType.Double, ua.VariantType.Int64):
        return ObjectIds.BaseDataVariableType
    if value_range(signal.low, signal.high) is not None:
        return ObjectIds.AnalogItemType
    return ObjectIds.BaseDataVariableType if signal.unit is None else ObjectIds.AnalogUnitType


def data_type_of(signal: SignalDescription) -> int:
    """Number of the data type of the signal's values."""
    return int(VARIANT_TYPES[signal.value_type].value)


def add_properties(nodes: Nodes, node_id: ua.NodeId, signal: SignalDescription) -> list[ua.NodeId]:
    """Add what a client wants to know of the signal besides its value: unit, range, states or axis."""
    added: list[ua.NodeId] = []

    def put(name: str, value: ua.Variant, data_type: int | None = None) -> None:
        added.append(nodes.add_property(node_id, name, value, data_type))

    def add(name: str, value: object, data_type: int) -> None:
        put(name, ua.Variant(value, ua.VariantType.ExtensionObject), data_type)

    unit = unit_of(signal)
    limits = value_range(signal.low, signal.high)
    if unit is not None:
        add("EngineeringUnits", engineering_units(unit, nodes.language), ObjectIds.EUInformation)
    if limits is not None:
        add("EURange", limits, ObjectIds.Range)
    if signal.states:
        states = [localized(state, nodes.language) for state in signal.states]
        put("EnumStrings", ua.Variant(states, ua.VariantType.LocalizedText))
    if signal.axis is not None:
        add("XAxisDefinition", axis_information(signal.axis, nodes.language), ObjectIds.AxisInformation)
        title = ua.Variant(localized(signal.meaning, nodes.language), ua.VariantType.LocalizedText)
        put("Title", title)
        scale = ua.Variant(ua.AxisScaleEnumeration.Linear.value, ua.VariantType.Int32)
        put("AxisScaleType", scale, ObjectIds.AxisScaleEnumeration)
    return added
