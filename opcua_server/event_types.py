"""The event types of the address space: which is a kind of which, and what fields they have."""

from asyncua import ua
from asyncua.server.address_space import AddressSpace
from asyncua.ua.attribute_ids import AttributeIds
from asyncua.ua.object_ids import ObjectIds

from opcua_server.wire import make_node_id

Path = tuple[tuple[int, str], ...]
"""Browse names on the way to a field, each as namespace index and name."""

BASE_EVENT = make_node_id(ObjectIds.BaseEventType)
_HAS_SUBTYPE = make_node_id(ObjectIds.HasSubtype)
_PARTS = frozenset(map(make_node_id, (ObjectIds.HasProperty, ObjectIds.HasComponent, ObjectIds.HasStructuredComponent)))
_DEEPEST = 4


def step(name: ua.QualifiedName) -> tuple[int, str]:
    """A browse name as a step of a path."""
    return int(name.NamespaceIndex), str(name.Name)


class EventTypes:
    """Answers questions about event types; what it has learnt once it keeps, as types do not change while serving."""

    def __init__(self, address_space: AddressSpace) -> None:
        self._address_space = address_space
        self._above: dict[ua.NodeId, frozenset[ua.NodeId]] = {}
        self._fields: dict[ua.NodeId, frozenset[Path]] = {}
        self._all: frozenset[Path] | None = None

    def is_type(self, node_id: ua.NodeId) -> bool:
        """Whether a node is an event type."""
        return BASE_EVENT in self._with_supertypes(node_id)

    def is_kind_of(self, event_type: ua.NodeId, wanted: ua.NodeId) -> bool:
        """Whether an event type is `wanted` or one of its subtypes."""
        return wanted in self._with_supertypes(event_type)

    def has_field(self, path: Path) -> bool:
        """Whether some event type has a field at a path."""
        if self._all is None:
            self._all = frozenset().union(*(self._fields_of(each) for each in self._with_subtypes(BASE_EVENT)))
        return path in self._all

    def _with_supertypes(self, node_id: ua.NodeId) -> frozenset[ua.NodeId]:
        known = self._above.get(node_id)
        if known is None:
            found = {node_id}
            for reference in self._references(node_id):
                if reference.ReferenceTypeId == _HAS_SUBTYPE and not reference.IsForward:
                    found |= self._with_supertypes(reference.NodeId)
            known = self._above[node_id] = frozenset(found)
        return known

    def _with_subtypes(self, node_id: ua.NodeId) -> list[ua.NodeId]:
        found = [node_id]
        for reference in self._references(node_id):
            if reference.ReferenceTypeId == _HAS_SUBTYPE and reference.IsForward:
                found.extend(self._with_subtypes(reference.NodeId))
        return found

    def _fields_of(self, event_type: ua.NodeId) -> frozenset[Path]:
        known = self._fields.get(event_type)
        if known is None:
            known = self._fields[event_type] = frozenset(self._variables_below(event_type, ()))
        return known

    def _variables_below(self, node_id: ua.NodeId, path: Path) -> list[Path]:
        found: list[Path] = []
        for reference in self._references(node_id) if len(path) < _DEEPEST else ():
            if reference.ReferenceTypeId in _PARTS and reference.IsForward:
                here = (*path, step(reference.BrowseName))
                if reference.NodeClass == ua.NodeClass.Variable:
                    found.append(here)
                found.extend(self._variables_below(reference.NodeId, here))
        return found

    def _references(self, node_id: ua.NodeId) -> list[ua.ReferenceDescription]:
        node = self._address_space.get(node_id)
        is_type = node is not None and AttributeIds.NodeClass in node.attributes
        return node.references if node is not None and is_type else []
