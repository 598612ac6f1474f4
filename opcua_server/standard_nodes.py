"""The nodes of the standard, built before it is known what is served: they are the same for every line."""

from typing import Any

from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue, NodeManagementService
from asyncua.server.standard_address_space import standard_address_space
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds

from opcua_server.wire import make_node_id

_ABSTRACT = {
    ua.NodeClass.ReferenceType: frozenset({31, 32, 33, 34, 44}),
    ua.NodeClass.VariableType: frozenset({62, 2137, 2372, 12021, 17714, 18772, 18779, 18786, 32431}),
}
"""The types without instances; asyncua has all reference and variable types abstract."""
_SYMMETRIC = frozenset({31, 32, 24137, 25257, 25258, 25259, 25260})
"""Reference types that read the same in both directions; asyncua has more of them."""
_OF_ANY_TYPE = (
    62, 63, 68, 2102, 2103, 2129, 2137, 2365, 2372, 2379, 2387, 2388, 2756, 2763, 2777, 2778, 3720, 3724, 3746, 3750,
    3754, 9002, 11487, 11562, 12021, 12029, 12047, 12057, 12068, 12502, 14418, 14595, 15014, 15038, 15040, 15392, 15393,
    15490, 16309, 17503, 17576, 17579, 17582, 17632, 17706, 17710, 18077, 19306, 19821, 19823, 21097, 23844, 23999,
    24019, 25684, 32433,
)  # fmt: skip
"""Variables and their types whose values may be of any type; asyncua has them as texts."""
_prepared: list[Any] = []


def correct(space: AddressSpace) -> None:
    """Have the standard's nodes say what the standard says, where asyncua has it otherwise."""
    for node_id in space.keys():  # noqa: SIM118 - no mapping
        if node_id.NamespaceIndex == 0:
            _correct(int(node_id.Identifier), space[node_id].attributes)
    any_type = ua.Variant(make_node_id(ObjectIds.BaseDataType), ua.VariantType.NodeId)
    for number in _OF_ANY_TYPE:
        space[make_node_id(number)].attributes[AttributeIds.DataType].value = ua.DataValue(any_type)


def _correct(number: int, attributes: dict[AttributeIds, AttributeValue]) -> None:
    told = attributes[AttributeIds.NodeClass].value
    node_class: Any = None if told is None or told.Value is None else told.Value.Value
    if node_class in _ABSTRACT:
        attributes[AttributeIds.IsAbstract].value = _flag(number in _ABSTRACT[node_class])
    if node_class == ua.NodeClass.ReferenceType:
        attributes[AttributeIds.Symmetric].value = _flag(number in _SYMMETRIC)


def _flag(value: bool) -> ua.DataValue:
    return ua.DataValue(ua.Variant(value, ua.VariantType.Boolean))


def prepare() -> None:
    """Build the nodes for the server that starts next in this process; takes a second of processor time."""
    space = AddressSpace()
    fill: Any = standard_address_space.fill_address_space
    fill(NodeManagementService(space))
    _prepared.append(space)


def hand_over(space: Any) -> bool:
    """Put prepared nodes into the empty space of a server; false when there are none."""
    if not _prepared:
        return False
    prepared = _prepared.pop()
    names = prepared.keys()
    for name in names:
        space[name] = prepared[name]
    return True
