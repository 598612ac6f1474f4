"""The types of one kind of results: subtypes of those of OPC 40001-101, made from what the line says of the kind."""

from dataclasses import dataclass

from asyncua.ua.object_ids import ObjectIds

from opcua_server.address_space import NAMESPACE
from opcua_server.model.companions.machinery_result import (
    DATA_TYPES,
    READY_EVENT_TYPE,
    RESULT_TYPE,
)
from opcua_server.model.declaration import (
    ENUMERATION,
    LOCALIZED_TEXT,
    STRING,
    STRUCTURE,
    Field,
    Id,
    Model,
    Node,
    Root,
    Word,
    core,
    enumeration_node,
    object_type,
    structure_node,
    variable_type,
)
from twin.line.results import ResultKind
from twin.line.table import Column
from twin.line.text import Text
from twin.line.units import Unit

_ORDER = Text("Order for which it was made.", "Orden para la que se hizo.")
_PRODUCT = Text("What it is.", "Qué es.")


def pascal(name: str) -> str:
    """A name as structures' fields are written.

    >>> pascal("shade_l")
    'ShadeL'
    """
    return "".join(part.capitalize() for part in name.split("_"))


@dataclass(frozen=True, slots=True)
class ResultTypes:
    """What is declared for a kind: the structure of its results' content, and the types of variable and event."""

    kind: ResultKind
    content: Node
    enumerations: tuple[Node, ...]
    variable: Node
    event: Node

    @property
    def model(self) -> Model:
        """All of them with the types that they are below."""
        roots = (
            *(Root(ENUMERATION, each) for each in self.enumerations), Root(STRUCTURE, self.content),
            Root(RESULT_TYPE, self.variable), Root(READY_EVENT_TYPE, self.event),
        )  # fmt: skip
        return Model(NAMESPACE, "", "", roots)


def types_of(kind: ResultKind) -> ResultTypes:
    """The types of a kind."""
    name = f"{kind.name}Result"
    about = Text(f"{kind.title.en}: what is found about each.", f"{kind.title.es}: lo hallado en cada unidad.")
    enumerations = {
        column.name: _enumeration(kind, column) for column in kind.columns if column.words and not column.flags
    }
    fields = [
        Field("Order", STRING, description=_ORDER), Field("Product", STRING, description=_PRODUCT),
        *(_field(column, enumerations.get(column.name)) for column in kind.columns),
    ]  # fmt: skip
    content = structure_node(
        _type(f"{name}ContentDataType"), f"{name}ContentDataType", _type(f"{name}ContentDataType/Default Binary"),
        *fields, description=about,
    )  # fmt: skip
    variable = variable_type(
        _type(f"{name}Type"), f"{name}Type", DATA_TYPES["ResultDataType"], description=about
    )  # fmt: skip
    event = object_type(_type(f"{name}ReadyEventType"), f"{name}ReadyEventType", description=about)
    return ResultTypes(kind, content, tuple(enumerations.values()), variable, event)


def _type(name: str) -> Id:
    return Id(NAMESPACE, f"type:{name}")


def _enumeration(kind: ResultKind, column: Column) -> Node:
    name = f"{kind.name}{pascal(column.name)}Enum"
    words = (Word(place, pascal(_ascii(text.en)), text) for place, text in enumerate(column.words))
    return enumeration_node(_type(name), name, _type(f"{name}/EnumValues"), *words, description=column.title)


def _ascii(words: str) -> str:
    return "".join(each if each.isalnum() else "_" for each in words)


def _field(column: Column, enumeration: Node | None) -> Field:
    name = pascal(column.name)
    if enumeration is not None:
        return Field(name, enumeration.id, description=column.title)
    if column.flags:
        return Field(name, LOCALIZED_TEXT, is_array=True, description=column.title)
    data_type = core(ObjectIds.Int64 if column.unit is None else ObjectIds.Double)
    return Field(name, data_type, description=_with_unit(column.title, column.unit))


def _with_unit(title: Text, unit: Unit | None) -> Text:
    return title if unit is None else Text(f"{title.en} [{unit.symbol}]", f"{title.es} [{unit.symbol}]")
