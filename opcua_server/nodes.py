"""How one node is put into the address space, with every attribute that clients read."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue, NodeManagementService
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds

from opcua_server.data_types import localized
from opcua_server.wire import make_node_id
from twin.line.text import Language, Text

READ: Any = ua.AccessLevel.CurrentRead.mask
READ_AND_WRITE: Any = ua.AccessLevel.CurrentRead.mask | ua.AccessLevel.CurrentWrite.mask

_Attributes: TypeAlias = ua.ObjectAttributes | ua.ObjectTypeAttributes | ua.VariableAttributes | ua.MethodAttributes


def standard(identifier: int) -> ua.NodeId:
    """The node of the OPC UA namespace with this number."""
    return make_node_id(identifier)


class Nodes:
    """Adds nodes of our namespace, whose string identifiers are paths."""

    def __init__(
        self, address_space: AddressSpace, management: NodeManagementService, namespace: int, language: Language
    ) -> None:
        self.namespace = namespace
        self.language: Language = language
        self._address_space = address_space
        self._management = management

    def node_id(self, path: str) -> ua.NodeId:
        """The node id of a path."""
        return make_node_id(path, self.namespace)

    def value_of(self, node_id: ua.NodeId) -> AttributeValue:
        """Where the value of a variable is kept."""
        return self._address_space[node_id].attributes[AttributeIds.Value]

    def add_object(
        self,
        path: str,
        parent: ua.NodeId,
        *,
        name: str,
        display: Text | str,
        type_definition: ua.NodeId,
        reference: int = ObjectIds.Organizes,
    ) -> ua.NodeId:
        """An object, for example a folder or a station."""
        attributes = ua.ObjectAttributes(DisplayName=localized(display, self.language), EventNotifier=0)
        return self._add(path, parent, reference, name, ua.NodeClass.Object, attributes, display, type_definition)

    def add_object_type(
        self, path: str, parent: ua.NodeId, *, name: str, description: Text | str, abstract: bool = False
    ) -> ua.NodeId:
        """A subtype of the object type `parent`."""
        attributes = ua.ObjectTypeAttributes(DisplayName=ua.LocalizedText(name), IsAbstract=abstract)
        return self._add(path, parent, ObjectIds.HasSubtype, name, ua.NodeClass.ObjectType, attributes, description)

    def add_variable(
        self,
        path: str,
        parent: ua.NodeId,
        value: ua.Variant,
        *,
        name: str,
        description: Text,
        type_definition: int = ObjectIds.BaseDataVariableType,
        data_type: int | None = None,
        writable: bool = False,
        sampling_ms: float = 0.0,
    ) -> ua.NodeId:
        """A variable below an object; its data type is that of `value` unless told."""
        attributes = self._variable_attributes(value, data_type)
        attributes.DisplayName = localized(description, self.language)
        attributes.AccessLevel = attributes.UserAccessLevel = READ_AND_WRITE if writable else READ
        attributes.MinimumSamplingInterval = sampling_ms
        return self._add(
            path,
            parent,
            ObjectIds.HasComponent,
            name,
            ua.NodeClass.Variable,
            attributes,
            description,
            standard(type_definition),
        )

    def add_property(self, owner: ua.NodeId, name: str, value: ua.Variant, data_type: int | None = None) -> ua.NodeId:
        """A property that OPC UA itself defines, such as EURange."""
        attributes = self._variable_attributes(value, data_type)
        attributes.DisplayName = ua.LocalizedText(name)
        node_id = self.node_id(f"{owner.Identifier!s}/{name}")
        item = self._item(node_id, owner, ObjectIds.HasProperty, ua.QualifiedName(name, 0))
        item.NodeClass = ua.NodeClass.Variable
        item.NodeAttributes = attributes
        item.TypeDefinition = standard(ObjectIds.PropertyType)
        return self._hand_over(item)

    def add_method(
        self, path: str, parent: ua.NodeId, *, name: str, description: Text, arguments: Sequence[ua.Argument]
    ) -> ua.NodeId:
        """A method of an object; InputArguments is left out where there are none."""
        attributes = ua.MethodAttributes(DisplayName=ua.LocalizedText(name), Executable=True, UserExecutable=True)
        node_id = self._add(path, parent, ObjectIds.HasComponent, name, ua.NodeClass.Method, attributes, description)
        if arguments:
            value = ua.Variant(list(arguments), ua.VariantType.ExtensionObject, is_array=True)
            self.add_property(node_id, "InputArguments", value, ObjectIds.Argument)
        return node_id

    def _variable_attributes(self, value: ua.Variant, data_type: int | None) -> ua.VariableAttributes:
        dimensions: Any = [len(value.Value)] if value.is_array else None
        return ua.VariableAttributes(
            Value=value,
            DataType=standard(value.VariantType.value if data_type is None else data_type),
            ValueRank=ua.ValueRank.OneDimension if value.is_array else ua.ValueRank.Scalar,
            ArrayDimensions=dimensions,
        )

    def _add(
        self,
        path: str,
        parent: ua.NodeId,
        reference: int,
        name: str,
        node_class: ua.NodeClass,
        attributes: _Attributes,
        description: Text | str,
        type_definition: ua.NodeId | None = None,
    ) -> ua.NodeId:
        attributes.Description = localized(description, self.language)
        item = self._item(self.node_id(path), parent, reference, ua.QualifiedName(name, self.namespace))
        item.NodeClass = node_class
        item.NodeAttributes = attributes
        if type_definition is not None:
            item.TypeDefinition = type_definition
        return self._hand_over(item)

    def _item(self, node_id: ua.NodeId, parent: ua.NodeId, reference: int, name: ua.QualifiedName) -> ua.AddNodesItem:
        return ua.AddNodesItem(
            RequestedNewNodeId=node_id, ParentNodeId=parent, ReferenceTypeId=standard(reference), BrowseName=name
        )

    def _hand_over(self, item: ua.AddNodesItem) -> ua.NodeId:
        (result,) = self._management.add_nodes([item])
        result.StatusCode.check()
        added: ua.NodeId = item.RequestedNewNodeId
        return added
