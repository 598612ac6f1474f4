"""Puts the types of job control into the address space: data types, object types with their members, and the event."""

from collections.abc import Sequence
from typing import Any

from asyncua import ua
from asyncua.server.address_space import AddressSpace, AttributeValue, NodeManagementService
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds

from opcua_server.jobs.declarations import (
    EVENT_VARIABLES,
    JOB_MANAGEMENT_TYPE,
    PROVIDER_METHODS,
    PROVIDER_TYPE,
    PROVIDER_VARIABLES,
    RECEIVER_METHODS,
    RECEIVER_TYPE,
    RECEIVER_VARIABLES,
    STATES,
    STATUS_EVENT_TYPE,
    STRUCTURES,
    MethodNode,
    Parameter,
    StateNode,
    VariableNode,
)
from opcua_server.jobs.structures import data_type_of, definition_of
from opcua_server.wire import make_node_id

_READ: Any = ua.AccessLevel.CurrentRead.mask


class CompanionNodes:
    """Adds nodes under any number and name; `isa95` and `jobs` are the indexes of the companion namespaces."""

    def __init__(self, address_space: AddressSpace, management: NodeManagementService, isa95: int, jobs: int) -> None:
        self.isa95, self.jobs = isa95, jobs
        self.address_space = address_space
        self._management = management

    def value_of(self, node_id: ua.NodeId) -> AttributeValue:
        """Where the value of a variable is kept."""
        return self.address_space[node_id].attributes[AttributeIds.Value]

    def add(
        self,
        node_id: ua.NodeId,
        parent: ua.NodeId,
        reference: int,
        name: ua.QualifiedName,
        attributes: Any,
        node_class: ua.NodeClass,
        kind: ua.NodeId | None = None,
    ) -> ua.NodeId:
        """A node; its display name is its name."""
        attributes.DisplayName = ua.LocalizedText(str(name.Name))
        item = ua.AddNodesItem(
            RequestedNewNodeId=node_id, ParentNodeId=parent, ReferenceTypeId=make_node_id(reference), BrowseName=name
        )
        item.NodeClass, item.NodeAttributes = node_class, attributes
        if kind is not None:
            item.TypeDefinition = kind
        (result,) = self._management.add_nodes([item])
        result.StatusCode.check()
        return node_id

    def refer(self, source: ua.NodeId, reference: int, target: ua.NodeId, target_class: ua.NodeClass) -> None:
        """A reference from one node to another, and back."""
        for start, end, forward in ((source, target, True), (target, source, False)):
            item = ua.AddReferencesItem(
                SourceNodeId=start,
                ReferenceTypeId=make_node_id(reference),
                IsForward=forward,
                TargetNodeId=end,
                TargetNodeClass=target_class,
            )
            (added,) = self._management.add_references([item])
            added.check()

    def rule(self, node_id: ua.NodeId, *, optional: bool) -> None:
        """Say whether instances of a type need a member."""
        number = ObjectIds.ModellingRule_Optional if optional else ObjectIds.ModellingRule_Mandatory
        self.refer(node_id, ObjectIds.HasModellingRule, make_node_id(number), ua.NodeClass.Object)

    def object_type(self, node_id: ua.NodeId, parent: int, name: ua.QualifiedName) -> ua.NodeId:
        """A subtype of one of OPC UA's object types."""
        attributes = ua.ObjectTypeAttributes(IsAbstract=False)
        return self.add(node_id, make_node_id(parent), ObjectIds.HasSubtype, name, attributes, ua.NodeClass.ObjectType)

    def variable(self, node_id: ua.NodeId, owner: ua.NodeId, declared: VariableNode, value: ua.Variant) -> ua.NodeId:
        """A variable of a type or of an object, which clients read."""
        rank = ua.ValueRank.OneDimension if declared.is_array else ua.ValueRank.Scalar
        attributes = ua.VariableAttributes(
            Value=value, DataType=data_type_of(declared.data_type, self.isa95), ValueRank=rank
        )
        attributes.AccessLevel = attributes.UserAccessLevel = _READ
        name = ua.QualifiedName(declared.name, self.isa95)
        reference, kind = ObjectIds.HasComponent, ObjectIds.BaseDataVariableType
        if declared.is_property:
            reference, kind = ObjectIds.HasProperty, ObjectIds.PropertyType
        return self.add(node_id, owner, reference, name, attributes, ua.NodeClass.Variable, make_node_id(kind))

    def method(
        self, node_id: ua.NodeId, owner: ua.NodeId, declared: MethodNode, lists: tuple[ua.NodeId, ua.NodeId]
    ) -> ua.NodeId:
        """A method with its argument lists, whose node ids are `lists`."""
        attributes = ua.MethodAttributes(Executable=True, UserExecutable=True)
        name = ua.QualifiedName(declared.name, self.isa95)
        self.add(node_id, owner, ObjectIds.HasComponent, name, attributes, ua.NodeClass.Method)
        for list_id, title, parameters in (
            (lists[0], "InputArguments", declared.inputs), (lists[1], "OutputArguments", declared.outputs),
        ):  # fmt: skip
            self.arguments(list_id, node_id, title, parameters)
        return node_id

    def arguments(self, node_id: ua.NodeId, method: ua.NodeId, name: str, parameters: Sequence[Parameter]) -> None:
        """A list of arguments."""
        listed = [self._argument(each) for each in parameters]
        attributes = ua.VariableAttributes(
            Value=ua.Variant(listed, ua.VariantType.ExtensionObject, is_array=True),
            DataType=make_node_id(ObjectIds.Argument),
            ValueRank=ua.ValueRank.OneDimension,
        )
        attributes.AccessLevel = attributes.UserAccessLevel = _READ
        title = ua.QualifiedName(name, 0)
        self.add(
            node_id, method, ObjectIds.HasProperty, title, attributes, ua.NodeClass.Variable,
            make_node_id(ObjectIds.PropertyType),
        )  # fmt: skip

    def _argument(self, parameter: Parameter) -> ua.Argument:
        rank: Any = ua.ValueRank.OneDimension if parameter.is_array else ua.ValueRank.Scalar
        dimensions: Any = [0] if parameter.is_array else []
        return ua.Argument(
            Name=parameter.name,
            DataType=data_type_of(parameter.data_type, self.isa95),
            ValueRank=rank,
            ArrayDimensions=dimensions,
            Description=ua.LocalizedText(),
        )


