"""How one node is put into the address space, with every attribute that clients read."""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue, NodeManagementService
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds

from opcua_server.arguments import Argument
from opcua_server.data_types import localized
from opcua_server.placing import place
from opcua_server.wire import make_node_id
from twin.line.text import Language, Text

_NOTHING: Any = 0
READ: Any = ua.AccessLevel.CurrentRead.mask
_WRITE: Any = ua.AccessLevel.CurrentWrite.mask
_HISTORY: Any = ua.AccessLevel.HistoryRead.mask

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
        notifier: int = 0,
    ) -> ua.NodeId:
        """An object, for example a folder or a station; `notifier` says which of its events can be had."""
        told: Any = notifier
        attributes = ua.ObjectAttributes(DisplayName=localized(display, self.language), EventNotifier=told)
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
        historizing: bool = False,
        rank: ua.ValueRank | None = None,
    ) -> ua.NodeId:
        """A variable below an object; its data type and rank are those of `value` unless told."""
        attributes = self._variable_attributes(value, data_type)
        if rank is not None:
            unknown: Any = [0] if rank == ua.ValueRank.OneDimension else None
            attributes.ValueRank, attributes.ArrayDimensions = rank, unknown
        attributes.DisplayName = localized(description, self.language)
        level = READ | (_WRITE if writable else 0) | (_HISTORY if historizing else 0)
        attributes.AccessLevel = attributes.UserAccessLevel = level
        kept: Any = historizing
        attributes.Historizing = kept
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

    def add_plain_variable(self, node_id: ua.NodeId, parent: ua.NodeId, name: str, value: ua.Variant) -> ua.NodeId:
        """A variable under an identifier of any kind."""
        attributes = self._variable_attributes(value, None)
        attributes.DisplayName = ua.LocalizedText(name)
        item = self._item(node_id, parent, ObjectIds.HasComponent, ua.QualifiedName(name, self.namespace))
        item.NodeClass, item.NodeAttributes = ua.NodeClass.Variable, attributes
        item.TypeDefinition = standard(ObjectIds.BaseDataVariableType)
        return self._hand_over(item)

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

    # Parts that OPC UA itself defines: their browse names are in its namespace.

    def add_read_variable(
        self,
        path: str,
        owner: ua.NodeId,
        read: Callable[[], ua.DataValue],
        *,
        kind: int,
        reference: int,
        data_type: int | None = None,
    ) -> ua.NodeId:
        """A variable whose value is asked for whenever somebody reads it."""
        name = path.rpartition("/")[2]
        now = read().Value
        attributes = self._variable_attributes(ua.Variant() if now is None else now, data_type)
        attributes.DisplayName = ua.LocalizedText(name)
        item = self._item(self.node_id(path), owner, reference, ua.QualifiedName(name, 0))
        item.NodeClass, item.NodeAttributes, item.TypeDefinition = ua.NodeClass.Variable, attributes, standard(kind)
        node_id = self._hand_over(item)
        kept = self.value_of(node_id)
        kept.value, kept.value_callback = None, lambda node, attribute: read()
        return node_id

    def add_standard_object(self, owner: ua.NodeId, name: str, kind: ua.NodeId) -> ua.NodeId:
        """An object that is a component of another one."""
        item = self._item(
            self.node_id(f"{owner.Identifier!s}/{name}"), owner, ObjectIds.HasComponent, ua.QualifiedName(name, 0)
        )
        item.NodeAttributes = ua.ObjectAttributes(DisplayName=ua.LocalizedText(name), EventNotifier=_NOTHING)
        item.NodeClass, item.TypeDefinition = ua.NodeClass.Object, kind
        return self._hand_over(item)

    def add_standard_method(self, owner: ua.NodeId, name: str, arguments: Sequence[Argument]) -> ua.NodeId:
        """A method of an object."""
        item = self._item(
            self.node_id(f"{owner.Identifier!s}/{name}"), owner, ObjectIds.HasComponent, ua.QualifiedName(name, 0)
        )
        item.NodeClass = ua.NodeClass.Method
        item.NodeAttributes = ua.MethodAttributes(
            DisplayName=ua.LocalizedText(name), Executable=True, UserExecutable=True
        )
        node_id = self._hand_over(item)
        if arguments:
            listed = [each.described(self.language) for each in arguments]
            value = ua.Variant(listed, ua.VariantType.ExtensionObject, is_array=True)
            self.add_property(node_id, "InputArguments", value, ObjectIds.Argument)
        return node_id

    def add_reference(self, source: ua.NodeId, reference: int, target: ua.NodeId, *, back: bool = True) -> None:
        """A reference between two nodes, in both directions unless the target is not to know."""
        ways = ((source, target, True), (target, source, False))
        for start, end, forward in ways if back else ways[:1]:
            item = ua.AddReferencesItem(
                SourceNodeId=start,
                ReferenceTypeId=standard(reference),
                IsForward=forward,
                TargetNodeId=end,
                TargetNodeClass=ua.NodeClass.Object,
            )
            (added,) = self._management.add_references([item])
            added.check()

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
        place(self._address_space, item)
        added: ua.NodeId = item.RequestedNewNodeId
        return added
