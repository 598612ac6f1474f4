"""Nodes as plain data: trees of types, objects, variables and methods, with ids, rules and references."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from asyncua import ua
from asyncua.ua.object_ids import ObjectIds

from twin.line.text import Text

CORE = "http://opcfoundation.org/UA/"


@dataclass(frozen=True, slots=True)
class Id:
    """A node id whose namespace is given by its URI: `key` is a number, or the text of an id of our own."""

    space: str
    key: int | str


def core(number: int) -> Id:
    """A node of OPC UA's own namespace."""
    return Id(CORE, number)


class Rule(IntEnum):
    """Whether instances have a member; the numbers are those of the modelling rules."""

    MANDATORY = ObjectIds.ModellingRule_Mandatory
    OPTIONAL = ObjectIds.ModellingRule_Optional


HAS_PROPERTY, HAS_COMPONENT = core(ObjectIds.HasProperty), core(ObjectIds.HasComponent)
HAS_SUBTYPE, ORGANIZES = core(ObjectIds.HasSubtype), core(ObjectIds.Organizes)
HAS_INTERFACE, HAS_ADD_IN = core(ObjectIds.HasInterface), core(ObjectIds.HasAddIn)
PROPERTY_TYPE, FOLDER_TYPE = core(ObjectIds.PropertyType), core(ObjectIds.FolderType)
BASE_DATA_VARIABLE_TYPE = core(ObjectIds.BaseDataVariableType)
STRING, DURATION = core(ObjectIds.String), core(ObjectIds.Duration)
LOCALIZED_TEXT, NODE_ID = core(ObjectIds.LocalizedText), core(ObjectIds.NodeId)
UINT32, ARGUMENT = core(ObjectIds.UInt32), core(ObjectIds.Argument)
STRUCTURE, ENUMERATION = core(ObjectIds.Structure), core(ObjectIds.Enumeration)


@dataclass(frozen=True, slots=True)
class Link:
    """A reference to another node, besides the one from its parent."""

    kind: Id
    target: Id
    forward: bool = True


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a structure, or an argument of a method."""

    name: str
    data_type: Id
    is_array: bool = False
    optional: bool = False
    subtypes: bool = False
    """Whether a value may be of a subtype of the data type."""
    description: Text | str = ""


Fields = tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Structure:
    """What a structured data type consists of; `encoding` is the node of its binary encoding."""

    fields: Fields
    encoding: Id


@dataclass(frozen=True, slots=True)
class Word:
    """A value of an enumeration."""

    value: int
    name: str
    title: Text | str = ""


@dataclass(frozen=True, slots=True)
class Enumeration:
    """The values that an enumerated data type has."""

    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node with its members; `reference` leads from its parent to it.

    `space` is the namespace of the browse name where it is not that of the id. `kind` is the type definition of an
    object or a variable; `rank` is -1 for a scalar and 1 for an array; `value` a plain value of the data type: an Id
    for a node id, Fields for arguments, Words for values of an enumeration. `definition` is that of a data type.
    """

    id: Id
    name: str
    node_class: ua.NodeClass
    reference: Id = HAS_COMPONENT
    space: str | None = None
    kind: Id | None = None
    display: Text | str | None = None
    description: Text | str = ""
    rule: Rule | None = None
    abstract: bool = False
    data_type: Id | None = None
    rank: int = -1
    value: Any = None
    definition: Structure | Enumeration | None = None
    notifier: int = 0
    links: tuple[Link, ...] = ()
    members: tuple["Node", ...] = ()

    @property
    def browse_space(self) -> str:
        """The namespace of the browse name."""
        return self.id.space if self.space is None else self.space

    def all(self) -> Iterator["Node"]:
        """The node with everything below it, parents before their members."""
        yield self
        for member in self.members:
            yield from member.all()


@dataclass(frozen=True, slots=True)
class Root:
    """A declared tree with the node that it hangs under."""

    parent: Id
    node: Node


@dataclass(frozen=True, slots=True)
class Model:
    """The nodes that are used of one namespace, with the version of the model they were taken from."""

    uri: str
    version: str
    published: str
    """The day on which that version was published."""
    roots: tuple[Root, ...]


def object_type(id_: Id, name: str, *members: Node, **more: Any) -> Node:
    """An object type, to be hung under its super type."""
    return Node(
        id=id_, name=name, node_class=ua.NodeClass.ObjectType, reference=HAS_SUBTYPE, members=members, **more
    )  # fmt: skip


