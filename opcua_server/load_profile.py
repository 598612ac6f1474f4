"""`rajola run --load-profile N`: variables that no plant has, for those who test what their client can bear.

Fast and slow counters in any number, identifiers of every kind, every built-in type as scalar and as array, long
arrays and texts. They stand under `Objects/LoadProfile`, beside the plant, and tell nothing of it.
"""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from asyncua import ua
from asyncua.server.address_space import AttributeValue
from asyncua.ua.object_ids import ObjectIds

from opcua_server.data_types import moment
from opcua_server.nodes import Nodes, standard
from opcua_server.publisher import put
from opcua_server.wire import data_value, make_node_id, status
from twin.host.port import Frame
from twin.line.text import Text

FOLDER = "LoadProfile"
SLOW_FRAMES = 40
"""Frames between two changes of a slow variable: about ten seconds."""
LONG_ARRAY, LONG_TEXT = 20_000, 60_000
_TITLE = Text("Load profile", "Perfil de carga")
_ODD_TEXT = 'a/b.c;d=e "f" ñ ß 瓷 \u200b.'


class LoadProfile:
    """The variables of the profile; `count` fast and `count` slow ones."""

    def __init__(self, nodes: Nodes, count: int) -> None:
        self._frames = 0
        self._nodes = nodes
        self._root = self._folder(FOLDER, standard(ObjectIds.ObjectsFolder), _TITLE)
        zero = ua.Variant(0.0, ua.VariantType.Double)
        self._fast = self._counters("fast", count, zero)
        self._slow = self._counters("slow", count, zero)
        self._add_odd_identifiers()
        self._add_types()
        self._add_long()

    async def show(self, frame: Frame) -> None:
        """Let the counters go on with a published frame."""
        await self._count(self._fast, self._frames, frame)
        if self._frames % SLOW_FRAMES == 0:
            await self._count(self._slow, self._frames // SLOW_FRAMES, frame)
        self._frames += 1

    async def _count(self, places: list[AttributeValue], number: int, frame: Frame) -> None:
        value = data_value(
            ua.Variant(float(number), ua.VariantType.Double), moment(frame.time), moment(frame.wall_time)
        )
        for place in places:
            await put(place, value)

    def _folder(self, path: str, parent: ua.NodeId, title: Text | str) -> ua.NodeId:
        name = path.rpartition("/")[2]
        kind = standard(ObjectIds.FolderType)
        return self._nodes.add_object(path, parent, name=name, display=title, type_definition=kind)

    def _counters(self, name: str, count: int, value: ua.Variant) -> list[AttributeValue]:
        folder = self._folder(f"{FOLDER}/{name}", self._root, name)
        added = (self._variable(f"{FOLDER}/{name}/{number}", folder, value) for number in range(count))
        return [self._nodes.value_of(node_id) for node_id in added]

    def _variable(self, path: str, parent: ua.NodeId, value: ua.Variant) -> ua.NodeId:
        name = path.rpartition("/")[2]
        return self._nodes.add_variable(path, parent, value, name=name, description=Text(name, name))

    def _add_odd_identifiers(self) -> None:
        folder, namespace = self._folder(f"{FOLDER}/identifiers", self._root, "identifiers"), self._nodes.namespace
        opaque = make_node_id(bytes(range(16)), namespace)
        unique_number: Any = uuid.UUID(int=0xC0FFEE)
        unique = make_node_id(unique_number, namespace)
        for name, node_id in (
            ("largest number", make_node_id(4_294_967_295, namespace)),
            ("smallest number", make_node_id(1, namespace)),
            ("opaque", opaque),
            ("guid", unique),
            ("longest text", make_node_id("x" * 4_096, namespace)),
            ("odd text", make_node_id(_ODD_TEXT, namespace)),
        ):
            self._nodes.add_plain_variable(node_id, folder, name, ua.Variant(1.5, ua.VariantType.Double))

    def _add_types(self) -> None:
        folder = self._folder(f"{FOLDER}/types", self._root, "types")
        for kind, value in _one_of_each():
            self._variable(f"{FOLDER}/types/{kind.name}", folder, ua.Variant(value, kind))
            several = ua.Variant([value, value, value], kind, is_array=True)
            self._variable(f"{FOLDER}/types/{kind.name}Array", folder, several)

    def _add_long(self) -> None:
        folder = self._folder(f"{FOLDER}/long", self._root, "long")
        numbers = [float(number) for number in range(LONG_ARRAY)]
        self._variable(f"{FOLDER}/long/array", folder, ua.Variant(numbers, ua.VariantType.Double, is_array=True))
        self._variable(f"{FOLDER}/long/empty array", folder, ua.Variant([], ua.VariantType.Double, is_array=True))
        self._variable(f"{FOLDER}/long/text", folder, ua.Variant("ñ" * (LONG_TEXT // 2), ua.VariantType.String))
        self._variable(f"{FOLDER}/long/empty text", folder, ua.Variant("", ua.VariantType.String))


def _one_of_each() -> Iterator[tuple[ua.VariantType, object]]:
    """Every built-in type with a value at the edge of what it can hold."""
    kinds = ua.VariantType
    yield kinds.Boolean, True
    for kind, bits in ((kinds.SByte, 8), (kinds.Int16, 16), (kinds.Int32, 32), (kinds.Int64, 64)):
        yield kind, -(1 << (bits - 1))
    for kind, bits in ((kinds.Byte, 8), (kinds.UInt16, 16), (kinds.UInt32, 32), (kinds.UInt64, 64)):
        yield kind, (1 << bits) - 1
    yield kinds.Float, -1.5
    yield kinds.Double, 1.7976931348623157e308
    yield kinds.String, _ODD_TEXT
    yield kinds.DateTime, datetime(1601, 1, 2, tzinfo=UTC)
    yield kinds.Guid, uuid.UUID(int=0xC0FFEE)
    yield kinds.ByteString, bytes(range(256))
    yield kinds.NodeId, make_node_id(_ODD_TEXT, 1)
    yield kinds.StatusCode, status(0x80340000)
    yield kinds.QualifiedName, ua.QualifiedName(_ODD_TEXT, ua.Int16(1))
    yield kinds.LocalizedText, ua.LocalizedText(_ODD_TEXT, "es")
    yield kinds.ExtensionObject, ua.Range(Low=-1.0, High=1.0)