def add_types(nodes: CompanionNodes) -> None:
    """Add all types."""
    _add_data_types(nodes)
    event = _typed(nodes, STATUS_EVENT_TYPE, ObjectIds.BaseEventType, "ISA95JobOrderStatusEventType")
    receiver = _typed(nodes, RECEIVER_TYPE, ObjectIds.FiniteStateMachineType, "ISA95JobOrderReceiverObjectType")
    provider = _typed(nodes, PROVIDER_TYPE, ObjectIds.BaseObjectType, "ISA95JobResponseProviderObjectType")
    nodes.refer(provider, ObjectIds.GeneratesEvent, event, ua.NodeClass.ObjectType)
    for owner, variables in (
        (event, EVENT_VARIABLES), (receiver, RECEIVER_VARIABLES), (provider, PROVIDER_VARIABLES),
    ):  # fmt: skip
        for variable in variables:
            _add_member(nodes, owner, variable)
    for owner, methods in ((receiver, RECEIVER_METHODS), (provider, PROVIDER_METHODS)):
        for method in methods:
            lists = (make_node_id(method.input_number, nodes.isa95), make_node_id(method.output_number, nodes.isa95))
            node_id = nodes.method(make_node_id(method.number, nodes.isa95), owner, method, lists)
            nodes.rule(node_id, optional=method.optional)
            for each in lists:
                nodes.rule(each, optional=False)
    for state in STATES:
        _add_state(nodes, receiver, state)
    name = ua.QualifiedName("JobManagementType", nodes.jobs)
    nodes.object_type(make_node_id(JOB_MANAGEMENT_TYPE, nodes.jobs), ObjectIds.BaseObjectType, name)


def _typed(nodes: CompanionNodes, number: int, parent: int, name: str) -> ua.NodeId:
    return nodes.object_type(make_node_id(number, nodes.isa95), parent, ua.QualifiedName(name, nodes.isa95))


def _add_member(nodes: CompanionNodes, owner: ua.NodeId, declared: VariableNode) -> None:
    node_id = nodes.variable(make_node_id(declared.number, nodes.isa95), owner, declared, ua.Variant())
    nodes.rule(node_id, optional=declared.optional)


def _add_state(nodes: CompanionNodes, receiver: ua.NodeId, state: StateNode) -> None:
    node_id = make_node_id(state.number, nodes.isa95)
    nodes.add(
        node_id, receiver, ObjectIds.HasComponent, ua.QualifiedName(state.name, nodes.isa95), ua.ObjectAttributes(),
        ua.NodeClass.Object, make_node_id(ObjectIds.StateType),
    )  # fmt: skip
    attributes = ua.VariableAttributes(
        Value=ua.Variant(state.value, ua.VariantType.UInt32),
        DataType=make_node_id(ObjectIds.UInt32),
        ValueRank=ua.ValueRank.Scalar,
    )
    attributes.AccessLevel = attributes.UserAccessLevel = _READ
    nodes.add(
        make_node_id(state.value_number, nodes.isa95), node_id, ObjectIds.HasProperty,
        ua.QualifiedName("StateNumber", 0), attributes, ua.NodeClass.Variable, make_node_id(ObjectIds.PropertyType),
    )  # fmt: skip


def _add_data_types(nodes: CompanionNodes) -> None:
    for structure in STRUCTURES:
        node_id, encoding = (make_node_id(number, nodes.isa95) for number in (structure.number, structure.encoding))
        nodes.add(
            node_id, make_node_id(ObjectIds.Structure), ObjectIds.HasSubtype,
            ua.QualifiedName(structure.name, nodes.isa95), ua.DataTypeAttributes(IsAbstract=False),
            ua.NodeClass.DataType,
        )  # fmt: skip
        definition = ua.Variant(definition_of(structure, nodes.isa95), ua.VariantType.ExtensionObject)
        place = AttributeValue(ua.DataValue(definition))
        nodes.address_space[node_id].attributes[AttributeIds.DataTypeDefinition] = place
        nodes.add(
            encoding, node_id, ObjectIds.HasEncoding, ua.QualifiedName("Default Binary", 0), ua.ObjectAttributes(),
            ua.NodeClass.Object, make_node_id(ObjectIds.DataTypeEncodingType),
        )  # fmt: skip
