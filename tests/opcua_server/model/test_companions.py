"""What is declared of companion models is compared with the official files, which the project does not carry."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from opcua_server.model.companions import FILES, MODELS
from opcua_server.model.declaration import CORE, Enumeration, Field, Id, Model, Node, Structure

FOLDER = Path(__file__).parents[4] / "shared" / "nodesets"
PLACE = re.compile(r"(?:(\d+):)?(.*)")
XML = "{http://opcfoundation.org/UA/2011/03/UANodeSet.xsd}"
TYPES = "{http://opcfoundation.org/UA/2008/02/Types.xsd}"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="needs the official NodeSet files in ../shared/nodesets")


@dataclass
class Facts:
    """What can be compared of a node; references are (type, whether forward, target)."""

    name: tuple[str, str]
    node_class: str
    data_type: Id | None
    rank: int
    abstract: bool
    references: set[tuple[Id, bool, Id]] = field(default_factory=set)
    fields: tuple[object, ...] = ()
    """Of a structure or an enumeration, or the arguments of a list of them, or the number of a state or transition."""


Read = Callable[[str], Id]


def definition(element: ET.Element, read: Read) -> tuple[object, ...]:
    """What is compared of a data type's definition."""
    found = element.findall(f"{XML}Definition/{XML}Field")
    if all(each.get("Value") is not None for each in found):
        return tuple((int(each.get("Value", "")), each.get("Name")) for each in found)
    return tuple(
        (
            each.get("Name"), read(each.get("DataType", "i=24")), each.get("ValueRank") == "1",
            each.get("IsOptional") == "true", each.get("AllowSubTypes") == "true",
        )
        for each in found
    )  # fmt: skip


def value(element: ET.Element, read: Read) -> tuple[object, ...]:
    """The arguments of a list, or the number of a state or transition."""
    arguments = tuple(
        (
            each.findtext(f"{TYPES}Name"), read(each.findtext(f"{TYPES}DataType/{TYPES}Identifier") or ""),
            each.findtext(f"{TYPES}ValueRank") == "1",
        )
        for each in element.iter(f"{TYPES}Argument")
    )  # fmt: skip
    number = element.findtext(f"{XML}Value/{TYPES}UInt32")
    return arguments if number is None else (int(number),)


def declared_fields(node: Node) -> tuple[object, ...]:
    if isinstance(node.definition, Structure):
        return tuple(
            (each.name, each.data_type, each.is_array, each.optional, each.subtypes) for each in node.definition.fields
        )
    if isinstance(node.definition, Enumeration):
        return tuple((word.value, word.name) for word in node.definition.words)
    if isinstance(node.value, int) and node.data_type == Id(CORE, 7):
        return (node.value,)
    given = node.value if isinstance(node.value, tuple) else ()
    return tuple((each.name, each.data_type, each.is_array) for each in given if isinstance(each, Field))


def official(uri: str) -> tuple[str, dict[Id, Facts]]:
    root = ET.parse(FOLDER / FILES[uri]).getroot()  # noqa: S314 - official files
    spaces = [CORE, *(each.text or "" for each in root.find(f"{XML}NamespaceUris") or ())]
    aliases = {each.get("Alias", ""): each.text or "" for each in root.find(f"{XML}Aliases") or ()}

    def read(text: str) -> Id:
        text = aliases.get(text, text)
        head, _, key = text.rpartition("i=")
        return Id(spaces[int(head.strip("ns=;") or 0)], int(key))

    nodes: dict[Id, Facts] = {}
    for element in root:
        if not element.tag.startswith(f"{XML}UA"):
            continue
        place, name = PLACE.fullmatch(element.get("BrowseName", "")).groups()  # type: ignore[union-attr]
        kind = element.tag.removeprefix(f"{XML}UA")
        typed = kind in ("Variable", "VariableType")
        facts = Facts(
            (spaces[int(place or 0)], name),
            kind,
            read(element.get("DataType", "i=24")) if typed else None,
            int(element.get("ValueRank", "-1")),
            element.get("IsAbstract") == "true",
            fields=definition(element, read) if kind == "DataType" else value(element, read),
        )
        for each in element.find(f"{XML}References") or ():
            forward = each.get("IsForward", "true") == "true"
            facts.references.add((read(each.get("ReferenceType", "")), forward, read(each.text or "")))
        nodes[read(element.get("NodeId", ""))] = facts
    model = next(each for each in root.iter(f"{XML}Model") if each.get("ModelUri") == uri)
    return model.get("Version", ""), nodes


def declared_references(model: Model) -> set[tuple[Id, Id, Id]]:
    """All references forward: (source, type, target)."""
    found: set[tuple[Id, Id, Id]] = set()

    def walk(node: Node, parent: Id) -> None:
        found.add((parent, node.reference, node.id))
        if node.kind is not None:
            found.add((node.id, Id(CORE, 40), node.kind))
        if node.rule is not None:
            found.add((node.id, Id(CORE, 37), Id(CORE, int(node.rule))))
        found.update((node.id, link.kind, link.target) for link in node.links)
        for member in node.members:
            walk(member, node.id)

    for root in model.roots:
        walk(root.node, root.parent)
    return found


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.uri)
def test_every_declared_node_is_as_the_official_model_has_it(model: Model) -> None:
    version, nodes = official(model.uri)
    assert model.version == version
    for root in model.roots:
        for node in root.node.all():
            facts = nodes[node.id]
            assert (node.browse_space, node.name) == facts.name
            assert node.node_class.name == facts.node_class
            assert (node.data_type, node.rank, node.abstract) == (facts.data_type, facts.rank, facts.abstract), node.id
            assert declared_fields(node) == facts.fields, node.id


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.uri)
def test_the_references_among_declared_nodes_are_the_official_ones_and_all_of_them(model: Model) -> None:
    _, nodes = official(model.uri)
    known = {node.id for each in MODELS for root in each.roots for node in root.node.all()}
    wanted = {
        (node_id, kind, target) if forward else (target, kind, node_id)
        for node_id in known & nodes.keys()
        for kind, forward, target in nodes[node_id].references
        if target in known or target.space == CORE
    }
    assert declared_references(model) == wanted
