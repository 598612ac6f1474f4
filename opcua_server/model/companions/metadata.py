"""What a server says of a namespace: its version, and that only some of its nodes are here."""

from collections.abc import Mapping
from datetime import UTC, datetime

from asyncua.ua.object_ids import ObjectIds

from opcua_server.model.declaration import CORE, STRING, Id, Node, Root, core, object_node, property_node

_NUMBERED, _ALL_NUMBERS = 0, "1:2147483647"
_PROPERTIES = (
    "NamespaceUri", "NamespaceVersion", "NamespacePublicationDate", "IsNamespaceSubset", "StaticNodeIdTypes",
    "StaticNumericNodeIdRange", "StaticStringNodeIdPattern",
)  # fmt: skip


def metadata(uri: str, version: str, published: str, number: int, first: int, places: str) -> Root:
    """The metadata of a model, published on a day.

    `number` is that of the object, `first` that of the first property; `places` says at which place after that one each
    of the properties stands, in the order of the standard's type.
    """
    numbers = {name: first + int(place) for name, place in zip(_PROPERTIES, places, strict=True)}
    node = object_node(
        Id(uri, number), uri, core(ObjectIds.NamespaceMetadataType), *_told(uri, version, published, numbers)
    )
    return Root(core(ObjectIds.Server_Namespaces), node)


def _told(uri: str, version: str, published: str, numbers: Mapping[str, int]) -> tuple[Node, ...]:
    day = datetime.fromisoformat(published).replace(tzinfo=UTC)
    rows = (
        ("NamespaceUri", STRING, uri), ("NamespaceVersion", STRING, version),
        ("NamespacePublicationDate", core(ObjectIds.DateTime), day),
        ("IsNamespaceSubset", core(ObjectIds.Boolean), True),
        ("StaticNodeIdTypes", core(ObjectIds.IdType), (_NUMBERED,)),
        ("StaticNumericNodeIdRange", core(ObjectIds.NumericRange), (_ALL_NUMBERS,)),
        ("StaticStringNodeIdPattern", STRING, ""),
    )  # fmt: skip
    return tuple(
        property_node(
            Id(uri, numbers[name]), name, kind, space=CORE, value=value, rank=1 if isinstance(value, tuple) else -1
        )
        for name, kind, value in rows
    )  # fmt: skip
