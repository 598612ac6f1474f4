"""Declared structures as classes that asyncua encodes and decodes."""

from collections.abc import Callable, Iterable
from dataclasses import field, make_dataclass
from types import SimpleNamespace
from typing import Any, Optional

from asyncua import ua
from asyncua.ua.object_ids import ObjectIdNames

from opcua_server.languages import may_hold_texts
from opcua_server.model.declaration import CORE, Field, Id, Node, Structure


class Structures:
    """The classes of declared structures: those that a structure needs come before it."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._classes: dict[Id, Any] = {}
        self._made: list[tuple[Node, Structure, Any]] = []
        named: dict[str, Any] = {}
        for node in nodes:
            if isinstance(node.definition, Structure):
                made = named[node.name] = self._classes[node.id] = self._class(node, node.definition)
                self._made.append((node, node.definition, made))
        self.named: Any = SimpleNamespace(**named)
        """Each class by the name of its data type."""

    def register(self, node_id: Callable[[Id], ua.NodeId]) -> None:
        """Let asyncua use the classes under the node ids of a server, with texts in the language of each session."""
        for node, definition, made in self._made:
            may_hold_texts(made)
            ua.register_extension_object(node.name, node_id(definition.encoding), made, node_id(node.id))

    def _class(self, node: Node, definition: Structure) -> Any:
        fields: list[Any] = []
        if any(each.optional for each in definition.fields):
            fields.append(("Encoding", ua.UInt32, field(default=0, repr=False, compare=False)))
        fields += [(each.name, *self._annotated(each, node)) for each in definition.fields]
        return make_dataclass(node.name, fields, slots=False)

    def _annotated(self, declared: Field, node: Node) -> tuple[Any, Any]:
        """(type, default) of a field."""
        own = declared.data_type == node.id
        kind: Any = f"ua.{node.name}" if own else self._python(declared.data_type)
        default: Any = None
        if declared.is_array and not declared.optional:
            default = field(default_factory=list)
        elif not declared.optional and not own and isinstance(kind, type) and _is_made(kind):
            default = field(default_factory=kind)
        kind = list[kind] if declared.is_array else kind
        if declared.subtypes:
            # What may be of a subtype is sent with its type.
            kind = ua.ExtensionObject
        return (Optional[kind] if declared.optional else kind), default  # noqa: UP045 (asyncua reads the annotation)

    def _python(self, data_type: Id) -> Any:
        if data_type in self._classes:
            return self._classes[data_type]
        if data_type.space != CORE:
            # An enumeration.
            return ua.Int32
        name = ObjectIdNames[int(data_type.key)]
        return {"BaseDataType": ua.Variant, "Structure": ua.ExtensionObject}.get(name) or getattr(ua, name)


def _is_made(kind: type) -> bool:
    """Whether a field of this type has a value of its own from the beginning, as it is made of fields itself."""
    return hasattr(kind, "__dataclass_fields__") and kind is not ua.EUInformation
