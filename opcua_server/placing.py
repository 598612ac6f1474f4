"""How a node and its references get into the address space: as the library's own service puts them there, at once.

The service looks for each of 24 attributes by its name, and through all that the parent has; a line has thousands of
nodes, and that was most of the time until the server is ready. What comes of it is the same, as a test says.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue, NodeData
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds

from opcua_server.wire import make_node_id

_KINDS: Final[Mapping[str, ua.VariantType]] = {
    "AccessLevel": ua.VariantType.Byte,
    "ArrayDimensions": ua.VariantType.UInt32,
    "DataType": ua.VariantType.NodeId,
    "Description": ua.VariantType.LocalizedText,
    "DisplayName": ua.VariantType.LocalizedText,
    "EventNotifier": ua.VariantType.Byte,
    "Executable": ua.VariantType.Boolean,
    "Historizing": ua.VariantType.Boolean,
    "IsAbstract": ua.VariantType.Boolean,
    "MinimumSamplingInterval": ua.VariantType.Double,
    "UserAccessLevel": ua.VariantType.Byte,
    "UserExecutable": ua.VariantType.Boolean,
    "UserWriteMask": ua.VariantType.UInt32,
    "ValueRank": ua.VariantType.Int32,
    "WriteMask": ua.VariantType.UInt32,
}
"""Attributes that our nodes have besides NodeId, BrowseName, NodeClass and Value, and their types."""
_HAS_TYPE = make_node_id(ObjectIds.HasTypeDefinition)
_TYPED = (ua.NodeClass.Object, ua.NodeClass.Variable)


@cache
def _specified(mask: int) -> tuple[tuple[AttributeIds, str, ua.VariantType], ...]:
    """The attributes that a mask says are given."""
    return tuple(
        (AttributeIds[name], name, kind) for name, kind in _KINDS.items() if mask & getattr(ua.NodeAttributesMask, name)
    )


def place(space: AddressSpace, item: ua.AddNodesItem) -> None:
    """Add a node below its parent, which is there as its type is; raises KeyError when not, or when the node is."""
    node_id, parent = item.RequestedNewNodeId, space[item.ParentNodeId]
    if node_id in space:
        raise KeyError(f"node {node_id} is there already")
    node = NodeData(node_id)
    _add_attributes(node, item)
    typed = not item.TypeDefinition.is_null()
    parent.references.append(
        ua.ReferenceDescription(
            ReferenceTypeId=item.ReferenceTypeId,
            IsForward=True,
            NodeId=node_id,
            BrowseName=item.BrowseName,
            DisplayName=item.NodeAttributes.DisplayName,
            NodeClass=item.NodeClass,
            TypeDefinition=item.TypeDefinition,
        )
    )
    node.references.append(_reference(item.ReferenceTypeId, parent, forward=False))
    if typed:
        node.references.append(_reference(_HAS_TYPE, space[item.TypeDefinition], forward=True))
    space[node_id] = node


def _add_attributes(node: NodeData, item: ua.AddNodesItem) -> None:
    given, attributes = item.NodeAttributes, node.attributes
    attributes[AttributeIds.NodeId] = _kept(node.nodeid, ua.VariantType.NodeId)
    attributes[AttributeIds.BrowseName] = _kept(item.BrowseName, ua.VariantType.QualifiedName)
    attributes[AttributeIds.NodeClass] = _kept(item.NodeClass, ua.VariantType.Int32)
    for identifier, name, kind in _specified(int(given.SpecifiedAttributes)):
        attributes[identifier] = _kept(getattr(given, name), kind, is_array=name == "ArrayDimensions")
    if given.SpecifiedAttributes & ua.NodeAttributesMask.Value:
        stamp: Any = datetime.now(UTC)
        value = ua.DataValue(given.Value, SourceTimestamp=stamp)
        attributes[AttributeIds.Value] = AttributeValue(value)


def _kept(value: Any, kind: ua.VariantType, *, is_array: bool = False) -> AttributeValue:
    return AttributeValue(ua.DataValue(ua.Variant(value, kind, is_array=is_array)))


def _reference(kind: ua.NodeId, target: NodeData, *, forward: bool) -> ua.ReferenceDescription:
    described = ua.ReferenceDescription(
        ReferenceTypeId=kind,
        IsForward=forward,
        NodeId=target.nodeid,
        BrowseName=_value(target, AttributeIds.BrowseName),
        DisplayName=_value(target, AttributeIds.DisplayName),
        NodeClass=_value(target, AttributeIds.NodeClass),
    )
    if described.NodeClass in _TYPED:
        of_type = (each for each in target.references if each.IsForward and each.ReferenceTypeId == _HAS_TYPE)
        found = next(of_type, None)
        if found is not None:
            described.TypeDefinition = found.NodeId
    return described


def _value(node: NodeData, attribute: AttributeIds) -> Any:
    kept = node.attributes[attribute].value
    return None if kept is None or kept.Value is None else kept.Value.Value