def variable_type(id_: Id, name: str, data_type: Id, *members: Node, **more: Any) -> Node:
    """A variable type, to be hung under its super type."""
    return Node(
        id=id_, name=name, node_class=ua.NodeClass.VariableType, reference=HAS_SUBTYPE, data_type=data_type,
        members=members, **more,
    )  # fmt: skip


def object_node(id_: Id, name: str, kind: Id, *members: Node, **more: Any) -> Node:
    """An object."""
    return Node(id=id_, name=name, node_class=ua.NodeClass.Object, kind=kind, members=members, **more)


def property_node(id_: Id, name: str, data_type: Id, **more: Any) -> Node:
    """A property."""
    return Node(
        id=id_, name=name, node_class=ua.NodeClass.Variable, reference=HAS_PROPERTY, kind=PROPERTY_TYPE,
        data_type=data_type, **more,
    )  # fmt: skip


def variable_node(id_: Id, name: str, data_type: Id, *members: Node, **more: Any) -> Node:
    """A data variable."""
    more.setdefault("kind", BASE_DATA_VARIABLE_TYPE)
    return Node(id=id_, name=name, node_class=ua.NodeClass.Variable, data_type=data_type, members=members, **more)


def state_node(id_: Id, name: str, number_id: Id, number: int) -> Node:
    """A state of a state machine's type."""
    return _numbered(id_, name, ObjectIds.StateType, "StateNumber", number_id, number, ())


def transition_node(id_: Id, name: str, number_id: Id, number: int, start: Id, end: Id, *more: Link) -> Node:
    """A transition of a state machine's type."""
    links = (Link(core(ObjectIds.FromState), start), Link(core(ObjectIds.ToState), end), *more)
    return _numbered(id_, name, ObjectIds.TransitionType, "TransitionNumber", number_id, number, links)


def _numbered(
    id_: Id, name: str, kind: int, number_name: str, number_id: Id, number: int, links: tuple[Link, ...]
) -> Node:
    told = property_node(number_id, number_name, UINT32, space=CORE, rule=Rule.MANDATORY, value=number)
    return object_node(id_, name, core(kind), told, links=links)


ARGUMENT_LISTS = ("InputArguments", "OutputArguments")
MethodIds = Sequence[Id]
"""Of a method, of its list of input arguments, and of that of its output arguments."""


def method_node(ids: MethodIds, name: str, inputs: Fields, outputs: Fields, **more: Any) -> Node:
    """A method with its lists of arguments; a list without arguments is left out."""
    own, *lists = ids
    rule = more.get("rule") and Rule.MANDATORY
    members = tuple(
        property_node(list_id, title, ARGUMENT, space=CORE, rank=1, rule=rule, value=fields)
        for list_id, title, fields in zip(lists, ARGUMENT_LISTS, (inputs, outputs), strict=True)
        if fields
    )
    return Node(id=own, name=name, node_class=ua.NodeClass.Method, members=members, **more)


def structure_node(id_: Id, name: str, encoding: Id, *fields: Field, **more: Any) -> Node:
    """A structured data type with its binary encoding, to be hung under its super type."""
    binary = object_node(
        encoding, "Default Binary", core(ObjectIds.DataTypeEncodingType), space=CORE,
        reference=core(ObjectIds.HasEncoding),
    )  # fmt: skip
    return Node(
        id=id_, name=name, node_class=ua.NodeClass.DataType, reference=HAS_SUBTYPE,
        definition=Structure(fields, encoding), members=(binary,), **more,
    )  # fmt: skip


def enumeration_node(id_: Id, name: str, values_id: Id, *words: Word, **more: Any) -> Node:
    """An enumerated data type, to be hung under Enumeration."""
    values = property_node(
        values_id, "EnumValues", core(ObjectIds.EnumValueType), space=CORE, rank=1, value=words,
    )  # fmt: skip
    return Node(
        id=id_, name=name, node_class=ua.NodeClass.DataType, reference=HAS_SUBTYPE,
        definition=Enumeration(words), members=(values,), **more,
    )  # fmt: skip


def fields_of(own: Mapping[str, Id], *declared: str) -> Fields:
    """Fields written as `Name Type`: `[]` for an array, `?` for one that can be left out, `+` for subtypes too.

    A type is one of `own`, or one of OPC UA itself by its name.
    """
    return tuple(_field(own, each) for each in declared)


def _field(own: Mapping[str, Id], declared: str) -> Field:
    name, kind = declared.split(" ")
    plain = kind.rstrip("?+[]")
    data_type = own[plain] if plain in own else core(getattr(ObjectIds, plain))
    return Field(name, data_type, is_array="[]" in kind, optional="?" in kind, subtypes="+" in kind)
