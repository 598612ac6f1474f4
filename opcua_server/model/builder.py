"""Makes nodes from declarations, straight into the address space: a node costs a few dictionary entries."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue, NodeData
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds
from asyncua.ua.status_codes import StatusCodes

from opcua_server.data_types import localized
from opcua_server.model.declaration import (
    CORE,
    Enumeration,
    Field,
    Id,
    Link,
    Model,
    Node,
    Structure,
    Word,
    core,
)
from opcua_server.wire import make_node_id, status
from twin.line.text import Language, Text

_READ: Any = ua.AccessLevel.CurrentRead.mask
_HAS_TYPE = core(ObjectIds.HasTypeDefinition)
_HAS_RULE = core(ObjectIds.HasModellingRule)
_SIMPLE = {
    ObjectIds.Duration: ua.VariantType.Double, ObjectIds.UtcTime: ua.VariantType.DateTime,
    ObjectIds.UInteger: ua.VariantType.UInt64, ObjectIds.AxisScaleEnumeration: ua.VariantType.Int32,
    ObjectIds.TrimmedString: ua.VariantType.String, ObjectIds.Handle: ua.VariantType.UInt32,
    ObjectIds.IdType: ua.VariantType.Int32, ObjectIds.NumericRange: ua.VariantType.String,
}  # fmt: skip
"""Data types of OPC UA itself that are built upon the simple ones; whatever else is used of it is a structure."""
_LAST_BUILT_IN = 25


class Builder:
    """Adds declared nodes; `indexes` says where each namespace URI is in the server's namespace array.

    What is there already stays as it is, so that a model which was imported from a file is not touched.
    """

    def __init__(self, address_space: AddressSpace, indexes: Mapping[str, int], language: Language) -> None:
        self._space = address_space
        self._indexes = {CORE: 0, **indexes}
        self.language: Language = language
        self._now = datetime.now(UTC)
        self._links: list[tuple[Id, Link]] = []
        self._enumerations: set[Id] = set()

    def node_id(self, id_: Id) -> ua.NodeId:
        """The node id in this server."""
        return make_node_id(id_.key, self._indexes[id_.space])

    def value_of(self, id_: Id) -> AttributeValue:
        """Where the value of a variable is kept."""
        return self._space[self.node_id(id_)].attributes[AttributeIds.Value]

    def add_model(self, model: Model) -> None:
        """Add all nodes of a model."""
        for root in model.roots:
            self._add_tree(root.node, root.parent)
        self._add_links()

    def add(self, node: Node, parent: Id) -> ua.NodeId:
        """Add a node with all its members, then their references to others."""
        self._add_tree(node, parent)
        self._add_links()
        return self.node_id(node.id)

    def link(self, source: Id, kind: Id, target: Id) -> None:
        """Add a reference, with its inverse; nothing happens where it exists."""
        self._refer(self.node_id(source), self.node_id(kind), self.node_id(target), both=True)

    def _add_tree(self, node: Node, parent: Id) -> None:
        node_id = self.node_id(node.id)
        if isinstance(node.definition, Enumeration):
            self._enumerations.add(node.id)
        if node_id not in self._space:
            self._space[node_id] = self._made(node, node_id)
            if node.definition is not None:
                definition = ua.Variant(self._defined(node.definition, parent), ua.VariantType.ExtensionObject)
                place = AttributeValue(ua.DataValue(definition))
                self._space[node_id].attributes[AttributeIds.DataTypeDefinition] = place
            if node.kind is not None:
                self._refer(node_id, self.node_id(_HAS_TYPE), self.node_id(node.kind), both=False)
            if node.rule is not None:
                self._refer(node_id, self.node_id(_HAS_RULE), make_node_id(int(node.rule)), both=False)
        self._refer(self.node_id(parent), self.node_id(node.reference), node_id, both=True)
        self._links.extend((node.id, link) for link in node.links)
        for member in node.members:
            self._add_tree(member, node.id)

    def _add_links(self) -> None:
        waiting, self._links = self._links, []
        for source, link in waiting:
            start, end = (source, link.target) if link.forward else (link.target, source)
            self.link(start, link.kind, end)

    def _made(self, node: Node, node_id: ua.NodeId) -> NodeData:
        data = NodeData(node_id)
        text = node.name if node.display is None else node.display
        ids, kinds = AttributeIds, ua.VariantType
        name = ua.QualifiedName(node.name, self._indexes[node.browse_space])
        values: dict[AttributeIds, ua.Variant] = {
            ids.NodeId: ua.Variant(node_id, kinds.NodeId),
            ids.BrowseName: ua.Variant(name, kinds.QualifiedName),
            ids.NodeClass: ua.Variant(node.node_class, kinds.Int32),
            ids.DisplayName: ua.Variant(localized(text, self.language), kinds.LocalizedText),
            ids.Description: ua.Variant(localized(node.description, self.language), kinds.LocalizedText),
            ids.WriteMask: ua.Variant(0, kinds.UInt32),
            ids.UserWriteMask: ua.Variant(0, kinds.UInt32),
        }
        match node.node_class:
            case ua.NodeClass.Object:
                values[ids.EventNotifier] = ua.Variant(node.notifier, kinds.Byte)
            case ua.NodeClass.ObjectType | ua.NodeClass.DataType:
                values[ids.IsAbstract] = ua.Variant(node.abstract, kinds.Boolean)
            case ua.NodeClass.Method:
                values[ids.Executable] = values[ids.UserExecutable] = ua.Variant(True, kinds.Boolean)
            case ua.NodeClass.VariableType:
                self._describe_type(node, values)
                values[ids.IsAbstract] = ua.Variant(node.abstract, kinds.Boolean)
            case _:
                self._describe_variable(node, values)
        data.attributes = {key: AttributeValue(ua.DataValue(value)) for key, value in values.items()}
        if ids.Value in values:
            stamp: Any = self._now
            data.attributes[ids.Value].value = ua.DataValue(values[ids.Value], SourceTimestamp=stamp)
        return data

    def _describe_type(self, node: Node, values: dict[AttributeIds, ua.Variant]) -> Id:
        """Say of what data type and rank a variable's values are; the data type."""
        ids, kinds = AttributeIds, ua.VariantType
        data_type = core(ObjectIds.BaseDataType) if node.data_type is None else node.data_type
        dimensions: Any = [0] if node.rank == 1 else None
        values[ids.DataType] = ua.Variant(self.node_id(data_type), kinds.NodeId)
        values[ids.ValueRank] = ua.Variant(node.rank, kinds.Int32)
        values[ids.ArrayDimensions] = ua.Variant(dimensions, kinds.UInt32, is_array=True)
        return data_type

    def _describe_variable(self, node: Node, values: dict[AttributeIds, ua.Variant]) -> None:
        ids, kinds = AttributeIds, ua.VariantType
        data_type = self._describe_type(node, values)
        values[ids.AccessLevel] = values[ids.UserAccessLevel] = ua.Variant(_READ, kinds.Byte)
        values[ids.MinimumSamplingInterval] = ua.Variant(0.0, kinds.Double)
        values[ids.Historizing] = ua.Variant(False, kinds.Boolean)
        values[ids.Value] = self.variant(node.value, data_type, is_array=node.rank == 1)

    def variant(self, value: Any, data_type: Id, *, is_array: bool = False) -> ua.Variant:
        """A plain value as OPC UA has it: texts in the server's language, ids as node ids."""
        if value is None:
            return ua.Variant()
        plain = [self._plain(each) for each in value] if is_array else self._plain(value)
        kind = ua.VariantType.Int32 if data_type in self._enumerations else variant_type(data_type)
        return ua.Variant(plain, kind, is_array=is_array)

    def _plain(self, value: Any) -> Any:
        if isinstance(value, Text):
            return localized(value, self.language)
        if isinstance(value, Id):
            return self.node_id(value)
        if isinstance(value, Field):
            return self._argument(value)
        if isinstance(value, Word):
            return ua.EnumValueType(value.value, self._title(value), ua.LocalizedText())
        return value

    def _title(self, word: Word) -> ua.LocalizedText:
        return localized(word.title or word.name, self.language)

    def _told(self, field: Field) -> ua.LocalizedText:
        return localized(field.description, self.language) if field.description else ua.LocalizedText()

    def _argument(self, field: Field) -> ua.Argument:
        rank, dimensions = _shape(field)
        return ua.Argument(
            Name=field.name, DataType=self.node_id(field.data_type), ValueRank=rank, ArrayDimensions=dimensions,
            Description=self._told(field),
        )  # fmt: skip

    def _defined(self, definition: Structure | Enumeration, parent: Id) -> ua.StructureDefinition | ua.EnumDefinition:
        """What a client has to know in order to read and write values of a data type."""
        if isinstance(definition, Enumeration):
            fields = [
                ua.EnumField(word.value, self._title(word), ua.LocalizedText(), word.name) for word in definition.words
            ]
            return ua.EnumDefinition(Fields=fields)
        kind = ua.StructureType.Structure
        if any(each.subtypes for each in definition.fields):
            kind = ua.StructureType.StructureWithSubtypedValues
        elif any(each.optional for each in definition.fields):
            kind = ua.StructureType.StructureWithOptionalFields
        return ua.StructureDefinition(
            DefaultEncodingId=self.node_id(definition.encoding), BaseDataType=self.node_id(parent), StructureType=kind,
            Fields=[self._field(each) for each in definition.fields],
        )  # fmt: skip

    def _field(self, field: Field) -> ua.StructureField:
        rank, dimensions = _shape(field)
        return ua.StructureField(
            Name=field.name, DataType=self.node_id(field.data_type), ValueRank=rank, ArrayDimensions=dimensions,
            Description=self._told(field), IsOptional=field.optional or field.subtypes,
        )  # fmt: skip

    def _refer(self, source: ua.NodeId, kind: ua.NodeId, target: ua.NodeId, *, both: bool) -> None:
        ends = ((source, target, True), (target, source, False)) if both else ((source, target, True),)
        for start, end, forward in ends:
            references = self._space[start].references
            known = any(
                each.NodeId == end and each.ReferenceTypeId == kind and each.IsForward == forward for each in references
            )
            if not known:
                references.append(self._described(kind, end, forward=forward))

    def _described(self, kind: ua.NodeId, end: ua.NodeId, *, forward: bool) -> ua.ReferenceDescription:
        node = self._space[end]
        told: Any = {
            key: None if place.value is None or place.value.Value is None else place.value.Value.Value
            for key, place in node.attributes.items()
            if key in (AttributeIds.BrowseName, AttributeIds.DisplayName, AttributeIds.NodeClass)
        }
        has_type = make_node_id(ObjectIds.HasTypeDefinition)
        types = (each.NodeId for each in node.references if each.IsForward and each.ReferenceTypeId == has_type)
        definition: Any = next(types, ua.NodeId())
        return ua.ReferenceDescription(
            ReferenceTypeId=kind,
            IsForward=forward,
            NodeId=end,
            BrowseName=told[AttributeIds.BrowseName],
            DisplayName=told[AttributeIds.DisplayName],
            NodeClass=told[AttributeIds.NodeClass],
            TypeDefinition=definition,
        )


def not_yet(value: ua.Variant) -> ua.DataValue:
    """A value of the right type for what there is nothing to tell of yet."""
    return ua.DataValue(value, status(StatusCodes.UncertainInitialValue))


def _shape(field: Field) -> tuple[Any, Any]:
    """(value rank, array dimensions)."""
    return (ua.ValueRank.OneDimension, [0]) if field.is_array else (ua.ValueRank.Scalar, [])


def variant_type(data_type: Id) -> ua.VariantType:
    """As what the values of a data type are sent that is no enumeration."""
    key = data_type.key
    if data_type.space == CORE and isinstance(key, int):
        return ua.VariantType(key) if key <= _LAST_BUILT_IN else _SIMPLE.get(key, ua.VariantType.ExtensionObject)
    return ua.VariantType.ExtensionObject
