"""Nodes as plain data: trees of types, objects, variables and methods, with ids, rules and references."""

from collections.abc import Iterator
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
UINT32 = core(ObjectIds.UInt32)


@dataclass(frozen=True, slots=True)
class Link:
    """A reference to another node, besides the one from its parent."""

    kind: Id
    target: Id
    forward: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node with its members; `reference` leads from its parent to it.

    `space` is the namespace of the browse name where it is not that of the id. `kind` is the type definition of an
    object or a variable; `rank` is -1 for a scalar and 1 for an array; `value` a plain value of the data type, an Id
    for a node id.
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
    roots: tuple[Root, ...]


def object_type(id_: Id, name: str, *members: Node, abstract: bool = False, links: tuple[Link, ...] = ()) -> Node:
    """An object type, to be hung under its super type."""
    return Node(
        id=id_, name=name, node_class=ua.NodeClass.ObjectType, reference=HAS_SUBTYPE, abstract=abstract, links=links,
        members=members,
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
